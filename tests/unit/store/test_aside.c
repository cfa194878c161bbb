/* aside: what was given up on the way in. */
#include "fixture.h"

struct asides {
    struct store_aside a[8];
    char message[8][128], what[8][128], head[8][128], body[8][128];
    size_t count;
};

static void text_keep(char out[128], const void *data, size_t len)
{
    EXPECT(len < 128);
    if (len > 0) {
        memcpy(out, data, len);
    }
    out[len] = '\0';
}

static bool asides_add(void *ctx, const struct store_aside *aside)
{
    struct asides *l = ctx;

    if (l->count < 8) {
        l->a[l->count] = *aside;
        text_keep(l->message[l->count], aside->message.data, aside->message.len);
        text_keep(l->what[l->count], aside->what.data, aside->what.len);
        text_keep(l->head[l->count], aside->head.data, aside->head.len);
        text_keep(l->body[l->count], aside->body.data, aside->body.len);
    }
    l->count++;
    return true;
}

static struct asides asides_of(struct fixture *f, uint64_t before)
{
    struct asides l = {0};

    EXPECT_INT(0, store_asides(f->st, before, asides_add, &l, NULL));
    return l;
}

static void set_aside(struct fixture *f, uint8_t kind, const char *what)
{
    struct store_aside_in in = {.kind = kind,
                                .code = WEIR_E_INVALID,
                                .tries = 3,
                                .received_at_ms = FIXTURE_T0 - 1000,
                                .delivery = 42,
                                .message = weir_str("gender: not a string"),
                                .what = weir_str(what),
                                .head = weir_str_bytes(weir_str("the head")),
                                .body = weir_str_bytes(weir_str("a very secret body"))};
    struct store_apply apply_in = {.integration = f->one, .asides = &in, .aside_count = 1};

    EXPECT_INT(0, apply(f, &apply_in).rc);
}

struct items {
    uint8_t kind[8];
    int64_t received_at_ms[8];
    char head[8][128], body[8][128];
    size_t count;
};

static bool items_add(void *ctx, const struct store_inbox_item *item)
{
    struct items *l = ctx;

    EXPECT(l->count < 8);
    l->kind[l->count] = item->kind;
    l->received_at_ms[l->count] = item->received_at_ms;
    text_keep(l->head[l->count], item->head.data, item->head.len);
    text_keep(l->body[l->count], item->body.data, item->body.len);
    l->count++;
    return true;
}

static struct items inbox_of(struct fixture *f, uint32_t integration)
{
    struct items l = {0};

    EXPECT_INT(0, store_inbox_read(f->st, integration, 0, 8, items_add, NULL, &l, NULL));
    return l;
}

TEST(what_is_set_aside_can_be_seen_whole)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_stats stats;
    struct asides l;

    set_aside(f, STORE_ASIDE_RECORD, "person.updated hris_employees 3003");
    fixture_reopen(f);
    l = asides_of(f, 0);
    EXPECT_INT(1, l.count);
    EXPECT_INT(1, l.a[0].number);
    EXPECT_INT(f->one, l.a[0].integration);
    EXPECT_INT(STORE_ASIDE_RECORD, l.a[0].kind);
    EXPECT_INT(WEIR_E_INVALID, l.a[0].code);
    EXPECT_INT(3, l.a[0].tries);
    EXPECT_INT(42, l.a[0].delivery);
    EXPECT_INT(FIXTURE_T0 - 1000, l.a[0].received_at_ms);
    EXPECT(l.a[0].at_ms >= FIXTURE_T0);
    EXPECT_STR("gender: not a string", l.message[0]);
    EXPECT_STR("person.updated hris_employees 3003", l.what[0]);
    EXPECT_STR("the head", l.head[0]);
    EXPECT_STR("a very secret body", l.body[0]);
    store_stats(&stats, f->st);
    EXPECT_INT(1, stats.aside_count);
    fixture_free(f);
}

TEST(its_payload_is_not_readable_on_disk)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    char path[96];
    struct buf all;
    FILE *file;
    char chunk[4096];
    size_t n;

    set_aside(f, STORE_ASIDE_RECORD, "what it was");
    fixture_close(f);
    buf_init(&all, SIZE_MAX);
    (void)snprintf(path, sizeof path, "%s/data.mdb", f->dir);
    file = fopen(path, "rb");
    EXPECT(file != NULL);
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0) {
        buf_add(&all, chunk, n);
    }
    (void)fclose(file);
    EXPECT(memmem(all.data, all.len, "what it was", 11) != NULL);
    EXPECT(memmem(all.data, all.len, "very secret", 11) == NULL);
    buf_fini(&all);
    fixture_open(f);
    fixture_free(f);
}

TEST(the_newest_comes_first)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct asides l;

    set_aside(f, STORE_ASIDE_REF, "1");
    set_aside(f, STORE_ASIDE_REF, "2");
    l = asides_of(f, 0);
    EXPECT_STR("2", l.what[0]);
    EXPECT_STR("1", l.what[1]);
    l = asides_of(f, l.a[0].number);
    EXPECT_INT(1, l.count);
    EXPECT_STR("1", l.what[0]);
    fixture_free(f);
}

TEST(a_replayed_one_moves_to_the_inbox_as_it_came)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_stats stats;
    struct items items;
    uint64_t count = 0;

    set_aside(f, STORE_ASIDE_DELIVERY, "1");
    set_aside(f, STORE_ASIDE_REF, "2");
    EXPECT_INT(0, store_aside_replay(f->st, 1, 0, &count, NULL));
    EXPECT_INT(1, count);
    EXPECT_INT(1, asides_of(f, 0).count);
    items = inbox_of(f, f->one);
    EXPECT_INT(1, items.count);
    EXPECT_INT(STORE_DELIVERY, items.kind[0]);
    EXPECT_STR("the head", items.head[0]);
    EXPECT_STR("a very secret body", items.body[0]);
    EXPECT_INT(FIXTURE_T0 - 1000, items.received_at_ms[0]);
    EXPECT_INT(0, store_aside_replay(f->st, 2, 0, &count, NULL));
    EXPECT_INT(STORE_EVENTS, inbox_of(f, f->one).kind[1]);
    store_stats(&stats, f->st);
    EXPECT_INT(0, stats.aside_count);
    EXPECT_INT(2, stats.inbox_count);
    EXPECT_INT(WEIR_E_NONE, store_aside_replay(f->st, 2, 0, &count, NULL));
    fixture_free(f);
}

TEST(all_of_an_integration_are_replayed_and_the_others_stay)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_integration two;
    uint32_t one = f->one;
    uint64_t count = 0;
    int i;

    EXPECT_INT(0, store_integration_ensure(&two, f->st, "tool:two", NULL));
    for (i = 0; i < 250; i++) {
        set_aside(f, STORE_ASIDE_REF, "1");
        pass_ms(f, 1);
    }
    f->one = two.number;
    set_aside(f, STORE_ASIDE_REF, "2");
    EXPECT_INT(0, store_aside_replay(f->st, 0, one, &count, NULL));
    EXPECT_INT(250, count);
    EXPECT_INT(1, asides_of(f, 0).count);
    EXPECT_INT(0, store_aside_replay(f->st, 0, 0, &count, NULL));
    EXPECT_INT(1, count);
    EXPECT_INT(1, inbox_of(f, two.number).count);
    f->one = one;
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_is_set_aside_can_be_seen_whole),
        UNIT(its_payload_is_not_readable_on_disk),
        UNIT(the_newest_comes_first),
        UNIT(a_replayed_one_moves_to_the_inbox_as_it_came),
        UNIT(all_of_an_integration_are_replayed_and_the_others_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
