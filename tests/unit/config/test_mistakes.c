#include "fixture.h"

#include "base/utf8.h"

TEST(every_mistake_of_a_file_is_told_in_one_run_in_the_order_of_the_file)
{
    struct fixture f;
    int last = 0;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_load(&f, "listen = 8080;\n"                       /* 1 */
                     "workers = {\n"                          /* 2 */
                     "  cuont = 4;\n"                         /* 3 */
                     "  tries_max = 0;\n"                     /* 4 */
                     "};\n"                                   /* 5 */
                     "log = { level = \"infos\"; };\n"        /* 6 */
                     "api_keys = ( { name = \"app\"; },\n"    /* 7 */
                     "  { key = \"0123456789abcdef\"; } );\n" /* 8 */
                     "endpoints = (\n"                        /* 9 */
                     "  { name = \"a\";\n"                    /* 10 */
                     "    url = \"ftp://x\";\n"               /* 11 */
                     "    secret = \"0123456789abcdef\";\n"   /* 12 */
                     "    events = [ \"data-changed\",\n"     /* 13 */
                     "               \"sync-finnished\"\n"    /* 14 */
                     "    ];\n"                               /* 15 */
                     "  } );\n"
                     "master_key = \"short\";\n"); /* 17 */
    EXPECT_INT(WEIR_E_CONFIG, f.rc);
    EXPECT(f.cfg == NULL);
    fixture_says(&f, "/weir.conf:1: error: data_dir: is missing \u2014 add data_dir = \"/var/lib/weir\";");
    fixture_says(&f, "/weir.conf:1: error: listen: must be a string \u2014 write it in quotes");
    fixture_says(&f, "/weir.conf:3: error: workers.cuont: unknown key \u2014 did you mean \"count\"?");
    fixture_says(&f, "/weir.conf:4: error: workers.tries_max: 0 is too small");
    fixture_says(&f, "/weir.conf:6: error: log.level: unknown word \"infos\" \u2014 did you mean \"info\"?");
    fixture_says(&f, "/weir.conf:7: error: api_keys[0].key: is missing");
    fixture_says(&f, "/weir.conf:8: error: api_keys[1].name: is missing");
    fixture_says(&f, "/weir.conf:11: error: endpoints[0].url: the URL does not begin with https://");
    fixture_says(&f, "/weir.conf:14: error: endpoints[0].events[1]: unknown word \"sync-finnished\" "
                     "\u2014 did you mean \"sync-finished\"?");
    fixture_says(&f, "/weir.conf:17: error: master_key: too short: 5 bytes");
    EXPECT_INT(10, f.report.error_count);
    EXPECT_INT(10, f.report.count);
    for (size_t i = 0; i < f.report.count; i++) {
        EXPECT(f.report.items[i].line >= last);
        last = f.report.items[i].line;
    }
    EXPECT(strstr(f.err.message, "10 mistakes; the first: ") != NULL);
    fixture_fini(&f);
}

TEST(a_syntax_error_is_told_with_its_line)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, BASE "listen = ;\n", "/weir.conf:3: error: syntax error \u2014 ");
    EXPECT_INT(1, f.report.count);
    fixture_refuses(&f, BASE "listen = \"a\";\nlisten = \"b\";\n",
                    "/weir.conf:4: error: duplicate setting name");
    fixture_refuses(&f, BASE "a = [ 1, \"x\" ];\n", "/weir.conf:3: error: mismatched element type in array");
    fixture_refuses(&f, BASE "\n/* never closed\n\n",
                    "/weir.conf:4: error: a comment begins here and never ends");
    fixture_refuses(&f, BASE "listen = \"a;\n", "/weir.conf:3: error: a string begins here and never ends");
    fixture_fini(&f);
}

TEST(a_text_that_is_none_is_refused)
{
    static const char NUL[] = BASE "listen = \"a\0b\";\n";
    struct fixture f;
    char *deep;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_put(&f, "weir.conf", NUL, sizeof NUL - 1, 0600);
    EXPECT_INT(WEIR_E_CONFIG, config_load(&f.cfg, &f.report, f.path, NULL, &f.err));
    fixture_says(&f, "/weir.conf:3: error: a NUL byte");
    fixture_refuses(&f, BASE "\n# \xC3\x28\n", "/weir.conf:4: error: bytes that are not UTF-8");

    deep = malloc(40001);
    EXPECT(deep != NULL);
    memset(deep, '(', 40000);
    memcpy(deep, "a=", 2);
    deep[40000] = '\0';
    fixture_refuses(&f, deep, "error: memory exhausted");
    free(deep);
    fixture_fini(&f);
}

