#include "web/openapi_operation.h"

#include "web/json_out.h"
#include "web/list_query.h"
#include "web/model_schema.h"
#include "web/openapi_errors.h"
#include "web/openapi_webhooks.h"

#include <ctype.h>

unsigned openapi_flags(const struct openapi_operation *op)
{
    return op->doc != NULL ? op->doc->flags : DOC_HEADER | DOC_PAGED;
}

/* ---- the path ---- */

void openapi_operation_path(struct buf *out, const struct openapi_operation *op)
{
    size_t nth = 0;

    json_out_item(out);
    buf_add_char(out, '"');
    for (const char *at = op->path; *at != '\0'; at++) {
        buf_add_char(out, *at);
        if (*at == '{') {
            buf_add_text(out, op->doc->names[nth++]);
        }
    }
    buf_add_char(out, '"');
}

/* ---- parameters ---- */

static const struct schema_member list_params[] = {
    {"updated_after", "text",
     "Only records that changed since then, or whose nested records did: a date or a point in time, in UTC."},
    {"include_deleted", "bool", "Also those that are gone at the tool; then remote_deleted_at is set."},
    {"ignore_unsupported_filters", "bool",
     "Pass over filters that this integration cannot have values for, rather than match nothing."},
    {"ids", "[]text", "Only the records of these ids."},
    {"remote_ids", "[]text", "Only the records that the tool calls so."},
    {NULL, NULL, NULL},
};

static void write_parameter(struct buf *out, const char *in, const struct schema_member *member,
                            bool required)
{
    json_out_text(out, "name", member->name + (member->name[0] == '~'));
    json_out_text(out, "in", in);
    if (required) {
        json_out_bool(out, "required", true);
    }
    if (member->text != NULL) {
        json_out_text(out, "description", member->text);
    }
    if (strcmp(in, "query") == 0) {
        buf_add_text(out, ",\"style\":\"form\",\"explode\":false");
    }
    json_out_key(out, "schema");
    schema_type(out, member->type, NULL);
}

static void write_number(struct buf *out, const char *name, const char *text, unsigned most, unsigned usual)
{
    json_out_text(out, "name", name);
    json_out_text(out, "in", "query");
    json_out_text(out, "description", text);
    buf_printf(out, ",\"schema\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":%u,\"default\":%u}", most,
               usual);
}

void openapi_operation_parameters(struct buf *out, bool with_admin)
{
    static const struct schema_member integration = {"X-Integration-Id", "text",
                                                     "Which integration is meant."};
    static const struct schema_member tag = {"If-None-Match", "text", "An ETag that was answered before."};
    static const struct schema_member cursor = {
        "cursor", "text", "next of the page before. All other parameters have to be the same."};

    json_out_open(out, "parameters", '{');
    json_out_open(out, "integration", '{');
    write_parameter(out, "header", &integration, true);
    buf_add_char(out, '}');
    json_out_open(out, "If-None-Match", '{');
    write_parameter(out, "header", &tag, false);
    buf_add_char(out, '}');
    json_out_open(out, "cursor", '{');
    write_parameter(out, "query", &cursor, false);
    buf_add_char(out, '}');
    json_out_open(out, "page_size", '{');
    write_number(out, "page_size", "Records in a page.", LIST_PAGE_MAX, LIST_PAGE_DEFAULT);
    buf_add_char(out, '}');
    if (with_admin) {
        json_out_open(out, "limit", '{');
        write_number(out, "limit", "Rows in a page.", 1000, 100);
        buf_add_char(out, '}');
    }
    for (const struct schema_member *param = list_params; param->name != NULL; param++) {
        json_out_open(out, param->name, '{');
        write_parameter(out, "query", param, false);
        buf_add_char(out, '}');
    }
    openapi_webhooks_parameters(out);
    buf_add_char(out, '}');
}

static void refer(struct buf *out, const char *parameter)
{
    json_out_item(out);
    buf_printf(out, "{\"$ref\":\"#/components/parameters/%s\"}", parameter);
}

