#include "host/pass.h"

#include "base/utf8.h"
#include "host/instance_internal.h"
#include "net/url.h"

#include <strings.h>

#define URL_MAX 8192
#define ANSWER_MAX ((size_t)8 << 20)
#define HEADERS_TEXT_MAX (256u * 1024)
#define SEGMENT_MAX 1024

const struct weir_api *pass_api(const struct weir_connector *connector, struct weir_str name)
{
    const struct weir_pass *pass = connector->pass;

    for (size_t i = 0; pass != NULL && i < pass->api_count; i++) {
        if (weir_str_is(name, pass->apis[i].name)) {
            return &pass->apis[i];
        }
    }
    return NULL;
}

/* ---- may it be sent? ---- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Decodes in place; false: there was nothing to decode. */
static bool decode_once(char *text, size_t *len)
{
    size_t to = 0;
    bool any = false;

    for (size_t i = 0; i < *len; i++) {
        int high = i + 2 < *len && text[i] == '%' ? hex_value(text[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text[i + 2]) : -1;

        if (low >= 0) {
            text[to++] = (char)(high * 16 + low);
            i += 2;
            any = true;
        } else {
            text[to++] = text[i];
        }
    }
    *len = to;
    return any;
}

/* One segment, as a server may read it that decodes more than once, or cuts parameters off. */
static bool is_safe_segment(struct weir_str segment)
{
    char text[SEGMENT_MAX];
    size_t len = segment.len;
    bool more = true;

    if (len > sizeof text) {
        return false;
    }
    if (len > 0) {
        memcpy(text, segment.data, len);
    }
    while (more) {
        size_t name = 0;

        while (name < len && text[name] != ';') {
            name++;
        }
        if ((name == 1 && text[0] == '.') || (name == 2 && memcmp(text, "..", 2) == 0)) {
            return false;
        }
        for (size_t i = 0; i < len; i++) {
            if (text[i] == '/' || text[i] == '\\' || (unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
                return false;
            }
        }
        more = decode_once(text, &len);
    }
    return true;
}

static int check_path(struct weir_str path, struct weir_error *err)
{
    size_t end = 0;
    size_t from = 1;

    if (path.len == 0 || path.data[0] != '/' || path.len > PASS_PATH_MAX) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "\"path\" has to begin with \"/\" and is below the API's own address; at most %d bytes",
            PASS_PATH_MAX);
    }
    for (size_t i = 0; i < path.len; i++) {
        if (path.data[i] <= ' ' || path.data[i] > '~' || path.data[i] == '\\' || path.data[i] == '#') {
            return weir_fail(err, WEIR_E_INVALID,
                             "\"path\" has a character that has to be percent-encoded (byte %zu)", i + 1);
        }
    }
    while (end < path.len && path.data[end] != '?') {
        end++;
    }
    for (size_t i = 1; i <= end; i++) {
        if (i < end && path.data[i] != '/') {
            continue;
        }
        if ((i == from && i < end) || !is_safe_segment(weir_str_n(path.data + from, i - from))) {
            return weir_fail(
                err, WEIR_E_INVALID,
                "\"path\" has a part that is empty, \".\", \"..\" or hides a slash: write the path "
                "that is meant");
        }
        from = i + 1;
    }
    return 0;
}

/* Those that say who asks, and those that belong to one connection: neither the caller's nor for him. */
static bool is_kept_back(struct weir_str name)
{
    static const char *const own[] = {"authorization",
                                      "proxy-authorization",
                                      "proxy-authenticate",
                                      "proxy-connection",
                                      "www-authenticate",
                                      "cookie",
                                      "set-cookie",
                                      "set-cookie2",
                                      "dpop",
                                      "dpop-nonce",
                                      "connection",
                                      "keep-alive",
                                      "te",
                                      "trailer",
                                      "transfer-encoding",
                                      "upgrade",
                                      "host",
                                      "content-length",
                                      "content-encoding",
                                      "accept-encoding",
                                      "expect",
                                      "forwarded",
                                      "x-api-key"};

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (weir_str_equal_nocase(name, weir_str(own[i]))) {
            return true;
        }
    }
    return name.len >= 12 && strncasecmp(name.data, "x-forwarded-", 12) == 0;
}

int pass_check(const struct pass_request *request, struct weir_error *err)
{
    static const char *const methods[] = {"GET", "POST", "DELETE", "PUT", "PATCH"};
    bool known = false;

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        known = known || weir_str_is(request->method, methods[i]);
    }
    if (!known) {
        return weir_fail(err, WEIR_E_INVALID, "\"method\" has to be GET, POST, DELETE, PUT or PATCH");
    }
    if (request->header_count > PASS_HEADERS_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "\"headers\" has %zu of them, and %d are the most",
                         request->header_count, PASS_HEADERS_MAX);
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (is_kept_back(request->headers[i].name)) {
            return weir_fail(err, WEIR_E_INVALID,
                             "the header %.60s is set by Weir, or of its connection alone",
                             request->headers[i].name.data);
        }
        if (!http_header_fits(&request->headers[i])) {
            return weir_fail(err, WEIR_E_INVALID,
                             "header %zu is none: its name, its length or its characters", i + 1);
        }
    }
    return check_path(request->path, err);
}

/* ---- where to ---- */

static bool is_unreserved(const char *value)
{
    size_t len = strlen(value);

    for (size_t i = 0; i < len; i++) {
        char c = value[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (c != '\0' && strchr("-_~.", c) != NULL))) {
            return false;
        }
    }
    return len > 0 && value[0] != '.';
}

