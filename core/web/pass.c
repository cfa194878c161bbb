/*
 * pass: POST /v1/passthrough/{tool}/{api}: one request of the application's own to a tool.
 *
 * Only reads what is asked and writes what came back. Where the request may go is not decided here.
 */
#include "base/crypto.h"
#include "base/utf8.h"
#include "net/url.h"
#include "web/api.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/parts.h"

#include <jansson.h>
#include <stdlib.h>
#include <strings.h>

#define PATH_MAX_BYTES 4096
#define HEADERS_MAX 32
#define FORM "multipart/form-data"
#define BASE64_MAX ((size_t)16 << 20)

/* One on its way; what web_pass points to is in it. */
struct passing {
    struct request *r;
    json_t *body; /* what was asked */
    char *dumped; /* its data, as JSON; may be NULL */
    struct buf path;
    struct buf parts; /* its data, as parts of a form */
    char type[PARTS_TYPE_MAX];
    struct weir_header headers[HEADERS_MAX]; /* with the two that are added */
    struct web_pass pass;
    bool base64;
};

static void passing_free(struct passing *p)
{
    if (p != NULL) {
        json_decref(p->body);
        free(p->dumped);
        buf_fini(&p->path);
        buf_fini(&p->parts);
        free(p);
    }
}

/* ---- what was asked ---- */

static bool refuse(struct request *r, const char *what)
{
    answer_error(r, ANSWER_INPUT_INVALID, "%s", what);
    return false;
}

static bool read_headers(struct passing *p)
{
    json_t *headers = json_object_get(p->body, "headers");
    const char *name;
    json_t *value;
    size_t count = 0;

    if (headers != NULL && (!json_is_object(headers) || json_object_size(headers) > HEADERS_MAX - 2)) {
        return refuse(p->r, "\"headers\" has to be an object of at most 30 texts.");
    }
    json_object_foreach(headers, name, value)
    {
        if (!json_is_string(value)) {
            return refuse(p->r, "Each of \"headers\" has to be a text.");
        }
        p->headers[count++] = (struct weir_header){
            weir_str(name), weir_str_n(json_string_value(value), json_string_length(value))};
    }
    if (json_object_get(headers, "accept") == NULL && json_object_get(headers, "Accept") == NULL) {
        p->headers[count++] = (struct weir_header){weir_str("Accept"), weir_str("application/json")};
    }
    p->pass.headers = p->headers;
    p->pass.header_count = count;
    return true;
}

static bool read_path(struct passing *p)
{
    const char *path = json_string_value(json_object_get(p->body, "path"));
    json_t *params = json_object_get(p->body, "params");
    const char *name;
    json_t *value;

    if (path == NULL) {
        return refuse(p->r, "\"path\" has to be a text.");
    }
    if (params != NULL && !json_is_object(params)) {
        return refuse(p->r, "\"params\" has to be an object of texts.");
    }
    buf_add_text(&p->path, path[0] == '/' ? "" : "/");
    buf_add_text(&p->path, path);
    json_object_foreach(params, name, value)
    {
        if (!json_is_string(value)) {
            return refuse(p->r, "Each of \"params\" has to be a text.");
        }
        buf_add_char(&p->path, memchr(p->path.data, '?', p->path.len) == NULL ? '?' : '&');
        url_encode(&p->path, weir_str(name));
        buf_add_char(&p->path, '=');
        url_encode(&p->path, weir_str_n(json_string_value(value), json_string_length(value)));
    }
    p->pass.path = buf_str(&p->path);
    return p->path.failed ? refuse(p->r, "\"path\" and \"params\" are longer than 4096 bytes.") : true;
}

static struct weir_header *content_type_of(struct passing *p)
{
    for (size_t i = 0; i < p->pass.header_count; i++) {
        if (weir_str_equal_nocase(p->headers[i].name, weir_str("content-type"))) {
            return &p->headers[i];
        }
    }
    return NULL;
}

