#include "web/model_schema.h"

#include "base/thread.h"
#include "web/json_out.h"
#include "web/schema.h"

static const char *const address_parts[] = {"street_1", "street_2", "zip_code", "city",
                                            "state",    "country",  "raw",      NULL};

/* Keys of an object as they are written, and which of them have to be there. */
struct shape {
    struct buf *out;
    const char *required[MODEL_FIELDS_MAX * 2];
    size_t required_count;
};

static void shape_key(struct shape *shape, const char *key, bool must)
{
    json_out_key(shape->out, key);
    if (must) {
        check_bug(shape->required_count < sizeof shape->required / sizeof shape->required[0]);
        shape->required[shape->required_count++] = key;
    }
}

/* Behind the last key, up to the end of the object. */
static void shape_end(struct shape *shape)
{
    buf_add_char(shape->out, '}');
    json_out_open(shape->out, "required", '[');
    for (size_t i = 0; i < shape->required_count; i++) {
        json_out_item(shape->out);
        json_out_str_value(shape->out, weir_str(shape->required[i]));
    }
    buf_add_text(shape->out, "]}");
}

static void add_type(struct buf *out, const char *type, bool nullable)
{
    buf_printf(out, nullable ? "\"type\":[\"%s\",\"null\"]" : "\"type\":\"%s\"", type);
}

/* ---- fields ---- */

static void add_field(struct buf *out, const struct model_field *field, const char *kind);

static void add_fields(struct buf *out, const struct model_field *fields, const char *kind, bool nullable)
{
    struct shape shape = {.out = out};

    buf_add_char(out, '{');
    add_type(out, "object", nullable);
    json_out_open(out, "properties", '{');
    for (const struct model_field *part = fields; part->name != NULL; part++) {
        if (!part->hidden) {
            shape_key(&shape, part->name, part->must);
            add_field(out, part, kind);
        }
    }
    shape_end(&shape);
}

/* An object of fields or of variants; kind: the word of the variant around it. */
static void add_object(struct buf *out, const struct model_field *field, const char *kind, bool nullable)
{
    if (field->variants == NULL) {
        add_fields(out, field->fields, kind, nullable);
        return;
    }
    buf_add_text(out, "{\"oneOf\":[");
    for (const struct model_variant *variant = field->variants; variant->word != NULL; variant++) {
        json_out_item(out);
        add_fields(out, variant->fields, variant->word, false);
    }
    buf_add_text(out, nullable ? ",{\"type\":\"null\"}]}" : "]}");
}

static void add_words(struct buf *out, const struct model_field *field)
{
    add_type(out, "string", field->nullable);
    if (field->type == FIELD_OPEN_ENUM) {
        json_out_key(out, "examples");
        schema_texts(out, field->values, false);
        json_out_text(out, "description",
                      "One of the examples, or the tool's own word where none of them fits.");
    } else {
        json_out_key(out, "enum");
        schema_texts(out, field->values, field->nullable);
    }
}

static void add_list(struct buf *out, const struct model_field *field)
{
    if (field->type == FIELD_CHOICES) {
        buf_add_text(out, "\"anyOf\":[{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
                          "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"}}");
        buf_add_text(out, field->nullable ? ",{\"type\":\"null\"}]" : "]");
        return;
    }
    add_type(out, "array", field->nullable);
    json_out_key(out, "items");
    if (field->type == FIELD_LIST) {
        add_object(out, field, NULL, false);
    } else if (field->type == FIELD_WORDS) {
        buf_add_text(out, "{\"type\":\"string\",\"enum\":");
        schema_texts(out, field->values, false);
        buf_add_char(out, '}');
    } else {
        schema_type(out, field->type == FIELD_REF_LIST ? "id" : "text", NULL);
    }
}

static void add_reference(struct buf *out, const struct model_field *field)
{
    const struct model *target = model_find(weir_str(field->target));
    char text[160];

    (void)snprintf(text, sizeof text, "Id of a record of %s.",
                   target->path != NULL ? target->path : target->name);
    schema_type(out, field->nullable ? "id?" : "id", text);
}

/* Those that are more than a type. false: it is none of them. */
static bool add_special(struct buf *out, const struct model_field *field, const char *kind)
{
    switch (field->type) {
    case FIELD_DATETIME:
        schema_type(out, field->nullable ? "time?" : "time", NULL);
        return true;
    case FIELD_REF:
        add_reference(out, field);
        return true;
    case FIELD_ADDRESS:
        schema_type(out, field->nullable ? "#Address?" : "#Address", NULL);
        return true;
    case FIELD_ANY:
        schema_type(out, "any", "Whatever the tool has.");
        return true;
    case FIELD_OBJECT:
        add_object(out, field, kind, field->nullable);
        return true;
    case FIELD_KIND:
        check_bug(kind != NULL);
        buf_add_char(out, '{');
        json_out_text(out, "const", kind);
        buf_add_char(out, '}');
        return true;
    default:
        return false;
    }
}

