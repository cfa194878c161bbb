/* What the log shows of a tool's answers: their shape, never a value. */
#include "expect.h"

#include "flow/masked.h"

static void masks(const char *wanted, const char *json)
{
    struct buf out;

    buf_init(&out, 64u * 1024);
    masked_json(&out, weir_bytes(json, strlen(json)), 200);
    buf_add_char(&out, '\0');
    EXPECT_STR(wanted, out.data);
    buf_fini(&out);
}

static void masks_path(const char *wanted, const char *path)
{
    struct buf out;

    buf_init(&out, 4096);
    masked_path(&out, weir_str(path));
    buf_add_char(&out, '\0');
    EXPECT_STR(wanted, out.data);
    buf_fini(&out);
}

TEST(values_become_the_names_of_their_kinds)
{
    UNUSED_STATE;
    masks("{\"id\":\"text\",\"age\":\"number\",\"on\":\"boolean\",\"off\":\"boolean\",\"gone\":null,\"none\":"
          "\"\"}",
          "{ \"id\": \"Ada \\\"L\\\"\", \"age\": -1.5e3, \"on\": true, \"off\": false, \"gone\": null, "
          "\"none\": \"\" }");
    masks("\"text\"", "\"secret\"");
    masks("", "");
}

TEST(of_an_array_two_are_shown)
{
    UNUSED_STATE;
    masks("[\"number\",\"number\",\"...\"]", "[1, 2, 3, 4]");
    masks("{\"data\":[{\"a\":[]},{\"a\":[\"text\"]}]}", "{\"data\":[{\"a\":[]},{\"a\":[\"x\"]}]}");
}

TEST(a_name_that_could_be_a_person_is_left_out)
{
    UNUSED_STATE;
    masks("{\"...\":\"number\",\"ok-1\":{\"...\":\"text\"}}",
          "{\"ada@example.com\":1,\"ok-1\":{\"Ada Lovelace\":\"x\"}}");
}

TEST(what_is_long_is_cut_and_stays_json)
{
    char json[4096] = "{";
    size_t len = 1;
    struct buf out;

    UNUSED_STATE;
    for (int i = 0; i < 100; i++) {
        len += (size_t)snprintf(json + len, sizeof json - len, "%s\"member_%d\":\"x\"", i > 0 ? "," : "", i);
    }
    (void)snprintf(json + len, sizeof json - len, "}");
    buf_init(&out, 64u * 1024);
    masked_json(&out, weir_bytes(json, strlen(json)), 200);
    EXPECT(out.len < 300);
    EXPECT(memcmp(out.data + out.len - 13, ",\"...\":\"...\"}", 13) == 0);
    buf_fini(&out);
}

TEST(what_is_no_json_is_only_called_so)
{
    static char deep[200];

    UNUSED_STATE;
    memset(deep, '[', sizeof deep - 1);
    masks("(no JSON)", "<html>Ada</html>");
    masks("(no JSON)", "{\"a\":1} Ada");
    masks("(no JSON)", "{\"a\":\"Ada");
    masks("(no JSON)", "[1 2]");
    masks("(no JSON)", deep);
}

TEST(a_path_keeps_its_parts_but_no_address_and_no_value_of_its_query)
{
    UNUSED_STATE;
    masks_path("/v2/persons/7", "/v2/persons/7");
    masks_path("/users/.../groups/", "/users/ada@example.com/groups/");
    masks_path("/users/...?limit=...&filter=...&...", "/users/ada%40example.com?limit=5&filter=ada&Ada+L=1");
    masks_path("", "");
    masks_path("/?", "/?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(values_become_the_names_of_their_kinds),
        UNIT(of_an_array_two_are_shown),
        UNIT(a_name_that_could_be_a_person_is_left_out),
        UNIT(what_is_long_is_cut_and_stays_json),
        UNIT(what_is_no_json_is_only_called_so),
        UNIT(a_path_keeps_its_parts_but_no_address_and_no_value_of_its_query),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
