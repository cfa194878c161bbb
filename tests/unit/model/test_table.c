/* The table's rules and numbers are the contract's, and it is sound in itself. */
#include "model/model.h"

#include "expect.h"

#include <stdlib.h>

#define MANUAL_MAX (256 * 1024)

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
        {"hris_employees", "teams", false, false}, /* groups again, under their older name */
        {"hris_absences", "type", false, true},
        {"hris_time_off_balances", "type", false, true},
        {"hris_performance_reviews", "reviewee", false, true},
        {"hris_performance_reviews", "reviewer", false, true},
        {"hris_performance_reviews", "review_cycle", false, true},
        {"hris_staffing_entities", "locations", true, true},
        {"hris_staffing_entities", "legal_entities", true, true},
        {"hris_staffing_entities", "groups", true, true},
        {"ats_candidates", "applications", true, true},
        {"ats_candidates", "tags", true, false},
        {"ats_applications", "candidate", false, true},
        {"ats_applications", "current_stage", false, true},
        {"ats_applications", "job", false, false},
        {"ats_applications", "interviews", true, true},
        {"ats_applications", "offers", true, true},
        {"ats_jobs", "stages", true, false},
        {"ats_jobs", "screening_questions", true, true},
        {"ats_jobs", "job_postings", true, true},
        {"ats_jobs", "hiring_team", true, false},
        {"ats_offers", "application", false, true},
        {"ats_interviews", "users", true, false},
        {"ats_interviews", "application", false, true},
        {"ats_users", "system_roles", true, true},
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
            for (const struct model_join *nested = join->joins; nested != NULL && nested->name != NULL;
                 nested++) {
                EXPECT(!nested->touch_membership && !nested->touch_linked);
            }
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
                                          [14] = "ats_candidates",
                                          [15] = "ats_applications",
                                          [16] = "ats_jobs",
                                          [17] = "ats_application_stages",
                                          [18] = "ats_offers",
                                          [19] = "ats_interviews",
                                          [20] = "ats_users",
                                          [21] = "ats_roles",
                                          [22] = "ats_tags",
                                          [23] = "ats_rejection_reasons",
                                          [24] = "ats_job_postings",
                                          [25] = "ats_screening_questions",
                                          [201] = "hris_join_employees_teams",
                                          [202] = "hris_join_staffing_entities_locations",
                                          [203] = "hris_join_staffing_entities_legal_entities",
                                          [204] = "hris_join_staffing_entities_groups",
                                          [205] = "ats_join_candidates_tags",
                                          [206] = "ats_join_jobs_application_stages",
                                          [207] = "ats_join_jobs_screening_questions",
                                          [208] = "ats_join_jobs_users",
                                          [209] = "ats_join_user_job_role_assignments",
                                          [210] = "ats_join_users_roles",
                                          [211] = "ats_join_interviews_users"};
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
        {"hris_absences", "approver_id", 3},
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
        {"ats_candidates", "tags", 1},
        {"ats_applications", "current_stage_id", 1},
        {"ats_applications", "job_id", 2},
        {"ats_applications", "candidate_id", 3},
        {"ats_jobs", "contact_id", 1},
        {"ats_jobs", "stages", 2},
        {"ats_jobs", "screening_questions", 3},
        {"ats_jobs", "user_id", 4},
        {"ats_jobs", "job_roles", 5},
        {"ats_job_postings", "job_id", 1},
        {"ats_screening_questions", "precondition_question_id", 1},
        {"ats_offers", "application_id", 1},
        {"ats_interviews", "application_id", 1},
        {"ats_interviews", "stage_id", 2},
        {"ats_interviews", "users", 3},
        {"ats_users", "system_roles", 1},
    };
    const struct model_field *column;
    size_t known = 0;

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
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        const struct model_field *field;

        for (size_t n = 0; (field = model_ref_nth(&column, model_nth(i), n)) != NULL; n++, known++) {
            EXPECT(known < sizeof slots / sizeof slots[0]);
            EXPECT_STR(slots[known].model, model_nth(i)->name);
            EXPECT_STR(slots[known].field, field->name);
            EXPECT_INT(slots[known].slot, field->slot);
        }
    }
    EXPECT_INT(sizeof slots / sizeof slots[0], known);
}

/* ---- soundness ---- */

static bool ref_type(enum field_type type)
{
    return type == FIELD_REF || type == FIELD_REF_LIST;
}

static void check_parts(const struct model_field *fields, size_t depth);

