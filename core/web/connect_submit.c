/*
 * connect_submit: what a customer sends: settings and refusals, or that the steps are done.
 *
 * An integration's id follows from the link, so that one that is sent twice, also over a stop in between,
 * makes one. A link leads to one integration: once that is connected it serves for the steps, and then for
 * nothing.
 */
#include "web/api.h"
#include "web/body.h"
#include "web/connect.h"
#include "web/envelope.h"
#include "web/json_out.h"

#include <ctype.h>

#define REFUSED_MAX 64
#define RETRY_AFTER_S 60

struct submit {
    struct request *r;
    struct link link;
    struct body *body;
    struct web_setting settings[BODY_PAIRS_MAX];
    size_t setting_count;
    struct weir_str refused[REFUSED_MAX];
    size_t refused_count;
    struct web_connector tool;
    char id[STORE_INTEGRATION_ID_MAX];
};

/* ---- the end of a step ---- */

/* The page hands the code to the application's page, and that to its back end. */
static int make_code(char code[LINK_TOKEN_TEXT], struct submit *s, const struct link *link,
                     struct weir_error *err)
{
    struct link swapped = {.kind = STORE_LINK_CODE,
                           .number = link->number,
                           .expires_at_ms = clock_now_ms(s->r->web->options.clock) + LINK_CODE_MS,
                           .stage = LINK_STAGE_DONE,
                           .integration = link->integration};

    return link_make(code, s->r->web->options.store, &swapped, err);
}

static void go_on(struct submit *s, enum link_stage next)
{
    static const char *const words[] = {"connect", "steps", "done"};
    struct link link = s->link;
    struct weir_error err = {0};
    char code[LINK_TOKEN_TEXT];
    int rc;

    link.stage = next;
    rc = link_write(s->r->web->options.store, s->r->params[0], &link, &err);
    if (rc == 0) {
        rc = make_code(code, s, &link, &err);
    }
    if (rc != 0) {
        answer_failure(s->r, rc, &err);
    } else {
        struct buf *out = answer_begin(s->r);

        buf_add_char(out, '{');
        json_out_text(out, "stage", words[next]);
        json_out_text(out, "token", code);
        buf_add_char(out, '}');
        answer_end(s->r);
        crypto_wipe(code, sizeof code);
    }
}

/* ---- connecting ---- */

/* false: answered. */
static bool check_refusals(struct submit *s)
{
    struct scope *scope = connect_scope(s->r, &s->link);
    bool good = scope != NULL;

    if (!good) {
        answer_error(s->r, ANSWER_CONFLICT,
                     "What this link asks for is not there any more: ask for a new link.");
    }
    for (size_t i = 0; good && i < s->refused_count; i++) {
        const struct model *model = model_find(s->refused[i]);
        const struct action *action = action_find(s->refused[i]);

        good = (model != NULL && scope_model_setting(scope, model) == SCOPE_OPTIONAL) ||
               (action != NULL && scope_action_setting(scope, action) == SCOPE_OPTIONAL);
        if (!good) {
            answer_error(s->r, ANSWER_INPUT_INVALID, "\"%.*s\" is not among what may be refused",
                         s->refused[i].len < 60 ? (int)s->refused[i].len : 60, s->refused[i].data);
        }
    }
    scope_free(scope);
    return good;
}

static bool is_given(struct submit *s, struct weir_str key)
{
    char text[64];

    (void)snprintf(text, sizeof text, "%.*s", key.len < sizeof text ? (int)key.len : 0, key.data);
    return connect_is_given(s->r, &s->link, s->tool.tool, text);
}

