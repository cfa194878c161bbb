#include "app.h"

#include "app_internal.h"

#include "base/log.h"
#include "base/thread.h"
#include "model/differ.h"
#include "web/pages.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_STORE_FAILED 70
#define DAY_MS (24LL * 60 * 60 * 1000)

/* ---- building ---- */

static void on_store_failed(void *ctx, const struct weir_error *err)
{
    struct app *app = ctx;

    log_error("the store can not go on, stopping: start the daemon again", LOG_ERR(err));
    atomic_store(&app->failed, true);
    (void)kill(getpid(), SIGTERM);
}

/* The key in force first, then the old ones. */
uint8_t (*app_keys(size_t *count, const struct config *config))[CRYPTO_KEY]
{
    uint8_t(*keys)[CRYPTO_KEY] = calloc(config->old_master_keys.count + 1, sizeof *keys);

    if (keys == NULL) {
        return NULL;
    }
    memcpy(keys[0], config->master_key.bytes, CRYPTO_KEY);
    for (size_t i = 0; i < config->old_master_keys.count; i++) {
        memcpy(keys[i + 1], config->old_master_keys.items[i].bytes, CRYPTO_KEY);
    }
    *count = config->old_master_keys.count + 1;
    return keys;
}

/* The feed's cursors are the web room's, and the message is the flow's. */
static void render(void *ctx, struct buf *out, const char *notification_id, uint32_t integration,
                   const struct store_change *changes, size_t count, uint64_t total,
                   const uint8_t *changed_models, size_t changed_model_count,
                   const struct store_feed_place *before)
{
    struct app *app = ctx;
    struct buf cursor;

    buf_init(&cursor, WEB_CURSOR_MAX);
    web_changes_cursor(&cursor, app->environment_id, before);
    flow_render(app->directory, out, notification_id, integration, changes, count, total, changed_models,
                changed_model_count, buf_str(&cursor));
    buf_fini(&cursor);
}

static int open_store(struct app *app, struct weir_error *err)
{
    const struct config *config = app->config;
    size_t key_count = 0;
    size_t rule_count = 0;
    uint8_t(*keys)[CRYPTO_KEY] = app_keys(&key_count, config);
    struct store_ref_rule *rules = assemble_rules(&rule_count);
    struct store_options options = {
        .dir = config->data_dir,
        .map_initial_bytes = (size_t)config->store.map_initial_bytes,
        .keys = (const uint8_t(*)[CRYPTO_KEY])keys,
        .key_count = key_count,
        .clock = app->clock,
        .metrics = app->metrics,
        .inbox_max = (uint64_t)config->limits.inbox_max,
        .inbox_bytes_max = (uint64_t)config->limits.inbox_bytes_max,
        .disk_free_min_bytes = (uint64_t)config->limits.disk_free_min_bytes,
        .sent_bytes_max = config->store.retention.sent_days > 0 ? (uint64_t)config->store.sent_bytes_max : 0,
        .seen_days = (uint32_t)config->store.retention.seen_days,
        .coalesce_ms = (uint32_t)config->dispatch.coalesce_ms,
        .rules = rules,
        .rule_count = rule_count,
        .render = render,
        .render_ctx = app,
        .differ = differ_names,
        .own_differs = differ_own,
        .changed_records_max = (uint32_t)config->dispatch.max_changed_records,
        .on_fatal = on_store_failed,
        .on_fatal_ctx = app,
    };
    int rc = keys == NULL || rules == NULL ? weir_fail(err, WEIR_E_MEMORY, "no memory for the store")
                                           : store_open(&app->store, &options, err);

    if (keys != NULL) {
        crypto_wipe(keys, key_count * sizeof *keys);
    }
    free(keys);
    free(rules);
    return rc != 0 ? rc : store_start(app->store, err);
}

#define RESTING_PART 10 /* of the inbox's bytes, for one integration that rests */

