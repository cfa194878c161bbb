/*
 * admin_lists: integrations, endpoints, syncs, and notifications that wait or are dead.
 */
#include "model/message.h"
#include "store/selection.h"
#include "web/admin.h"
#include "web/admission.h"
#include "web/api.h"
#include "web/envelope.h"
#include "web/json_out.h"

#define SCAN_MAX 20000 /* notifications looked at for one page */

static const char *const of_integration[] = {"integration", NULL};

/* ---- integrations ---- */

const char *admin_state_word(int32_t state)
{
    static const char *const words[] = {"ACTIVE", "INVALID", "INACTIVE", "DELETED"};

    return state >= 0 && state < 4 ? words[state] : "UNKNOWN";
}

static void write_rhythm(struct buf *out, const struct web_integration *it)
{
    json_out_open(out, "sync", '{');
    json_out_time(out, "next_at", it->row.next_sync_ms);
    json_out_int(out, "every_s", it->sync_every_ms / 1000);
    json_out_bool(out, "relaxed", it->sync_relaxed);
    json_out_text_or_null(out, "why", it->sync_why);
    buf_add_char(out, '}');
}

static void write_integration(struct buf *out, const struct web_integration *it)
{
    const struct store_integration *row = &it->row;

    json_out_text(out, "id", it->id);
    json_out_text(out, "tool", it->tool);
    json_out_text(out, "label", it->tool_label);
    json_out_text(out, "category", it->category);
    json_out_text(out, "organization", it->organization);
    json_out_text(out, "scope", scope_name(it->scope));
    json_out_text(out, "state", admin_state_word(row->state));
    json_out_bool(out, "paused", it->paused);
    json_out_text(out, "kept_in", it->runtime ? "store" : "file");
    json_out_bool(out, "first_sync_done", row->first_sync_done);
    json_out_text(out, "setup_status", store_setup_word(row->life.setup));
    json_out_text(out, "qa_status", store_qa_word(row->life.qa));
    json_out_text_or_null(out, "qa_reason", row->life.qa_reason);
    json_out_text_or_null(out, "problem", row->problem);
    json_out_time(out, "auth_failed_since", row->auth_failed_since_ms);
    json_out_time(out, "created_at", row->created_at_ms);
    json_out_time(out, "last_full_sync", row->last_full_sync_ms);
    json_out_time(out, "last_delta_sync", row->last_delta_sync_ms);
    json_out_time(out, "next_sync", row->next_sync_ms);
    json_out_time(out, "last_delivery", row->last_delivery_ms);
    json_out_text(out, "callback_url", it->callback_url);
    json_out_open(out, "subscription", '{');
    json_out_text(out, "state", admin_subscription_word(row->subscription_state));
    json_out_text_or_null(out, "remote_id", row->subscription_remote_id);
    json_out_text_or_null(out, "detail", row->subscription_detail);
    json_out_time(out, "checked_at", row->subscription_checked_ms);
    buf_add_char(out, '}');
    json_out_open(out, "connector", '{');
    json_out_text(out, "version", it->connector_version);
    json_out_uint(out, "generation", it->generation);
    json_out_text_or_null(out, "held_back", it->held_back);
    json_out_text(out, "error", it->connector_error);
    buf_add_char(out, '}');
    write_rhythm(out, it);
}

