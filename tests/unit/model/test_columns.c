/* The table has the contract's columns. */
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
    case FIELD_ANY:
        return "any";
    case FIELD_WORDS:
        return "words";
    case FIELD_CHOICES:
        return "choices";
    case FIELD_KIND:
        return "literal";
    case FIELD_LIST:
    case FIELD_REF_LIST:
    case FIELD_TEXTS:
        return "list";
    }
    return "?";
}

/* kind: of the variant around it. */
static void describe_field(struct buf *out, const char *prefix, const struct model_field *field,
                           const char *kind)
{
    const struct model_variant plain[] = {{"", field->fields}, {NULL, NULL}};
    const char *brackets = field->type == FIELD_LIST ? "[]" : "";
    char inner[200];

    buf_printf(out, "%s%s %s %s %s", prefix, field->name, type_word(field->type),
               field->nullable ? "null" : "never-null", field->must ? "must" : "may");
    for (size_t i = 0; field->values != NULL && field->values[i] != NULL; i++) {
        buf_printf(out, " %s", field->values[i]);
    }
    buf_printf(out, "%s%s\n", field->type == FIELD_KIND ? " " : "", field->type == FIELD_KIND ? kind : "");
    for (const struct model_variant *v = field->variants != NULL ? field->variants : plain; v->word != NULL;
         v++) {
        const char *inside = field->variants != NULL ? v->word : kind;

        (void)snprintf(inner, sizeof inner, field->variants != NULL ? "%s%s%s{%s}." : "%s%s%s%s.", prefix,
                       field->name, brackets, v->word);
        for (size_t i = 0; v->fields != NULL && v->fields[i].name != NULL; i++) {
            describe_field(out, inner, &v->fields[i], inside);
        }
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
        describe_field(out, prefix, field, NULL);
    }
}

static const struct model_join *join_find(const struct model_join *joins, const char *name)
{
    for (const struct model_join *join = joins; join != NULL && join->name != NULL; join++) {
        if (strcmp(join->name, name) == 0) {
            return join;
        }
    }
    return NULL;
}

static const struct model_field *part_find(const struct model *model, const struct model_join *join,
                                           const char *name)
{
    const struct model_field *list =
        join->kind == JOIN_ENTRIES ? model_field_find(model, weir_str(join->via)) : NULL;

    for (const struct model_field *part = list != NULL ? list->fields : NULL;
         part != NULL && part->name != NULL; part++) {
        if (strcmp(part->name, name) == 0) {
            return part;
        }
    }
    return NULL;
}

static void describe_join(struct buf *out, const struct model *model, const char *before,
                          const struct model_join *join)
{
    const struct model *other = model_find(weir_str(join->model));
    bool one = join->kind == JOIN_ONE;
    char prefix[200];

    buf_printf(out, "%s%s %s %s must\n", before, join->name, one ? "object" : "list",
               one && !join->not_null ? "null" : "never-null");
    (void)snprintf(prefix, sizeof prefix, "%s%s%s.", before, join->name, one ? "" : "[]");
    for (size_t i = 0; join->fields[i] != NULL; i++) {
        const char *key = join->fields[i];
        const struct model_join *nested = join_find(join->joins, key);
        const struct model_field *part = part_find(model, join, key);

        if (nested != NULL) {
            describe_join(out, other, prefix, nested);
        } else if (join->literal_key != NULL && strcmp(join->literal_key, key) == 0) {
            buf_printf(out, "%s%s literal never-null must %s\n", prefix, key, join->literal);
        } else if (part != NULL) {
            describe_field(out, prefix, part, NULL);
        } else {
            describe_key(out, other, prefix, key);
        }
    }
}

static void describe_model(struct buf *out, const struct model *model)
{
    char prefix[100];

    (void)snprintf(prefix, sizeof prefix, "%s ", model->name);
    for (size_t i = 0; model->key_order[i] != NULL; i++) {
        const struct model_join *join = join_find(model->joins, model->key_order[i]);
        const struct model_field *field = model_field_find(model, weir_str(model->key_order[i]));

        EXPECT(join != NULL || field == NULL || !field->hidden);
        if (join != NULL) {
            describe_join(out, model, prefix, join);
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

/* The models of the category that have lists of their own, in this order, against the file. */
static void compare_columns(const char *path, int category, const char *const *order)
{
    FILE *file = fopen(path, "r");
    char want[1000];
    char *got, *rest;
    struct buf all;

    assert_non_null(file);
    buf_init(&all, 1024 * 1024);
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        if (model_nth(i)->category == category && model_nth(i)->path != NULL) {
            assert_non_null(*order);
            EXPECT_STR(*order++, model_nth(i)->name);
            describe_model(&all, model_nth(i));
        }
    }
    assert_null(*order);
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

TEST(each_model_has_exactly_the_columns_of_the_contract_in_its_order)
{
    static const char *const hris[] = {"hris_employees",
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
                                       "hris_staffing_entities",
                                       NULL};
    static const char *const ats[] = {
        "ats_candidates", "ats_applications",      "ats_jobs",  "ats_application_stages",
        "ats_offers",     "ats_interviews",        "ats_users", "ats_roles",
        "ats_tags",       "ats_rejection_reasons", NULL};

    UNUSED_STATE;
    compare_columns(TEST_SOURCE_DIR "/hris_columns.txt", WEIR_CATEGORY_HRIS, hris);
    compare_columns(TEST_SOURCE_DIR "/ats_columns.txt", WEIR_CATEGORY_ATS, ats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_model_has_exactly_the_columns_of_the_contract_in_its_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
