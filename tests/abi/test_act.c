/*
 * What contract 1.2 added: acting at the tool, and requests passed through to it. Played with today's
 * connector and with those built with the headers of each version that has it.
 */
#include "fixture.h"

#include "host/pass.h"

#include <stdlib.h>

static const char *const versions[] = {ABI_FROZEN_VERSIONS};
#define VERSION_COUNT (sizeof versions / sizeof versions[0])

static int on_touched(void *ctx, const struct weir_ref *ref, struct weir_error *err)
{
    fixture_hear(ctx, "touched", ref->model, ref->remote_id);
    return fixture_answer(ctx, err);
}

static int on_warning(void *ctx, struct weir_str message, struct weir_error *err)
{
    fixture_hear(ctx, "warning", message, weir_str(""));
    return fixture_answer(ctx, err);
}

static int act_on(struct fixture *f, const char *action, const char *input, struct weir_error *err)
{
    struct call_sink sink = fixture_sink(f);

    sink.touched = on_touched;
    sink.warning = on_warning;
    return call_act(f->inst, weir_str(action), weir_str_bytes(weir_str(input)), &sink, err);
}

static void open_act(struct fixture *f, const char *folder)
{
    static const struct instance_setting settings[] = {{"token", "s3cr3t-token"}};
    struct weir_error err = {0};

    if (fixture_open_from(f, folder, "good_act", settings, 1, &err) != 0) {
        fail_msg("good_act of %s: %s", folder, err.message);
    }
}

static void every_act(struct fixture *f)
{
    struct weir_error err = {0};

    EXPECT_INT(0, act_on(f, "hris_create_absence", "touch", &err));
    EXPECT_STR("touched(hris_employees,7) ", f->heard);
    EXPECT_INT(0, act_on(f, "hris_create_absence", "gone", &err));
    EXPECT_STR("gone(hris_employees,7) ", f->heard);
    EXPECT_INT(0, act_on(f, "hris_create_absence", "warn", &err));
    EXPECT_STR("touched(hris_employees,7) warning(done with ***,) ", f->heard);
    EXPECT_INT(WEIR_E_LIMIT, act_on(f, "hris_create_absence", "throttle", &err));
    EXPECT_INT(WEIR_E_INVALID, act_on(f, "hris_create_absence", "refuse", &err));
    EXPECT_STR("the tool refuses the input", err.message);
    /* "It is not there" is no answer to an action: the web room says by it that the turn did not come. */
    EXPECT_INT(WEIR_E_INVALID, act_on(f, "hris_create_absence", "vanish", &err));
    EXPECT_INT(WEIR_E_INVALID, err.code);
    EXPECT_STR("there is no such person", err.message);
}

TEST(an_action_says_what_it_touched_and_warns_without_secrets)
{
    struct fixture f;

    UNUSED_STATE;
    open_act(&f, ABI_CONNECTORS);
    every_act(&f);
    fixture_close(&f);
}

TEST(what_1_2_added_works_on_for_those_built_with_it)
{
    UNUSED_STATE;
    for (size_t i = 0; i < VERSION_COUNT; i++) {
        char folder[512];
        struct fixture f;

        if (strtoul(strchr(versions[i], '.') + 1, NULL, 10) < 2) {
            continue;
        }
        (void)snprintf(folder, sizeof folder, "%s/%s", ABI_FROZEN, versions[i]);
        open_act(&f, folder);
        every_act(&f);
        fixture_close(&f);
    }
}

TEST(an_action_that_is_not_in_the_table_is_not_offered)
{
    struct weir_error err = {0};
    struct fixture f;

    UNUSED_STATE;
    open_act(&f, ABI_CONNECTORS);
    EXPECT_INT(WEIR_E_UNSUPPORTED, act_on(&f, "hris_delete_absence", "touch", &err));
    fixture_close(&f);
    EXPECT_INT(0, fixture_open(&f, "good_keys", NULL, 0, &err));
    EXPECT_INT(WEIR_E_UNSUPPORTED, act_on(&f, "hris_create_absence", "touch", &err));
    EXPECT(pass_api(instance_connector(f.inst), weir_str("v2")) == NULL);
    fixture_close(&f);
}

TEST(a_cursor_has_no_place_in_an_action_and_a_touched_record_none_in_a_fetch)
{
    struct weir_ref ref = {.model = weir_str("hris_employees"), .remote_id = weir_str("7")};
    struct weir_error err = {0};
    struct call_sink sink;
    struct fixture f;

    UNUSED_STATE;
    open_act(&f, ABI_CONNECTORS);
    EXPECT_INT(WEIR_E_INVALID, act_on(&f, "hris_create_absence", "misuse", &err));
    EXPECT(strstr(err.message, "act.run") != NULL);
    sink = fixture_sink(&f);
    EXPECT_INT(WEIR_E_NONE, call_record(f.inst, &ref, &sink, &err));
    fixture_close(&f);
}