static int make_flow(struct app *app, struct weir_error *err)
{
    const struct config *config = app->config;
    const struct config_retention *keep = &config->store.retention;
    struct flow_options options = {
        .store = app->store,
        .client = app->client,
        .directory = app->directory,
        .clock = app->clock,
        .metrics = app->metrics,
        .worker_count = (uint32_t)config->workers.count,
        .tries_max = (uint32_t)config->workers.tries_max,
        .backoff_first_ms = (uint32_t)config->workers.backoff_first_ms,
        .backoff_max_ms = (uint32_t)config->workers.backoff_max_ms,
        .settle_ms = (uint32_t)config->workers.settle_ms,
        .resting_max = (uint32_t)config->limits.inbox_resting_max,
        .resting_bytes_max = (uint64_t)config->limits.inbox_bytes_max / RESTING_PART,
        .missing_retry_ms = (uint32_t)config->workers.missing_retry_ms,
        .sync_interval_ms = config->sync.interval_s * 1000,
        .sync_relaxed_ms = config->sync.relaxed_interval_s * 1000,
        .ensure_interval_ms = config->sync.ensure_interval_s * 1000,
        .sync_full_ms = config->sync.full_interval_s * 1000,
        .sync_timeout_ms = config->sync.timeout_s * 1000,
        .sync_at_once_max = (uint32_t)config->sync.at_once_max,
        .log_keep_ms = keep->log_days * DAY_MS,
        .dead_keep_ms = keep->dead_letters_days * DAY_MS,
        .sent_keep_ms = keep->sent_days * DAY_MS,
        .aside_keep_ms = keep->deliveries_days * DAY_MS,
        .seen_keep_ms = keep->seen_days * DAY_MS,
        .deleted_keep_ms = keep->deleted_days * DAY_MS,
        .audit_keep_ms = keep->audit_days * DAY_MS,
        .left = runtime_left,
        .left_ctx = app,
        .dispatch = {.timeout_ms = (uint32_t)config->dispatch.timeout_ms,
                     .retry_count = config->dispatch.retry_count,
                     .jitter_percent = (uint32_t)config->dispatch.jitter_percent,
                     .probe_ms = (uint32_t)config->dispatch.probe_ms,
                     .disable_days = (uint32_t)config->dispatch.endpoint_disable_days},
    };

    for (size_t i = 0; i < config->dispatch.retry_count && i < DISPATCH_RETRIES_MAX; i++) {
        options.dispatch.retry_ms[i] = config->dispatch.retry_ms[i];
    }
    return flow_new(&app->flow, &options, err);
}

static int open_listener(struct app *app, const char *name, const char *listen, struct server_handler handler,
                         bool tls, uint16_t *port, struct weir_error *err)
{
    const struct config_limits *limits = &app->config->limits;
    struct server_options options = {
        .name = name,
        .listen = listen,
        .tls_certificate = tls ? app->config->tls.certificate : NULL,
        .tls_key = tls ? app->config->tls.key : NULL,
        .body_max = (size_t)limits->body_max,
        .header_max = (size_t)limits->header_max,
        .connections_max = (uint32_t)limits->connections_max,
        .connections_per_address_max = (uint32_t)limits->connections_per_address_max,
        .first_byte_timeout_ms = (uint32_t)limits->first_byte_timeout_ms,
        .request_timeout_ms = (uint32_t)limits->request_timeout_ms,
    };
    struct server *server = NULL;
    int rc = server_open(&server, app->loop, &options, handler, err);

    if (rc == 0 && port != NULL) {
        *port = server_port(server);
    }
    return rc;
}

static int open_listeners(struct app *app, struct weir_error *err)
{
    char local[512];
    int rc = loop_new(&app->loop, app->clock, app->metrics, err);

    if (rc == 0) {
        rc = open_listener(app, "public", app->config->listen, web_public_handler(app->web), true, &app->port,
                           err);
    }
    if (rc == 0) {
        rc = open_listener(app, "admin", app->config->admin_listen, web_admin_handler(app->web), false,
                           &app->admin_port, err);
    }
    if (rc == 0) {
        (void)snprintf(local, sizeof local, "unix:%s", app->config->admin_socket);
        rc = open_listener(app, "local", local, web_local_handler(app->web), false, NULL, err);
    }
    return rc;
}

static int make_web(struct app *app, struct weir_error *err)
{
    struct web_options options = {
        .clock = app->clock,
        .metrics = app->metrics,
        .store = app->store,
        .environment_id = app->environment_id,
        .version = WEIR_VERSION,
        .thread_count = (uint32_t)app->config->web.threads,
        .streams_max = (uint32_t)app->config->limits.streams_max,
        .pages = page_files,
        .app = app_web(app),
    };

    return web_new(&app->web, &options, err);
}

