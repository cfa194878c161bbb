/*
 * app_runtime: integrations that are made, given other settings and deleted while the daemon runs.
 *
 * Settings are tried at the tool before they count, and count once they are on disk. Those of the file belong
 * to the file: here they are only refused, with what to do instead.
 */
#include "app_internal.h"

#include "base/log.h"

#include <stdlib.h>

/* ---- trying ---- */

/* As a person has to be told: whose fault is it, and that nothing was changed. */
static int explain(int rc, const struct weir_error *why, struct weir_error *err)
{
    switch (rc) {
    case 0:
        return 0;
    case WEIR_E_STOPPING:
    case WEIR_E_MEMORY:
        return weir_fail(err, WEIR_E_LATER, "nothing was changed: %.200s", why->message);
    case WEIR_E_LATER:
    case WEIR_E_IO:
        return weir_fail(err, WEIR_E_LATER, "the tool gives no answer, so nothing was changed: %.180s",
                         why->message);
    case WEIR_E_AUTH:
        return weir_fail(err, WEIR_E_INVALID,
                         "the tool refuses these settings, so nothing was changed: %.180s", why->message);
    case WEIR_E_PERMISSION:
        return weir_fail(err, WEIR_E_INVALID, "a right lacks, so nothing was changed: %.180s", why->message);
    default:
        return weir_fail(err, WEIR_E_INVALID, "these settings cannot work, so nothing was changed: %.180s",
                         why->message);
    }
}

static void tell_trouble(struct web_trouble *trouble, int rc, const struct weir_error *why,
                         const struct flow_lacks *lacks)
{
    if (trouble == NULL || rc == 0) {
        return;
    }
    trouble->rc = rc;
    (void)snprintf(trouble->message, sizeof trouble->message, "%s", why->message);
    for (size_t i = 0; i < lacks->count && i < WEB_LACKS_MAX; i++) {
        (void)snprintf(trouble->lacks[i].model, sizeof trouble->lacks[i].model, "%s", lacks->items[i].model);
        (void)snprintf(trouble->lacks[i].message, sizeof trouble->lacks[i].message, "%s",
                       lacks->items[i].message);
        trouble->lack_count++;
    }
}

/* With trouble each right that the scope needs has to be there; an operator may have reasons. */
static int try_definition(struct app *app, const struct definition *d, struct web_trouble *trouble,
                          struct weir_error *err)
{
    struct integration *candidate = NULL;
    struct flow_lacks lacks = {.count = 0};
    struct weir_error why = {0};
    int rc = wish_check_base_url(&d->config, err);

    if (rc != 0) {
        tell_trouble(trouble, WEIR_E_CONFIG, err, &lacks);
        return rc;
    }
    pthread_mutex_lock(&app->lock);
    if (app->config->public_url == NULL) {
        rc = weir_fail(err, WEIR_E_CONFIG, "public_url is not set, so no tool could reach this daemon");
    } else if (!assemble_has_scope(app, app->config, d->config.scope)) {
        rc = weir_fail(err, WEIR_E_INVALID, "the configuration has no scope \"%.100s\"", d->config.scope);
    } else {
        candidate = assemble_candidate(app, app->config, &d->config, &why);
        rc = candidate != NULL ? 0 : explain(why.code, &why, err);
    }
    pthread_mutex_unlock(&app->lock);
    if (rc == 0) {
        /* Without the lock: a reload must not wait for a tool. */
        rc = flow_try(app->flow, candidate, trouble != NULL ? &lacks : NULL, &why);
        tell_trouble(trouble, rc, &why, &lacks);
        rc = explain(rc, &why, err);
    }
    integration_unref(candidate);
    return rc;
}

/* ---- taking over ---- */

int runtime_apply(struct app *app, struct weir_error *err)
{
    int rc;

    pthread_mutex_lock(&app->lock);
    rc = app_apply(app, app->config, err);
    pthread_mutex_unlock(&app->lock);
    return rc;
}

/* The mark follows the message: a stop between the two tells it twice, which is better than never. */
static void announce(struct app *app, struct definition *d)
{
    struct integration *it = directory_find(app->directory, weir_str(d->config.id));
    struct weir_error err = {0};

    if (it != NULL && it->runtime) {
        flow_tell_created(app->flow, it);
        d->announced = true;
        if (definition_save(d, app->store, &err) != 0) {
            log_warn("that an integration was made may be told twice", LOG_TEXT("integration", it->id),
                     LOG_ERR(&err));
        }
    }
    integration_unref(it);
}

