/*
 * assemble_integrations: from the config to the directory: integrations with their scopes.
 */
#include "app_internal.h"

#include "base/log.h"
#include "flow/gap.h"

#include <stdlib.h>

/* ---- scope ---- */

static struct scope *make_scope(const struct app *app, const struct config *config,
                                const struct config_integration *integration)
{
    struct scope *scope = assemble_scope(app, config, integration->scope);

    for (size_t i = 0; scope != NULL && i < integration->opted_out.count; i++) {
        scope_opt_out(scope, weir_str(integration->opted_out.items[i]), weir_str(""));
    }
    return scope;
}

/* ---- integrations ---- */

static uint64_t mix(uint64_t hash, const char *text)
{
    for (const char *c = text != NULL ? text : "\1"; *c != '\0'; c++) {
        hash = (hash ^ (uint8_t)*c) * 1099511628211u;
    }
    return (hash ^ 0xff) * 1099511628211u;
}

/* Everything that makes it a different one: kept in memory only, to see that a reload changed it. */
static uint64_t digest_of(const struct config_integration *config, const struct scope *scope,
                          const char *public_url)
{
    uint64_t hash = 14695981039346656037u;

    hash = mix(hash, config->organization);
    hash = mix(hash, config->origin_id);
    hash = mix(hash, config->creator_email);
    hash = mix(hash, config->base_url);
    hash = mix(hash, public_url);
    hash = mix(hash, scope_name(scope));
    hash = mix(hash, config->allow_private ? "1" : "0");
    hash = mix(hash, config->paused ? "1" : "0");
    for (size_t i = 0; i < config->settings.count; i++) {
        hash = mix(hash, config->settings.items[i].key);
        hash = mix(hash, config->settings.items[i].value);
    }
    for (size_t i = 0; action_nth(i) != NULL; i++) {
        hash = mix(hash, scope_action_opted_out(scope, action_nth(i)) ? "refused" : "");
        hash = mix(hash, scope_action_setting(scope, action_nth(i)) == SCOPE_DISABLED   ? "0"
                         : scope_action_setting(scope, action_nth(i)) == SCOPE_OPTIONAL ? "1"
                                                                                        : "2");
    }
    return hash ^ scope_digest(scope);
}

/* Of what its credentials are made of. */
static uint64_t settings_digest_of(const struct config_integration *config)
{
    uint64_t hash = mix(14695981039346656037u, config->base_url);

    for (size_t i = 0; i < config->settings.count; i++) {
        hash = mix(hash, config->settings.items[i].key);
        hash = mix(hash, config->settings.items[i].value);
    }
    return hash;
}

static char *dup_or_null(const char *text)
{
    return text != NULL ? strdup(text) : NULL;
}

/* The models whose payloads are wanted, for the connector; NULL without memory. */
static char *raw_models(const struct scope *scope)
{
    struct buf names;
    size_t len;

    buf_init(&names, 4096);
    for (size_t n = 0; model_nth(n) != NULL; n++) {
        const struct model *model = model_nth(n);
        const struct model_field *field = model_field_find(model, weir_str("remote_data"));

        if (field != NULL && scope_allows_field(scope, model, field)) {
            buf_printf(&names, "%s%s", names.len > 0 ? "," : "", model->name);
        }
    }
    buf_add_char(&names, '\0');
    return buf_take(&len, &names);
}

static int copy_settings(struct integration *it, const struct config_integration *config)
{
    struct instance_setting *settings = calloc(config->settings.count + 1, sizeof *settings);

    if (settings == NULL) {
        return WEIR_E_MEMORY;
    }
    it->open_with.settings = settings;
    for (size_t i = 0; i < config->settings.count; i++) {
        settings[i].key = strdup(config->settings.items[i].key);
        settings[i].value = strdup(config->settings.items[i].value);
        it->open_with.setting_count++;
        if (settings[i].key == NULL || settings[i].value == NULL) {
            return WEIR_E_MEMORY;
        }
    }
    settings[it->open_with.setting_count].key = strdup("remote_data");
    settings[it->open_with.setting_count].value = raw_models(it->scope);
    it->open_with.setting_count++;
    return settings[it->open_with.setting_count - 1].key != NULL &&
                   settings[it->open_with.setting_count - 1].value != NULL
               ? 0
               : WEIR_E_MEMORY;
}