/* depth: of lists and objects around it; in_list: right in a list of the model's own. */
static void check_field(const struct model_field *field, size_t depth, bool in_list)
{
    bool words =
        field->type == FIELD_OPEN_ENUM || field->type == FIELD_CLOSED_ENUM || field->type == FIELD_WORDS;
    bool parts = field->type == FIELD_OBJECT || field->type == FIELD_LIST;

    EXPECT_INT(words, field->values != NULL);
    EXPECT(!words || field->values[0] != NULL);
    EXPECT_INT(parts, field->fields != NULL || field->variants != NULL);
    EXPECT(field->fields == NULL || field->variants == NULL);
    EXPECT_INT(field->variants != NULL, field->kind_path != NULL);
    EXPECT_INT(ref_type(field->type), field->target != NULL);
    EXPECT_INT(ref_type(field->type), field->slot != 0);
    EXPECT(!ref_type(field->type) ||
           ((depth == 0 || in_list) && model_find(weir_str(field->target)) != NULL));
    EXPECT(field->join_model == NULL || field->type == FIELD_REF_LIST || in_list);
    EXPECT(field->type != FIELD_REF_LIST || ((field->hidden || in_list) && field->join_model != NULL));
    EXPECT(!field->essential || depth > 0);
    EXPECT(field->type != FIELD_KIND || depth > 0);
    if (field->fields != NULL) {
        check_parts(field->fields, depth + 1);
    }
    for (const struct model_variant *v = field->variants; v != NULL && v->word != NULL; v++) {
        check_parts(v->fields, depth + 1);
    }
}

/* Values are written nested in four at most. */
static void check_parts(const struct model_field *fields, size_t depth)
{
    EXPECT(depth <= 4);
    for (; fields->name != NULL; fields++) {
        check_field(fields, depth, depth == 1);
    }
}