static void write_own_parameters(struct buf *out, const struct doc *doc)
{
    for (size_t i = 0; i < REQUEST_PARAMS && doc->names[i] != NULL; i++) {
        const struct schema_member name = {doc->names[i], "text", NULL};

        json_out_item(out);
        buf_add_char(out, '{');
        write_parameter(out, "path", &name, true);
        buf_add_char(out, '}');
    }
    for (const struct schema_member *param = doc->query; param != NULL && param->name != NULL; param++) {
        json_out_item(out);
        buf_add_char(out, '{');
        write_parameter(out, "query", param, param->name[0] != '~');
        buf_add_char(out, '}');
    }
}

/* Answers of the API that change nothing have a tag (form.h); a stream has none. */
static bool is_tagged(const struct openapi_operation *op)
{
    return op->surface == SURFACE_API && strcmp(op->route->method, "GET") == 0 &&
           !(openapi_flags(op) & DOC_NO_ANSWER) &&
           (!(openapi_flags(op) & DOC_STREAM) || op->doc->answer != NULL);
}

static void write_parameters(struct buf *out, const struct openapi_operation *op)
{
    json_out_open(out, "parameters", '[');
    if (is_tagged(op)) {
        refer(out, "If-None-Match");
    }
    if (openapi_flags(op) & DOC_HEADER) {
        refer(out, "integration");
    }
    if (op->doc != NULL) {
        write_own_parameters(out, op->doc);
    }
    if (openapi_flags(op) & DOC_PAGED) {
        refer(out, "cursor");
        refer(out, op->surface == SURFACE_API ? "page_size" : "limit");
    }
    if (op->model != NULL) {
        for (const struct schema_member *param = list_params; param->name != NULL; param++) {
            refer(out, param->name);
        }
        model_schema_filters(out, op->model);
    }
    buf_add_char(out, ']');
}

/* ---- answers ---- */

static void write_data(struct buf *out, const struct openapi_operation *op)
{
    const char *type = op->doc != NULL ? op->doc->answer : op->model->name;
    char entries[160];

    if (!(openapi_flags(op) & (DOC_PAGED | DOC_ENTRIES))) {
        if (type != NULL) {
            schema_type(out, type, NULL);
        } else {
            buf_add_text(out, "{\"type\":\"object\",\"properties\":{}}"); /* empty, as far as it is known */
        }
        return;
    }
    (void)snprintf(entries, sizeof entries, "[]%s%s", op->model != NULL ? "#" : "", type);
    buf_add_text(out, "{\"type\":\"object\",\"properties\":{\"results\":");
    schema_type(out, entries, NULL);
    if (openapi_flags(op) & DOC_PAGED) {
        json_out_key(out, "next");
        schema_type(out, "text?", "The cursor of the next page; null: this is the last.");
        buf_add_text(out, "},\"required\":[\"results\",\"next\"]}");
    } else {
        buf_add_text(out, "},\"required\":[\"results\"]}");
    }
}

static void write_envelope(struct buf *out, const struct openapi_operation *op)
{
    bool warnings = openapi_flags(op) & DOC_WARNINGS;

    buf_add_text(out, "{\"type\":\"object\",\"properties\":{\"status\":{\"const\":\"success\"},\"data\":");
    write_data(out, op);
    if (warnings) {
        buf_add_text(out, ",\"warnings\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":"
                          "{\"message\":{\"type\":\"string\"}},\"required\":[\"message\"]}}");
    }
    buf_add_text(out, "},\"required\":[\"status\",\"data\"");
    buf_add_text(out, warnings ? ",\"warnings\"]}" : "]}");
}

/* OpenAPI has no words for the events of a stream yet: x-events gives the schema of the data of each. */
static void write_stream(struct buf *out, const struct schema_member *events)
{
    json_out_open(out, "text/event-stream", '{');
    buf_add_text(out, "\"schema\":{\"type\":\"string\"}");
    json_out_open(out, "x-events", '{');
    for (; events != NULL && events->name != NULL; events++) {
        json_out_key(out, events->name);
        schema_type(out, events->type, events->text);
    }
    buf_add_text(out, "}}");
}

