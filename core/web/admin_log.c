/*
 * admin_log: what happened, from the store's log, and the events that were set aside.
 */
#include "model/canonical.h"
#include "store/log_search.h"
#include "web/admin.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/log_filter.h"

#define SCAN_MAX                                                                                             \
    20000 /* entries looked at for one page: a rare filter does not walk the whole log at once               \
           */

static const char *const kinds[] = {"",        "delivery", "event",       "fetch", "notification",
                                    "attempt", "sync",     "integration", NULL};

struct entries {
    struct admin_list list;
    struct log_filter filter;
    struct weir_str tool; /* of its integrations alone; empty: all */
    bool taken;           /* deliveries that were taken in alone: they have a number */
    size_t scanned;
};

/* ---- the log ---- */

/* The members of the entry's own object; only whole ones, so that a text that was cut spoils nothing. */
static void put_members(struct buf *out, struct weir_str json)
{
    struct canonical_walk walk;
    struct weir_str key;
    struct weir_str value;

    canonical_begin(&walk, json);
    while (canonical_member(&walk, &key, &value)) {
        if (weir_str_is(key, "at") || weir_str_is(key, "kind") || weir_str_is(key, "integration")) {
            continue; /* written already */
        }
        json_out_item(out);
        buf_add_char(out, '"');
        buf_add_str(out, key);
        buf_add_text(out, "\":");
        buf_add_str(out, value);
    }
}

static bool is_of_tool(const struct entries *e, uint32_t integration)
{
    if (e->tool.len == 0) {
        return true;
    }
    for (size_t i = 0; i < e->list.names.count; i++) {
        const struct admin_name *name = &e->list.names.items[i];

        if (name->number == integration) {
            return strncmp(name->id, e->tool.data, e->tool.len) == 0 && name->id[e->tool.len] == ':';
        }
    }
    return false;
}

static bool write_entry(void *ctx, const struct store_log *entry)
{
    struct entries *e = ctx;
    struct admin_list *list = &e->list;

    if (!admin_list_sees(list, entry->integration) || !is_of_tool(e, entry->integration) ||
        (e->taken && canonical_get(entry->json, "delivery").len == 0) ||
        !log_filter_fits(&e->filter, entry->json)) {
        return true;
    }
    if (!admin_list_row(list, (uint64_t)entry->at_ms, entry->seq)) {
        return false;
    }
    json_out_time(list->out, "at", entry->at_ms);
    json_out_text(list->out, "kind",
                  entry->kind > 0 && entry->kind <= STORE_LOG_INTEGRATION ? kinds[entry->kind] : "");
    if (entry->integration != 0) {
        admin_put_integration(list, entry->integration);
    } else {
        json_out_null(list->out, "integration");
    }
    put_members(list->out, entry->json);
    buf_add_char(list->out, '}');
    return true;
}

static void write_log(struct entries *e, uint32_t wanted)
{
    struct admin_list *list = &e->list;
    struct store_log_search search = {.kinds = wanted,
                                      .integration = list->integration,
                                      .before = {.at_ms = (int64_t)list->after[0], .seq = list->after[1]},
                                      .looks_max = SCAN_MAX};
    struct store_log_place reached;
    struct weir_error err = {0};
    int rc;

    if (!admin_list_when(&search.since_ms, list, "since") ||
        !admin_list_when(&search.until_ms, list, "until")) {
        return;
    }
    log_filter_read(&e->filter, &list->query);
    (void)query_get(&e->tool, &list->query, "tool");
    rc = store_log_search(&reached, list->r->web->options.store, &search, write_entry, e, &err);
    if (rc == 0 && reached.at_ms != 0) {
        admin_list_reached(list, (uint64_t)reached.at_ms, reached.seq);
    }
    admin_list_end(list, rc, &err);
}

