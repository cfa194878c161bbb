/* store_apply: what a change of one record means for those around it. */
#include "fixture.h"

TEST(a_change_of_the_target_touches_its_sources)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct shown s;

    (void)put(f, ENTITY, "l1", "a");
    (void)put_ref(f, EMPLOYEE, "e1", "a", 2, "l1");
    (void)put_ref(f, EMPLOYEE, "e2", "a", 2, "l2");
    pass_ms(f, 5000);
    (void)put(f, ENTITY, "l1", "b");
    s = show(f, EMPLOYEE, "e1");
    EXPECT_INT(FIXTURE_T0 + 5000, s.touched_at_ms);
    EXPECT(s.changed_at_ms < FIXTURE_T0 + 5000);
    EXPECT_STR("a", s.json);
    EXPECT_STR(" e1", list_by_change(f, EMPLOYEE, FIXTURE_T0 + 5000, "").text);
    EXPECT_STR(" e2 e1", list_by_change(f, EMPLOYEE, 0, "").text);
    fixture_free(f);
}

TEST(a_touch_alone_is_no_change)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put_ref(f, EMPLOYEE, "e1", "a", 2, "l1");
    (void)put(f, ENTITY, "l1", "a");
    EXPECT_STR(" 1ce1 3cl1", list_changes(f, 0).text);
    fixture_free(f);
}

TEST(a_change_of_the_source_touches_its_old_and_new_target)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put(f, EMPLOYEE, "e1", "a");
    (void)put(f, EMPLOYEE, "e2", "a");
    (void)put(f, EMPLOYEE, "e3", "a");
    (void)put_ref(f, EMPLOYMENT, "m1", "a", 1, "e1");
    pass_ms(f, 5000);
    (void)put_ref(f, EMPLOYMENT, "m1", "a", 1, "e2");
    EXPECT_INT(FIXTURE_T0 + 5000, show(f, EMPLOYEE, "e1").touched_at_ms);
    EXPECT_INT(FIXTURE_T0 + 5000, show(f, EMPLOYEE, "e2").touched_at_ms);
    EXPECT(show(f, EMPLOYEE, "e3").touched_at_ms < FIXTURE_T0 + 5000);
    pass_ms(f, 5000);
    (void)remove_one(f, EMPLOYMENT, "m1");
    EXPECT_INT(FIXTURE_T0 + 10000, show(f, EMPLOYEE, "e2").touched_at_ms);
    fixture_free(f);
}

TEST(a_rule_that_does_not_touch_leaves_the_times_alone)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    int64_t touched;

    (void)put(f, EMPLOYEE, "e1", "a");
    touched = show(f, EMPLOYEE, "e1").touched_at_ms;
    pass_ms(f, 5000);
    (void)put_ref(f, ABSENCE, "a1", "a", 1, "e1");
    EXPECT_INT(touched, show(f, EMPLOYEE, "e1").touched_at_ms);
    fixture_free(f);
}

TEST(a_gone_record_is_not_touched)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    int64_t touched;

    (void)put_ref(f, EMPLOYEE, "e1", "a", 2, "l1");
    (void)remove_one(f, EMPLOYEE, "e1");
    touched = show(f, EMPLOYEE, "e1").touched_at_ms;
    pass_ms(f, 5000);
    (void)put(f, ENTITY, "l1", "a");
    EXPECT_INT(touched, show(f, EMPLOYEE, "e1").touched_at_ms);
    fixture_free(f);
}

TEST(a_change_of_membership_names_the_join)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    char text[2048];

    (void)route_all(f);
    (void)put_ref(f, EMPLOYEE, "e1", "a", 3, "g1");
    the_message(text, f);
    EXPECT_STR("data 1 1: 1ce1 | 1 201", text);
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    pass_ms(f, 5000);
    (void)put_ref(f, EMPLOYEE, "e1", "b", 3, "g1");
    the_message(text, f);
    EXPECT_STR("data 1 1: 1ue1 | 1", text);
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    pass_ms(f, 5000);
    (void)put(f, EMPLOYEE, "e1", "c");
    the_message(text, f);
    EXPECT_STR("data 1 1: 1ue1 | 1 201", text);
    fixture_free(f);
}

TEST(what_a_gone_record_owns_is_gone_with_it)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct answer a;

    (void)put(f, EMPLOYEE, "e1", "a");
    (void)put_ref(f, EMPLOYMENT, "m1", "a", 1, "e1");
    (void)put_ref(f, ABSENCE, "a1", "a", 1, "e1");
    (void)put_ref(f, NOTE, "n1", "a", 1, "a1");
    (void)put_ref(f, ABSENCE, "a2", "a", 1, "e2");
    a = remove_one(f, EMPLOYEE, "e1");
    EXPECT_INT(4, a.applied.gone);
    EXPECT(show(f, EMPLOYMENT, "m1").deleted_at_ms != 0);
    EXPECT(show(f, ABSENCE, "a1").deleted_at_ms != 0);
    EXPECT(show(f, NOTE, "n1").deleted_at_ms != 0);
    EXPECT_INT(0, show(f, ABSENCE, "a2").deleted_at_ms);
    fixture_free(f);
}

