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

/* ---- a new one ---- */

/* Are steps left to the customer, which the connector cannot do by itself? */
static bool has_steps(struct app *app, const char *tool)
{
    const struct registry_entry *entry = registry_find(app->registry, weir_str(tool));
    const struct weir_subscribe *subscribe =
        entry != NULL && entry->connector != NULL ? entry->connector->subscribe : NULL;

    return subscribe != NULL && subscribe->ensure == NULL && subscribe->step_count > 0;
}

static int make(struct app *app, const struct web_connection *c, struct weir_error *err)
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
        rc = take_refusals(&d, c, err);
    }
    if (rc == 0) {
        rc = runtime_make(app, &d, has_steps(app, d.config.tool), err);
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

int connect_make(struct app *app, const struct web_connection *connection, struct weir_error *err)
{
    struct integration *it;
    int rc;

    pthread_mutex_lock(&app->changing);
    it = directory_find(app->directory, connection->id);
    rc = it == NULL ? make(app, connection, err)
                    : runtime_change(app, connection->id, renew, (void *)(uintptr_t)connection, err);
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
    if (rc != 0 || !done) {
        return rc;
    }
    it = directory_find(app->directory, id);
    if (it == NULL) {
        return weir_fail(err, WEIR_E_NONE, "there is no integration %.*s", WEIR_STR_ARG(id));
    }
    flow_setup_done(app->flow, it);
    integration_unref(it);
    return 0;
}
