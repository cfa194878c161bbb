#include "answers.h"

#include <stdlib.h>
#include <strings.h>

#define LOG_MAX ((size_t)4 << 20)
#define BODY_MAX ((size_t)16 << 20)
#define CREDENTIALS_MAX ((size_t)64 << 10)

void answers_init(struct answers *a, const struct test_case *c, const char *base_url)
{
    memset(a, 0, sizeof *a);
    a->c = c;
    findings_init(&a->quiet);
    script_init(&a->strict, base_url, &c->always, &a->quiet);
    buf_init(&a->body, BODY_MAX);
    buf_init(&a->hit_url, 8192);
    buf_init(&a->hit_body, BODY_MAX);
    buf_init(&a->last_body, BODY_MAX);
    buf_init(&a->log, LOG_MAX);
    buf_init(&a->deeds, LOG_MAX);
    buf_init(&a->repeats, CREDENTIALS_MAX);
    buf_init(&a->credentials, CREDENTIALS_MAX);
}

void answers_fini(struct answers *a)
{
    script_fini(&a->strict);
    findings_fini(&a->quiet);
    free(a->headers);
    buf_fini(&a->body);
    buf_fini(&a->hit_url);
    buf_fini(&a->hit_body);
    buf_fini(&a->last_body);
    buf_fini(&a->log);
    buf_fini(&a->deeds);
    buf_fini(&a->repeats);
    buf_fini(&a->credentials);
}

void answers_begin(struct answers *a, const struct case_step *step)
{
    script_begin(&a->strict, step != NULL ? &step->exchanges : NULL, "");
    answers_again(a);
}

void answers_again(struct answers *a)
{
    a->fault = NULL;
    a->target = 0;
    a->asked = 0;
    a->hit = 0;
    a->hit_apart = false;
    a->repeatable = 0;
    a->last_code = 0;
    a->last_status = 0;
    a->renewed = false;
    a->by_address = false;
    a->strangers = 0;
    a->writes = 0;
    a->writes_behind = 0;
    buf_clear(&a->last_body);
    buf_clear(&a->log);
    buf_clear(&a->deeds);
    buf_clear(&a->repeats);
}

bool answers_method_is_safe(const char *method)
{
    return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

static void note_request(struct buf *out, const struct weir_http_request *request, struct weir_str url)
{
    buf_printf(out, "%s %.*s %.*s\n", request->method, WEIR_STR_ARG(url),
               (int)(request->body.len < 65536 ? request->body.len : 65536),
               request->body.len > 0 ? (const char *)request->body.data : "");
}

static void note(struct answers *a, const struct weir_http_request *request, struct weir_str url)
{
    note_request(&a->log, request, url);
    if (request->repeatable && strcmp(request->method, "POST") == 0) {
        buf_printf(&a->repeats, "%s %.*s\n", request->method, WEIR_STR_ARG(url));
    }
    for (size_t i = 0; i < request->header_count; i++) {
        const struct weir_header *h = &request->headers[i];

        if (h->name.len == 13 && strncasecmp(h->name.data, "authorization", 13) == 0) {
            buf_add_str(&a->credentials, h->value);
            buf_add_char(&a->credentials, '\n');
        }
    }
}

static const struct case_exchange *fits(struct answers *a, const struct case_exchanges *all, size_t n,
                                        const struct weir_http_request *request, struct weir_str url)
{
    struct case_exchanges one = {&all->list[n], 1};
    const struct case_exchange *x;
    struct script script;

    script_init(&script, a->strict.base_url, &one, &a->quiet);
    x = script_play(&script, request, url);
    script_fini(&script);
    return x;
}

/* Out of order: what was given last before, or what would come next. */
static const struct case_exchange *find(struct answers *a, const struct weir_http_request *request,
                                        struct weir_str url)
{
    const struct case_exchanges *all = a->strict.step;
    const struct case_exchange *x = NULL;

    for (size_t i = a->strict.next; all != NULL && x == NULL && i > 0; i--) {
        x = fits(a, all, i - 1, request, url);
    }
    for (size_t i = a->strict.next; all != NULL && x == NULL && i < all->count; i++) {
        x = fits(a, all, i, request, url);
    }
    return x;
}

static bool is_always(const struct answers *a, const struct case_exchange *x)
{
    return x >= a->c->always.list && x < a->c->always.list + a->c->always.count;
}

/* As RFC 6749 has it, or within something. */
static bool gives_token(const json_t *value)
{
    bool gives = json_is_string(json_object_get(value, "access_token"));
    const char *key;
    json_t *member;

    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        gives = gives || gives_token(member);
    }
    return gives;
}

