#include "model/fields.h"

#include "model/canonical.h"

#define PATH_DEPTH_MAX 4 /* members within members of a payload */

static const struct weir_str nothing = {NULL, 0};

static const struct model_field *column_of(const struct model *model, const char *name)
{
    return model_field_find(model, weir_str(name));
}

bool fields_known_of(const struct model *model)
{
    return column_of(model, "integration_fields") != NULL;
}

/* A stored column, unless scope takes it away. */
static struct weir_str column_get(const struct fields_of *of, const char *name)
{
    const struct model_field *field = column_of(of->model, name);

    if (field == NULL || (of->scope != NULL && !scope_allows_field(of->scope, of->model, field))) {
        return nothing;
    }
    return of->columns[model_field_index(of->model, field)];
}

/* ---- a value ---- */

static struct weir_str member_get(struct weir_str object, struct weir_str key)
{
    struct canonical_walk walk;
    struct weir_str name;
    struct weir_str value;

    canonical_begin(&walk, object);
    while (canonical_member(&walk, &name, &value)) {
        if (weir_str_equal(name, key)) {
            return value;
        }
    }
    return nothing;
}

static bool is_object(struct weir_str value)
{
    return value.len > 0 && value.data[0] == '{';
}

static bool is_scalar(struct weir_str value)
{
    return value.len > 0 && value.data[0] != '{' && value.data[0] != '[';
}

/* What stands at a path with dots below a payload. */
static struct weir_str path_get(struct weir_str payload, const char *path)
{
    while (*path != '\0' && is_object(payload)) {
        size_t len = strcspn(path, ".");

        payload = member_get(payload, weir_str_n(path, len));
        path += len + (path[len] == '.');
    }
    return is_scalar(payload) ? payload : nothing;
}

static struct weir_str entry_value(const struct fields_of *of, const struct fields_entry *entry)
{
    struct canonical_walk walk;
    struct weir_str source;
    struct weir_str payload;
    struct weir_str found = nothing;

    if (entry->custom) {
        return member_get(column_get(of, "custom_fields"), weir_str(entry->key));
    }
    canonical_begin(&walk, column_get(of, "remote_data"));
    while (found.len == 0 && canonical_member(&walk, &source, &payload)) {
        found = path_get(payload, entry->key);
    }
    return found;
}

static void add_value(struct buf *out, const struct fields_of *of, const struct fields_entry *entry)
{
    struct weir_str value = entry_value(of, entry);

    if (value.len > 0) {
        buf_add_str(out, value);
    } else {
        buf_add_text(out, "null");
    }
}

/* ---- the two columns ---- */

static bool is_meant(const struct fields_of *of, const struct fields_entry *entry, bool fills)
{
    return entry->model == of->model && (entry->fills != NULL) == fills;
}

static const struct fields_entry *filled(const struct fields_of *of, struct weir_str custom_field)
{
    for (size_t i = 0; i < of->fields->count; i++) {
        const struct fields_entry *entry = &of->fields->items[i];

        if (is_meant(of, entry, true) && weir_str_is(custom_field, entry->fills)) {
            return entry;
        }
    }
    return NULL;
}

static void add_member(struct buf *out, struct weir_str key, bool *first)
{
    buf_add_text(out, *first ? "\"" : ",\"");
    buf_add_str(out, key);
    buf_add_text(out, "\":");
    *first = false;
}

/* What the tool gave, and what is filled from it: where both have a name, the filled one counts. */
static void add_custom(struct buf *out, const struct fields_of *of)
{
    struct canonical_walk walk;
    struct weir_str key;
    struct weir_str value;
    bool first = true;

    buf_add_char(out, '{');
    canonical_begin(&walk, column_get(of, "custom_fields"));
    while (canonical_member(&walk, &key, &value)) {
        if (filled(of, key) == NULL) {
            add_member(out, key, &first);
            buf_add_str(out, value);
        }
    }
    for (size_t i = 0; i < of->fields->count; i++) {
        const struct fields_entry *entry = &of->fields->items[i];

        if (is_meant(of, entry, true)) {
            add_member(out, weir_str(entry->fills), &first);
            add_value(out, of, entry);
        }
    }
    buf_add_char(out, '}');
}

