/* session: signing in, what a cookie opens and for how long, and what other sites cannot do with it. */
#include "fixture.h"

#include "web/forgery.h"
#include "web/session.h"

#define HOUR INT64_C(3600000)
#define PATH "/admin/v1/session"

/* ---- the sessions alone ---- */

static struct sessions *sessions_new(struct auth *auth)
{
    const struct web_key keys[] = {{.name = "ops", .key = "ops-key"}, {.name = "other", .key = "other-key"}};
    struct sessions *sessions = calloc(1, sizeof *sessions);

    auth_init(auth);
    EXPECT_INT(0, auth_set(auth, NULL, 0, keys, 2, NULL));
    sessions_init(sessions);
    return sessions;
}

static void sessions_end(struct sessions *sessions, struct auth *auth)
{
    sessions_fini(sessions);
    free(sessions);
    auth_fini(auth);
}

static void sign_in_at(char token[SESSION_TEXT], struct sessions *sessions, struct auth *auth, int64_t now_ms)
{
    struct auth_key *key = auth_find_bare(auth, AUTH_ADMIN, weir_str("ops-key"), now_ms);
    char csrf[SESSION_TEXT];

    EXPECT(key != NULL);
    EXPECT_INT(0, session_begin(token, csrf, sessions, key, now_ms, NULL));
    EXPECT(strcmp(token, csrf) != 0);
    auth_key_unref(key);
}

static bool opens(struct sessions *sessions, const char *token, int64_t now_ms)
{
    char csrf[SESSION_TEXT] = "";
    struct auth_key *key = session_find(csrf, sessions, weir_str(token), now_ms);
    bool found = key != NULL;

    EXPECT(found == (strlen(csrf) == SESSION_TEXT - 1));
    if (found) {
        EXPECT_STR("ops", key->name);
        EXPECT_INT(WEB_ADMIN, key->role);
    }
    auth_key_unref(key);
    return found;
}

TEST(a_session_ends_when_it_is_not_used_and_in_any_case_in_half_a_day)
{
    char idle[SESSION_TEXT], used[SESSION_TEXT];
    struct auth auth;
    struct sessions *sessions = sessions_new(&auth);

    UNUSED_STATE;
    sign_in_at(idle, sessions, &auth, HOUR);
    sign_in_at(used, sessions, &auth, HOUR);
    EXPECT(strcmp(idle, used) != 0);
    EXPECT(opens(sessions, idle, HOUR));
    for (int64_t now_ms = 2 * HOUR; now_ms < 13 * HOUR; now_ms += HOUR) {
        EXPECT(opens(sessions, used, now_ms));
    }
    EXPECT(!opens(sessions, idle, HOUR + SESSION_IDLE_MS));
    EXPECT(!opens(sessions, idle, HOUR)); /* once it ended, no clock that goes back brings it back */
    EXPECT(opens(sessions, used, 13 * HOUR - 1));
    EXPECT(!opens(sessions, used, 13 * HOUR));
    sessions_end(sessions, &auth);
}

TEST(nothing_but_its_token_opens_a_session_and_its_end_is_seen_by_whoever_holds_it)
{
    char token[SESSION_TEXT], wrong[SESSION_TEXT], csrf[SESSION_TEXT];
    struct auth auth;
    struct sessions *sessions = sessions_new(&auth);
    struct auth_key *held;

    UNUSED_STATE;
    EXPECT(!opens(sessions, "", 0));
    sign_in_at(token, sessions, &auth, 0);
    memcpy(wrong, token, sizeof wrong);
    wrong[0] = wrong[0] == 'A' ? 'B' : 'A';
    EXPECT(!opens(sessions, wrong, 0));
    EXPECT(!opens(sessions, "", 0));
    EXPECT(!opens(sessions, "ops-key", 0));
    EXPECT(memmem(sessions, sizeof *sessions, token, SESSION_TEXT - 1) == NULL);

    held = session_find(csrf, sessions, weir_str(token), 0);
    session_end(sessions, weir_str(wrong));
    EXPECT(auth_key_lives(held, 0));
    session_end(sessions, weir_str(token));
    session_end(sessions, weir_str(token));
    EXPECT(!auth_key_lives(held, 0));
    EXPECT(!opens(sessions, token, 0));
    auth_key_unref(held);
    sessions_end(sessions, &auth);
}

