#include "fixture.h"

static const char *const MODELS[] = {"hris_employees", "hris_teams", "hris_absences", NULL};
static const char *const FIELDS[] = {"first_name", "last_name", "work_email", NULL};

static bool listed(const char *const *names, const char *name)
{
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool model_known(void *ctx, const char *model)
{
    (void)ctx;
    return listed(MODELS, model);
}

static bool field_known(void *ctx, const char *model, const char *field)
{
    (void)ctx;
    (void)model;
    return listed(FIELDS, field);
}

static const char *model_nth(void *ctx, size_t n)
{
    (void)ctx;
    return n < 3 ? MODELS[n] : NULL;
}

static const char *field_nth(void *ctx, const char *model, size_t n)
{
    (void)ctx;
    (void)model;
    return n < 3 ? FIELDS[n] : NULL;
}

static const struct config_names NAMES = {
    .model_known = model_known, .field_known = field_known, .model_nth = model_nth, .field_nth = field_nth};

#define SCOPE_OF(models) BASE "scopes = ( { name = \"default\";\nmodels = { " models " }; } );\n"

TEST(without_scopes_there_is_a_default_that_enables_everything)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, BASE);
    EXPECT_INT(1, f.cfg->scopes.count);
    EXPECT_STR("default", f.cfg->scopes.items[0].name);
    EXPECT_INT(CONFIG_ENABLED, f.cfg->scopes.items[0].default_model);
    fixture_takes(&f, BASE "scopes = ( { name = \"all\"; } );");
    EXPECT_INT(1, f.cfg->scopes.count);
    EXPECT_STR("all", f.cfg->scopes.items[0].name);
    EXPECT_INT(CONFIG_ENABLED, f.cfg->scopes.items[0].default_model);
    fixture_takes(&f, BASE "scopes = ( { name = \"all\"; default_model = \"optional\"; } );");
    EXPECT_INT(CONFIG_OPTIONAL, f.cfg->scopes.items[0].default_model);
    fixture_fini(&f);
}

TEST(models_are_a_word_or_a_group_with_fields)
{
    struct fixture f;
    const struct config_scope *scope;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_load_with(
        &f,
        SCOPE_OF("hris_employees = { fields = { first_name = \"enabled\"; last_name = \"optional\"; }; };"
                 "hris_teams = \"optional\"; hris_absences = { state = \"disabled\"; };"),
        &NAMES);
    EXPECT_INT(0, f.rc);
    scope = &f.cfg->scopes.items[0];
    EXPECT_INT(CONFIG_DISABLED, scope->default_model);
    EXPECT_INT(3, scope->model_count);
    EXPECT_STR("hris_employees", scope->models[0].name);
    EXPECT_INT(CONFIG_ENABLED, scope->models[0].use);
    EXPECT_INT(2, scope->models[0].field_count);
    EXPECT_STR("last_name", scope->models[0].fields[1].name);
    EXPECT_INT(CONFIG_OPTIONAL, scope->models[0].fields[1].use);
    EXPECT_INT(CONFIG_DISABLED, scope->models[0].default_field);
    EXPECT_INT(CONFIG_OPTIONAL, scope->models[1].use);
    EXPECT_INT(CONFIG_ENABLED, scope->models[1].default_field);
    EXPECT_INT(CONFIG_DISABLED, scope->models[2].use);
    fixture_fini(&f);
}

TEST(fields_are_all_or_an_array_of_the_enabled_ones)
{
    struct fixture f;
    const struct config_scope_model *models;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_load_with(&f,
                      SCOPE_OF("hris_employees = { fields = [ \"first_name\", \"work_email\" ]; };"
                               "hris_teams = { fields = \"all\"; };"
                               "hris_absences = { fields = { first_name = \"disabled\"; };"
                               "                  default_field = \"enabled\"; };"),
                      &NAMES);
    EXPECT_INT(0, f.rc);
    models = f.cfg->scopes.items[0].models;
    EXPECT_INT(2, models[0].field_count);
    EXPECT_STR("work_email", models[0].fields[1].name);
    EXPECT_INT(CONFIG_ENABLED, models[0].fields[1].use);
    EXPECT_INT(CONFIG_DISABLED, models[0].default_field);
    EXPECT_INT(0, models[1].field_count);
    EXPECT_INT(CONFIG_ENABLED, models[1].default_field);
    EXPECT_INT(CONFIG_DISABLED, models[2].fields[0].use);
    EXPECT_INT(CONFIG_ENABLED, models[2].default_field);
    fixture_fini(&f);
}