static bool is_taken(struct app *app, struct weir_str id, struct weir_error *err)
{
    struct integration *it = directory_find(app->directory, id);

    if (it != NULL) {
        (void)weir_fail(err, WEIR_E_CONFIG, "there is an integration %s already%s", it->id,
                        it->runtime ? "" : ", in the configuration");
    }
    integration_unref(it);
    return it != NULL;
}

int runtime_make(struct app *app, struct definition *d, bool incomplete, struct web_trouble *trouble_or_null,
                 struct weir_error *err)
{
    struct store_integration row;
    int rc;

    if (is_taken(app, weir_str(d->config.id), err)) {
        return err->code;
    }
    rc = try_definition(app, d, trouble_or_null, err);
    if (rc != 0) {
        return rc;
    }
    rc = store_integration_ensure(&row, app->store, d->config.id, err);
    if (rc != 0) {
        return rc;
    }
    if (incomplete) {
        row.life.setup = row.life.told_setup = STORE_SETUP_INCOMPLETE;
        store_integration_put(app->store, &row, NULL, NULL);
    }
    crypto_wipe(row.secrets, sizeof row.secrets);
    d->number = row.number;
    rc = definition_save(d, app->store, err);
    if (rc == 0) {
        rc = runtime_apply(app, err);
    }
    if (rc == 0) {
        log_info("integration made", LOG_TEXT("integration", d->config.id));
        announce(app, d);
    }
    return rc;
}

int runtime_create(struct app *app, const struct web_integration_wish *wish, struct weir_error *err)
{
    struct definition d;
    int rc = wish_check(app, wish, err);

    if (rc == 0) {
        rc = wish_take(&d, wish, err);
    }
    if (rc != 0) {
        return rc;
    }
    pthread_mutex_lock(&app->changing);
    rc = runtime_make(app, &d, false, NULL, err);
    pthread_mutex_unlock(&app->changing);
    definition_fini(&d);
    return rc;
}

/* ---- other settings, and the end ---- */

/* Its definition, and itself with a reference. */
static int find(struct definition *d, struct integration **out, struct app *app, struct weir_str id,
                struct weir_error *err)
{
    struct integration *it = directory_find(app->directory, id);
    struct store_integration row;
    int rc;

    if (it == NULL) {
        return weir_fail(err, WEIR_E_NONE, "there is no integration %.*s", WEIR_STR_ARG(id));
    }
    if (!it->runtime) {
        rc = weir_fail(err, WEIR_E_CONFIG,
                       "%s is in the configuration file %.100s: change it there, then: weir reload", it->id,
                       app->config_path);
    } else {
        integration_row(&row, it);
        crypto_wipe(row.secrets, sizeof row.secrets);
        rc = definition_load(d, app->store, &row, err);
    }
    if (rc != 0) {
        integration_unref(it);
        return rc;
    }
    *out = it;
    return 0;
}

int runtime_give(struct definition *d, const struct web_setting *setting, struct weir_error *err)
{
    if (!weir_str_is(setting->key, "base_url")) {
        return definition_set(d, setting->key, setting->value, err);
    }
    free(d->config.base_url);
    d->config.base_url = setting->value.len > 0 ? strndup(setting->value.data, setting->value.len) : NULL;
    return setting->value.len == 0 || d->config.base_url != NULL
               ? 0
               : weir_fail(err, WEIR_E_MEMORY, "no memory for the settings");
}

int runtime_change(struct app *app, struct weir_str id,
                   int (*change)(struct definition *d, void *ctx, struct weir_error *err), void *ctx,
                   struct web_trouble *trouble_or_null, struct weir_error *err)
{
    struct integration *it = NULL;
    struct definition d;
    int rc = find(&d, &it, app, id, err);

    if (rc != 0) {
        return rc;
    }
    rc = change(&d, ctx, err);
    if (rc == 0) {
        rc = try_definition(app, &d, trouble_or_null, err);
    }
    if (rc == 0) {
        rc = definition_save(&d, app->store, err);
    }
    if (rc == 0) {
        rc = runtime_apply(app, err);
    }
    if (rc == 0) {
        struct integration *now = directory_find(app->directory, id);

        log_info("integration has other settings", LOG_TEXT("integration", d.config.id));
        if (now != NULL) {
            flow_proved(app->flow, now);
        }
        integration_unref(now);
    }
    definition_fini(&d);
    integration_unref(it);
    return rc;
}

struct given {
    const struct web_setting *settings;
    size_t count;
};

