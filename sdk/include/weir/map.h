/*
 * map: for authors of connectors: a record of the unified model from a tool's object, by a table.
 *
 * Header-only. A row names a field, where the tool has it, and how it is read:
 *
 *     static const struct weir_map job_map[] = {
 *         WEIR_MAP_TEXT("name", "title"),
 *         WEIR_MAP_TEXT("department", "department.name|department"),
 *         WEIR_MAP_TIME("opened_at", "published_at"),
 *         WEIR_MAP_WORD("status", "status", status_words),
 *         WEIR_MAP_END};
 *
 * Paths are those of weir/json.h; of several with "|" between them the first that has a value counts. What
 * the tool leaves out is left out (its stored value stays), null is null, and a value that makes no sense is
 * null, too. Thread of all calls: any.
 */
#ifndef WEIR_MAP_H
#define WEIR_MAP_H

#include "weir/json.h"
#include "weir/when.h"

#ifdef __cplusplus
extern "C" {
#endif

enum weir_map_kind {
    WEIR_MAP_IS_TEXT = 1,
    WEIR_MAP_IS_NUMBER = 2,
    WEIR_MAP_IS_BOOL = 3,
    WEIR_MAP_IS_TIME = 4, /* in any form of weir_when_parse, written as UTC with milliseconds */
    WEIR_MAP_IS_DATE = 5,
    WEIR_MAP_IS_WORD = 6,       /* a word of the unified model for one of the tool's */
    WEIR_MAP_IS_FIRST_NAME = 7, /* of a name that is one text: what stands before the last blank, or all */
    WEIR_MAP_IS_LAST_NAME = 8,  /* what stands behind it, or null */
    WEIR_MAP_IS_SITE = 9,       /* of a link, the site it is on: "hub" of "https://www.hub.example/ada" */
    WEIR_MAP_IS_OBJECT = 10,    /* an object, by the table `of`, whose paths begin where ours do */
    WEIR_MAP_IS_LIST = 11,      /* of the arrays at all the paths, each item by the table `of` */
    WEIR_MAP_IS_TEXTS = 12,     /* of an array, each item's text at `item` */
    WEIR_MAP_IS_JOINED = 13     /* the texts at all the paths, one after the other */
};

/* What a text of the tool's begins with, and the word for it; NULL as the word: the text itself. The first
 * that fits counts; ends with begins NULL. */
struct weir_map_word {
    const char *begins, *word;
};

/* Ends with field NULL. Use the macros: there may be more members one day. */
struct weir_map {
    const char *field, *from;
    int kind;
    const char *item;
    const struct weir_map_word *words;
    const struct weir_map *of;
};

#define WEIR_MAP_TEXT(field, from)                                                                           \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_TEXT, NULL, NULL, NULL                                                      \
    }
#define WEIR_MAP_NUMBER(field, from)                                                                         \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_NUMBER, NULL, NULL, NULL                                                    \
    }
#define WEIR_MAP_BOOL(field, from)                                                                           \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_BOOL, NULL, NULL, NULL                                                      \
    }
#define WEIR_MAP_TIME(field, from)                                                                           \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_TIME, NULL, NULL, NULL                                                      \
    }
#define WEIR_MAP_DATE(field, from)                                                                           \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_DATE, NULL, NULL, NULL                                                      \
    }
#define WEIR_MAP_WORD(field, from, words)                                                                    \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_WORD, NULL, words, NULL                                                     \
    }
#define WEIR_MAP_FIRST_NAME(field, from)                                                                     \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_FIRST_NAME, NULL, NULL, NULL                                                \
    }
#define WEIR_MAP_LAST_NAME(field, from)                                                                      \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_LAST_NAME, NULL, NULL, NULL                                                 \
    }
#define WEIR_MAP_SITE(field, from)                                                                           \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_SITE, NULL, NULL, NULL                                                      \
    }
#define WEIR_MAP_OBJECT(field, of)                                                                           \
    {                                                                                                        \
        field, ".", WEIR_MAP_IS_OBJECT, NULL, NULL, of                                                       \
    }
#define WEIR_MAP_LIST(field, from, of)                                                                       \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_LIST, NULL, NULL, of                                                        \
    }
#define WEIR_MAP_TEXTS(field, from, item)                                                                    \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_TEXTS, item, NULL, NULL                                                     \
    }
#define WEIR_MAP_JOINED(field, from)                                                                         \
    {                                                                                                        \
        field, from, WEIR_MAP_IS_JOINED, NULL, NULL, NULL                                                    \
    }
#define WEIR_MAP_END                                                                                         \
    {                                                                                                        \
        NULL, NULL, 0, NULL, NULL, NULL                                                                      \
    }

#define WEIR_MAP_DEPTH_MAX 4 /* of tables in tables */

/* The path at *paths, which then stands behind it; false: there is none left. */
static inline bool weir_map_path(char path[128], const char **paths)
{
    size_t len = strcspn(*paths, "|");
    bool fits = len > 0 && len < 128;

    if (fits) {
        memcpy(path, *paths, len);
        path[len] = '\0';
        *paths += len + ((*paths)[len] == '|' ? 1 : 0);
    }
    return fits;
}

