#include "web/openapi_webhooks.h"

#include "base/sign.h"
#include "model/message.h"
#include "model/model.h"
#include "web/json_out.h"
#include "web/schema.h"

#include <ctype.h>

/* ---- bodies ---- */

static void add_members(struct buf *out, const struct message_member *members);

/* Names of models, or what may stand in changed_models. */
static void add_names(struct buf *out, bool with_joins)
{
    json_out_text(out, "type", "string");
    json_out_open(out, "enum", '[');
    for (size_t n = 0; model_nth(n) != NULL; n++) {
        json_out_item(out);
        json_out_str_value(out, weir_str(model_nth(n)->name));
    }
    for (size_t n = 0; with_joins && model_join_nth(n) != NULL; n++) {
        json_out_item(out);
        json_out_str_value(out, weir_str(model_join_nth(n)->name));
    }
    buf_add_char(out, ']');
}

/* The members of a schema, but its text. */
static void add_kind(struct buf *out, const struct message_member *member)
{
    switch (member->kind) {
    case MESSAGE_TRUE:
        buf_add_text(out, "\"const\":true");
        break;
    case MESSAGE_WORD:
        json_out_text(out, "type", "string");
        json_out_key(out, "enum");
        schema_texts(out, member->words, false);
        break;
    case MESSAGE_MODEL:
    case MESSAGE_NAME:
        add_names(out, member->kind == MESSAGE_NAME);
        break;
    case MESSAGE_OBJECT:
        add_members(out, member->members);
        break;
    default: /* MESSAGE_LIST */
        json_out_text(out, "type", "array");
        json_out_open(out, "items", '{');
        add_members(out, member->members);
        buf_add_char(out, '}');
        break;
    }
}

static void add_member(struct buf *out, const struct message_member *member)
{
    static const char *const types[][2] = {[MESSAGE_TEXT] = {"text", "text?"},
                                           [MESSAGE_ID] = {"id", "id?"},
                                           [MESSAGE_TIME] = {"time", "time?"},
                                           [MESSAGE_INTEGER] = {"integer", "integer?"}};

    json_out_key(out, member->name);
    if (member->kind <= MESSAGE_INTEGER) {
        schema_type(out, types[member->kind][member->nullable], member->text);
        return;
    }
    buf_add_char(out, '{');
    add_kind(out, member);
    if (member->text != NULL) {
        json_out_text(out, "description", member->text);
    }
    buf_add_char(out, '}');
}

static void add_members(struct buf *out, const struct message_member *members)
{
    json_out_text(out, "type", "object");
    json_out_open(out, "properties", '{');
    for (const struct message_member *member = members; member->name != NULL; member++) {
        add_member(out, member);
    }
    buf_add_char(out, '}');
    json_out_open(out, "required", '[');
    for (const struct message_member *member = members; member->name != NULL; member++) {
        if (!member->may) {
            json_out_item(out);
            json_out_str_value(out, weir_str(member->name));
        }
    }
    buf_add_char(out, ']');
}

/* Whichever of them, as the admin API shows it. */
static void add_any(struct buf *out)
{
    json_out_open(out, "Message", '{');
    json_out_open(out, "anyOf", '[');
    for (size_t n = 0; message_nth(n) != NULL; n++) {
        json_out_item(out);
        buf_printf(out, "{\"$ref\":\"#/components/schemas/%s\"}", message_nth(n)->type);
    }
    buf_add_text(out, "]}");
}

void openapi_webhooks_schemas(struct buf *out, bool with_admin)
{
    const struct message *message;

    for (size_t n = 0; (message = message_nth(n)) != NULL; n++) {
        json_out_open(out, message->type, '{');
        buf_add_text(out, "\"type\":\"object\",\"properties\":{\"id\":");
        schema_type(out, "id", "The same each time that this message is sent, so that it is taken once.");
        json_out_open(out, "type", '{');
        json_out_text(out, "const", message->type);
        buf_add_char(out, '}');
        json_out_open(out, "data", '{');
        add_members(out, message->data);
        buf_add_text(out, "}},\"required\":[\"id\",\"type\",\"data\"]}");
    }
    if (with_admin) {
        add_any(out);
    }
}

/* ---- headers ---- */

void openapi_webhooks_parameters(struct buf *out)
{
    for (size_t n = 0; n < SIGN_HEADERS; n++) {
        const struct sign_header_row *header = &sign_headers[n];

        json_out_open(out, header->name, '{');
        json_out_text(out, "name", header->name);
        buf_add_text(out, ",\"in\":\"header\",\"required\":true");
        json_out_text(out, "description", header->text);
        json_out_open(out, "schema", '{');
        buf_add_text(out, "\"type\":\"string\"");
        json_out_text(out, "pattern", header->pattern);
        buf_add_text(out, "}}");
    }
}

static void refer_to_headers(struct buf *out)
{
    json_out_open(out, "parameters", '[');
    for (size_t n = 0; n < SIGN_HEADERS; n++) {
        json_out_item(out);
        buf_printf(out, "{\"$ref\":\"#/components/parameters/%s\"}", sign_headers[n].name);
    }
    buf_add_char(out, ']');
}

/* ---- the messages ---- */

/* "data-changed": onDataChanged. */
static void add_operation_id(struct buf *out, const char *type)
{
    bool first = true;

    json_out_key(out, "operationId");
    buf_add_text(out, "\"on");
    for (const char *at = type; *at != '\0'; at++) {
        if (*at != '-') {
            buf_add_char(out, first ? (char)toupper((unsigned char)*at) : *at);
        }
        first = *at == '-';
    }
    buf_add_char(out, '"');
}

void openapi_webhooks_write(struct buf *out)
{
    const struct message *message;

    json_out_open(out, "webhooks", '{');
    for (size_t n = 0; (message = message_nth(n)) != NULL; n++) {
        json_out_open(out, message->type, '{');
        json_out_open(out, "post", '{');
        add_operation_id(out, message->type);
        buf_add_text(out, ",\"tags\":[\"Webhooks\"]");
        json_out_text(out, "summary", message->summary);
        if (message->text != NULL) {
            json_out_text(out, "description", message->text);
        }
        buf_add_text(out, ",\"security\":[]");
        refer_to_headers(out);
        buf_printf(out,
                   ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":{"
                   "\"$ref\":\"#/components/schemas/%s\"}}}},\"responses\":{\"2XX\":{\"description\":\"It is "
                   "taken.\"},\"410\":{\"description\":\"Nothing more is wanted: the endpoint is "
                   "disabled.\"},\"default\":{\"description\":\"It is not taken: it is sent again, later and "
                   "later, as Retry-After asks if that is there, and then given up. Redirects are not "
                   "followed.\"}}}}",
                   message->type);
    }
    buf_add_char(out, '}');
}
