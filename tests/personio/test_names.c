#include "fake_personio.h"

#include "fetch.h"
#include "names.h"

#define LIST(items) "{\"_data\":[" items "],\"_meta\":{\"links\":{\"self\":{\"href\":\"x\"}}}}"

static int fetch(struct fake *f, const char *model, const char *id)
{
    struct weir_ref ref = {weir_str(model), weir_str(id), weir_str("")};

    return personio_fetch.record(fake_personio(f), &ref, fake_sink(f), NULL);
}

static int list(struct fake *f, const char *model, const char *cursor, struct weir_error *err)
{
    char copy[300];

    (void)snprintf(copy, sizeof copy, "%s", cursor != NULL ? cursor : "");
    fake_forget(f);
    return personio_fetch.list(fake_personio(f), weir_str(model), 0, weir_str(copy), fake_sink(f), err);
}

TEST(a_group_is_read_by_its_kind_and_its_id)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/org-units/4502?type=team", 200,
                "{\"id\":4502,\"type\":\"team\",\"name\":\"Platform\",\"parent_id\":\"4500\"}");
    EXPECT_INT(0, fetch(f, "hris_teams", "team:4502"));
    EXPECT(fake_header(f, "Beta") == NULL);
    expect_json("{\"name\":\"Platform\",\"type\":\"TEAM\",\"parent_id\":\"team:4500\"}",
                fake_json(f, "record", "hris_teams", "team:4502"));
    fake_script(f, "GET /v2/org-units/401?type=department", 200,
                "{\"id\":\"401\",\"name\":\"R&D\",\"parent_id\":null}");
    EXPECT_INT(0, fetch(f, "hris_teams", "department:401"));
    expect_json("{\"name\":\"R&D\",\"type\":\"DEPARTMENT\",\"parent_id\":null}",
                fake_json(f, "record", "hris_teams", "department:401"));
    fake_script(f, "GET /v2/cost-centers?id=1000", 200,
                LIST("{\"id\":\"1001\"},{\"id\":1000,\"name\":\"Eng\"}"));
    EXPECT_INT(0, fetch(f, "hris_teams", "cost_center:1000"));
    EXPECT_STR("true", fake_header(f, "Beta"));
    expect_json("{\"name\":\"Eng\",\"type\":\"COST_CENTER\",\"parent_id\":null}",
                fake_json(f, "record", "hris_teams", "cost_center:1000"));
    fake_free(f);
}

TEST(places_and_types_are_read_by_id)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/workplaces?id=60302", 200, LIST("{\"id\":\"60302\",\"name\":\"Berlin\"}"));
    EXPECT_INT(0, fetch(f, "hris_locations", "60302"));
    EXPECT_STR("true", fake_header(f, "Beta"));
    expect_json("{\"name\":\"Berlin\"}", fake_json(f, "record", "hris_locations", "60302"));
    fake_script(f, "GET /v2/legal-entities/170", 200,
                "{\"id\":\"170\",\"name\":\"Acme GmbH\",\"country\":\"DE\"}");
    EXPECT_INT(0, fetch(f, "hris_legal_entities", "170"));
    EXPECT(fake_header(f, "Beta") == NULL);
    expect_json("{\"name\":\"Acme GmbH\",\"address\":{\"country\":\"DE\"}}",
                fake_json(f, "record", "hris_legal_entities", "170"));
    fake_script(f, "GET /v2/absence-types/abc6", 200,
                "{\"id\":\"abc6\",\"name\":\"Doctor\",\"unit\":\"HOUR\"}");
    EXPECT_INT(0, fetch(f, "hris_absence_types", "abc6"));
    expect_json("{\"name\":\"Doctor\",\"unit\":\"HOURS\",\"half_days_supported\":false,\"exact_times_"
                "supported\":true}",
                fake_json(f, "record", "hris_absence_types", "abc6"));
    fake_free(f);
}