TEST(a_wrong_type_is_told_with_the_right_one)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(
        &f, BASE "data = 1;\ndispatch = { coalesce_ms = \"1s\"; };",
        ":4: error: dispatch.coalesce_ms: must be a number \u2014 write a whole number of milliseconds");
    fixture_says(&f, ":3: error: data: unknown key");
    fixture_refuses(&f, BASE "sync = { interval_s = 1.5; };",
                    ":3: error: sync.interval_s: must be a number \u2014 write a whole number of seconds");
    fixture_refuses(&f, BASE "dispatch = { retry_ms = 5; };",
                    "dispatch.retry_ms: must be an array of numbers");
    fixture_refuses(&f, BASE "dispatch = { retry_ms = [ 0 ]; };", "dispatch.retry_ms[0]: 0 is too small");
    fixture_refuses(&f, BASE "workers = 4;",
                    ":3: error: workers: must be a group \u2014 write { key = value; ... }");
    fixture_refuses(&f, BASE "scopes = { name = \"default\"; };", "scopes: must be a list of groups");
    fixture_refuses(&f, BASE "scopes = ( \"default\" );", ":3: error: scopes[0]: must be a group");
    fixture_refuses(&f, BASE "connectors = { path = \"/x\"; };",
                    "connectors.path: must be an array of strings \u2014 write [ \"...\", \"...\" ]");
    fixture_refuses(&f, BASE "endpoints = ( { enabled = 1; } );",
                    "endpoints[0].enabled: must be true or false");
    fixture_refuses(&f, "data_dir = \"\";", "data_dir: is empty");
    fixture_fini(&f);
}

TEST(a_number_out_of_range_is_told_with_its_bounds)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, BASE "limits = { body_max = 99999999999; };",
                    "limits.body_max: 99999999999 is too large \u2014 write a whole number of bytes from "
                    "1024 to 67108864");
    fixture_refuses(&f, BASE "workers = { count = 123456789012345678901234567890; };", "workers.count: ");
    fixture_refuses(&f, BASE "workers = { backoff_first_ms = 500; backoff_max_ms = 5; };",
                    "workers.backoff_max_ms: 5 is less than backoff_first_ms (500)");
    fixture_refuses(&f, BASE "sync = { interval_s = 500; relaxed_interval_s = 50; };",
                    "sync.relaxed_interval_s: 50 is less than interval_s (500)");
    fixture_fini(&f);
}

TEST(unknown_keys_are_errors_with_the_nearest_known_one)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, BASE "lisen = \"a\";",
                    ":3: error: lisen: unknown key \u2014 did you mean \"listen\"?");
    fixture_refuses(&f, BASE "sync = { interval = 60; };", "did you mean \"interval_s\"?");
    fixture_refuses(&f, BASE "Limits = { };", "did you mean \"limits\"?");
    fixture_refuses(&f, BASE "retention = { };", "retention: unknown key \u2014 it belongs in \"store\"");
    fixture_refuses(&f, BASE "limits = { data_dir = \"/d\"; };", "it belongs at the top of the file");
    fixture_refuses(&f, BASE "xyzzy = 1;", ":3: error: xyzzy: unknown key");
    EXPECT(!fixture_has(&f, "did you mean"));
    fixture_fini(&f);
}

TEST(a_name_or_id_that_stands_twice_is_refused)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f,
                    BASE "public_url = \"https://h.example.com\";\n"
                         "integrations = ( { id = \"okta:a\"; organization = \"A\"; },\n"
                         "  { id = \"okta:b\"; organization = \"B\"; },\n"
                         "  { organization = \"C\";\n"
                         "    id = \"okta:a\"; } );\n",
                    "/weir.conf:7: error: integrations[2].id: the same as in integrations[0] (");
    EXPECT_INT(1, f.report.error_count);
    fixture_refuses(&f,
                    BASE "api_keys = ( { name = \"a\"; key = \"0123456789abcdef\"; },\n"
                         " { name = \"a\"; key = \"0123456789abcdef\"; } );\n",
                    ":4: error: api_keys[1].name: the same as in api_keys[0]");
    fixture_says(&f, ":4: error: api_keys[1].key: the same as in api_keys[0]");
    fixture_refuses(&f, BASE "scopes = ( { name = \"x\"; }, { name = \"x\"; } );",
                    "scopes[1].name: the same");
    fixture_refuses(&f,
                    BASE "api_keys = ( { name = \"a\"; key = \"0123456789abcdef\"; } );\n"
                         "admin_keys = ( { name = \"b\"; key = \"0123456789abcdef\"; } );\n",
                    ":4: error: admin_keys[0].key: the same as in api_keys[0]");
    fixture_fini(&f);
}

TEST(names_and_labels_are_bounded)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, BASE "environment_id = \"a b\";", "environment_id: \"a b\" is no name");
    fixture_refuses(&f, BASE "http_user_agent = \"a\\nb\";", "http_user_agent: holds a control character");
    fixture_refuses(&f,
                    BASE "public_url = \"https://h.example.com\";\nintegrations = ( { id = \"okta:a\";\n"
                         "organization = \"A\"; creator_email = \"nobody\"; } );\n",
                    ":5: error: integrations[0].creator_email: is no e-mail address");
    fixture_fini(&f);
}

