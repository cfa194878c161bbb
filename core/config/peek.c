#include "config/peek.h"

#include "base/crypto.h"
#include "config/keys.h"

#include <stdlib.h>

static const struct config_names NO_NAMES;

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

/* A path of the file, as a path for us. NULL: not there, or there is a finding. */
static char *path_dup(struct reader *rd, const char *name)
{
    config_setting_t *at = config_setting_get_member(rd->root, name);
    char *text = at != NULL ? reader_text(rd, at, false) : NULL;
    char *path = text != NULL ? source_path_dup(rd->source, text) : NULL;

    rd->no_memory = rd->no_memory || (text != NULL && path == NULL);
    free(text);
    return path;
}

static int peek(char *out, size_t size, struct reader *rd, const char *path, struct weir_error *err)
{
    char *socket = path_dup(rd, "admin_socket");
    char *dir = socket == NULL && rd->report->error_count == 0 ? path_dup(rd, "data_dir") : NULL;
    const char *from = socket != NULL ? socket : dir;
    const char *name = socket != NULL ? "" : "/admin.sock";
    int rc = 0;

    if (rd->no_memory) {
        rc = weir_fail(err, WEIR_E_MEMORY, "%.160s: no memory to read it", path);
    } else if (from == NULL && rd->report->error_count == 0) {
        rc = weir_fail(err, WEIR_E_CONFIG, "%.160s has neither data_dir nor admin_socket", path);
    } else if (from != NULL && strlen(from) + strlen(name) >= size) {
        rc = weir_fail(err, WEIR_E_CONFIG,
                       "%.120s: the path of the admin socket is too long for a Unix socket", path);
    } else if (from != NULL) {
        (void)snprintf(out, size, "%s%s", from, name);
    }
    free(dir);
    free(socket);
    return rc;
}

/* The first finding as the error. */
static int fail_with(const struct config_report *report, const char *path, struct weir_error *err)
{
    char line[220] = "it cannot be read";

    for (size_t i = 0; i < report->count; i++) {
        if (report->items[i].severity == CONFIG_ERROR) {
            /* Without a place, as of a file that cannot be opened, the sentence is whole by itself. */
            if (report->items[i].file == NULL) {
                return weir_fail(err, WEIR_E_CONFIG, "%s", report->items[i].message);
            }
            (void)config_finding_format(line, sizeof line, &report->items[i]);
            return weir_fail(err, WEIR_E_CONFIG, "%s", line);
        }
    }
    return weir_fail(err, WEIR_E_CONFIG, "%.100s: %s", path, line);
}

int config_peek_admin_socket(char *out, size_t size, const char *path, struct weir_error *err)
{
    struct config_report report;
    struct source source = {0};
    struct reader rd = {.keys = ROOT_KEYS, .source = &source, .report = &report, .names = &NO_NAMES};
    config_t lib;
    int rc;

    config_report_init(&report);
    config_init(&lib);
    rc = source_init(&source, &report, path, NULL);
    if (rc == WEIR_E_MEMORY) {
        rc = weir_fail(err, rc, "%.160s: no memory to read it", path);
        goto out;
    }
    if (rc == 0 && config_read_string(&lib, source.text.data) != CONFIG_TRUE) {
        unsigned line = config_error_line(&lib) > 0 ? (unsigned)config_error_line(&lib) : 1;
        struct source_line place = source_place(&source, line);

        rc = weir_fail(err, WEIR_E_CONFIG, "%.120s:%d: syntax error; \"weir check\" tells more",
                       source.files[place.file].path, place.line);
        goto out;
    }
    if (rc == 0) {
        rd.root = config_root_setting(&lib);
        rc = peek(out, size, &rd, path, err);
    }
    if (report.error_count > 0) {
        rc = fail_with(&report, path, err);
    }

out:
    if (config_root_setting(&lib) != NULL) {
        wipe_strings(config_root_setting(&lib));
    }
    config_destroy(&lib);
    source_fini(&source);
    config_report_fini(&report);
    return rc;
}
