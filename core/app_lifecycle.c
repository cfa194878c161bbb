/*
 * app_lifecycle: what the app lends to the web room for whole integrations.
 */
#include "app_internal.h"

#include "base/log.h"
#include "flow/notice.h"

static int with_integration(struct app *app, struct weir_str id,
                            int (*act)(struct flow *flow, struct integration *it, bool on,
                                       struct weir_error *err),
                            bool on, struct weir_error *err)
{
    struct integration *it;
    int rc;

    pthread_mutex_lock(&app->changing);
    it = directory_find(app->directory, id);
    rc = it != NULL ? act(app->flow, it, on, err)
                    : weir_fail(err, WEIR_E_NONE, "there is no integration %.*s", WEIR_STR_ARG(id));
    integration_unref(it);
    pthread_mutex_unlock(&app->changing);
    return rc;
}

static int enable(void *ctx, struct weir_str id, bool on, struct weir_error *err)
{
    return with_integration(ctx, id, flow_switch, on, err);
}

static int pass(struct flow *flow, struct integration *it, bool on, struct weir_error *err)
{
    (void)on;
    return flow_pass_quality(flow, it, err);
}

static int pass_quality(void *ctx, struct weir_str id, struct weir_error *err)
{
    return with_integration(ctx, id, pass, true, err);
}

static bool scope_nth(void *ctx, size_t n, struct buf *name)
{
    struct app *app = ctx;
    bool found;

    pthread_mutex_lock(&app->lock);
    found = n < app->config->scopes.count;
    if (found) {
        buf_add_text(name, app->config->scopes.items[n].name);
    }
    pthread_mutex_unlock(&app->lock);
    return found;
}

static struct scope *scope_of(void *ctx, struct weir_str name)
{
    struct app *app = ctx;
    struct scope *scope = NULL;
    char text[STORE_SCOPE_NAME];

    if (name.len >= sizeof text) {
        return NULL;
    }
    (void)snprintf(text, sizeof text, "%.*s", WEIR_STR_ARG(name));
    pthread_mutex_lock(&app->lock);
    if (assemble_has_scope(app, app->config, text)) {
        scope = assemble_scope(app, app->config, text);
    }
    pthread_mutex_unlock(&app->lock);
    return scope;
}

static bool public_url(void *ctx, struct buf *out)
{
    struct app *app = ctx;
    bool set;

    pthread_mutex_lock(&app->lock);
    set = app->config->public_url != NULL;
    if (set) {
        buf_add_text(out, app->config->public_url);
    }
    pthread_mutex_unlock(&app->lock);
    return set;
}

static int connect_it(void *ctx, const struct web_connection *connection, struct web_trouble *trouble,
                      struct weir_error *err)
{
    return connect_make(ctx, connection, trouble, err);
}

static bool tool_gives(void *ctx, struct weir_str tool, const char *key)
{
    return connect_tool_gives(ctx, tool, key);
}

static int set_up(void *ctx, struct weir_str id, const struct web_setting *settings, size_t count, bool done,
                  struct weir_error *err)
{
    return connect_set_up(ctx, id, settings, count, done, err);
}

static bool webhook_secret(void *ctx, struct weir_str id, char out[STORE_SECRET_MAX])
{
    struct app *app = ctx;
    struct integration *it = directory_find(app->directory, id);
    bool has = it != NULL && it->secret_count > 0;

    if (has) {
        memcpy(out, it->secret_text[0], STORE_SECRET_MAX);
    }
    integration_unref(it);
    return has;
}

/* ---- a customer met a failure ---- */

static void on_told(void *ctx, int rc, const struct store_due *due, size_t due_count,
                    const struct weir_error *err)
{
    struct app *app = ctx;

    (void)due;
    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_error("the endpoints could not be told of a connection flow", LOG_ERR(err));
    } else if (due_count > 0) {
        flow_poke(app->flow);
    }
}

static void connection_failed(void *ctx, const struct web_connection *connection, const char *category,
                              const struct weir_error *why)
{
    struct app *app = ctx;
    char id[ID_TEXT];
    char log_url[64];
    struct notice_failed failed = {.tool = connection->tool,
                                   .organization = connection->organization,
                                   .creator_email = connection->creator_email,
                                   .origin_id = connection->origin_id,
                                   .category = category,
                                   .log_url = log_url};
    struct buf text;

    id_new(id);
    (void)snprintf(log_url, sizeof log_url, "weir:log/%s", id);
    log_warn("a customer could not connect", LOG_STR("tool", connection->tool), LOG_TEXT("id", id),
             LOG_ERR(why));
    buf_init(&text, 16384);
    buf_printf(&text, "{\"id\":\"%s\",\"connection\":\"failed\",\"tool\":", id);
    buf_add_json_str(&text, connection->tool);
    buf_add_text(&text, ",\"error\":");
    buf_add_json_str(&text, weir_str(why->message));
    buf_add_char(&text, '}');
    if (!text.failed) {
        store_log(app->store, &(struct store_log_in){.kind = STORE_LOG_INTEGRATION, .json = buf_str(&text)});
    }
    buf_clear(&text);
    notice_connection_failed(&text, &failed);
    if (!text.failed) {
        store_notify(app->store, STORE_EVENT_CONNECTION_FLOW_FAILED, 0, buf_bytes(&text), on_told, app);
    }
    buf_fini(&text);
}

struct web_lifecycle lifecycle_web(void)
{
    return (struct web_lifecycle){.enable = enable,
                                  .pass_quality = pass_quality,
                                  .scope_nth = scope_nth,
                                  .scope_new = scope_of,
                                  .public_url = public_url,
                                  .connect = connect_it,
                                  .tool_gives = tool_gives,
                                  .set_up = set_up,
                                  .webhook_secret = webhook_secret,
                                  .connection_failed = connection_failed};
}
