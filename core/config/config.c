#include "config/config.h"

#include "base/crypto.h"
#include "base/utf8.h"
#include "config/check.h"
#include "config/keys.h"

#include <stdlib.h>

#define FIRST_SHOWN 159 /* bytes of the first mistake, in the sentence that sums them up */

/* table.c keeps an enum's value through an int. */
_Static_assert(sizeof(enum config_use) == sizeof(int) && sizeof(enum config_log_format) == sizeof(int) &&
                   sizeof(enum weir_level) == sizeof(int),
               "an enum is as wide as an int");

static void report_syntax(struct reader *rd, const config_t *lib)
{
    unsigned line = config_error_line(lib) > 0 ? (unsigned)config_error_line(lib) : 1;
    struct source_line place = source_place(rd->source, line);
    struct config_finding finding = {.severity = CONFIG_ERROR, .order = line};
    const char *text = config_error_text(lib);

    finding.file = rd->source->files[place.file].path;
    finding.line = place.line;
    /* libconfig's own words name no content of the file. */
    finding.message = (char *)(uintptr_t)(text != NULL ? text : "syntax error");
    if (text == NULL || strcmp(text, "syntax error") == 0) {
        finding.suggestion =
            (char *)(uintptr_t) "look here and on the line before for a missing \";\", quote or bracket";
    } else if (strcmp(text, "duplicate setting name") == 0) {
        finding.suggestion = (char *)(uintptr_t) "leave one of them out";
    } else if (strcmp(text, "mismatched element type in array") == 0) {
        finding.suggestion = (char *)(uintptr_t) "give all elements of an array the same type";
    }
    config_report_add(rd->report, &finding);
}

/* libconfig frees its copies of secrets as they are. */
static void wipe_strings(config_setting_t *at)
{
    if (config_setting_type(at) == CONFIG_TYPE_STRING && at->value.sval != NULL) {
        crypto_wipe(at->value.sval, strlen(at->value.sval));
    }
    for (int i = 0; config_setting_is_aggregate(at) && i < config_setting_length(at); i++) {
        wipe_strings(config_setting_get_elem(at, (unsigned)i));
    }
}

static void read_source(struct reader *rd)
{
    config_t lib;

    config_init(&lib);
    if (config_read_string(&lib, rd->source->text.data) == CONFIG_TRUE) {
        rd->root = config_root_setting(&lib);
        table_read(rd, ROOT_KEYS, rd->root, rd->cfg);
        check_all(rd);
    } else {
        report_syntax(rd, &lib);
    }
    if (config_root_setting(&lib) != NULL) {
        wipe_strings(config_root_setting(&lib));
    }
    config_destroy(&lib);
}

static int sum_up(const struct config_report *report, size_t first, size_t errors, const char *path,
                  struct weir_error *err)
{
    char line[1024] = "";
    struct weir_str shown;

    for (size_t i = first; i < report->count; i++) {
        if (report->items[i].severity == CONFIG_ERROR) {
            (void)config_finding_format(line, sizeof line, &report->items[i]);
            break;
        }
    }
    shown = utf8_cut(weir_str(line), FIRST_SHOWN);
    return weir_fail(err, WEIR_E_CONFIG, "%.60s: %zu mistake%s; the first: %.*s", path, errors,
                     errors == 1 ? "" : "s", WEIR_STR_ARG(shown));
}

static int load(struct config **cfg, struct config_report *report, const struct weir_str *text,
                const char *path, const struct config_names *names, struct weir_error *err)
{
    static const struct config_names NO_NAMES;
    struct reader rd = {.keys = ROOT_KEYS, .report = report, .names = names != NULL ? names : &NO_NAMES};
    struct source source = {0};
    struct config *made = calloc(1, sizeof *made);
    size_t first = report->count;
    size_t errors = report->error_count;
    int rc = made != NULL ? 0 : WEIR_E_MEMORY;

    if (rc == 0) {
        made->file = strdup(path);
        rc = made->file != NULL ? source_init(&source, report, path, text) : WEIR_E_MEMORY;
    }
    if (rc == 0) {
        rd.source = &source;
        rd.cfg = made;
        read_source(&rd);
        config_report_sort(report);
        rc = rd.no_memory ? WEIR_E_MEMORY : 0;
    }
    if (rc == WEIR_E_MEMORY) {
        rc = weir_fail(err, WEIR_E_MEMORY, "%.160s: no memory to read it", path);
        goto out;
    }
    if (report->error_count > errors || rc != 0) {
        rc = sum_up(report, first, report->error_count - errors, path, err);
        goto out;
    }
    *cfg = made;
    made = NULL;

out:
    source_fini(&source);
    config_free(made);
    return rc;
}

int config_load(struct config **cfg, struct config_report *report, const char *path,
                const struct config_names *names, struct weir_error *err)
{
    return load(cfg, report, NULL, path, names, err);
}

int config_load_text(struct config **cfg, struct config_report *report, struct weir_str text,
                     const char *path, const struct config_names *names, struct weir_error *err)
{
    return load(cfg, report, &text, path, names, err);
}

void config_free(struct config *cfg)
{
    if (cfg == NULL) {
        return;
    }
    /* Not in the table, because no key of the file fills them. */
    for (size_t i = 0; i < cfg->integrations.count; i++) {
        free(cfg->integrations.items[i].tool);
    }
    free(cfg->file);
    table_fini(ROOT_KEYS, cfg);
    free(cfg);
}

size_t config_restart_needed(struct config_report *report, const struct config *old, const struct config *now)
{
    return table_restart(report, ROOT_KEYS, "", false, old, now);
}