/* A text with a content type of its own goes out as it is; all else as JSON. */
static bool read_data(struct passing *p)
{
    json_t *data = json_object_get(p->body, "data");
    const struct weir_header *type = content_type_of(p);

    if (data == NULL || json_is_null(data)) {
        return true;
    }
    if (json_is_string(data) && type != NULL &&
        memmem(type->value.data, type->value.len, "json", 4) == NULL) {
        p->pass.body = weir_bytes(json_string_value(data), json_string_length(data));
        return true;
    }
    p->dumped = json_dumps(data, JSON_COMPACT | JSON_ENCODE_ANY);
    if (p->dumped == NULL) {
        return refuse(p->r, "\"data\" can not be written as JSON.");
    }
    p->pass.body = weir_bytes(p->dumped, strlen(p->dumped));
    if (type == NULL) {
        p->headers[p->pass.header_count++] =
            (struct weir_header){weir_str("Content-Type"), weir_str("application/json")};
    }
    return true;
}

/* A form with files. Its content type names what divides the parts, so the caller's own gives way. */
static bool read_parts(struct passing *p)
{
    struct weir_header *type = content_type_of(p);
    char why[PARTS_WHY_MAX];

    if (json_object_get(p->body, "data") != NULL) {
        return refuse(p->r, "\"data\" and \"multipart_form_data\" exclude each other.");
    }
    if (weir_str_is(p->pass.method, "GET")) {
        return refuse(p->r, "A GET has no \"multipart_form_data\".");
    }
    if (type != NULL &&
        (type->value.len < sizeof FORM - 1 || strncasecmp(type->value.data, FORM, sizeof FORM - 1) != 0)) {
        return refuse(p->r, "\"multipart_form_data\" is sent as " FORM ": leave Content-Type out.");
    }
    if (!parts_write(&p->parts, p->type, json_object_get(p->body, "multipart_form_data"), why)) {
        return refuse(p->r, why);
    }
    type = type != NULL ? type : &p->headers[p->pass.header_count++];
    *type = (struct weir_header){weir_str("Content-Type"), weir_str(p->type)};
    p->pass.body = buf_bytes(&p->parts);
    return true;
}

static bool read_asked(struct passing *p)
{
    struct weir_bytes body = exchange_body(p->r->x);
    const json_t *base64;
    const char *method;

    p->body =
        body.len > 0 ? json_loadb((const char *)body.data, body.len, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!json_is_object(p->body)) {
        return refuse(p->r, "The body is not a JSON object.");
    }
    method = json_string_value(json_object_get(p->body, "method"));
    if (method == NULL) {
        return refuse(p->r, "\"method\" has to be GET, POST, DELETE, PUT or PATCH.");
    }
    base64 = json_object_get(p->body, "response_as_base64");
    if (base64 != NULL && !json_is_boolean(base64)) {
        return refuse(p->r, "\"response_as_base64\" has to be true or false.");
    }
    p->base64 = json_is_true(base64);
    p->pass.method = weir_str(method);
    return read_headers(p) && read_path(p) &&
           (json_object_get(p->body, "multipart_form_data") != NULL ? read_parts(p) : read_data(p));
}

/* ---- the answer ---- */

static bool is_json(const struct web_passed *passed)
{
    json_t *value;
    bool good;

    if (memmem(passed->content_type.data, passed->content_type.len, "json", 4) == NULL ||
        passed->body.len == 0) {
        return false;
    }
    value = json_loadb((const char *)passed->body.data, passed->body.len, JSON_DECODE_ANY, NULL);
    good = value != NULL;
    json_decref(value);
    return good;
}

static void write_data(struct buf *out, const struct passing *p, const struct web_passed *passed,
                       bool *encoded)
{
    struct weir_str text = weir_str_n((const char *)passed->body.data, passed->body.len);
    struct buf base64;

    json_out_key(out, "data");
    if (!p->base64 && passed->body.len == 0) {
        buf_add_text(out, "null");
    } else if (!p->base64 && is_json(passed)) {
        buf_add_str(out, text);
    } else if (!p->base64 && utf8_valid(text) && memchr(text.data, '\0', text.len) == NULL) {
        json_out_str_value(out, text);
    } else {
        buf_init(&base64, BASE64_MAX);
        crypto_base64(&base64, passed->body);
        json_out_str_value(out, buf_str(&base64));
        *encoded = !p->base64;
        out->failed = out->failed || base64.failed;
        buf_fini(&base64);
    }
}