/* "/c/{company_id}" becomes "/c/4711". */
static int add_api_path(struct buf *url, const struct instance *inst, const struct weir_api *api,
                        struct weir_error *err)
{
    const char *at = api->path;

    while (*at != '\0') {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        const char *value = NULL;

        if (end == NULL) {
            buf_add_char(url, *at++);
            continue;
        }
        for (size_t i = 0; i < inst->setting_count; i++) {
            const struct setting *s = &inst->settings[i];

            if (!s->secret && weir_str_is(weir_str_n(at + 1, (size_t)(end - at) - 1), s->key)) {
                value = s->value;
            }
        }
        if (value == NULL || !is_unreserved(value)) {
            return weir_fail(err, WEIR_E_CONFIG, "the path of the API %s needs the setting %.*s as one word",
                             api->name, (int)(end - at) - 1, at + 1);
        }
        buf_add_text(url, value);
        at = end + 1;
    }
    return 0;
}

/* ---- the answer ---- */

void pass_answer_init(struct pass_answer *answer)
{
    answer->status = 0;
    buf_init(&answer->url, URL_MAX);
    buf_init(&answer->headers, HEADERS_TEXT_MAX);
    buf_init(&answer->content_type, 1024);
    buf_init(&answer->body, ANSWER_MAX);
}

void pass_answer_fini(struct pass_answer *answer)
{
    buf_fini(&answer->url);
    buf_fini(&answer->headers);
    buf_fini(&answer->content_type);
    buf_fini(&answer->body);
}

static void add_lower(struct buf *out, struct weir_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        buf_add_char(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
}

/* The values of all headers that have the name of headers[first], joined as HTTP lets one join them. */
static void add_header(struct buf *out, const struct weir_http_response *response, size_t first)
{
    const struct weir_header *headers = response->headers;
    struct buf value;

    buf_init(&value, HEADERS_TEXT_MAX);
    for (size_t i = 0; i < first; i++) {
        if (weir_str_equal_nocase(headers[i].name, headers[first].name)) {
            goto out; /* it was told with an earlier one */
        }
    }
    for (size_t i = first; i < response->header_count; i++) {
        if (weir_str_equal_nocase(headers[i].name, headers[first].name) && utf8_valid(headers[i].value)) {
            buf_add_text(&value, value.len > 0 ? ", " : "");
            buf_add_str(&value, headers[i].value);
        }
    }
    buf_add_text(out, out->len > 1 ? ",\"" : "\"");
    add_lower(out, headers[first].name);
    buf_add_text(out, "\":");
    buf_add_json_str(out, buf_str(&value));

out:
    buf_fini(&value);
}

static int copy_answer(struct pass_answer *out, const struct weir_http_response *response,
                       struct weir_error *err)
{
    out->status = (int)response->status;
    buf_add_char(&out->headers, '{');
    for (size_t i = 0; i < response->header_count; i++) {
        const struct weir_header *header = &response->headers[i];

        if (is_kept_back(header->name) || !http_header_fits(header)) {
            continue;
        }
        add_header(&out->headers, response, i);
        if (out->content_type.len == 0 && weir_str_equal_nocase(header->name, weir_str("content-type"))) {
            buf_add_str(&out->content_type, header->value);
        }
    }
    buf_add_char(&out->headers, '}');
    buf_add_str(&out->body, weir_str_n((const char *)response->body.data, response->body.len));
    if (buf_check(&out->headers, "the headers of the answer", err) != 0) {
        return WEIR_E_LIMIT;
    }
    return buf_check(&out->body, "the answer", err);
}

/* ---- the call ---- */

int call_pass(struct pass_answer *out, struct instance *inst, const struct pass_request *request,
              struct weir_error *err)
{
    const struct weir_pass *pass = inst->connector->pass;
    const struct weir_api *api = pass_api(inst->connector, request->api);
    struct weir_http_request asked = {.size = sizeof asked, .response_max = ANSWER_MAX};
    struct weir_http_response response = {.size = sizeof response};
    struct weir_error theirs = {0};
    char method[8] = "";
    size_t base;
    int rc;

    if (api == NULL) {
        return call_not_offered(inst, CALL_PASS, err);
    }
    rc = pass_check(request, err);
    buf_add_text(&out->url, inst->base_url);
    base = out->url.len;
    if (rc == 0) {
        rc = add_api_path(&out->url, inst, api, err);
    }
    if (rc != 0) {
        return rc;
    }
    buf_add_str(&out->url, request->path);
    rc = buf_check(&out->url, "the address of a request", err);
    if (rc == 0) {
        rc = call_enter(inst, CALL_PASS, NULL, err);
    }
    if (rc != 0) {
        return rc;
    }
    (void)snprintf(method, sizeof method, "%.*s", WEIR_STR_ARG(request->method));
    asked.method = method;
    asked.url = weir_str_n(out->url.data + base, out->url.len - base);
    asked.headers = request->headers;
    asked.header_count = request->header_count;
    asked.body = request->body;
    asked.repeatable = strcmp(method, "GET") == 0;
    asked.limit = weir_str("passthrough");
    rc = pass->send(inst->self, weir_str(api->name), &asked, &response, &theirs);
    rc = rc == WEIR_E_NONE ? WEIR_E_INVALID : rc; /* what is not there, the tool's answer says */
    if (rc == 0 && !http_is_lent(inst, &response)) {
        inst->call.misbehaved = true;
        rc = blame(inst, CALL_PASS, &theirs, "it left no answer of http in *response");
    }
    rc = rc == 0 ? copy_answer(out, &response, &theirs) : rc;
    return call_leave(inst, rc, &theirs, err);
}
