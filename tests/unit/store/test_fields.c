/* Tools' own fields, custom fields, what fills what; and a model's records shown otherwise. */
#include "fixture.h"

#include "store/fields.h"

/* ---- what is there, as text ---- */

static bool field_add(void *ctx, const struct store_field *field)
{
    struct list *list = ctx;
    size_t len = strlen(list->text);

    if (len + 40 < sizeof list->text) {
        (void)snprintf(list->text + len, sizeof list->text - len, " %u%c%s%s", field->model,
                       field->custom ? 'C' : 'D', field->key, field->shown ? "+" : "");
    }
    return ++list->count != list->max;
}

static struct list fields(struct fixture *f)
{
    struct list list = {0};

    EXPECT_INT(0, store_fields(f->st, f->one, field_add, &list, NULL));
    return list;
}

static bool mapping_add(void *ctx, const struct store_mapping *mapping)
{
    struct list *list = ctx;
    size_t len = strlen(list->text);

    (void)snprintf(list->text + len, sizeof list->text - len, " %u%s=%c%s", mapping->model, mapping->key,
                   mapping->custom ? 'C' : 'D', mapping->from);
    return ++list->count != list->max;
}

static struct list mappings(struct fixture *f, uint32_t integration)
{
    struct list list = {0};

    EXPECT_INT(0, store_mappings(f->st, integration, mapping_add, &list, NULL));
    return list;
}

static bool custom_add(void *ctx, const struct store_custom_field *field)
{
    struct list *list = ctx;
    size_t len = strlen(list->text);

    if (len + 60 < sizeof list->text) {
        (void)snprintf(list->text + len, sizeof list->text - len, " %u%s(%s|%s)", field->model, field->key,
                       field->label, field->description);
    }
    return ++list->count != list->max;
}

static struct list customs(struct fixture *f)
{
    struct list list = {0};

    EXPECT_INT(0, store_custom_fields(f->st, custom_add, &list, NULL));
    return list;
}

/* ---- the tests ---- */

TEST(a_field_is_remembered_once_and_shown_when_it_is_asked_for)
{
    const struct store_field met[] = {
        {1, true, false, "color"}, {1, false, false, "color"}, {2, true, true, "grade"}};
    const struct store_field unknown = {1, true, true, "never met"};
    struct store_field color = met[0];
    struct fixture *f = fixture_new();
    struct weir_error err = {0};

    UNUSED_STATE;
    store_fields_meet(f->st, f->one, met, 3);
    store_fields_meet(f->st, f->one, met, 2);
    color.shown = true;
    EXPECT_INT(0, store_field_show(f->st, f->one, &color, &err)); /* waits, also for the two before it */
    EXPECT_STR(" 1Dcolor 1Ccolor+ 2Cgrade", fields(f).text);
    EXPECT_INT(WEIR_E_NONE, store_field_show(f->st, f->one, &unknown, &err));
    store_fields_meet(f->st, f->one, met, 3); /* met again: it stays shown */
    fixture_reopen(f);
    EXPECT_STR(" 1Dcolor 1Ccolor+ 2Cgrade", fields(f).text);
    fixture_free(f);
}

TEST(how_many_fields_are_kept_is_bounded)
{
    enum { STEP = 50 };
    struct store_field met[STEP] = {{0}};
    const struct store_field last = {1, true, true, "f 1 0"};
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    for (int n = 0; n < STORE_FIELDS_MAX / STEP + 3; n++) {
        for (int i = 0; i < STEP; i++) {
            met[i].model = 1;
            met[i].custom = true;
            (void)snprintf(met[i].key, sizeof met[i].key, "f %d %d", n, i);
        }
        store_fields_meet(f->st, f->one, met, STEP);
    }
    EXPECT_INT(0, store_field_show(f->st, f->one, &last, NULL));
    EXPECT_INT(STORE_FIELDS_MAX, fields(f).count);
    fixture_free(f);
}

TEST(a_mapping_takes_the_place_of_the_one_before_it_and_can_be_taken_away)
{
    struct store_mapping mapping = {.model = 1, .key = "favourite", .custom = true, .from = "color"};
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    EXPECT_INT(0, store_mapping_set(f->st, f->one, &mapping, NULL));
    EXPECT_STR(" 1favourite=Ccolor", mappings(f, f->one).text);
    mapping.custom = false;
    memcpy(mapping.from, "email", 6);
    EXPECT_INT(0, store_mapping_set(f->st, f->one, &mapping, NULL));
    EXPECT_STR(" 1favourite=Demail", mappings(f, f->one).text);
    EXPECT_STR("", mappings(f, f->one + 1).text);
    mapping.from[0] = '\0';
    EXPECT_INT(0, store_mapping_set(f->st, f->one, &mapping, NULL));
    EXPECT_INT(0, store_mapping_set(f->st, f->one, &mapping, NULL));
    EXPECT_STR("", mappings(f, f->one).text);
    fixture_free(f);
}

