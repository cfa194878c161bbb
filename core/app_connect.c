/*
 * app_connect: integrations that a customer makes, connects anew or sets up through a link.
 */
#include "app_internal.h"

#include <stdlib.h>

/* ---- what the customer gave ---- */

static int take_refusals(struct definition *d, const struct web_connection *c, struct weir_error *err)
{
    int rc = 0;

    definition_refuse_none(d);
    for (size_t i = 0; rc == 0 && i < c->refused_count; i++) {
        rc = definition_refuse(d, c->refused[i], err);
    }
    return rc;
}

static int take_settings(struct definition *d, const struct web_connection *c, struct weir_error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < c->setting_count; i++) {
        rc = runtime_give(d, &c->settings[i], err);
    }
    return rc;
}

/* ---- what the operator gives ---- */

/* The lock is held. NULL: the config says nothing of the tool. */
static const struct config_integration *tool_find(const struct app *app, struct weir_str tool)
{
    const struct config_integrations *tools = &app->config->tools;

    for (size_t i = 0; i < tools->count; i++) {
        if (weir_str_is(tool, tools->items[i].tool)) {
            return &tools->items[i];
        }
    }
    return NULL;
}

static bool values_have(const struct config_values *values, const char *key)
{
    for (size_t i = 0; i < values->count; i++) {
        if (strcmp(values->items[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

bool connect_tool_gives(struct app *app, struct weir_str tool, const char *key)
{
    const struct config_integration *found;
    bool gives;

    pthread_mutex_lock(&app->lock);
    found = tool_find(app, tool);
    gives = found != NULL &&
            (strcmp(key, "base_url") == 0 ? found->base_url != NULL : values_have(&found->settings, key));
    pthread_mutex_unlock(&app->lock);
    return gives;
}

/* Once, when it is made: later it is changed as others are. */
static int take_tool(struct definition *d, struct app *app, struct weir_error *err)
{
    const struct config_integration *found;
    int rc = 0;

    pthread_mutex_lock(&app->lock);
    found = tool_find(app, weir_str(d->config.tool));
    if (found != NULL) {
        d->config.allow_private = found->allow_private;
    }
    for (size_t i = 0; rc == 0 && found != NULL && i < found->settings.count; i++) {
        rc = definition_set(d, weir_str(found->settings.items[i].key),
                            weir_str(found->settings.items[i].value), err);
    }
    if (rc == 0 && found != NULL && found->base_url != NULL) {
        rc = runtime_give(d, &(struct web_setting){weir_str("base_url"), weir_str(found->base_url)}, err);
    }
    pthread_mutex_unlock(&app->lock);
    return rc;
}

/* ---- a new one ---- */

/* Are steps left to the customer, which the connector cannot do by itself? */
static bool has_steps(struct app *app, const char *tool)
{
    const struct registry_entry *entry = registry_find(app->registry, weir_str(tool));
    const struct weir_subscribe *subscribe =
        entry != NULL && entry->connector != NULL ? entry->connector->subscribe : NULL;

    return subscribe != NULL && subscribe->ensure == NULL && subscribe->step_count > 0;
}

static int make(struct app *app, const struct web_connection *c, struct web_trouble *trouble,
                struct weir_error *err)
{
    struct web_integration_wish wish = {.id = c->id,
                                        .organization = c->organization,
                                        .scope = c->scope,
                                        .origin_id = c->origin_id,
                                        .creator_email = c->creator_email};
    struct definition d;
    int rc = wish_check(app, &wish, err);

    if (rc == 0) {
        rc = wish_take(&d, &wish, err);
    }
    if (rc != 0) {
        return rc;
    }
    rc = take_settings(&d, c, err);
    if (rc == 0) {
        rc = take_tool(&d, app, err);
    }
    if (rc == 0) {
        rc = take_refusals(&d, c, err);
    }
    if (rc == 0) {
        rc = runtime_make(app, &d, has_steps(app, d.config.tool), trouble, err);
    }
    definition_fini(&d);
    return rc;
}

/* ---- one that is there ---- */

static int renew(struct definition *d, void *ctx, struct weir_error *err)
{
    const struct web_connection *c = ctx;
    int rc = take_settings(d, c, err);

    if (rc == 0 && c->scope.len > 0) {
        char *scope = strndup(c->scope.data, c->scope.len);

        if (scope == NULL) {
            return weir_fail(err, WEIR_E_MEMORY, "no memory for the integration");
        }
        free(d->config.scope);
        d->config.scope = scope;
    }
    return rc == 0 ? take_refusals(d, c, err) : rc;
}

int connect_make(struct app *app, const struct web_connection *connection, struct web_trouble *trouble,
                 struct weir_error *err)
{
    struct integration *it;
    int rc;

    pthread_mutex_lock(&app->changing);
    it = directory_find(app->directory, connection->id);
    rc = it == NULL ? make(app, connection, trouble, err)
                    : runtime_change(app, connection->id, renew, (void *)(uintptr_t)connection, trouble, err);
    integration_unref(it);
    pthread_mutex_unlock(&app->changing);
    return rc;
}

/* ---- steps ---- */

int connect_set_up(struct app *app, struct weir_str id, const struct web_setting *settings, size_t count,
                   bool done, struct weir_error *err)
{
    struct integration *it;
    int rc = 0;

    if (count > 0) {
        rc = runtime_set(app, id, settings, count, err);
    }
    if (rc != 0) {
        return rc;
    }
    it = directory_find(app->directory, id);
    if (it == NULL) {
        return weir_fail(err, WEIR_E_NONE, "there is no integration %.*s", WEIR_STR_ARG(id));
    }
    if (count > 0) {
        integration_retest(it);
    }
    if (done) {
        flow_setup_done(app->flow, it);
    }
    integration_unref(it);
    return 0;
}
