#include "web/openapi_errors.h"

#include "web/json_out.h"

#define STATUS_LEAST 300
#define STATUS_MOST 599

/* Whatever runs on a thread of the room may find it full, stopping or broken. */
#define ANY_ERRORS (DOC_E(BUSY) | DOC_E(LATER) | DOC_E(UNKNOWN))

/* ---- of an operation ---- */

static const char *code_of(const struct openapi_operation *op, const struct answer_row *row)
{
    bool platform = row->code != NULL && strncmp(row->code, "PLATFORM.", 9) == 0;

    if (op->surface != SURFACE_API) {
        return row->admin_code;
    }
    return platform || op->route->records ? row->code : NULL;
}

static uint64_t errors_of(const struct openapi_operation *op)
{
    const struct doc *doc = op->doc;
    uint64_t errors = ANY_ERRORS | (doc != NULL ? doc->errors : DOC_LIST_ERRORS);

    if (op->surface == SURFACE_PROBE) {
        return errors;
    }
    if (op->surface != SURFACE_CONNECT) {
        errors |= DOC_E(KEY_INVALID);
        if ((op->route->needs & ROUTE_ROLE) != ROUTE_READ || (op->route->needs & ROUTE_WHOLE)) {
            errors |= DOC_E(FORBIDDEN);
        }
    }
    if (doc != NULL &&
        (doc->names[0] != NULL || doc->query != NULL || doc->body != NULL || (doc->flags & DOC_PAGED))) {
        errors |= DOC_E(INPUT_INVALID);
    }
    return errors;
}

static const char *error_schema(const struct openapi_operation *op)
{
    if (op->surface != SURFACE_API) {
        return op->surface == SURFACE_CONNECT ? "LinkError" : "AdminError";
    }
    return op->route->records ? "RecordsError" : "GeneralError";
}

static bool is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Does the nth answer come with this status, and its code with no answer before it? */
static bool is_new_code(const struct openapi_operation *op, uint64_t errors, int status, size_t n)
{
    if (!(errors >> n & 1) || answer_nth(n)->status != status) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if ((errors >> i & 1) && answer_nth(i)->status == status &&
            is_same(code_of(op, answer_nth(i)), code_of(op, answer_nth(n)))) {
            return false;
        }
    }
    return true;
}

/* The codes with which the status comes, each once. */
static void write_codes(struct buf *out, const struct openapi_operation *op, uint64_t errors, int status)
{
    json_out_open(out, "x-codes", '[');
    for (size_t n = 0; answer_nth(n) != NULL; n++) {
        if (is_new_code(op, errors, status, n)) {
            const char *code = code_of(op, answer_nth(n));

            json_out_item(out);
            if (code != NULL) {
                json_out_str_value(out, weir_str(code));
            } else {
                buf_add_text(out, "null");
            }
        }
    }
    buf_add_char(out, ']');
}

static void write_titles(struct buf *out, uint64_t errors, int status)
{
    const struct answer_row *row;
    bool first = true;

    json_out_key(out, "description");
    buf_add_char(out, '"');
    for (size_t n = 0; (row = answer_nth(n)) != NULL; n++) {
        if ((errors >> n & 1) && row->status == status) {
            buf_add_text(out, first ? "" : "; ");
            buf_add_text(out, row->title);
            first = false;
        }
    }
    buf_add_char(out, '"');
}

/* Does a browser see it? Not what comes of itself. */
static bool is_page(const struct openapi_operation *op, int status)
{
    bool own = false;

    for (size_t n = 0; answer_nth(n) != NULL && op->doc != NULL; n++) {
        own |= (op->doc->errors >> n & 1) && answer_nth(n)->status == status;
    }
    return own && (openapi_flags(op) & DOC_HTML);
}

static void write_error(struct buf *out, const struct openapi_operation *op, uint64_t errors, int status)
{
    char key[8];

    (void)snprintf(key, sizeof key, "%d", status);
    json_out_open(out, key, '{');
    write_titles(out, errors, status);
    if (is_page(op, status)) {
        buf_add_text(out, ",\"content\":{\"text/html\":{\"schema\":{\"type\":\"string\"}}}}");
        return;
    }
    write_codes(out, op, errors, status);
    if (status == 503 || status == 429) {
        buf_add_text(out,
                     ",\"headers\":{\"Retry-After\":{\"required\":true,\"schema\":{\"type\":\"integer\"}}}");
    }
    buf_printf(out,
               ",\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/%s\"}}}}",
               error_schema(op));
}