/* What the config says of it. */
static int fill_config(struct integration *it, struct app *app, const struct config *config,
                       const struct config_integration *from, struct weir_error *err)
{
    const struct registry_entry *entry = registry_find(app->registry, weir_str(from->tool));

    (void)snprintf(it->id, sizeof it->id, "%s", from->id);
    (void)snprintf(it->tool, sizeof it->tool, "%s", from->tool);
    (void)snprintf(it->callback_url, sizeof it->callback_url, "%s/hooks/%s",
                   config->public_url != NULL ? config->public_url : "", from->id);
    it->store = app->store;
    it->paused = from->paused;
    it->connector = entry != NULL ? entry->connector : NULL;
    it->generation = entry != NULL ? entry->generation : 0;
    it->open_with.health = entry != NULL ? entry->health : NULL;
    it->organization = strdup(from->organization);
    it->origin_id = dup_or_null(from->origin_id);
    it->creator_email = dup_or_null(from->creator_email);
    it->open_with.base_url = dup_or_null(from->base_url);
    it->open_with.allow_private = from->allow_private;
    it->open_with.request_timeout_ms = (uint32_t)config->workers.fetch_timeout_ms;
    it->settings_digest = settings_digest_of(from);
    if (it->organization == NULL || copy_settings(it, from) != 0) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for integration %s", from->id);
    }
    return 0;
}

/* One of that id was deleted before: it begins anew, with its number and its records. */
static void begin_anew(struct store_integration *row, void *ctx)
{
    const struct app *app = ctx;

    row->state = STORE_ACTIVE;
    row->told_state = STORE_ACTIVE;
    row->deleted_at_ms = 0;
    row->created_at_ms = clock_now_ms(app->clock);
    row->first_sync_done = false;
    row->next_sync_ms = 0;
    row->seen_until_ms = 0;
    row->auth_failed_since_ms = 0;
    row->problem[0] = '\0';
    row->life = (struct store_lifecycle){.off = false};
    row->subscription_state = WEIR_SUB_NONE;
    row->subscription_detail[0] = '\0';
}

static void set_expired(struct store_integration *row, void *ctx)
{
    row->life.expired_at_ms = *(const int64_t *)ctx;
}

/* Since when is what is stored not what the scope asks for? */
static void note_scope(struct integration *it, struct app *app, const struct store_integration *row)
{
    bool expired =
        row->state != STORE_DELETED && row->first_sync_done && row->scope_digest != scope_digest(it->scope);
    int64_t at_ms = expired ? clock_now_ms(app->clock) : 0;

    if (expired != (row->life.expired_at_ms != 0)) {
        integration_update(it, app->store, set_expired, &at_ms);
    }
}

/* What is remembered of it: by the one it replaces, or by the store. */
static int fill_remembered(struct integration *it, struct app *app, struct integration *old,
                           struct weir_error *err)
{
    struct store_integration row;
    int rc = 0;

    if (old != NULL) {
        integration_replace(it, old);
    } else {
        rc = store_integration_ensure(&it->kept->row, app->store, it->id, err);
    }
    if (rc != 0) {
        return rc;
    }
    integration_row(&row, it);
    it->number = row.number;
    if (row.state == STORE_DELETED) {
        integration_update(it, app->store, begin_anew, app);
    } else if (old == NULL) {
        atomic_store(&it->kept->off, row.life.off);
    }
    note_scope(it, app, &row);
    for (size_t i = 0; i < 2 && row.secrets[i][0] != '\0'; i++) {
        memcpy(it->secret_text[i], row.secrets[i], sizeof it->secret_text[i]);
        it->secrets[i] = weir_str(it->secret_text[i]);
        it->secret_count++;
    }
    crypto_wipe(row.secrets, sizeof row.secrets);
    atomic_store(&it->last_delivery_ms,
                 old != NULL ? atomic_load(&old->last_delivery_ms) : row.last_delivery_ms);
    integration_recall_refusal(it);
    return 0;
}

/* old may be NULL. */
static int fill_integration(struct integration *it, struct app *app, const struct config *config,
                            const struct config_integration *from, struct integration *old,
                            struct weir_error *err)
{
    int rc = fill_config(it, app, config, from, err);

    return rc == 0 ? fill_remembered(it, app, old, err) : rc;
}

/* ---- on another version of the connector ---- */

/* Models that its scope wants and that the newer version delivers no more: what is stored of them stays as it
 * was read last. */
