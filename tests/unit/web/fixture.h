/*
 * fixture: the web room behind real listeners, with a store of its own and a made-up app.
 */
#ifndef WEIR_TESTS_WEB_FIXTURE_H
#define WEIR_TESTS_WEB_FIXTURE_H

#include "expect.h"

#include "model/record.h"
#include "model/scope_text.h"
#include "web/web.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIXTURE_T0 INT64_C(1770000000000) /* 2026-02-02T02:40:00.000Z */
#define INTEGRATIONS 2
#define API_KEY "test-api-key"
#define ADMIN_KEY "test-admin-key"

static const char *const employee_delivers[] = {
    "first_name",       "last_name", "work_email",      "employment_status", "manager_id",
    "work_location_id", "groups",    "legal_entity_id", "start_date",        NULL};
static const char *const team_delivers[] = {"name", "type", NULL};
static const char *const employment_delivers[] = {"employee_id", "job_title", NULL};
static const char *const location_delivers[] = {"name", NULL};

static const struct weir_model_use deliveries[] = {
    {"hris_employees", employee_delivers, true, true, true, NULL},
    {"hris_teams", team_delivers, true, false, true, NULL},
    {"hris_employments", employment_delivers, false, false, true, "hris_employees"},
    {"hris_locations", location_delivers, true, false, true, NULL},
};

static const char *const told_of_employees[] = {"hris_employees", NULL};
static const char *const told_of_nothing[] = {"hris_unknown", NULL};
static const struct weir_event_type told_events[] = {{"person.updated", told_of_employees},
                                                     {"odd.updated", told_of_nothing}};
static const struct weir_step told_steps[] = {
    {"Make a webhook", "Under Settings, Webhooks", "Address", "callback_url", NULL},
    {"Copy the secret back", "It is shown once", NULL, NULL, "secret"}};

static const struct weir_setting told_settings[] = {{"token", "Token", NULL, true, true},
                                                    {"partner", "Partner", NULL, false, false}};
static const struct weir_fetch told_fetch = {.size = sizeof told_fetch};
static const struct weir_connector told_connector = {.abi_major = 1,
                                                     .abi_minor = 1,
                                                     .settings = told_settings,
                                                     .setting_count = 2,
                                                     .events = told_events,
                                                     .event_count = 2,
                                                     .models = deliveries,
                                                     .model_count = 4,
                                                     .fetch = &told_fetch};

/* What the app was asked to do. */
struct asked {
    atomic_uint creates, sets, deletes;
    atomic_uint fields_changed; /* integration * 1000 + model of the last time */
    char made[256]; /* "id organization base_url private key=value ..." of the last create or set */
    atomic_uint syncs, cancels, ensures, unsubscribes, pokes, hooks, enables, reloads, released, lent;
    atomic_uint connects, failures;
    bool no_url; /* public_url is not set */
    bool full;
    char seen[1024]; /* "model/remote id " of each record that was to be looked at */
    char hook_path[256];
    char looked_at[64];                /* the tool of the last reload of connectors */
    char scope[65], scope_text[1024];  /* the one that was put; empty: none */
    char assigned[192];                /* "integration scope" */
    int answer_rc;                     /* of the next call that can fail */
    struct web_trouble trouble;        /* of the next connection that fails */
    struct web_sync_progress progress; /* of the first integration's sync; run 0: none is under way */
};

struct fixture {
    char dir[64];
    _Atomic int64_t now_ms;
    struct clock clock;
    struct metrics *metrics;
    struct store *st;
    uint8_t keys[1][CRYPTO_KEY];
    struct loop *loop;
    struct server *public, *admin, *local;
    struct web *web;
    struct scope *scope;
    struct web_integration integrations[INTEGRATIONS]; /* personio:acme, okta:two words */
    struct store_integration rows[INTEGRATIONS];
    struct asked asked;
    bool ready;
    _Atomic int hold; /* 1: the next call of ready makes it 2, and waits until it is 0 */
};

/* ---- the app ---- */

static inline bool app_integration(void *ctx, struct weir_str id, struct web_integration *out)
{
    struct fixture *f = ctx;

    for (size_t i = 0; i < INTEGRATIONS; i++) {
        if (weir_str_is(id, f->integrations[i].id)) {
            atomic_fetch_add(&f->asked.lent, 1);
            *out = f->integrations[i];
            return true;
        }
    }
    return false;
}

static inline bool app_integration_nth(void *ctx, size_t n, struct web_integration *out)
{
    struct fixture *f = ctx;

    if (n >= INTEGRATIONS) {
        return false;
    }
    atomic_fetch_add(&f->asked.lent, 1);
    *out = f->integrations[n];
    return true;
}

static inline bool app_integration_number(void *ctx, uint32_t number, struct web_integration *out)
{
    struct fixture *f = ctx;

    for (size_t i = 0; i < INTEGRATIONS; i++) {
        if (f->integrations[i].number == number) {
            atomic_fetch_add(&f->asked.lent, 1);
            *out = f->integrations[i];
            return true;
        }
    }
    return false;
}

static inline void app_integration_release(void *ctx, struct web_integration *it)
{
    (void)it;
    atomic_fetch_add(&((struct fixture *)ctx)->asked.released, 1);
}

