/* The table is the contract's, and sound in itself. */
#include "model/model.h"

#include "base/buf.h"

#include "expect.h"

#include <stdlib.h>

/* ---- the table as text, to compare with the contract's ---- */

static const char *type_word(enum field_type type)
{
    switch (type) {
    case FIELD_STRING:
    case FIELD_EMAIL:
    case FIELD_REF:
        return "text";
    case FIELD_NUMBER:
        return "number";
    case FIELD_INTEGER:
        return "integer";
    case FIELD_BOOLEAN:
        return "boolean";
    case FIELD_DATETIME:
        return "datetime";
    case FIELD_DATE:
    case FIELD_TIME:
        return "plain";
    case FIELD_OPEN_ENUM:
        return "open";
    case FIELD_CLOSED_ENUM:
        return "closed";
    case FIELD_ADDRESS:
        return "address";
    case FIELD_FREE:
        return "free";
    case FIELD_OBJECT:
        return "object";
    case FIELD_LIST:
    case FIELD_REF_LIST:
        return "list";
    }
    return "?";
}

static void describe_field(struct buf *out, const char *prefix, const struct model_field *field)
{
    char inner[200];

    buf_printf(out, "%s%s %s %s %s", prefix, field->name, type_word(field->type),
               field->nullable ? "null" : "never-null", field->must ? "must" : "may");
    for (size_t i = 0; field->values != NULL && field->values[i] != NULL; i++) {
        buf_printf(out, " %s", field->values[i]);
    }
    buf_add_char(out, '\n');
    (void)snprintf(inner, sizeof inner, "%s%s%s.", prefix, field->name,
                   field->type == FIELD_LIST ? "[]" : "");
    for (size_t i = 0; field->fields != NULL && field->fields[i].name != NULL; i++) {
        describe_field(out, inner, &field->fields[i]);
    }
}

static void describe_key(struct buf *out, const struct model *model, const char *prefix, const char *key)
{
    const struct model_field *field = model_field_find(model, weir_str(key));

    if (strcmp(key, "id") == 0) {
        buf_printf(out, "%sid text never-null must\n", prefix);
    } else if (strcmp(key, "remote_id") == 0) {
        buf_printf(out, "%sremote_id text %s must\n", prefix,
                   model->remote_id_nullable ? "null" : "never-null");
    } else if (strcmp(key, "changed_at") == 0) {
        buf_printf(out, "%schanged_at datetime never-null must\n", prefix);
    } else if (strcmp(key, "remote_deleted_at") == 0) {
        buf_printf(out, "%sremote_deleted_at datetime null must\n", prefix);
    } else {
        assert_non_null(field);
        EXPECT(!field->hidden);
        describe_field(out, prefix, field);
    }
}

static const struct model_join *join_find(const struct model *model, const char *name)
{
    for (const struct model_join *join = model->joins; join->name != NULL; join++) {
        if (strcmp(join->name, name) == 0) {
            return join;
        }
    }
    return NULL;
}

static void describe_join(struct buf *out, const struct model *model, const struct model_join *join)
{
    bool one = join->kind == JOIN_ONE;
    char prefix[200];

    buf_printf(out, "%s %s %s %s must\n", model->name, join->name, one ? "object" : "list",
               one && !join->not_null ? "null" : "never-null");
    (void)snprintf(prefix, sizeof prefix, "%s %s%s.", model->name, join->name, one ? "" : "[]");
    for (size_t i = 0; join->fields[i] != NULL; i++) {
        describe_key(out, model_find(weir_str(join->model)), prefix, join->fields[i]);
    }
}

static void describe_model(struct buf *out, const struct model *model)
{
    char prefix[100];

    (void)snprintf(prefix, sizeof prefix, "%s ", model->name);
    for (size_t i = 0; model->key_order[i] != NULL; i++) {
        const struct model_join *join = join_find(model, model->key_order[i]);

        if (join != NULL) {
            describe_join(out, model, join);
        } else {
            describe_key(out, model, prefix, model->key_order[i]);
        }
    }
}

