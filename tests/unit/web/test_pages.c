/* pages: what browsers are sent, in which form and with which headers; and a build that has none. */
#include "fixture.h"

#include "web/pages.h"

#include <zlib.h>

#define PAGE_TEXT "<!doctype html><title>dashboard</title>"
#define CONNECT_TEXT "<!doctype html><title>connect</title>"
#define SCRIPT_TEXT "console.log(1)"
#define GZIP "Accept-Encoding: gzip, br\r\n"
#define HASHED "Cache-Control: public, max-age=31536000, immutable\r\n"

/* A table as build.mjs writes one. */
struct table {
    struct page_file files[7];
    unsigned char gzip[6][256];
};

static void add(struct table *t, size_t n, const char *name, const char *type, const char *tag,
                const char *text)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)text,
                  .avail_in = (uInt)strlen(text),
                  .next_out = t->gzip[n],
                  .avail_out = sizeof t->gzip[n]};

    EXPECT_INT(Z_OK, deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY));
    EXPECT_INT(Z_STREAM_END, deflate(&z, Z_FINISH));
    t->files[n] = (struct page_file){name, type, tag, t->gzip[n], z.total_out, strlen(text)};
    EXPECT_INT(Z_OK, deflateEnd(&z));
}

static void fill(struct table *t)
{
    memset(t, 0, sizeof *t);
    add(t, 0, "connect-AB.js", "text/javascript; charset=utf-8", "\"c1\"", SCRIPT_TEXT);
    add(t, 1, "connect.html", "text/html; charset=utf-8", "\"c2\"", CONNECT_TEXT);
    add(t, 2, "dashboard-AB.js", "text/javascript; charset=utf-8", "\"d1\"", SCRIPT_TEXT);
    add(t, 3, "dashboard.html", "text/html; charset=utf-8", "\"d2\"", PAGE_TEXT);
    add(t, 4, "favicon.svg", "image/svg+xml", "\"f\"", "<svg/>");
    add(t, 5, "broken-AB.css", "text/css", "\"b\"", "body{}");
    t->files[5].raw_len++; /* it does not unpack to what is said of it */
}

static struct answer get(struct server *server, const char *path, const char *headers)
{
    return ask_full(server_port(server), "GET", path, headers, "");
}

static int status_of(struct answer a)
{
    answer_free(&a);
    return a.status;
}

static void expect_head(const struct answer *a, const char *text)
{
    if (strstr(a->head, text) == NULL) {
        fail_msg("%s is missing in\n%s", text, a->head);
    }
}

TEST(the_dashboard_is_on_every_path_that_nothing_else_has)
{
    static const char *const paths[] = {
        "/",           "/integrations",    "/integrations/personio%3Aacme/logs",
        "/a.b/c",      "/connectors/okta", "/?x=1",
        "/..",         "/%2e%2e",          "/metrics/",
        "/scopes/v1.2"};
    static const char *const none[] = {"/favicon.ico",    "/index.html",  "/assets/",
                                       "/assets/x",       "/assets/a/b",  "/v1/hris/employees",
                                       "/hooks/personio", "/connect/abc", "/.env"};
    struct table t;
    struct fixture *f;

    UNUSED_STATE;
    fill(&t);
    f = fixture_new_full(2, 0, t.files);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct answer a = get(f->admin, paths[i], "");

        if (strstr(paths[i], "..") == NULL) {
            EXPECT_INT(200, a.status);
            EXPECT_STR(PAGE_TEXT, a.text);
            expect_head(&a, "Content-Type: text/html; charset=utf-8\r\n");
            expect_head(&a, "Cache-Control: no-cache\r\n");
        }
        answer_free(&a);
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        EXPECT_INT(404, status_of(get(f->admin, none[i], "")));
    }
    EXPECT_INT(401, status_of(get(f->admin, "/admin/v1/nothing", "")));
    EXPECT_INT(200, status_of(get(f->admin, "/metrics", "")));
    EXPECT_INT(404, status_of(ask_full(server_port(f->admin), "POST", "/integrations", "", "")));
    EXPECT_INT(405, status_of(ask_full(server_port(f->admin), "POST", "/", "", "")));
    /* Neither listener shows it where no key is asked for, or customers are. */
    EXPECT_INT(404, status_of(get(f->local, "/", "")));
    EXPECT_INT(404, status_of(get(f->public, "/", "")));
    EXPECT_INT(404, status_of(get(f->public, "/assets/dashboard-AB.js", "")));
    fixture_free(f);
}