TEST(findings_have_an_end)
{
    struct fixture f;
    char *text;
    size_t used;

    UNUSED_STATE;
    fixture_init(&f);
    text = malloc(32 * 1024);
    EXPECT(text != NULL);
    used = (size_t)snprintf(text, 32 * 1024, "%s", BASE);
    for (int i = 0; i < 1200; i++) {
        used += (size_t)snprintf(text + used, 32 * 1024 - used, "unknown_%d = 1;\n", i);
    }
    fixture_load(&f, text);
    EXPECT_INT(1200, f.report.error_count);
    EXPECT_INT(1000, f.report.count);
    EXPECT(f.report.cut);
    free(text);
    fixture_fini(&f);
}

TEST(a_report_is_printed_like_a_compilers)
{
    struct fixture f;
    char *text = NULL;
    size_t len = 0;
    FILE *out;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_load(&f, BASE "lisen = 1;\n");
    out = open_memstream(&text, &len);
    EXPECT(out != NULL);
    config_report_print(out, &f.report, CONFIG_WARNING);
    (void)fclose(out);
    EXPECT(strstr(text, "/weir.conf:3: error: lisen: unknown key \u2014 did you mean \"listen\"?\n") != NULL);
    EXPECT(strstr(text, "note") == NULL);
    free(text);
    fixture_fini(&f);
}

TEST(a_file_that_is_not_there_is_told)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT_INT(WEIR_E_CONFIG, config_load(&f.cfg, &f.report, f.path, NULL, &f.err));
    fixture_says(&f, "error: cannot open /tmp/");
    EXPECT(strstr(f.err.message, "No such file") != NULL);
    EXPECT_INT(WEIR_E_CONFIG, config_load(&f.cfg, &f.report, f.dir, NULL, &f.err));
    fixture_says(&f, "is not a regular file");
    fixture_fini(&f);
}

TEST(an_origin_is_a_scheme_a_host_and_a_port_alone)
{
    static const struct {
        const char *origin, *says;
    } wrong[] = {
        {"https://app.example.com/", "the origin has a path, which an origin has not"},
        {"https://app.example.com/weir", "the origin has a path, which an origin has not"},
        {"https://app.example.com?x", "the origin has a path, which an origin has not"},
        {"https://app.example.com; script-src *", "the origin holds a character"},
        {"https://*.example.com", "the origin has a host name that cannot be one"},
        {"https://me@app.example.com", "the origin has a user name or password in it"},
        {"http://app.example.com", "the origin does not begin with https://, and is not this machine"},
        {"app.example.com", "the origin does not begin with https://"},
        {"https://[2001:4860::1]", "the origin is an IPv6 address"},
        {"*", "the origin does not begin with https://"},
    };
    char text[4096];
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char says[256];

        (void)snprintf(text, sizeof text, BASE "connect_origins = [ \"%s\" ];\n", wrong[i].origin);
        (void)snprintf(says, sizeof says, ":3: error: connect_origins[0]: %s", wrong[i].says);
        fixture_refuses(&f, text, says);
    }
    for (int count = 16; count <= 17; count++) {
        int len = snprintf(text, sizeof text, BASE "connect_origins = [ \"https://APP.example.com:8443\"");

        for (int i = 1; i < count; i++) {
            len += snprintf(text + len, sizeof text - (size_t)len, ", \"http://localhost:%d\"", 3000 + i);
        }
        (void)snprintf(text + len, sizeof text - (size_t)len, " ];\n");
        if (count == 17) {
            fixture_refuses(&f, text, "error: connect_origins: has more than 16 origins");
        } else {
            fixture_load(&f, text);
            EXPECT_INT(0, f.rc);
            EXPECT_STR("https://app.example.com:8443", f.cfg->connect_origins.items[0]);
        }
    }
    fixture_fini(&f);
}

TEST(the_first_mistake_is_cut_at_a_whole_character)
{
    char path[140] = "/";

    UNUSED_STATE;
    for (size_t len = 60; len < sizeof path;
         len++) { /* the dash before what to do stands elsewhere each time */
        struct config_report report = {0};
        struct config *cfg = NULL;
        struct weir_error err = {0};

        memset(path + 1, 'p', len - 1);
        path[len] = '\0';
        EXPECT_INT(WEIR_E_CONFIG, config_load_text(&cfg, &report, weir_str(""), path, NULL, &err));
        EXPECT(utf8_valid(weir_str(err.message)));
        config_report_fini(&report);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(every_mistake_of_a_file_is_told_in_one_run_in_the_order_of_the_file),
        UNIT(a_syntax_error_is_told_with_its_line),
        UNIT(a_text_that_is_none_is_refused),
        UNIT(a_wrong_type_is_told_with_the_right_one),
        UNIT(a_number_out_of_range_is_told_with_its_bounds),
        UNIT(unknown_keys_are_errors_with_the_nearest_known_one),
        UNIT(a_name_or_id_that_stands_twice_is_refused),
        UNIT(names_and_labels_are_bounded),
        UNIT(findings_have_an_end),
        UNIT(a_report_is_printed_like_a_compilers),
        UNIT(a_file_that_is_not_there_is_told),
        UNIT(the_first_mistake_is_cut_at_a_whole_character),
        UNIT(an_origin_is_a_scheme_a_host_and_a_port_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
