/* store_apply: what becomes of records. */
#include "fixture.h"

TEST(a_new_record_is_created_and_counted)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct answer a = put(f, EMPLOYEE, "e1", "{\"a\":1}");
    struct shown s = show(f, EMPLOYEE, "e1");

    EXPECT_INT(1, a.applied.created);
    EXPECT_INT(0, a.applied.updated);
    EXPECT_INT(0, a.applied.unchanged);
    EXPECT_INT(0, s.rc);
    EXPECT_STR("{\"a\":1}", s.json);
    EXPECT_STR("e1", s.remote_id);
    EXPECT_INT(a.applied.stamped_at_ms, s.created_at_ms);
    EXPECT_INT(a.applied.stamped_at_ms, s.changed_at_ms);
    EXPECT_INT(a.applied.stamped_at_ms, s.touched_at_ms);
    EXPECT_INT(0, s.deleted_at_ms);
    EXPECT_STR(" 1ce1", list_changes(f, 0).text);
    fixture_free(f);
}

TEST(an_equal_record_moves_no_time_and_sends_nothing)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct shown before;
    struct shown after;
    struct answer a;

    (void)route_all(f);
    (void)put(f, EMPLOYEE, "e1", "same");
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    before = show(f, EMPLOYEE, "e1");
    pass_ms(f, 5000);
    a = put(f, EMPLOYEE, "e1", "same");
    after = show(f, EMPLOYEE, "e1");
    EXPECT_INT(1, a.applied.unchanged);
    EXPECT_INT(0, a.applied.updated);
    EXPECT_INT(0, a.due_count);
    EXPECT_INT(0, a.applied.gather_due_ms);
    EXPECT_INT(before.changed_at_ms, after.changed_at_ms);
    EXPECT_INT(before.touched_at_ms, after.touched_at_ms);
    EXPECT_INT(0, waiting_count(f));
    EXPECT_INT(1, list_changes(f, 0).count);
    fixture_free(f);
}

TEST(a_different_record_is_updated_and_keeps_its_created_time)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct shown before;
    struct shown after;
    struct answer a;

    (void)put(f, EMPLOYEE, "e1", "old");
    before = show(f, EMPLOYEE, "e1");
    pass_ms(f, 5000);
    a = put(f, EMPLOYEE, "e1", "new");
    after = show(f, EMPLOYEE, "e1");
    EXPECT_INT(1, a.applied.updated);
    EXPECT_STR("new", after.json);
    EXPECT_INT(before.created_at_ms, after.created_at_ms);
    EXPECT_INT(FIXTURE_T0 + 5000, after.changed_at_ms);
    EXPECT_STR(" e1", list_by_change(f, EMPLOYEE, 0, "").text); /* once: it has moved */
    EXPECT_STR(" 1ce1 1ue1", list_changes(f, 0).text);
    fixture_free(f);
}

TEST(a_record_that_is_gone_keeps_its_content_and_says_when)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct shown s;
    struct answer a;

    (void)put(f, EMPLOYEE, "e1", "content");
    pass_ms(f, 5000);
    a = remove_one(f, EMPLOYEE, "e1");
    s = show(f, EMPLOYEE, "e1");
    EXPECT_INT(1, a.applied.gone);
    EXPECT_STR("content", s.json);
    EXPECT_INT(FIXTURE_T0 + 5000, s.deleted_at_ms);
    EXPECT_INT(FIXTURE_T0 + 5000, s.changed_at_ms);
    EXPECT_INT(FIXTURE_T0 + 5000, s.touched_at_ms);
    fixture_free(f);
}

TEST(gone_twice_is_one_change_and_gone_unknown_is_none)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put(f, EMPLOYEE, "e1", "content");
    EXPECT_INT(1, remove_one(f, EMPLOYEE, "e1").applied.gone);
    EXPECT_INT(0, remove_one(f, EMPLOYEE, "e1").applied.gone);
    EXPECT_INT(0, remove_one(f, EMPLOYEE, "never").applied.gone);
    EXPECT_STR(" 1ce1 1ge1", list_changes(f, 0).text);
    fixture_free(f);
}

