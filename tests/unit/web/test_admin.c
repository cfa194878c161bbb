#include "fixture.h"

static json_t *row(struct answer *a, size_t n)
{
    return json_array_get(json_at(a->json, "data.results"), n);
}

/* ---- what each listener lets in ---- */

TEST(the_admin_listener_wants_its_own_key_and_the_local_one_none)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    expect_admin_error(ask_full(server_port(f->admin), "GET", "/admin/v1/status", "", ""), 401,
                       "AUTHENTICATION_INVALID");
    expect_admin_error(ask_full(server_port(f->admin), "GET", "/admin/v1/status",
                                "Authorization: Bearer " API_KEY "\r\n", ""),
                       401, "AUTHENTICATION_INVALID");
    expect_ok(admin_ask(f, "GET", "/admin/v1/status", ""));
    expect_ok(ask_full(server_port(f->local), "GET", "/admin/v1/status", "", ""));
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/nothing", ""), 404, "NOT_FOUND");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/status", ""), 405, "METHOD_NOT_ALLOWED");
    expect_admin_error(admin_ask(f, "GET", "/v1/check-api-key", ""), 404, "NOT_FOUND");
    expect_admin_error(admin_ask(f, "GET", "/hooks/personio:acme", ""), 404, "NOT_FOUND");
    EXPECT_INT(0, f->asked.hooks);
    fixture_free(f);
}

TEST(probes_need_no_key)
{
    struct fixture *f = fixture_new();
    struct answer a = ask_full(server_port(f->admin), "GET", "/healthz", "", "");

    UNUSED_STATE;
    EXPECT_INT(200, a.status);
    EXPECT_STR("ok\n", a.text);
    answer_free(&a);
    a = ask_full(server_port(f->admin), "GET", "/readyz", "", "");
    EXPECT_INT(200, a.status);
    EXPECT(json_is_true(json_at(a.json, "ready")));
    answer_free(&a);
    f->ready = false;
    a = ask_full(server_port(f->admin), "GET", "/readyz", "", "");
    EXPECT_INT(503, a.status);
    EXPECT(json_is_false(json_at(a.json, "ready")));
    EXPECT_STR("the writer has ended", text_at(a.json, "why"));
    answer_free(&a);
    expect_ok(api_get(f, "/v1/hris/employees"));
    expect_error(api_get(f, "/v1/nothing"), 404, "PLATFORM.INPUT_INVALID");
    a = ask_full(server_port(f->local), "GET", "/metrics", "", "");
    EXPECT_INT(200, a.status);
    EXPECT(strstr(a.head, "Content-Type: text/plain") != NULL);
    EXPECT(strstr(a.text, "weir_api_requests_total{route=\"GET /v1/hris/employees\",class=\"2xx\"} 1") !=
           NULL);
    EXPECT(strstr(a.text, "weir_api_requests_total{route=\"other\",class=\"4xx\"} 1") != NULL);
    EXPECT(strstr(a.text, "weir_api_seconds_count{route=\"GET /readyz\"} 2") != NULL);
    answer_free(&a);
    fixture_free(f);
}

/* ---- what there is ---- */

TEST(the_status_shows_the_store)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    fixture_put(f, "hris_employees", "1", "{\"first_name\":\"A\"}");
    f->ready = false;
    a = admin_ask(f, "GET", "/admin/v1/status", "");
    EXPECT_STR("0.1.0", text_at(a.json, "data.version"));
    EXPECT_STR("env_test", text_at(a.json, "data.environment_id"));
    EXPECT_INT(getpid(), json_integer_value(json_at(a.json, "data.pid")));
    EXPECT(json_is_false(json_at(a.json, "data.ready")));
    EXPECT_STR("the writer has ended", text_at(a.json, "data.why"));
    EXPECT_INT(1, json_integer_value(json_at(a.json, "data.store.record_count")));
    EXPECT(json_is_false(json_at(a.json, "data.store.disk_full")));
    answer_free(&a);
    fixture_free(f);
}