TEST(what_is_not_there_is_gone_but_what_is_not_offered_is_not)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/legal-entities/170", 404, "");
    EXPECT_INT(0, fetch(f, "hris_legal_entities", "170"));
    EXPECT_STR("gone hris_legal_entities 170", fake_line(f, 0));
    fake_script(f, "GET /v2/workplaces?id=60302", 200, LIST(""));
    EXPECT_INT(0, fetch(f, "hris_locations", "60302"));
    EXPECT_STR("gone hris_locations 60302", fake_line(f, 1));
    fake_script(f, "GET /v2/workplaces?id=60302", 404, "");
    EXPECT_INT(WEIR_E_UNSUPPORTED, fetch(f, "hris_locations", "60302"));
    fake_script(f, "GET /v2/legal-entities/170", 412, "");
    EXPECT_INT(WEIR_E_UNSUPPORTED, fetch(f, "hris_legal_entities", "170"));
    fake_script(f, "GET /v2/org-units/1?type=team", 403, "");
    EXPECT_INT(WEIR_E_PERMISSION, fetch(f, "hris_teams", "team:1"));
    EXPECT_INT(WEIR_E_INVALID, fetch(f, "hris_teams", "guild:1"));
    EXPECT_INT(WEIR_E_INVALID, fetch(f, "hris_teams", "4502"));
    EXPECT_INT(WEIR_E_INVALID, fetch(f, "hris_time_off_balances", "1"));
    EXPECT_STR("", fake_line(f, 2));
    fake_free(f);
}

TEST(the_list_of_groups_goes_through_teams_departments_and_cost_centers)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/org-units?type=team&sort=id&limit=100", 200,
                "{\"_data\":[{\"id\":\"7\",\"name\":\"A\"}],\"_meta\":{\"links\":{\"next\":{\"href\":\"?"
                "cursor=t2\"}}}}");
    EXPECT_INT(0, list(f, "hris_teams", "", NULL));
    EXPECT_STR("true", fake_header(f, "Beta"));
    fake_script(f, "GET /v2/org-units?type=team&sort=id&limit=100&cursor=t2", 200, LIST(""));
    EXPECT_INT(0, list(f, "hris_teams", fake_next(f), NULL));
    fake_script(f, "GET /v2/org-units?type=department&sort=id&limit=100", 200,
                LIST("{\"id\":\"7\",\"name\":\"B\"}"));
    EXPECT_INT(0, list(f, "hris_teams", fake_next(f), NULL));
    EXPECT_STR("record hris_teams department:7", fake_line(f, 0));
    fake_script(f, "GET /v2/cost-centers?limit=100", 200, LIST("{\"id\":\"7\",\"name\":\"C\"}"));
    EXPECT_INT(0, list(f, "hris_teams", fake_next(f), NULL));
    EXPECT_STR("record hris_teams cost_center:7", fake_line(f, 0));
    EXPECT(fake_next(f) == NULL);
    fake_free(f);
}

TEST(cost_centers_that_may_not_be_read_end_the_list_unless_some_are_known)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};

    fake_with_token(f);
    fake_script(f, "GET /v2/cost-centers?limit=100", 403, "");
    EXPECT_INT(0, list(f, "hris_teams", "2|0|0|0|0|", NULL));
    EXPECT(fake_next(f) == NULL);
    fake_script(f, "GET /v2/cost-centers?limit=100", 404, "");
    EXPECT_INT(0, list(f, "hris_teams", "2|0|0|0|0|", NULL));
    /* Ending the list would declare the known ones gone. */
    names_cost_centers_seen(fake_personio(f));
    fake_restart(f);
    fake_with_token(f);
    fake_script(f, "GET /v2/cost-centers?limit=100", 403, "");
    EXPECT_INT(WEIR_E_UNSUPPORTED, list(f, "hris_teams", "2|0|0|0|0|", &err));
    EXPECT(strstr(err.message, "cost centers") != NULL);
    fake_script(f, "GET /v2/cost-centers?limit=100", 503, "");
    EXPECT_INT(WEIR_E_LATER, list(f, "hris_teams", "2|0|0|0|0|", &err));
    EXPECT_INT(WEIR_E_INVALID, list(f, "hris_teams", "3|0|0|0|0|", &err));
    fake_free(f);
}