TEST(a_gone_record_that_comes_back_as_it_was_is_updated)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct answer a;

    (void)put(f, EMPLOYEE, "e1", "same");
    (void)remove_one(f, EMPLOYEE, "e1");
    a = put(f, EMPLOYEE, "e1", "same");
    EXPECT_INT(1, a.applied.updated);
    EXPECT_INT(0, show(f, EMPLOYEE, "e1").deleted_at_ms);
    EXPECT_STR(" 1ce1 1ge1 1ue1", list_changes(f, 0).text);
    fixture_free(f);
}

static struct answer put_placeholder(struct fixture *f, const char *remote, const char *content)
{
    struct given g;

    give(&g, GROUP, remote, content);
    g.in.placeholder = true;
    return apply_one(f, &g);
}

TEST(a_placeholder_is_stored_only_when_nothing_is_known)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    EXPECT_INT(1, put_placeholder(f, "g1", "name").applied.created);
    EXPECT_INT(true, show(f, GROUP, "g1").placeholder);
    EXPECT_INT(1, put_placeholder(f, "g1", "other name").applied.unchanged);
    EXPECT_STR("name", show(f, GROUP, "g1").json);
    (void)put(f, GROUP, "g2", "full");
    EXPECT_INT(1, put_placeholder(f, "g2", "name").applied.unchanged);
    EXPECT_STR("full", show(f, GROUP, "g2").json);
    fixture_free(f);
}

TEST(a_placeholder_does_not_bring_back_what_is_gone)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put(f, GROUP, "g1", "full");
    (void)remove_one(f, GROUP, "g1");
    EXPECT_INT(1, put_placeholder(f, "g1", "name").applied.unchanged);
    EXPECT(show(f, GROUP, "g1").deleted_at_ms != 0);
    fixture_free(f);
}

TEST(a_full_record_takes_the_place_of_a_placeholder_even_if_equal)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put_placeholder(f, "g1", "same");
    EXPECT_INT(1, put(f, GROUP, "g1", "same").applied.updated);
    EXPECT_INT(false, show(f, GROUP, "g1").placeholder);
    EXPECT_INT(1, put(f, GROUP, "g1", "same").applied.unchanged);
    fixture_free(f);
}

TEST(the_index_of_references_follows_the_record)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put_ref(f, EMPLOYMENT, "m1", "first", 1, "e1");
    EXPECT_STR(" m1", list_by_ref(f, EMPLOYMENT, 1, "e1").text);
    (void)put_ref(f, EMPLOYMENT, "m1", "second", 1, "e2");
    EXPECT_STR("", list_by_ref(f, EMPLOYMENT, 1, "e1").text);
    EXPECT_STR(" m1", list_by_ref(f, EMPLOYMENT, 1, "e2").text);
    EXPECT_STR("", list_by_ref(f, EMPLOYMENT, 2, "e2").text);
    fixture_free(f);
}

TEST(a_target_that_stands_twice_in_a_list_is_one_reference)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct given g;

    give(&g, EMPLOYEE, "e1", "x");
    give_ref(&g, 3, "g1");
    give_ref(&g, 3, "g1");
    (void)apply_one(f, &g);
    EXPECT_STR(" e1", list_by_ref(f, EMPLOYEE, 3, "g1").text);
    give(&g, EMPLOYEE, "e1", "y");
    (void)apply_one(f, &g);
    EXPECT_STR("", list_by_ref(f, EMPLOYEE, 3, "g1").text);
    fixture_free(f);
}

TEST(children_that_a_complete_list_leaves_out_are_gone)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct given kept;
    struct id parent = id_for("e1");
    struct store_complete_in complete = {.model = EMPLOYMENT, .slot = 1, .parent = parent.text};
    struct store_apply in = {.record_count = 1, .completes = &complete, .complete_count = 1};
    struct answer a;

    in.integration = f->one;
    (void)put_ref(f, EMPLOYMENT, "m1", "a", 1, "e1");
    (void)put_ref(f, EMPLOYMENT, "m2", "a", 1, "e1");
    (void)put_ref(f, EMPLOYMENT, "m3", "a", 1, "e2");
    give(&kept, EMPLOYMENT, "m2", "a");
    give_ref(&kept, 1, "e1");
    in.records = &kept.in;
    a = apply(f, &in);
    EXPECT_INT(0, a.rc);
    EXPECT_INT(1, a.applied.gone);
    EXPECT_INT(1, a.applied.unchanged);
    EXPECT(show(f, EMPLOYMENT, "m1").deleted_at_ms != 0);
    EXPECT_INT(0, show(f, EMPLOYMENT, "m2").deleted_at_ms);
    EXPECT_INT(0, show(f, EMPLOYMENT, "m3").deleted_at_ms);
    fixture_free(f);
}

