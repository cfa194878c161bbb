#include "fixture.h"

#define STATUS "GET /admin/v1/status"
#define READY "{\"status\":\"success\",\"data\":{\"version\":\"1.2.3\",\"ready\":true,\"store\":{}}}"

TEST(the_socket_is_the_one_the_configuration_names)
{
    struct fixture f;
    char text[256];
    char words[256];

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, STATUS, 200, READY);
    (void)snprintf(text, sizeof text, "data_dir = \"%s\"; master_key = \"@env:WEIR_TEST_UNSET\";\n", f.dir);
    fixture_put(&f, "weir.conf", text);
    (void)snprintf(words, sizeof words, "-c %s/weir.conf status", f.dir);
    EXPECT_INT(CLI_OK, fixture_run(&f, words));
    (void)snprintf(words, sizeof words, "%s/weir.conf", f.dir);
    setenv("WEIR_CONFIG", words, 1);
    EXPECT_INT(CLI_OK, fixture_run(&f, "status"));
    EXPECT_STR("GET /admin/v1/status", f.asked[0]);
    fixture_fini(&f);
}

TEST(without_a_configuration_the_ways_to_name_a_daemon_are_told)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT_INT(CLI_FAILED, fixture_run(&f, "status -c /nowhere/weir.conf"));
    fixture_contains(f.err, "weir: cannot open /nowhere/weir.conf: No such file or directory\n");
    fixture_contains(f.err, "with -c, or the daemon with --socket or --url");
    fixture_fini(&f);
}

TEST(a_daemon_that_does_not_run_is_status_3_and_the_socket_is_named)
{
    struct fixture f;
    char path[160];
    char words[256];

    UNUSED_STATE;
    fixture_init(&f);
    (void)snprintf(path, sizeof path, "%s/other.sock", f.dir);
    (void)snprintf(words, sizeof words, "status --socket %s", path);
    EXPECT_INT(CLI_UNREACHABLE, fixture_run(&f, words));
    fixture_contains(f.err, path);
    fixture_contains(f.err, "there is no such socket");
    fixture_contains(f.err, "start it with: weir serve");
    fixture_put(&f, "other.sock", "");
    EXPECT_INT(CLI_UNREACHABLE, fixture_run(&f, words));
    fixture_contains(f.err, "it is not a socket");
    EXPECT_STR("", f.out);
    (void)snprintf(words, sizeof words, "data_dir = \"%s/none\";", f.dir);
    fixture_put(&f, "weir.conf", words);
    (void)snprintf(words, sizeof words, "-c %s/weir.conf status", f.dir);
    EXPECT_INT(CLI_UNREACHABLE, fixture_run(&f, words));
    (void)snprintf(words, sizeof words, "start it with: weir serve -c %s/weir.conf", f.dir);
    fixture_contains(f.err, words);
    fixture_fini(&f);
}

TEST(a_left_over_socket_and_a_closed_port_are_told_apart)
{
    struct fixture f;
    char words[256];
    char copy[160];

    UNUSED_STATE;
    fixture_init(&f);
    /* The server unlinks its own name at the end; the other name stays. */
    (void)snprintf(copy, sizeof copy, "%s/left.sock", f.dir);
    EXPECT_INT(0, link(f.socket, copy));
    loop_stop(f.loop, 0);
    (void)snprintf(words, sizeof words, "status --socket %s", copy);
    EXPECT_INT(CLI_UNREACHABLE, fixture_run(&f, words));
    fixture_contains(f.err, "the socket is left over, nobody listens");
    setenv("WEIR_ADMIN_KEY", ADMIN_KEY, 1);
    (void)snprintf(words, sizeof words, "status --url %s", f.url);
    EXPECT_INT(CLI_UNREACHABLE, fixture_run(&f, words));
    fixture_contains(f.err, "no daemon answers at http://127.0.0.1:");
    fixture_contains(f.err, "admin_listen");
    fixture_fini(&f);
}

