/*
 * app_scopes: scopes that are made, changed and given to integrations while the daemon runs.
 *
 * A change takes effect as one of the file does after a reload: whoever has the scope is taken over with what
 * it says now. Scopes of the file belong to the file. An integration of the file keeps a scope that was given
 * to it at run time until it is given the file's again.
 */
#include "app_internal.h"

#include "base/log.h"
#include "model/scope_text.h"
#include "store/scopes.h"

#include <stdlib.h>

/* Among the connector's values, under a name that no connector can use. */
static const char assigned_key[] = "@scope";

/* ---- what the store holds ---- */

static void list_free(struct app_scope *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(items[i].name);
        free(items[i].text);
    }
    free(items);
}

void scopes_free(struct app *app)
{
    list_free(app->scopes, app->scope_count);
    app->scopes = NULL;
    app->scope_count = 0;
}

struct loading {
    struct app_scope *items;
    size_t count;
    bool no_memory;
};

static bool take_scope(void *ctx, struct weir_str name, struct weir_str text)
{
    struct loading *l = ctx;
    struct app_scope *items = realloc(l->items, (l->count + 1) * sizeof *items);

    if (items != NULL) {
        l->items = items;
        items[l->count] = (struct app_scope){strndup(name.data, name.len), strndup(text.data, text.len)};
        l->count++;
    }
    l->no_memory = items == NULL || items[l->count - 1].name == NULL || items[l->count - 1].text == NULL;
    return !l->no_memory;
}

int scopes_load(struct app *app, struct weir_error *err)
{
    struct loading l = {.items = NULL};
    int rc = store_scopes(app->store, take_scope, &l, err);

    if (rc == 0 && l.no_memory) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the scopes");
    }
    if (rc != 0) {
        list_free(l.items, l.count);
        return rc;
    }
    scopes_free(app);
    app->scopes = l.items;
    app->scope_count = l.count;
    return 0;
}

bool scopes_is_in_file(const struct config *config, struct weir_str name)
{
    for (size_t i = 0; i < config->scopes.count; i++) {
        if (weir_str_is(name, config->scopes.items[i].name)) {
            return true;
        }
    }
    return false;
}

const struct app_scope *scopes_find(const struct app *app, struct weir_str name)
{
    for (size_t i = 0; i < app->scope_count; i++) {
        if (weir_str_is(name, app->scopes[i].name)) {
            return &app->scopes[i];
        }
    }
    return NULL;
}

/* ---- which an integration of the file was given ---- */

int scopes_assigned(char out[STORE_SCOPE_NAME], struct app *app, const char *id, struct weir_error *err)
{
    struct store_integration row;
    size_t len = 0;
    int rc = store_integration_ensure(&row, app->store, id, err);

    out[0] = '\0';
    if (rc != 0) {
        return rc;
    }
    crypto_wipe(row.secrets, sizeof row.secrets);
    rc = store_state_get(app->store, row.number, weir_str(assigned_key), out, STORE_SCOPE_NAME - 1, &len,
                         NULL);
    if (rc == WEIR_E_NONE) {
        return 0;
    }
    if (rc != 0) {
        return weir_fail(err, rc, "the scope that %s was given cannot be read", id);
    }
    out[len] = '\0';
    return 0;
}

/* ---- changing; app->changing is held ---- */

/* The first integration that has the scope; "": none. */
static void find_user(char out[STORE_INTEGRATION_ID_MAX], struct app *app, struct weir_str name)
{
    struct integration *it;

    out[0] = '\0';
    for (size_t n = 0; out[0] == '\0' && (it = directory_nth(app->directory, n)) != NULL; n++) {
        if (weir_str_is(name, scope_name(it->scope))) {
            memcpy(out, it->id, sizeof it->id);
        }
        integration_unref(it);
    }
}

static int check_change(struct app *app, struct weir_str name, bool deletes, struct weir_error *err)
{
    char user[STORE_INTEGRATION_ID_MAX];
    int rc = 0;

    pthread_mutex_lock(&app->lock);
    if (scopes_is_in_file(app->config, name)) {
        rc = weir_fail(
            err, WEIR_E_CONFIG,
            "the scope %.*s is in the configuration file %.100s: change it there, then: weir reload",
            WEIR_STR_ARG(name), app->config_path);
    } else if (deletes && scopes_find(app, name) == NULL) {
        rc = weir_fail(err, WEIR_E_NONE, "there is no scope %.*s", WEIR_STR_ARG(name));
    }
    pthread_mutex_unlock(&app->lock);
    if (rc == 0 && deletes) {
        find_user(user, app, name);
        if (user[0] != '\0') {
            rc = weir_fail(err, WEIR_E_CONFIG, "%s has the scope %.*s: give it another one first", user,
                           WEIR_STR_ARG(name));
        }
    }
    return rc;
}

