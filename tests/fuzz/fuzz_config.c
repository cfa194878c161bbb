/*
 * fuzz_config: any text as a configuration file. It is taken or refused with findings, and neither
 * crashes, leaks nor hangs.
 */
#include "config/config.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 leaks the string it was reading when it meets a syntax error. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig\n";
}

static const struct weir_setting SETTINGS[] = {
    {.key = "client_id", .label = "Client ID", .required = true},
    {.key = "client_secret", .secret = true},
    {.key = NULL},
};

static bool model_known(void *ctx, const char *model)
{
    (void)ctx;
    return strcmp(model, "hris_employees") == 0;
}

static bool field_known(void *ctx, const char *model, const char *field)
{
    (void)ctx;
    (void)model;
    return strcmp(field, "first_name") == 0;
}

static const char *model_nth(void *ctx, size_t n)
{
    (void)ctx;
    return n == 0 ? "hris_employees" : NULL;
}

static const char *field_nth(void *ctx, const char *model, size_t n)
{
    (void)ctx;
    (void)model;
    return n == 0 ? "first_name" : NULL;
}

static enum config_tool connector(void *ctx, const char *tool, const struct weir_setting **settings)
{
    (void)ctx;
    *settings = SETTINGS;
    return strcmp(tool, "okta") == 0 ? CONFIG_TOOL_UNKNOWN : CONFIG_TOOL_KNOWN;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct config_names NAMES = {.model_known = model_known,
                                              .field_known = field_known,
                                              .model_nth = model_nth,
                                              .field_nth = field_nth,
                                              .connector = connector};
    struct config *cfg = NULL;
    struct config_report report;
    struct weir_error err = {0};
    char line[512];
    int rc;

    config_report_init(&report);
    /* A folder that is not there: relative names open nothing. */
    rc = config_load_text(&cfg, &report, weir_str_n((const char *)data, size), "/nonexistent/weir.conf",
                          &NAMES, &err);
    if ((rc == 0) != (cfg != NULL) || (rc != 0 && (err.message[0] == '\0' || report.count == 0))) {
        abort();
    }
    for (size_t i = 0; i < report.count; i++) {
        (void)config_finding_format(line, sizeof line, &report.items[i]);
        if (report.items[i].line < 0) {
            abort();
        }
    }
    if (cfg != NULL && config_restart_needed(&report, cfg, cfg) != 0) {
        abort();
    }
    config_report_fini(&report);
    config_free(cfg);
    return 0;
}