static void answer_passed(struct passing *p, const struct web_passed *passed)
{
    struct buf *out = answer_begin(p->r);
    bool encoded = false;

    buf_add_char(out, '{');
    json_out_str(out, "url", passed->url);
    json_out_int(out, "status", passed->status);
    json_out_key(out, "headers");
    buf_add_str(out, passed->headers);
    write_data(out, p, passed, &encoded);
    buf_add_char(out, '}');
    json_out_open(out, "warnings", '[');
    if (encoded) {
        buf_add_text(out, "{\"message\":\"The tool's answer is not text: it is in base64.\"}");
    }
    buf_add_char(out, ']');
    answer_end(p->r);
}

/* Codes of PLATFORM alone: the client knows no others here. */
static void answer_refusal(struct request *r, int rc, const struct weir_error *err)
{
    switch (rc) {
    case WEIR_E_NONE:
        answer_error(r, ANSWER_TIMED_OUT, "%s.", err->message);
        break;
    case WEIR_E_LATER:
    case WEIR_E_STOPPING:
        answer_error(r, ANSWER_LATER, "The tool did not answer: %s.", err->message);
        break;
    case WEIR_E_MEMORY:
    case WEIR_E_IO:
        answer_failure(r, rc, err);
        break;
    default:
        answer_error(r, ANSWER_UNKNOWN, "The request was not passed through: %s.", err->message);
        break;
    }
}

/* On a worker. */
static void on_done(void *arg, int rc, const struct web_passed *passed, const struct weir_error *err)
{
    struct passing *p = arg;

    if (rc == 0) {
        answer_passed(p, passed);
    } else {
        answer_refusal(p->r, rc, err);
    }
    request_take_answer(p->r);
    passing_free(p);
}

/* ---- the endpoint ---- */

static bool has_api(const struct web_integration *it, struct weir_str api)
{
    for (size_t i = 0; it->pass != NULL && i < it->pass->api_count; i++) {
        if (weir_str_is(api, it->pass->apis[i].name)) {
            return true;
        }
    }
    return false;
}

static bool may_pass(struct request *r, const struct web_integration *it)
{
    if (!weir_str_is(r->params[0], it->tool)) {
        answer_error(r, ANSWER_INPUT_INVALID, "The integration %s is one of %s.", it->id, it->tool);
    } else if (!has_api(it, r->params[1])) {
        answer_error(r, ANSWER_PATH_UNKNOWN,
                     "The connector %s has no API \"%.*s\" to pass requests through to.", it->tool,
                     WEIR_STR_ARG(r->params[1]));
    } else if (it->row.state == STORE_INACTIVE) {
        answer_error(r, ANSWER_INACTIVE, "The integration %s is switched off.", it->id);
    } else if (it->row.state == STORE_INVALID) {
        answer_error(r, ANSWER_CREDENTIALS_INVALID,
                     "The tool refuses the credentials of %s: they have to be renewed.", it->id);
    } else {
        return true;
    }
    return false;
}

/* From the call on, r may be answered, and gone, at any time. */
static void start(struct request *r, const char *integration)
{
    const struct web_app *app = &r->web->options.app;
    struct passing *p = calloc(1, sizeof *p);
    struct weir_error err = {0};
    int rc;

    if (p == NULL) {
        answer_error(r, ANSWER_LATER, "The server is short of memory; try again in a second.");
        return;
    }
    p->r = r;
    p->pass.api = r->params[1];
    buf_init(&p->path, PATH_MAX_BYTES);
    buf_init(&p->parts, PARTS_BODY_MAX);
    if (read_asked(p)) {
        *r->later = true;
        rc = app->pass(app->ctx, weir_str(integration), &p->pass, on_done, p, &err);
        if (rc == 0) {
            return;
        }
        *r->later = false;
        answer_not_begun(r, rc, &err);
    }
    passing_free(p);
}

void pass_run(struct request *r)
{
    char id[STORE_INTEGRATION_ID_MAX];
    struct web_integration it;
    bool may;

    if (!api_integration_of_header(&it, r)) {
        return;
    }
    (void)snprintf(id, sizeof id, "%s", it.id);
    may = may_pass(r, &it);
    api_integration_release(r, &it);
    if (may) {
        start(r, id);
    }
}