TEST(an_empty_complete_list_takes_all_children)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct id parent = id_for("e1");
    struct store_complete_in complete = {.model = EMPLOYMENT, .slot = 1, .parent = parent.text};
    struct store_apply in = {.completes = &complete, .complete_count = 1};

    in.integration = f->one;
    (void)put_ref(f, EMPLOYMENT, "m1", "a", 1, "e1");
    (void)put_ref(f, EMPLOYMENT, "m2", "a", 1, "e1");
    EXPECT_INT(2, apply(f, &in).applied.gone);
    fixture_free(f);
}

static bool item_count(void *ctx, const struct store_inbox_item *item)
{
    (void)item;
    ++*(size_t *)ctx;
    return true;
}

static size_t inbox_count(struct fixture *f)
{
    size_t count = 0;

    EXPECT_INT(0, store_inbox_read(f->st, f->one, 0, 100, item_count, NULL, &count, NULL));
    return count;
}

static uint64_t deliver(struct fixture *f)
{
    struct store_delivery d = {.integration = f->one,
                               .kind = STORE_DELIVERY,
                               .received_at_ms = FIXTURE_T0,
                               .body = weir_str_bytes(weir_str("body"))};
    struct answer a;

    answer_init(&a);
    store_append_delivery(f->st, &d, on_appended, &a);
    EXPECT_INT(0, answer_wait(&a));
    return a.appended.seq;
}

TEST(a_delivery_that_is_done_leaves_the_inbox_with_what_it_caused)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint64_t done = deliver(f);
    uint8_t seen[1][STORE_HASH] = {{1, 2, 3}};
    struct given g;
    struct store_apply in = {.record_count = 1, .done = &done, .done_count = 1};

    in.integration = f->one;
    in.records = &g.in;
    in.seen = (const uint8_t(*)[STORE_HASH])seen;
    in.seen_count = 1;
    give(&g, EMPLOYEE, "e1", "a");
    EXPECT_INT(1, inbox_count(f));
    EXPECT_INT(false, store_seen(f->st, seen[0]));
    EXPECT_INT(0, apply(f, &in).rc);
    EXPECT_INT(0, inbox_count(f));
    EXPECT_INT(true, store_seen(f->st, seen[0]));
    EXPECT_INT(0, show(f, EMPLOYEE, "e1").rc);
    EXPECT_INT(0, apply(f, &in).rc); /* and again, as after a stop */
    fixture_free(f);
}

TEST(a_commit_that_fails_leaves_nothing_of_it_behind)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint64_t done = deliver(f);
    struct given g;
    struct store_apply in = {.record_count = 1, .done = &done, .done_count = 1};
    struct answer a;

    in.integration = f->one;
    in.records = &g.in;
    give(&g, EMPLOYEE, "e1", "a");
    atomic_store(&f->commits_to_fail_after, 0);
    a = apply(f, &in);
    EXPECT_INT(WEIR_E_IO, a.rc);
    EXPECT_INT(0, a.applied.created);
    fixture_reopen(f);
    EXPECT_INT(1, inbox_count(f));
    EXPECT_INT(WEIR_E_NONE, show(f, EMPLOYEE, "e1").rc);
    EXPECT_INT(0, list_changes(f, 0).count);
    fixture_free(f);
}

TEST(records_survive_a_restart_and_the_change_numbers_go_on)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_stats stats;

    (void)put(f, EMPLOYEE, "e1", "a");
    fixture_reopen(f);
    (void)put(f, EMPLOYEE, "e2", "a");
    EXPECT_STR(" 1ce1 1ce2", list_changes(f, 0).text);
    EXPECT_STR(" 1ce2", list_changes(f, 1).text);
    store_stats(&stats, f->st);
    EXPECT_INT(2, stats.record_count);
    fixture_free(f);
}