TEST(a_page_can_run_and_load_its_own_files_alone_and_stands_in_no_frame)
{
    struct table t;
    struct fixture *f;
    struct answer a;

    UNUSED_STATE;
    fill(&t);
    f = fixture_new_full(2, 0, t.files);
    a = get(f->admin, "/", "");
    expect_head(&a, "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; ");
    expect_head(&a, "require-trusted-types-for 'script'; frame-ancestors 'none'\r\n");
    EXPECT(strstr(a.head, "unsafe") == NULL);
    expect_head(&a, "X-Content-Type-Options: nosniff\r\n");
    expect_head(&a, "Referrer-Policy: no-referrer\r\n");
    expect_head(&a, "Cross-Origin-Opener-Policy: same-origin\r\n");
    expect_head(&a, "Permissions-Policy: camera=()");
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/status", "");
    expect_head(&a, "Cache-Control: no-store\r\n");
    expect_head(&a, "X-Content-Type-Options: nosniff\r\n");
    answer_free(&a);
    fixture_free(f);
}

TEST(what_a_page_loads_is_kept_for_ever_and_asked_for_by_its_exact_name)
{
    static const char *const none[] = {"nothing.js",         "dashboard.html",       "connect.html",
                                       "connect-AB.js",      "..%2fdashboard-AB.js", "%2e%2e",
                                       "dashboard-AB.js%00", "DASHBOARD-AB.js",      "dashboard-AB"};
    char path[128];
    struct table t;
    struct fixture *f;
    struct answer a;

    UNUSED_STATE;
    fill(&t);
    f = fixture_new_full(2, 0, t.files);
    a = get(f->admin, "/assets/dashboard-AB.js", "");
    EXPECT_INT(200, a.status);
    EXPECT_STR(SCRIPT_TEXT, a.text);
    expect_head(&a, HASHED);
    expect_head(&a, "Content-Type: text/javascript");
    expect_head(&a, "X-Content-Type-Options: nosniff\r\n");
    answer_free(&a);
    a = get(f->admin, "/assets/favicon.svg", ""); /* no hash in its name: it may change */
    expect_head(&a, "Cache-Control: no-cache\r\n");
    answer_free(&a);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        (void)snprintf(path, sizeof path, "/assets/%s", none[i]);
        a = get(f->admin, path, "");
        EXPECT(a.status == 404 || a.status == 400);
        EXPECT(strstr(a.head, "immutable") == NULL);
        answer_free(&a);
    }
    fixture_free(f);
}

TEST(a_client_gets_the_form_that_it_takes_and_nothing_of_what_it_has)
{
    struct table t;
    struct fixture *f;
    struct answer a;

    UNUSED_STATE;
    fill(&t);
    f = fixture_new_full(2, 0, t.files);
    a = get(f->admin, "/", GZIP);
    expect_head(&a, "Content-Encoding: gzip\r\n");
    expect_head(&a, "Vary: Accept-Encoding\r\n");
    expect_head(&a, "ETag: W/\"d2\"\r\n");
    answer_free(&a);
    a = get(f->admin, "/", "Accept-Encoding: gzip;q=0\r\n");
    EXPECT(strstr(a.head, "Content-Encoding") == NULL);
    EXPECT_STR(PAGE_TEXT, a.text);
    answer_free(&a);
    a = get(f->admin, "/", GZIP "If-None-Match: W/\"x\", W/\"d2\"\r\n");
    EXPECT_INT(304, a.status);
    EXPECT_STR("", a.text);
    expect_head(&a, "ETag: W/\"d2\"\r\n");
    expect_head(&a, "Cache-Control: no-cache\r\n");
    EXPECT(strstr(a.head, "\nContent-Type:") == NULL);
    answer_free(&a);
    EXPECT_INT(200, status_of(get(f->admin, "/", "If-None-Match: \"d1\"\r\n")));
    EXPECT_INT(304, status_of(get(f->admin, "/assets/dashboard-AB.js", "If-None-Match: \"d1\"\r\n")));
    a = ask_full(server_port(f->admin), "HEAD", "/", "", "");
    EXPECT_INT(200, a.status);
    EXPECT_STR("", a.text);
    expect_head(&a, "Content-Security-Policy: ");
    answer_free(&a);
    fixture_free(f);
}

TEST(what_does_not_unpack_is_told_and_not_kept)
{
    struct table t;
    struct fixture *f;
    struct answer a;

    UNUSED_STATE;
    fill(&t);
    f = fixture_new_full(2, 0, t.files);
    a = get(f->admin, "/assets/broken-AB.css", "");
    EXPECT_INT(503, a.status);
    EXPECT(strstr(a.head, "immutable") == NULL && strstr(a.head, "ETag") == NULL);
    answer_free(&a);
    EXPECT_INT(200, status_of(get(f->admin, "/assets/broken-AB.css", GZIP)));
    fixture_free(f);
}

/* ---- customers ---- */

static void make_link(char path[128], struct fixture *f)
{
    struct answer a = api_ask(f, "POST", "/v1/connect/create-link",
                              "{\"end_user_email\":\"hr@a.example\",\"end_user_organization_name\":\"A\","
                              "\"end_user_origin_id\":\"7\"}");

    EXPECT_INT(200, a.status);
    (void)snprintf(path, 128, "%s", text_at(a.json, "data.link") + strlen("https://hub.example.com"));
    answer_free(&a);
}

