/*
 * admin_actions: what the admin API sets in motion.
 */
#include "base/log.h"
#include "web/admin.h"
#include "web/api.h"
#include "web/body.h"
#include "web/envelope.h"
#include "web/json_out.h"

#define REPORT_MAX (256u * 1024)
#define PATH_MAX_BYTES 4000

/* ---- integrations ---- */

void admin_sync_start(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_sync_started started = {.full = true};
    struct web_integration it;
    struct weir_error err = {0};
    bool full;

    if (!api_integration_of_path(&it, r)) {
        return;
    }
    if (api_read_sync_type(&full, r)) {
        int rc = app->sync_start(app->ctx, weir_str(it.id), full, &started, &err);

        if (rc != 0) {
            answer_failure(r, rc, &err);
        } else {
            struct buf *out = answer_begin(r);

            buf_add_char(out, '{');
            json_out_text(out, "sync_id", started.id);
            json_out_text(out, "type", started.full ? "FULL" : "DELTA");
            json_out_bool(out, "already_queued", started.already);
            buf_add_char(out, '}');
            answer_end(r);
        }
    }
    api_integration_release(r, &it);
}

void admin_sync_cancel(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    struct weir_error err = {0};
    char id[ID_TEXT];
    int rc;

    if (!api_integration_of_path(&it, r)) {
        return;
    }
    rc = app->sync_cancel(app->ctx, weir_str(it.id), id, &err);
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        struct buf *out = answer_begin(r);

        buf_add_char(out, '{');
        json_out_text(out, "sync_id", id);
        buf_add_char(out, '}');
        answer_end(r);
    }
    api_integration_release(r, &it);
}

void admin_answer_done(struct request *r, int rc, const struct weir_error *err)
{
    if (rc != 0) {
        answer_failure(r, rc, err);
    } else {
        buf_add_text(answer_begin(r), "{}");
        answer_end(r);
    }
}

/* ---- replays ---- */

/* What a replay is about: one (by id or number), those of one owner, or all. */
struct replay {
    struct weir_str id, owner;
    uint64_t number;
    bool has_one, has_owner, all;
};

/* Exactly one of the three has to be there. false: answered. */
static bool replay_read(struct replay *out, struct request *r, struct body *body, const char *one,
                        bool one_is_number, const char *owner)
{
    struct weir_error err = {0};

    out->has_one =
        one_is_number ? body_number(&out->number, body, one, &err) : body_text(&out->id, body, one, &err);
    out->has_owner = body_text(&out->owner, body, owner, &err);
    (void)body_bool(&out->all, body, "all", &err);
    if (err.code == 0 && (int)out->has_one + (int)out->has_owner + (int)out->all != 1) {
        weir_fail(&err, WEIR_E_INVALID,
                  "the body has to hold exactly one of \"%s\", \"%s\" and \"all\": true", one, owner);
    }
    if (err.code != 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "%s", err.message);
    }
    return err.code == 0;
}

/* That there is nothing to send again is only wrong of a single one. */
static void replay_answer(struct request *r, const struct replay *replay, int rc, uint64_t count,
                          const struct weir_error *err)
{
    const struct web_app *app = &r->web->options.app;
    struct buf *out;

    if (rc != 0 && !(rc == WEIR_E_NONE && !replay->has_one)) {
        answer_failure(r, rc, err);
        return;
    }
    if (rc == 0 && count > 0) {
        app->poke(app->ctx);
    }
    out = answer_begin(r);
    buf_add_char(out, '{');
    json_out_uint(out, "replayed", rc == 0 ? count : 0);
    buf_add_char(out, '}');
    answer_end(r);
}

/* The body of a replay; NULL: answered. */
static struct body *replay_body(struct request *r)
{
    struct weir_error err = {0};
    struct body *body = NULL;

    if (body_parse(&body, exchange_body(r->x), &err) != 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "%s", err.message);
    }
    return body;
}

struct counting {
    uint64_t number, count;
    uint32_t integration;
};

static bool count_aside(void *ctx, const struct store_aside *aside)
{
    struct counting *c = ctx;

    c->count += (c->number == 0 || aside->number == c->number) &&
                (c->integration == 0 || aside->integration == c->integration);
    return true;
}

