/*
 * admin_replay: notifications sent again, discarded, and one shown in full.
 */
#include "model/message.h"
#include "store/selection.h"
#include "web/admin.h"
#include "web/admission.h"
#include "web/api.h"
#include "web/body.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/when.h"

#define REASON_MAX 500
#define FIND_LOOKS 5000 /* dead letters that one reader looks at */

/* ---- which ---- */

struct wish {
    struct store_selection selection;
    char id[ID_TEXT];
    struct weir_str reason;
    bool has_id, dry_run;
};

static int read_owners(struct wish *w, struct request *r, struct body *body, bool *any,
                       struct weir_error *err)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    struct weir_str name;

    if (body_text(&name, body, "endpoint", err)) {
        *any = true;
        w->selection.endpoint = app->endpoint_number(app->ctx, name);
        if (w->selection.endpoint == 0) {
            return weir_fail(err, WEIR_E_NONE, "there is no such endpoint");
        }
    }
    if (body_text(&name, body, "integration", err)) {
        *any = true;
        if (!app->integration(app->ctx, name, &it)) {
            return weir_fail(err, WEIR_E_NONE, "there is no such integration");
        }
        w->selection.integration = it.number;
        api_integration_release(r, &it);
    }
    return err->code;
}

static int read_times(struct wish *w, struct request *r, struct body *body, bool *any, struct weir_error *err)
{
    int64_t now_ms = clock_now_ms(r->web->options.clock);
    struct weir_str text;
    int rc = 0;

    if (body_text(&text, body, "since", err)) {
        *any = true;
        rc = when_parse(&w->selection.since_ms, text, now_ms, "since", err);
    }
    if (rc == 0 && body_text(&text, body, "until", err)) {
        *any = true;
        rc = when_parse(&w->selection.until_ms, text, now_ms, "until", err);
    }
    return rc != 0 ? rc : err->code;
}

static int read_state(struct wish *w, struct body *body, struct weir_error *err)
{
    struct weir_str word;

    w->selection.states = STORE_SELECT_DEAD;
    if (!body_text(&word, body, "state", err)) {
        return err->code;
    }
    if (weir_str_is(word, "delivered")) {
        w->selection.states = STORE_SELECT_SENT;
    } else if (weir_str_is(word, "any")) {
        w->selection.states = STORE_SELECT_SENT | STORE_SELECT_DEAD;
    } else if (!weir_str_is(word, "dead")) {
        return weir_fail(err, WEIR_E_INVALID, "\"state\" is one of dead, delivered and any");
    }
    return 0;
}

/* An id alone, or "all": true alone, or some of the others. */
static int read_wish(struct wish *w, struct request *r, struct body *body, struct weir_error *err)
{
    struct weir_str id;
    bool any = false;
    bool all = false;
    int rc = read_owners(w, r, body, &any, err);

    if (rc == 0) {
        rc = read_times(w, r, body, &any, err);
    }
    if (rc == 0) {
        rc = read_state(w, body, err);
    }
    if (rc != 0) {
        return rc;
    }
    w->has_id = body_text(&id, body, "id", err);
    (void)body_bool(&all, body, "all", err);
    (void)body_bool(&w->dry_run, body, "dry_run", err);
    (void)body_text(&w->reason, body, "reason", err);
    if (err->code != 0) {
        return err->code;
    }
    if ((int)w->has_id + (int)any + (int)all != 1) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "the body has to hold either \"id\", or some of \"endpoint\", \"integration\", \"since\" "
            "and \"until\", or \"all\": true");
    }
    if (w->has_id) {
        if (!id_is(id)) {
            return weir_fail(err, WEIR_E_NONE, "there is no such notification");
        }
        memcpy(w->id, id.data, ID_LEN);
        w->selection.id = w->id;
    }
    return 0;
}

/* ---- again, or never ---- */

static void answer_count(struct request *r, const char *word, uint64_t count, bool dry_run)
{
    struct buf *out = answer_begin(r);

    buf_add_char(out, '{');
    if (dry_run) {
        json_out_bool(out, "dry_run", true);
        word = "count";
    }
    json_out_uint(out, word, count);
    buf_add_char(out, '}');
    answer_end(r);
}

static int discard(uint64_t *count, struct request *r, struct wish *w, struct weir_error *err)
{
    if (w->reason.len == 0 || w->reason.len > REASON_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "\"reason\" has to say why, in at most %d bytes", REASON_MAX);
    }
    if (w->selection.states != STORE_SELECT_DEAD) {
        return weir_fail(err, WEIR_E_INVALID, "only dead letters are discarded");
    }
    return w->dry_run ? store_selection_count(count, r->web->options.store, &w->selection, err)
                      : store_selection_discard(count, r->web->options.store, &w->selection, w->reason, err);
}