/* What it can be given, and whether it was: never what it is. */
static void write_settings(struct buf *out, const struct web_integration *it)
{
    json_out_open(out, "settings", '[');
    for (size_t i = 0; i < it->setting_count && i < 64; i++) {
        json_out_item(out);
        buf_add_char(out, '{');
        admin_put_setting(out, &it->settings[i]);
        json_out_bool(out, "set", (it->settings_set >> i & 1) != 0);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

/* ---- a list of them ---- */

struct wanted {
    char text[101]; /* empty: whatever it says */
    struct weir_str tool;
    int state; /* 0: any; else the state + 1 */
};

/* false: answered. */
static bool read_wanted(struct wanted *wanted, struct admin_list *list)
{
    static const char *const states[] = {"any", "ACTIVE", "INVALID", "INACTIVE", NULL};
    struct weir_error err = {0};
    struct weir_str text;

    *wanted = (struct wanted){.state = admin_list_word(list, "state", states)};
    if (wanted->state < 0) {
        return false;
    }
    (void)query_get(&wanted->tool, &list->query, "tool");
    if (query_get(&text, &list->query, "text")) {
        if (text.len >= sizeof wanted->text) {
            weir_fail(&err, WEIR_E_INVALID, "\"text\" is longer than %zu bytes", sizeof wanted->text - 1);
            admin_list_end(list, err.code, &err);
            return false;
        }
        memcpy(wanted->text, text.data, text.len);
    }
    return true;
}

static bool has_text(const char *value, const char *text)
{
    return value != NULL && strcasestr(value, text) != NULL;
}

static bool is_wanted(const struct wanted *wanted, const struct request *r, const struct web_integration *it)
{
    return admission_sees(r, weir_str(it->id)) &&
           (wanted->state == 0 || it->row.state == wanted->state - 1) &&
           (wanted->tool.len == 0 || weir_str_is(wanted->tool, it->tool)) &&
           (wanted->text[0] == '\0' || has_text(it->id, wanted->text) ||
            has_text(it->organization, wanted->text) || has_text(it->origin_id, wanted->text) ||
            has_text(it->tool_label, wanted->text));
}

void admin_list_integrations(struct request *r,
                             void (*write)(struct buf *out, const struct web_integration *it))
{
    static const char *const params[] = {"text", "tool", "state", NULL};
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    struct wanted wanted;
    struct admin_list list;
    bool room = true;

    if (!admin_list_begin(&list, r, params) || !read_wanted(&wanted, &list)) {
        return;
    }
    for (size_t n = list.after[0]; room && app->integration_nth(app->ctx, n, &it); n++) {
        bool seen = is_wanted(&wanted, r, &it);

        room = !seen || admin_list_row(&list, n + 1, 0);
        if (seen && room) {
            write(list.out, &it);
            buf_add_char(list.out, '}');
        }
        app->integration_release(app->ctx, &it);
    }
    admin_list_end(&list, 0, NULL);
}

void admin_integrations(struct request *r)
{
    admin_list_integrations(r, write_integration);
}

void admin_integration(struct request *r)
{
    struct web_integration it;

    if (api_integration_of_path(&it, r)) {
        struct buf *out = answer_begin(r);

        buf_add_char(out, '{');
        write_integration(out, &it);
        json_out_text(out, "base_url", it.base_url);
        write_settings(out, &it);
        json_out_time(out, "silent_at", it.silent_at_ms);
        json_out_uint(out, "webhook_missed", it.row.webhook_missed);
        buf_add_char(out, '}');
        answer_end(r);
        api_integration_release(r, &it);
    }
}

/* ---- syncs ---- */

static const char *sync_state_word(const struct store_sync *sync, const struct web_sync_progress *progress)
{
    static const char *const words[] = {
        "RUNNING",   "SUCCEEDED", "PARTIALLY_FAILED", "FAILED", "AUTHENTICATION_FAILED",
        "CANCELLED", "TIMED_OUT"};

    if (sync->state < 0 || sync->state >= 7) {
        return "UNKNOWN";
    }
    return progress->waiting ? "QUEUED" : words[sync->state];
}

/* How fast it is (of one that goes on after a restart: since then), and how much there may be. */
static void write_progress(struct admin_list *list, const struct store_sync *sync,
                           const struct web_sync_progress *progress)
{
    bool running = sync->state == STORE_SYNC_RUNNING;
    int64_t from_ms = running ? progress->turn_ms : sync->started_at_ms;
    int64_t to_ms = running ? clock_now_ms(list->r->web->options.clock) : sync->ended_at_ms;
    uint64_t before = running ? progress->records_then : 0;

    if (from_ms > 0 && to_ms > from_ms && sync->records >= before) {
        json_out_uint(list->out, "records_per_s",
                      (sync->records - before) * 1000 / (uint64_t)(to_ms - from_ms));
    } else {
        json_out_null(list->out, "records_per_s");
    }
    if (progress->records_hoped > 0) {
        json_out_uint(list->out, "records_expected", progress->records_hoped);
    } else {
        json_out_null(list->out, "records_expected");
    }
}

static bool write_sync(void *ctx, const struct store_sync *sync)
{
    struct web_sync_progress progress = {.run = 0};
    struct admin_list *list = ctx;
    const struct model *model = model_by_number(sync->model);
    const struct web_app *app;

    if (list->after[0] != 0 && sync->run >= list->after[0]) {
        return true; /* on a page before this one */
    }
    if (!admin_list_sees(list, sync->integration)) {
        return true;
    }
    if (!admin_list_row(list, sync->run, 0)) {
        return false;
    }
    app = &list->r->web->options.app;
    if (sync->state != STORE_SYNC_RUNNING || !app->sync_progress(app->ctx, sync->integration, &progress) ||
        progress.run != sync->run) {
        memset(&progress, 0, sizeof progress);
    }
    json_out_text(list->out, "id", sync->id);
    json_out_uint(list->out, "run", sync->run);
    admin_put_integration(list, sync->integration);
    json_out_text(list->out, "type", sync->full ? "FULL" : "DELTA");
    json_out_text(list->out, "state", sync_state_word(sync, &progress));
    json_out_time(list->out, "started_at", sync->started_at_ms);
    json_out_time(list->out, "ended_at", sync->ended_at_ms);
    json_out_time(list->out, "since", sync->since_ms);
    json_out_text(list->out, "model", model != NULL ? model->name : NULL);
    json_out_uint(list->out, "pages", sync->pages);
    json_out_uint(list->out, "records", sync->records);
    json_out_uint(list->out, "changed", sync->changed);
    json_out_uint(list->out, "gone", sync->gone);
    json_out_uint(list->out, "set_aside", sync->set_aside);
    write_progress(list, sync, &progress);
    json_out_text_or_null(list->out, "message", sync->message);
    buf_add_char(list->out, '}');
    return true;
}

void admin_syncs(struct request *r)
{
    struct weir_error err = {0};
    struct admin_list list;

    if (admin_list_begin(&list, r, of_integration)) {
        int rc = store_syncs(r->web->options.store, list.integration, write_sync, &list, &err);

        admin_list_end(&list, rc, &err);
    }
}

/* ---- notifications ---- */

struct notifications {
    struct admin_list list;
    uint32_t endpoint; /* of these alone; 0: all */
    bool ended;        /* given up, or delivered: else it waits */
    bool delivered;
    uint64_t skipped; /* of those that wait: their place is how many came before */
    size_t scanned;
};

/* The number of an endpoint in the store, as its name. */
void admin_put_endpoint(struct request *r, struct buf *out, uint32_t number)
{
    const struct web_app *app = &r->web->options.app;
    struct web_endpoint endpoint;

    for (size_t n = 0; app->endpoint_nth(app->ctx, n, &endpoint); n++) {
        if (app->endpoint_number(app->ctx, weir_str(endpoint.name)) == number) {
            json_out_text(out, "endpoint", endpoint.name);
            return;
        }
    }
    json_out_null(out, "endpoint");
}

static bool write_notification(void *ctx, const struct store_notification *n)
{
    struct notifications *all = ctx;
    struct admin_list *list = &all->list;

    if (!admin_list_sees(list, n->integration) ||
        (!all->ended && list->integration != 0 && n->integration != list->integration)) {
        all->skipped += !all->ended;
        return ++all->scanned < SCAN_MAX || admin_list_pause(list, all->ended ? n->seq : all->skipped, 0);
    }
    if (!admin_list_row(list, all->ended ? n->seq : ++all->skipped, 0)) {
        return false;
    }
    json_out_text(list->out, "id", n->id);
    admin_put_endpoint(list->r, list->out, n->endpoint);
    admin_put_integration(list, n->integration);
    json_out_text(list->out, "type", message_word(n->type));
    json_out_time(list->out, "created_at", n->created_at_ms);
    json_out_time(list->out, "due_at", n->due_ms);
    json_out_time(list->out, "delivered_at", all->delivered ? n->died_at_ms : 0);
    json_out_uint(list->out, "attempts", n->attempts);
    if (n->last_status > 0) {
        json_out_int(list->out, "last_status", n->last_status);
    } else {
        json_out_null(list->out, "last_status");
    }
    json_out_text_or_null(list->out, "last_error", n->last_error);
    json_out_time(list->out, "died_at", all->delivered ? 0 : n->died_at_ms);
    buf_add_char(list->out, '}');
    return true;
}

/* Those that were given up or delivered. */
static int list_ended(struct notifications *all, int64_t since_ms, int64_t until_ms, struct weir_error *err)
{
    struct store_selection selection = {.states = all->delivered ? STORE_SELECT_SENT : STORE_SELECT_DEAD,
                                        .endpoint = all->endpoint,
                                        .integration = all->list.integration,
                                        .since_ms = since_ms,
                                        .until_ms = until_ms};
    uint64_t reached = 0;
    int rc = store_selection_list(&reached, all->list.r->web->options.store, &selection, all->list.after[0],
                                  SCAN_MAX, write_notification, all, err);

    if (rc == 0 && reached != 0) {
        admin_list_reached(&all->list, reached, 0);
    }
    return rc;
}

static int list_waiting(struct notifications *all, struct weir_error *err)
{
    int rc;

    all->skipped = all->list.after[0];
    rc = store_outbox(all->list.r->web->options.store, all->endpoint, all->skipped, write_notification, all,
                      err);
    if (rc == 0 && all->scanned == SCAN_MAX) {
        admin_list_reached(&all->list, all->skipped, 0);
    }
    return rc;
}

void admin_notifications(struct request *r)
{
    static const char *const params[] = {"state", "endpoint", "integration", "since", "until", NULL};
    static const char *const states[] = {"waiting", "dead", "log", "delivered", NULL};
    const struct web_app *app = &r->web->options.app;
    struct notifications all = {.ended = false};
    struct weir_error err = {0};
    struct weir_str name;
    int64_t since_ms = 0;
    int64_t until_ms = 0;
    int state;
    int rc = 0;

    if (!admin_list_begin(&all.list, r, params)) {
        return;
    }
    state = admin_list_word(&all.list, "state", states);
    if (state < 0 || !admin_list_when(&since_ms, &all.list, "since") ||
        !admin_list_when(&until_ms, &all.list, "until")) {
        return;
    }
    if (state == 2) {
        admin_attempts(&all.list);
        return;
    }
    if (query_get(&name, &all.list.query, "endpoint")) {
        all.endpoint = app->endpoint_number(app->ctx, name);
        if (all.endpoint == 0) {
            rc = weir_fail(&err, WEIR_E_NONE, "there is no endpoint of that name");
        }
    }
    all.ended = state != 0;
    all.delivered = state == 3;
    if (rc == 0) {
        rc = all.ended ? list_ended(&all, since_ms, until_ms, &err) : list_waiting(&all, &err);
    }
    admin_list_end(&all.list, rc, &err);
}