static inline bool app_connector_nth(void *ctx, size_t n, struct web_connector *out)
{
    (void)ctx;
    memset(out, 0, sizeof *out);
    if (n == 0) {
        strncpy(out->tool, "personio", sizeof out->tool - 1);
        strncpy(out->label, "Personio", sizeof out->label - 1);
        strncpy(out->version, "1.0.0", sizeof out->version - 1);
        strncpy(out->path, "/usr/lib/weir/personio.so", sizeof out->path - 1);
        out->loaded = true;
        out->category = "HRIS";
        out->models = deliveries;
        out->model_count = sizeof deliveries / sizeof deliveries[0];
        out->table = &told_connector;
        out->generation = 2;
        out->integrations = 1;
        out->calls = (struct web_calls){.calls = 5,
                                        .failures = 2,
                                        .failed_at_ms = FIXTURE_T0,
                                        .call = "fetch.list",
                                        .message = "HTTP 500",
                                        .outcomes = {{"ok", 3}, {"later", 2}},
                                        .outcome_count = 2};
        return true;
    }
    strncpy(out->tool, "okta", sizeof out->tool - 1);
    strncpy(out->error, "no shared object", sizeof out->error - 1);
    return n == 1;
}

static inline int app_connectors_reload(void *ctx, struct weir_str tool,
                                        void (*tell)(void *arg, size_t n, enum web_connector_result result),
                                        void *arg, struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "there is no such connector here");
    }
    (void)snprintf(f->asked.looked_at, sizeof f->asked.looked_at, "%.*s", WEIR_STR_ARG(tool));
    tell(arg, 0, WEB_CONNECTOR_RELOADED);
    tell(arg, 1, WEB_CONNECTOR_REFUSED);
    return 0;
}

static inline bool app_endpoint_nth(void *ctx, size_t n, struct web_endpoint *out)
{
    (void)ctx;
    memset(out, 0, sizeof *out);
    strncpy(out->name, "app", sizeof out->name - 1);
    strncpy(out->url, "https://app.example.com/weir", sizeof out->url - 1);
    out->enabled = true;
    return n == 0;
}

static inline int app_endpoint_enable(void *ctx, struct weir_str name, bool enable, struct weir_error *err)
{
    struct fixture *f = ctx;

    (void)enable;
    if (!weir_str_is(name, "app")) {
        return weir_fail(err, WEIR_E_NONE, "there is no such endpoint");
    }
    atomic_fetch_add(&f->asked.enables, 1);
    return 0;
}

static inline int app_endpoint(void *ctx, struct weir_str name, struct web_endpoint_detail *out,
                               struct weir_error *err)
{
    static char type[] = "data-changed";
    static char header[] = "X-Tenant";
    static char *events[] = {type};
    static char *headers[] = {header};

    (void)ctx;
    if (!weir_str_is(name, "app")) {
        return weir_fail(err, WEIR_E_NONE, "there is no such endpoint");
    }
    *out = (struct web_endpoint_detail){.runtime = true,
                                        .events = events,
                                        .event_count = 1,
                                        .headers = headers,
                                        .header_count = 1,
                                        .order = "strict",
                                        .concurrency = 4,
                                        .secret_count = 2,
                                        .secret_until_ms = {0, FIXTURE_T0},
                                        .waiting = 3};
    return 0;
}

static inline void app_endpoint_release(void *ctx, struct web_endpoint_detail *detail)
{
    (void)ctx;
    memset(detail, 0, sizeof *detail);
}

static inline void app_note_endpoint(struct fixture *f, struct weir_str name,
                                     const struct web_endpoint_wish *wish)
{
    size_t len = (size_t)snprintf(f->asked.made, sizeof f->asked.made, "%.*s url=%.*s order=%.*s",
                                  WEIR_STR_ARG(name), WEIR_STR_ARG(wish->url), WEIR_STR_ARG(wish->order));

    for (size_t i = 0; i < wish->event_count && len < sizeof f->asked.made; i++) {
        len += (size_t)snprintf(f->asked.made + len, sizeof f->asked.made - len, " event=%.*s",
                                WEIR_STR_ARG(wish->events[i]));
    }
    for (size_t i = 0; i < wish->header_count && len < sizeof f->asked.made; i++) {
        len += (size_t)snprintf(f->asked.made + len, sizeof f->asked.made - len, " %.*s=%s%.*s",
                                WEIR_STR_ARG(wish->headers[i].key),
                                wish->headers[i].value.data == NULL ? "(none)" : "",
                                WEIR_STR_ARG(wish->headers[i].value));
    }
    if (len < sizeof f->asked.made) {
        (void)snprintf(f->asked.made + len, sizeof f->asked.made - len, " %d%d%d%d %d", wish->has_events,
                       wish->has_integrations, wish->has_concurrency, wish->has_timeout,
                       (int)wish->concurrency);
    }
}

static inline int app_endpoint_add(void *ctx, struct weir_str name, const struct web_endpoint_wish *wish,
                                   char secret[WEB_SECRET_TEXT], struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    app_note_endpoint(f, name, wish);
    (void)snprintf(secret, WEB_SECRET_TEXT, "whsec_bWFkZSBoZXJl");
    return 0;
}

