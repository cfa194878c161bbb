/*
 * app_connectors: connectors for the log, the metrics and the pages, and their reload while the daemon runs.
 *
 * Whoever runs on an earlier version of a connector stays there when the newer one cannot work for it (see
 * assemble_integrations.c); calls that run end in the code they began in.
 */
#include "app_internal.h"

#include "base/log.h"

#include <stdlib.h>

/* ---- log and metrics ---- */

static void log_entry(enum registry_news news, const struct registry_entry *entry)
{
    const struct weir_connector *c = entry->connector;

    if (news == REGISTRY_REFUSED && c == NULL) {
        log_error("connector not loaded, its integrations answer 503", LOG_TEXT("connector", entry->tool),
                  LOG_TEXT("path", entry->path), LOG_ERR(&entry->error));
    } else if (news == REGISTRY_REFUSED) {
        log_error("connector refused, the one before it stays in force", LOG_TEXT("connector", entry->tool),
                  LOG_TEXT("path", entry->path), LOG_TEXT("version", c->version),
                  LOG_INT("generation", entry->generation), LOG_ERR(&entry->error));
    } else {
        log_info(news == REGISTRY_LOADED ? "connector loaded" : "connector reloaded",
                 LOG_TEXT("connector", entry->tool), LOG_TEXT("version", c->version),
                 LOG_INT("generation", entry->generation), LOG_TEXT("path", entry->path));
    }
}

void connectors_log(struct app *app)
{
    const struct registry_entry *entry;

    for (size_t n = 0; (entry = registry_nth(app->registry, n)) != NULL; n++) {
        log_entry(entry->connector != NULL ? REGISTRY_LOADED : REGISTRY_REFUSED, entry);
    }
}

/* A version is any line of text. */
static void set_info(struct app *app, const struct registry_entry *entry, int64_t value)
{
    char labels[256];
    char version[72];
    size_t len = 0;

    for (const char *c = entry->connector->version; *c != '\0' && len + 2 < sizeof version; c++) {
        if (*c == '"' || *c == '\\') {
            version[len++] = '\\';
        }
        version[len++] = *c;
    }
    version[len] = '\0';
    (void)snprintf(labels, sizeof labels, "connector=\"%s\",version=\"%s\",generation=\"%u\"", entry->tool,
                   version, (unsigned)entry->generation);
    metric_set(metrics_gauge(app->metrics, "weir_connector_info",
                             "1: the version in force; 0: one that was, and may still end its calls", labels),
               value);
}

static void measure(struct app *app, enum registry_news news, const struct registry_entry *entry,
                    const struct registry_entry *before)
{
    struct metric *failures;
    char labels[64];

    (void)snprintf(labels, sizeof labels, "connector=\"%s\"", entry->tool);
    metric_set(
        metrics_gauge(app->metrics, "weir_connector_loaded", "0: it did not load, see the log", labels),
        entry->connector != NULL);
    failures = metrics_counter(app->metrics, "weir_connector_load_failures_total",
                               "Connector files that were refused", labels);
    metric_add(failures, news == REGISTRY_REFUSED);
    if (before != NULL && before->connector != NULL && before->generation != entry->generation) {
        set_info(app, before, 0);
    }
    if (entry->connector != NULL) {
        set_info(app, entry, 1);
    }
}

/* ---- news ---- */

struct connector_news {
    struct heard {
        enum registry_news news;
        const struct registry_entry *entry;
    } * items;
    size_t count;
};

/* On the thread that looks, which holds the app's lock. */
static void on_news(void *ctx, enum registry_news news, const struct registry_entry *entry,
                    const struct registry_entry *before)
{
    struct app *app = ctx;
    struct connector_news *heard = app->heard;
    struct heard *longer;

    log_entry(news, entry);
    measure(app, news, entry, before);
    longer = heard != NULL ? realloc(heard->items, (heard->count + 1) * sizeof *longer) : NULL;
    if (longer != NULL) {
        heard->items = longer;
        heard->items[heard->count++] = (struct heard){.news = news, .entry = entry};
    }
}

void connectors_watch(struct app *app)
{
    const struct registry_entry *entry;

    for (size_t n = 0; (entry = registry_nth(app->registry, n)) != NULL; n++) {
        measure(app, entry->connector != NULL ? REGISTRY_LOADED : REGISTRY_REFUSED, entry, NULL);
    }
    registry_listen(app->registry, on_news, app);
}

void connectors_listen(struct app *app)
{
    app->heard = calloc(1, sizeof *app->heard);
}

static void forget(struct app *app)
{
    if (app->heard != NULL) {
        free(app->heard->items);
        free(app->heard);
        app->heard = NULL;
    }
}

bool connectors_report(struct app *app, struct buf *report)
{
    size_t count = app->heard != NULL ? app->heard->count : 0;

    for (size_t i = 0; i < count; i++) {
        const struct registry_entry *entry = app->heard->items[i].entry;

        if (app->heard->items[i].news == REGISTRY_REFUSED) {
            buf_printf(report, "connector %s: refused: %s\n", entry->tool, entry->error.message);
        } else {
            buf_printf(report, "connector %s: version %s is in force (generation %u)\n", entry->tool,
                       entry->connector->version, (unsigned)entry->generation);
        }
    }
    forget(app);
    return count > 0;
}