static void warn_of_less(const struct integration *it, const struct integration *old)
{
    char lost[512] = "";
    size_t len = 0;

    for (size_t i = 0; i < old->connector->model_count && len < sizeof lost; i++) {
        const char *name = old->connector->models[i].model;
        const struct model *model = model_find(weir_str(name));

        if (model != NULL && scope_allows(it->scope, model) &&
            connector_model(it->connector, weir_str(name)) == NULL) {
            len += (size_t)snprintf(lost + len, sizeof lost - len, "%s%s", len > 0 ? ", " : "", name);
        }
    }
    if (lost[0] != '\0') {
        log_warn("the newer connector delivers less: these models are not read any more",
                 LOG_TEXT("integration", it->id), LOG_TEXT("models", lost));
    }
}

/* What the newer version lacks or asks for is the operator's to solve; until then what works goes on. */
static void hold_back(struct integration *it, const struct integration *newer, const struct weir_error *why)
{
    if (integration_hold_back(it, why->message)) {
        log_error("integration stays on the connector it has: the newer one cannot work for it",
                  LOG_TEXT("integration", it->id), LOG_INT("generation", it->generation),
                  LOG_INT("newer", newer->generation), LOG_ERR(why));
    }
}

/* Open it before it is found by a delivery: a reload must not answer 503. If it fails, and the one before it
 * works with another version, that version stays; else a worker tries again and reports it. Takes it; which
 * one it is now. same: only the connector is another one. */
static struct integration *take_open(struct app *app, struct integration *it, struct integration *old,
                                     bool same)
{
    bool moves = old != NULL && old->connector != NULL && old->connector != it->connector;
    struct weir_error why = {0};

    if (it->connector == NULL) {
        return it;
    }
    if (integration_open(it, app->client, app->clock, app->metrics, &why) == 0) {
        if (moves) {
            log_info("integration is on another version of its connector", LOG_TEXT("integration", it->id),
                     LOG_TEXT("version", it->connector->version), LOG_INT("generation", it->generation));
            warn_of_less(it, old);
            if (same) {
                gap_carry_over(it, old);
            }
        }
        return it;
    }
    if (!moves || atomic_load(&old->instance) == NULL) {
        return it;
    }
    if (same) {
        hold_back(old, it, &why);
        integration_unref(it);
        return integration_ref(old);
    }
    hold_back(it, it, &why);
    it->connector = old->connector;
    it->generation = old->generation;
    (void)integration_open(it, app->client, app->clock, app->metrics, NULL);
    return it;
}

/* The one there is, if nothing of it changed, else a new one. NULL: *err says why. */
static struct integration *make_integration(struct app *app, const struct config *config,
                                            const struct config_integration *from, bool runtime,
                                            struct weir_error *err)
{
    struct integration *old = directory_find(app->directory, weir_str(from->id));
    struct scope *scope = make_scope(app, config, from);
    const struct registry_entry *entry = registry_find(app->registry, weir_str(from->tool));
    struct integration *it = NULL;
    uint64_t digest;
    bool same;

    if (scope == NULL) {
        integration_unref(old);
        (void)weir_fail(err, WEIR_E_MEMORY, "no memory for integration %s", from->id);
        return NULL;
    }
    digest = digest_of(from, scope, config->public_url);
    same = old != NULL && old->digest == digest && old->runtime == runtime;
    if (same && old->connector == (entry != NULL ? entry->connector : NULL)) {
        scope_free(scope);
        return old;
    }
    it = integration_new();
    if (it == NULL) {
        scope_free(scope);
        (void)weir_fail(err, WEIR_E_MEMORY, "no memory for integration %s", from->id);
    } else {
        it->scope = scope;
        it->digest = digest;
        it->runtime = runtime;
        if (fill_integration(it, app, config, from, old, err) != 0) {
            integration_unref(it);
            it = NULL;
        }
    }
    if (it != NULL) {
        it = take_open(app, it, old, same);
    }
    integration_unref(old);
    return it;
}

struct integration *assemble_candidate(struct app *app, const struct config *config,
                                       const struct config_integration *from, struct weir_error *err)
{
    struct integration *it = integration_new();

    if (it != NULL) {
        it->scope = make_scope(app, config, from);
    }
    if (it == NULL || it->scope == NULL) {
        (void)weir_fail(err, WEIR_E_MEMORY, "no memory for integration %s", from->id);
    } else if (fill_config(it, app, config, from, err) == 0) {
        /* Compared with what is at the tool, never written there. */
        (void)snprintf(it->secret_text[0], sizeof it->secret_text[0], "not-registered-while-it-is-tried");
        it->secrets[0] = weir_str(it->secret_text[0]);
        it->secret_count = 1;
        return it;
    }
    integration_unref(it);
    return NULL;
}

