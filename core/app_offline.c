/*
 * app_offline: what is done without a running daemon - checking a config, putting a backup in place,
 * describing the API.
 */
#include "app.h"

#include "app_internal.h"

#include "base/log.h"
#include "web/openapi.h"

#include <stdlib.h>
#include <unistd.h>

static void report_connectors(FILE *out, struct registry *registry)
{
    for (size_t i = 0; registry_nth(registry, i) != NULL; i++) {
        const struct registry_entry *entry = registry_nth(registry, i);

        if (entry->connector == NULL) {
            (void)fprintf(out, "connector %s: not loaded: %s\n", entry->tool, entry->error.message);
        }
    }
}

int app_check(const char *config_path)
{
    struct config_report report = {0};
    struct config *config = NULL;
    struct registry *registry = registry_new();
    struct config_names names = assemble_names(registry);
    struct weir_error err = {0};
    int rc;

    log_setup(STDERR_FILENO, LOG_LOGFMT, WEIR_LOG_ERROR);
    config_report_init(&report);
    rc = config_load(&config, &report, config_path, &names, &err);
    config_report_print(stdout, &report, CONFIG_NOTE);
    report_connectors(stdout, registry);
    if (rc == 0) {
        printf("%s: good: %zu integrations, %zu endpoints, %zu warnings\n", config_path,
               config->integrations.count, config->endpoints.count, report.warning_count);
    } else {
        printf("%s\n", err.message);
    }
    config_free(config);
    config_report_fini(&report);
    registry_free(registry);
    return rc == 0 ? 0 : 1;
}

int app_restore(const char *config_path, const char *backup_path, bool force)
{
    struct app app = {.config_path = config_path, .registry = registry_new()};
    struct weir_error err = {0};
    uint8_t(*keys)[CRYPTO_KEY] = NULL;
    size_t key_count = 0;
    int rc = app.registry == NULL || app_load_config(&app) != 0 ? WEIR_E_CONFIG : 0;

    if (rc == 0) {
        keys = app_keys(&key_count, app.config);
        rc = keys == NULL ? weir_fail(&err, WEIR_E_MEMORY, "no memory")
                          : store_restore(app.config->data_dir, backup_path,
                                          (const uint8_t(*)[CRYPTO_KEY])keys, key_count, force, &err);
        if (rc == 0) {
            printf("restored %s from %s\n", app.config->data_dir, backup_path);
        } else {
            (void)fprintf(stderr, "weir: %s\n", err.message);
        }
    }
    free(keys);
    config_free(app.config);
    registry_free(app.registry);
    return rc == 0 ? 0 : 1;
}

int app_openapi(FILE *out, bool admin)
{
    struct weir_error err = {0};
    struct buf text;
    int rc;

    buf_init(&text, OPENAPI_MAX);
    rc = openapi_write(&text, admin ? OPENAPI_ALL : OPENAPI_API, WEIR_VERSION, &err);
    if (rc == 0) {
        (void)fwrite(text.data, 1, text.len, out); /* a failure is seen when the command ends */
    } else {
        (void)fprintf(stderr, "weir: %s\n", err.message);
    }
    buf_fini(&text);
    return rc == 0 ? 0 : 1;
}
