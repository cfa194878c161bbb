#include "web/admin.h"

#include "web/admission.h"
#include "web/connect.h"
#include "web/cursor.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/when.h"

#include <stdlib.h>
#include <unistd.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000

/* ---- lists ---- */

/* Those that the key is for: the others are none to a list. */
static int names_load(struct admin_names *names, const struct request *r, struct weir_error *err)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    size_t cap = 0;

    for (size_t n = 0; app->integration_nth(app->ctx, n, &it); n++) {
        if (!admission_sees(r, weir_str(it.id))) {
            app->integration_release(app->ctx, &it);
            continue;
        }
        if (names->count == cap) {
            struct admin_name *items = realloc(names->items, (cap + 64) * sizeof *items);

            if (items == NULL) {
                app->integration_release(app->ctx, &it);
                return weir_fail(err, WEIR_E_MEMORY, "no memory for the names of the integrations");
            }
            names->items = items;
            cap += 64;
        }
        names->items[names->count].number = it.number;
        (void)snprintf(names->items[names->count].id, sizeof names->items[0].id, "%s", it.id);
        names->count++;
        app->integration_release(app->ctx, &it);
    }
    return 0;
}

static bool is_listed(struct weir_str name, const char *const *params)
{
    for (size_t i = 0; params[i] != NULL; i++) {
        if (weir_str_is(name, params[i])) {
            return true;
        }
    }
    return false;
}

static int check_names(const struct query *query, const char *const *params, struct weir_error *err)
{
    static const char *const common[] = {"limit", "cursor", NULL};

    for (size_t i = 0; i < query->count; i++) {
        struct weir_str name = query->params[i].name;

        if (!is_listed(name, common) && !is_listed(name, params)) {
            return weir_fail(err, WEIR_E_INVALID, "there is no parameter \"%.*s\" here",
                             name.len < 60 ? (int)name.len : 60, name.len > 0 ? name.data : "");
        }
    }
    return 0;
}

static int read_cursor(struct admin_list *list, struct weir_error *err)
{
    uint8_t place[16];
    struct weir_str text;
    int rc;

    if (!query_get(&text, &list->query, "cursor") || text.len == 0) {
        return 0;
    }
    rc = cursor_decode(place, sizeof place, text, weir_str(list->r->route->path), weir_str("admin"), err);
    if (rc == 0) {
        list->after[0] = cursor_get_u64(place);
        list->after[1] = cursor_get_u64(place + 8);
    }
    return rc;
}

static int read_integration(struct admin_list *list, struct weir_error *err)
{
    struct weir_str id;

    if (!query_get(&id, &list->query, "integration") || id.len == 0) {
        return 0;
    }
    for (size_t i = 0; i < list->names.count; i++) {
        if (weir_str_is(id, list->names.items[i].id)) {
            list->integration = list->names.items[i].number;
            return 0;
        }
    }
    return weir_fail(err, WEIR_E_NONE, "there is no integration \"%.*s\"", id.len < 100 ? (int)id.len : 100,
                     id.data);
}

bool admin_list_begin(struct admin_list *list, struct request *r, const char *const *params)
{
    struct weir_error err = {0};
    int rc;

    *list = (struct admin_list){.r = r, .limit = LIMIT_DEFAULT};
    rc = query_init(&list->query, exchange_query(r->x), &err);
    if (rc == 0) {
        rc = check_names(&list->query, params, &err);
    }
    if (rc == 0) {
        rc = query_number(&list->limit, &list->query, "limit", 1, LIMIT_MAX, &err);
    }
    if (rc == 0) {
        rc = read_cursor(list, &err);
    }
    if (rc == 0) {
        rc = names_load(&list->names, r, &err);
    }
    if (rc == 0) {
        rc = read_integration(list, &err);
    }
    if (rc != 0) {
        admin_list_end(list, rc, &err);
        return false;
    }
    list->out = answer_begin(r);
    buf_add_text(list->out, "{\"results\":[");
    return true;
}

bool admin_list_sees(const struct admin_list *list, uint32_t number)
{
    if (!admission_is_limited(list->r)) {
        return true;
    }
    for (size_t i = 0; i < list->names.count; i++) {
        if (list->names.items[i].number == number) {
            return true;
        }
    }
    return false;
}