static void answer_events_count(struct request *r, uint64_t number, uint32_t integration)
{
    struct counting c = {.number = number, .integration = integration};
    struct weir_error err = {0};
    int rc = store_asides(r->web->options.store, 0, count_aside, &c, &err);

    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        struct buf *out = answer_begin(r);

        buf_add_char(out, '{');
        json_out_bool(out, "dry_run", true);
        json_out_uint(out, "count", c.count);
        buf_add_char(out, '}');
        answer_end(r);
    }
}

void admin_events_replay(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct body *body = replay_body(r);
    struct replay replay = {.all = false};
    struct weir_error err = {0};
    struct web_integration it;
    uint32_t integration = 0;
    uint64_t count = 0;
    bool dry_run = false;

    if (body == NULL || !replay_read(&replay, r, body, "number", true, "integration")) {
        body_free(body);
        return;
    }
    if (replay.has_owner && app->integration(app->ctx, replay.owner, &it)) {
        integration = it.number;
        api_integration_release(r, &it);
    }
    if ((replay.has_owner && integration == 0) || (replay.has_one && replay.number == 0)) {
        answer_error(r, ANSWER_NOT_FOUND, "there is no such %s", replay.has_one ? "event" : "integration");
    } else if (body_bool(&dry_run, body, "dry_run", &err) && dry_run) {
        answer_events_count(r, replay.number, integration);
    } else if (err.code != 0) {
        answer_failure(r, err.code, &err);
    } else {
        int rc = store_aside_replay(r->web->options.store, replay.number, integration, &count, &err);

        replay_answer(r, &replay, rc, count, &err);
    }
    body_free(body);
}

/* ---- the daemon ---- */

static void put_report(struct buf *out, struct weir_str report)
{
    json_out_open(out, "report", '[');
    while (report.len > 0) {
        const char *end = memchr(report.data, '\n', report.len);
        size_t len = end != NULL ? (size_t)(end - report.data) : report.len;

        if (len > 0) {
            json_out_item(out);
            json_out_str_value(out, weir_str_n(report.data, len));
        }
        report = weir_str_n(report.data + len + (end != NULL), report.len - len - (end != NULL));
    }
    buf_add_char(out, ']');
}

void admin_reload(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};
    struct buf report;
    struct buf *out;
    int rc;

    buf_init(&report, REPORT_MAX);
    rc = app->reload(app->ctx, &report, &err);
    if (rc == 0) {
        out = answer_begin(r);
        buf_add_char(out, '{');
        put_report(out, buf_str(&report));
        buf_add_char(out, '}');
        answer_end(r);
    } else {
        answer_failure(r, rc, &err);
        if (rc == WEIR_E_CONFIG) {
            r->body.len -= 2; /* the report goes into the error object */
            put_report(&r->body, buf_str(&report));
            buf_add_text(&r->body, "}}");
        }
    }
    buf_fini(&report);
}

void admin_backup(struct request *r)
{
    struct weir_error err = {0};
    struct body *body = NULL;
    struct weir_str path = weir_str_n(NULL, 0);
    char text[PATH_MAX_BYTES + 1];
    bool compact = false;
    int rc = body_parse(&body, exchange_body(r->x), &err);

    if (rc == 0) {
        (void)body_text(&path, body, "path", &err);
        (void)body_bool(&compact, body, "compact", &err);
        rc = err.code;
    }
    if (rc == 0 && (path.len == 0 || path.data[0] != '/' || path.len > PATH_MAX_BYTES ||
                    memchr(path.data, '\0', path.len) != NULL)) {
        rc = weir_fail(
            &err, WEIR_E_INVALID,
            "\"path\" has to be an absolute path on the daemon's machine, of a file that does not exist yet");
    }
    if (rc == 0) {
        memcpy(text, path.data, path.len);
        text[path.len] = '\0';
        rc = store_backup(r->web->options.store, text, compact, &err);
    }
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        struct buf *out = answer_begin(r);

        log_info("backup made", LOG_TEXT("path", text), LOG_BOOL("compact", compact));
        buf_add_char(out, '{');
        json_out_text(out, "path", text);
        json_out_bool(out, "compact", compact);
        buf_add_char(out, '}');
        answer_end(r);
    }
    body_free(body);
}
