#include "recorder.h"

#include "base/datetime.h"
#include "base/utf8.h"
#include "net/url.h"

#include <strings.h>

#define BODY_TEXT_MAX CASE_FILE_MAX

/* ---- bodies ---- */

static bool is_typed(struct weir_str type, const char *word)
{
    return type.len > 0 && memmem(type.data, type.len, word, strlen(word)) != NULL;
}

/* NULL: a name that comes twice, or a broken escape. */
static json_t *form_of(struct weir_str text)
{
    json_t *form = json_object();
    struct weir_str name;
    struct weir_str value;

    while (form != NULL && url_query_next(&name, &value, &text)) {
        struct buf key;
        struct buf plain;
        bool good;

        buf_init(&key, BODY_TEXT_MAX);
        buf_init(&plain, BODY_TEXT_MAX);
        good = url_decode(&key, name) && url_decode(&plain, value) &&
               memchr(value.data, '+', value.len) == NULL && key.len > 0 &&
               json_object_getn(form, key.data, key.len) == NULL;
        if (good) {
            (void)json_object_setn_new(form, key.data, key.len,
                                       json_stringn(plain.len > 0 ? plain.data : "", plain.len));
        } else {
            json_decref(form);
            form = NULL;
        }
        buf_fini(&key);
        buf_fini(&plain);
    }
    return form;
}

/* The forms of a body in a case that are written as an object. */
static bool looks_like_a_form(const json_t *value)
{
    return json_object_get(value, "base64") != NULL || json_object_get(value, "form") != NULL ||
           json_object_get(value, "json") != NULL;
}

/* NULL: it is no text. */
static json_t *body_of(struct weir_bytes bytes, struct weir_str type)
{
    struct weir_str text = weir_str_n((const char *)bytes.data, bytes.len);
    json_t *value;

    if (is_typed(type, "x-www-form-urlencoded")) {
        value = form_of(text);
        if (value != NULL) {
            return json_pack("{s:o}", "form", value);
        }
    }
    value = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (value != NULL && (json_is_array(value) || (json_is_object(value) && !looks_like_a_form(value)))) {
        return value;
    }
    if (value != NULL && !json_is_string(value)) {
        return json_pack("{s:o}", "json", value);
    }
    json_decref(value);
    return utf8_valid(text) && text.data[0] != '@' ? json_stringn(text.data, text.len) : NULL;
}

/* ---- requests and answers ---- */

static bool is_named(struct weir_str name, const char *word)
{
    return name.len == strlen(word) && strncasecmp(name.data, word, name.len) == 0;
}

static void header_set(json_t *headers, const struct weir_header *h)
{
    char name[129];

    (void)snprintf(name, sizeof name, "%.*s", WEIR_STR_ARG(h->name));
    for (char *c = name; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    (void)json_object_set_new(headers, name,
                              json_stringn(h->value.len > 0 ? h->value.data : "", h->value.len));
}

static struct weir_str header_of(const struct weir_header *headers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (is_named(headers[i].name, name)) {
            return headers[i].value;
        }
    }
    return weir_str_n(NULL, 0);
}