static int replay(uint64_t *count, struct request *r, struct wish *w, struct weir_error *err)
{
    const struct web_app *app = &r->web->options.app;
    int rc;

    if (w->dry_run) {
        return store_selection_count(count, r->web->options.store, &w->selection, err);
    }
    rc = store_selection_replay(count, r->web->options.store, &w->selection, err);
    if (rc == 0 && *count > 0) {
        app->poke(app->ctx);
    }
    return rc;
}

static void act(struct request *r, const char *word,
                int (*what)(uint64_t *count, struct request *r, struct wish *w, struct weir_error *err))
{
    struct wish w = {.reason = weir_str_n(NULL, 0)};
    struct weir_error err = {0};
    struct body *body = NULL;
    uint64_t count = 0;
    int rc = body_parse(&body, exchange_body(r->x), &err);

    if (rc == 0) {
        rc = read_wish(&w, r, body, &err);
    }
    if (rc == 0) {
        rc = what(&count, r, &w, &err);
    }
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        answer_count(r, word, count, w.dry_run);
    }
    body_free(body);
}

void admin_notifications_replay(struct request *r)
{
    act(r, "replayed", replay);
}

void admin_notifications_discard(struct request *r)
{
    act(r, "discarded", discard);
}

/* ---- one ---- */

struct showing {
    struct request *r;
    const char *state;
    const char *id; /* wanted, among those that wait */
    bool found;
};

static void put_body(struct buf *out, struct weir_bytes body)
{
    /* What we wrote is JSON, and goes out as it is. */
    json_out_key(out, "body");
    buf_add_str(out, body.len > 0 ? weir_str_n((const char *)body.data, body.len) : weir_str("null"));
}

/* What is about no integration, or another one, does not exist for a key that is limited. */
static bool may_see(struct request *r, const struct store_notification *n)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    bool seen = !admission_is_limited(r);

    if (!seen && app->integration_number(app->ctx, n->integration, &it)) {
        seen = admission_sees(r, weir_str(it.id));
        api_integration_release(r, &it);
    }
    return seen;
}

static bool show(void *ctx, const struct store_notification *n)
{
    struct showing *s = ctx;
    bool waiting = strcmp(s->state, "waiting") == 0;
    bool delivered = strcmp(s->state, "delivered") == 0;
    const struct web_app *app = &s->r->web->options.app;
    struct web_integration it;
    struct buf *out;

    if (strcmp(n->id, s->id) != 0 || !may_see(s->r, n)) {
        return true;
    }
    s->found = true;
    out = answer_begin(s->r);
    buf_add_char(out, '{');
    json_out_text(out, "id", n->id);
    json_out_text(out, "state", s->state);
    admin_put_endpoint(s->r, out, n->endpoint);
    json_out_key(out, "integration");
    buf_add_text(out, "null");
    for (size_t i = 0; app->integration_nth(app->ctx, i, &it); i++) {
        bool is_it = it.number == n->integration;

        if (is_it) {
            out->len -= strlen("null");
            json_out_str_value(out, weir_str(it.id));
        }
        api_integration_release(s->r, &it);
        if (is_it) {
            break;
        }
    }
    json_out_text(out, "type", message_word(n->type));
    json_out_time(out, "created_at", n->created_at_ms);
    json_out_time(out, "due_at", waiting ? n->due_ms : 0);
    json_out_time(out, "delivered_at", delivered ? n->died_at_ms : 0);
    json_out_time(out, "died_at", delivered || waiting ? 0 : n->died_at_ms);
    json_out_uint(out, "attempts", n->attempts);
    json_out_int(out, "last_status", n->last_status);
    json_out_text_or_null(out, "last_error", n->last_error);
    put_body(out, n->body);
    buf_add_char(out, '}');
    answer_end(s->r);
    return false;
}

static int find_ended(struct showing *s, struct store *store, uint32_t state, struct weir_error *err)
{
    struct store_selection one = {.states = state, .id = s->id};
    uint64_t reached = 0;
    int rc;

    s->state = state == STORE_SELECT_SENT ? "delivered" : "dead";
    do {
        rc = store_selection_list(&reached, store, &one, reached, FIND_LOOKS, show, s, err);
    } while (rc == 0 && !s->found && reached != 0);
    return rc;
}

void admin_notification(struct request *r)
{
    struct store *store = r->web->options.store;
    struct weir_error err = {0};
    char id[ID_TEXT] = "";
    struct showing s = {.r = r, .state = "waiting", .id = id};
    int rc = 0;

    if (id_is(r->params[0])) {
        memcpy(id, r->params[0].data, ID_LEN);
        rc = store_outbox(store, 0, 0, show, &s, &err);
        if (rc == 0 && !s.found) {
            rc = find_ended(&s, store, STORE_SELECT_DEAD, &err);
        }
        if (rc == 0 && !s.found) {
            rc = find_ended(&s, store, STORE_SELECT_SENT, &err);
        }
    }
    if (rc == 0 && !s.found) {
        rc = weir_fail(&err, WEIR_E_NONE,
                       "there is no such notification, or it was delivered and is not kept");
    }
    if (rc != 0) {
        answer_failure(r, rc, &err);
    }
}