/* A comma list of kinds as bits; 0: none given. false: answered. */
static bool read_kinds(uint32_t *wanted, struct admin_list *list)
{
    struct weir_error err = {0};
    struct weir_str rest;

    if (!query_get(&rest, &list->query, "kind")) {
        return true;
    }
    while (rest.len > 0) {
        const char *comma = memchr(rest.data, ',', rest.len);
        size_t len = comma != NULL ? (size_t)(comma - rest.data) : rest.len;
        uint32_t kind = 1;

        while (kinds[kind] != NULL && !weir_str_is(weir_str_n(rest.data, len), kinds[kind])) {
            kind++;
        }
        if (kinds[kind] == NULL) {
            weir_fail(&err, WEIR_E_INVALID,
                      "kind takes a comma list of delivery, event, fetch, notification, attempt, sync, "
                      "integration");
            admin_list_end(list, err.code, &err);
            return false;
        }
        *wanted |= UINT32_C(1) << kind;
        rest = comma != NULL ? weir_str_n(comma + 1, rest.len - len - 1) : weir_str_n(NULL, 0);
    }
    return true;
}

void admin_log(struct request *r)
{
    static const char *const params[] = {
        "kind",  "integration",  "tool", "endpoint", "outcome", "id",    "delivery",
        "event", "notification", "text", "errors",   "since",   "until", NULL};
    struct entries e = {.scanned = 0};
    uint32_t wanted = 0;

    if (admin_list_begin(&e.list, r, params) && read_kinds(&wanted, &e.list)) {
        write_log(&e, wanted);
    }
}

void admin_deliveries(struct request *r)
{
    static const char *const params[] = {"integration", "outcome", "text", "since", "until", NULL};
    struct entries e = {.scanned = 0};
    struct weir_str outcome;

    if (admin_list_begin(&e.list, r, params)) {
        e.taken = !query_get(&outcome, &e.list.query, "outcome");
        write_log(&e, UINT32_C(1) << STORE_LOG_DELIVERY);
    }
}

void admin_attempts(struct admin_list *list)
{
    struct entries e = {.list = *list};

    write_log(&e, UINT32_C(1) << STORE_LOG_ATTEMPT);
}

void admin_attempt_list(struct request *r)
{
    static const char *const params[] = {"integration", "endpoint", "outcome", "notification",
                                         "since",       "until",    NULL};
    struct admin_list list;

    if (admin_list_begin(&list, r, params)) {
        admin_attempts(&list);
    }
}

/* ---- events ---- */

static bool write_aside(void *ctx, const struct store_aside *aside)
{
    static const char *const words[] = {"", "delivery", "reference", "record"};
    struct entries *e = ctx;
    struct admin_list *list = &e->list;

    if ((list->integration != 0 && aside->integration != list->integration) ||
        !admin_list_sees(list, aside->integration)) {
        return ++e->scanned < SCAN_MAX || admin_list_pause(list, aside->number, 0);
    }
    if (!admin_list_row(list, aside->number, 0)) {
        return false;
    }
    json_out_uint(list->out, "number", aside->number);
    json_out_time(list->out, "at", aside->at_ms);
    json_out_time(list->out, "received_at", aside->received_at_ms);
    admin_put_integration(list, aside->integration);
    json_out_text(list->out, "kind", aside->kind <= STORE_ASIDE_RECORD ? words[aside->kind] : "");
    json_out_str(list->out, "what", aside->what);
    json_out_str(list->out, "message", aside->message);
    json_out_uint(list->out, "tries", aside->tries);
    json_out_uint(list->out, "delivery", aside->delivery);
    buf_add_char(list->out, '}');
    return true;
}

void admin_events(struct request *r)
{
    static const char *const params[] = {"state", "integration", "outcome", "since", "until", NULL};
    static const char *const states[] = {"log", "aside", NULL};
    struct entries e = {.scanned = 0};
    struct weir_error err = {0};
    int state;
    int rc;

    if (!admin_list_begin(&e.list, r, params)) {
        return;
    }
    state = admin_list_word(&e.list, "state", states);
    if (state == 0) {
        write_log(&e, UINT32_C(1) << STORE_LOG_EVENT | UINT32_C(1) << STORE_LOG_FETCH);
    } else if (state == 1) {
        rc = store_asides(r->web->options.store, e.list.after[0], write_aside, &e, &err);
        admin_list_end(&e.list, rc, &err);
    }
}