/* As weir_json_find, for the first of several paths that has a value. */
static inline enum weir_json_found weir_map_find(json_t **value, const json_t *from, const char *paths)
{
    enum weir_json_found best = WEIR_JSON_MISSING;
    char path[128];

    while (best != WEIR_JSON_VALUE && weir_map_path(path, &paths)) {
        json_t *found = NULL;
        enum weir_json_found here = weir_json_find(&found, from, path);

        if (here > best) {
            best = here;
            *value = found;
        }
    }
    return best;
}

static inline json_t *weir_map_time(struct weir_str text)
{
    char out[WEIR_WHEN_TEXT];
    int64_t ms;

    if (!weir_when_parse(&ms, text) || ms < 0) {
        return json_null();
    }
    weir_when_format(out, ms, true);
    return json_string(out);
}

static inline json_t *weir_map_date(struct weir_str text)
{
    char out[WEIR_DATE_TEXT];

    return weir_when_date(out, text) ? json_string(out) : json_null();
}

static inline json_t *weir_map_word(struct weir_str text, const struct weir_map_word *words)
{
    for (; words->begins != NULL; words++) {
        size_t len = strlen(words->begins);

        if (text.len >= len && memcmp(text.data, words->begins, len) == 0) {
            return words->word != NULL ? json_string(words->word) : json_stringn(text.data, text.len);
        }
    }
    return json_null();
}

static inline json_t *weir_map_name(struct weir_str name, bool last)
{
    size_t split;

    while (name.len > 0 && name.data[name.len - 1] == ' ') {
        name.len--;
    }
    for (split = name.len; split > 0 && name.data[split - 1] != ' ';) {
        split--;
    }
    if (split == 0) {
        return last || name.len == 0 ? json_null() : json_stringn(name.data, name.len);
    }
    return last ? json_stringn(name.data + split, name.len - split) : json_stringn(name.data, split - 1);
}

static inline json_t *weir_map_site(struct weir_str link)
{
    size_t from = 0;
    size_t end;
    size_t i;

    for (i = 0; i + 3 <= link.len; i++) {
        if (memcmp(link.data + i, "://", 3) == 0) {
            from = i + 3;
            break;
        }
    }
    for (end = from; end < link.len && strchr("/?#:", link.data[end]) == NULL;) {
        end++;
    }
    while (end > from && link.data[end - 1] != '.') {
        end--; /* the top level */
    }
    end -= end > from ? 1 : 0;
    for (i = end; i > from && link.data[i - 1] != '.';) {
        i--;
    }
    return end > i ? json_stringn(link.data + i, end - i) : json_null();
}

static inline int weir_map_put_depth(json_t *to, const json_t *from, const struct weir_map *map, int depth);

/* One text of a tool's, as the row says. NULL: out of memory. */
static inline json_t *weir_map_text(const struct weir_map *row, struct weir_str text)
{
    switch (row->kind) {
    case WEIR_MAP_IS_TIME:
        return weir_map_time(text);
    case WEIR_MAP_IS_DATE:
        return weir_map_date(text);
    case WEIR_MAP_IS_WORD:
        return weir_map_word(text, row->words);
    case WEIR_MAP_IS_FIRST_NAME:
    case WEIR_MAP_IS_LAST_NAME:
        return weir_map_name(text, row->kind == WEIR_MAP_IS_LAST_NAME);
    case WEIR_MAP_IS_SITE:
        return weir_map_site(text);
    default:
        return json_null();
    }
}

static inline int weir_map_list(json_t *list, const json_t *items, const struct weir_map *row, int depth)
{
    const json_t *item;
    size_t i;
    int bad = 0;

    json_array_foreach(items, i, item)
    {
        json_t *one = json_object();
        json_t *text = NULL;

        if (row->kind == WEIR_MAP_IS_TEXTS) {
            bad |= weir_map_find(&text, item, row->item) == WEIR_JSON_VALUE
                       ? weir_json_put_text_from(one, "text", text, ".")
                       : 0;
            text = json_object_get(one, "text");
            bad |= text != NULL ? json_array_append(list, text) : 0;
        } else if (!json_is_null(item)) {
            bad |= weir_map_put_depth(one, item, row->of, depth + 1);
            bad |= json_object_size(one) > 0 ? json_array_append(list, one) : 0;
        }
        json_decref(one);
    }
    return bad;
}

/* The arrays at all paths as one. */
static inline int weir_map_lists(json_t *to, const json_t *from, const struct weir_map *row, int depth)
{
    const char *paths = row->from;
    json_t *list = json_array();
    char path[128];
    bool any = false;
    int bad = 0;

    while (weir_map_path(path, &paths)) {
        const json_t *items = weir_json_array(from, path);

        any = any || items != NULL;
        bad |= weir_map_list(list, items, row, depth);
    }
    if (any) {
        return bad | json_object_set_new(to, row->field, list);
    }
    json_decref(list);
    return bad;
}