/* ---- reload ---- */

static bool is_enabled(const struct config_connectors *connectors, struct weir_str tool)
{
    bool enabled = connectors->enabled_all;

    for (size_t i = 0; !enabled && i < connectors->enabled.count; i++) {
        enabled = weir_str_is(tool, connectors->enabled.items[i]);
    }
    return enabled;
}

static void look_at_tool(struct app *app, struct weir_str tool)
{
    const struct config_connectors *connectors = &app->config->connectors;

    registry_load_known(app->registry, tool);
    for (size_t i = 0; is_enabled(connectors, tool) && i < connectors->path.count; i++) {
        registry_load_tool(app->registry, connectors->path.items[i], tool);
    }
}

static enum web_connector_result result_of(const struct app *app, const struct registry_entry *entry)
{
    for (size_t i = 0; app->heard != NULL && i < app->heard->count; i++) {
        if (app->heard->items[i].entry == entry) {
            return app->heard->items[i].news == REGISTRY_LOADED     ? WEB_CONNECTOR_LOADED
                   : app->heard->items[i].news == REGISTRY_RELOADED ? WEB_CONNECTOR_RELOADED
                                                                    : WEB_CONNECTOR_REFUSED;
        }
    }
    return entry->error.code != 0 ? WEB_CONNECTOR_REFUSED : WEB_CONNECTOR_UNCHANGED;
}

int connectors_reload(struct app *app, struct weir_str tool,
                      void (*tell)(void *arg, size_t n, enum web_connector_result result), void *arg,
                      struct weir_error *err)
{
    const struct registry_entry *entry;
    size_t count = 0;
    int rc;

    pthread_mutex_lock(&app->lock);
    connectors_listen(app);
    if (tool.len > 0) {
        look_at_tool(app, tool);
    } else {
        assemble_connectors(app->registry, &app->config->connectors);
    }
    /* Also without news: what held an integration back may be over. */
    rc = app_apply(app, app->config, err);
    for (size_t n = 0; rc == 0 && (entry = registry_nth(app->registry, n)) != NULL; n++) {
        if (tool.len == 0 || weir_str_is(tool, entry->tool)) {
            tell(arg, n, result_of(app, entry));
            count++;
        }
    }
    forget(app);
    if (rc == 0 && count == 0 && tool.len > 0) {
        rc = weir_fail(err, WEIR_E_NONE,
                       "there is no connector \"%.*s\" in connectors.path, or it is not enabled",
                       tool.len < 40 ? (int)tool.len : 40, tool.data);
    }
    pthread_mutex_unlock(&app->lock);
    return rc;
}

/* ---- for the pages ---- */

static void fill_calls(struct web_calls *out, const struct health_view *health)
{
    *out = (struct web_calls){.calls = health->calls,
                              .failures = health->failures,
                              .misbehaved = health->outcomes[CALL_MISBEHAVED],
                              .failed_at_ms = health->failed_at_ms};
    memcpy(out->call, health->call, sizeof out->call);
    memcpy(out->message, health->message, sizeof out->message);
    for (int i = 0; i < CALL_OUTCOMES && out->outcome_count < WEB_OUTCOMES_MAX; i++) {
        if (health->outcomes[i] > 0) {
            out->outcomes[out->outcome_count].word = health_outcome_word(i);
            out->outcomes[out->outcome_count++].count = health->outcomes[i];
        }
    }
}

void connectors_fill_integration(struct web_integration *out, struct integration *it)
{
    const struct instance *instance = atomic_load(&it->instance);
    struct health_view health = {.calls = 0};

    integration_held_back(out->held_back, it);
    if (instance != NULL) {
        instance_health(&health, instance);
    }
    fill_calls(&out->calls, &health);
}

static void count_integrations(struct web_connector *out, struct app *app)
{
    struct integration *it;

    for (size_t n = 0; (it = directory_nth(app->directory, n)) != NULL; n++) {
        if (strcmp(it->tool, out->tool) == 0) {
            out->integrations++;
            out->behind += it->generation != out->generation;
        }
        integration_unref(it);
    }
}

bool connectors_nth(struct app *app, size_t n, struct web_connector *out)
{
    const struct registry_entry *entry = registry_nth(app->registry, n);
    struct health_view health;

    if (entry == NULL) {
        return false;
    }
    *out = (struct web_connector){
        .loaded = entry->connector != NULL, .generation = entry->generation, .table = entry->connector};
    (void)snprintf(out->tool, sizeof out->tool, "%s", entry->tool);
    (void)snprintf(out->path, sizeof out->path, "%s", entry->path);
    (void)snprintf(out->error, sizeof out->error, "%s", entry->error.message);
    if (entry->connector != NULL) {
        (void)snprintf(out->label, sizeof out->label, "%s", entry->connector->label);
        (void)snprintf(out->version, sizeof out->version, "%s", entry->connector->version);
        out->category = entry->connector->category == WEIR_CATEGORY_ATS ? "ATS" : "HRIS";
        out->models = entry->connector->models;
        out->model_count = entry->connector->model_count;
        count_integrations(out, app);
    }
    health_view(&health, entry->health);
    fill_calls(&out->calls, &health);
    return true;
}