TEST(a_session_ends_with_its_key)
{
    const struct web_key left = {.name = "other", .key = "other-key"};
    const struct web_key both[] = {{.name = "ops", .key = "ops-key"}, left};
    char token[SESSION_TEXT];
    struct auth auth;
    struct sessions *sessions = sessions_new(&auth);

    UNUSED_STATE;
    sign_in_at(token, sessions, &auth, 0);
    EXPECT_INT(0, auth_set(&auth, NULL, 0, both, 2, NULL));
    EXPECT(opens(sessions, token, 0));
    EXPECT_INT(0, auth_set(&auth, NULL, 0, &left, 1, NULL));
    EXPECT(!opens(sessions, token, 0));
    EXPECT_INT(0, auth_set(&auth, NULL, 0, both, 2, NULL));
    EXPECT(!opens(sessions, token, 0));
    sessions_end(sessions, &auth);
}

TEST(of_too_many_sessions_the_longest_idle_one_goes)
{
    char first[SESSION_TEXT], second[SESSION_TEXT], more[SESSION_TEXT];
    struct auth auth;
    struct sessions *sessions = sessions_new(&auth);

    UNUSED_STATE;
    sign_in_at(first, sessions, &auth, 0);
    sign_in_at(second, sessions, &auth, 1);
    for (int64_t i = 2; i < SESSIONS_MAX; i++) {
        sign_in_at(more, sessions, &auth, i);
    }
    EXPECT(opens(sessions, first, SESSIONS_MAX));
    sign_in_at(more, sessions, &auth, SESSIONS_MAX);
    EXPECT(opens(sessions, first, SESSIONS_MAX));
    EXPECT(!opens(sessions, second, SESSIONS_MAX));
    EXPECT(opens(sessions, more, SESSIONS_MAX));
    sessions_end(sessions, &auth);
}

/* ---- over HTTP ---- */

struct browser {
    char cookie[128], csrf[SESSION_TEXT];
};

static struct answer sign_in_with(struct fixture *f, const char *key, const char *headers)
{
    char body[256];

    (void)snprintf(body, sizeof body, "{\"key\":\"%s\"}", key);
    return ask_full(server_port(f->admin), "POST", PATH, headers, body);
}

static struct browser sign_in(struct fixture *f, const char *key)
{
    struct answer a = sign_in_with(f, key, "Origin: http://x\r\n");
    const char *at = strstr(a.head, "Set-Cookie: ");
    struct browser b;

    if (a.status != 200 || at == NULL) {
        fail_msg("%s %s", a.head, a.text);
    }
    (void)snprintf(b.cookie, sizeof b.cookie, "%.*s", (int)strcspn(at + 12, ";"), at + 12);
    (void)snprintf(b.csrf, sizeof b.csrf, "%s", text_at(a.json, "data.csrf"));
    EXPECT_INT(strlen(SESSION_COOKIE) + SESSION_TEXT, strlen(b.cookie));
    answer_free(&a);
    return b;
}

/* csrf and origin: NULL for none. */
static struct answer browse(struct fixture *f, const struct browser *b, const char *method, const char *path,
                            const char *csrf, const char *origin)
{
    char headers[512];

    (void)snprintf(headers, sizeof headers, "Cookie: other=1; %s\r\n%s%s%s%s%s%s", b->cookie,
                   csrf != NULL ? "X-Weir-Csrf: " : "", csrf != NULL ? csrf : "", csrf != NULL ? "\r\n" : "",
                   origin != NULL ? "Origin: " : "", origin != NULL ? origin : "",
                   origin != NULL ? "\r\n" : "");
    return ask_full(server_port(f->admin), method, path, headers, "");
}

static void make_key(char out[128], struct fixture *f, const char *name, const char *role)
{
    char body[256];
    struct answer a;

    (void)snprintf(
        body, sizeof body,
        "{\"name\":\"%s\",\"surface\":\"admin\",\"role\":\"%s\",\"integrations\":[\"personio:*\"]}", name,
        role);
    a = admin_ask(f, "POST", "/admin/v1/keys", body);
    EXPECT_INT(200, a.status);
    (void)snprintf(out, 128, "%s", text_at(a.json, "data.key"));
    answer_free(&a);
}