int scopes_put(struct app *app, struct weir_str name, struct weir_str text, struct weir_error *err)
{
    int rc;

    pthread_mutex_lock(&app->changing);
    rc = check_change(app, name, text.len == 0, err);
    if (rc == 0) {
        rc = store_scope_put(app->store, name, text, err);
    }
    if (rc == 0) {
        rc = runtime_apply(app, err);
    }
    if (rc == 0) {
        log_info(text.len > 0 ? "scope changed" : "scope deleted", LOG_STR("scope", name));
    }
    pthread_mutex_unlock(&app->changing);
    return rc;
}

/* In its definition. */
static int assign_made(struct app *app, struct integration *it, struct weir_str name, struct weir_error *err)
{
    struct store_integration row;
    struct definition d;
    char *scope = strndup(name.data, name.len);
    int rc;

    integration_row(&row, it);
    crypto_wipe(row.secrets, sizeof row.secrets);
    rc = scope != NULL ? definition_load(&d, app->store, &row, err)
                       : weir_fail(err, WEIR_E_MEMORY, "no memory for the scope's name");
    if (rc != 0) {
        free(scope);
        return rc;
    }
    free(d.config.scope);
    d.config.scope = scope;
    rc = definition_save(&d, app->store, err);
    definition_fini(&d);
    return rc;
}

/* Beside the file; the file's own word needs nothing beside it. */
static int assign_of_file(struct app *app, struct integration *it, struct weir_str name,
                          struct weir_error *err)
{
    bool own = false;

    pthread_mutex_lock(&app->lock);
    for (size_t i = 0; i < app->config->integrations.count; i++) {
        const struct config_integration *config = &app->config->integrations.items[i];

        own = own || (strcmp(config->id, it->id) == 0 && weir_str_is(name, config->scope));
    }
    pthread_mutex_unlock(&app->lock);
    return store_state_put(app->store, it->number, weir_str(assigned_key),
                           own ? weir_bytes(NULL, 0) : weir_str_bytes(name), err);
}

static int assign(struct app *app, struct weir_str id, struct weir_str name, struct weir_error *err)
{
    struct integration *it = directory_find(app->directory, id);
    bool known;
    int rc;

    if (it == NULL) {
        return weir_fail(err, WEIR_E_NONE, "there is no integration %.*s", WEIR_STR_ARG(id));
    }
    pthread_mutex_lock(&app->lock);
    known = scopes_is_in_file(app->config, name) || scopes_find(app, name) != NULL;
    pthread_mutex_unlock(&app->lock);
    if (!known) {
        rc = weir_fail(err, WEIR_E_INVALID, "there is no scope \"%.*s\"", WEIR_STR_ARG(name));
    } else {
        rc = it->runtime ? assign_made(app, it, name, err) : assign_of_file(app, it, name, err);
    }
    integration_unref(it);
    return rc == 0 ? runtime_apply(app, err) : rc;
}

int scopes_assign(struct app *app, struct weir_str id, struct weir_str name, struct weir_error *err)
{
    int rc;

    pthread_mutex_lock(&app->changing);
    rc = name.len < STORE_SCOPE_NAME ? assign(app, id, name, err)
                                     : weir_fail(err, WEIR_E_INVALID, "there is no scope of that name");
    if (rc == 0) {
        log_info("integration has another scope", LOG_STR("integration", id), LOG_STR("scope", name));
    }
    pthread_mutex_unlock(&app->changing);
    return rc;
}

bool scopes_nth(struct app *app, size_t n, struct web_scope *out)
{
    const char *name = NULL;

    pthread_mutex_lock(&app->lock);
    out->runtime = n >= app->config->scopes.count;
    if (!out->runtime) {
        name = app->config->scopes.items[n].name;
    } else if (n - app->config->scopes.count < app->scope_count) {
        name = app->scopes[n - app->config->scopes.count].name;
    }
    if (name != NULL) {
        (void)snprintf(out->name, sizeof out->name, "%s", name);
        out->scope = assemble_scope(app, app->config, name);
    }
    pthread_mutex_unlock(&app->lock);
    return name != NULL;
}