TEST(a_customers_page_may_be_framed_by_the_application_alone)
{
    static const char *const origins[] = {"https://app.example.com", "http://localhost:3000"};
    char path[128], state[160];
    struct table t;
    struct fixture *f;
    struct answer a;

    UNUSED_STATE;
    fill(&t);
    f = fixture_new_full(2, 0, t.files);
    make_link(path, f);
    (void)snprintf(state, sizeof state, "%s/state", path);
    a = get(f->public, path, "");
    EXPECT_INT(200, a.status);
    EXPECT_STR(CONNECT_TEXT, a.text);
    expect_head(&a, "; frame-ancestors 'none'\r\n");
    expect_head(&a, "Cache-Control: no-store\r\n");
    EXPECT(strstr(a.head, "Cross-Origin-Opener-Policy") == NULL); /* it has to reach who opened it */
    answer_free(&a);
    EXPECT_INT(0, web_connect_origins_set(f->web, origins, 2, NULL));
    a = get(f->public, path, GZIP);
    expect_head(&a, "; frame-ancestors https://app.example.com http://localhost:3000\r\n");
    expect_head(&a, "script-src 'self'; ");
    expect_head(&a, "Content-Encoding: gzip\r\n");
    answer_free(&a);
    a = get(f->public, state, "");
    EXPECT_INT(2, count_at(a.json, "data.origins"));
    EXPECT_STR("http://localhost:3000", text_at(a.json, "data.origins.1"));
    expect_head(&a, "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n");
    answer_free(&a);
    EXPECT_INT(0, web_connect_origins_set(f->web, NULL, 0, NULL));
    a = get(f->public, state, "");
    EXPECT_INT(0, count_at(a.json, "data.origins"));
    answer_free(&a);
    fixture_free(f);
}

TEST(a_link_that_opens_nothing_is_answered_with_the_page_that_says_so)
{
    char path[128];
    struct table t;
    struct fixture *f;
    struct answer a;

    UNUSED_STATE;
    fill(&t);
    f = fixture_new_full(2, 0, t.files);
    make_link(path, f);
    a = get(f->public, "/connect/nosuchtoken", "");
    EXPECT_INT(404, a.status);
    EXPECT_STR(CONNECT_TEXT, a.text);
    answer_free(&a);
    atomic_fetch_add(&f->now_ms, INT64_C(2) * 3600000);
    a = get(f->public, path, "If-None-Match: *\r\n");
    EXPECT_INT(410, a.status);
    EXPECT_STR(CONNECT_TEXT, a.text);
    answer_free(&a);
    a = get(f->public, "/connect/assets/connect-AB.js", "");
    EXPECT_STR(SCRIPT_TEXT, a.text);
    expect_head(&a, HASHED);
    answer_free(&a);
    EXPECT_INT(200, status_of(get(f->public, "/connect/assets/favicon.svg", "")));
    EXPECT_INT(404, status_of(get(f->public, "/connect/assets/dashboard-AB.js", "")));
    EXPECT_INT(404, status_of(get(f->public, "/connect/assets/connect.html", "")));
    EXPECT_INT(404, status_of(get(f->public, "/connect/assets", "")));
    fixture_free(f);
}

TEST(a_build_without_pages_says_so_and_keeps_its_sentence_for_customers)
{
    static const struct page_file none[] = {{.name = NULL}};
    const struct page_file *const tables[] = {NULL, none};
    char path[128];

    UNUSED_STATE;
    for (size_t i = 0; i < 2; i++) {
        struct fixture *f = fixture_new_full(2, 0, tables[i]);
        struct answer a = get(f->admin, "/", "");

        EXPECT_INT(200, a.status);
        expect_head(&a, "Content-Type: text/plain");
        EXPECT(strstr(a.text, "no pages") != NULL && strstr(a.text, "-DWEIR_PAGES=ON") != NULL);
        answer_free(&a);
        EXPECT_INT(404, status_of(get(f->admin, "/integrations", "")));
        EXPECT_INT(404, status_of(get(f->admin, "/assets/dashboard-AB.js", "")));
        make_link(path, f);
        a = get(f->public, path, "");
        EXPECT_INT(200, a.status);
        EXPECT(strstr(a.text, "Connect your tool") != NULL);
        expect_head(&a, "Content-Security-Policy: default-src 'none'");
        answer_free(&a);
        fixture_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_dashboard_is_on_every_path_that_nothing_else_has),
        UNIT(a_page_can_run_and_load_its_own_files_alone_and_stands_in_no_frame),
        UNIT(what_a_page_loads_is_kept_for_ever_and_asked_for_by_its_exact_name),
        UNIT(a_client_gets_the_form_that_it_takes_and_nothing_of_what_it_has),
        UNIT(what_does_not_unpack_is_told_and_not_kept),
        UNIT(a_customers_page_may_be_framed_by_the_application_alone),
        UNIT(a_link_that_opens_nothing_is_answered_with_the_page_that_says_so),
        UNIT(a_build_without_pages_says_so_and_keeps_its_sentence_for_customers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