/* ---- all of them ---- */

bool assemble_has_scope(const struct app *app, const struct config *config, const char *name)
{
    return scopes_is_in_file(config, weir_str(name)) || scopes_find(app, weir_str(name)) != NULL;
}

bool assemble_is_in_file(const struct config *config, const char *id)
{
    for (size_t i = 0; i < config->integrations.count; i++) {
        if (strcmp(config->integrations.items[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* Without its scope: a reload is refused, a start goes on without it. Either way none of its data is lost,
 * and nothing is read that somebody had switched off. */
static void tell_no_scope(struct app *app, const char *id, const char *scope, struct weir_error *err)
{
    struct integration *now = directory_find(app->directory, weir_str(id));

    if (now != NULL) {
        weir_fail(err, WEIR_E_CONFIG, "there is no scope \"%s\" any more, and %s was given it at run time",
                  scope, id);
    } else {
        log_error("integration left out: there is no such scope", LOG_TEXT("integration", id),
                  LOG_TEXT("scope", scope));
    }
    integration_unref(now);
}

/* false and no error: it is left out. */
static bool is_assembled(struct app *app, const struct config *config, const struct definition *d,
                         struct weir_error *err)
{
    if (d->deleted_at_ms != 0) {
        return false;
    }
    if (assemble_is_in_file(config, d->config.id)) {
        log_warn("the file names an integration that was made at run time: what the file says counts",
                 LOG_TEXT("integration", d->config.id));
        return false;
    }
    if (assemble_has_scope(app, config, d->config.scope)) {
        return true;
    }
    tell_no_scope(app, d->config.id, d->config.scope, err);
    return false;
}

struct assembled {
    struct integration **list;
    size_t count;
};

static int add(struct assembled *all, struct integration *it, const struct weir_error *err)
{
    if (it == NULL) {
        return err->code;
    }
    all->list[all->count++] = it;
    return 0;
}

/* One of the file, with the scope that it was given at run time. */
static int add_of_file(struct assembled *all, struct app *app, const struct config *config,
                       const struct config_integration *from, struct weir_error *err)
{
    struct config_integration with = *from;
    char scope[STORE_SCOPE_NAME];
    int rc = scopes_assigned(scope, app, from->id, err);

    if (rc != 0) {
        return rc;
    }
    if (scope[0] != '\0') {
        with.scope = scope;
        if (!assemble_has_scope(app, config, scope)) {
            tell_no_scope(app, from->id, scope, err);
            return err->code;
        }
    }
    return add(all, make_integration(app, config, &with, false, err), err);
}

int assemble_integrations(struct app *app, const struct config *config, struct weir_error *err)
{
    struct definitions runtime = {.items = NULL};
    struct assembled all = {.list = NULL};
    struct weir_error why = {0};
    int rc = scopes_load(app, &why);

    if (rc == 0) {
        rc = definitions_load(&runtime, app->store, &why);
    }
    if (rc == 0) {
        all.list = calloc(config->integrations.count + runtime.count + 1, sizeof(struct integration *));
        rc = all.list == NULL ? weir_fail(&why, WEIR_E_MEMORY, "no memory for the integrations") : 0;
    }
    for (size_t i = 0; rc == 0 && i < config->integrations.count; i++) {
        rc = add_of_file(&all, app, config, &config->integrations.items[i], &why);
    }
    for (size_t i = 0; rc == 0 && i < runtime.count; i++) {
        if (is_assembled(app, config, &runtime.items[i], &why)) {
            rc = add(&all, make_integration(app, config, &runtime.items[i].config, true, &why), &why);
        } else {
            rc = why.code;
        }
    }
    if (rc == 0) {
        rc = directory_take_all(app->directory, all.list, all.count, &why);
    } else {
        for (size_t i = 0; i < all.count; i++) {
            integration_unref(all.list[i]);
        }
    }
    free(all.list);
    definitions_fini(&runtime);
    if (rc != 0 && err != NULL) {
        *err = why;
    }
    return rc;
}
