/* A scope as JSON: what it means, and what is refused. */
#include "model/scope_text.h"

#include "expect.h"

static const struct model *model(const char *name)
{
    return model_find(weir_str(name));
}

static enum scope_setting field(const struct scope *scope, const char *of, const char *name)
{
    return scope_field_setting(scope, model(of), model_field_find(model(of), weir_str(name)));
}

static struct scope *read(const char *json)
{
    struct weir_error err = {0};
    struct scope *scope = NULL;

    if (scope_from_json(&scope, "s", weir_str(json), &err) != 0) {
        fail_msg("%s", err.message);
    }
    return scope;
}

TEST(what_is_not_named_is_disabled_and_words_are_as_in_the_file)
{
    struct scope *scope =
        read("{\"models\":{\"hris_teams\":\"enabled\",\"hris_employees\":{\"state\":\"optional\","
             "\"fields\":[\"first_name\"]},\"hris_locations\":{\"fields\":{\"name\":\"optional\"},"
             "\"default_field\":\"enabled\"}},\"dry_run\":true,\"name\":\"s\"}");

    UNUSED_STATE;
    EXPECT_INT(SCOPE_ENABLED, scope_model_setting(scope, model("hris_teams")));
    EXPECT_INT(SCOPE_OPTIONAL, scope_model_setting(scope, model("hris_employees")));
    EXPECT_INT(SCOPE_ENABLED, field(scope, "hris_employees", "first_name"));
    EXPECT_INT(SCOPE_DISABLED, field(scope, "hris_employees", "work_email"));
    EXPECT_INT(SCOPE_OPTIONAL, field(scope, "hris_locations", "name"));
    EXPECT_INT(SCOPE_ENABLED, field(scope, "hris_locations", "type"));
    EXPECT_INT(SCOPE_DISABLED, scope_model_setting(scope, model("hris_absences")));
    scope_free(scope);
}

TEST(an_empty_one_allows_all_and_a_default_is_for_the_others)
{
    struct scope *all = read("{}");
    struct scope *most = read("{\"default_model\":\"enabled\",\"models\":{\"hris_absences\":\"disabled\"}}");

    UNUSED_STATE;
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        EXPECT(scope_allows(all, model_nth(i)));
    }
    EXPECT(!scope_allows(most, model("hris_absences")));
    EXPECT(scope_allows(most, model("hris_teams")));
    scope_free(all);
    scope_free(most);
}

TEST(what_is_written_reads_as_the_same)
{
    struct scope *scope = read("{\"models\":{\"hris_teams\":\"optional\",\"hris_employees\":{\"fields\":"
                               "{\"first_name\":\"optional\",\"ssn\":\"enabled\"}}}}");
    struct scope *again = NULL;
    struct buf text;

    UNUSED_STATE;
    buf_init(&text, SCOPE_TEXT_MAX);
    buf_add_text(&text, "{\"models\":");
    scope_to_json(&text, scope);
    buf_add_char(&text, '}');
    EXPECT_INT(0, scope_from_json(&again, "s", buf_str(&text), NULL));
    EXPECT(scope_digest(scope) == scope_digest(again));
    EXPECT_INT(SCOPE_OPTIONAL, field(again, "hris_employees", "first_name"));
    EXPECT_INT(SCOPE_OPTIONAL, scope_model_setting(again, model("hris_teams")));
    buf_fini(&text);
    scope_free(scope);
    scope_free(again);
}

TEST(what_a_customer_refused_stays_refused_where_it_is_optional)
{
    struct scope *was = read("{\"models\":{\"hris_teams\":\"optional\",\"hris_absences\":\"optional\"}}");
    struct scope *now = read("{\"models\":{\"hris_teams\":\"optional\",\"hris_absences\":\"enabled\"}}");

    UNUSED_STATE;
    scope_opt_out(was, weir_str("hris_teams"), weir_str(""));
    scope_opt_out(was, weir_str("hris_absences"), weir_str(""));
    scope_adopt_refusals(now, was);
    EXPECT(!scope_allows(now, model("hris_teams")));
    EXPECT(scope_allows(now, model("hris_absences")));
    scope_free(was);
    scope_free(now);
}

TEST(what_is_none_is_refused_with_its_name)
{
    static const char *const cases[][2] = {
        {"", "JSON object"},
        {"[]", "JSON object"},
        {"{\"models\":[]}", "has to be an object"},
        {"{\"model\":{}}", "\"model\""},
        {"{\"models\":{\"hris_people\":\"enabled\"}}", "hris_people"},
        {"{\"models\":{\"hris_teams\":\"on\"}}", "hris_teams"},
        {"{\"models\":{\"hris_teams\":1}}", "hris_teams"},
        {"{\"models\":{\"hris_teams\":{\"stat\":\"enabled\"}}}", "stat"},
        {"{\"models\":{\"hris_teams\":{\"fields\":[\"shoe_size\"]}}}", "shoe_size"},
        {"{\"models\":{\"hris_teams\":{\"fields\":[1]}}}", "hris_teams"},
        {"{\"models\":{\"hris_teams\":{\"fields\":3}}}", "fields"},
        {"{\"models\":{\"hris_teams\":{\"fields\":{\"name\":\"on\"}}}}", "name"},
        {"{\"models\":{\"hris_teams\":{\"default_field\":true}}}", "default_field"},
        {"{\"models\":{\"hris_teams\":\"disabled\"}}", "no model"},
        {"{\"models\":{\"hris_teams\":\"enabled\",\"hris_teams\":\"disabled\"}}", "JSON object"},
        {"{\"default_model\":\"all\"}", "default_model"},
    };
    struct scope *scope = NULL;

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weir_error err = {0};

        if (scope_from_json(&scope, "s", weir_str(cases[i][0]), &err) != WEIR_E_INVALID ||
            strstr(err.message, cases[i][1]) == NULL) {
            fail_msg("%s: %s", cases[i][0], err.message);
        }
    }
    EXPECT(scope == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_is_not_named_is_disabled_and_words_are_as_in_the_file),
        UNIT(an_empty_one_allows_all_and_a_default_is_for_the_others),
        UNIT(what_is_written_reads_as_the_same),
        UNIT(what_a_customer_refused_stays_refused_where_it_is_optional),
        UNIT(what_is_none_is_refused_with_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
