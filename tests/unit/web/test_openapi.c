#include "fixture.h"

TEST(an_application_gets_its_part_with_its_key)
{
    struct fixture *f = fixture_new();
    struct answer a, b;

    UNUSED_STATE;
    expect_error(ask_full(server_port(f->public), "GET", "/v1/openapi.json", "", ""), 401,
                 "PLATFORM.AUTHENTICATION_INVALID");
    a = api_get(f, "/v1/openapi.json");
    EXPECT_INT(200, a.status);
    EXPECT(strstr(a.head, "Content-Type: application/json") != NULL);
    EXPECT_STR("3.1.0", text_at(a.json, "openapi"));
    EXPECT_STR("0.1.0", text_at(a.json, "info.version"));
    EXPECT(strstr(a.text, "/v1/hris/employees") != NULL);
    EXPECT(strstr(a.text, "/admin/v1") == NULL && strstr(a.text, "AdminKey") == NULL);
    b = api_get(f, "/v1/openapi.json");
    EXPECT_STR(a.text, b.text);
    answer_free(&a);
    answer_free(&b);
    fixture_free(f);
}

TEST(the_admin_listener_describes_everything)
{
    struct fixture *f = fixture_new();
    struct answer a, b;

    UNUSED_STATE;
    expect_admin_error(ask_full(server_port(f->admin), "GET", "/admin/v1/openapi.json",
                                "Authorization: Bearer " API_KEY "\r\n", ""),
                       401, "AUTHENTICATION_INVALID");
    a = admin_ask(f, "GET", "/admin/v1/openapi.json", "");
    EXPECT_INT(200, a.status);
    EXPECT_STR("3.1.0", text_at(a.json, "openapi"));
    EXPECT(strstr(a.text, "\"/v1/hris/employees\"") != NULL &&
           strstr(a.text, "\"/admin/v1/status\"") != NULL);
    EXPECT(strstr(a.text, "\"/healthz\"") != NULL);
    b = ask_full(server_port(f->local), "GET", "/admin/v1/openapi.json", "", "");
    EXPECT_STR(a.text, b.text);
    answer_free(&a);
    answer_free(&b);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_application_gets_its_part_with_its_key),
        UNIT(the_admin_listener_describes_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