static inline int app_endpoint_change(void *ctx, struct weir_str name, const struct web_endpoint_wish *wish,
                                      struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    app_note_endpoint(f, name, wish);
    return 0;
}

static inline int app_endpoint_rotate(void *ctx, struct weir_str name, struct weir_str given,
                                      int64_t overlap_s, char secret[WEB_SECRET_TEXT], struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    (void)snprintf(f->asked.made, sizeof f->asked.made, "%.*s %.*s %lld", WEIR_STR_ARG(name),
                   WEIR_STR_ARG(given), (long long)overlap_s);
    (void)snprintf(secret, WEB_SECRET_TEXT, "%s", given.data != NULL ? "" : "whsec_bWFkZSBoZXJl");
    return 0;
}

static inline int app_endpoint_remove(void *ctx, struct weir_str name, bool force, uint64_t *buried,
                                      struct weir_error *err)
{
    struct fixture *f = ctx;

    if (!force && f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "3 notifications wait");
    }
    (void)snprintf(f->asked.made, sizeof f->asked.made, "%.*s", WEIR_STR_ARG(name));
    *buried = 3;
    return 0;
}

static inline int app_endpoint_test(void *ctx, struct weir_str name, struct web_endpoint_test *out,
                                    struct weir_error *err)
{
    (void)ctx;
    if (!weir_str_is(name, "app")) {
        return weir_fail(err, WEIR_E_NONE, "there is no such endpoint");
    }
    *out = (struct web_endpoint_test){.id = "sPx2MNhe8BtdduJDrE1FM2ZQ",
                                      .status = 500,
                                      .ms = 12,
                                      .outcome = "answered",
                                      .answer = "no \"way\"",
                                      .url = "https://app.example.com/weir",
                                      .body = "{}",
                                      .timestamp = "1770000000",
                                      .kombo = "c2ln",
                                      .standard = "v1,c2ln"};
    return 0;
}

static inline int app_endpoint_prove(void *ctx, struct weir_str name, const struct web_endpoint_claim *claim,
                                     struct web_endpoint_proof *out, struct weir_error *err)
{
    (void)ctx;
    if (!weir_str_is(name, "app")) {
        return weir_fail(err, WEIR_E_NONE, "there is no such endpoint");
    }
    *out = weir_str_is(claim->signature, "v1,c2ln")
               ? (struct web_endpoint_proof){.scheme = "standard", .secret = "newest", .hint = "none"}
               : (struct web_endpoint_proof){.hint = "other"};
    return 0;
}

static inline uint32_t app_endpoint_number(void *ctx, struct weir_str name)
{
    (void)ctx;
    return weir_str_is(name, "app") ? 1 : 0;
}

static inline int app_sync_start(void *ctx, struct weir_str id, bool full, struct web_sync_started *out,
                                 struct weir_error *err)
{
    struct fixture *f = ctx;

    (void)id;
    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    f->asked.full = full;
    out->already = atomic_fetch_add(&f->asked.syncs, 1) > 0;
    out->full = full;
    memcpy(out->id, "sPx2MNhe8BtdduJDrE1FM2ZQ", ID_TEXT);
    return 0;
}

static inline int app_sync_cancel(void *ctx, struct weir_str id, char sync_id[ID_TEXT],
                                  struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "no sync of %.*s is under way", WEIR_STR_ARG(id));
    }
    atomic_fetch_add(&f->asked.cancels, 1);
    memcpy(sync_id, "sPx2MNhe8BtdduJDrE1FM2ZQ", ID_TEXT);
    return 0;
}

static inline bool app_sync_progress(void *ctx, uint32_t integration, struct web_sync_progress *out)
{
    struct fixture *f = ctx;

    *out = f->asked.progress;
    return f->asked.progress.run != 0 && integration == f->integrations[0].number;
}

static inline int app_look(void *ctx, uint32_t integration, const struct weir_ref *refs, size_t count,
                           struct weir_error *err)
{
    struct fixture *f = ctx;

    (void)integration;
    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(f->asked.seen);

        (void)snprintf(f->asked.seen + len, sizeof f->asked.seen - len, "%.*s/%.*s ",
                       WEIR_STR_ARG(refs[i].model), WEIR_STR_ARG(refs[i].remote_id));
    }
    return 0;
}

static inline int app_ensure_start(void *ctx, struct weir_str id, struct weir_error *err)
{
    (void)id;
    (void)err;
    atomic_fetch_add(&((struct fixture *)ctx)->asked.ensures, 1);
    return 0;
}

static inline int app_unsubscribe_start(void *ctx, struct weir_str id, struct weir_error *err)
{
    struct fixture *f = ctx;

    (void)id;
    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    atomic_fetch_add(&f->asked.unsubscribes, 1);
    return 0;
}

static inline void app_note(struct fixture *f, const struct web_setting *settings, size_t count)
{
    size_t len = strlen(f->asked.made);

    for (size_t i = 0; i < count && len < sizeof f->asked.made; i++) {
        len += (size_t)snprintf(f->asked.made + len, sizeof f->asked.made - len, " %.*s=%s%.*s",
                                WEIR_STR_ARG(settings[i].key), settings[i].value.data == NULL ? "(none)" : "",
                                WEIR_STR_ARG(settings[i].value));
    }
}