TEST(unknown_models_and_fields_are_errors_with_the_nearest_name)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_load_with(&f,
                      SCOPE_OF("hris_employes = \"enabled\";\n"
                               "hris_teams = { fields = [ \"frist_name\",\n\"nothing_like_it\" ]; };\n"
                               "hris_employees = { fields = { wrok_email = \"on\"; }; };\n"),
                      &NAMES);
    EXPECT_INT(WEIR_E_CONFIG, f.rc);
    fixture_says(&f,
                 "/weir.conf:4: error: scopes[0].models.hris_employes: there is no model \"hris_employes\" "
                 "\u2014 did you mean \"hris_employees\"?");
    fixture_says(&f, "/weir.conf:5: error: scopes[0].models.hris_teams.fields[0]: hris_teams has no field "
                     "\"frist_name\" \u2014 did you mean \"first_name\"?");
    fixture_says(&f, "/weir.conf:6: error: scopes[0].models.hris_teams.fields[1]: hris_teams has no field "
                     "\"nothing_like_it\"");
    fixture_says(&f, "fields.wrok_email: hris_employees has no field \"wrok_email\"");
    fixture_says(
        &f,
        "fields.wrok_email: unknown word \"on\" \u2014 write one of \"disabled\", \"optional\", \"enabled\"");
    fixture_load_with(&f,
                      BASE "public_url = \"https://h.example.com\";\nintegrations = ( { id = \"okta:a\";\n"
                           "organization = \"A\"; opted_out = [ \"hris_team\" ]; } );",
                      &NAMES);
    fixture_says(
        &f, ":5: error: integrations[0].opted_out[0]: there is no model \"hris_team\" \u2014 did you mean");
    fixture_fini(&f);
}

TEST(a_scope_that_leaves_nothing_is_refused)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, SCOPE_OF("hris_absences = \"disabled\";"), "scopes[0].models: leaves no model");
    fixture_refuses(&f, SCOPE_OF("hris_teams = { fields = { name = \"disabled\"; }; };"),
                    "scopes[0].models.hris_teams.fields: leaves no field");
    fixture_takes(&f, BASE "scopes = ( { name = \"s\"; default_model = \"enabled\";\n"
                           " models = { hris_absences = \"disabled\"; }; } );");
    fixture_fini(&f);
}

TEST(wrong_shapes_of_models_and_fields_are_told)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, BASE "scopes = ( { name = \"s\"; models = [ \"a\" ]; } );",
                    "models: must be a group");
    fixture_refuses(&f, SCOPE_OF("hris_teams = true;"),
                    ":4: error: scopes[0].models.hris_teams: must be a word or a");
    fixture_refuses(&f, SCOPE_OF("hris_teams = { fields = 1; };"),
                    "hris_teams.fields: must say which fields");
    fixture_refuses(&f, SCOPE_OF("hris_teams = { fields = \"al\"; };"), "did you mean \"all\"?");
    fixture_refuses(&f, SCOPE_OF("hris_teams = { feilds = \"all\"; };"), "did you mean \"fields\"?");
    fixture_fini(&f);
}

TEST(an_integration_may_only_name_a_scope_that_is_there)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f,
                    BASE "public_url = \"https://h.example.com\";\n"
                         "scopes = ( { name = \"limited\"; } );\n"
                         "integrations = ( { id = \"okta:a\"; organization = \"A\";\n"
                         "    scope = \"limitd\"; },\n"
                         "  { id = \"okta:b\"; organization = \"B\"; } );\n",
                    "/weir.conf:6: error: integrations[0].scope: there is no scope \"limitd\" "
                    "\u2014 did you mean \"limited\"?");
    fixture_says(&f, "/weir.conf:7: error: integrations[1].scope: there is no scope \"default\"");
    EXPECT_INT(2, f.report.error_count);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(without_scopes_there_is_a_default_that_enables_everything),
        UNIT(models_are_a_word_or_a_group_with_fields),
        UNIT(fields_are_all_or_an_array_of_the_enabled_ones),
        UNIT(unknown_models_and_fields_are_errors_with_the_nearest_name),
        UNIT(a_scope_that_leaves_nothing_is_refused),
        UNIT(wrong_shapes_of_models_and_fields_are_told),
        UNIT(an_integration_may_only_name_a_scope_that_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