bool admin_list_row(struct admin_list *list, uint64_t place_0, uint64_t place_1)
{
    if (list->count == list->limit) {
        list->more = true;
        return false;
    }
    list->count++;
    list->place[0] = place_0;
    list->place[1] = place_1;
    json_out_item(list->out);
    buf_add_char(list->out, '{');
    return true;
}

bool admin_list_pause(struct admin_list *list, uint64_t place_0, uint64_t place_1)
{
    list->place[0] = place_0;
    list->place[1] = place_1;
    list->more = true;
    return false;
}

void admin_list_end(struct admin_list *list, int rc, const struct weir_error *err)
{
    uint8_t place[16];

    if (rc != 0) {
        answer_failure(list->r, rc, err);
    } else {
        buf_add_char(list->out, ']');
        if (list->more) {
            cursor_put_u64(place, list->place[0]);
            cursor_put_u64(place + 8, list->place[1]);
            json_out_key(list->out, "next");
            buf_add_char(list->out, '"');
            cursor_encode(list->out, weir_str(list->r->route->path), weir_str("admin"), place, sizeof place);
            buf_add_text(list->out, "\"}");
        } else {
            buf_add_text(list->out, ",\"next\":null}");
        }
        answer_end(list->r);
    }
    free(list->names.items);
    query_fini(&list->query);
}

void admin_list_reached(struct admin_list *list, uint64_t place_0, uint64_t place_1)
{
    if (!list->more) {
        list->more = true;
        list->place[0] = place_0;
        list->place[1] = place_1;
    }
}

bool admin_list_when(int64_t *ms, struct admin_list *list, const char *name)
{
    int64_t now_ms = clock_now_ms(list->r->web->options.clock);
    struct weir_error err = {0};
    struct weir_str text;

    if (query_get(&text, &list->query, name) && when_parse(ms, text, now_ms, name, &err) != 0) {
        admin_list_end(list, err.code, &err);
        return false;
    }
    return true;
}

void admin_put_integration(struct admin_list *list, uint32_t number)
{
    for (size_t i = 0; i < list->names.count; i++) {
        if (list->names.items[i].number == number) {
            json_out_text(list->out, "integration", list->names.items[i].id);
            return;
        }
    }
    json_out_null(list->out, "integration");
}

int admin_list_word(struct admin_list *list, const char *name, const char *const *words)
{
    struct weir_error err = {0};
    struct weir_str given;

    if (!query_get(&given, &list->query, name)) {
        return 0;
    }
    for (int i = 0; words[i] != NULL; i++) {
        if (weir_str_is(given, words[i])) {
            return i;
        }
    }
    weir_fail(&err, WEIR_E_INVALID, "there is no %s \"%.*s\"", name, given.len < 60 ? (int)given.len : 60,
              given.len > 0 ? given.data : "");
    admin_list_end(list, err.code, &err);
    return -1;
}

/* ---- status ---- */

static void write_store(struct buf *out, struct store *store)
{
    struct store_stats stats;

    store_stats(&stats, store);
    json_out_open(out, "store", '{');
    json_out_uint(out, "inbox_count", stats.inbox_count);
    json_out_uint(out, "inbox_bytes", stats.inbox_bytes);
    json_out_int(out, "inbox_oldest_ms", stats.inbox_oldest_ms);
    json_out_uint(out, "outbox_count", stats.outbox_count);
    json_out_int(out, "outbox_oldest_ms", stats.outbox_oldest_ms);
    json_out_uint(out, "dead_count", stats.dead_count);
    json_out_uint(out, "aside_count", stats.aside_count);
    json_out_uint(out, "record_count", stats.record_count);
    json_out_uint(out, "file_bytes", stats.file_bytes);
    json_out_uint(out, "used_bytes", stats.used_bytes);
    json_out_bool(out, "disk_full", stats.disk_full);
    buf_add_char(out, '}');
}