/* Bottom up, along the arrows. What was made is taken apart by tear_down, also after a failure half-way. */
static int build(struct app *app, struct weir_error *err)
{
    struct client_options client = {.user_agent = app->config->http_user_agent};
    int rc = client_open(&app->client, &client, app->metrics, err);

    app->environment_id = strdup(app->config->environment_id); /* a reload does not change it */
    if (rc == 0 && app->environment_id == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the environment's id");
    }
    if (rc == 0) {
        rc = open_store(app, err);
    }
    if (rc == 0) {
        rc = make_flow(app, err);
    }
    if (rc == 0) {
        rc = make_web(app, err);
    }
    if (rc == 0) {
        rc = open_listeners(app, err);
    }
    if (rc == 0) {
        rc = assemble_integrations(app, app->config, err);
    }
    if (rc == 0) {
        rc = assemble_endpoints(app, app->config, err);
    }
    if (rc == 0) {
        rc = assemble_web(app, app->config, err);
    }
    return rc;
}

static int start(struct app *app, struct weir_error *err)
{
    int rc = flow_attach_all(app->flow, err);

    app_metrics(app);
    connectors_watch(app);
    if (rc == 0) {
        rc = flow_start(app->flow, err);
    }
    if (rc == 0) {
        runtime_resume(app);
        rc = web_start(app->web, err);
    }
    if (rc == 0) {
        rc = loop_start(app->loop, err);
    }
    return rc;
}

/* From the door inwards: what was accepted is answered, then the workers leave, then the store is closed. */
static void tear_down(struct app *app)
{
    uint32_t grace_ms;

    (void)pthread_mutex_lock(&app->lock); /* a reload may have just put another config there */
    grace_ms = app->config != NULL ? (uint32_t)app->config->stop_timeout_ms / 2 : 0;
    (void)pthread_mutex_unlock(&app->lock);
    if (app->loop != NULL) {
        loop_stop(app->loop, grace_ms);
    }
    if (app->flow != NULL) {
        flow_stop_trying(app->flow);
    }
    if (app->web != NULL) {
        web_stop(app->web);
    }
    if (app->flow != NULL) {
        flow_stop(app->flow, grace_ms);
    }
    if (app->client != NULL) {
        client_stop(app->client);
    }
    if (app->store != NULL) {
        store_stop(app->store);
    }
    web_free(app->web);
    loop_free(app->loop);
    flow_free(app->flow);
    directory_free(app->directory);
    client_close(app->client);
    store_close(app->store);
    metrics_free(app->metrics);
    scopes_free(app);
    config_free(app->config);
    free(app->environment_id);
    registry_free(app->registry);
    clock_file_close(app->clock_file);
    pthread_mutex_destroy(&app->lock);
    pthread_mutex_destroy(&app->changing);
}

/* ---- reload ---- */

static void write_report(struct buf *out, const struct config_report *report)
{
    char line[1024];

    for (size_t i = 0; i < report->count; i++) {
        (void)config_finding_format(line, sizeof line, &report->items[i]);
        buf_add_text(out, line);
        buf_add_char(out, '\n');
    }
}

int app_apply(struct app *app, const struct config *config, struct weir_error *err)
{
    int rc = assemble_integrations(app, config, err);

    if (rc == 0) {
        rc = assemble_endpoints(app, config, err);
    }
    if (rc == 0) {
        rc = assemble_web(app, config, err);
    }
    if (rc == 0) {
        rc = flow_attach_all(app->flow, err);
    }
    return rc;
}

int app_reload(struct app *app, struct buf *out, struct weir_error *err)
{
    struct config_report report = {0};
    struct config_names names = assemble_names(app->registry);
    struct config *config = NULL;
    bool newer;
    int rc;

    config_report_init(&report);
    pthread_mutex_lock(&app->lock);
    connectors_listen(app);
    rc = config_load(&config, &report, app->config_path, &names, err);
    newer = connectors_report(app, out);
    if (rc == 0) {
        (void)config_restart_needed(&report, app->config, config);
        rc = app_apply(app, config, err);
    }
    write_report(out, &report);
    if (rc == 0) {
        struct config *old = app->config;

        app->config = config;
        config_free(old);
        log_info("config reloaded", LOG_TEXT("file", app->config_path),
                 LOG_INT("warnings", report.warning_count));
    } else {
        config_free(config);
        log_error("config refused, the old one stays in force", LOG_TEXT("file", app->config_path),
                  LOG_ERR(err));
        if (newer) {
            (void)app_apply(app, app->config, NULL); /* connectors are no part of what was refused */
        }
    }
    pthread_mutex_unlock(&app->lock);
    config_report_fini(&report);
    return rc;
}