/* A refusal takes nothing away from whoever made the link: only what the connector asks for can be given. */
static bool check_settings(struct submit *s)
{
    for (size_t i = 0; i < s->setting_count; i++) {
        bool asked = weir_str_is(s->settings[i].key, "base_url") && s->tool.table->base_url == NULL;

        for (size_t j = 0; !asked && j < s->tool.table->setting_count; j++) {
            asked = weir_str_is(s->settings[i].key, s->tool.table->settings[j].key);
        }
        if (!asked || is_given(s, s->settings[i].key)) {
            answer_error(s->r, ANSWER_INPUT_INVALID, "%s has no setting \"%.*s\"", s->tool.label,
                         s->settings[i].key.len < 40 ? (int)s->settings[i].key.len : 40,
                         s->settings[i].key.data);
            return false;
        }
    }
    return true;
}

/* From the link's token, so that it is the same whenever it is sent. */
static void choose_id(struct submit *s)
{
    char id[ID_TEXT];

    if (s->link.integration.len > 0) {
        (void)snprintf(s->id, sizeof s->id, "%.*s", WEIR_STR_ARG(s->link.integration));
    } else {
        id_derive(id, weir_str(s->tool.tool), weir_str("connection link"), s->r->params[0]);
        (void)snprintf(s->id, sizeof s->id, "%s:%s", s->tool.tool, id);
    }
}

static void connected(struct submit *s)
{
    const struct web_app *app = &s->r->web->options.app;
    enum link_stage next = LINK_STAGE_DONE;
    struct web_integration it;

    s->link.integration = weir_str(s->id);
    s->link.tool = weir_str(s->tool.tool);
    if (app->integration(app->ctx, s->link.integration, &it)) {
        s->link.number = it.number;
        next = it.row.life.setup == STORE_SETUP_INCOMPLETE ? LINK_STAGE_STEPS : LINK_STAGE_DONE;
        api_integration_release(s->r, &it);
    }
    go_on(s, next);
}

static const char *kind_of(int rc)
{
    switch (rc) {
    case WEIR_E_AUTH:
        return "credentials";
    case WEIR_E_PERMISSION:
        return "permission";
    case WEIR_E_CONFIG:
        return "setting";
    case WEIR_E_LATER:
    case WEIR_E_IO:
        return "unreachable";
    default:
        return "other";
    }
}

/* Is key a word of text? */
static bool names(const char *text, const char *key)
{
    size_t len = strlen(key);

    for (const char *at = strstr(text, key); at != NULL; at = strstr(at + 1, key)) {
        bool begins = at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '_');

        if (begins && !isalnum((unsigned char)at[len]) && at[len] != '_') {
            return true;
        }
    }
    return false;
}

/* What a page needs to show a failure where it belongs, into the error that was answered. */
static void add_trouble(struct submit *s, const struct web_trouble *trouble)
{
    struct buf *out = &s->r->body;

    out->len -= 2; /* "}}" */
    json_out_text(out, "kind", kind_of(trouble->rc));
    json_out_text_or_null(out, "tool_message", trouble->message);
    json_out_open(out, "settings", '[');
    if (names(trouble->message, "base_url")) {
        json_out_item(out);
        json_out_str_value(out, weir_str("base_url"));
    }
    for (size_t i = 0; i < s->tool.table->setting_count; i++) {
        if (names(trouble->message, s->tool.table->settings[i].key)) {
            json_out_item(out);
            json_out_str_value(out, weir_str(s->tool.table->settings[i].key));
        }
    }
    buf_add_char(out, ']');
    json_out_open(out, "lacks", '[');
    for (size_t i = 0; i < trouble->lack_count; i++) {
        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text_or_null(out, "model", trouble->lacks[i].model);
        json_out_text(out, "message", trouble->lacks[i].message);
        buf_add_char(out, '}');
    }
    buf_add_text(out, "]}}");
}