TEST(signing_in_gives_a_cookie_that_no_script_and_no_other_site_gets)
{
    struct fixture *f = fixture_new();
    struct answer a = sign_in_with(f, ADMIN_KEY, "");
    struct browser b;

    UNUSED_STATE;
    EXPECT_INT(200, a.status);
    EXPECT(strstr(a.head, "; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200\r\n") != NULL);
    EXPECT(strstr(a.head, "Cache-Control: no-store\r\n") != NULL);
    EXPECT_STR("ops", text_at(a.json, "data.name"));
    EXPECT_STR("admin", text_at(a.json, "data.role"));
    EXPECT_INT(0, count_at(a.json, "data.integrations"));
    answer_free(&a);
    a = sign_in_with(f, "Bearer " ADMIN_KEY, "X-Forwarded-Proto: https\r\n");
    EXPECT(strstr(a.head, "; Max-Age=43200; Secure\r\n") != NULL);
    answer_free(&a);

    b = sign_in(f, ADMIN_KEY);
    a = browse(f, &b, "GET", PATH, NULL, NULL);
    EXPECT_STR("ops", text_at(a.json, "data.name"));
    EXPECT_STR(b.csrf, text_at(a.json, "data.csrf"));
    EXPECT(strstr(a.head, "Set-Cookie") == NULL);
    answer_free(&a);
    expect_ok(browse(f, &b, "GET", "/admin/v1/status", NULL, NULL));
    a = browse(f, &b, "DELETE", PATH, b.csrf, NULL);
    EXPECT_INT(200, a.status);
    EXPECT(strstr(a.head, "weir_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0\r\n") != NULL);
    answer_free(&a);
    expect_admin_error(browse(f, &b, "GET", PATH, NULL, NULL), 401, "AUTHENTICATION_INVALID");
    expect_admin_error(browse(f, &b, "GET", "/admin/v1/status", NULL, NULL), 401, "AUTHENTICATION_INVALID");
    fixture_free(f);
}

TEST(who_signs_in_anew_leaves_no_session_behind)
{
    struct fixture *f = fixture_new();
    struct browser b = sign_in(f, ADMIN_KEY);
    struct answer a;
    char header[256];

    UNUSED_STATE;
    (void)snprintf(header, sizeof header, "Cookie: %s\r\n", b.cookie);
    expect_admin_error(sign_in_with(f, "wrong", header), 401, "AUTHENTICATION_INVALID");
    expect_ok(browse(f, &b, "GET", PATH, NULL, NULL));
    expect_ok(sign_in_with(f, ADMIN_KEY, header));
    a = browse(f, &b, "GET", PATH, NULL, NULL);
    EXPECT_INT(401, a.status);
    EXPECT_STR("The session is over: sign in again.", text_at(a.json, "error.message"));
    answer_free(&a);
    fixture_free(f);
}

TEST(what_is_no_admin_key_signs_nobody_in)
{
    static const char *const bodies[] = {
        "", "{}", "[]", "{\"key\":7}", "{\"key\":null}", "{\"key\":\"" ADMIN_KEY "\",\"more\":1}", "{",
    };
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        expect_admin_error(ask_full(server_port(f->admin), "POST", PATH, "", bodies[i]), 400,
                           "INPUT_INVALID");
    }
    expect_admin_error(sign_in_with(f, API_KEY, ""), 401, "AUTHENTICATION_INVALID");
    expect_admin_error(sign_in_with(f, "", ""), 401, "AUTHENTICATION_INVALID");
    expect_admin_error(sign_in_with(f, ADMIN_KEY "x", ""), 401, "AUTHENTICATION_INVALID");
    expect_admin_error(ask_full(server_port(f->admin), "GET", PATH, "", ""), 401, "AUTHENTICATION_INVALID");
    expect_admin_error(
        ask_full(server_port(f->admin), "PUT", PATH, "Authorization: Bearer " ADMIN_KEY "\r\n", ""), 405,
        "METHOD_NOT_ALLOWED");
    fixture_free(f);
}