TEST(fields_are_few_enough_named_once_and_complete)
{
    UNUSED_STATE;
    for (size_t m = 0; model_nth(m) != NULL; m++) {
        const struct model *model = model_nth(m);
        size_t count = model_field_count(model);
        const struct model_field *column, *ref, *other;

        EXPECT(count <= MODEL_FIELDS_MAX);
        for (size_t i = 0; i < count; i++) {
            const struct model_field *field = &model->fields[i];

            check_field(field, 0, false);
            EXPECT(!field->raw || i == count - 1); /* what follows it would not be compared */
            EXPECT_INT(i, model_field_index(model, field));
            EXPECT(model_field_find(model, weir_str(field->name)) == field);
        }
        for (size_t i = 0; (ref = model_ref_nth(&column, model, i)) != NULL; i++) {
            for (size_t j = i + 1; (other = model_ref_nth(&column, model, j)) != NULL; j++) {
                EXPECT(ref->slot != other->slot);
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

static const struct model_field *part_find(const struct model_field *parts, const char *name)
{
    while (parts->name != NULL && strcmp(parts->name, name) != 0) {
        parts++;
    }
    return parts->name != NULL ? parts : NULL;
}

/* parts: of the entry through which model's record was found; NULL: of none. */
static void check_join(const struct model *model, const struct model_field *parts,
                       const struct model_join *join, size_t depth)
{
    static const enum field_type via_type[] = {[JOIN_ONE] = FIELD_REF,
                                               [JOIN_LIST] = FIELD_REF_LIST,
                                               [JOIN_CHILDREN] = FIELD_REF,
                                               [JOIN_ENTRIES] = FIELD_LIST};
    const struct model *other = model_find(weir_str(join->model));
    bool children = join->kind == JOIN_CHILDREN;
    const struct model_field *via;

    EXPECT(depth <= MODEL_JOIN_DEPTH);
    assert_non_null(other);
    via = model_field_find(children ? other : model, weir_str(join->via));
    if (parts != NULL && part_find(parts, join->via) != NULL) {
        via = part_find(parts, join->via);
    }
    assert_non_null(via);
    EXPECT_INT(via_type[join->kind], via->type);
    if (join->kind != JOIN_ENTRIES) {
        EXPECT_STR(children ? model->name : other->name, via->target);
    } else {
        EXPECT_STR(other->name, part_find(via->fields, join->entry_ref)->target);
    }
    EXPECT(!join->not_null || join->kind == JOIN_ONE);
    EXPECT_INT(join->literal_key != NULL, join->literal != NULL);
    for (const struct model_join *nested = join->joins; nested != NULL && nested->name != NULL; nested++) {
        check_join(other, via->fields, nested, depth + 1);
    }
}

TEST(each_join_has_its_reference_and_each_membership_a_name)
{
    UNUSED_STATE;
    for (size_t m = 0; model_nth(m) != NULL; m++) {
        const struct model *model = model_nth(m);
        const struct model_field *column, *field;

        for (const struct model_join *join = model->joins; join->name != NULL; join++) {
            check_join(model, NULL, join, 1);
        }
        for (size_t i = 0; (field = model_ref_nth(&column, model, i)) != NULL; i++) {
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

static void check_filter(const struct model *model, const struct model_filter *filter)
{
    const struct model_join *join = filter->through != NULL ? model_join_find(model, filter->through) : NULL;
    const struct model *of = join != NULL ? model_find(weir_str(join->model)) : model;
    const struct model_field *field = model_field_find(of, weir_str(filter->field));

    assert_non_null(field);
    EXPECT_INT(filter->through != NULL, join != NULL);
    EXPECT(join == NULL || join->kind == JOIN_ONE || join->kind == JOIN_CHILDREN);
    EXPECT(filter->kind != FILTER_WORDS || field->values != NULL);
    EXPECT((filter->kind != FILTER_ID && filter->kind != FILTER_IDS) || ref_type(field->type));
    EXPECT(filter->kind != FILTER_REMOTE_IDS || field->type == FIELD_REF);
    EXPECT((filter->kind != FILTER_BEFORE && filter->kind != FILTER_AFTER) || field->type == FIELD_DATETIME);
    EXPECT((filter->kind != FILTER_DATE_FROM && filter->kind != FILTER_DATE_UNTIL) ||
           field->type == FIELD_DATE);
    EXPECT(filter->kind != FILTER_CUSTOM_FIELD || field->type == FIELD_FREE);
    EXPECT_INT(filter->kind == FILTER_PARTS_CI, filter->part != NULL);
    EXPECT(filter->kind != FILTER_PARTS_CI || (field->type == FIELD_LIST && field->fields != NULL));
}

TEST(each_filter_looks_at_a_field_that_suits_its_kind)
{
    UNUSED_STATE;
    for (size_t m = 0; model_nth(m) != NULL; m++) {
        for (const struct model_filter *filter = model_nth(m)->filters; filter->name != NULL; filter++) {
            check_filter(model_nth(m), filter);
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
        EXPECT(model->path == NULL || model_by_path(weir_str(model->path)) == model);
        EXPECT(model->number >= 1 && model->number <= 200);
    }
    EXPECT_STR("hris_teams", model_by_path(weir_str("/hris/teams"))->name);
    assert_null(model_find(weir_str("hris_employee")));
    assert_null(model_find(weir_str("hris_employeesx")));
    assert_null(model_find(weir_str("")));
    assert_null(model_find(weir_str_n("hris_employees\0\0", 16)));
    assert_null(model_by_path(weir_str("/hris")));
    assert_null(model_by_path(weir_str("/ats/job-postings")));
    assert_null(model_by_number(0));
}

/* The caller frees it. */
static char *manual_read(void)
{
    FILE *file = fopen(TEST_SOURCE_DIR "/../../../core/cli/man/weir.conf.5", "r");
    char *page = calloc(1, MANUAL_MAX + 1);

    assert_non_null(file);
    assert_non_null(page);
    EXPECT(fread(page, 1, MANUAL_MAX, file) < MANUAL_MAX);
    (void)fclose(file);
    return page;
}

TEST(the_manual_of_the_config_names_every_model)
{
    char *page = manual_read();

    UNUSED_STATE;
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        char line[100];

        (void)snprintf(line, sizeof line, "\n.Cm %s", model_nth(i)->name);
        if (strstr(page, line) == NULL) {
            fail_msg("not in the manual: %s", model_nth(i)->name);
        }
    }
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(updated_after_looks_through_exactly_the_paths_of_the_contract),
        UNIT(numbers_and_slots_on_disk_are_what_they_always_were),
        UNIT(fields_are_few_enough_named_once_and_complete),
        UNIT(each_join_has_its_reference_and_each_membership_a_name),
        UNIT(keys_name_every_join_and_shown_field_once_and_in_order),
        UNIT(each_filter_looks_at_a_field_that_suits_its_kind),
        UNIT(models_are_found_by_name_number_path_and_older_path),
        UNIT(the_manual_of_the_config_names_every_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