TEST(integrations_show_their_state_and_no_secret)
{
    struct fixture *f = fixture_new();
    struct web_integration *it = &f->integrations[0];
    struct answer a;

    UNUSED_STATE;
    it->row.state = STORE_INVALID;
    it->row.next_sync_ms = FIXTURE_T0;
    it->row.subscription_state = 2;
    (void)snprintf(it->row.problem, sizeof it->row.problem, "renew the credentials");
    it->connector_version = NULL;
    it->connector_error = "no \xff shared object";
    a = admin_ask(f, "GET", "/admin/v1/integrations", "");
    EXPECT_INT(INTEGRATIONS, count_at(a.json, "data.results"));
    EXPECT_STR("personio:acme", text_at(row(&a, 0), "id"));
    EXPECT_STR("INVALID", text_at(row(&a, 0), "state"));
    EXPECT_STR("renew the credentials", text_at(row(&a, 0), "problem"));
    EXPECT_STR("2026-02-02T02:40:00.000Z", text_at(row(&a, 0), "next_sync"));
    EXPECT(json_is_null(json_at(row(&a, 0), "last_full_sync")));
    EXPECT_STR("active", text_at(row(&a, 0), "subscription.state"));
    EXPECT_STR("no ? shared object", text_at(row(&a, 0), "connector.error"));
    EXPECT(json_is_null(json_at(row(&a, 1), "problem")));
    EXPECT(f->rows[0].secrets[0][0] != '\0' && strstr(a.text, f->rows[0].secrets[0]) == NULL);
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/integrations/okta%3Atwo%20words", "");
    EXPECT_STR("okta:two words", text_at(a.json, "data.id"));
    answer_free(&a);
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/integrations/none", ""), 404, "NOT_FOUND");
    fixture_free(f);
}

/* How many of the list are shown for that query. */
static size_t found(struct fixture *f, const char *path)
{
    struct answer a = admin_ask(f, "GET", path, "");
    size_t count = count_at(a.json, "data.results");

    EXPECT_INT(200, a.status);
    answer_free(&a);
    return count;
}

TEST(integrations_are_found_by_text_tool_and_state)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    f->integrations[1].row.state = STORE_INVALID;
    EXPECT_INT(1, found(f, "/admin/v1/integrations?text=ACME"));
    EXPECT_INT(1, found(f, "/admin/v1/integrations?text=cust-42"));
    EXPECT_INT(2, found(f, "/admin/v1/integrations?text=robotics"));
    EXPECT_INT(0, found(f, "/admin/v1/integrations?text=nobody"));
    EXPECT_INT(1, found(f, "/admin/v1/integrations?tool=okta"));
    EXPECT_INT(0, found(f, "/admin/v1/integrations?tool=okt"));
    EXPECT_INT(1, found(f, "/admin/v1/integrations?state=INVALID"));
    EXPECT_INT(0, found(f, "/admin/v1/integrations?state=ACTIVE&tool=okta"));
    EXPECT_INT(1, found(f, "/admin/v1/subscriptions?text=acme"));
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/integrations?state=GOOD", ""), 400, "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "GET",
                                 "/admin/v1/integrations?text=0123456789012345678901234567890123456789"
                                 "0123456789012345678901234567890123456789012345678901234567890",
                                 ""),
                       400, "INPUT_INVALID");
    fixture_free(f);
}

TEST(an_integration_says_which_settings_it_has_and_never_what_they_are)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    f->integrations[0].settings = told_settings;
    f->integrations[0].setting_count = 1;
    f->integrations[1] = f->integrations[0];
    f->integrations[1].id = "okta:two words";
    f->integrations[0].settings_set = 1;
    a = admin_ask(f, "GET", "/admin/v1/integrations/personio:acme", "");
    EXPECT_STR("token", text_at(a.json, "data.settings.0.key"));
    EXPECT(json_is_true(json_at(a.json, "data.settings.0.secret")));
    EXPECT(json_is_true(json_at(a.json, "data.settings.0.set")));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/integrations/okta%3Atwo%20words", "");
    EXPECT(json_is_false(json_at(a.json, "data.settings.0.set")));
    answer_free(&a);
    fixture_free(f);
}

TEST(lists_are_paged_by_limit_and_cursor)
{
    struct fixture *f = fixture_new();
    struct answer a = admin_ask(f, "GET", "/admin/v1/integrations?limit=1", "");
    char path[256];

    UNUSED_STATE;
    EXPECT_INT(1, count_at(a.json, "data.results"));
    (void)snprintf(path, sizeof path, "/admin/v1/connectors?cursor=%s", text_at(a.json, "data.next"));
    expect_admin_error(admin_ask(f, "GET", path, ""), 400, "INPUT_INVALID");
    (void)snprintf(path, sizeof path, "/admin/v1/integrations?limit=1&cursor=%s",
                   text_at(a.json, "data.next"));
    answer_free(&a);
    a = admin_ask(f, "GET", path, "");
    EXPECT_STR("okta:two words", text_at(row(&a, 0), "id"));
    EXPECT(json_is_null(json_at(a.json, "data.next")));
    answer_free(&a);
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/integrations?limit=0", ""), 400, "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/integrations?limit=1001", ""), 400, "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/integrations?x=1", ""), 400, "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/syncs?integration=none", ""), 404, "NOT_FOUND");
    fixture_free(f);
}