static void add_shown(struct buf *out, const struct fields_of *of)
{
    bool first = true;

    buf_add_char(out, '[');
    for (size_t i = 0; of->fields != NULL && i < of->fields->count; i++) {
        const struct fields_entry *entry = &of->fields->items[i];

        if (!is_meant(of, entry, false)) {
            continue;
        }
        buf_printf(out, "%s{\"id\":\"%s\",\"key\":\"%s\",\"type\":\"%s\",\"value\":", first ? "" : ",",
                   entry->id, entry->key, entry->custom ? "CUSTOM" : "DEFAULT");
        add_value(out, of, entry);
        buf_add_text(out, ",\"label\":null}");
        first = false;
    }
    buf_add_char(out, ']');
}

bool fields_concern(const struct model_field *field)
{
    return field->computed || (field->type == FIELD_FREE && strcmp(field->name, "custom_fields") == 0);
}

bool fields_add(struct buf *out, const struct fields_of *of, const struct model_field *field)
{
    bool allowed = of->scope == NULL || scope_allows_field(of->scope, of->model, field);

    if (field->computed) {
        if (allowed) {
            add_shown(out, of);
        } else {
            buf_add_text(out, "[]");
        }
        return true;
    }
    if (!allowed || of->fields == NULL || !fields_concern(field)) {
        return false;
    }
    for (size_t i = 0; i < of->fields->count; i++) {
        if (is_meant(of, &of->fields->items[i], true)) {
            add_custom(out, of);
            return true;
        }
    }
    return false;
}

/* ---- which there are ---- */

struct finding {
    bool (*each)(void *ctx, bool custom, struct weir_str key);
    void *ctx;
    char path[FIELDS_KEY_MAX + 1];
    bool over;
};

static bool is_plain(struct weir_str key)
{
    if (key.len == 0 || key.len > FIELDS_KEY_MAX) {
        return false;
    }
    for (size_t i = 0; i < key.len; i++) {
        if (key.data[i] == '\\' || key.data[i] == '"' || (unsigned char)key.data[i] < ' ') {
            return false;
        }
    }
    return true;
}

static void find_in(struct finding *f, struct weir_str payload, size_t path_len, size_t depth)
{
    struct canonical_walk walk;
    struct weir_str key;
    struct weir_str value;

    canonical_begin(&walk, payload);
    while (!f->over && canonical_member(&walk, &key, &value)) {
        size_t at = path_len + (path_len > 0 ? 1 : 0);

        if (!is_plain(key) || memchr(key.data, '.', key.len) != NULL || at + key.len > FIELDS_KEY_MAX) {
            continue;
        }
        f->path[path_len] = '.';
        memcpy(f->path + at, key.data, key.len);
        if (is_object(value) && depth < PATH_DEPTH_MAX) {
            find_in(f, value, at + key.len, depth + 1);
        } else if (is_scalar(value)) {
            f->over = !f->each(f->ctx, false, weir_str_n(f->path, at + key.len));
        }
    }
}

void fields_each(const struct model *model, struct weir_str stored_json,
                 bool (*each)(void *ctx, bool custom, struct weir_str key), void *ctx)
{
    struct weir_str columns[MODEL_FIELDS_MAX];
    const struct fields_of of = {NULL, model, NULL, columns};
    struct finding f = {.each = each, .ctx = ctx};
    struct canonical_walk walk;
    struct weir_str key;
    struct weir_str value;

    canonical_columns(columns, model, stored_json);
    canonical_begin(&walk, column_get(&of, "custom_fields"));
    while (!f.over && canonical_member(&walk, &key, &value)) {
        f.over = is_plain(key) && !each(ctx, true, key);
    }
    canonical_begin(&walk, column_get(&of, "remote_data"));
    while (!f.over && canonical_member(&walk, &key, &value)) {
        if (is_object(value)) {
            find_in(&f, value, 0, 1);
        }
    }
}
