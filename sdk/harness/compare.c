#include "compare.h"

#include "base/utf8.h"
#include "net/url.h"

#include <stdlib.h>

#define SHOW_MAX 200
#define PATH_MAX_LEN 512
#define LINES_MAX 40 /* of one comparison: who has so many differences compares the wrong things */

/* ---- showing ---- */

void show_text(struct buf *out, struct weir_str text)
{
    struct weir_str cut = text;

    if (!utf8_valid(text)) {
        buf_printf(out, "%zu bytes that are no UTF-8 text", text.len);
        return;
    }
    cut = utf8_cut(text, SHOW_MAX);
    buf_add_json_str(out, cut);
    if (cut.len < text.len) {
        buf_printf(out, "... (%zu bytes)", text.len);
    }
}

void show_json(struct buf *out, const json_t *value)
{
    char *text;
    struct weir_str cut;

    if (value == NULL) {
        buf_add_text(out, "nothing");
        return;
    }
    text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    cut = utf8_cut(weir_str(text), SHOW_MAX);
    buf_add_str(out, cut);
    if (text != NULL && cut.len < strlen(text)) {
        buf_add_text(out, "...");
    }
    free(text);
}

static size_t differ(struct buf *out, const char *path, const json_t *want, const json_t *got)
{
    buf_printf(out, "%s: expected ", path);
    show_json(out, want);
    buf_add_text(out, ", got ");
    show_json(out, got);
    buf_add_char(out, '\n');
    return 1;
}

size_t compare_text(struct buf *out, const char *path, struct weir_str want, struct weir_str got)
{
    if (weir_str_equal(want, got)) {
        return 0;
    }
    buf_printf(out, "%s: expected ", path);
    show_text(out, want);
    buf_add_text(out, ", got ");
    show_text(out, got);
    buf_add_char(out, '\n');
    return 1;
}

/* ---- JSON ---- */

static bool same_number(const json_t *a, const json_t *b)
{
    if (json_is_integer(a) && json_is_integer(b)) {
        return json_integer_value(a) == json_integer_value(b);
    }
    return !(json_number_value(a) < json_number_value(b)) && !(json_number_value(a) > json_number_value(b));
}

static bool is_plain_key(const char *key)
{
    for (; *key != '\0'; key++) {
        if (!((*key >= 'a' && *key <= 'z') || (*key >= 'A' && *key <= 'Z') || (*key >= '0' && *key <= '9') ||
              *key == '_' || *key == '-')) {
            return false;
        }
    }
    return true;
}

static void member_path(char out[PATH_MAX_LEN], const char *path, const char *key)
{
    (void)snprintf(out, PATH_MAX_LEN, is_plain_key(key) ? "%.380s.%.120s" : "%.380s[\"%.120s\"]", path, key);
}

static size_t compare_objects(struct buf *out, const char *path, const json_t *want, const json_t *got);

static size_t compare_arrays(struct buf *out, const char *path, const json_t *want, const json_t *got)
{
    size_t longer =
        json_array_size(want) > json_array_size(got) ? json_array_size(want) : json_array_size(got);
    size_t count = 0;

    for (size_t i = 0; i < longer && count < LINES_MAX; i++) {
        char inner[PATH_MAX_LEN];

        (void)snprintf(inner, sizeof inner, "%.480s[%zu]", path, i);
        count += compare_json(out, inner, json_array_get(want, i), json_array_get(got, i));
    }
    return count;
}

size_t compare_json(struct buf *out, const char *path, const json_t *want, const json_t *got)
{
    if (want == NULL || got == NULL) {
        return want == got ? 0 : differ(out, path, want, got);
    }
    if (json_is_number(want) && json_is_number(got)) {
        return same_number(want, got) ? 0 : differ(out, path, want, got);
    }
    if (json_is_object(want) && json_is_object(got)) {
        return compare_objects(out, path, want, got);
    }
    if (json_is_array(want) && json_is_array(got)) {
        return compare_arrays(out, path, want, got);
    }
    return json_equal(want, got) != 0 ? 0 : differ(out, path, want, got);
}

static size_t compare_objects(struct buf *out, const char *path, const json_t *want, const json_t *got)
{
    char inner[PATH_MAX_LEN];
    size_t count = 0;
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)want, key, value)
    {
        if (count < LINES_MAX) {
            member_path(inner, path, key);
            count += compare_json(out, inner, value, json_object_get(got, key));
        }
    }
    json_object_foreach((json_t *)(uintptr_t)got, key, value)
    {
        if (count < LINES_MAX && json_object_get(want, key) == NULL) {
            member_path(inner, path, key);
            count += differ(out, inner, NULL, value);
        }
    }
    return count;
}

/* ---- queries ---- */

/* name -> list of values, decoded. */
static json_t *query_parse(struct weir_str query)
{
    json_t *all = json_object();
    struct weir_str name, value;
    struct buf text;

    buf_init(&text, 1u << 20);
    while (url_query_next(&name, &value, &query)) {
        json_t *decoded;
        char *key;

        buf_clear(&text);
        if (!url_decode(&text, value)) {
            buf_add_str(&text, value);
        }
        decoded = json_stringn(text.data != NULL ? text.data : "", text.len);
        buf_clear(&text);
        if (!url_decode(&text, name)) {
            buf_add_str(&text, name);
        }
        buf_add_char(&text, '\0');
        key = text.data;
        if (json_object_get(all, key) == NULL) {
            (void)json_object_set_new(all, key, json_array());
        }
        (void)json_array_append_new(json_object_get(all, key), decoded);
    }
    buf_fini(&text);
    return all;
}

/* One value is shown as itself. */
static const json_t *alone(const json_t *values)
{
    return json_array_size(values) == 1 ? json_array_get(values, 0) : values;
}

size_t compare_query(struct buf *out, const char *path, struct weir_str want, struct weir_str got)
{
    json_t *wanted = query_parse(want);
    json_t *had = query_parse(got);
    char inner[PATH_MAX_LEN];
    size_t count = 0;
    const char *key;
    json_t *value;

    json_object_foreach(wanted, key, value)
    {
        (void)snprintf(inner, sizeof inner, "%s %.200s", path, key);
        count += compare_json(out, inner, alone(value), alone(json_object_get(had, key)));
    }
    json_object_foreach(had, key, value)
    {
        if (json_object_get(wanted, key) == NULL) {
            (void)snprintf(inner, sizeof inner, "%s %.200s", path, key);
            count += differ(out, inner, NULL, alone(value));
        }
    }
    json_decref(wanted);
    json_decref(had);
    return count;
}
