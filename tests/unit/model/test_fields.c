/* The tool's own fields of a record, and what is filled from them. */
#include "model/fields.h"

#include "everything.h"

#include "model/canonical.h"

#define STORED                                                                                               \
    "{\"first_name\":\"Mira\",\"custom_fields\":{\"a\\\"b\":1,\"color\":\"Red\",\"langs\":[\"en\"]},"        \
    "\"remote_data\":{\"/v2/persons\":{\"email\":\"m@x.example\",\"pay\":{\"amount\":12.5,\"notes\":[1]},"   \
    "\"we.ird\":1},\"/v2/persons/{id}/employments\":[{\"id\":1}]}}"

static bool note(void *ctx, bool custom, struct weir_str key)
{
    char *text = ctx;
    size_t len = strlen(text);

    (void)snprintf(text + len, 200 - len, " %c:%.*s", custom ? 'C' : 'D', WEIR_STR_ARG(key));
    return len < 20;
}

TEST(fields_are_the_attributes_and_the_single_members_of_the_payload)
{
    char text[200] = "";

    UNUSED_STATE;
    fields_each(model_named("hris_employees"), weir_str(STORED), note, text);
    EXPECT_STR(" C:color C:langs D:email D:pay.amount", text);
    text[0] = '\0';
    fields_each(model_named("hris_employees"), weir_str("{\"custom_fields\":{"), note, text);
    EXPECT_STR("", text);
    EXPECT(fields_known_of(model_named("ats_jobs")));
    EXPECT(!fields_known_of(model_named("hris_teams")));
}

/* What a column shows with these entries; "-": its stored value says it all. */
static void shows(const char *want, const struct scope *scope, const struct fields_entry *entries,
                  size_t count, const char *column)
{
    const struct model *model = model_named("hris_employees");
    struct weir_str columns[MODEL_FIELDS_MAX];
    struct fields fields = {entries, count};
    struct fields_of of = {&fields, model, scope, columns};
    struct buf out;

    canonical_columns(columns, model, weir_str(STORED));
    buf_init(&out, 4096);
    if (!fields_add(&out, &of, model_field_find(model, weir_str(column)))) {
        buf_add_text(&out, "-");
    }
    buf_add_char(&out, '\0');
    EXPECT_STR(want, out.data);
    buf_fini(&out);
}

TEST(custom_fields_are_filled_and_integration_fields_shown_as_far_as_scope_allows)
{
    const struct model *model = model_named("hris_employees");
    const struct fields_entry entries[] = {
        {model, true, "color", "id-color", "favourite"},   {model, false, "pay.amount", "id-pay", "langs"},
        {model, false, "email", "id-mail", NULL},          {model, true, "gone", "id-gone", NULL},
        {model_named("ats_jobs"), true, "x", "id-x", "y"},
    };
    struct scope *scope = scope_everything();

    UNUSED_STATE;
    shows("-", scope, entries, 0, "custom_fields");
    shows("[]", scope, entries, 0, "integration_fields");
    shows("-", scope, entries, 5, "first_name");
    /* The payload is not asked for by name, so nothing of it shows. */
    shows("{\"a\\\"b\":1,\"color\":\"Red\",\"favourite\":\"Red\",\"langs\":null}", scope, entries, 5,
          "custom_fields");
    EXPECT(scope_set_field(scope, weir_str("hris_employees"), weir_str("remote_data"), SCOPE_ENABLED));
    shows("{\"a\\\"b\":1,\"color\":\"Red\",\"favourite\":\"Red\",\"langs\":12.5}", scope, entries, 5,
          "custom_fields");
    shows("[{\"id\":\"id-mail\",\"key\":\"email\",\"type\":\"DEFAULT\",\"value\":\"m@x.example\",\"label\":"
          "null},"
          "{\"id\":\"id-gone\",\"key\":\"gone\",\"type\":\"CUSTOM\",\"value\":null,\"label\":null}]",
          scope, entries, 5, "integration_fields");
    EXPECT(scope_set_field(scope, weir_str("hris_employees"), weir_str("custom_fields"), SCOPE_DISABLED));
    shows("-", scope, entries, 5, "custom_fields");
    EXPECT(
        scope_set_field(scope, weir_str("hris_employees"), weir_str("integration_fields"), SCOPE_DISABLED));
    shows("[]", scope, entries, 5, "integration_fields");
    scope_free(scope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(fields_are_the_attributes_and_the_single_members_of_the_payload),
        UNIT(custom_fields_are_filled_and_integration_fields_shown_as_far_as_scope_allows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