static int give_all(struct definition *d, void *ctx, struct weir_error *err)
{
    const struct given *given = ctx;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < given->count; i++) {
        rc = runtime_give(d, &given->settings[i], err);
    }
    return rc;
}

int runtime_set(struct app *app, struct weir_str id, const struct web_setting *settings, size_t count,
                struct weir_error *err)
{
    struct given given = {settings, count};
    int rc;

    pthread_mutex_lock(&app->changing);
    rc = runtime_change(app, id, give_all, &given, NULL, err);
    pthread_mutex_unlock(&app->changing);
    return rc;
}

static void set_deleted(struct store_integration *row, void *ctx)
{
    row->state = STORE_DELETED;
    row->deleted_at_ms = *(const int64_t *)ctx;
}

static int delete_one(struct app *app, struct weir_str id, struct weir_error *err)
{
    struct integration *it = NULL;
    struct definition d;
    int rc = find(&d, &it, app, id, err);

    if (rc != 0) {
        return rc;
    }
    d.deleted_at_ms = clock_now_ms(app->clock);
    /* In this order they reach the disk, mostly at once; it counts with the last. */
    flow_tell_deleted(app->flow, it, d.deleted_at_ms);
    rc = definition_save(&d, app->store, err);
    if (rc == 0) {
        it->deleted = true;
        integration_update(it, app->store, set_deleted, &d.deleted_at_ms);
        rc = runtime_apply(app, err);
    }
    if (rc == 0) {
        log_info("integration deleted", LOG_TEXT("integration", d.config.id));
    }
    definition_fini(&d);
    integration_unref(it);
    return rc;
}

int runtime_delete(struct app *app, struct weir_str id, struct weir_error *err)
{
    int rc;

    pthread_mutex_lock(&app->changing);
    rc = delete_one(app, id, err);
    pthread_mutex_unlock(&app->changing);
    return rc;
}

/* ---- after a start ---- */

static void farewell(struct app *app, const struct definition *d)
{
    struct weir_error err = {0};
    struct integration *it = assemble_candidate(app, app->config, &d->config, &err);

    if (it == NULL || store_integration_ensure(&it->kept->row, app->store, d->config.id, &err) != 0) {
        log_error("subscription of a deleted integration stays at the tool for now",
                  LOG_TEXT("integration", d->config.id), LOG_ERR(&err));
    } else {
        it->number = it->kept->row.number;
        it->runtime = true;
        it->deleted = true;
        flow_farewell(app->flow, it);
    }
    integration_unref(it);
}

struct orphans {
    struct app *app;
};

/* Taken out of the file while the daemon was down: nobody has its credentials any more. */
static bool name_orphan(void *ctx, const struct store_integration *row)
{
    const struct orphans *o = ctx;
    struct integration *it = directory_find(o->app->directory, weir_str(row->id));

    if (it == NULL && row->state != STORE_DELETED && row->subscription_remote_id[0] != '\0') {
        log_warn("an integration is in the file no more, and its subscription may still be at the tool: "
                 "delete it there "
                 "by hand, or put it back and take it out while the daemon runs",
                 LOG_TEXT("integration", row->id), LOG_TEXT("remote_id", row->subscription_remote_id));
    }
    integration_unref(it);
    return true;
}

void runtime_resume(struct app *app)
{
    struct definitions list = {.items = NULL};
    struct orphans orphans = {.app = app};
    struct weir_error err = {0};

    if (definitions_load(&list, app->store, &err) != 0 ||
        store_integrations(app->store, name_orphan, &orphans, &err) != 0) {
        log_error("integrations made at run time could not be looked through", LOG_ERR(&err));
    }
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].deleted_at_ms != 0) {
            farewell(app, &list.items[i]);
        } else if (!list.items[i].announced) {
            announce(app, &list.items[i]);
        }
    }
    definitions_fini(&list);
}

void runtime_left(void *ctx, struct integration *it)
{
    struct app *app = ctx;
    struct store_integration row;
    struct weir_error err = {0};
    struct definition d;

    if (!it->deleted) {
        return;
    }
    integration_row(&row, it);
    crypto_wipe(row.secrets, sizeof row.secrets);
    /* It may have been made anew meanwhile. */
    if (definition_load(&d, app->store, &row, &err) != 0) {
        return;
    }
    if (d.deleted_at_ms != 0 && definition_erase(app->store, row.number, &err) != 0) {
        log_warn("settings of a deleted integration are still there, and erased after the next start",
                 LOG_TEXT("integration", it->id), LOG_ERR(&err));
    }
    definition_fini(&d);
}