TEST(cost_centers_that_were_listed_are_known)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/cost-centers?limit=100", 200, LIST("{\"id\":\"1000\",\"name\":\"Core\"}"));
    EXPECT_INT(0, list(f, "hris_teams", "2|0|0|0|0|", NULL));
    fake_restart(f);
    fake_with_token(f);
    fake_script(f, "GET /v2/cost-centers?limit=100", 403, "");
    EXPECT_INT(WEIR_E_UNSUPPORTED, list(f, "hris_teams", "2|0|0|0|0|", NULL));
    fake_free(f);
}

TEST(lists_that_an_account_does_not_have_delete_nothing)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/org-units?type=team&sort=id&limit=100", 404, "");
    EXPECT_INT(WEIR_E_UNSUPPORTED, list(f, "hris_teams", "", NULL));
    fake_script(f, "GET /v2/workplaces?limit=100", 404, "");
    EXPECT_INT(WEIR_E_UNSUPPORTED, list(f, "hris_locations", "", NULL));
    EXPECT_STR("true", fake_header(f, "Beta"));
    fake_script(f, "GET /v2/legal-entities?limit=100", 412, "");
    EXPECT_INT(WEIR_E_UNSUPPORTED, list(f, "hris_legal_entities", "", NULL));
    fake_script(f, "GET /v2/absence-types?limit=100", 403, "");
    EXPECT_INT(WEIR_E_PERMISSION, list(f, "hris_absence_types", "", NULL));
    EXPECT_INT(WEIR_E_INVALID, list(f, "hris_nothing", "", NULL));
    fake_free(f);
}

TEST(the_list_of_types_teaches_their_units)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    json_t *told = json_object();
    enum names_unit unit = NAMES_UNIT_UNKNOWN;

    fake_with_token(f);
    fake_script(
        f, "GET /v2/absence-types?limit=100", 200,
        LIST("{\"id\":\"a\",\"name\":\"Vacation\",\"category\":null,\"unit\":\"DAY\"},{\"id\":\"b\",\"name\":"
             "\"Doctor\",\"unit\":\"HOUR\"},{\"id\":\"c\",\"unit\":\"WEEK\"},{\"id\":\"d\"}"));
    EXPECT_INT(0, list(f, "hris_absence_types", "", NULL));
    expect_json("{\"unit\":null,\"half_days_supported\":null,\"exact_times_supported\":null}",
                fake_json(f, "record", "hris_absence_types", "c"));
    expect_json("{}", fake_json(f, "record", "hris_absence_types", "d"));
    EXPECT_INT(0, names_type_unit(&unit, fake_personio(f), told, weir_str("a"), fake_sink(f), NULL));
    EXPECT(unit == NAMES_UNIT_DAYS);
    EXPECT_INT(0, names_type_unit(&unit, fake_personio(f), told, weir_str("b"), fake_sink(f), NULL));
    EXPECT(unit == NAMES_UNIT_HOURS);
    EXPECT_INT(0, names_type_unit(&unit, fake_personio(f), told, weir_str("c"), fake_sink(f), NULL));
    EXPECT(unit == NAMES_UNIT_UNKNOWN);
    json_decref(told);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_group_is_read_by_its_kind_and_its_id),
        UNIT(places_and_types_are_read_by_id),
        UNIT(what_is_not_there_is_gone_but_what_is_not_offered_is_not),
        UNIT(the_list_of_groups_goes_through_teams_departments_and_cost_centers),
        UNIT(cost_centers_that_may_not_be_read_end_the_list_unless_some_are_known),
        UNIT(cost_centers_that_were_listed_are_known),
        UNIT(lists_that_an_account_does_not_have_delete_nothing),
        UNIT(the_list_of_types_teaches_their_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