TEST(a_long_record_with_many_references_is_kept_whole)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    size_t len = 1024 * 1024;
    char *json = malloc(len);
    struct store_ref_in refs[512];
    struct id targets[512];
    struct store_reader *reader = NULL;
    struct store_record shown;
    struct given g;
    size_t i;

    EXPECT(json != NULL);
    memset(json, 'x', len);
    give(&g, EMPLOYEE, "e1", "a");
    for (i = 0; i < 512; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "g%zu", i);
        targets[i] = id_for(name);
        refs[i] = (struct store_ref_in){.slot = 3, .id = targets[i].text};
    }
    g.in.json = weir_str_n(json, len);
    g.in.refs = refs;
    g.in.ref_count = 512;
    EXPECT_INT(1, apply_one(f, &g).applied.created);
    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    EXPECT_INT(0, store_record_get(&shown, reader, f->one, EMPLOYEE, weir_str(g.id.text), NULL));
    EXPECT(weir_str_equal(weir_str_n(json, len), shown.json));
    store_reader_close(reader);
    EXPECT_STR(" e1", list_by_ref(f, EMPLOYEE, 3, "g511").text);
    free(json);
    fixture_free(f);
}

TEST(an_apply_for_which_the_map_has_to_grow_counts_once)
{
    UNUSED_STATE;
    enum { MANY = 1200 };
    struct fixture *f = fixture_new();
    struct given *given = calloc(MANY, sizeof *given);
    struct store_record_in *records = calloc(MANY, sizeof *records);
    struct store_apply in = {.record_count = MANY};
    char json[16000]; /* all of them need more than the 16 MB there are */
    struct answer a;
    size_t map;
    size_t i;

    EXPECT(given != NULL && records != NULL);
    (void)route_all(f);
    map = atomic_load(&f->st->map_bytes);
    memset(json, 'x', sizeof json);
    for (i = 0; i < MANY; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "x%04zu", i);
        give(&given[i], EMPLOYEE, name, "a");
        given[i].in.remote_id = weir_str_n(given[i].id.text, 5);
        given[i].in.json = weir_str_n(json, sizeof json);
        records[i] = given[i].in;
    }
    in.integration = f->one;
    in.records = records;
    a = apply(f, &in);
    EXPECT_INT(0, a.rc);
    EXPECT(atomic_load(&f->st->map_bytes) > map);
    EXPECT_INT(MANY, a.applied.created);
    EXPECT_INT(1, a.due_count);
    EXPECT_INT(1, waiting_count(f));
    EXPECT_INT(MANY, list_changes(f, 0).count);
    free(given);
    free(records);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_new_record_is_created_and_counted),
        UNIT(an_equal_record_moves_no_time_and_sends_nothing),
        UNIT(a_different_record_is_updated_and_keeps_its_created_time),
        UNIT(a_record_that_is_gone_keeps_its_content_and_says_when),
        UNIT(gone_twice_is_one_change_and_gone_unknown_is_none),
        UNIT(a_gone_record_that_comes_back_as_it_was_is_updated),
        UNIT(a_placeholder_is_stored_only_when_nothing_is_known),
        UNIT(a_placeholder_does_not_bring_back_what_is_gone),
        UNIT(a_full_record_takes_the_place_of_a_placeholder_even_if_equal),
        UNIT(the_index_of_references_follows_the_record),
        UNIT(a_target_that_stands_twice_in_a_list_is_one_reference),
        UNIT(children_that_a_complete_list_leaves_out_are_gone),
        UNIT(an_empty_complete_list_takes_all_children),
        UNIT(a_delivery_that_is_done_leaves_the_inbox_with_what_it_caused),
        UNIT(a_commit_that_fails_leaves_nothing_of_it_behind),
        UNIT(records_survive_a_restart_and_the_change_numbers_go_on),
        UNIT(a_long_record_with_many_references_is_kept_whole),
        UNIT(an_apply_for_which_the_map_has_to_grow_counts_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
