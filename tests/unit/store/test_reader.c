/* reader: one consistent view. */
#include "fixture.h"

static struct store_reader *reader_open(struct fixture *f)
{
    struct store_reader *reader = NULL;

    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    return reader;
}

static struct list list_by_id(struct fixture *f, uint8_t model, const char *after, size_t max)
{
    struct store_reader *reader = reader_open(f);
    struct list list = {.max = max};

    EXPECT_INT(0, store_records_by_id(reader, f->one, model, weir_str(after), list_add, &list, NULL));
    store_reader_close(reader);
    return list;
}

TEST(a_view_stays_as_it_was_while_the_store_goes_on)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct id id = id_for("e1");
    struct store_reader *reader;
    struct store_record r;

    (void)put(f, EMPLOYEE, "e1", "old");
    reader = reader_open(f);
    (void)put(f, EMPLOYEE, "e1", "new");
    EXPECT_INT(0, store_record_get(&r, reader, f->one, EMPLOYEE, weir_str(id.text), NULL));
    EXPECT(weir_str_is(r.json, "old"));
    store_reader_close(reader);
    EXPECT_STR("new", show(f, EMPLOYEE, "e1").json);
    fixture_free(f);
}

TEST(what_is_not_there_is_none)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_reader *reader;
    struct store_record r;
    struct id id = id_for("e1");

    (void)put(f, EMPLOYEE, "e1", "a");
    reader = reader_open(f);
    EXPECT_INT(WEIR_E_NONE, store_record_get(&r, reader, f->one, GROUP, weir_str(id.text), NULL));
    EXPECT_INT(WEIR_E_NONE, store_record_get(&r, reader, f->one + 1, EMPLOYEE, weir_str(id.text), NULL));
    EXPECT_INT(WEIR_E_NONE, store_record_get(&r, reader, f->one, EMPLOYEE, weir_str("short"), NULL));
    store_reader_close(reader);
    fixture_free(f);
}

TEST(records_by_id_go_on_behind_a_place)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct id between = id_for("b5");

    (void)put(f, EMPLOYEE, "c", "a");
    (void)put(f, EMPLOYEE, "a", "a");
    (void)put(f, EMPLOYEE, "b", "a");
    (void)put(f, GROUP, "g", "a");
    EXPECT_STR(" a b c", list_by_id(f, EMPLOYEE, "", 0).text);
    EXPECT_STR(" a b", list_by_id(f, EMPLOYEE, "", 2).text);
    EXPECT_STR(" c", list_by_id(f, EMPLOYEE, id_for("b").text, 0).text);
    EXPECT_STR(" c", list_by_id(f, EMPLOYEE, between.text, 0).text); /* that record need not be there */
    EXPECT_STR("", list_by_id(f, EMPLOYEE, id_for("c").text, 0).text);
    fixture_free(f);
}

TEST(records_by_change_go_on_behind_a_time_and_id)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct given given[3];
    struct store_record_in records[3];
    struct store_apply in = {.integration = f->one, .records = records, .record_count = 3};
    int64_t at;
    int i;

    for (i = 0; i < 3; i++) {
        give(&given[i], EMPLOYEE, i == 0 ? "a" : i == 1 ? "b" : "c", "x");
        records[i] = given[i].in;
    }
    pass_ms(f, 1000);
    EXPECT_INT(0, apply(f, &in).rc);
    pass_ms(f, 1000);
    (void)put(f, EMPLOYEE, "d", "a");
    at = show(f, EMPLOYEE, "a").touched_at_ms;
    EXPECT_STR(" a b c d", list_by_change(f, EMPLOYEE, 0, "").text);
    EXPECT_STR(" a b c d", list_by_change(f, EMPLOYEE, at, "").text); /* the very millisecond belongs to it */
    EXPECT_STR(" b c d", list_by_change(f, EMPLOYEE, at, id_for("a").text).text);
    EXPECT_STR(" d", list_by_change(f, EMPLOYEE, at + 1, "").text);
    fixture_free(f);
}

TEST(a_position_of_another_length_is_refused)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_reader *reader = reader_open(f);
    struct list list = {0};

    EXPECT_INT(WEIR_E_INVALID,
               store_records_by_id(reader, f->one, EMPLOYEE, weir_str("x"), list_add, &list, NULL));
    EXPECT_INT(WEIR_E_INVALID,
               store_records_by_change(reader, f->one, EMPLOYEE, 0, weir_str("x"), list_add, &list, NULL));
    EXPECT_INT(0, store_records_by_ref(reader, f->one, EMPLOYEE, 1, weir_str("x"), list_add, &list, NULL));
    EXPECT_INT(0, list.count);
    store_reader_close(reader);
    fixture_free(f);
}

struct nest {
    struct fixture *f;
    struct store_reader *reader;
    struct list outer, inner;
};