static inline int app_integration_create(void *ctx, const struct web_integration_wish *wish,
                                         struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    atomic_fetch_add(&f->asked.creates, 1);
    (void)snprintf(f->asked.made, sizeof f->asked.made, "%.*s %.*s %.*s %d", WEIR_STR_ARG(wish->id),
                   WEIR_STR_ARG(wish->organization), WEIR_STR_ARG(wish->base_url), wish->allow_private);
    app_note(f, wish->settings, wish->setting_count);
    return 0;
}

static inline int app_integration_set(void *ctx, struct weir_str id, const struct web_setting *settings,
                                      size_t count, struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    atomic_fetch_add(&f->asked.sets, 1);
    (void)snprintf(f->asked.made, sizeof f->asked.made, "%.*s", WEIR_STR_ARG(id));
    app_note(f, settings, count);
    return 0;
}

static inline int app_integration_delete(void *ctx, struct weir_str id, struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    atomic_fetch_add(&f->asked.deletes, 1);
    (void)snprintf(f->asked.made, sizeof f->asked.made, "%.*s", WEIR_STR_ARG(id));
    return 0;
}

static inline void app_rates(void *ctx, struct web_rates *out)
{
    (void)ctx;
    memset(out, 0, sizeof *out);
    out->deliveries.minutes[WEB_MINUTES - 1] = 90;
    out->deliveries.count = 90;
    out->acknowledged = (struct web_latency){.count = 90, .p50_us = 1500, .p95_us = 20250};
}

static inline bool app_scope_nth(void *ctx, size_t n, struct web_scope *out)
{
    struct fixture *f = ctx;
    const char *name = n == 0 ? scope_name(f->scope) : f->asked.scope;

    *out = (struct web_scope){.runtime = n == 1};
    (void)snprintf(out->name, sizeof out->name, "%s", name);
    if (n > 1 || name[0] == '\0') {
        return false;
    }
    if (n == 0) {
        out->scope = scope_dup(f->scope);
    } else {
        EXPECT_INT(0, scope_from_json(&out->scope, name, weir_str(f->asked.scope_text), NULL));
    }
    return true;
}

static inline int app_scope_put(void *ctx, struct weir_str name, struct weir_str json, struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    (void)snprintf(f->asked.scope, sizeof f->asked.scope, "%.*s", json.len > 0 ? (int)name.len : 0,
                   name.data);
    (void)snprintf(f->asked.scope_text, sizeof f->asked.scope_text, "%.*s", WEIR_STR_ARG(json));
    return 0;
}

static inline int app_scope_assign(void *ctx, struct weir_str id, struct weir_str scope,
                                   struct weir_error *err)
{
    struct fixture *f = ctx;

    (void)err;
    (void)snprintf(f->asked.assigned, sizeof f->asked.assigned, "%.*s %.*s", WEIR_STR_ARG(id),
                   WEIR_STR_ARG(scope));
    return 0;
}

static inline int app_reload(void *ctx, struct buf *report, struct weir_error *err)
{
    struct fixture *f = ctx;

    atomic_fetch_add(&f->asked.reloads, 1);
    buf_add_text(report, "weir.conf:3: unknown key \"x\"\nweir.conf:4: bad\n");
    return f->asked.answer_rc != 0 ? weir_fail(err, f->asked.answer_rc, "the file is faulty") : 0;
}

static inline void app_fields_changed(void *ctx, uint32_t integration, uint8_t model)
{
    struct fixture *f = ctx;

    atomic_store(&f->asked.fields_changed, integration * 1000 + model);
}

static inline void app_poke(void *ctx)
{
    atomic_fetch_add(&((struct fixture *)ctx)->asked.pokes, 1);
}

static inline void app_hook(void *ctx, struct exchange *x, struct weir_str path)
{
    struct fixture *f = ctx;

    (void)snprintf(f->asked.hook_path, sizeof f->asked.hook_path, "%.*s", WEIR_STR_ARG(path));
    atomic_fetch_add(&f->asked.hooks, 1);
    exchange_take_reply(x, &(struct reply){.status = 200});
}

static inline bool app_ready(void *ctx, char *why, size_t why_size)
{
    struct fixture *f = ctx;
    int held = 1;

    if (atomic_compare_exchange_strong(&f->hold, &held, 2)) {
        while (atomic_load(&f->hold) != 0) {
            (void)sched_yield();
        }
    }
    if (!f->ready) {
        (void)snprintf(why, why_size, "the writer has ended");
    }
    return f->ready;
}

/* ---- whole integrations ---- */

static inline int app_enable(void *ctx, struct weir_str id, bool on, struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    (void)snprintf(f->asked.made, sizeof f->asked.made, "%.*s %s", WEIR_STR_ARG(id), on ? "on" : "off");
    return 0;
}