/* ---- passing through ---- */

static int passable(const char *method, const char *path, struct weir_error *err)
{
    struct pass_request request = {.api = weir_str("v2"), .method = weir_str(method), .path = weir_str(path)};

    return pass_check(&request, err);
}

TEST(a_path_that_could_leave_the_api_is_refused)
{
    static const char *const bad[] = {"",
                                      "persons",
                                      "https://evil.example/",
                                      "//evil.example/persons",
                                      "/a//b",
                                      "/../admin",
                                      "/persons/..",
                                      "/persons/./7",
                                      "/%2e%2e/admin",
                                      "/%2E./admin",
                                      "/%252e%252e/admin",
                                      "/..;x=1/admin",
                                      "/persons%2f..%2fadmin",
                                      "/persons%5c..%5cadmin",
                                      "/persons\\..\\admin",
                                      "/persons#x",
                                      "/per sons",
                                      "/persons%0d%0aHost:%20evil.example",
                                      "/pers\xc3\xb6nlich",
                                      "/persons\r\nHost: evil.example"};
    static const char *const good[] = {"/",      "/persons", "/persons/7/", "/persons?q=../x&y=%2F",
                                       "/a%20b", "/a.b/...", "/a;b"};
    struct weir_error err = {0};

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (passable("GET", bad[i], &err) != WEIR_E_INVALID) {
            fail_msg("%s was let through", bad[i]);
        }
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (passable("GET", good[i], &err) != 0) {
            fail_msg("%s was refused: %s", good[i], err.message);
        }
    }
    EXPECT_INT(WEIR_E_INVALID, passable("TRACE", "/persons", &err));
}

TEST(headers_that_prove_somebody_or_frame_a_message_are_refused)
{
    static const char *const bad[] = {
        "Authorization",   "cookie",   "HOST", "Transfer-Encoding", "content-length", "DPoP",
        "X-Forwarded-For", "bad name", "",     "Connection"};
    struct weir_header header = {.value = weir_str("x")};
    struct pass_request request = {.api = weir_str("v2"),
                                   .method = weir_str("GET"),
                                   .path = weir_str("/persons"),
                                   .headers = &header,
                                   .header_count = 1};
    struct weir_error err = {0};

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        header.name = weir_str(bad[i]);
        if (pass_check(&request, &err) != WEIR_E_INVALID) {
            fail_msg("the header %s was let through", bad[i]);
        }
    }
    header.name = weir_str("Accept");
    EXPECT_INT(0, pass_check(&request, &err));
    header.value = weir_str("a\r\nX: y");
    EXPECT_INT(WEIR_E_INVALID, pass_check(&request, &err));
}

TEST(a_connector_that_leaves_no_answer_is_blamed_and_a_missing_setting_is_named)
{
    struct pass_request request = {
        .api = weir_str("v2"), .method = weir_str("GET"), .path = weir_str("/nothing")};
    struct pass_answer answer;
    struct weir_error err = {0};
    struct fixture f;

    UNUSED_STATE;
    open_act(&f, ABI_CONNECTORS);
    pass_answer_init(&answer);
    EXPECT_INT(WEIR_E_INVALID, call_pass(&answer, f.inst, &request, &err));
    EXPECT(strstr(err.message, "pass.send") != NULL);
    pass_answer_fini(&answer);
    pass_answer_init(&answer);
    request.api = weir_str("of");
    EXPECT_INT(WEIR_E_CONFIG, call_pass(&answer, f.inst, &request, &err));
    EXPECT(strstr(err.message, "account") != NULL);
    pass_answer_fini(&answer);
    pass_answer_init(&answer);
    request.api = weir_str("v3");
    EXPECT_INT(WEIR_E_UNSUPPORTED, call_pass(&answer, f.inst, &request, &err));
    pass_answer_fini(&answer);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_action_says_what_it_touched_and_warns_without_secrets),
        UNIT(what_1_2_added_works_on_for_those_built_with_it),
        UNIT(an_action_that_is_not_in_the_table_is_not_offered),
        UNIT(a_cursor_has_no_place_in_an_action_and_a_touched_record_none_in_a_fetch),
        UNIT(a_path_that_could_leave_the_api_is_refused),
        UNIT(headers_that_prove_somebody_or_frame_a_message_are_refused),
        UNIT(a_connector_that_leaves_no_answer_is_blamed_and_a_missing_setting_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