/* Each line of the file that says something, without its end. */
static bool next_line(char line[1000], FILE *file)
{
    while (fgets(line, 1000, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0' && line[0] != '#') {
            return true;
        }
    }
    return false;
}

TEST(each_model_has_exactly_the_columns_of_the_contract_in_its_order)
{
    FILE *file = fopen(TEST_SOURCE_DIR "/hris_columns.txt", "r");
    char want[1000];
    char *got, *rest;
    struct buf all;

    UNUSED_STATE;
    assert_non_null(file);
    buf_init(&all, 1024 * 1024);
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        static const char *const order[] = {"hris_employees",
                                            "hris_teams",
                                            "hris_employments",
                                            "hris_locations",
                                            "hris_legal_entities",
                                            "hris_absence_types",
                                            "hris_absences",
                                            "hris_time_off_balances",
                                            "hris_timesheets",
                                            "hris_employee_document_categories",
                                            "hris_performance_review_cycles",
                                            "hris_performance_reviews",
                                            "hris_staffing_entities"};

        EXPECT(i < sizeof order / sizeof order[0]);
        EXPECT_STR(order[i], model_nth(i)->name);
        describe_model(&all, model_nth(i));
    }
    buf_add_char(&all, '\0');
    EXPECT_INT(0, buf_check(&all, "table", NULL));
    rest = all.data;
    while (next_line(want, file)) {
        got = strsep(&rest, "\n");
        EXPECT_STR(want, got);
    }
    EXPECT_STR("", rest);
    buf_fini(&all);
    (void)fclose(file);
}

/* ---- rules of updated_after ---- */

TEST(updated_after_looks_through_exactly_the_paths_of_the_contract)
{
    static const struct {
        const char *model, *join;
        bool membership, linked;
    } want[] = {
        {"hris_employees", "employments", true, true},
        {"hris_employees", "time_off_balances", true, true},
        {"hris_employees", "manager", false, true},
        {"hris_employees", "groups", true, false},
        {"hris_employees", "legal_entity", false, true},
        {"hris_employees", "work_location", false, true},
        {"hris_absences", "type", false, true},
        {"hris_time_off_balances", "type", false, true},
        {"hris_performance_reviews", "reviewee", false, true},
        {"hris_performance_reviews", "reviewer", false, true},
        {"hris_performance_reviews", "review_cycle", false, true},
        {"hris_staffing_entities", "locations", true, true},
        {"hris_staffing_entities", "legal_entities", true, true},
        {"hris_staffing_entities", "groups", true, true},
    };
    size_t n = 0;

    UNUSED_STATE;
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        for (const struct model_join *join = model_nth(i)->joins; join->name != NULL; join++, n++) {
            EXPECT(n < sizeof want / sizeof want[0]);
            EXPECT_STR(want[n].model, model_nth(i)->name);
            EXPECT_STR(want[n].join, join->name);
            EXPECT_INT(want[n].membership, join->touch_membership);
            EXPECT_INT(want[n].linked, join->touch_linked);
        }
    }
    EXPECT_INT(sizeof want / sizeof want[0], n);
}

