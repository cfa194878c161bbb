#include "body.h"

#include "base/crypto.h"
#include "net/url.h"

#include <errno.h>
#include <stdlib.h>

#define FILE_MARK "@file:"

bool file_read(struct weir_bytes *out, const struct place *at, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    size_t len = 0;
    bool good = false;

    if (file == NULL) {
        place_fail(at, "%s cannot be read: %s", path, strerror(errno));
        return false;
    }
    data = must_calloc(CASE_FILE_MAX + 1, 1);
    len = fread(data, 1, CASE_FILE_MAX + 1, file);
    if (ferror(file) != 0) {
        place_fail(at, "%s cannot be read: %s", path, strerror(errno));
    } else if (len > CASE_FILE_MAX) {
        place_fail(at, "%s has more than %zu MiB", path, CASE_FILE_MAX >> 20);
    } else {
        *out = weir_bytes(arena_text(at->arena, weir_str_n(data, len)), len);
        good = true;
    }
    free(data);
    (void)fclose(file);
    return good;
}

bool text_read(struct weir_bytes *out, const struct place *at, const char *folder, const json_t *text)
{
    const char *own = json_string_value(text);
    size_t mark = strlen(FILE_MARK);

    if (strncmp(own, FILE_MARK, mark) != 0) {
        *out = weir_bytes(own, json_string_length(text));
        return true;
    }
    if (own[mark] == '/' || own[mark] == '\0' || strstr(own, "..") != NULL) {
        place_fail(at, "a file stands beside the case: write @file:name");
        return false;
    }
    return file_read(out, at, arena_printf(at->arena, "%s/%s", folder, own + mark));
}

static bool read_base64(struct body *out, const struct place *at, const json_t *text)
{
    struct buf decoded;
    bool good;

    buf_init(&decoded, CASE_FILE_MAX);
    good = json_is_string(text) &&
           crypto_base64_decode(&decoded, weir_str_n(json_string_value(text), json_string_length(text)));
    if (good) {
        out->kind = BODY_BYTES;
        out->bytes = weir_bytes(arena_text(at->arena, buf_str(&decoded)), decoded.len);
    } else {
        place_fail(at, "has to be the bytes in base64");
    }
    buf_fini(&decoded);
    return good;
}

static bool read_form(struct body *out, const struct place *at, const json_t *form)
{
    struct buf text;
    const char *key;
    json_t *value;
    bool good = json_is_object(form);

    buf_init(&text, CASE_FILE_MAX);
    json_object_foreach((json_t *)(uintptr_t)form, key, value)
    {
        good = good && json_is_string(value);
        if (text.len > 0) {
            buf_add_char(&text, '&');
        }
        url_encode(&text, weir_str(key));
        buf_add_char(&text, '=');
        url_encode(&text, weir_str_n(json_string_value(value), json_string_length(value)));
    }
    if (good) {
        out->kind = BODY_FORM;
        out->json = form;
        out->bytes = weir_bytes(arena_text(at->arena, buf_str(&text)), text.len);
    } else {
        place_fail(at, "has to be an object whose values are texts");
    }
    buf_fini(&text);
    return good;
}

static bool read_json(struct body *out, const struct place *at, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

    if (text == NULL) {
        place_fail(at, "cannot be written as JSON");
        return false;
    }
    out->kind = BODY_JSON;
    out->json = value;
    out->bytes = weir_bytes(arena_text(at->arena, weir_str(text)), strlen(text));
    free(text);
    return true;
}

bool body_read(struct body *out, const struct place *at, const char *folder, const json_t *value)
{
    const json_t *only = NULL;

    memset(out, 0, sizeof *out);
    if (value == NULL || json_is_null(value)) {
        return true;
    }
    if (json_is_string(value)) {
        out->kind = BODY_BYTES;
        return text_read(&out->bytes, at, folder, value);
    }
    if (json_object_size(value) == 1) {
        only = json_object_get(value, "base64");
        if (only != NULL) {
            struct place inner = place_key(at, "base64");

            return read_base64(out, &inner, only);
        }
        only = json_object_get(value, "form");
        if (only != NULL) {
            struct place inner = place_key(at, "form");

            return read_form(out, &inner, only);
        }
        only = json_object_get(value, "json");
    }
    return read_json(out, at, only != NULL ? only : value);
}
