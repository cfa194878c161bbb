#include "script.h"

static int group_record_of(struct fake *f, const char *model, const char *id)
{
    struct weir_ref ref = {weir_str(model), weir_str(id), weir_str("")};

    return weir_connector.fetch->record(fake_okta(f), &ref, fake_sink(f), NULL);
}

TEST(a_group_is_read_or_gone)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "GET /api/v1/groups/" GROUP_ID, 200, SALES);
    EXPECT_INT(0, group_record_of(f, "hris_teams", GROUP_ID));
    expect_json("{\"name\":\"Sales\",\"type\":\"TEAM\",\"parent_id\":null}",
                fake_json(f, "record", "hris_teams", GROUP_ID));
    fake_forget(f);
    fake_script(f, "GET /api/v1/groups/" GROUP_ID, 404, ERROR("E0000007"));
    EXPECT_INT(0, group_record_of(f, "hris_teams", GROUP_ID));
    EXPECT_STR("gone hris_teams " GROUP_ID, fake_line(f, 0));
    fake_script(f, "GET /api/v1/groups/00g0", 200, SALES);
    EXPECT_INT(WEIR_E_INVALID, group_record_of(f, "hris_teams", "00g0"));
    fake_script(f, "GET /api/v1/groups/00g0", 200, EVERYONE);
    EXPECT_INT(0, group_record_of(f, "hris_teams", "00g0"));
    EXPECT_STR("gone hris_teams 00g0", fake_line(f, 1));
    EXPECT_INT(WEIR_E_INVALID, group_record_of(f, "hris_teams", "a/b"));
    fake_free(f);
}

TEST(a_department_is_told_from_its_own_id)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    EXPECT_INT(0, group_record_of(f, "hris_teams", "department:Sales & Co"));
    expect_json("{\"name\":\"Sales & Co\",\"type\":\"DEPARTMENT\",\"parent_id\":null}",
                fake_json(f, "record", "hris_teams", "department:Sales & Co"));
    EXPECT_INT(0, group_record_of(f, "hris_legal_entities", "organization:Acme"));
    EXPECT_INT(0, group_record_of(f, "hris_teams", "department:#abc"));
    EXPECT_STR("", fake_line(f, 2));
    EXPECT_INT(WEIR_E_UNSUPPORTED, group_record_of(f, "hris_locations", "address:#abc"));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_group_is_read_or_gone),
        UNIT(a_department_is_told_from_its_own_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