TEST(numbers_and_slots_on_disk_are_what_they_always_were)
{
    static const char *const numbers[] = {[1] = "hris_employees",
                                          [2] = "hris_teams",
                                          [3] = "hris_employments",
                                          [4] = "hris_locations",
                                          [5] = "hris_legal_entities",
                                          [6] = "hris_absence_types",
                                          [7] = "hris_absences",
                                          [8] = "hris_time_off_balances",
                                          [9] = "hris_timesheets",
                                          [10] = "hris_employee_document_categories",
                                          [11] = "hris_performance_review_cycles",
                                          [12] = "hris_performance_reviews",
                                          [13] = "hris_staffing_entities",
                                          [201] = "hris_join_employees_teams",
                                          [202] = "hris_join_staffing_entities_locations",
                                          [203] = "hris_join_staffing_entities_legal_entities",
                                          [204] = "hris_join_staffing_entities_groups"};
    static const struct {
        const char *model, *field;
        uint8_t slot;
    } slots[] = {
        {"hris_employees", "work_location_id", 1},
        {"hris_employees", "legal_entity_id", 2},
        {"hris_employees", "manager_id", 3},
        {"hris_employees", "groups", 4},
        {"hris_teams", "parent_id", 1},
        {"hris_employments", "employee_id", 1},
        {"hris_absences", "employee_id", 1},
        {"hris_absences", "type_id", 2},
        {"hris_time_off_balances", "employee_id", 1},
        {"hris_time_off_balances", "type_id", 2},
        {"hris_timesheets", "employee_id", 1},
        {"hris_performance_reviews", "reviewee_id", 1},
        {"hris_performance_reviews", "reviewer_id", 2},
        {"hris_performance_reviews", "review_cycle_id", 3},
        {"hris_staffing_entities", "parent_id", 1},
        {"hris_staffing_entities", "locations", 2},
        {"hris_staffing_entities", "legal_entities", 3},
        {"hris_staffing_entities", "groups", 4},
    };

    UNUSED_STATE;
    for (unsigned number = 0; number < 256; number++) {
        const char *name = number < sizeof numbers / sizeof numbers[0] ? numbers[number] : NULL;
        const char *got = model_changed_name((uint8_t)number);

        if (name == NULL) {
            assert_null(got);
        } else {
            EXPECT_STR(name, got);
        }
    }
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        const struct model *model = model_find(weir_str(slots[i].model));
        const struct model_field *field = model_field_find(model, weir_str(slots[i].field));

        assert_non_null(field);
        EXPECT_INT(slots[i].slot, field->slot);
    }
}

/* ---- soundness ---- */

static bool ref_type(enum field_type type)
{
    return type == FIELD_REF || type == FIELD_REF_LIST;
}

static void check_field(const struct model_field *field, bool top)
{
    bool words = field->type == FIELD_OPEN_ENUM || field->type == FIELD_CLOSED_ENUM;
    bool parts = field->type == FIELD_OBJECT || field->type == FIELD_LIST;

    EXPECT_INT(words, field->values != NULL);
    EXPECT(!words || field->values[0] != NULL);
    EXPECT_INT(parts, field->fields != NULL);
    EXPECT_INT(ref_type(field->type), field->target != NULL);
    EXPECT_INT(ref_type(field->type), field->slot != 0);
    EXPECT(!ref_type(field->type) || (top && model_find(weir_str(field->target)) != NULL));
    EXPECT(field->join_model == NULL || field->type == FIELD_REF_LIST);
    EXPECT(field->type != FIELD_REF_LIST || (field->hidden && field->join_model != NULL));
    for (size_t i = 0; parts && field->fields[i].name != NULL; i++) {
        check_field(&field->fields[i], false);
    }
}

TEST(fields_are_few_enough_named_once_and_complete)
{
    UNUSED_STATE;
    for (size_t m = 0; model_nth(m) != NULL; m++) {
        const struct model *model = model_nth(m);
        size_t count = model_field_count(model);

        EXPECT(count <= MODEL_FIELDS_MAX);
        for (size_t i = 0; i < count; i++) {
            const struct model_field *field = &model->fields[i];

            check_field(field, true);
            EXPECT_INT(i, model_field_index(model, field));
            EXPECT(model_field_find(model, weir_str(field->name)) == field);
            for (size_t j = i + 1; j < count; j++) {
                EXPECT(field->slot == 0 || field->slot != model->fields[j].slot);
            }
        }
    }
}

static const char *join_number_name(const char *name)
{
    for (size_t i = 0; model_join_nth(i) != NULL; i++) {
        if (strcmp(model_join_nth(i)->name, name) == 0) {
            return model_join_nth(i)->name;
        }
    }
    return NULL;
}

TEST(each_join_has_its_reference_and_each_membership_a_name)
{
    UNUSED_STATE;
    for (size_t m = 0; model_nth(m) != NULL; m++) {
        const struct model *model = model_nth(m);

        for (const struct model_join *join = model->joins; join->name != NULL; join++) {
            const struct model *other = model_find(weir_str(join->model));
            bool children = join->kind == JOIN_CHILDREN;
            const struct model_field *via;

            assert_non_null(other);
            via = model_field_find(children ? other : model, weir_str(join->via));
            assert_non_null(via);
            EXPECT_INT(join->kind == JOIN_LIST ? FIELD_REF_LIST : FIELD_REF, via->type);
            EXPECT_STR(children ? model->name : other->name, via->target);
            EXPECT(!join->not_null || join->kind == JOIN_ONE);
        }
        for (const struct model_field *field = model->fields; field->name != NULL; field++) {
            EXPECT(field->join_model == NULL || join_number_name(field->join_model) != NULL);
        }
    }
}