static void add_field(struct buf *out, const struct model_field *field, const char *kind)
{
    if (add_special(out, field, kind)) {
        return;
    }
    buf_add_char(out, '{');
    switch (field->type) {
    case FIELD_NUMBER:
        add_type(out, "number", field->nullable);
        break;
    case FIELD_INTEGER:
        add_type(out, "integer", field->nullable);
        break;
    case FIELD_BOOLEAN:
        add_type(out, "boolean", field->nullable);
        break;
    case FIELD_OPEN_ENUM:
    case FIELD_CLOSED_ENUM:
        add_words(out, field);
        break;
    case FIELD_FREE:
        add_type(out, "object", field->nullable);
        buf_add_text(
            out, ",\"additionalProperties\":true,\"description\":\"Keys and values as the tool has them.\"");
        break;
    case FIELD_TEXTS:
    case FIELD_WORDS:
    case FIELD_CHOICES:
    case FIELD_REF_LIST:
    case FIELD_LIST:
        add_list(out, field);
        break;
    default: /* a text of some form */
        add_type(out, "string", field->nullable);
        if (field->type == FIELD_EMAIL) {
            buf_add_text(out, ",\"format\":\"email\"");
        } else if (field->type == FIELD_DATE) {
            buf_add_text(out, ",\"format\":\"date\",\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\"");
        } else if (field->type == FIELD_TIME) {
            buf_add_text(out, ",\"pattern\":\"^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$\"");
        }
        break;
    }
    buf_add_char(out, '}');
}

/* ---- records ---- */

/* id, remote_id, changed_at and remote_deleted_at; false: the key is a column's. */
static bool add_common(struct buf *out, const struct model *model, const char *key)
{
    if (strcmp(key, "id") == 0) {
        schema_type(out, "id", "Weir's id of the record: it stays, also when the store is built anew.");
    } else if (strcmp(key, "remote_id") == 0) {
        schema_type(out, model->remote_id_nullable ? "text?" : "text", "The tool's id of the record.");
    } else if (strcmp(key, "changed_at") == 0) {
        schema_type(out, "time", "When the record's own columns changed last; nested records do not count.");
    } else if (strcmp(key, "remote_deleted_at") == 0) {
        schema_type(out, "time?",
                    "When the record was found to be gone at the tool; null while it is there.");
    } else {
        return false;
    }
    return true;
}

static const struct model_join *join_find(const struct model_join *joins, const char *name)
{
    while (joins != NULL && joins->name != NULL && strcmp(joins->name, name) != 0) {
        joins++;
    }
    return joins != NULL && joins->name != NULL ? joins : NULL;
}

static const struct model_field *part_find(const struct model *model, const struct model_join *join,
                                           const char *name)
{
    const struct model_field *list =
        join->kind == JOIN_ENTRIES ? model_field_find(model, weir_str(join->via)) : NULL;
    const struct model_field *part = list != NULL ? list->fields : NULL;

    while (part != NULL && part->name != NULL && strcmp(part->name, name) != 0) {
        part++;
    }
    return part != NULL && part->name != NULL ? part : NULL;
}

static void add_join(struct buf *out, const struct model *model, const struct model_join *join);

/* A key of a record of model, whole or in a short form. */
static void add_key(struct shape *shape, const struct model *model, const struct model_join *joins,
                    const char *key)
{
    const struct model_join *join = join_find(joins, key);
    const struct model_field *field = model_field_find(model, weir_str(key));

    if (join != NULL) {
        shape_key(shape, key, true);
        add_join(shape->out, model, join);
    } else if (field != NULL) {
        shape_key(shape, key, field->must);
        add_field(shape->out, field, NULL);
    } else {
        shape_key(shape, key, true);
        check_bug(add_common(shape->out, model, key));
    }
}

/* A key of what a join embeds. model: whose join it is. */
static void add_short_key(struct shape *shape, const struct model *model, const struct model_join *join,
                          const char *key)
{
    const struct model_field *part = part_find(model, join, key);

    if (join->literal_key != NULL && strcmp(join->literal_key, key) == 0) {
        shape_key(shape, key, true);
        buf_add_char(shape->out, '{');
        json_out_text(shape->out, "const", join->literal);
        buf_add_char(shape->out, '}');
    } else if (part != NULL && join_find(join->joins, key) == NULL) {
        shape_key(shape, key, part->must);
        add_field(shape->out, part, NULL);
    } else {
        add_key(shape, model_find(weir_str(join->model)), join->joins, key);
    }
}