static inline int app_pass_quality(void *ctx, struct weir_str id, struct weir_error *err)
{
    struct fixture *f = ctx;

    (void)err;
    (void)snprintf(f->asked.made, sizeof f->asked.made, "%.*s passed", WEIR_STR_ARG(id));
    return 0;
}

static inline bool app_scope_name_nth(void *ctx, size_t n, struct buf *name)
{
    (void)ctx;
    if (n == 0) {
        buf_add_text(name, "Default");
    }
    return n == 0;
}

static inline struct scope *app_scope_new(void *ctx, struct weir_str name)
{
    (void)name;
    return scope_dup(((struct fixture *)ctx)->scope);
}

static inline bool app_public_url(void *ctx, struct buf *out)
{
    if (!((struct fixture *)ctx)->asked.no_url) {
        buf_add_text(out, "https://hub.example.com");
    }
    return !((struct fixture *)ctx)->asked.no_url;
}

/* Of Personio the operator gives a partner. */
static inline bool app_tool_gives(void *ctx, struct weir_str tool, const char *key)
{
    (void)ctx;
    return weir_str_is(tool, "personio") && strcmp(key, "partner") == 0;
}

static inline int app_connect(void *ctx, const struct web_connection *c, struct web_trouble *trouble,
                              struct weir_error *err)
{
    struct fixture *f = ctx;

    if (f->asked.answer_rc != 0) {
        *trouble = f->asked.trouble;
        return weir_fail(err, f->asked.answer_rc, "the made-up app refuses");
    }
    atomic_fetch_add(&f->asked.connects, 1);
    (void)snprintf(f->asked.made, sizeof f->asked.made, "%.*s %.*s %.*s %.*s refused=%zu",
                   WEIR_STR_ARG(c->tool), WEIR_STR_ARG(c->organization), WEIR_STR_ARG(c->creator_email),
                   WEIR_STR_ARG(c->origin_id), c->refused_count);
    app_note(f, c->settings, c->setting_count);
    return 0;
}

static inline int app_set_up(void *ctx, struct weir_str id, const struct web_setting *settings, size_t count,
                             bool done, struct weir_error *err)
{
    struct fixture *f = ctx;

    (void)err;
    (void)snprintf(f->asked.made, sizeof f->asked.made, "%.*s %s", WEIR_STR_ARG(id), done ? "done" : "open");
    app_note(f, settings, count);
    return 0;
}

static inline bool app_webhook_secret(void *ctx, struct weir_str id, char out[STORE_SECRET_MAX])
{
    (void)ctx;
    (void)id;
    (void)snprintf(out, STORE_SECRET_MAX, "copied");
    return true;
}

static inline void app_connection_failed(void *ctx, const struct web_connection *c, const char *category,
                                         const struct weir_error *why)
{
    struct fixture *f = ctx;

    atomic_fetch_add(&f->asked.failures, 1);
    (void)snprintf(f->asked.made, sizeof f->asked.made, "%.*s %s %s", WEIR_STR_ARG(c->tool), category,
                   why->message);
}

/* ---- life ---- */

static inline int64_t fixture_now_ms(void *ctx)
{
    return atomic_load(&((struct fixture *)ctx)->now_ms);
}

static inline int64_t fixture_mono_us(void *ctx)
{
    (void)ctx;
    return clock_mono_us(clock_system());
}

static inline void fixture_render(void *ctx, struct buf *out, const char *notification_id,
                                  uint32_t integration, const struct store_change *changes, size_t count,
                                  uint64_t total, const uint8_t *changed_models, size_t changed_model_count,
                                  const struct store_feed_place *before)
{
    (void)ctx;
    (void)integration;
    (void)changes;
    (void)count;
    (void)total;
    (void)changed_models;
    (void)changed_model_count;
    (void)before;
    buf_add_text(out, notification_id);
}

static inline void fixture_fatal(void *ctx, const struct weir_error *err)
{
    (void)ctx;
    (void)fprintf(stderr, "store: %s\n", err->message);
    abort();
}

/* What the store has to know of a reference, from the model table. */
static inline size_t fixture_rules(struct store_ref_rule *rules, size_t room)
{
    size_t count = 0;

    for (size_t n = 0; model_nth(n) != NULL; n++) {
        const struct model *model = model_nth(n);

        const struct model_field *column, *field;

        for (size_t i = 0; (field = model_ref_nth(&column, model, i)) != NULL; i++) {
            const struct model *target = model_find(weir_str(field->target));

            EXPECT(count < room);
            rules[count] = (struct store_ref_rule){
                .model = model->number, .slot = field->slot, .target_model = target->number};
            for (const struct model_join *join = model->joins; join->name != NULL; join++) {
                rules[count].touch_source |= strcmp(join->via, field->name) == 0 && join->touch_linked;
            }
            for (const struct model_join *join = target->joins; join->name != NULL; join++) {
                rules[count].touch_target |= join->kind == JOIN_CHILDREN &&
                                             strcmp(join->model, model->name) == 0 &&
                                             strcmp(join->via, field->name) == 0;
            }
            count++;
        }
    }
    return count;
}