static void write_success(struct buf *out, const struct openapi_operation *op)
{
    unsigned flags = openapi_flags(op);

    buf_add_text(out, "\"200\":{\"description\":\"Done.\"");
    if (is_tagged(op)) {
        buf_printf(out, ",\"headers\":{\"ETag\":{\"required\":%s,\"schema\":{\"type\":\"string\"}}}",
                   flags & DOC_STREAM ? "false" : "true");
    }
    buf_add_text(out, ",\"content\":{");
    if (flags & DOC_TEXT) {
        buf_add_text(out, "\"text/plain\":{\"schema\":{\"type\":\"string\"}}");
    } else if (flags & DOC_HTML) {
        buf_add_text(out, "\"text/html\":{\"schema\":{\"type\":\"string\"}}");
    } else if (!(flags & DOC_STREAM) || op->doc->answer != NULL) {
        json_out_open(out, "application/json", '{');
        json_out_key(out, "schema");
        if (flags & DOC_BARE) {
            schema_type(out, op->doc->answer, NULL);
        } else {
            write_envelope(out, op);
        }
        buf_add_char(out, '}');
    }
    if (flags & DOC_STREAM) {
        write_stream(out, op->doc->events);
    }
    buf_add_text(out, "}}");
    if (is_tagged(op)) {
        buf_add_text(out, ",\"304\":{\"description\":\"It is as it was: If-None-Match holds its ETag.\"}");
    }
}

/* ---- the operation ---- */

static void write_list_head(struct buf *out, const struct openapi_operation *op)
{
    bool hris = op->model->category == WEIR_CATEGORY_HRIS;
    char id[80], summary[120];

    (void)snprintf(id, sizeof id, "list_%s%s", op->model->name, op->alias ? "_by_older_path" : "");
    (void)snprintf(summary, sizeof summary, "%s of an integration, page by page", op->model->label);
    buf_add_text(out, "\"operationId\":");
    json_out_str_value(out, weir_str(id));
    buf_add_text(out, hris ? ",\"tags\":[\"HRIS\"]" : ",\"tags\":[\"ATS\"]");
    json_out_text(out, "summary", summary);
    if (op->alias) {
        buf_add_text(out, ",\"deprecated\":true");
    }
}

static void write_head(struct buf *out, const struct openapi_operation *op)
{
    const struct doc *doc = op->doc;

    json_out_text(out, "operationId", doc->id);
    json_out_open(out, "tags", '[');
    json_out_str_value(out, weir_str(doc->tag));
    buf_add_char(out, ']');
    json_out_text(out, "summary", doc->summary);
    if ((doc->flags & DOC_NO_ANSWER) || doc->text != NULL) {
        json_out_text(out, "description", doc->text != NULL ? doc->text : "Not offered by this server.");
    }
}

static void write_body(struct buf *out, const struct doc *doc)
{
    buf_add_text(out, ",\"requestBody\":{");
    json_out_bool(out, "required", !(doc->flags & DOC_BODY_MAY));
    buf_add_text(out, ",\"content\":{\"application/json\":{\"schema\":");
    schema_type(out, doc->body, NULL);
    buf_add_text(out, "}}}");
}

void openapi_operation_write(struct buf *out, const struct openapi_operation *op)
{
    const unsigned flags = openapi_flags(op);
    char method[16] = "";

    for (size_t i = 0; op->route->method[i] != '\0' && i + 1 < sizeof method; i++) {
        method[i] = (char)tolower((unsigned char)op->route->method[i]);
    }
    json_out_open(out, method, '{');
    if (op->doc != NULL) {
        write_head(out, op);
    } else {
        write_list_head(out, op);
    }
    if (flags & DOC_UNKEYED) {
        buf_add_text(out, ",\"security\":[]");
    } else {
        buf_add_text(out, op->surface == SURFACE_API ? ",\"security\":[{\"ApiKey\":[]}]"
                          : strcmp(op->route->method, "GET") == 0
                              ? ",\"security\":[{\"AdminKey\":[]},{\"Session\":[]}]"
                              : ",\"security\":[{\"AdminKey\":[]},{\"Session\":[],\"Csrf\":[]}]");
    }
    write_parameters(out, op);
    if (op->doc != NULL && op->doc->body != NULL) {
        write_body(out, op->doc);
    }
    json_out_open(out, "responses", '{');
    if (!(flags & DOC_NO_ANSWER)) {
        write_success(out, op);
    }
    openapi_errors_write(out, op);
    buf_add_text(out, "}}");
}