static void submit_connect(struct submit *s)
{
    const struct web_app *app = &s->r->web->options.app;
    struct weir_str tool = s->link.tool;
    struct web_trouble trouble = {.rc = 0};
    struct web_connection connection;
    struct weir_error err = {0};
    int rc;

    if (tool.len == 0) {
        (void)body_text(&tool, s->body, "tool", &err);
    }
    if (err.code != 0 || !connect_tool(&s->tool, s->r, tool, s->link.category)) {
        answer_error(s->r, ANSWER_INPUT_INVALID,
                     "\"tool\" in the body has to be one of those that can be chosen");
        return;
    }
    if (!check_settings(s) || !check_refusals(s)) {
        return;
    }
    choose_id(s);
    connection = (struct web_connection){.id = weir_str(s->id),
                                         .tool = weir_str(s->tool.tool),
                                         .organization = s->link.organization,
                                         .origin_id = s->link.origin_id,
                                         .creator_email = s->link.email,
                                         .scope = s->link.scope,
                                         .settings = s->settings,
                                         .setting_count = s->setting_count,
                                         .refused = s->refused,
                                         .refused_count = s->refused_count};
    rc = app->lifecycle.connect(app->ctx, &connection, &trouble, &err);
    if (rc == 0) {
        connected(s);
        return;
    }
    if (rc == WEIR_E_INVALID || rc == WEIR_E_LATER) {
        app->lifecycle.connection_failed(app->ctx, &connection, s->tool.category, &err);
    }
    answer_failure(s->r, rc, &err);
    if (trouble.rc != 0) {
        add_trouble(s, &trouble);
    }
}

/* ---- steps ---- */

static void submit_steps(struct submit *s)
{
    const struct web_app *app = &s->r->web->options.app;
    struct weir_error err = {0};
    bool done = false;
    int rc = 0;

    (void)body_bool(&done, s->body, "done", &err);
    if (err.code != 0 || !connect_tool(&s->tool, s->r, s->link.tool, weir_str(""))) {
        answer_error(s->r, ANSWER_INPUT_INVALID, "%s",
                     err.code != 0 ? err.message : "the tool is not there any more");
        return;
    }
    if (!check_settings(s)) {
        return;
    }
    rc = app->lifecycle.set_up(app->ctx, s->link.integration, s->settings, s->setting_count, done, &err);
    if (rc != 0) {
        answer_failure(s->r, rc, &err);
    } else {
        go_on(s, done ? LINK_STAGE_DONE : LINK_STAGE_STEPS);
    }
}

/* ---- all of it ---- */

static void submit_parsed(struct submit *s)
{
    struct weir_error err = {0};

    if (body_parse(&s->body, exchange_body(s->r->x), &err) == 0) {
        s->setting_count = body_pairs(s->settings, s->body, "settings", &err);
    }
    if (err.code == 0) {
        s->refused_count = body_texts(s->refused, REFUSED_MAX, s->body, "refused", &err);
    }
    if (err.code != 0) {
        answer_error(s->r, ANSWER_INPUT_INVALID, "%s", err.message);
    } else if (s->link.stage == LINK_STAGE_CONNECT) {
        submit_connect(s);
    } else {
        submit_steps(s);
    }
    body_free(s->body);
}

void connect_submit(struct request *r)
{
    struct tries *tries = &r->web->tries;
    struct submit s = {.r = r};
    uint8_t hash[CRYPTO_SHA256];
    uint64_t place;

    if (!connect_link(&s.link, r)) {
        return;
    }
    if (s.link.stage == LINK_STAGE_DONE || !link_hash(hash, r->params[0])) {
        answer_error(r, ANSWER_LINK_OVER, "This link was used: all is done.");
        link_free(&s.link);
        return;
    }
    memcpy(&place, hash, sizeof place);
    switch (tries_begin(tries, place, clock_now_ms(r->web->options.clock))) {
    case TRIES_TOO_OFTEN:
        answer_error(r, ANSWER_TOO_OFTEN, "Too many tries with this link: wait ten minutes.");
        r->retry_after_s = RETRY_AFTER_S;
        break;
    case TRIES_BUSY:
        answer_error(r, ANSWER_BUSY, "Others are being connected: try again in a moment.");
        break;
    case TRIES_GO:
        submit_parsed(&s);
        tries_end(tries, place);
        break;
    }
    link_free(&s.link);
}