TEST(endpoints_are_made_changed_tried_and_removed)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    a = admin_ask(
        f, "POST", "/admin/v1/endpoints",
        "{\"name\":\"app\",\"url\":\"https://a.example.com/\",\"events\":[\"data-changed\"],\"headers\":{"
        "\"X-A\":\"b\",\"X-B\":null},\"concurrency\":7}");
    EXPECT_STR("app url=https://a.example.com/ order= event=data-changed X-A=b X-B=(none) 1010 7",
               f->asked.made);
    EXPECT_STR("whsec_bWFkZSBoZXJl", text_at(a.json, "data.secret"));
    EXPECT_INT(1, count_at(a.json, "data.headers"));
    expect_ok(a);
    a = admin_ask(f, "GET", "/admin/v1/endpoints/app", "");
    EXPECT(json_at(a.json, "data.secret") == NULL);
    EXPECT_INT(3, json_integer_value(json_at(a.json, "data.waiting")));
    EXPECT_INT(2, count_at(a.json, "data.secrets"));
    expect_ok(a);
    expect_ok(
        admin_ask(f, "PATCH", "/admin/v1/endpoints/app", "{\"order\":\"strict\",\"integrations\":null}"));
    EXPECT_STR("app url= order=strict 0100 0", f->asked.made);
    expect_ok(admin_ask(f, "POST", "/admin/v1/endpoints/app/rotate", "{\"overlap_hours\":2}"));
    EXPECT_STR("app  7200", f->asked.made);
    a = admin_ask(f, "POST", "/admin/v1/endpoints/app/test", "");
    EXPECT(json_is_false(json_at(a.json, "data.delivered")));
    EXPECT_STR("no \"way\"", text_at(a.json, "data.answer"));
    expect_ok(a);
    expect_admin_error(admin_ask(f, "PATCH", "/admin/v1/endpoints/app", "{\"name\":\"x\"}"), 400,
                       "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/endpoints", "{\"colour\":1}"), 400, "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/endpoints/none", ""), 404, "NOT_FOUND");
    f->asked.answer_rc = WEIR_E_CONFIG;
    expect_admin_error(admin_ask(f, "DELETE", "/admin/v1/endpoints/app", ""), 409, "CONFLICT");
    expect_ok(admin_ask(f, "DELETE", "/admin/v1/endpoints/app?force=true", ""));
    fixture_free(f);
}