static void add_join(struct buf *out, const struct model *model, const struct model_join *join)
{
    struct shape shape = {.out = out};
    bool one = join->kind == JOIN_ONE;

    buf_add_text(out, one ? "{" : "{\"type\":\"array\",\"items\":{");
    add_type(out, "object", one && !join->not_null);
    json_out_open(out, "properties", '{');
    for (size_t i = 0; join->fields[i] != NULL; i++) {
        add_short_key(&shape, model, join, join->fields[i]);
    }
    shape_end(&shape);
    if (!one) {
        buf_add_char(out, '}');
    }
}

void model_schema(struct buf *out, const struct model *model)
{
    struct shape shape = {.out = out};

    buf_add_char(out, '{');
    json_out_text(out, "title", model->label);
    buf_add_text(out, ",\"type\":\"object\",\"properties\":{");
    for (size_t i = 0; model->key_order[i] != NULL; i++) {
        add_key(&shape, model, model->joins, model->key_order[i]);
    }
    shape_end(&shape);
}

void model_schema_shared(struct buf *out)
{
    buf_add_text(out, "\"Address\":{\"type\":\"object\",\"properties\":{");
    for (const char *const *part = address_parts; *part != NULL; part++) {
        json_out_key(out, *part);
        schema_type(out, "text?", NULL);
    }
    buf_add_text(out, "}}");
}

/* ---- filters ---- */

/* What a filter's value looks like. */
static void add_filter_value(struct buf *out, const struct model_filter *filter,
                             const struct model_field *field)
{
    switch (filter->kind) {
    case FILTER_WORDS:
        buf_add_text(out, "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"enum\":");
        schema_texts(out, field->values, false);
        out->len -= out->len > 0; /* null goes by its name here */
        buf_add_text(out, ",\"null\"]}}");
        break;
    case FILTER_IDS:
    case FILTER_REMOTE_IDS:
    case FILTER_TEXTS:
    case FILTER_TEXTS_CI:
        schema_type(out, "[]text", NULL);
        break;
    case FILTER_BEFORE:
    case FILTER_AFTER:
        buf_add_text(out, "{\"type\":\"string\",\"format\":\"date-time\"}");
        break;
    default:
        schema_type(out, "text", NULL);
        break;
    }
}

static const char *filter_text(const struct model_filter *filter)
{
    switch (filter->kind) {
    case FILTER_WORDS:
        return "is one of these words; null: has none";
    case FILTER_IDS:
    case FILTER_REMOTE_IDS:
        return "names one of these";
    case FILTER_ID:
        return "names this";
    case FILTER_TEXT:
        return "is this text";
    case FILTER_TEXTS:
        return "is one of these texts";
    case FILTER_TEXT_CI:
        return "is this text, whatever the case";
    case FILTER_TEXTS_CI:
        return "is one of these texts, whatever the case";
    case FILTER_PARTS_CI:
        return "has this text in one entry, whatever the case";
    case FILTER_CONTAINS_CI:
        return "contains this text, whatever the case";
    case FILTER_DATE_FROM:
        return "is on or after this date, or open; a time of day does not count";
    case FILTER_DATE_UNTIL:
        return "is on or before this date; a time of day does not count";
    case FILTER_BEFORE:
        return "is before this time";
    case FILTER_AFTER:
        return "is after this time";
    case FILTER_CUSTOM_FIELD:
        return "has this pair, written as JSON: {\"cost_center\":\"CC-17\"}";
    }
    return "";
}

void model_schema_filters(struct buf *out, const struct model *model)
{
    for (const struct model_filter *filter = model->filters; filter->name != NULL; filter++) {
        const struct model_join *join =
            filter->through != NULL ? model_join_find(model, filter->through) : NULL;
        const struct model *of = join != NULL ? model_find(weir_str(join->model)) : model;
        char text[200];

        (void)snprintf(text, sizeof text, "Only records whose %s%s%s %s.",
                       filter->through != NULL ? filter->through : "", filter->through != NULL ? "." : "",
                       filter->field, filter_text(filter));
        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "name", filter->name);
        json_out_text(out, "in", "query");
        json_out_text(out, "description", text);
        buf_add_text(out, ",\"style\":\"form\",\"explode\":false");
        json_out_key(out, "schema");
        add_filter_value(out, filter, model_field_find(of, weir_str(filter->field)));
        buf_add_char(out, '}');
    }
}
