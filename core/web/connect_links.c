/*
 * connect_links: the calls that make links, and the one that swaps the code in which a flow ended.
 */
#include "web/api.h"
#include "web/body.h"
#include "web/connect.h"
#include "web/envelope.h"
#include "web/json_out.h"

#define URL_MAX 2048

/* ---- reading ---- */

static const char *const languages[] = {"en", "de", "fr", "it", "es", NULL};
static const char *const link_types[] = {"EMBEDDED", "MAGIC_LINK", NULL};
static const char *const categories[] = {"HRIS", "ATS", "ASSESSMENT", "LMS", NULL};

/* One of words, or missing. */
static void read_word(struct weir_str *out, const struct body *body, const char *key,
                      const char *const *words, struct weir_error *err)
{
    if (!body_text(out, body, key, err)) {
        return;
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        if (weir_str_is(*out, words[i])) {
            return;
        }
    }
    weir_fail(err, WEIR_E_INVALID, "\"%s\" in the body has no such value", key);
}

static void read_required(struct weir_str *out, const struct body *body, const char *key,
                          struct weir_error *err)
{
    if ((!body_text(out, body, key, err) || out->len == 0 || out->len > 1000) && err->code == 0) {
        weir_fail(err, WEIR_E_INVALID, "\"%s\" in the body has to be a text of at most 1000 bytes", key);
    }
}

static void read_optional(struct weir_str *out, const struct body *body, const char *key,
                          struct weir_error *err)
{
    if (body_text(out, body, key, err) && out->len > 1000) {
        weir_fail(err, WEIR_E_INVALID, "\"%s\" in the body is longer than 1000 bytes", key);
    }
}

/* The id that the details show, or the name. The scope's name goes into name. */
static void read_scope(struct link *link, struct buf *name, const struct body *body, struct request *r,
                       struct weir_error *err)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_str given;

    if (!body_text(&given, body, "scope_config_id", err)) {
        return;
    }
    for (size_t n = 0; buf_clear(name), app->lifecycle.scope_nth(app->ctx, n, name); n++) {
        char id[ID_TEXT];

        id_derive(id, weir_str(r->web->environment_id), weir_str("scope_config"), buf_str(name));
        if (weir_str_equal(given, buf_str(name)) || weir_str_is(given, id)) {
            link->scope = buf_str(name);
            return;
        }
    }
    weir_fail(err, WEIR_E_INVALID, "there is no scope config of that \"scope_config_id\"");
}

/* What all links have. type_required: its kind has no default. */
static void read_common(struct link *link, const struct body *body, struct request *r, bool type_required,
                        struct weir_error *err)
{
    struct weir_str type = weir_str("EMBEDDED");
    int64_t now_ms = clock_now_ms(r->web->options.clock);

    /* One who asks for none gets the browser's. */
    link->language = weir_str(body_names(body, "language") && !body_has(body, "language") ? "" : "en");
    read_word(&link->language, body, "language", languages, err);
    if (type_required) {
        type = weir_str("");
    }
    read_word(&type, body, "link_type", link_types, err);
    if (type.len == 0 && err->code == 0) {
        weir_fail(err, WEIR_E_INVALID, "\"link_type\" is missing in the body: EMBEDDED or MAGIC_LINK");
    }
    link->expires_at_ms = now_ms + (weir_str_is(type, "MAGIC_LINK") ? LINK_MAGIC_MS : LINK_EMBEDDED_MS);
}

/* ---- answering ---- */

static void make_and_answer(struct request *r, const struct link *link)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};
    char token[LINK_TOKEN_TEXT];
    struct buf url;
    int rc = 0;

    buf_init(&url, URL_MAX);
    if (!app->lifecycle.public_url(app->ctx, &url)) {
        rc = weir_fail(&err, WEIR_E_CONFIG,
                       "public_url is not set in the configuration, so no link leads here");
    } else {
        rc = link_make(token, r->web->options.store, link, &err);
    }
    if (rc != 0) {
        api_answer_failure(r, rc, &err);
    } else {
        struct buf *out = answer_begin(r);

        buf_add_text(&url, "/connect/");
        buf_add_text(&url, token);
        buf_add_char(out, '{');
        json_out_str(out, "link", buf_str(&url));
        buf_add_char(out, '}');
        answer_end(r);
        crypto_wipe(token, sizeof token);
    }
    buf_fini(&url);
}

/* ---- the calls ---- */

static void read_connect(struct link *link, struct buf *scope, const struct body *body, struct request *r,
                         struct weir_error *err)
{
    struct web_connector tool;