TEST(connectors_and_endpoints_are_listed)
{
    struct fixture *f = fixture_new();
    struct answer a = admin_ask(f, "GET", "/admin/v1/connectors", "");

    UNUSED_STATE;
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT(json_is_true(json_at(row(&a, 0), "loaded")));
    EXPECT_STR("no shared object", text_at(row(&a, 1), "error"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/endpoints", "");
    EXPECT_STR("app", text_at(row(&a, 0), "name"));
    answer_free(&a);
    expect_ok(admin_ask(f, "POST", "/admin/v1/endpoints/app/disable", ""));
    expect_ok(admin_ask(f, "POST", "/admin/v1/endpoints/app/enable", ""));
    EXPECT_INT(2, f->asked.enables);
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/endpoints/none/enable", ""), 404, "NOT_FOUND");
    fixture_free(f);
}

TEST(syncs_come_newest_first_in_pages)
{
    struct fixture *f = fixture_new();
    struct weir_error err = {0};
    struct answer a;
    char path[256];

    UNUSED_STATE;
    for (int i = 0; i < 3; i++) {
        struct store_sync *sync = calloc(1, sizeof *sync);

        id_new(sync->id);
        sync->integration = f->integrations[i % 2].number;
        sync->full = i == 2;
        sync->state = STORE_SYNC_SUCCEEDED;
        sync->started_at_ms = FIXTURE_T0 + i;
        EXPECT_INT(0, store_sync_put(f->st, sync, &err));
        free(sync);
    }
    a = admin_ask(f, "GET", "/admin/v1/syncs?limit=2", "");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT_STR("FULL", text_at(row(&a, 0), "type"));
    EXPECT_STR("SUCCEEDED", text_at(row(&a, 0), "state"));
    EXPECT_STR("okta:two words", text_at(row(&a, 1), "integration"));
    (void)snprintf(path, sizeof path, "/admin/v1/syncs?limit=2&cursor=%s", text_at(a.json, "data.next"));
    answer_free(&a);
    a = admin_ask(f, "GET", path, "");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    EXPECT(json_is_null(json_at(a.json, "data.next")));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/syncs?integration=personio%3Aacme", "");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    answer_free(&a);
    fixture_free(f);
}

TEST(a_sync_under_way_tells_how_far_and_how_fast_it_is)
{
    struct fixture *f = fixture_new();
    struct store_sync *sync = calloc(1, sizeof *sync);
    struct weir_error err = {0};
    struct answer a;

    UNUSED_STATE;
    id_new(sync->id);
    sync->integration = f->integrations[0].number;
    sync->full = true;
    sync->started_at_ms = f->now_ms - 3600000;
    sync->pages = 24;
    sync->records = 1200;
    EXPECT_INT(0, store_sync_put(f->st, sync, &err));
    /* It went on ten seconds ago, behind its first 1,000 records. */
    f->asked.progress = (struct web_sync_progress){
        .run = sync->run, .turn_ms = f->now_ms - 10000, .records_then = 1000, .records_hoped = 5000};
    a = admin_ask(f, "GET", "/admin/v1/syncs", "");
    EXPECT_STR("RUNNING", text_at(row(&a, 0), "state"));
    EXPECT_INT(24, json_integer_value(json_at(row(&a, 0), "pages")));
    EXPECT_INT(20, json_integer_value(json_at(row(&a, 0), "records_per_s")));
    EXPECT_INT(5000, json_integer_value(json_at(row(&a, 0), "records_expected")));
    answer_free(&a);

    f->asked.progress.waiting = true;
    f->asked.progress.turn_ms = 0;
    a = admin_ask(f, "GET", "/admin/v1/syncs", "");
    EXPECT_STR("QUEUED", text_at(row(&a, 0), "state"));
    EXPECT(json_is_null(json_at(row(&a, 0), "records_per_s")));
    answer_free(&a);

    sync->state = STORE_SYNC_SUCCEEDED;
    sync->ended_at_ms = sync->started_at_ms + 60000;
    EXPECT_INT(0, store_sync_put(f->st, sync, &err));
    a = admin_ask(f, "GET", "/admin/v1/syncs", "");
    EXPECT_STR("SUCCEEDED", text_at(row(&a, 0), "state"));
    EXPECT_INT(20, json_integer_value(json_at(row(&a, 0), "records_per_s")));
    EXPECT(json_is_null(json_at(row(&a, 0), "records_expected")));
    answer_free(&a);
    free(sync);
    fixture_free(f);
}

/* ---- the log ---- */

static void put_log(struct fixture *f, uint8_t kind, uint32_t integration, const char *json)
{
    struct store_log_in entry = {.kind = kind, .integration = integration, .json = weir_str(json)};

    atomic_fetch_add(&f->now_ms, 1000);
    fixture_apply(f, &(struct store_apply){.integration = integration, .logs = &entry, .log_count = 1});
}

TEST(the_log_is_shown_by_kind_and_integration)
{
    struct fixture *f = fixture_new();
    uint32_t one = f->integrations[0].number, two = f->integrations[1].number;
    struct answer a;

    UNUSED_STATE;
    put_log(f, STORE_LOG_DELIVERY, one,
            "{\"delivery\":1,\"events\":[{\"type\":\"a\",\"outcome\":\"looked_at\"}]}");
    put_log(f, STORE_LOG_FETCH, one, "{\"remote_id\":\"7\",\"kind\":\"x\"}");
    put_log(f, STORE_LOG_DELIVERY, two, "{\"delivery\":2,\"events\":[]}");
    put_log(f, STORE_LOG_ATTEMPT, one, "{\"endpoint\":\"app\",\"status\":200,\"err"); /* was cut */
    a = admin_ask(f, "GET", "/admin/v1/log", "");
    EXPECT_INT(4, count_at(a.json, "data.results"));
    EXPECT_STR("attempt", text_at(row(&a, 0), "kind"));
    EXPECT_INT(200, json_integer_value(json_at(row(&a, 0), "status")));
    EXPECT_STR("fetch", text_at(row(&a, 2), "kind"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/log?kind=fetch,attempt&integration=personio%3Aacme", "");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    answer_free(&a);
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/log?kind=gossip", ""), 400, "INPUT_INVALID");
    a = admin_ask(f, "GET", "/admin/v1/deliveries?integration=personio%3Aacme", "");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    EXPECT_INT(1, json_integer_value(json_at(row(&a, 0), "delivery")));
    EXPECT_STR("looked_at", text_at(row(&a, 0), "events.0.outcome"));
    EXPECT_STR("personio:acme", text_at(row(&a, 0), "integration"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/events", "");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/notifications?state=log&endpoint=app", "");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/notifications?state=log&endpoint=other", "");
    EXPECT_INT(0, count_at(a.json, "data.results"));
    answer_free(&a);
    fixture_free(f);
}

TEST(the_log_is_paged_without_a_gap)
{
    struct fixture *f = fixture_new();
    char path[256] = "/admin/v1/log?limit=3";
    int total = 0, pages = 0;

    UNUSED_STATE;
    for (int i = 0; i < 10; i++) {
        put_log(f, STORE_LOG_EVENT, f->integrations[0].number, "{\"n\":1}");
    }
    for (;;) {
        struct answer a = admin_ask(f, "GET", path, "");
        bool last = json_is_null(json_at(a.json, "data.next"));

        total += (int)count_at(a.json, "data.results");
        EXPECT(++pages < 10);
        if (!last) {
            (void)snprintf(path, sizeof path, "/admin/v1/log?limit=3&cursor=%s",
                           text_at(a.json, "data.next"));
        }
        answer_free(&a);
        if (last) {
            break;
        }
    }
    EXPECT_INT(10, total);
    EXPECT_INT(4, pages);
    fixture_free(f);
}

/* ---- what was given up ---- */

TEST(events_set_aside_are_shown_and_replayed)
{
    struct fixture *f = fixture_new();
    struct store_aside_in aside = {.kind = STORE_ASIDE_REF,
                                   .code = WEIR_E_INVALID,
                                   .tries = 5,
                                   .received_at_ms = FIXTURE_T0,
                                   .delivery = 3,
                                   .message = weir_str("employee_id is missing"),
                                   .what = weir_str("person.updated hris_employees 3003"),
                                   .head = weir_str_bytes(weir_str("h")),
                                   .body = weir_str_bytes(weir_str("b"))};
    struct answer a;
    char body[64];

    UNUSED_STATE;
    for (int i = 0; i < 2; i++) {
        fixture_apply(f, &(struct store_apply){
                             .integration = f->integrations[0].number, .asides = &aside, .aside_count = 1});
    }
    a = admin_ask(f, "GET", "/admin/v1/events?state=aside", "");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT_STR("reference", text_at(row(&a, 0), "kind"));
    EXPECT_STR("employee_id is missing", text_at(row(&a, 0), "message"));
    EXPECT_INT(5, json_integer_value(json_at(row(&a, 0), "tries")));
    (void)snprintf(body, sizeof body, "{\"number\":%d}",
                   (int)json_integer_value(json_at(row(&a, 0), "number")));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/events?state=aside&integration=okta%3Atwo%20words", "");
    EXPECT_INT(0, count_at(a.json, "data.results"));
    answer_free(&a);

    a = admin_ask(f, "POST", "/admin/v1/events/replay", body);
    EXPECT_INT(1, json_integer_value(json_at(a.json, "data.replayed")));
    answer_free(&a);
    EXPECT_INT(1, f->asked.pokes);
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/events/replay", body), 404, "NOT_FOUND");
    a = admin_ask(f, "POST", "/admin/v1/events/replay", "{\"integration\":\"personio:acme\"}");
    EXPECT_INT(1, json_integer_value(json_at(a.json, "data.replayed")));
    answer_free(&a);
    a = admin_ask(f, "POST", "/admin/v1/events/replay", "{\"all\":true}");
    EXPECT_INT(0, json_integer_value(json_at(a.json, "data.replayed")));
    answer_free(&a);
    EXPECT_INT(2, f->asked.pokes);
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/events/replay", "{}"), 400, "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/events/replay", "{\"number\":1,\"all\":true}"), 400,
                       "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/events/replay", "{\"number\":\"1\"}"), 400,
                       "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/events/replay", "{\"integration\":\"none\"}"), 404,
                       "NOT_FOUND");
    fixture_free(f);
}

struct made {
    struct fixture_wait wait;
    struct store_due due;
};

static void on_made(void *ctx, int rc, const struct store_due *due, size_t count,
                    const struct weir_error *err)
{
    struct made *made = ctx;

    (void)err;
    if (count > 0) {
        made->due = due[0];
    }
    fixture_done(&made->wait, rc);
}

static void on_booked(void *ctx, int rc, const struct weir_error *err)
{
    (void)err;
    fixture_done(ctx, rc);
}

/* A notification to the endpoint "app"; dead or waiting. */
static void put_notification(struct fixture *f, bool dead)
{
    struct made made = {.wait = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0}};
    struct fixture_wait booked = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0};
    struct store_attempt attempt = {
        .outcome = STORE_DEAD, .counts = true, .status = 500, .error = "it said 500"};
    struct store_endpoint endpoint;
    struct store_route route = {.events = STORE_EVENT_SYNC_FINISHED};
    struct weir_error err = {0};

    EXPECT_INT(0, store_endpoint_ensure(&endpoint, f->st, "app", &err));
    EXPECT_INT(1, endpoint.number);
    route.endpoint = endpoint.number;
    EXPECT_INT(0, store_routes_set(f->st, &route, 1, &err));
    store_notify(f->st, STORE_EVENT_SYNC_FINISHED, f->integrations[0].number,
                 weir_str_bytes(weir_str("{\"id\":\"%id%\"}")), on_made, &made);
    EXPECT_INT(0, fixture_waited(&made.wait));
    if (dead) {
        attempt.endpoint = made.due.endpoint;
        attempt.due_ms = made.due.due_ms;
        attempt.seq = made.due.seq;
        store_attempt(f->st, &attempt, on_booked, &booked);
        EXPECT_INT(0, fixture_waited(&booked));
    }
}

