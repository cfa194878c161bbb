#include "fixture.h"

#include "config/peek.h"

static char *peeked(struct fixture *f, const char *text, char *out, size_t size)
{
    memset(&f->err, 0, sizeof f->err);
    fixture_put_text(f, "weir.conf", text);
    (void)snprintf(out, size, "untouched");
    f->rc = config_peek_admin_socket(out, size, f->path, &f->err);
    return out;
}

TEST(the_socket_is_found_though_no_secret_can_be_read)
{
    struct fixture f;
    char out[108];

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT_STR("/var/lib/weir/admin.sock",
               peeked(&f,
                      "data_dir = \"/var/lib/weir\";\n"
                      "master_key = \"@file:/nowhere/master.key\";\n"
                      "api_keys = ( { name = \"app\"; key = \"@env:WEIR_TEST_UNSET\"; } );\n",
                      out, sizeof out));
    EXPECT_INT(0, f.rc);
    EXPECT_STR("/run/weir.sock",
               peeked(&f, "data_dir = \"/d\"; admin_socket = \"/run/weir.sock\";", out, sizeof out));
    fixture_fini(&f);
}

TEST(a_relative_path_starts_from_the_folder_of_the_file_and_includes_count)
{
    struct fixture f;
    char out[108];
    char want[108];

    UNUSED_STATE;
    fixture_init(&f);
    (void)snprintf(want, sizeof want, "%s/data/admin.sock", f.dir);
    fixture_put_text(&f, "more.conf", "data_dir = \"data\";\n");
    EXPECT_STR(want, peeked(&f, "@include \"more.conf\"\n", out, sizeof out));
    setenv("WEIR_TEST_DIR", "/from/env", 1);
    EXPECT_STR("/from/env/admin.sock", peeked(&f, "data_dir = \"@env:WEIR_TEST_DIR\";", out, sizeof out));
    fixture_fini(&f);
}

TEST(what_stands_in_the_way_is_told_and_the_output_left_alone)
{
    struct fixture f;
    char out[40];

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT_STR("untouched", peeked(&f, "listen = \"127.0.0.1:1\";", out, sizeof out));
    EXPECT_INT(WEIR_E_CONFIG, f.rc);
    EXPECT(strstr(f.err.message, "neither data_dir nor admin_socket") != NULL);
    EXPECT_STR("untouched", peeked(&f, "\ndata_dir = 7;", out, sizeof out));
    EXPECT(strstr(f.err.message, "weir.conf:2: error: data_dir: must be a string") != NULL);
    EXPECT_STR("untouched", peeked(&f, "a = 1;\ndata_dir = = 2;", out, sizeof out));
    EXPECT(strstr(f.err.message, "weir.conf:2: syntax error") != NULL);
    EXPECT_STR("untouched", peeked(&f, "data_dir = \"@env:WEIR_TEST_UNSET\";", out, sizeof out));
    EXPECT(strstr(f.err.message, "WEIR_TEST_UNSET is not set") != NULL);
    EXPECT_STR("untouched",
               peeked(&f, "data_dir = \"/a/path/that/is/longer/than/the/room\";", out, sizeof out));
    EXPECT(strstr(f.err.message, "too long for a Unix socket") != NULL);
    EXPECT_INT(WEIR_E_CONFIG, config_peek_admin_socket(out, sizeof out, "/nowhere/weir.conf", &f.err));
    EXPECT(strstr(f.err.message, "/nowhere/weir.conf") != NULL);
    EXPECT_STR("untouched", out);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_socket_is_found_though_no_secret_can_be_read),
        UNIT(a_relative_path_starts_from_the_folder_of_the_file_and_includes_count),
        UNIT(what_stands_in_the_way_is_told_and_the_output_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