TEST(wrong_keys_are_tried_ten_times_and_good_ones_as_often_as_one_likes)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    for (int i = 0; i < 10; i++) {
        (void)sign_in(f, ADMIN_KEY);
        expect_admin_error(sign_in_with(f, "wrong", ""), 401, "AUTHENTICATION_INVALID");
    }
    a = sign_in_with(f, ADMIN_KEY, "");
    EXPECT_INT(429, a.status);
    EXPECT(strstr(a.head, "Retry-After: 600") != NULL);
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/audit?outcome=denied", "");
    EXPECT_INT(10, count_at(a.json, "data.results"));
    EXPECT_STR("nobody", text_at(a.json, "data.results.0.who"));
    answer_free(&a);
    atomic_fetch_add(&f->now_ms, 10 * 60 * 1000);
    (void)sign_in(f, ADMIN_KEY);
    fixture_free(f);
}

TEST(a_session_may_what_its_key_may_and_is_noted_under_its_name)
{
    struct fixture *f = fixture_new();
    struct browser b;
    struct answer a;
    char key[128];

    UNUSED_STATE;
    make_key(key, f, "viewer", "read");
    b = sign_in(f, key);
    a = browse(f, &b, "GET", PATH, NULL, NULL);
    EXPECT_STR("read", text_at(a.json, "data.role"));
    EXPECT_STR("personio:*", text_at(a.json, "data.integrations.0"));
    answer_free(&a);
    a = browse(f, &b, "GET", "/admin/v1/integrations", NULL, NULL);
    EXPECT_INT(1, count_at(a.json, "data.results"));
    answer_free(&a);
    expect_admin_error(browse(f, &b, "GET", "/admin/v1/keys", NULL, NULL), 403, "FORBIDDEN");
    expect_admin_error(browse(f, &b, "POST", "/admin/v1/integrations/personio%3Aacme/sync", b.csrf, NULL),
                       403, "FORBIDDEN");
    a = admin_ask(f, "GET", "/admin/v1/audit?who=viewer", "");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT_STR("session", text_at(a.json, "data.results.0.through"));
    EXPECT_STR("denied", text_at(a.json, "data.results.0.outcome"));
    EXPECT_STR("/admin/v1/session", text_at(a.json, "data.results.1.route"));
    EXPECT_STR("done", text_at(a.json, "data.results.1.outcome"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/keys/viewer", "");
    EXPECT(text_at(a.json, "data.last_used_at") != NULL);
    answer_free(&a);

    expect_ok(admin_ask(f, "DELETE", "/admin/v1/keys/viewer", ""));
    expect_admin_error(browse(f, &b, "GET", PATH, NULL, NULL), 401, "AUTHENTICATION_INVALID");
    fixture_free(f);
}

TEST(what_another_site_makes_a_browser_send_is_refused)
{
    struct fixture *f = fixture_new();
    struct browser b = sign_in(f, ADMIN_KEY);
    struct browser other = sign_in(f, ADMIN_KEY);
    const char *reload = "/admin/v1/reload";
    const char *const foreign[] = {
        "http://evil.example", "http://xx", "http://x:8081", "null", "x", "http://", "file://x"};

    UNUSED_STATE;
    expect_admin_error(browse(f, &b, "POST", reload, NULL, NULL), 403, "FORBIDDEN");
    expect_admin_error(browse(f, &b, "POST", reload, "", NULL), 403, "FORBIDDEN");
    expect_admin_error(browse(f, &b, "POST", reload, other.csrf, "http://x"), 403, "FORBIDDEN");
    expect_admin_error(browse(f, &b, "DELETE", PATH, NULL, "http://x"), 403, "FORBIDDEN");
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        char header[64];

        expect_admin_error(browse(f, &b, "POST", reload, b.csrf, foreign[i]), 403, "FORBIDDEN");
        (void)snprintf(header, sizeof header, "Origin: %s\r\n", foreign[i]);
        expect_admin_error(sign_in_with(f, ADMIN_KEY, header), 403, "FORBIDDEN");
    }
    expect_ok(browse(f, &b, "POST", reload, b.csrf, NULL));
    expect_ok(browse(f, &b, "POST", reload, b.csrf, "http://x"));
    expect_ok(browse(f, &b, "POST", reload, b.csrf, "https://X"));
    expect_ok(browse(f, &b, "GET", "/admin/v1/status", NULL, "http://evil.example")); /* it cannot read it */
    expect_ok(admin_ask(f, "POST", reload, "")); /* a bearer key is sent by nobody else */
    fixture_free(f);
}

TEST(a_key_of_its_own_goes_before_the_cookie_and_the_local_socket_knows_neither)
{
    struct fixture *f = fixture_new();
    struct browser b = sign_in(f, ADMIN_KEY);
    struct answer a;
    char headers[512];

    UNUSED_STATE;
    (void)snprintf(headers, sizeof headers, "Authorization: Bearer wrong\r\nCookie: %s\r\n", b.cookie);
    expect_admin_error(ask_full(server_port(f->admin), "GET", PATH, headers, ""), 401,
                       "AUTHENTICATION_INVALID");
    (void)snprintf(headers, sizeof headers, "Cookie: %s; %s\r\n", b.cookie, b.cookie);
    expect_admin_error(ask_full(server_port(f->admin), "GET", PATH, headers, ""), 401,
                       "AUTHENTICATION_INVALID");
    (void)snprintf(headers, sizeof headers, "Cookie: %s\r\n", b.cookie);
    a = ask_full(server_port(f->public), "GET", "/v1/integrations", headers, "");
    EXPECT_INT(401, a.status);
    answer_free(&a);
    a = admin_ask(f, "GET", PATH, "");
    EXPECT_STR("", text_at(a.json, "data.csrf"));
    answer_free(&a);
    expect_admin_error(ask_full(server_port(f->local), "GET", PATH, headers, ""), 409, "CONFLICT");
    expect_admin_error(ask_full(server_port(f->local), "POST", PATH, "", "{\"key\":\"" ADMIN_KEY "\"}"), 409,
                       "CONFLICT");
    expect_ok(ask_full(server_port(f->local), "POST", "/admin/v1/reload", "", ""));
    fixture_free(f);
}

TEST(a_stream_that_a_session_opened_ends_with_it)
{
    struct fixture *f = fixture_new();
    struct browser b = sign_in(f, ADMIN_KEY);
    char request[512];
    struct answer a;
    int len = snprintf(request, sizeof request,
                       "GET /admin/v1/log/stream HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n", b.cookie);
    int fd = peer_send(server_port(f->admin), request, (size_t)len);

    UNUSED_STATE;
    EXPECT(recv(fd, request, 12, MSG_WAITALL) == 12); /* it is there */
    EXPECT(memcmp(request, "HTTP/1.1 200", 12) == 0);
    expect_ok(browse(f, &b, "DELETE", PATH, b.csrf, NULL));
    len = 0;
    for (ssize_t got; (got = recv(fd, request, sizeof request - 1, 0)) > 0;) {
        len = (int)got;
    }
    request[len] = '\0';
    EXPECT(strstr(request, "key_revoked") != NULL || strstr(request, "0\r\n\r\n") != NULL);
    close(fd);
    a = browse(f, &b, "GET", "/admin/v1/log/stream", NULL, NULL);
    EXPECT_INT(401, a.status);
    answer_free(&a);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_session_ends_when_it_is_not_used_and_in_any_case_in_half_a_day),
        UNIT(nothing_but_its_token_opens_a_session_and_its_end_is_seen_by_whoever_holds_it),
        UNIT(a_session_ends_with_its_key),
        UNIT(of_too_many_sessions_the_longest_idle_one_goes),
        UNIT(signing_in_gives_a_cookie_that_no_script_and_no_other_site_gets),
        UNIT(who_signs_in_anew_leaves_no_session_behind),
        UNIT(what_is_no_admin_key_signs_nobody_in),
        UNIT(wrong_keys_are_tried_ten_times_and_good_ones_as_often_as_one_likes),
        UNIT(a_session_may_what_its_key_may_and_is_noted_under_its_name),
        UNIT(what_another_site_makes_a_browser_send_is_refused),
        UNIT(a_key_of_its_own_goes_before_the_cookie_and_the_local_socket_knows_neither),
        UNIT(a_stream_that_a_session_opened_ends_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