TEST(a_socket_of_somebody_else_says_permission_denied)
{
    struct fixture f;

    UNUSED_STATE;
    if (geteuid() == 0) {
        skip(); /* to root every socket is open */
    }
    fixture_init(&f);
    EXPECT_INT(0, chmod(f.socket, 0));
    EXPECT_INT(CLI_UNREACHABLE, fixture_ask(&f, "status"));
    fixture_contains(f.err, "permission denied on ");
    fixture_contains(f.err, "as the user of the daemon or as root");
    fixture_fini(&f);
}

TEST(over_a_url_the_key_comes_from_the_environment_or_a_file)
{
    struct fixture f;
    char words[256];

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, STATUS, 200, READY);
    (void)snprintf(words, sizeof words, "status --url %s", f.url);
    setenv("WEIR_ADMIN_KEY", ADMIN_KEY, 1);
    EXPECT_INT(CLI_OK, fixture_run(&f, words));
    setenv("WEIR_ADMIN_KEY", "a-key-that-is-not-it", 1);
    EXPECT_INT(CLI_FAILED, fixture_run(&f, words));
    fixture_contains(f.err, "refuses the admin key of WEIR_ADMIN_KEY: it has to be one of admin_keys");
    EXPECT(strstr(f.err, "a-key-that-is-not-it") == NULL);

    fixture_put(&f, "key", ADMIN_KEY "\n");
    (void)snprintf(words, sizeof words, "status --url %s --key-file %s/key", f.url, f.dir);
    EXPECT_INT(CLI_OK, fixture_run(&f, words));
    fixture_put(&f, "key", "two lines\r\nof it\n");
    EXPECT_INT(CLI_FAILED, fixture_run(&f, words));
    fixture_contains(f.err, "is not one line of visible ASCII");
    (void)snprintf(words, sizeof words, "status --url %s --key-file %s/none", f.url, f.dir);
    EXPECT_INT(CLI_FAILED, fixture_run(&f, words));
    fixture_contains(f.err, "/none: No such file");
    fixture_fini(&f);
}

TEST(an_answer_that_is_not_weirs_is_a_failure_and_no_crash)
{
    static const char *const bodies[] = {"",
                                         "<html>hello</html>",
                                         "[]",
                                         "{\"status\":\"success\"}",
                                         "{\"error\":7}",
                                         "{\"data\":",
                                         "\"\\ud800\"",
                                         "{\"status\":\"success\",\"data\":[1,2]}",
                                         "{\"status\":\"success\",\"data\":{\"results\":{}}}",
                                         "{\"status\":\"success\",\"data\":{\"results\":null,\"next\":1}}"};
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        f.canned_count = 0;
        fixture_can(&f, "GET /admin/v1/syncs", 200, bodies[i]);
        EXPECT_INT(CLI_FAILED, fixture_ask(&f, "sync status"));
        EXPECT(f.err_len > 10);
        EXPECT_STR("", f.out);
    }
    fixture_fini(&f);
}

TEST(the_daemons_own_words_say_why_it_refused)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(
        &f, STATUS, 404,
        "{\"status\":\"error\",\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"no \\u001b[31m such\"}}");
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "status"));
    EXPECT_STR("weir: no ?[31m such\n", f.err);
    f.canned_count = 0;
    fixture_can(&f, STATUS, 503,
                "{\"status\":\"error\",\"error\":{\"code\":\"BUSY\",\"message\":\"too many requests\"}}");
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "status"));
    EXPECT_STR("weir: too many requests; try again\n", f.err);
    f.canned_count = 0;
    fixture_can(&f, STATUS, 429,
                "{\"status\":\"error\",\"error\":{\"code\":\"BUSY\",\"message\":\"too many requests\"}}");
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "status"));
    EXPECT_STR("weir: too many requests; try again\n", f.err);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_socket_is_the_one_the_configuration_names),
        UNIT(without_a_configuration_the_ways_to_name_a_daemon_are_told),
        UNIT(a_daemon_that_does_not_run_is_status_3_and_the_socket_is_named),
        UNIT(a_left_over_socket_and_a_closed_port_are_told_apart),
        UNIT(a_socket_of_somebody_else_says_permission_denied),
        UNIT(over_a_url_the_key_comes_from_the_environment_or_a_file),
        UNIT(an_answer_that_is_not_weirs_is_a_failure_and_no_crash),
        UNIT(the_daemons_own_words_say_why_it_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
