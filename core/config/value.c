#include "config/value.h"

#include "config/small_file.h"

#include <stdlib.h>

#define OTHERS 0007U

static bool env_name_is(const char *name)
{
    if (name[0] == '\0' || (name[0] >= '0' && name[0] <= '9')) {
        return false;
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
              *c == '_')) {
            return false;
        }
    }
    return true;
}

static bool add_text(struct buf *out, struct reader *rd, config_setting_t *at, const char *text)
{
    if (strlen(text) > VALUE_FILE_MAX) {
        reader_report(rd, CONFIG_ERROR, at, NULL, NULL, "longer than 64 KiB");
        return false;
    }
    buf_add_text(out, text);
    return true;
}

static bool from_env(struct buf *out, struct reader *rd, config_setting_t *at, const char *name)
{
    char shown[READER_SHOWN];
    const char *value;

    if (!env_name_is(name)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write \"@env:NAME\" with letters, digits and _",
                      "@env: is not followed by the name of an environment variable");
        return false;
    }
    value = getenv(name);
    if (value == NULL || value[0] == '\0') {
        reader_report(rd, CONFIG_ERROR, at, NULL, "set it where the daemon is started, or use @file:",
                      "the environment variable %s is %s", reader_shown(shown, name),
                      value == NULL ? "not set" : "empty");
        return false;
    }
    return add_text(out, rd, at, value);
}

static bool from_file(struct buf *out, size_t *of_file, struct reader *rd, config_setting_t *at,
                      const char *name, bool secret)
{
    struct weir_error why = {0};
    struct small_file_facts facts;
    char *path = NULL;
    size_t start = out->len;
    int rc;

    if (name[0] == '\0') {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write \"@file:/path/to/file\"", "@file: names no file");
        return false;
    }
    path = source_path_dup(rd->source, name);
    rc = path != NULL ? small_file_read(out, &facts, path, &why) : WEIR_E_MEMORY;
    free(path);
    if (rc == WEIR_E_MEMORY) {
        rd->no_memory = true;
        return false;
    }
    if (rc != 0) {
        reader_report(rd, CONFIG_ERROR, at, NULL, NULL, "%s", why.message);
        return false;
    }
    if (secret && (facts.mode & OTHERS) != 0) {
        reader_report(rd, CONFIG_WARNING, at, NULL, "chmod o-rwx, and give it to the daemon's user or group",
                      "every user of this machine can open %.160s (mode %04o)", name, facts.mode);
    }
    *of_file = out->len;
    if (out->len > start && out->data[out->len - 1] == '\n') {
        out->len--;
        if (out->len > start && out->data[out->len - 1] == '\r') {
            out->len--;
        }
    }
    return true;
}

/* A secret that stands in the file itself: said once per file. */
static void warn_inline(struct reader *rd, config_setting_t *at)
{
    struct source_file *file = &rd->source->files[source_place(rd->source, at->line).file];

    if ((file->mode & OTHERS) != 0 && !file->warned) {
        file->warned = true;
        reader_report(rd, CONFIG_WARNING, at, NULL,
                      "chmod o-rwx the file, or keep secrets in @file: or @env:",
                      "a secret in a file that every user of this machine can open (mode %04o)", file->mode);
    }
}

bool value_resolve(struct buf *out, size_t *of_file, struct reader *rd, config_setting_t *at, bool secret)
{
    const char *text = config_setting_get_string(at);
    size_t whole = 0;
    bool ok = true;

    if (text == NULL) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write it in quotes", "must be a string");
        return false;
    }
    if (strncmp(text, "@env:", 5) == 0) {
        ok = from_env(out, rd, at, text + 5);
    } else if (strncmp(text, "@file:", 6) == 0) {
        ok = from_file(out, &whole, rd, at, text + 6, secret);
    } else {
        ok = add_text(out, rd, at, text);
        if (secret && text[0] != '\0') {
            warn_inline(rd, at);
        }
    }
    if (ok && out->failed) {
        rd->no_memory = true;
        ok = false;
    }
    *of_file = whole > out->len ? whole : out->len;
    return ok;
}