void openapi_errors_write(struct buf *out, const struct openapi_operation *op)
{
    const uint64_t errors = errors_of(op);
    const struct answer_row *row;

    if ((openapi_flags(op) & DOC_BARE) && (openapi_flags(op) & DOC_UNKEYED)) { /* says so itself */
        buf_add_text(out,
                     ",\"503\":{\"description\":\"Not now.\",\"content\":{\"application/json\":{\"schema\":");
        schema_type(out, op->doc->answer, NULL);
        buf_add_text(out, "}}}");
        return;
    }
    for (int status = STATUS_LEAST; status <= STATUS_MOST; status++) {
        for (size_t n = 0; (row = answer_nth(n)) != NULL; n++) {
            if ((errors >> n & 1) && row->status == status) {
                write_error(out, op, errors, status);
                break;
            }
        }
    }
}

/* ---- their schemas ---- */

enum class { GENERAL, RECORDS, ADMIN, LINK };

static const char *class_code(enum class class, size_t n)
{
    const struct answer_row *row = answer_nth(n);

    if (class == ADMIN || class == LINK) {
        return row->admin_code;
    }
    return class == RECORDS || (row->code != NULL && strncmp(row->code, "PLATFORM.", 9) == 0) ? row->code
                                                                                              : NULL;
}

static void write_class_codes(struct buf *out, enum class class)
{
    for (size_t n = 0; answer_nth(n) != NULL; n++) {
        const char *code = class_code(class, n);
        bool met = code == NULL;

        for (size_t i = 0; i < n && !met; i++) {
            met = is_same(code, class_code(class, i));
        }
        if (!met) {
            json_out_item(out);
            json_out_str_value(out, weir_str(code));
        }
    }
}

/* Those from kind on come when the tool was asked. */
#define LINK_MEMBERS                                                                                         \
    "]},\"message\":{\"type\":\"string\"},\"kind\":{\"enum\":[\"credentials\",\"permission\",\"setting\","   \
    "\"unreachable\",\"other\"]},\"tool_message\":{\"type\":[\"string\",\"null\"]},\"settings\":{\"type\":"  \
    "\"array\",\"items\":{\"type\":\"string\"}},\"lacks\":{\"type\":\"array\",\"items\":{\"type\":"          \
    "\"object\","                                                                                            \
    "\"properties\":{\"model\":{\"type\":[\"string\",\"null\"]},\"message\":{\"type\":\"string\"}},"         \
    "\"required\":"                                                                                          \
    "[\"model\",\"message\"]}}},\"required\":[\"code\",\"message\"]}"

static void write_class(struct buf *out, const char *name, enum class class)
{
    json_out_open(out, name, '{');
    buf_add_text(out,
                 "\"type\":\"object\",\"properties\":{\"status\":{\"const\":\"error\"},\"error\":{\"type\":"
                 "\"object\",\"properties\":{\"code\":{\"enum\":[");
    write_class_codes(out, class);
    if (class == LINK) {
        buf_add_text(out, LINK_MEMBERS);
    } else if (class == ADMIN) {
        buf_add_text(
            out, "]},\"message\":{\"type\":\"string\"},\"report\":{\"type\":\"array\",\"items\":{\"type\":"
                 "\"string\"}}},\"required\":[\"code\",\"message\"]}");
    } else {
        buf_add_text(out,
                     ",null]},\"title\":{\"type\":[\"string\",\"null\"]},\"message\":{\"type\":\"string\"},"
                     "\"log_url\":{\"type\":[\"string\",\"null\"]}},"
                     "\"required\":[\"code\",\"title\",\"message\",\"log_url\"]}");
    }
    buf_add_text(out, "},\"required\":[\"status\",\"error\"]}");
}

void openapi_errors_schemas(struct buf *out, bool with_admin)
{
    write_class(out, "GeneralError", GENERAL);
    write_class(out, "RecordsError", RECORDS);
    write_class(out, "LinkError", LINK);
    if (with_admin) {
        write_class(out, "AdminError", ADMIN);
    }
}
