#include "model/model.h"

#include "model/table.h"

static const char *const words_field_type[] = {"DEFAULT", "CUSTOM", NULL};

const struct model_field fields_of_integration_field[] = {
    COL_TEXT_REQUIRED("id"),
    COL_TEXT_REQUIRED("key"),
    {.name = "type", .type = FIELD_CLOSED_ENUM, .must = true, .values = words_field_type},
    {.name = "value", .type = FIELD_ANY, .nullable = true, .must = true},
    COL_TEXT("label"),
    COL_END,
};

const struct model_join model_no_joins[] = {{.name = NULL}};
const struct model_filter model_no_filters[] = {{.name = NULL}};

/* In the order in which they are listed and shown. */
static const struct model *const models[] = {
    &model_hris_employees,
    &model_hris_teams,
    &model_hris_employments,
    &model_hris_locations,
    &model_hris_legal_entities,
    &model_hris_absence_types,
    &model_hris_absences,
    &model_hris_time_off_balances,
    &model_hris_timesheets,
    &model_hris_employee_document_categories,
    &model_hris_performance_review_cycles,
    &model_hris_performance_reviews,
    &model_hris_staffing_entities,
    &model_ats_candidates,
    &model_ats_applications,
    &model_ats_jobs,
    &model_ats_job_postings,
    &model_ats_screening_questions,
    &model_ats_application_stages,
    &model_ats_offers,
    &model_ats_interviews,
    &model_ats_users,
    &model_ats_roles,
    &model_ats_tags,
    &model_ats_rejection_reasons,
};
#define MODEL_COUNT (sizeof models / sizeof models[0])

/* On disk for ever, as a model's number. */
static const struct model_join_name join_names[] = {
    {201, "hris_join_employees_teams"},
    {202, "hris_join_staffing_entities_locations"},
    {203, "hris_join_staffing_entities_legal_entities"},
    {204, "hris_join_staffing_entities_groups"},
    {205, "ats_join_candidates_tags"},
    {206, "ats_join_jobs_application_stages"},
    {207, "ats_join_jobs_screening_questions"},
    {208, "ats_join_jobs_users"},
    {209, "ats_join_user_job_role_assignments"},
    {210, "ats_join_users_roles"},
    {211, "ats_join_interviews_users"},
};
#define JOIN_COUNT (sizeof join_names / sizeof join_names[0])

/* text may hold anything, a NUL too. Most names differ in their first letters, so this beats strlen and
 * memcmp. */
static bool name_is(const char *name, struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (name[i] == '\0' || name[i] != text.data[i]) {
            return false;
        }
    }
    return text.len > 0 && name[text.len] == '\0';
}

const struct model *model_nth(size_t n)
{
    return n < MODEL_COUNT ? models[n] : NULL;
}

const struct model *model_find(struct weir_str name)
{
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        if (name_is(models[i]->name, name)) {
            return models[i];
        }
    }
    return NULL;
}

const struct model *model_by_number(uint8_t number)
{
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        if (models[i]->number == number) {
            return models[i];
        }
    }
    return NULL;
}

const struct model *model_by_path(struct weir_str path)
{
    for (size_t i = 0; i < MODEL_COUNT; i++) {
        const struct model *model = models[i];

        if ((model->path != NULL && name_is(model->path, path)) ||
            (model->alias_path != NULL && name_is(model->alias_path, path))) {
            return model;
        }
    }
    return NULL;
}

const struct model_field *model_field_find(const struct model *model, struct weir_str name)
{
    for (const struct model_field *field = model->fields; field->name != NULL; field++) {
        if (name_is(field->name, name)) {
            return field;
        }
    }
    return NULL;
}

const struct model_field *model_field_find_from(const struct model *model, const struct model_field *from,
                                                struct weir_str name)
{
    for (const struct model_field *field = from; field->name != NULL; field++) {
        if (name_is(field->name, name)) {
            return field;
        }
    }
    return model_field_find(model, name);
}

size_t model_field_index(const struct model *model, const struct model_field *field)
{
    return (size_t)(field - model->fields);
}

size_t model_field_count(const struct model *model)
{
    size_t count = 0;

    while (model->fields[count].name != NULL) {
        count++;
    }
    return count;
}

bool model_field_is_list(const struct model_field *field)
{
    return field->type == FIELD_REF_LIST || field->type == FIELD_LIST || field->type == FIELD_TEXTS ||
           field->type == FIELD_WORDS || field->type == FIELD_CHOICES;
}

bool model_field_required(const struct model_field *field)
{
    return !field->nullable && !field->essential && !model_field_is_list(field) && field->type != FIELD_KIND;
}

const struct model_field *model_ref_nth(const struct model_field **column, const struct model *model,
                                        size_t n)
{
    for (const struct model_field *field = model->fields; field->name != NULL; field++) {
        *column = field;
        if (field->slot != 0 && n-- == 0) {
            return field;
        }
        if (field->type != FIELD_LIST || field->fields == NULL) {
            continue;
        }
        for (const struct model_field *part = field->fields; part->name != NULL; part++) {
            if (part->slot != 0 && n-- == 0) {
                return part;
            }
        }
    }
    return NULL;
}

const struct model_join *model_join_find(const struct model *model, const char *name)
{
    for (const struct model_join *join = model->joins; join->name != NULL; join++) {
        if (strcmp(join->name, name) == 0) {
            return join;
        }
    }
    return NULL;
}

const struct model_join_name *model_join_nth(size_t n)
{
    return n < JOIN_COUNT ? &join_names[n] : NULL;
}

const char *model_changed_name(uint8_t number)
{
    const struct model *model = model_by_number(number);

    if (model != NULL) {
        return model->name;
    }
    for (size_t i = 0; i < JOIN_COUNT; i++) {
        if (join_names[i].number == number) {
            return join_names[i].name;
        }
    }
    return NULL;
}
