/* log: what happened, newest first. */
#include "fixture.h"

struct entries {
    struct store_log e[8];
    char json[8][64];
    size_t count, stop_at;
};

static bool entries_add(void *ctx, const struct store_log *entry)
{
    struct entries *l = ctx;

    if (l->count < 8) {
        l->e[l->count] = *entry;
        (void)snprintf(l->json[l->count], sizeof l->json[0], "%.*s", WEIR_STR_ARG(entry->json));
    }
    return ++l->count != l->stop_at;
}

struct last_entry {
    char json[512];
    size_t len;
};

static bool last_take(void *ctx, const struct store_log *entry)
{
    struct last_entry *last = ctx;

    EXPECT(entry->json.len <= sizeof last->json);
    memcpy(last->json, entry->json.data, entry->json.len);
    last->len = entry->json.len;
    return false;
}

static struct entries logs_of(struct fixture *f, uint32_t kinds, uint32_t integration, int64_t before_ms,
                              uint64_t before_seq)
{
    struct entries l = {0};

    EXPECT_INT(0, store_logs(f->st, kinds, integration, before_ms, before_seq, entries_add, &l, NULL));
    return l;
}

/* Applied, so that it is stored when this returns. */
static void log_it(struct fixture *f, uint8_t kind, uint32_t integration, const char *json)
{
    struct store_log_in in = {.kind = kind, .integration = integration, .json = weir_str(json)};
    struct store_apply apply_in = {.integration = f->one, .logs = &in, .log_count = 1};

    EXPECT_INT(0, apply(f, &apply_in).rc);
}

TEST(the_newest_entry_comes_first_with_what_it_says)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct entries l;

    log_it(f, STORE_LOG_FETCH, f->one, "{\"n\":1}");
    pass_ms(f, 5000);
    log_it(f, STORE_LOG_SYNC, 0, "{\"n\":2}");
    l = logs_of(f, 0, 0, 0, 0);
    EXPECT_INT(2, l.count);
    EXPECT_STR("{\"n\":2}", l.json[0]);
    EXPECT_INT(STORE_LOG_SYNC, l.e[0].kind);
    EXPECT_INT(0, l.e[0].integration);
    EXPECT_INT(FIXTURE_T0 + 5000, l.e[0].at_ms);
    EXPECT_STR("{\"n\":1}", l.json[1]);
    EXPECT_INT(f->one, l.e[1].integration);
    fixture_free(f);
}

static void names_every_field(struct buf *out, uint8_t model, struct weir_str before, struct weir_str now)
{
    (void)before;
    (void)now;
    buf_printf(out, "\"field_of_%u\"", model);
}

TEST(a_fetch_says_which_changes_it_made_and_which_fields)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    const uint8_t hashes[2][STORE_HASH] = {{1}, {2}};
    const char *id = "222222222222222222222222";
    struct store_log_in in = {.kind = STORE_LOG_FETCH, .integration = f->one, .json = weir_str("{\"n\":1}")};
    struct weir_str says[3] = {weir_str("{\"n\":1,\"first_change\":1,\"last_change\":1,\"changed\":[]}"),
                               weir_str("{\"n\":1,\"first_change\":2,\"last_change\":2,\"changed\":[{\"id\":"
                                        "\"222222222222222222222222\",\"fields\":[\"field_of_1\"]}]}"),
                               weir_str("{\"n\":1}")};

    f->options.differ = names_every_field;
    fixture_reopen(f);
    for (size_t i = 0; i < 3; i++) {
        struct store_record_in record = {.model = 1,
                                         .id = id,
                                         .remote_id = weir_str("7"),
                                         .json = weir_str(i == 0 ? "{}" : "{\"a\":1}"),
                                         .hash = hashes[i > 0 ? 1 : 0]};
        struct store_apply in_all = {
            .integration = f->one, .logs = &in, .log_count = 1, .records = &record, .record_count = 1};
        struct last_entry last = {.len = 0};

        EXPECT_INT(0, apply(f, &in_all).rc);
        EXPECT_INT(0, store_logs(f->st, 0, 0, 0, 0, last_take, &last, NULL));
        EXPECT(weir_str_equal(says[i], weir_str_n(last.json, last.len)));
    }
    fixture_free(f);
}

TEST(entries_are_chosen_by_kind_and_integration)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct entries l;

    log_it(f, STORE_LOG_FETCH, 1, "1");
    log_it(f, STORE_LOG_FETCH, 2, "2");
    log_it(f, STORE_LOG_SYNC, 1, "3");
    l = logs_of(f, 1u << STORE_LOG_FETCH, 0, 0, 0);
    EXPECT_INT(2, l.count);
    l = logs_of(f, 1u << STORE_LOG_FETCH | 1u << STORE_LOG_SYNC, 1, 0, 0);
    EXPECT_INT(2, l.count);
    EXPECT_STR("3", l.json[0]);
    EXPECT_STR("1", l.json[1]);
    fixture_free(f);
}

TEST(paging_goes_on_behind_a_place_even_within_a_millisecond)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_log_in in[3] = {{.kind = 1, .json = weir_str("1")},
                                 {.kind = 1, .json = weir_str("2")},
                                 {.kind = 1, .json = weir_str("3")}};
    struct store_apply apply_in = {.integration = f->one, .logs = in, .log_count = 3};
    struct entries l;

    EXPECT_INT(0, apply(f, &apply_in).rc);
    l = logs_of(f, 0, 0, 0, 0);
    EXPECT_INT(3, l.count);
    EXPECT_INT(l.e[0].at_ms, l.e[2].at_ms);
    l = logs_of(f, 0, 0, l.e[0].at_ms, l.e[0].seq);
    EXPECT_INT(2, l.count);
    EXPECT_STR("2", l.json[0]);
    l = logs_of(f, 0, 0, l.e[1].at_ms, l.e[1].seq);
    EXPECT_INT(0, l.count);
    fixture_free(f);
}

TEST(an_entry_that_nobody_waits_for_is_kept_and_so_is_a_long_one)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    char json[5000];
    struct store_log_in in = {.kind = STORE_LOG_INTEGRATION};
    struct entries l;

    memset(json, 'x', sizeof json);
    in.json = weir_str_n(json, sizeof json);
    store_log(f->st, &in);
    fixture_reopen(f);
    log_it(f, STORE_LOG_SYNC, 0, "later");
    l = logs_of(f, 0, 0, 0, 0);
    EXPECT_INT(2, l.count);
    EXPECT_STR("later", l.json[0]);
    EXPECT_INT(sizeof json, l.e[1].json.len);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_newest_entry_comes_first_with_what_it_says),
        UNIT(a_fetch_says_which_changes_it_made_and_which_fields),
        UNIT(entries_are_chosen_by_kind_and_integration),
        UNIT(paging_goes_on_behind_a_place_even_within_a_millisecond),
        UNIT(an_entry_that_nobody_waits_for_is_kept_and_so_is_a_long_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