static inline void fixture_store(struct fixture *f)
{
    struct store_ref_rule rules[64];
    struct store_options options = {.dir = f->dir,
                                    .map_initial_bytes = 16u << 20,
                                    .keys = (const uint8_t(*)[CRYPTO_KEY])f->keys,
                                    .key_count = 1,
                                    .clock = &f->clock,
                                    .metrics = f->metrics,
                                    .inbox_max = 1000,
                                    .inbox_bytes_max = 1u << 20,
                                    .seen_days = 1,
                                    .coalesce_ms = 0,
                                    .rules = rules,
                                    .rule_count = fixture_rules(rules, 64),
                                    .render = fixture_render,
                                    .changed_records_max = 100,
                                    .on_fatal = fixture_fatal};
    struct weir_error err = {0};

    if (store_open(&f->st, &options, &err) != 0 || store_start(f->st, &err) != 0) {
        fail_msg("%s", err.message);
    }
}

static inline void fixture_integrations(struct fixture *f)
{
    static const char *const ids[] = {"personio:acme", "okta:two words"};
    struct weir_error err = {0};

    f->scope = scope_new("Default");
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        (void)scope_set_model(f->scope, weir_str(model_nth(i)->name), SCOPE_ENABLED);
    }
    for (size_t i = 0; i < INTEGRATIONS; i++) {
        EXPECT_INT(0, store_integration_ensure(&f->rows[i], f->st, ids[i], &err));
        f->integrations[i] = (struct web_integration){
            .number = f->rows[i].number,
            .id = ids[i],
            .tool = i == 0 ? "personio" : "okta",
            .tool_label = i == 0 ? "Personio" : "Okta",
            .organization = "Northwind \"Robotics\" GmbH",
            .origin_id = i == 0 ? "cust-42" : NULL,
            .category = "HRIS",
            .callback_url = "https://hooks.example.com/hooks/x",
            .connector_version = "1.0.0",
            .scope = f->scope,
            .models = deliveries,
            .model_count = sizeof deliveries / sizeof deliveries[0],
            .row = f->rows[i],
        };
        f->integrations[i].events = told_events;
        f->integrations[i].event_count = sizeof told_events / sizeof told_events[0];
        f->integrations[i].subscribes = i == 0;
        f->integrations[i].row.first_sync_done = true;
        f->integrations[i].row.life =
            (struct store_lifecycle){.setup = STORE_SETUP_COMPLETED, .qa = STORE_QA_PASSED};
    }
}

static inline void fixture_listen(struct fixture *f, struct server **server, struct server_handler handler)
{
    struct server_options options = {.name = "test",
                                     .listen = "127.0.0.1:0",
                                     .body_max = 1u << 20,
                                     .header_max = 16384,
                                     .connections_max = 200,
                                     .first_byte_timeout_ms = 30000,
                                     .request_timeout_ms = 60000};
    struct weir_error err = {0};

    if (server_open(server, f->loop, &options, handler, &err) != 0) {
        fail_msg("%s", err.message);
    }
}

static inline struct web_app fixture_app(struct fixture *f)
{
    return (struct web_app){.ctx = f,
                            .integration = app_integration,
                            .integration_nth = app_integration_nth,
                            .integration_number = app_integration_number,
                            .integration_release = app_integration_release,
                            .connector_nth = app_connector_nth,
                            .connectors_reload = app_connectors_reload,
                            .endpoint_nth = app_endpoint_nth,
                            .endpoint = app_endpoint,
                            .endpoint_release = app_endpoint_release,
                            .endpoint_add = app_endpoint_add,
                            .endpoint_change = app_endpoint_change,
                            .endpoint_rotate = app_endpoint_rotate,
                            .endpoint_remove = app_endpoint_remove,
                            .endpoint_test = app_endpoint_test,
                            .endpoint_prove = app_endpoint_prove,
                            .endpoint_enable = app_endpoint_enable,
                            .endpoint_number = app_endpoint_number,
                            .sync_start = app_sync_start,
                            .sync_cancel = app_sync_cancel,
                            .sync_progress = app_sync_progress,
                            .look = app_look,
                            .ensure_start = app_ensure_start,
                            .unsubscribe_start = app_unsubscribe_start,
                            .integration_create = app_integration_create,
                            .integration_set = app_integration_set,
                            .integration_delete = app_integration_delete,
                            .rates = app_rates,
                            .scope_nth = app_scope_nth,
                            .scope_put = app_scope_put,
                            .scope_assign = app_scope_assign,
                            .fields_changed = app_fields_changed,
                            .lifecycle = {.enable = app_enable,
                                          .pass_quality = app_pass_quality,
                                          .scope_nth = app_scope_name_nth,
                                          .scope_new = app_scope_new,
                                          .public_url = app_public_url,
                                          .connect = app_connect,
                                          .tool_gives = app_tool_gives,
                                          .set_up = app_set_up,
                                          .webhook_secret = app_webhook_secret,
                                          .connection_failed = app_connection_failed},
                            .reload = app_reload,
                            .poke = app_poke,
                            .hook = app_hook,
                            .ready = app_ready};
}