/* ---- serving ---- */

static void on_hangup(struct app *app)
{
    struct weir_error err = {0};
    struct buf report;

    buf_init(&report, 256u * 1024);
    if (app_reload(app, &report, &err) != 0) {
        log_error("reload", LOG_STR("report", buf_str(&report)));
    }
    buf_fini(&report);
}

/* Signals are taken here and nowhere else. */
static void wait_for_end(struct app *app, const sigset_t *signals)
{
    int signal = 0;

    while (sigwait(signals, &signal) == 0) {
        if (signal == SIGHUP) {
            on_hangup(app);
        } else if (signal == SIGTERM || signal == SIGINT) {
            break;
        }
    }
    log_info("stopping", LOG_TEXT("signal", signal == SIGINT ? "INT" : "TERM"));
}

int app_load_config(struct app *app)
{
    struct config_report report = {0};
    struct config_names names = assemble_names(app->registry);
    struct weir_error err = {0};
    int rc;

    config_report_init(&report);
    rc = config_load(&app->config, &report, app->config_path, &names, &err);
    config_report_print(stderr, &report, rc == 0 ? CONFIG_WARNING : CONFIG_NOTE);
    if (rc != 0) {
        (void)fprintf(stderr, "weir: %s\n", err.message);
    } else {
        log_setup(STDERR_FILENO, app->config->log.format == CONFIG_LOG_JSON ? LOG_JSON : LOG_LOGFMT,
                  app->config->log.level);
    }
    config_report_fini(&report);
    return rc;
}

static void log_ready(struct app *app)
{
    (void)pthread_mutex_lock(&app->lock); /* a reload may be on its way already */
    log_info("ready", LOG_TEXT("version", WEIR_VERSION), LOG_TEXT("listen", app->config->listen),
             LOG_INT("port", app->port), LOG_TEXT("admin_listen", app->config->admin_listen),
             LOG_INT("admin_port", app->admin_port), LOG_TEXT("admin_socket", app->config->admin_socket),
             LOG_INT("integrations", app->config->integrations.count));
    (void)pthread_mutex_unlock(&app->lock);
}

/* Tests of the whole daemon let days pass. A person who has this set by mistake is told. */
static int take_clock(struct app *app, struct weir_error *err)
{
    const char *path = getenv("WEIR_CLOCK_FILE");
    int rc = path != NULL ? clock_file_open(&app->clock_file, path, err) : 0;

    if (path != NULL && rc == 0) {
        app->clock = clock_file_borrow(app->clock_file);
        log_warn("the clock is moved by a file: this is for tests", LOG_TEXT("file", path));
    }
    return rc;
}

int app_serve(const char *config_path)
{
    struct app app = {.config_path = config_path, .clock = clock_system()};
    struct weir_error err = {0};
    sigset_t signals;
    int rc;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)umask(0077);
    heap_set_up();
    pthread_mutex_init(&app.changing, NULL);
    pthread_mutex_init(&app.lock, NULL);
    app.registry = registry_new();
    app.metrics = metrics_new();
    app.directory = directory_new();
    if (app.registry == NULL || app.directory == NULL || app_load_config(&app) != 0) {
        tear_down(&app);
        return 1;
    }
    connectors_log(&app);
    rc = take_clock(&app, &err);
    if (rc == 0) {
        rc = build(&app, &err);
    }
    if (rc == 0) {
        rc = start(&app, &err);
    }
    if (rc == 0) {
        log_ready(&app);
        wait_for_end(&app, &signals);
    } else {
        log_error("could not start", LOG_ERR(&err));
        (void)fprintf(stderr, "weir: %s\n", err.message);
    }
    tear_down(&app);
    log_info("stopped", LOG_BOOL("clean", rc == 0 && !atomic_load(&app.failed)));
    if (rc != 0) {
        return 1;
    }
    return atomic_load(&app.failed) ? EXIT_STORE_FAILED : 0;
}