TEST(notifications_that_wait_or_are_dead_are_shown_and_replayed)
{
    struct fixture *f = fixture_new();
    struct answer a;
    char body[64];
    char path[256];

    UNUSED_STATE;
    put_notification(f, true);
    put_notification(f, true);
    put_notification(f, false);
    put_notification(f, false);
    a = admin_ask(f, "GET", "/admin/v1/notifications?limit=1", "");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    EXPECT_STR("app", text_at(row(&a, 0), "endpoint"));
    EXPECT_STR("personio:acme", text_at(row(&a, 0), "integration"));
    EXPECT_STR("sync-finished", text_at(row(&a, 0), "type"));
    EXPECT(json_is_null(json_at(row(&a, 0), "died_at")));
    (void)snprintf(path, sizeof path, "/admin/v1/notifications?limit=1&cursor=%s",
                   text_at(a.json, "data.next"));
    answer_free(&a);
    a = admin_ask(f, "GET", path, "");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    EXPECT(json_is_null(json_at(a.json, "data.next")));
    answer_free(&a);

    a = admin_ask(f, "GET", "/admin/v1/notifications?state=dead&endpoint=app", "");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT_INT(500, json_integer_value(json_at(row(&a, 0), "last_status")));
    EXPECT_STR("it said 500", text_at(row(&a, 0), "last_error"));
    (void)snprintf(body, sizeof body, "{\"id\":\"%s\"}", text_at(row(&a, 0), "id"));
    answer_free(&a);
    a = admin_ask(f, "POST", "/admin/v1/notifications/replay", body);
    EXPECT_INT(1, json_integer_value(json_at(a.json, "data.replayed")));
    answer_free(&a);
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/notifications/replay", body), 404, "NOT_FOUND");
    a = admin_ask(f, "POST", "/admin/v1/notifications/replay", "{\"endpoint\":\"app\"}");
    EXPECT_INT(1, json_integer_value(json_at(a.json, "data.replayed")));
    answer_free(&a);
    a = admin_ask(f, "POST", "/admin/v1/notifications/replay", "{\"all\":true}");
    EXPECT_INT(0, json_integer_value(json_at(a.json, "data.replayed")));
    answer_free(&a);
    EXPECT_INT(2, f->asked.pokes);
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/notifications/replay", "{\"endpoint\":\"none\"}"), 404,
                       "NOT_FOUND");
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/notifications?state=odd", ""), 400, "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/notifications?endpoint=none", ""), 404, "NOT_FOUND");
    fixture_free(f);
}

