#include "model/canonical.h"

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) {
        at++;
    }
    return at;
}

/* Does a backslash of the string that starts at start escape what stands at at? */
static bool is_escaped(const char *start, const char *at)
{
    const char *before = at;

    while (before - 1 > start && before[-1] == '\\') {
        before--;
    }
    return (at - before) % 2 != 0;
}

/* Behind the string that starts at at; NULL if it has no end. Looks for quotes, as escapes are rare. */
static const char *skip_string(const char *at, const char *end)
{
    const char *quote = at;

    do {
        quote = memchr(quote + 1, '"', (size_t)(end - quote - 1));
    } while (quote != NULL && is_escaped(at, quote));
    return quote != NULL ? quote + 1 : NULL;
}

static const char *skip_container(const char *at, const char *end)
{
    size_t depth = 0;

    while (at < end) {
        switch (*at) {
        case '"':
            at = skip_string(at, end);
            if (at == NULL) {
                return NULL;
            }
            continue;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            depth--;
            if (depth == 0) {
                return at + 1;
            }
            break;
        default:
            break;
        }
        at++;
    }
    return NULL;
}

/* Behind the value that starts at at; NULL if it has no end or is empty. */
static const char *skip_value(const char *at, const char *end)
{
    const char *start = at;

    if (at >= end) {
        return NULL;
    }
    if (*at == '"') {
        return skip_string(at, end);
    }
    if (*at == '{' || *at == '[') {
        return skip_container(at, end);
    }
    while (at < end && *at != ',' && *at != '}' && *at != ']' && *at != ' ' && *at != '\n' && *at != '\r' &&
           *at != '\t') {
        at++;
    }
    return at > start ? at : NULL;
}

static bool take_value(struct canonical_walk *walk, struct weir_str *value)
{
    const char *start = skip_blanks(walk->at, walk->end);
    const char *stop = skip_value(start, walk->end);

    if (stop == NULL) {
        walk->close = 0;
        return false;
    }
    *value = weir_str_n(start, (size_t)(stop - start));
    walk->at = stop;
    return true;
}

void canonical_begin(struct canonical_walk *walk, struct weir_str text)
{
    memset(walk, 0, sizeof *walk);
    if (text.len == 0) {
        return;
    }
    walk->end = text.data + text.len;
    walk->at = skip_blanks(text.data, walk->end);
    if (walk->at < walk->end && (*walk->at == '{' || *walk->at == '[')) {
        walk->close = *walk->at == '{' ? '}' : ']';
        walk->at++;
    }
}

/* To the start of the next entry; false: there is none. */
static bool enter(struct canonical_walk *walk)
{
    if (walk->close == 0) {
        return false;
    }
    walk->at = skip_blanks(walk->at, walk->end);
    if (walk->began && walk->at < walk->end && *walk->at == ',') {
        walk->at = skip_blanks(walk->at + 1, walk->end);
    } else if (walk->began) {
        walk->close = 0;
        return false;
    }
    walk->began = true;
    if (walk->at >= walk->end || *walk->at == walk->close) {
        walk->close = 0;
        return false;
    }
    return true;
}

bool canonical_member(struct canonical_walk *walk, struct weir_str *key, struct weir_str *value)
{
    const char *start, *stop;

    if (walk->close != '}' || !enter(walk)) {
        return false;
    }
    start = walk->at;
    stop = *start == '"' ? skip_string(start, walk->end) : NULL;
    if (stop == NULL) {
        walk->close = 0;
        return false;
    }
    walk->at = skip_blanks(stop, walk->end);
    if (walk->at >= walk->end || *walk->at != ':') {
        walk->close = 0;
        return false;
    }
    walk->at++;
    *key = weir_str_n(start + 1, (size_t)(stop - start) - 2);
    return take_value(walk, value);
}

bool canonical_item(struct canonical_walk *walk, struct weir_str *value)
{
    return walk->close == ']' && enter(walk) && take_value(walk, value);
}

struct weir_str canonical_get(struct weir_str object, const char *key)
{
    struct canonical_walk walk;
    struct weir_str name = weir_str(key);
    struct weir_str found, value;

    canonical_begin(&walk, object);
    while (canonical_member(&walk, &found, &value)) {
        if (weir_str_equal(found, name)) {
            return value;
        }
    }
    return weir_str_n(NULL, 0);
}

void canonical_columns(struct weir_str columns[MODEL_FIELDS_MAX], const struct model *model,
                       struct weir_str json)
{
    const struct model_field *expected = model->fields;
    struct canonical_walk walk;
    struct weir_str key, value;

    memset(columns, 0, MODEL_FIELDS_MAX * sizeof columns[0]);
    canonical_begin(&walk, json);
    while (canonical_member(&walk, &key, &value)) {
        const struct model_field *field = model_field_find_from(model, expected, key);

        if (field != NULL) {
            columns[model_field_index(model, field)] = value;
            expected = field + 1;
        }
    }
}

struct weir_str canonical_inner(struct weir_str value)
{
    if (value.len < 2 || value.data[0] != '"') {
        return weir_str_n(NULL, 0);
    }
    return weir_str_n(value.data + 1, value.len - 2);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode what follows a backslash and say how long it was. \u00xx is the only \u we write. */
static size_t decode_escape(struct buf *out, const char *at, const char *end)
{
    static const char from[] = "bfnrt";
    static const char to[] = "\b\f\n\r\t";
    const char *found;

    if (end - at >= 5 && memcmp(at, "u00", 3) == 0 && hex_digit(at[3]) >= 0 && hex_digit(at[4]) >= 0) {
        buf_add_char(out, (char)(hex_digit(at[3]) * 16 + hex_digit(at[4])));
        return 5;
    }
    found = *at != '\0' ? strchr(from, *at) : NULL;
    buf_add_char(out, found != NULL ? to[found - from] : *at);
    return 1;
}

struct weir_str canonical_text(struct weir_str value, struct buf *scratch)
{
    struct weir_str inner = canonical_inner(value);
    const char *end;

    if (inner.len == 0 || memchr(inner.data, '\\', inner.len) == NULL) {
        return inner;
    }
    buf_clear(scratch);
    end = inner.data + inner.len;
    for (const char *at = inner.data; at < end;) {
        if (*at == '\\' && at + 1 < end) {
            at += 1 + decode_escape(scratch, at + 1, end);
        } else {
            buf_add_char(scratch, *at);
            at++;
        }
    }
    return buf_str(scratch);
}