    read_required(&link->email, body, "end_user_email", err);
    read_required(&link->organization, body, "end_user_organization_name", err);
    read_optional(&link->origin_id, body, "end_user_origin_id", err);
    read_optional(&link->remote_environment, body, "remote_environment", err);
    link->category = weir_str("HRIS");
    read_word(&link->category, body, "integration_category", categories, err);
    read_scope(link, scope, body, r, err);
    (void)body_bool(&link->filtering, body, "enable_filtering", err);
    (void)body_bool(&link->field_mapping, body, "enable_field_mapping", err);
    read_common(link, body, r, false, err);
    if (err->code == 0 && body_text(&link->tool, body, "integration_tool", err) &&
        !connect_tool(&tool, r, link->tool, link->category)) {
        weir_fail(err, WEIR_E_INVALID, "no connector \"%.*s\" of the category %.*s is loaded",
                  link->tool.len < 40 ? (int)link->tool.len : 40, link->tool.data,
                  WEIR_STR_ARG(link->category));
    }
}

void connect_create_link(struct request *r)
{
    struct link link = {.kind = STORE_LINK_CONNECT, .stage = LINK_STAGE_CONNECT};
    struct weir_error err = {0};
    struct body *body = NULL;
    struct buf scope;

    buf_init(&scope, 1024);
    if (body_parse(&body, exchange_body(r->x), &err) == 0) {
        read_connect(&link, &scope, body, r, &err);
    }
    if (err.code != 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "%s", err.message);
    } else {
        make_and_answer(r, &link);
    }
    body_free(body);
    buf_fini(&scope);
}

/* Of an integration that is there. */
static void link_for(struct request *r, struct link *link, const struct web_integration *it,
                     bool type_required)
{
    struct weir_error err = {0};
    struct body *body = NULL;
    struct buf scope;

    buf_init(&scope, 1024);
    link->integration = weir_str(it->id);
    link->number = it->number;
    link->tool = weir_str(it->tool);
    link->category = weir_str(it->category);
    link->organization = weir_str(it->organization);
    link->email = it->creator_email != NULL ? weir_str(it->creator_email) : weir_str("");
    link->origin_id = it->origin_id != NULL ? weir_str(it->origin_id) : weir_str("");
    if (body_parse(&body, exchange_body(r->x), &err) == 0) {
        read_scope(link, &scope, body, r, &err);
        read_common(link, body, r, type_required, &err);
    }
    if (err.code != 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "%s", err.message);
    } else {
        make_and_answer(r, link);
    }
    body_free(body);
    buf_fini(&scope);
}

void connect_relink(struct request *r)
{
    struct link link = {.kind = STORE_LINK_RELINK, .stage = LINK_STAGE_CONNECT};
    struct web_integration it;

    if (!api_integration_of_path(&it, r)) {
        return;
    }
    if (!it.runtime) {
        answer_error(r, ANSWER_INPUT_INVALID,
                     "%s is in the server's configuration file: change its credentials there, then reload it",
                     it.id);
    } else {
        link_for(r, &link, &it, false);
    }
    api_integration_release(r, &it);
}

void connect_setup_link(struct request *r)
{
    struct link link = {.kind = STORE_LINK_SETUP, .stage = LINK_STAGE_STEPS};
    struct web_integration it;

    if (!api_integration_of_path(&it, r)) {
        return;
    }
    if (it.step_count == 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "%s has no setup step: nothing is left to do at %s.", it.id,
                     it.tool_label);
    } else {
        link_for(r, &link, &it, true);
    }
    api_integration_release(r, &it);
}

/* ---- the code ---- */

static void answer_integration(struct request *r, const struct web_integration *it)
{
    struct buf *out = answer_begin(r);

    buf_add_char(out, '{');
    json_out_text(out, "tool", it->tool);
    json_out_text(out, "id", it->id);
    json_out_text(out, "end_user_origin_id", it->origin_id);
    json_out_text(out, "end_user_organization_name", it->organization);
    json_out_text(out, "end_user_email", it->creator_email);
    json_out_text(out, "setup_status", store_setup_word(it->row.life.setup));
    buf_add_char(out, '}');
    answer_end(r);
}

void connect_integration_by_token(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct link link = {.kind = 0};
    struct web_integration it;
    struct weir_error err = {0};
    int rc = link_take_code(&link, r->web->options.store, r->params[0], &err);

    if (rc == WEIR_E_NONE || (rc == 0 && link.expires_at_ms <= clock_now_ms(r->web->options.clock))) {
        answer_error(
            r, ANSWER_NOT_FOUND,
            "There is no such token: each can be swapped once, within ten minutes after the flow ended.");
    } else if (rc != 0) {
        answer_failure(r, rc, &err);
    } else if (!app->integration(app->ctx, link.integration, &it)) {
        answer_error(r, ANSWER_INTEGRATION_UNKNOWN, "The integration of this token is not there any more.");
    } else {
        answer_integration(r, &it);
        api_integration_release(r, &it);
    }
    link_free(&link);
}