static inline struct fixture *fixture_new_full(uint32_t threads, uint32_t queue_max,
                                               const struct page_file *pages)
{
    static const struct web_key api = {.name = "app", .key = API_KEY};
    static const struct web_key admin = {.name = "ops", .key = ADMIN_KEY};
    struct fixture *f = calloc(1, sizeof *f);
    struct weir_error err = {0};
    struct web_options options;

    (void)snprintf(f->dir, sizeof f->dir, "/tmp/weir-web-XXXXXX");
    EXPECT(mkdtemp(f->dir) != NULL);
    f->now_ms = FIXTURE_T0;
    f->clock = (struct clock){fixture_now_ms, fixture_mono_us, f};
    f->metrics = metrics_new();
    f->ready = true;
    memset(f->keys, 7, sizeof f->keys);
    fixture_store(f);
    fixture_integrations(f);
    options = (struct web_options){.clock = &f->clock,
                                   .metrics = f->metrics,
                                   .store = f->st,
                                   .environment_id = "env_test",
                                   .version = "0.1.0",
                                   .thread_count = threads,
                                   .queue_max = queue_max,
                                   .streams_max = 4,
                                   .heartbeat_ms = 50,
                                   .pages = pages,
                                   .app = fixture_app(f)};
    EXPECT_INT(0, web_new(&f->web, &options, &err));
    EXPECT_INT(0, web_keys_set(f->web, &api, 1, &admin, 1, &err));
    EXPECT_INT(0, loop_new(&f->loop, &f->clock, f->metrics, &err));
    fixture_listen(f, &f->public, web_public_handler(f->web));
    fixture_listen(f, &f->admin, web_admin_handler(f->web));
    fixture_listen(f, &f->local, web_local_handler(f->web));
    EXPECT_INT(0, web_start(f->web, &err));
    EXPECT_INT(0, loop_start(f->loop, &err));
    return f;
}

static inline struct fixture *fixture_new_with(uint32_t threads, uint32_t queue_max)
{
    return fixture_new_full(threads, queue_max, NULL);
}

static inline struct fixture *fixture_new(void)
{
    return fixture_new_with(2, 0);
}

static inline void fixture_free(struct fixture *f)
{
    char file[128];

    web_stop(f->web);
    loop_stop(f->loop, 1000);
    web_free(f->web);
    loop_free(f->loop);
    /* Whatever was lent came back. */
    EXPECT_INT(atomic_load(&f->asked.lent), atomic_load(&f->asked.released));
    store_stop(f->st);
    store_close(f->st);
    scope_free(f->scope);
    metrics_free(f->metrics);
    (void)snprintf(file, sizeof file, "rm -rf %s", f->dir);
    EXPECT_INT(0, system(file));
    free(f);
}

/* ---- seeding ---- */

struct fixture_wait {
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool done;
    int rc;
};

static inline void fixture_done(struct fixture_wait *w, int rc)
{
    pthread_mutex_lock(&w->lock);
    w->rc = rc;
    w->done = true;
    pthread_cond_signal(&w->over);
    pthread_mutex_unlock(&w->lock);
}

static inline void fixture_on_applied(void *ctx, int rc, const struct store_applied *applied,
                                      const struct weir_error *err)
{
    (void)applied;
    (void)err;
    fixture_done(ctx, rc);
}

static inline int fixture_waited(struct fixture_wait *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->done) {
        pthread_cond_wait(&w->over, &w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return w->rc;
}

static inline void fixture_apply(struct fixture *f, const struct store_apply *apply)
{
    struct fixture_wait w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0};

    store_apply(f->st, apply, fixture_on_applied, &w);
    EXPECT_INT(0, fixture_waited(&w));
}

/* A record as a connector would have given it, into the first integration. */
static inline void fixture_put(struct fixture *f, const char *model_name, const char *remote_id,
                               const char *json)
{
    const struct web_integration *it = &f->integrations[0];
    const struct model *model = model_find(weir_str(model_name));
    struct record_repairs repairs = {0};
    struct weir_error err = {0};
    struct record *record = NULL;
    struct store_ref_in refs[32];
    struct store_record_in in;

    if (record_normalise(&record, model, f->scope, weir_str(it->id), weir_str(remote_id),
                         weir_bytes(json, strlen(json)), weir_str(""), &repairs, &err) != 0) {
        fail_msg("%s", err.message);
    }
    for (size_t i = 0; i < record->ref_count; i++) {
        refs[i] = (struct store_ref_in){.slot = record->refs[i].slot, .id = record->refs[i].id};
    }
    in = (struct store_record_in){.model = model->number,
                                  .id = record->id,
                                  .remote_id = record->remote_id,
                                  .json = record->json,
                                  .hash = record->hash,
                                  .refs = refs,
                                  .ref_count = record->ref_count};
    fixture_apply(f, &(struct store_apply){.integration = it->number, .records = &in, .record_count = 1});
    record_free(record);
}

static inline void fixture_gone(struct fixture *f, const char *model_name, const char *remote_id)
{
    const struct web_integration *it = &f->integrations[0];
    char id[ID_TEXT];
    struct store_gone_in gone = {.model = model_find(weir_str(model_name))->number, .id = id};

    id_derive(id, weir_str(it->id), weir_str(model_name), weir_str(remote_id));
    fixture_apply(f, &(struct store_apply){.integration = it->number, .gone = &gone, .gone_count = 1});
}