/* Those a connector may look at; what a proxy or a web server adds is noise. */
static bool is_kept(const struct recorder *r, struct weir_str name)
{
    static const char *const kept[] = {"content-type", "link",       "retry-after",     "location",
                                       "etag",         "dpop-nonce", "www-authenticate"};
    static const char *const parts[] = {"ratelimit", "rate-limit", "page", "cursor",
                                        "total",     "count",      "next"};

    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (is_named(name, kept[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (memmem(name.data, name.len, parts[i], strlen(parts[i])) != NULL) {
            return true;
        }
    }
    return r->keep_header.len == name.len && r->keep_header.len > 0 &&
           strncasecmp(r->keep_header.data, name.data, name.len) == 0;
}

static json_t *answer_of(struct recorder *r, const struct weir_http_response *response)
{
    json_t *answer = json_object();
    json_t *headers = json_object();
    struct weir_str type = header_of(response->headers, response->header_count, "content-type");
    json_t *body = response->body.len > 0 ? body_of(response->body, weir_str("")) : NULL;

    if (response->status != 200) {
        (void)json_object_set_new(answer, "status", json_integer(response->status));
    }
    for (size_t i = 0; i < response->header_count; i++) {
        const struct weir_header *h = &response->headers[i];
        bool said = is_named(h->name, "content-type") && weir_str_is(h->value, "application/json") &&
                    !json_is_string(body);

        if (is_kept(r, h->name) && !said) {
            header_set(headers, h);
        }
    }
    if (type.data == NULL && body != NULL && !json_is_string(body)) {
        /* Written as JSON it would be given a type. */
        json_decref(body);
        body = json_stringn((const char *)response->body.data, response->body.len);
    }
    if (response->body.len > 0 && body == NULL) {
        r->bodies_left_out++;
        body = json_string("(bytes that are no text)");
    }
    if (json_object_size(headers) > 0) {
        (void)json_object_set(answer, "headers", headers);
    }
    if (body != NULL) {
        (void)json_object_set_new(answer, "body", body);
    }
    json_decref(headers);
    return answer;
}

static json_t *request_of(const struct recorder *r, const struct weir_http_request *request,
                          struct weir_str url)
{
    json_t *x = json_object();
    json_t *headers = json_object();
    size_t base = strlen(r->base_url);

    while (base > 0 && r->base_url[base - 1] == '/') {
        base--;
    }
    if (url.len > base && memcmp(url.data, r->base_url, base) == 0 && url.data[base] == '/') {
        url = weir_str_n(url.data + base, url.len - base);
    }
    (void)json_object_set_new(x, "request", json_sprintf("%s %.*s", request->method, WEIR_STR_ARG(url)));
    for (size_t i = 0; i < request->header_count; i++) {
        if (!is_named(request->headers[i].name, "user-agent")) {
            header_set(headers, &request->headers[i]);
        }
    }
    if (json_object_size(headers) > 0) {
        (void)json_object_set(x, "headers", headers);
    }
    json_decref(headers);
    if (request->body.len > 0) {
        json_t *body =
            body_of(request->body, header_of(request->headers, request->header_count, "content-type"));

        if (body != NULL) {
            (void)json_object_set_new(x, "body", body);
        }
    }
    return x;
}

static void heard(void *ctx, const struct weir_http_request *request, struct weir_str url, int rc,
                  const struct weir_http_response *response)
{
    struct recorder *r = ctx;
    json_t *x = request_of(r, request, url);

    if (rc == 0) {
        (void)json_object_set_new(x, "answer", answer_of(r, response));
    } else {
        (void)json_object_set_new(x, "fail", json_string(case_code_word(rc)));
    }
    (void)json_array_append_new(r->exchanges, x);
}

void recorder_init(struct recorder *r, struct client *client, bool allow_private, const char *base_url)
{
    memset(r, 0, sizeof *r);
    r->base_url = base_url;
    r->exchanges = json_array();
    r->meddler =
        (struct stage_meddler){.ctx = r, .client = client, .allow_private = allow_private, .heard = heard};
}

void recorder_fini(struct recorder *r)
{
    json_decref(r->exchanges);
    r->exchanges = NULL;
}

json_t *recorder_take_exchanges(struct recorder *r)
{
    json_t *taken = r->exchanges;

    r->exchanges = json_array();
    return taken;
}

/* ---- what came of it ---- */

static json_t *events_of(const json_t *events)
{
    json_t *all = json_array();
    const json_t *event;
    size_t i;

    json_array_foreach(events, i, event)
    {
        json_t *one = json_copy((json_t *)(uintptr_t)event);
        json_int_t at = json_integer_value(json_object_get(event, "occurred_at"));
        char text[DATETIME_TEXT];

        datetime_format(text, (int64_t)at);
        (void)json_object_set_new(one, "occurred_at", at == 0 ? json_null() : json_string(text));
        (void)json_array_append_new(all, one);
    }
    return all;
}

static void expect_verdict(json_t *expect, const struct weir_verdict *verdict)
{
    static const char *const words[] = {"refuse", "accept", "answer"};

    (void)json_object_set_new(expect, "verdict", json_string(words[verdict->decision]));
    if (verdict->status != 0) {
        (void)json_object_set_new(expect, "status", json_integer(verdict->status));
    }
    if (verdict->dedup == WEIR_DEDUP_KEY) {
        (void)json_object_set_new(expect, "dedup",
                                  json_sprintf("key:%.*s", WEIR_STR_ARG(verdict->dedup_key)));
    } else if (verdict->decision == WEIR_ACCEPT) {
        (void)json_object_set_new(expect, "dedup",
                                  json_string(verdict->dedup == WEIR_DEDUP_BODY ? "body" : "none"));
    }
    if (verdict->decision == WEIR_ANSWER) {
        (void)json_object_set_new(expect, "content_type", json_string(verdict->content_type));
        (void)json_object_set_new(expect, "body", json_stringn(verdict->body, verdict->body_len));
    }
}

static void expect_subscription(json_t *expect, const struct weir_subscription *have)
{
    static const char *const words[] = {"none",         "pending", "active", "needs_permission",
                                        "manual_setup", "failed"};

    (void)json_object_set_new(expect, "subscription",
                              json_pack("{s:s, s:b, s:s}", "state", words[have->state], "changed",
                                        have->changed ? 1 : 0, "remote_id", have->remote_id));
}

static void expect_listed(json_t *expect, const struct harvest *h)
{
    (void)json_object_set(expect, "records", h->records);
    (void)json_object_set(expect, "placeholders", h->placeholders);
    (void)json_object_set(expect, "gone", h->gone);
    (void)json_object_set(expect, "complete", h->complete);
    (void)json_object_set(expect, "repairs", h->repairs);
}

static void expect_passed(json_t *expect, const struct pass_answer *passed)
{
    json_t *headers = json_loadb(passed->headers.data, passed->headers.len, 0, NULL);
    json_t *type = json_object_get(headers, "content-type");
    json_t *body =
        passed->body.len > 0 ? body_of(buf_bytes(&passed->body), buf_str(&passed->content_type)) : NULL;

    (void)json_object_set_new(expect, "status", json_integer(passed->status));
    if (type != NULL) {
        (void)json_object_set_new(expect, "headers", json_pack("{s:O}", "content-type", type));
    }
    if (body != NULL) {
        (void)json_object_set_new(expect, "body", body);
    }
    json_decref(headers);
}

json_t *recorder_expect(const struct case_step *step, const struct step_result *result)
{
    json_t *expect = json_object();
    const struct harvest *h = &result->harvest;

    if (result->rc != 0) {
        (void)json_object_set_new(expect, "code", json_string(case_code_word(result->rc)));
    }
    if (step->kind == STEP_DELIVER && (result->rc == 0 || result->accepted)) {
        expect_verdict(expect, &result->verdict);
    }
    if (step->kind == STEP_ACT) {
        (void)json_object_set(expect, "touched", h->touched);
        (void)json_object_set(expect, "warnings", h->warnings);
    }
    if (step->kind == STEP_PASS && result->rc == 0) {
        expect_passed(expect, &result->passed);
    }
    if (step->kind == STEP_RECORD || step->kind == STEP_LIST || step->kind == STEP_ACT) {
        expect_listed(expect, h);
    }
    if ((step->kind == STEP_DELIVER && result->accepted) || step->kind == STEP_MISSED) {
        (void)json_object_set_new(expect, "events", events_of(h->events));
    }
    if ((step->kind == STEP_LIST || step->kind == STEP_MISSED) && result->rc == 0 && !step->pages) {
        (void)json_object_set_new(expect, "next",
                                  h->next.len > 0 ? json_stringn(h->next.data, h->next.len) : json_null());
    }
    if ((step->kind == STEP_ENSURE || step->kind == STEP_INSPECT) && result->rc == 0) {
        expect_subscription(expect, &result->have);
    }
    return expect;
}
