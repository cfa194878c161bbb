#include "web/schema.h"

#include "base/thread.h"
#include "web/json_out.h"

/* A word that is written out wherever it stands. */
struct word {
    const char *name;
    const char *type;
    const char *more; /* further members, with their comma */
};

static const struct word words[] = {
    {"text", "string", ""},
    {"integer", "integer", ""},
    {"number", "number", ""},
    {"bool", "boolean", ""},
    {"date", "string", ",\"format\":\"date\""},
    {"object", "object", ",\"additionalProperties\":true"},
    {"null", "null", ""},
};

/* The members of components that stand for a word; null fits into those whose name says so. */
static const char ID[] = "\"Id\":{\"type\":\"string\",\"pattern\":\"^[1-9A-HJ-NP-Za-km-z]{24}$\","
                         "\"description\":\"24 characters of base58.\"}";
static const char ID_OR_NULL[] =
    "\"IdOrNull\":{\"type\":[\"string\",\"null\"],\"pattern\":\"^[1-9A-HJ-NP-Za-km-z]{24}$\","
    "\"description\":\"24 characters of base58, or null.\"}";
#define TIME_PATTERN                                                                                         \
    "\"format\":\"date-time\",\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.]"       \
    "[0-9]{3}Z$\""
static const char TIME[] =
    "\"Time\":{\"type\":\"string\"," TIME_PATTERN ",\"description\":\"A point in time, in UTC.\"}";
static const char TIME_OR_NULL[] = "\"TimeOrNull\":{\"type\":[\"string\",\"null\"]," TIME_PATTERN
                                   ",\"description\":\"A point in time, in UTC, or null.\"}";

static bool is(struct weir_str text, const char *word)
{
    return weir_str_is(text, word);
}

void schema_words(struct buf *out)
{
    buf_add_text(out, ID);
    buf_add_char(out, ',');
    buf_add_text(out, ID_OR_NULL);
    buf_add_char(out, ',');
    buf_add_text(out, TIME);
    buf_add_char(out, ',');
    buf_add_text(out, TIME_OR_NULL);
}

void schema_texts(struct buf *out, const char *const *texts, bool with_null)
{
    buf_add_char(out, '[');
    for (; *texts != NULL; texts++) {
        json_out_item(out);
        json_out_str_value(out, weir_str(*texts));
    }
    if (with_null) {
        json_out_item(out);
        buf_add_text(out, "null");
    }
    buf_add_char(out, ']');
}

/* "=A|B" without its sign. */
static void add_choice(struct buf *out, struct weir_str choice, bool nullable)
{
    buf_add_text(out,
                 nullable ? "\"type\":[\"string\",\"null\"],\"enum\":[" : "\"type\":\"string\",\"enum\":[");
    while (choice.len > 0) {
        const char *bar = memchr(choice.data, '|', choice.len);
        size_t len = bar != NULL ? (size_t)(bar - choice.data) : choice.len;

        json_out_item(out);
        json_out_str_value(out, weir_str_n(choice.data, len));
        choice = weir_str_n(choice.data + len + (bar != NULL), choice.len - len - (bar != NULL));
    }
    buf_add_text(out, nullable ? ",null]" : "]");
}

static void add_reference(struct buf *out, struct weir_str name)
{
    buf_add_text(out, "\"$ref\":\"#/components/schemas/");
    buf_add_str(out, name);
    buf_add_char(out, '"');
}

/* "#A|B" without its sign; one of them may be "text". */
static void add_references(struct buf *out, struct weir_str names, bool nullable)
{
    if (!nullable && memchr(names.data, '|', names.len) == NULL) {
        add_reference(out, names);
        return;
    }
    buf_add_text(out, "\"anyOf\":[");
    while (names.len > 0) {
        const char *bar = memchr(names.data, '|', names.len);
        size_t len = bar != NULL ? (size_t)(bar - names.data) : names.len;

        json_out_item(out);
        buf_add_char(out, '{');
        if (is(weir_str_n(names.data, len), "text")) {
            buf_add_text(out, "\"type\":\"string\"");
        } else {
            add_reference(out, weir_str_n(names.data, len));
        }
        buf_add_char(out, '}');
        names = weir_str_n(names.data + len + (bar != NULL), names.len - len - (bar != NULL));
    }
    buf_add_text(out, nullable ? ",{\"type\":\"null\"}]" : "]");
}

static void add_word(struct buf *out, struct weir_str name, bool nullable)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (is(name, words[i].name)) {
            buf_printf(out, nullable ? "\"type\":[\"%s\",\"null\"]%s" : "\"type\":\"%s\"%s", words[i].type,
                       words[i].more);
            return;
        }
    }
    check_bug(is(name, "any")); /* no member: everything fits */
}

/* The members of a type that is no list. */
static void add_plain(struct buf *out, struct weir_str type)
{
    bool nullable = type.len > 0 && type.data[type.len - 1] == '?';

    type.len -= nullable;
    if (is(type, "id") || is(type, "time")) {
        const char *plain = is(type, "id") ? "Id" : "Time";
        const char *both = is(type, "id") ? "IdOrNull" : "TimeOrNull";

        add_reference(out, weir_str(nullable ? both : plain));
    } else if (type.len > 0 && type.data[0] == '=') {
        add_choice(out, weir_str_n(type.data + 1, type.len - 1), nullable);
    } else if (type.len > 0 && type.data[0] == '#') {
        add_references(out, weir_str_n(type.data + 1, type.len - 1), nullable);
    } else {
        add_word(out, type, nullable);
    }
}

void schema_type(struct buf *out, const char *type, const char *text)
{
    struct weir_str rest = weir_str(type);
    bool list = rest.len > 2 && memcmp(rest.data, "[]", 2) == 0;
    bool keyed = rest.len > 2 && memcmp(rest.data, "{}", 2) == 0;
    bool null_list = list && rest.data[rest.len - 1] == '?';

    buf_add_char(out, '{');
    if (list) {
        buf_add_text(out, null_list ? "\"type\":[\"array\",\"null\"],\"items\":{"
                                    : "\"type\":\"array\",\"items\":{");
        add_plain(out, weir_str_n(rest.data + 2, rest.len - 2 - null_list));
        buf_add_char(out, '}');
    } else if (keyed) {
        buf_add_text(out, "\"type\":\"object\",\"additionalProperties\":{");
        add_plain(out, weir_str_n(rest.data + 2, rest.len - 2));
        buf_add_char(out, '}');
    } else {
        add_plain(out, rest);
    }
    if (text != NULL) {
        json_out_text(out, "description", text);
    }
    buf_add_char(out, '}');
}

void schema_object(struct buf *out, const struct schema_object *object)
{
    if (object->members->name != NULL && object->members->name[0] == '\0') {
        schema_type(out, object->members->type, object->text);
        return;
    }
    buf_add_text(out, "{\"type\":\"object\"");
    if (object->text != NULL) {
        json_out_text(out, "description", object->text);
    }
    json_out_open(out, "properties", '{');
    for (const struct schema_member *member = object->members; member->name != NULL; member++) {
        json_out_key(out, member->name + (member->name[0] == '~'));
        schema_type(out, member->type, member->text);
    }
    buf_add_text(out, "}");
    json_out_open(out, "required", '[');
    for (const struct schema_member *member = object->members; member->name != NULL; member++) {
        if (member->name[0] != '~') {
            json_out_item(out);
            json_out_str_value(out, weir_str(member->name));
        }
    }
    buf_add_char(out, ']');
    if (object->open) {
        buf_add_text(out, ",\"additionalProperties\":true");
    }
    buf_add_char(out, '}');
}
