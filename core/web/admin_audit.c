/*
 * admin_audit: who changed what: noted for each request that changes something, and read.
 *
 * An entry says who, through which key, what route about what, how it ended and from where; never what was in
 * a body, since that may be a credential.
 */
#include "base/log.h"
#include "model/canonical.h"
#include "store/audit.h"
#include "web/admin.h"
#include "web/admission.h"
#include "web/envelope.h"
#include "web/json_out.h"

#define SCAN_MAX 100000

static const char *const outcomes[] = {"done", "denied", "refused", "failed", NULL};

/* ---- noting ---- */

static const char *outcome_of(int status)
{
    if (status < 400) {
        return outcomes[0];
    }
    if (status == 401 || status == 403) {
        return outcomes[1];
    }
    return status < 500 ? outcomes[2] : outcomes[3];
}

static const char *who_of(const struct request *r)
{
    return r->key != NULL                  ? r->key->name
           : r->surface == SURFACE_CONNECT ? "customer"
           : r->local                      ? "local"
                                           : "nobody"; /* who tried to sign in */
}

static const char *through_of(const struct request *r)
{
    return r->surface == SURFACE_CONNECT ? "link"
           : r->local                    ? "socket"
           : r->surface == SURFACE_API   ? "app key"
           : r->csrf[0] != '\0'          ? "session"
                                         : "admin key";
}

void audit_note(struct request *r)
{
    struct weir_error err = {0};
    struct buf text;
    int rc;

    if (r->surface == SURFACE_PROBE || r->surface == SURFACE_PAGE || r->quiet ||
        strcmp(r->route->method, "GET") == 0) {
        return;
    }
    buf_init(&text, STORE_AUDIT_MAX);
    buf_add_char(&text, '{');
    json_out_text(&text, "who", who_of(r));
    json_out_text(&text, "through", through_of(r));
    json_out_text(&text, "method", r->route->method);
    json_out_text(&text, "route", r->route->path);
    json_out_text_or_null(&text, "target", r->target);
    json_out_text(&text, "outcome", outcome_of(r->status));
    json_out_int(&text, "status", r->status);
    json_out_str(&text, "from", exchange_peer(r->x));
    buf_add_char(&text, '}');
    rc = buf_check(&text, "an audit entry", &err);
    if (rc == 0) {
        rc = store_audit(r->web->options.store, buf_str(&text), &err);
    }
    if (rc != 0) {
        log_error("audit entry lost", LOG_TEXT("who", who_of(r)), LOG_TEXT("method", r->route->method),
                  LOG_TEXT("route", r->route->path), LOG_TEXT("target", r->target),
                  LOG_INT("status", r->status), LOG_ERR(&err));
    }
    buf_fini(&text);
}

/* ---- reading ---- */

struct entries {
    struct admin_list list;
    struct weir_str who, target, route; /* empty: any */
    int outcome;                        /* -1: any */
    size_t scanned;
};

static bool fits(const struct entries *e, struct weir_str json)
{
    const struct weir_str wanted[] = {e->who, e->target, e->route};
    const char *const keys[] = {"who", "target", "route"};
    struct weir_str target = canonical_inner(canonical_get(json, "target"));

    for (size_t i = 0; i < 3; i++) {
        if (wanted[i].len > 0 && !weir_str_equal(canonical_inner(canonical_get(json, keys[i])), wanted[i])) {
            return false;
        }
    }
    return (e->outcome < 0 ||
            weir_str_is(canonical_inner(canonical_get(json, "outcome")), outcomes[e->outcome])) &&
           (!admission_is_limited(e->list.r) || admission_sees(e->list.r, target));
}

static bool write_entry(void *ctx, const struct store_audit_entry *entry)
{
    struct entries *e = ctx;
    struct admin_list *list = &e->list;
    struct canonical_walk walk;
    struct weir_str key;
    struct weir_str value;

    if (!fits(e, entry->json)) {
        return ++e->scanned < SCAN_MAX || admin_list_pause(list, (uint64_t)entry->at_ms, entry->seq);
    }
    if (!admin_list_row(list, (uint64_t)entry->at_ms, entry->seq)) {
        return false;
    }
    json_out_time(list->out, "at", entry->at_ms);
    canonical_begin(&walk, entry->json);
    while (canonical_member(&walk, &key, &value)) {
        json_out_item(list->out);
        buf_add_char(list->out, '"');
        buf_add_str(list->out, key);
        buf_add_text(list->out, "\":");
        buf_add_str(list->out, value);
    }
    buf_add_char(list->out, '}');
    return true;
}

void admin_audit(struct request *r)
{
    static const char *const params[] = {"who", "target", "route", "outcome", "since", "until", NULL};
    static const char *const words[] = {"any", "done", "denied", "refused", "failed", NULL};
    struct entries e = {.scanned = 0};
    struct weir_error err = {0};
    int64_t since_ms = 0;
    int64_t until_ms = 0;
    int rc;

    if (!admin_list_begin(&e.list, r, params)) {
        return;
    }
    e.outcome = admin_list_word(&e.list, "outcome", words) - 1;
    if (e.outcome < -1 || !admin_list_when(&since_ms, &e.list, "since") ||
        !admin_list_when(&until_ms, &e.list, "until")) {
        return;
    }
    (void)query_get(&e.who, &e.list.query, "who");
    (void)query_get(&e.target, &e.list.query, "target");
    (void)query_get(&e.route, &e.list.query, "route");
    if (e.list.after[0] == 0 && until_ms > 0) {
        e.list.after[0] = (uint64_t)until_ms;
    }
    rc = store_audits(r->web->options.store, since_ms, (int64_t)e.list.after[0], e.list.after[1], write_entry,
                      &e, &err);
    admin_list_end(&e.list, rc, &err);
}
