#include "web/connect.h"

#include "web/api.h"
#include "web/envelope.h"

bool connect_link(struct link *out, struct request *r)
{
    struct weir_error err = {0};
    int rc = link_read(out, r->web->options.store, r->params[0], &err);

    if (rc == WEIR_E_NONE) {
        answer_error(r, ANSWER_NOT_FOUND, "This link is not known: ask whoever sent it for a new one.");
    } else if (rc != 0) {
        answer_failure(r, rc, &err);
    } else if (out->expires_at_ms <= clock_now_ms(r->web->options.clock)) {
        link_free(out);
        answer_error(r, ANSWER_LINK_OVER, "This link has expired: ask whoever sent it for a new one.");
        return false;
    }
    return rc == 0;
}

bool connect_tool(struct web_connector *out, struct request *r, struct weir_str tool,
                  struct weir_str category)
{
    const struct web_app *app = &r->web->options.app;

    for (size_t n = 0; app->connector_nth(app->ctx, n, out); n++) {
        if (weir_str_is(tool, out->tool)) {
            return out->loaded && out->table != NULL && out->category != NULL &&
                   (category.len == 0 || weir_str_is(category, out->category));
        }
    }
    return false;
}

bool connect_is_pasted(const struct weir_connector *table, const struct weir_setting *setting)
{
    const struct weir_subscribe *subscribe = table->subscribe;

    for (size_t i = 0; !setting->required && subscribe != NULL && i < subscribe->step_count; i++) {
        const char *key = subscribe->steps[i].paste_key;

        if (key != NULL && strcmp(key, setting->key) == 0) {
            return true;
        }
    }
    return false;
}

bool connect_is_given(struct request *r, const struct link *link, const char *tool, const char *key)
{
    const struct web_app *app = &r->web->options.app;

    return link->kind == STORE_LINK_CONNECT && app->lifecycle.tool_gives(app->ctx, weir_str(tool), key);
}

struct scope *connect_scope(struct request *r, const struct link *link)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    struct scope *scope;

    if (link->scope.len == 0 && link->integration.len > 0 &&
        app->integration(app->ctx, link->integration, &it)) {
        scope = scope_dup(it.scope);
        api_integration_release(r, &it);
        return scope;
    }
    return app->lifecycle.scope_new(app->ctx, link->scope.len > 0 ? link->scope : weir_str("default"));
}