/* ---- what is set in motion ---- */

TEST(syncs_and_subscriptions_are_asked_for)
{
    struct fixture *f = fixture_new();
    struct answer a =
        admin_ask(f, "POST", "/admin/v1/integrations/personio%3Aacme/sync", "{\"type\":\"DELTA\"}");

    UNUSED_STATE;
    EXPECT_STR("DELTA", text_at(a.json, "data.type"));
    answer_free(&a);
    EXPECT_INT(1, f->asked.syncs);
    expect_ok(admin_ask(f, "POST", "/admin/v1/integrations/personio%3Aacme/ensure", ""));
    EXPECT_INT(1, f->asked.ensures);
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/integrations/none/sync", ""), 404, "NOT_FOUND");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/integrations/personio%3Aacme/sync", "nonsense"), 400,
                       "INPUT_INVALID");
    f->asked.answer_rc = WEIR_E_STOPPING;
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/integrations/personio%3Aacme/sync", ""), 503, "LATER");
    f->asked.answer_rc = 0;
    a = admin_ask(f, "POST", "/admin/v1/integrations/personio%3Aacme/sync/cancel", "");
    EXPECT_STR("sPx2MNhe8BtdduJDrE1FM2ZQ", text_at(a.json, "data.sync_id"));
    answer_free(&a);
    EXPECT_INT(1, f->asked.cancels);
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/integrations/none/sync/cancel", ""), 404, "NOT_FOUND");
    f->asked.answer_rc = WEIR_E_NONE;
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/integrations/personio%3Aacme/sync/cancel", ""), 404,
                       "NOT_FOUND");
    fixture_free(f);
}