static inline int weir_map_joined(json_t *to, const json_t *from, const struct weir_map *row)
{
    const char *paths = row->from;
    json_t *text = json_string("");
    char path[128];

    while (weir_map_path(path, &paths)) {
        struct weir_str part = {NULL, 0};

        if (weir_json_str(&part, from, path) == WEIR_JSON_VALUE && text != NULL) {
            json_t *both = json_sprintf("%s%.*s", json_string_value(text), WEIR_STR_ARG(part));

            json_decref(text);
            text = both;
        }
    }
    return json_object_set_new(to, row->field, text);
}

static inline int weir_map_object(json_t *to, const json_t *from, const struct weir_map *row, int depth)
{
    json_t *inner = json_object();
    int bad = weir_map_put_depth(inner, from, row->of, depth + 1);

    if (json_object_size(inner) > 0) {
        return bad | json_object_set_new(to, row->field, inner);
    }
    json_decref(inner);
    return bad;
}

static inline int weir_map_row(json_t *to, const json_t *from, const struct weir_map *row, int depth)
{
    json_t *value = NULL;
    bool truth;
    enum weir_json_found found;

    if (row->kind == WEIR_MAP_IS_OBJECT) {
        return weir_map_object(to, from, row, depth);
    }
    found = weir_map_find(&value, from, row->from);
    if (found == WEIR_JSON_NULL) {
        return weir_json_put_null(to, row->field);
    }
    if (found == WEIR_JSON_MISSING) {
        return 0;
    }
    switch (row->kind) {
    case WEIR_MAP_IS_LIST:
    case WEIR_MAP_IS_TEXTS:
        return weir_map_lists(to, from, row, depth);
    case WEIR_MAP_IS_JOINED:
        return weir_map_joined(to, from, row);
    case WEIR_MAP_IS_TEXT:
        return weir_json_put_text_from(to, row->field, value, ".");
    case WEIR_MAP_IS_NUMBER:
        return weir_json_put_real_from(to, row->field, value, ".");
    case WEIR_MAP_IS_BOOL:
        return weir_json_bool(&truth, value, ".") == WEIR_JSON_VALUE
                   ? json_object_set_new(to, row->field, json_boolean(truth))
                   : 0;
    default:
        return json_is_string(value)
                   ? json_object_set_new(
                         to, row->field,
                         weir_map_text(row, weir_str_n(json_string_value(value), json_string_length(value))))
                   : 0;
    }
}

static inline int weir_map_put_depth(json_t *to, const json_t *from, const struct weir_map *map, int depth)
{
    int bad = 0;

    for (; map->field != NULL && depth <= WEIR_MAP_DEPTH_MAX; map++) {
        bad |= weir_map_row(to, from, map, depth);
    }
    return bad;
}

/* Put into `to` what the table says. 0, or -1 when memory is out. */
static inline int weir_map_put(json_t *to, const json_t *from, const struct weir_map *map)
{
    return weir_map_put_depth(to, from, map, 0);
}

/* The time at path, in Unix milliseconds; 0: none. */
static inline int64_t weir_map_ms(const json_t *from, const char *path)
{
    struct weir_str text = {NULL, 0};
    int64_t ms = 0;

    return weir_json_str(&text, from, path) == WEIR_JSON_VALUE && weir_when_parse(&ms, text) && ms > 0 ? ms
                                                                                                       : 0;
}

/* Emit an object of the tool's as a record, or (placeholder) only for where nothing is known of it yet. */
static inline int weir_map_emit(const struct weir_sink *sink, const char *model, const char *remote_id,
                                const json_t *from, const struct weir_map *map, bool placeholder,
                                struct weir_error *err)
{
    json_t *record = json_object();
    int bad = record == NULL || weir_map_put(record, from, map) != 0;

    return weir_emit_take(sink, model, remote_id, record, bad, placeholder, err);
}

/* The same with the id at one of the paths `id` of it; an object without one is passed over. */
static inline int weir_map_emit_one(const struct weir_sink *sink, const char *model, const json_t *from,
                                    const char *id, const struct weir_map *map, bool placeholder,
                                    struct weir_error *err)
{
    json_t *value = NULL;
    char remote_id[257];

    if (weir_map_find(&value, from, id) == WEIR_JSON_VALUE &&
        weir_json_text(remote_id, sizeof remote_id, value, ".") == WEIR_JSON_VALUE && remote_id[0] != '\0') {
        return weir_map_emit(sink, model, remote_id, from, map, placeholder, err);
    }
    return 0;
}

/* The same for each item of an array; NULL is an empty one. */
static inline int weir_map_emit_all(const struct weir_sink *sink, const char *model, const json_t *items,
                                    const char *id, const struct weir_map *map, bool placeholder,
                                    struct weir_error *err)
{
    const json_t *item;
    size_t i;
    int rc = 0;

    json_array_foreach(items, i, item)
    {
        rc = rc == 0 ? weir_map_emit_one(sink, model, item, id, map, placeholder, err) : rc;
    }
    return rc;
}

#ifdef __cplusplus
}
#endif

#endif