static bool look_within(void *ctx, const struct store_record *record)
{
    struct nest *n = ctx;
    struct id id = id_for("e2");

    n->inner = (struct list){0};
    EXPECT_INT(0, store_records_by_ref(n->reader, n->f->one, ABSENCE, 1, weir_str(id.text), list_add,
                                       &n->inner, NULL));
    return list_add(&n->outer, record);
}

TEST(records_by_reference_are_found_one_after_another_and_within_each_other)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct nest n = {.f = f};
    struct id targets[] = {id_for("e1"), id_for("nobody"), id_for("e1")};

    (void)put_ref(f, ABSENCE, "a1", "a", 1, "e1");
    (void)put_ref(f, ABSENCE, "a2", "a", 1, "e1");
    (void)put_ref(f, ABSENCE, "a3", "a", 1, "e2");
    n.reader = reader_open(f);
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        n.outer = (struct list){0};
        EXPECT_INT(0, store_records_by_ref(n.reader, f->one, ABSENCE, 1, weir_str(targets[i].text),
                                           look_within, &n, NULL));
        EXPECT_STR(i == 1 ? "" : " a1 a2", n.outer.text);
        EXPECT_STR(" a3", n.inner.text);
    }
    store_reader_close(n.reader);
    fixture_free(f);
}

TEST(an_integration_shows_nothing_of_another)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_integration two;
    uint32_t one = f->one;

    (void)put_ref(f, ABSENCE, "a1", "a", 1, "e1");
    EXPECT_INT(0, store_integration_ensure(&two, f->st, "tool:two", NULL));
    f->one = two.number;
    EXPECT_INT(0, list_by_id(f, ABSENCE, "", 0).count);
    EXPECT_INT(0, list_by_change(f, ABSENCE, 0, "").count);
    EXPECT_INT(0, list_by_ref(f, ABSENCE, 1, "e1").count);
    EXPECT_INT(0, list_changes(f, 0).count);
    f->one = one;
    fixture_free(f);
}

TEST(changes_go_on_behind_a_number)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_reader *reader;
    struct list list = {.max = 1};

    (void)put(f, EMPLOYEE, "e1", "a");
    (void)put(f, EMPLOYEE, "e2", "a");
    (void)put(f, EMPLOYEE, "e3", "a");
    EXPECT_STR(" 1ce2 1ce3", list_changes(f, 1).text);
    EXPECT_STR("", list_changes(f, 3).text);
    EXPECT_STR("", list_changes(f, UINT64_MAX).text);
    reader = reader_open(f);
    EXPECT_INT(0, store_changes(reader, f->one, 0, changes_add, &list, NULL));
    EXPECT_STR(" 1ce1", list.text);
    store_reader_close(reader);
    fixture_free(f);
}

TEST(changes_go_back_from_the_newest_and_from_before_a_number)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_reader *reader;
    struct list all = {.max = 10};
    struct list first = {.max = 1};
    struct list before = {.max = 10};
    struct list none = {.max = 10};

    (void)put(f, EMPLOYEE, "e1", "a");
    (void)put(f, EMPLOYEE, "e2", "a");
    (void)put(f, EMPLOYEE, "e3", "a");
    reader = reader_open(f);
    EXPECT_INT(0, store_changes_back(reader, f->one, 0, changes_add, &all, NULL));
    EXPECT_STR(" 1ce3 1ce2 1ce1", all.text);
    EXPECT_INT(0, store_changes_back(reader, f->one, 0, changes_add, &first, NULL));
    EXPECT_STR(" 1ce3", first.text);
    EXPECT_INT(0, store_changes_back(reader, f->one, 3, changes_add, &before, NULL));
    EXPECT_STR(" 1ce2 1ce1", before.text);
    EXPECT_INT(0, store_changes_back(reader, f->one, 1, changes_add, &none, NULL));
    EXPECT_INT(0, store_changes_back(reader, f->one + 1, 0, changes_add, &none, NULL));
    EXPECT_STR("", none.text);
    store_reader_close(reader);
    fixture_free(f);
}

TEST(no_change_becomes_visible_before_the_horizon)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    int64_t horizon;

    (void)put(f, EMPLOYEE, "e1", "a");
    horizon = store_stamp_horizon_ms(f->st);
    EXPECT(show(f, EMPLOYEE, "e1").changed_at_ms < horizon);
    (void)put(f, EMPLOYEE, "e2", "a");
    EXPECT(show(f, EMPLOYEE, "e2").changed_at_ms >= horizon);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_view_stays_as_it_was_while_the_store_goes_on),
        UNIT(what_is_not_there_is_none),
        UNIT(records_by_id_go_on_behind_a_place),
        UNIT(records_by_change_go_on_behind_a_time_and_id),
        UNIT(a_position_of_another_length_is_refused),
        UNIT(records_by_reference_are_found_one_after_another_and_within_each_other),
        UNIT(an_integration_shows_nothing_of_another),
        UNIT(changes_go_on_behind_a_number),
        UNIT(changes_go_back_from_the_newest_and_from_before_a_number),
        UNIT(no_change_becomes_visible_before_the_horizon),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