static void status(struct request *r)
{
    const struct web *web = r->web;
    const struct web_app *app = &web->options.app;
    struct buf *out = answer_begin(r);
    char why[201] = "";
    bool ready = app->ready(app->ctx, why, sizeof why);

    buf_add_char(out, '{');
    json_out_text(out, "version", web->version);
    json_out_int(out, "pid", getpid());
    json_out_int(out, "uptime_s", (clock_mono_us(web->options.clock) - web->started_us) / 1000000);
    json_out_text(out, "environment_id", web->environment_id);
    json_out_bool(out, "ready", ready);
    json_out_text(out, "why", ready ? NULL : why);
    write_store(out, web->options.store);
    admin_put_endpoints(out, app);
    buf_add_char(out, '}');
    answer_end(r);
}

/* ---- the table ---- */

const struct route admin_routes[] = {
    {"GET", "/admin/v1/status", status, false, ROUTE_READ | ROUTE_WHOLE},
    {"GET", "/admin/v1/connectors", admin_connectors, false, ROUTE_READ | ROUTE_WHOLE},
    {"POST", "/admin/v1/connectors/reload", admin_connectors_reload, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"GET", "/admin/v1/connectors/{}", admin_connector, false, ROUTE_READ | ROUTE_WHOLE},
    {"POST", "/admin/v1/connectors/{}/reload", admin_connector_reload, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"GET", "/admin/v1/integrations", admin_integrations, false, ROUTE_READ},
    {"POST", "/admin/v1/integrations", admin_integration_create, false, ROUTE_ADMIN},
    {"GET", "/admin/v1/integrations/{}", admin_integration, false, ROUTE_READ},
    {"DELETE", "/admin/v1/integrations/{}", admin_integration_delete, false, ROUTE_ADMIN},
    {"POST", "/admin/v1/integrations/{}/settings", admin_integration_set, false, ROUTE_ADMIN},
    {"POST", "/admin/v1/integrations/{}/sync", admin_sync_start, false, ROUTE_OPERATE},
    {"POST", "/admin/v1/integrations/{}/sync/cancel", admin_sync_cancel, false, ROUTE_OPERATE},
    {"POST", "/admin/v1/integrations/{}/ensure", admin_subscription_ensure, false, ROUTE_OPERATE},
    {"GET", "/admin/v1/subscriptions", admin_subscriptions, false, ROUTE_READ},
    {"GET", "/admin/v1/subscriptions/{}", admin_subscription, false, ROUTE_READ},
    {"POST", "/admin/v1/subscriptions/{}/ensure", admin_subscription_ensure, false, ROUTE_OPERATE},
    {"POST", "/admin/v1/subscriptions/{}/remove", admin_subscription_remove, false, ROUTE_OPERATE},
    {"GET", "/admin/v1/syncs", admin_syncs, false, ROUTE_READ},
    {"GET", "/admin/v1/deliveries", admin_deliveries, false, ROUTE_READ},
    {"GET", "/admin/v1/events", admin_events, false, ROUTE_READ},
    {"POST", "/admin/v1/events/replay", admin_events_replay, false, ROUTE_OPERATE | ROUTE_WHOLE},
    {"GET", "/admin/v1/log", admin_log, false, ROUTE_READ},
    {"GET", "/admin/v1/log/stream", admin_log_stream, false, ROUTE_READ | ROUTE_WHOLE},
    {"GET", "/admin/v1/notifications/stream", admin_notifications_stream, false, ROUTE_READ | ROUTE_WHOLE},
    {"GET", "/admin/v1/endpoints", admin_endpoints, false, ROUTE_READ | ROUTE_WHOLE},
    {"POST", "/admin/v1/endpoints/{}/enable", admin_endpoint_enable, false, ROUTE_OPERATE | ROUTE_WHOLE},
    {"POST", "/admin/v1/endpoints/{}/disable", admin_endpoint_disable, false, ROUTE_OPERATE | ROUTE_WHOLE},
    {"GET", "/admin/v1/notifications", admin_notifications, false, ROUTE_READ},
    {"POST", "/admin/v1/notifications/replay", admin_notifications_replay, false,
     ROUTE_OPERATE | ROUTE_WHOLE},
    {"POST", "/admin/v1/reload", admin_reload, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"POST", "/admin/v1/backup", admin_backup, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"GET", "/admin/v1/keys", admin_keys, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"POST", "/admin/v1/keys", admin_key_create, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"GET", "/admin/v1/keys/{}", admin_key, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"DELETE", "/admin/v1/keys/{}", admin_key_revoke, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"GET", "/admin/v1/overview", admin_overview, false, ROUTE_READ | ROUTE_WHOLE},
    {"GET", "/admin/v1/overview/stream", admin_overview_stream, false, ROUTE_READ | ROUTE_WHOLE},
    {"GET", "/admin/v1/integrations/{}/records/{}", admin_records, true, ROUTE_READ},
    {"GET", "/admin/v1/audit", admin_audit, false, ROUTE_READ},
    {"GET", "/admin/v1/scopes", admin_scopes, false, ROUTE_READ},
    {"POST", "/admin/v1/scopes", admin_scope_create, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"GET", "/admin/v1/scopes/{}", admin_scope, false, ROUTE_READ},
    {"PUT", "/admin/v1/scopes/{}", admin_scope_put, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"DELETE", "/admin/v1/scopes/{}", admin_scope_delete, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"PUT", "/admin/v1/integrations/{}/scope", admin_integration_scope, false, ROUTE_ADMIN},
    {"GET", "/admin/v1/openapi.json", openapi_admin, false, ROUTE_READ},
    {"GET", "/admin/v1/custom-fields", admin_custom_fields, false, ROUTE_READ},
    {"POST", "/admin/v1/custom-fields", admin_custom_field_create, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"DELETE", "/admin/v1/custom-fields/{}", admin_custom_field_delete, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"POST", "/admin/v1/endpoints", admin_endpoint_add, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"GET", "/admin/v1/endpoints/{}", admin_endpoint, false, ROUTE_READ | ROUTE_WHOLE},
    {"PATCH", "/admin/v1/endpoints/{}", admin_endpoint_change, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"DELETE", "/admin/v1/endpoints/{}", admin_endpoint_remove, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"POST", "/admin/v1/endpoints/{}/test", admin_endpoint_test, false, ROUTE_OPERATE | ROUTE_WHOLE},
    {"POST", "/admin/v1/endpoints/{}/rotate", admin_endpoint_rotate, false, ROUTE_ADMIN | ROUTE_WHOLE},
    {"POST", "/admin/v1/integrations/{}/enable", admin_integration_enable, false, ROUTE_OPERATE},
    {"POST", "/admin/v1/integrations/{}/disable", admin_integration_disable, false, ROUTE_OPERATE},
    {"POST", "/admin/v1/links", connect_create_link, false, ROUTE_OPERATE},
    {"POST", "/admin/v1/integrations/{}/relink", connect_relink, false, ROUTE_OPERATE},
    {"POST", "/admin/v1/integrations/{}/setup-link", connect_setup_link, false, ROUTE_OPERATE},
    {"POST", "/admin/v1/integrations/{}/pass-qa", admin_integration_pass_quality, false, ROUTE_OPERATE},
    {"POST", "/admin/v1/notifications/discard", admin_notifications_discard, false,
     ROUTE_OPERATE | ROUTE_WHOLE},
    {"GET", "/admin/v1/notifications/{}", admin_notification, false, ROUTE_READ},
    {"GET", "/admin/v1/attempts", admin_attempt_list, false, ROUTE_READ},
    {"GET", "/admin/v1/trace/{}", admin_trace, false, ROUTE_READ},
    {"POST", "/admin/v1/deliveries/replay", admin_deliveries_replay, false, ROUTE_OPERATE | ROUTE_WHOLE},
    {"POST", "/admin/v1/integrations/{}/refetch", admin_refetch, false, ROUTE_OPERATE},
    {"POST", "/admin/v1/endpoints/{}/verify", admin_endpoint_verify, false, ROUTE_READ | ROUTE_WHOLE},
    {"GET", "/admin/v1/models", admin_models, false, ROUTE_READ},
    {"GET", "/admin/v1/integrations/{}/changes/{}", admin_record_changes, true, ROUTE_READ},
    {.method = NULL},
};