TEST(a_subscription_tells_its_state_and_what_it_is_for)
{
    struct fixture *f = fixture_new();
    struct store_integration *row = &f->integrations[0].row;
    struct answer a;

    UNUSED_STATE;
    row->subscription_state = WEIR_SUB_NEEDS_PERMISSION;
    (void)snprintf(row->subscription_detail, sizeof row->subscription_detail, "grant webhooks:write");
    row->subscription_checked_ms = FIXTURE_T0;
    row->last_delivery_ms = FIXTURE_T0 - 1000;
    row->webhook_missed = 3;
    f->integrations[1].row.subscription_state = WEIR_SUB_MANUAL_SETUP;
    f->integrations[1].steps = told_steps;
    f->integrations[1].step_count = 2;
    a = admin_ask(f, "GET", "/admin/v1/subscriptions", "");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT_STR("personio:acme", text_at(a.json, "data.results.0.integration"));
    EXPECT_STR("needs_permission", text_at(a.json, "data.results.0.state"));
    EXPECT_STR("grant webhooks:write", text_at(a.json, "data.results.0.reason"));
    EXPECT_STR("2026-02-02T02:39:59.000Z", text_at(a.json, "data.results.0.last_delivery"));
    EXPECT_STR("manual_setup", text_at(a.json, "data.results.1.state"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/subscriptions/personio%3Aacme", "");
    EXPECT_INT(1, count_at(a.json, "data.events"));
    EXPECT_STR("person.updated", text_at(a.json, "data.events.0"));
    EXPECT_INT(0, count_at(a.json, "data.steps"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/subscriptions/okta%3Atwo%20words", "");
    EXPECT_INT(2, count_at(a.json, "data.steps"));
    EXPECT_STR("Make a webhook", text_at(a.json, "data.steps.0.title"));
    EXPECT_STR("secret", text_at(a.json, "data.steps.1.paste"));
    answer_free(&a);
    row->subscription_state = STORE_SUBSCRIPTION_REMOVED;
    a = admin_ask(f, "GET", "/admin/v1/subscriptions/personio%3Aacme", "");
    EXPECT_STR("removed", text_at(a.json, "data.state"));
    answer_free(&a);
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/subscriptions/none", ""), 404, "NOT_FOUND");
    fixture_free(f);
}

TEST(a_subscription_is_made_right_or_removed_when_it_is_asked_for)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    expect_ok(admin_ask(f, "POST", "/admin/v1/subscriptions/personio%3Aacme/ensure", "{}"));
    EXPECT_INT(1, f->asked.ensures);
    expect_ok(admin_ask(f, "POST", "/admin/v1/subscriptions/personio%3Aacme/remove", "{}"));
    EXPECT_INT(1, f->asked.unsubscribes);
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/subscriptions/none/remove", ""), 404, "NOT_FOUND");
    f->asked.answer_rc = WEIR_E_CONFIG;
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/subscriptions/personio%3Aacme/remove", ""), 409,
                       "CONFLICT");
    f->asked.answer_rc = WEIR_E_UNSUPPORTED;
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/subscriptions/personio%3Aacme/remove", ""), 400,
                       "INPUT_INVALID");
    EXPECT_INT(1, f->asked.unsubscribes);
    fixture_free(f);
}

TEST(an_integration_is_made_changed_and_deleted)
{
    struct fixture *f = fixture_new();
    struct answer a = admin_ask(f, "POST", "/admin/v1/integrations",
                                "{\"id\":\"personio:acme\",\"organization\":\"Acme\",\"base_url\":\"https://"
                                "a.example\",\"allow_private\":true,"
                                "\"settings\":{\"client_id\":\"one\",\"partner_id\":null}}");

    UNUSED_STATE;
    EXPECT_STR("personio:acme", text_at(a.json, "data.id"));
    EXPECT_STR("https://hooks.example.com/hooks/x", text_at(a.json, "data.callback_url"));
    answer_free(&a);
    EXPECT_STR("personio:acme Acme https://a.example 1 client_id=one partner_id=(none)", f->asked.made);
    expect_ok(admin_ask(f, "POST", "/admin/v1/integrations/personio%3Aacme/settings",
                        "{\"settings\":{\"client_secret\":\"two\"}}"));
    EXPECT_STR("personio:acme client_secret=two", f->asked.made);
    expect_ok(admin_ask(f, "DELETE", "/admin/v1/integrations/personio%3Aacme", ""));
    EXPECT_INT(1, f->asked.deletes);
    fixture_free(f);
}

TEST(a_body_with_settings_that_are_no_texts_reaches_nobody)
{
    static const char *const bodies[] = {"{\"settings\":[]}",
                                         "{\"settings\":{\"client_id\":7}}",
                                         "{\"settings\":\"client_id\"}",
                                         "{\"settings\":{\"a\":{\"b\":\"c\"}}}",
                                         "nonsense",
                                         "{}"};
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        expect_admin_error(admin_ask(f, "POST", "/admin/v1/integrations/personio%3Aacme/settings", bodies[i]),
                           400, "INPUT_INVALID");
    }
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/integrations", "{\"id\":7,\"settings\":{}}"), 400,
                       "INPUT_INVALID");
    EXPECT_INT(0, f->asked.sets + f->asked.creates);
    fixture_free(f);
}

