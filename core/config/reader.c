#include "config/reader.h"

#include "base/crypto.h"
#include "base/utf8.h"
#include "config/nearest.h"
#include "config/value.h"

#include <stdlib.h>

#define ELEMENTS_MAX 100000

/* ---- findings ---- */

/* Append "integrations[0].scope". */
static void key_path(struct buf *out, config_setting_t *at)
{
    config_setting_t *parent = config_setting_parent(at);

    if (parent == NULL) {
        return;
    }
    key_path(out, parent);
    if (config_setting_name(at) == NULL) {
        buf_printf(out, "[%d]", config_setting_index(at));
        return;
    }
    if (out->len > 0) {
        buf_add_char(out, '.');
    }
    buf_add_text(out, config_setting_name(at));
}

void reader_report(struct reader *rd, enum config_severity severity, config_setting_t *at, const char *child,
                   const char *suggestion, const char *format, ...)
{
    struct config_finding finding = {.severity = severity, .suggestion = (char *)(uintptr_t)suggestion};
    struct source_line place;
    char message[512];
    char path[256];
    struct buf key;
    unsigned line = at->line;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);

    if (config_setting_type(at) == CONFIG_TYPE_STRING && config_setting_name(at) == NULL) {
        line = source_line_of_string(rd->source, line, config_setting_get_string(at));
    }
    place = source_place(rd->source, line);
    buf_init(&key, 4096);
    key_path(&key, at);
    (void)snprintf(path, sizeof path, "%.*s%s%s", WEIR_STR_ARG(buf_str(&key)),
                   child != NULL && key.len > 0 ? "." : "", child != NULL ? child : "");
    buf_fini(&key);
    finding.file = rd->source->files[place.file].path;
    finding.line = place.line;
    finding.order = line;
    finding.key = path[0] != '\0' ? path : NULL;
    finding.message = message;
    config_report_add(rd->report, &finding);
}

const char *reader_did_you_mean(char out[READER_CURE], const char *best)
{
    if (best == NULL) {
        return NULL;
    }
    (void)snprintf(out, READER_CURE, "did you mean \"%.150s\"?", best);
    return out;
}

const char *reader_shown(char out[READER_SHOWN], const char *text)
{
    struct weir_str cut = utf8_cut(weir_str(text), READER_SHOWN - 4);

    for (size_t i = 0; i < cut.len; i++) {
        unsigned char c = (unsigned char)cut.data[i];

        /* Whoever reads this sits at a terminal: control characters stay out of it. */
        out[i] = c < 0x20 || c == 0x7F ? '?' : cut.data[i];
    }
    memcpy(out + cut.len, "...", 4);
    if (text[cut.len] == '\0') {
        out[cut.len] = '\0';
    }
    return out;
}

/* ---- values ---- */

void reader_secret_free(char *secret)
{
    if (secret != NULL) {
        crypto_wipe(secret, strlen(secret));
        free(secret);
    }
}

char *reader_text(struct reader *rd, config_setting_t *at, bool secret)
{
    struct buf value;
    size_t of_file;
    char *text = NULL;

    buf_init(&value, VALUE_FILE_MAX);
    if (!value_resolve(&value, &of_file, rd, at, secret)) {
        goto out;
    }
    if (value.len > 0 && (memchr(value.data, '\0', value.len) != NULL || !utf8_valid(buf_str(&value)))) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "give it as UTF-8 text", "holds bytes that are not text");
        goto out;
    }
    if (value.len == 0) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "give it a value, or leave the key out", "is empty");
        goto out;
    }
    text = strndup(value.data, value.len);
    rd->no_memory = rd->no_memory || text == NULL;

out:
    crypto_wipe(value.data, value.cap);
    buf_fini(&value);
    return text;
}