/* What is asked before anything is done: requests of the whole case, and those for a token. */
static bool is_apart(const struct answers *a, const struct case_exchange *x)
{
    return is_always(a, x) || (x->answer.kind == BODY_JSON && gives_token(x->answer.json));
}

static bool is_hit(const struct answers *a, const struct weir_http_request *request, struct weir_str url)
{
    if (a->fault == NULL) {
        return false;
    }
    return (a->asked == a->target && !a->by_address) ||
           ((a->hit > 0 || a->by_address) && !a->fault->once && strcmp(request->method, a->hit_method) == 0 &&
            weir_str_equal(url, buf_str(&a->hit_url)));
}

static void answer_as_case(struct answers *a, struct stage_answer *answer, const struct case_exchange *x)
{
    bool typed = x->answer.kind != BODY_JSON;

    for (size_t i = 0; i < x->answer_header_count; i++) {
        a->headers[i] = x->answer_headers[i];
        typed = typed || (x->answer_headers[i].name.len == 12 &&
                          strncasecmp(x->answer_headers[i].name.data, "content-type", 12) == 0);
    }
    *answer = (struct stage_answer){.code = x->fail,
                                    .status = x->status,
                                    .headers = a->headers,
                                    .header_count = x->answer_header_count,
                                    .body = x->answer.bytes};
    if (!typed) {
        a->headers[answer->header_count++] =
            (struct weir_header){weir_str("content-type"), weir_str("application/json")};
    }
}

static void answer_with_fault(struct answers *a, struct stage_answer *answer,
                              const struct weir_http_request *request, struct weir_str url)
{
    const struct fault *fault = a->fault;

    if (a->hit++ == 0 && !a->by_address) {
        char line[600];
        int len = snprintf(line, sizeof line, "%s %.*s ", request->method, WEIR_STR_ARG(url));
        size_t own = request->body.len + (size_t)(len > 0 ? len : 0) + 1;

        a->renewed = len > 0 && (size_t)len < sizeof line && a->log.len > own &&
                     memmem(a->log.data, a->log.len - own, line, (size_t)len) != NULL;
        (void)snprintf(a->hit_method, sizeof a->hit_method, "%s", request->method);
        buf_clear(&a->hit_url);
        buf_add_str(&a->hit_url, url);
        buf_clear(&a->hit_body);
        buf_add(&a->hit_body, answer->body.data, answer->body.len);
        a->hit_status = answer->code == 0 ? answer->status : 0;
    }
    answer->code = fault->code;
    answer->status = fault->status != 0 ? fault->status : answer->status;
    if (fault->body == NULL) {
        answer->body.len /= 2;
        return;
    }
    a->headers[0] = (struct weir_header){weir_str("content-type"), weir_str(fault->type)};
    answer->header_count = 1;
    answer->body = weir_str_bytes(weir_str(fault->body));
}

bool answers_play(void *ctx, const struct weir_http_request *request, struct weir_str url,
                  struct stage_answer *answer)
{
    struct answers *a = ctx;
    const struct case_exchange *x = script_play(&a->strict, request, url);
    bool behind = a->hit > 0;

    a->asked++;
    note(a, request, url);
    if (x == NULL) {
        x = find(a, request, url);
    }
    buf_clear(&a->quiet.text);
    if (!answers_method_is_safe(request->method) && (x == NULL || !is_apart(a, x))) {
        a->writes++;
        a->repeatable +=
            request->repeatable && request->method[0] == 'P' && strcmp(request->method, "PUT") != 0;
        a->writes_behind += behind ? 1 : 0;
    }
    if (x == NULL) {
        a->strangers++;
        a->last_code = WEIR_E_LATER;
        *answer = (struct stage_answer){.code = WEIR_E_LATER};
        return true;
    }
    free(a->headers);
    a->headers = calloc(x->answer_header_count + 2, sizeof *a->headers);
    if (a->headers == NULL) {
        *answer = (struct stage_answer){.code = WEIR_E_MEMORY};
        return true;
    }
    answer_as_case(a, answer, x);
    if (is_hit(a, request, url)) {
        a->hit_apart = is_apart(a, x);
        answer_with_fault(a, answer, request, url);
    }
    a->last_code = answer->code;
    a->last_status = answer->status;
    buf_clear(&a->last_body);
    buf_add(&a->last_body, answer->body.data, answer->body.len);
    if (!answers_method_is_safe(request->method) && !is_apart(a, x) && answer->code == 0 &&
        answer->status >= 200 && answer->status < 300) {
        note_request(&a->deeds, request, url);
    }
    return true;
}
