/*
 * admin_scopes: scopes, shown, made, changed and given to integrations while the daemon runs.
 *
 * Each change can be asked for as a dry run, which answers what it would do and leaves all as it is.
 */
#include "base/log.h"
#include "model/scope_text.h"
#include "store/scopes.h"
#include "web/admin.h"
#include "web/admission.h"
#include "web/body.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/scope_effect.h"

/* ---- showing ---- */

static void write_users(struct buf *out, struct request *r, const char *name)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;

    json_out_open(out, "integrations", '[');
    for (size_t n = 0; app->integration_nth(app->ctx, n, &it); n++) {
        if (strcmp(scope_name(it.scope), name) == 0 && admission_sees(r, weir_str(it.id))) {
            json_out_item(out);
            json_out_str_value(out, weir_str(it.id));
        }
        app->integration_release(app->ctx, &it);
    }
    buf_add_char(out, ']');
}

static void write_scope(struct buf *out, struct request *r, const struct web_scope *scope, bool whole)
{
    json_out_text(out, "name", scope->name);
    json_out_text(out, "kept_in", scope->runtime ? "store" : "file");
    write_users(out, r, scope->name);
    if (whole) {
        json_out_key(out, "models");
        scope_to_json(out, scope->scope);
        json_out_key(out, "actions");
        scope_actions_to_json(out, scope->scope);
        return;
    }
    json_out_open(out, "enabled", '[');
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        if (scope_model_setting(scope->scope, model_nth(i)) != SCOPE_DISABLED) {
            json_out_item(out);
            json_out_str_value(out, weir_str(model_nth(i)->name));
        }
    }
    buf_add_char(out, ']');
}

void admin_scopes(struct request *r)
{
    static const char *const params[] = {NULL};
    const struct web_app *app = &r->web->options.app;
    struct web_scope scope;
    struct admin_list list;
    bool room = true;

    if (!admin_list_begin(&list, r, params)) {
        return;
    }
    for (size_t n = list.after[0]; room && app->scope_nth(app->ctx, n, &scope); n++) {
        room = scope.scope != NULL && admin_list_row(&list, n + 1, 0);
        if (room) {
            write_scope(list.out, r, &scope, false);
            buf_add_char(list.out, '}');
        }
        scope_free(scope.scope);
    }
    admin_list_end(&list, 0, NULL);
}

/* scope_free its scope. */
static bool find_scope(struct web_scope *out, const struct request *r, struct weir_str name)
{
    const struct web_app *app = &r->web->options.app;

    for (size_t n = 0; app->scope_nth(app->ctx, n, out); n++) {
        if (weir_str_is(name, out->name) && out->scope != NULL) {
            return true;
        }
        scope_free(out->scope);
    }
    return false;
}

void admin_scope(struct request *r)
{
    struct web_scope scope;
    struct buf *out;

    if (!find_scope(&scope, r, r->params[0])) {
        answer_error(r, ANSWER_NOT_FOUND, "there is no scope of that name");
        return;
    }
    out = answer_begin(r);
    buf_add_char(out, '{');
    write_scope(out, r, &scope, true);
    buf_add_char(out, '}');
    answer_end(r);
    scope_free(scope.scope);
}

/* ---- changing ---- */

#define WIDER_MAX (1u << 20)

/* What a wider scope lets in has to be read; one that is under way will be followed by a full one. */
static void begin_syncs(struct request *r, const struct buf *wider)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_str rest = buf_str(wider);

    while (rest.len > 0) {
        size_t len = (size_t)((const char *)memchr(rest.data, '\n', rest.len) - rest.data);
        struct web_sync_started started;
        struct weir_error err = {0};

        if (app->sync_start(app->ctx, weir_str_n(rest.data, len), true, &started, &err) != 0) {
            log_warn("a wider scope is read with the next sync",
                     LOG_STR("integration", weir_str_n(rest.data, len)), LOG_ERR(&err));
        }
        rest = weir_str_n(rest.data + len + 1, rest.len - len - 1);
    }
}

/* What the change would do, or did: the answer of each. integration: of this one alone; NULL: of those that
 * have a scope of that name. now: what it says from then on. */
static void answer_effect(struct request *r, bool dry_run, const char *integration, const struct scope *now,
                          const struct buf *effect)
{
    struct buf *out = answer_begin(r);

    buf_add_char(out, '{');
    json_out_text(out, "scope", scope_name(now));
    if (integration != NULL) {
        json_out_text(out, "integration", integration);
    }
    json_out_bool(out, "dry_run", dry_run);
    json_out_key(out, "effects");
    buf_add_str(out, buf_str(effect));
    buf_add_char(out, '}');
    answer_end(r);
}

