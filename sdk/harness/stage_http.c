#include "stage_internal.h"

#include <stdlib.h>
#include <strings.h>

#define URL_MAX 8192

/* Bytes and headers are copies of their own, so that a sanitizer sees who reads them too far or too late. */
struct stage_kept {
    struct stage_kept *next;
    struct weir_header *headers;
    size_t header_count;
    void *body;
};

static void kept_free(struct stage_kept *kept)
{
    for (size_t i = 0; i < kept->header_count; i++) {
        free((void *)(uintptr_t)kept->headers[i].name.data);
        free((void *)(uintptr_t)kept->headers[i].value.data);
    }
    free(kept->headers);
    free(kept->body);
    free(kept);
}

void stage_call_over(struct stage *st)
{
    while (st->kept != NULL) {
        struct stage_kept *next = st->kept->next;

        kept_free(st->kept);
        st->kept = next;
    }
}

/* The host's client gives names in lower case. */
static struct weir_str lower_dup(struct weir_str name)
{
    char *copy = must_dup(name.data, name.len);

    for (size_t i = 0; i < name.len; i++) {
        copy[i] = copy[i] >= 'A' && copy[i] <= 'Z' ? (char)(copy[i] - 'A' + 'a') : copy[i];
    }
    return weir_str_n(copy, name.len);
}

static void lend(struct stage *st, struct weir_http_response *response, const struct stage_answer *answer)
{
    struct stage_kept *kept = must_calloc(1, sizeof *kept);

    kept->headers = must_calloc(answer->header_count, sizeof *kept->headers);
    kept->header_count = answer->header_count;
    for (size_t i = 0; i < answer->header_count; i++) {
        struct weir_str value = answer->headers[i].value;

        kept->headers[i].name = lower_dup(answer->headers[i].name);
        kept->headers[i].value = weir_str_n(must_dup(value.data, value.len), value.len);
    }
    kept->body = must_dup(answer->body.data, answer->body.len);
    kept->next = st->kept;
    st->kept = kept;
    response->status = answer->status;
    response->headers = kept->headers;
    response->header_count = kept->header_count;
    response->body = weir_bytes(kept->body, answer->body.len);
    response->opaque = kept;
}

/* What the script says, with a content-type where the body is JSON and the case names none. */
static void answer_of(struct stage_answer *answer, struct weir_header **headers,
                      const struct case_exchange *x)
{
    bool typed = x->answer.kind != BODY_JSON;

    *headers = must_calloc(x->answer_header_count + 1, sizeof **headers);
    for (size_t i = 0; i < x->answer_header_count; i++) {
        (*headers)[i] = x->answer_headers[i];
        typed = typed || (x->answer_headers[i].name.len == 12 &&
                          strncasecmp(x->answer_headers[i].name.data, "content-type", 12) == 0);
    }
    answer->code = x->fail;
    answer->status = x->status;
    answer->headers = *headers;
    answer->header_count = x->answer_header_count;
    answer->body = x->answer.bytes;
    if (!typed) {
        (*headers)[answer->header_count++] =
            (struct weir_header){weir_str("content-type"), weir_str("application/json")};
    }
}

static int play(struct stage *st, struct stage_answer *answer, struct weir_header **headers,
                const struct weir_http_request *request, struct weir_str url, struct weir_error *err)
{
    const struct stage_meddler *m = st->meddler;
    const struct case_exchange *x;

    if (m != NULL && m->play != NULL && m->play(m->ctx, request, url, answer)) {
        return 0;
    }
    x = script_play(&st->script, request, url);
    if (x == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "the case does not expect this request");
    }
    answer_of(answer, headers, x);
    if (m != NULL && m->answer != NULL) {
        m->answer(m->ctx, request, answer);
    }
    return 0;
}

/* To the tool itself. */
static int ask(struct stage *st, const struct weir_http_request *request, struct weir_str url,
               struct weir_http_response *response, struct weir_error *err)
{
    int rc = st->real.http(&st->real, request, response, err);

    st->meddler->heard(st->meddler->ctx, request, url, rc, response);
    return rc;
}

int stage_http(const struct weir_host *host, const struct weir_http_request *request,
               struct weir_http_response *response, struct weir_error *err)
{
    struct stage *st = host->ctx;
    struct stage_answer answer = {0};
    struct weir_header *headers = NULL;
    struct buf url;
    int rc = stage_use(st, STAGE_HTTP, err);

    buf_init(&url, URL_MAX);
    if (rc == 0) {
        rc = instance_http_check(&url, &st->real, request, response, err);
    }
    if (rc == 0 && stage_is_live(st)) {
        rc = ask(st, request, buf_str(&url), response, err);
        goto out;
    }
    if (rc == 0) {
        rc = play(st, &answer, &headers, request, buf_str(&url), err);
    }
    if (rc == 0 && answer.code != 0) {
        rc = weir_fail(err, answer.code, "%s: the case lets this request fail", request->method);
    }
    if (rc == 0) {
        size_t most = request->response_max > 0 ? request->response_max : (size_t)8 << 20;

        if (answer.body.len > most) {
            rc =
                weir_fail(err, WEIR_E_LIMIT, "%s: the answer has more than %zu bytes", request->method, most);
        } else {
            lend(st, response, &answer);
        }
    }

out:
    free(headers);
    buf_fini(&url);
    return rc;
}

bool stage_lent(void *ctx, const struct weir_http_response *response)
{
    const struct stage *st = ctx;
    const struct stage_kept *kept = st->kept;

    while (kept != NULL && kept != response->opaque) {
        kept = kept->next;
    }
    return kept != NULL;
}

void stage_http_release(const struct weir_host *host, struct weir_http_response *response)
{
    struct stage *st = host->ctx;

    if (response == NULL) {
        return;
    }
    if (stage_is_live(st)) {
        st->real.http_release(&st->real, response);
        return;
    }
    for (struct stage_kept **at = &st->kept; *at != NULL; at = &(*at)->next) {
        if (*at == response->opaque) {
            struct stage_kept *kept = *at;

            *at = kept->next;
            kept_free(kept);
            response->opaque = NULL;
            response->headers = NULL;
            response->header_count = 0;
            response->body = weir_bytes(NULL, 0);
            return;
        }
    }
}