/* Render merges keys, joins and fields in one pass, which needs the three in one order. */
TEST(keys_name_every_join_and_shown_field_once_and_in_order)
{
    UNUSED_STATE;
    for (size_t m = 0; model_nth(m) != NULL; m++) {
        const struct model *model = model_nth(m);
        const struct model_join *join = model->joins;
        const struct model_field *field = model->fields;
        size_t common = 0;

        for (size_t i = 0; model->key_order[i] != NULL; i++) {
            const char *key = model->key_order[i];

            while (field->name != NULL && field->hidden) {
                field++;
            }
            if (join->name != NULL && strcmp(join->name, key) == 0) {
                join++;
            } else if (field->name != NULL && strcmp(field->name, key) == 0) {
                field++;
            } else {
                EXPECT(strcmp(key, "id") == 0 || strcmp(key, "remote_id") == 0 ||
                       strcmp(key, "changed_at") == 0 || strcmp(key, "remote_deleted_at") == 0);
                common++;
            }
        }
        while (field->name != NULL && field->hidden) {
            field++;
        }
        assert_null(join->name);
        assert_null(field->name);
        EXPECT_INT(4, common);
    }
}

TEST(each_filter_looks_at_a_field_that_suits_its_kind)
{
    UNUSED_STATE;
    for (size_t m = 0; model_nth(m) != NULL; m++) {
        for (const struct model_filter *filter = model_nth(m)->filters; filter->name != NULL; filter++) {
            const struct model_field *field = model_field_find(model_nth(m), weir_str(filter->field));

            assert_non_null(field);
            EXPECT(filter->kind != FILTER_WORDS || field->values != NULL);
            EXPECT((filter->kind != FILTER_ID && filter->kind != FILTER_IDS) || ref_type(field->type));
            EXPECT((filter->kind != FILTER_BEFORE && filter->kind != FILTER_AFTER) ||
                   field->type == FIELD_DATETIME);
            EXPECT((filter->kind != FILTER_DATE_FROM && filter->kind != FILTER_DATE_UNTIL) ||
                   field->type == FIELD_DATE);
            EXPECT(filter->kind != FILTER_CUSTOM_FIELD || field->type == FIELD_FREE);
        }
    }
}

TEST(models_are_found_by_name_number_path_and_older_path)
{
    UNUSED_STATE;
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        const struct model *model = model_nth(i);

        EXPECT(model_find(weir_str(model->name)) == model);
        EXPECT(model_by_number(model->number) == model);
        EXPECT(model_by_path(weir_str(model->path)) == model);
        EXPECT(model->number >= 1 && model->number <= 200);
    }
    EXPECT_STR("hris_teams", model_by_path(weir_str("/hris/teams"))->name);
    assert_null(model_find(weir_str("hris_employee")));
    assert_null(model_find(weir_str("hris_employeesx")));
    assert_null(model_find(weir_str("")));
    assert_null(model_find(weir_str_n("hris_employees\0\0", 16)));
    assert_null(model_by_path(weir_str("/hris")));
    assert_null(model_by_number(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_model_has_exactly_the_columns_of_the_contract_in_its_order),
        UNIT(updated_after_looks_through_exactly_the_paths_of_the_contract),
        UNIT(numbers_and_slots_on_disk_are_what_they_always_were),
        UNIT(fields_are_few_enough_named_once_and_complete),
        UNIT(each_join_has_its_reference_and_each_membership_a_name),
        UNIT(keys_name_every_join_and_shown_field_once_and_in_order),
        UNIT(each_filter_looks_at_a_field_that_suits_its_kind),
        UNIT(models_are_found_by_name_number_path_and_older_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