static void put(struct request *r, struct weir_str name, bool dry_run)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_bytes body = exchange_body(r->x);
    struct weir_error err = {0};
    struct scope *now = NULL;
    struct buf effect, wider;
    char text[STORE_SCOPE_NAME];
    int rc;

    r->quiet = dry_run;
    (void)snprintf(text, sizeof text, "%.*s", WEIR_STR_ARG(name));
    buf_init(&effect, SCOPE_EFFECT_MAX);
    buf_init(&wider, WIDER_MAX);
    rc = scope_from_json(&now, text, weir_str_n((const char *)body.data, body.len), &err);
    if (rc == 0) {
        rc = scope_effect_of_change(&effect, &wider, r, now, &err);
    }
    if (rc == 0 && !dry_run) {
        rc = app->scope_put(app->ctx, name, weir_str_n((const char *)body.data, body.len), &err);
    }
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        if (!dry_run) {
            begin_syncs(r, &wider);
        }
        answer_effect(r, dry_run, NULL, now, &effect);
    }
    buf_fini(&effect);
    buf_fini(&wider);
    scope_free(now);
}

/* false: answered. */
static bool read_wish(struct body **body, bool *dry_run, struct request *r)
{
    struct weir_error err = {0};

    *body = NULL;
    *dry_run = false;
    if (body_parse(body, exchange_body(r->x), &err) == 0) {
        (void)body_bool(dry_run, *body, "dry_run", &err);
    }
    if (err.code != 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "%s", err.message);
        body_free(*body);
        return false;
    }
    return true;
}

static bool is_good_name(struct request *r, struct weir_str name)
{
    bool good = admin_name_is(name);

    if (!good) {
        answer_error(r, ANSWER_INPUT_INVALID,
                     "a scope's name has 1 to 64 letters, digits, \".\", \"_\" or \"-\"");
    }
    return good;
}

void admin_scope_create(struct request *r)
{
    struct weir_str name = weir_str("");
    struct weir_error err = {0};
    struct web_scope scope;
    struct body *body;
    bool dry_run;

    if (!read_wish(&body, &dry_run, r)) {
        return;
    }
    (void)body_text(&name, body, "name", &err);
    admission_target(r, name);
    if (is_good_name(r, name)) {
        if (find_scope(&scope, r, name)) {
            scope_free(scope.scope);
            answer_error(r, ANSWER_CONFLICT, "there is a scope \"%.*s\" already", WEIR_STR_ARG(name));
        } else {
            put(r, name, dry_run);
        }
    }
    body_free(body);
}

void admin_scope_put(struct request *r)
{
    struct web_scope scope;
    struct body *body;
    bool dry_run;

    if (!read_wish(&body, &dry_run, r)) {
        return;
    }
    body_free(body);
    if (!is_good_name(r, r->params[0])) {
        return;
    }
    if (find_scope(&scope, r, r->params[0])) {
        scope_free(scope.scope);
        if (!scope.runtime) {
            answer_error(r, ANSWER_CONFLICT,
                         "the scope %s is in the configuration file: change it there, then: weir reload",
                         scope.name);
            return;
        }
    }
    put(r, r->params[0], dry_run);
}

void admin_scope_delete(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};

    admin_answer_done(r, app->scope_put(app->ctx, r->params[0], weir_str_n("", 0), &err), &err);
}

void admin_integration_scope(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_str name = weir_str("");
    struct weir_error err = {0};
    struct web_scope scope = {.scope = NULL};
    struct body *body;
    struct buf effect, wider;
    char id[STORE_INTEGRATION_ID_MAX];
    bool dry_run;
    int rc;

    if (!read_wish(&body, &dry_run, r)) {
        return;
    }
    r->quiet = dry_run;
    buf_init(&effect, SCOPE_EFFECT_MAX);
    buf_init(&wider, WIDER_MAX);
    (void)body_text(&name, body, "scope", &err);
    (void)snprintf(id, sizeof id, "%.*s", WEIR_STR_ARG(r->params[0]));
    if (err.code == 0 && !find_scope(&scope, r, name)) {
        scope.scope = NULL;
        weir_fail(&err, WEIR_E_INVALID, "\"scope\" in the body names no scope");
    }
    rc = err.code != 0 ? err.code
                       : scope_effect_of_assignment(&effect, &wider, r, r->params[0], scope.scope, &err);
    if (rc == 0 && !dry_run) {
        rc = app->scope_assign(app->ctx, r->params[0], name, &err);
    }
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        if (!dry_run) {
            begin_syncs(r, &wider);
        }
        answer_effect(r, dry_run, id, scope.scope, &effect);
    }
    scope_free(scope.scope);
    buf_fini(&effect);
    buf_fini(&wider);
    body_free(body);
}