TEST(what_only_refers_to_a_gone_record_stays)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put(f, ENTITY, "l1", "a");
    (void)put_ref(f, EMPLOYEE, "e1", "a", 2, "l1");
    pass_ms(f, 5000);
    EXPECT_INT(1, remove_one(f, ENTITY, "l1").applied.gone);
    EXPECT_INT(0, show(f, EMPLOYEE, "e1").deleted_at_ms);
    EXPECT_INT(FIXTURE_T0 + 5000, show(f, EMPLOYEE, "e1").touched_at_ms);
    fixture_free(f);
}

/* 1,200 absences of e1, or employees of l1: more than two steps. */
enum { MANY = 1200 };

static void put_many(struct fixture *f, uint8_t model, uint8_t slot, const char *target)
{
    struct given *given = calloc(MANY, sizeof *given);
    struct store_record_in *records = calloc(MANY, sizeof *records);
    struct store_apply in = {.record_count = MANY};
    size_t i;

    EXPECT(given != NULL && records != NULL);
    for (i = 0; i < MANY; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "x%04zu", i);
        give(&given[i], model, name, "a");
        give_ref(&given[i], slot, target);
        given[i].in.remote_id = weir_str_n(given[i].id.text, 5);
        records[i] = given[i].in;
    }
    in.integration = f->one;
    in.records = records;
    EXPECT_INT(MANY, apply(f, &in).applied.created);
    free(given);
    free(records);
}

static size_t count_gone(struct fixture *f)
{
    struct list changes = list_changes(f, MANY);

    return changes.count;
}

TEST(a_large_cascade_goes_in_steps_and_is_counted_whole)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct answer a;

    (void)put_many(f, ABSENCE, 1, "e1");
    (void)put(f, EMPLOYEE, "e1", "a");
    a = remove_one(f, EMPLOYEE, "e1");
    EXPECT_INT(MANY + 1, a.applied.gone);
    EXPECT(show(f, ABSENCE, "x0000").deleted_at_ms != show(f, ABSENCE, "x1199").deleted_at_ms);
    EXPECT(show(f, ABSENCE, "x1199").deleted_at_ms != 0);
    EXPECT_INT(1 + MANY + 1, count_gone(f));
    fixture_free(f);
}

TEST(a_cascade_that_a_stop_cut_short_is_carried_on_with)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct id id = id_for("e1");
    struct store_gone_in gone = {.model = EMPLOYEE, .id = id.text};
    struct store_apply in = {.gone = &gone, .gone_count = 1};

    in.integration = f->one;
    (void)put_many(f, ABSENCE, 1, "e1");
    (void)put(f, EMPLOYEE, "e1", "a");
    atomic_store(&f->commits_to_fail_after, 1);
    EXPECT_INT(WEIR_E_IO, apply(f, &in).rc);
    fixture_reopen(f);
    EXPECT(show(f, EMPLOYEE, "e1").deleted_at_ms != 0);
    EXPECT_INT(0, show(f, ABSENCE, "x1199").deleted_at_ms);
    (void)gather(f);
    EXPECT(show(f, ABSENCE, "x1199").deleted_at_ms != 0);
    EXPECT_INT(1 + MANY + 1, count_gone(f));
    fixture_free(f);
}

TEST(touching_many_goes_in_steps)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put_many(f, EMPLOYEE, 2, "l1");
    pass_ms(f, 5000);
    (void)put(f, ENTITY, "l1", "a");
    EXPECT_INT(FIXTURE_T0 + 5000, show(f, EMPLOYEE, "x0000").touched_at_ms);
    EXPECT(show(f, EMPLOYEE, "x1199").touched_at_ms > FIXTURE_T0 + 5000);
    EXPECT_INT(MANY, list_by_change(f, EMPLOYEE, FIXTURE_T0 + 5000, "").count);
    EXPECT_INT(1, count_gone(f));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_change_of_the_target_touches_its_sources),
        UNIT(a_touch_alone_is_no_change),
        UNIT(a_change_of_the_source_touches_its_old_and_new_target),
        UNIT(a_rule_that_does_not_touch_leaves_the_times_alone),
        UNIT(a_gone_record_is_not_touched),
        UNIT(a_change_of_membership_names_the_join),
        UNIT(what_a_gone_record_owns_is_gone_with_it),
        UNIT(what_only_refers_to_a_gone_record_stays),
        UNIT(a_large_cascade_goes_in_steps_and_is_counted_whole),
        UNIT(a_cascade_that_a_stop_cut_short_is_carried_on_with),
        UNIT(touching_many_goes_in_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