TEST(custom_fields_are_made_changed_and_deleted_and_bounded)
{
    struct store_custom_field field = {.model = 1, .key = "city", .label = "City", .description = "Where"};
    struct fixture *f = fixture_new();
    struct weir_error err = {0};

    UNUSED_STATE;
    EXPECT_INT(0, store_custom_field_put(f->st, &field, NULL));
    EXPECT_STR(" 1city(City|Where)", customs(f).text);
    field.label[0] = '\0';
    EXPECT_INT(0, store_custom_field_put(f->st, &field, NULL));
    EXPECT_STR(" 1city(|Where)", customs(f).text);
    for (int n = 1; n < STORE_CUSTOM_FIELDS_MAX; n++) {
        (void)snprintf(field.key, sizeof field.key, "n%d", n);
        EXPECT_INT(0, store_custom_field_put(f->st, &field, NULL));
    }
    (void)snprintf(field.key, sizeof field.key, "one more");
    EXPECT_INT(WEIR_E_LIMIT, store_custom_field_put(f->st, &field, &err));
    (void)snprintf(field.key, sizeof field.key, "city"); /* one that is there may be changed */
    EXPECT_INT(0, store_custom_field_put(f->st, &field, NULL));
    EXPECT_INT(0, store_custom_field_del(f->st, 1, "city", NULL));
    EXPECT_INT(WEIR_E_NONE, store_custom_field_del(f->st, 1, "city", &err));
    EXPECT_INT(STORE_CUSTOM_FIELDS_MAX - 1, customs(f).count);
    fixture_free(f);
}

TEST(what_is_not_compared_is_kept_without_a_word)
{
    struct fixture *f = fixture_new();
    struct given g;
    struct shown before;
    struct shown after;
    struct answer a;

    UNUSED_STATE;
    give(&g, EMPLOYEE, "e1", "{\"a\":1}");
    give_ref(&g, 2, "x1");
    (void)apply_one(f, &g);
    before = show(f, EMPLOYEE, "e1");
    pass_ms(f, 5000);
    g.in.json = weir_str("{\"a\":1,\"remote_data\":{}}"); /* the hash stays */
    a = apply_one(f, &g);
    after = show(f, EMPLOYEE, "e1");
    EXPECT_INT(1, a.applied.unchanged);
    EXPECT_INT(0, a.applied.updated);
    EXPECT_STR("{\"a\":1,\"remote_data\":{}}", after.json);
    EXPECT_INT(before.changed_at_ms, after.changed_at_ms);
    EXPECT_INT(before.touched_at_ms, after.touched_at_ms);
    EXPECT_INT(1, list_changes(f, 0).count);
    EXPECT_STR(" e1", list_by_ref(f, EMPLOYEE, 2, "x1").text);
    EXPECT_STR(" e1", list_by_change(f, EMPLOYEE, 0, "").text);
    fixture_free(f);
}

static void put_many(struct fixture *f, size_t count)
{
    struct given *given = calloc(count, sizeof *given);
    struct store_record_in *records = calloc(count, sizeof *records);
    struct store_apply in = {.integration = f->one, .records = records, .record_count = count};

    EXPECT(given != NULL && records != NULL);
    for (size_t i = 0; i < count; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "e%03zu", i % 1000);
        give(&given[i], EMPLOYEE, name, "a");
        given[i].in.remote_id = weir_str_n(given[i].id.text, 4);
        records[i] = given[i].in;
    }
    EXPECT_INT(0, apply(f, &in).rc);
    free(records);
    free(given);
}

TEST(all_records_of_a_model_are_touched_and_told_but_not_those_that_are_gone)
{
    enum { MANY = 600 }; /* three steps */
    struct fixture *f = fixture_new();
    struct shown before;
    struct shown after;
    struct answer a;

    UNUSED_STATE;
    put_many(f, MANY);
    (void)put(f, GROUP, "g1", "a");
    (void)remove_one(f, EMPLOYEE, "e007");
    before = show(f, EMPLOYEE, "e599");
    pass_ms(f, 5000);
    answer_init(&a);
    store_model_touch(f->st, f->one, EMPLOYEE, on_applied, &a);
    (void)answer_wait(&a);
    after = show(f, EMPLOYEE, "e599");
    EXPECT_INT(0, a.rc);
    EXPECT_INT(before.changed_at_ms, after.changed_at_ms);
    EXPECT(after.touched_at_ms >= FIXTURE_T0 + 5000); /* each step has a stamp of its own */
    EXPECT_INT(MANY - 1, list_by_change(f, EMPLOYEE, FIXTURE_T0 + 5000, "").count);
    EXPECT_INT(MANY + 2 + MANY - 1, list_changes(f, 0).count);
    EXPECT(show(f, GROUP, "g1").touched_at_ms < FIXTURE_T0 + 5000);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_field_is_remembered_once_and_shown_when_it_is_asked_for),
        UNIT(how_many_fields_are_kept_is_bounded),
        UNIT(a_mapping_takes_the_place_of_the_one_before_it_and_can_be_taken_away),
        UNIT(custom_fields_are_made_changed_and_deleted_and_bounded),
        UNIT(what_is_not_compared_is_kept_without_a_word),
        UNIT(all_records_of_a_model_are_touched_and_told_but_not_those_that_are_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