TEST(why_an_integration_cannot_be_changed_is_told_apart)
{
    static const struct {
        int rc, status;
        const char *code;
    } cases[] = {{WEIR_E_INVALID, 400, "INPUT_INVALID"},
                 {WEIR_E_CONFIG, 409, "CONFLICT"},
                 {WEIR_E_NONE, 404, "NOT_FOUND"},
                 {WEIR_E_LATER, 503, "LATER"}};
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f->asked.answer_rc = cases[i].rc;
        expect_admin_error(admin_ask(f, "POST", "/admin/v1/integrations", "{\"id\":\"a:b\"}"),
                           cases[i].status, cases[i].code);
        expect_admin_error(
            admin_ask(f, "POST", "/admin/v1/integrations/a%3Ab/settings", "{\"settings\":{\"a\":\"b\"}}"),
            cases[i].status, cases[i].code);
        expect_admin_error(admin_ask(f, "DELETE", "/admin/v1/integrations/a%3Ab", ""), cases[i].status,
                           cases[i].code);
    }
    fixture_free(f);
}

TEST(a_reload_tells_its_report_also_when_it_is_refused)
{
    struct fixture *f = fixture_new();
    struct answer a = admin_ask(f, "POST", "/admin/v1/reload", "");

    UNUSED_STATE;
    EXPECT_INT(2, count_at(a.json, "data.report"));
    EXPECT_STR("weir.conf:3: unknown key \"x\"", text_at(a.json, "data.report.0"));
    answer_free(&a);
    f->asked.answer_rc = WEIR_E_CONFIG;
    a = admin_ask(f, "POST", "/admin/v1/reload", "");
    EXPECT_INT(2, count_at(a.json, "error.report"));
    expect_admin_error(a, 409, "CONFLICT");
    f->asked.answer_rc = WEIR_E_IO;
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/reload", ""), 500, "INTERNAL");
    fixture_free(f);
}

TEST(a_backup_goes_to_an_absolute_path_that_is_free)
{
    struct fixture *f = fixture_new();
    char body[160];

    UNUSED_STATE;
    (void)snprintf(body, sizeof body, "{\"path\":\"%s/backup\",\"compact\":true}", f->dir);
    expect_ok(admin_ask(f, "POST", "/admin/v1/backup", body));
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/backup", body), 409, "CONFLICT");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/backup", "{\"path\":\"backup\"}"), 400,
                       "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/backup", "{\"path\":\"/tmp/a\\u0000b\"}"), 400,
                       "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/backup", "{}"), 400, "INPUT_INVALID");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_admin_listener_wants_its_own_key_and_the_local_one_none),
        UNIT(probes_need_no_key),
        UNIT(the_status_shows_the_store),
        UNIT(integrations_show_their_state_and_no_secret),
        UNIT(integrations_are_found_by_text_tool_and_state),
        UNIT(an_integration_says_which_settings_it_has_and_never_what_they_are),
        UNIT(lists_are_paged_by_limit_and_cursor),
        UNIT(endpoints_are_made_changed_tried_and_removed),
        UNIT(connectors_and_endpoints_are_listed),
        UNIT(syncs_come_newest_first_in_pages),
        UNIT(a_sync_under_way_tells_how_far_and_how_fast_it_is),
        UNIT(the_log_is_shown_by_kind_and_integration),
        UNIT(the_log_is_paged_without_a_gap),
        UNIT(events_set_aside_are_shown_and_replayed),
        UNIT(notifications_that_wait_or_are_dead_are_shown_and_replayed),
        UNIT(syncs_and_subscriptions_are_asked_for),
        UNIT(an_integration_is_made_changed_and_deleted),
        UNIT(a_body_with_settings_that_are_no_texts_reaches_nobody),
        UNIT(why_an_integration_cannot_be_changed_is_told_apart),
        UNIT(a_subscription_tells_its_state_and_what_it_is_for),
        UNIT(a_subscription_is_made_right_or_removed_when_it_is_asked_for),
        UNIT(a_reload_tells_its_report_also_when_it_is_refused),
        UNIT(a_backup_goes_to_an_absolute_path_that_is_free),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