int reader_word(struct reader *rd, config_setting_t *at, const char *const *words)
{
    const char *text = config_setting_get_string(at);
    char shown[READER_SHOWN];
    char all[200] = "";
    char cure[240];
    struct nearest near;
    size_t used = 0;
    char *value;

    /* A word may come from a reference too, and is then not repeated in a message. */
    value = reader_text(rd, at, false);
    if (value == NULL) {
        return -1;
    }
    nearest_init(&near, value);
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], value) == 0) {
            free(value);
            return i;
        }
        nearest_try(&near, words[i]);
        if (used < sizeof all) {
            int n = snprintf(all + used, sizeof all - used, "%s\"%s\"", i > 0 ? ", " : "", words[i]);

            used += n > 0 ? (size_t)n : 0;
        }
    }
    if (nearest_best(&near) != NULL) {
        (void)snprintf(cure, sizeof cure, "did you mean \"%s\"?", nearest_best(&near));
    } else {
        (void)snprintf(cure, sizeof cure, "write one of %s", all);
    }
    free(value);
    reader_report(rd, CONFIG_ERROR, at, NULL, cure, "unknown word \"%s\"", reader_shown(shown, text));
    return -1;
}

static bool name_ends(const char *name, const char *end)
{
    size_t len = name != NULL ? strlen(name) : 0;

    return len >= strlen(end) && strcmp(name + len - strlen(end), end) == 0;
}

/* What a number of this name counts, told by the unit at its end. */
static const char *unit_of(config_setting_t *at)
{
    const char *name = config_setting_name(at);

    /* An element of an array has no name; its array has. */
    if (name == NULL && config_setting_parent(at) != NULL) {
        name = config_setting_name(config_setting_parent(at));
    }
    if (name_ends(name, "_ms")) {
        return "a whole number of milliseconds";
    }
    if (name_ends(name, "_s")) {
        return "a whole number of seconds";
    }
    if (name_ends(name, "_days")) {
        return "a whole number of days";
    }
    if (name_ends(name, "_bytes") || name_ends(name, "body_max") || name_ends(name, "header_max") ||
        name_ends(name, "_bytes_max")) {
        return "a whole number of bytes";
    }
    return "a whole number";
}

bool reader_integer(struct reader *rd, config_setting_t *at, int64_t least, int64_t most, int64_t *value)
{
    char cure[96];
    int64_t number;

    (void)snprintf(cure, sizeof cure, "write %s, without quotes", unit_of(at));
    if (config_setting_type(at) == CONFIG_TYPE_INT64) {
        number = config_setting_get_int64(at);
    } else if (config_setting_type(at) == CONFIG_TYPE_INT) {
        number = config_setting_get_int(at);
    } else {
        reader_report(rd, CONFIG_ERROR, at, NULL, cure, "must be a number");
        return false;
    }
    if (number < least || number > most) {
        (void)snprintf(cure, sizeof cure, "write %s from %lld to %lld", unit_of(at), (long long)least,
                       (long long)most);
        reader_report(rd, CONFIG_ERROR, at, NULL, cure, "%lld is too %s", (long long)number,
                      number < least ? "small" : "large");
        return false;
    }
    *value = number;
    return true;
}

void *reader_room(struct reader *rd, config_setting_t *at, size_t item_size)
{
    int count = config_setting_length(at);
    void *room;

    if (count <= 0) {
        return NULL;
    }
    if (count > ELEMENTS_MAX) {
        reader_report(rd, CONFIG_ERROR, at, NULL, NULL, "more than %d elements", ELEMENTS_MAX);
        return NULL;
    }
    room = calloc((size_t)count, item_size);
    rd->no_memory = rd->no_memory || room == NULL;
    return room;
}

bool reader_bool(struct reader *rd, config_setting_t *at, bool *value)
{
    if (config_setting_type(at) != CONFIG_TYPE_BOOL) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write true or false, without quotes",
                      "must be true or false");
        return false;
    }
    *value = config_setting_get_bool(at) != 0;
    return true;
}