/* ---- asking ---- */

struct answer {
    int status;
    char *head;   /* status line and headers */
    char *text;   /* the body */
    json_t *json; /* the body; NULL if it is none */
};

static inline int peer_connect(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_INT(0, connect(fd, (struct sockaddr *)&to, sizeof to));
    return fd;
}

static inline int peer_send(uint16_t port, const char *request, size_t len)
{
    int fd = peer_connect(port);

    EXPECT_INT(len, send(fd, request, len, MSG_NOSIGNAL));
    return fd;
}

/* Read until the end of the connection (each request asks for it). */
static inline struct answer peer_read(int fd)
{
    struct answer a = {0};
    size_t cap = 1u << 20, len = 0;
    char *all = malloc(cap + 1);
    char *body;

    for (;;) {
        ssize_t got;

        if (len == cap) {
            cap *= 2;
            all = realloc(all, cap + 1);
        }
        got = recv(fd, all + len, cap - len, 0);
        if (got <= 0) {
            break;
        }
        len += (size_t)got;
    }
    close(fd);
    all[len] = '\0';
    body = strstr(all, "\r\n\r\n");
    EXPECT(body != NULL && strncmp(all, "HTTP/1.1 ", 9) == 0);
    a.status = (int)strtol(all + 9, NULL, 10);
    a.text = strdup(body + 4);
    body[2] = '\0';
    a.head = all;
    a.json = json_loads(a.text, 0, NULL);
    return a;
}

static inline struct answer ask_full(uint16_t port, const char *method, const char *path, const char *headers,
                                     const char *body)
{
    size_t size = strlen(path) + strlen(headers) + strlen(body) + 512;
    char *request = malloc(size);
    int len = snprintf(request, size,
                       "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Length: %zu\r\n\r\n%s",
                       method, path, headers, strlen(body), body);
    int fd = peer_send(port, request, (size_t)len);

    free(request);
    return peer_read(fd);
}

static inline void answer_free(struct answer *a)
{
    json_decref(a->json);
    free(a->head);
    free(a->text);
}

static inline struct answer api_ask(struct fixture *f, const char *method, const char *path, const char *body)
{
    return ask_full(server_port(f->public), method, path,
                    "Authorization: Bearer " API_KEY
                    "\r\nX-Integration-Id: personio:acme\r\nAccept: application/json\r\n"
                    "cookie: \r\n",
                    body);
}

static inline struct answer api_get(struct fixture *f, const char *path)
{
    return api_ask(f, "GET", path, "");
}

static inline struct answer admin_ask(struct fixture *f, const char *method, const char *path,
                                      const char *body)
{
    return ask_full(server_port(f->admin), method, path, "Authorization: Bearer " ADMIN_KEY "\r\n", body);
}

/* A member by a path of keys and places: "data.results.0.id". */
static inline json_t *json_at(json_t *json, const char *path)
{
    char text[256];
    char *rest = text;

    (void)snprintf(text, sizeof text, "%s", path);
    while (json != NULL && rest != NULL) {
        char *key = rest;
        char *dot = strchr(rest, '.');

        rest = dot != NULL ? dot + 1 : NULL;
        if (dot != NULL) {
            *dot = '\0';
        }
        json =
            json_is_array(json) ? json_array_get(json, strtoul(key, NULL, 10)) : json_object_get(json, key);
    }
    return json;
}

static inline const char *text_at(json_t *json, const char *path)
{
    const char *text = json_string_value(json_at(json, path));

    if (text == NULL) {
        fail_msg("no text at %s", path);
    }
    return text != NULL ? text : ""; /* never NULL: fail_msg does not return */
}

static inline size_t count_at(json_t *json, const char *path)
{
    EXPECT(json_is_array(json_at(json, path)));
    return json_array_size(json_at(json, path));
}

/* The contract's error envelope, whole; code NULL: null. */
static inline void expect_error(struct answer a, int status, const char *code)
{
    EXPECT_INT(status, a.status);
    EXPECT(a.json != NULL);
    EXPECT(strstr(a.head, "Content-Type: application/json") != NULL);
    EXPECT_STR("error", text_at(a.json, "status"));
    EXPECT(json_at(a.json, "error.title") != NULL);
    EXPECT(json_is_null(json_at(a.json, "error.log_url")));
    EXPECT(strlen(text_at(a.json, "error.message")) > 10);
    if (code == NULL) {
        EXPECT(json_is_null(json_at(a.json, "error.code")));
    } else {
        EXPECT_STR(code, text_at(a.json, "error.code"));
    }
    answer_free(&a);
}

static inline void expect_ok(struct answer a)
{
    EXPECT_INT(200, a.status);
    EXPECT_STR("success", text_at(a.json, "status"));
    answer_free(&a);
}

static inline void expect_admin_error(struct answer a, int status, const char *code)
{
    EXPECT_INT(status, a.status);
    EXPECT_STR("error", text_at(a.json, "status"));
    EXPECT_STR(code, text_at(a.json, "error.code"));
    EXPECT(strlen(text_at(a.json, "error.message")) > 5);
    answer_free(&a);
}

#endif
