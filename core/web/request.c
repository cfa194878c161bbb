/*
 * request: one request of the API, from the loop to its answer.
 */
#include "base/thread.h"
#include "web/admin.h"
#include "web/admission.h"
#include "web/envelope.h"
#include "web/form.h"
#include "web/guard.h"
#include "web/web_internal.h"

#include <stdlib.h>

struct request *request_new(struct web *web, struct exchange *x, enum surface surface)
{
    struct request *r = calloc(1, sizeof *r);

    if (r != NULL) {
        r->web = web;
        r->x = x;
        r->surface = surface;
        r->began_us = exchange_received_us(x);
        r->meter = &web->meters[web->meter_count - 1];
        r->meter_method = "";
        r->meter_path = "other";
        r->content_type = "application/json";
        buf_init(&r->body, ANSWER_MAX);
        buf_init(&r->param_text, REQUEST_PARAMS * REQUEST_PARAM_MAX);
        buf_init(&r->header_text, REQUEST_HEADER_TEXT);
    }
    return r;
}

/* ---- metrics ---- */

static void label(char *out, size_t size, const struct request *r, const char *class)
{
    const char *blank = r->meter_method[0] != '\0' ? " " : "";
    const char *base = r->route == &api_list_route ? "/v1" : ""; /* a model's path is told without it */
    int len = snprintf(out, size, "route=\"%s%s%s%s\"", r->meter_method, blank, base, r->meter_path);

    if (class != NULL && len > 0 && (size_t)len < size) {
        (void)snprintf(out + len, size - (size_t)len, ",class=\"%s\"", class);
    }
}

static void count(struct request *r, int status)
{
    static const char *const classes[STATUS_CLASSES] = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
    int class = status >= 100 && status < 600 ? status / 100 : 0;
    struct metric *requests = atomic_load(&r->meter->classes[class]);
    struct metric *seconds = atomic_load(&r->meter->seconds);
    char labels[256];

    /* Two threads may make the same one at once: they get the same. */
    if (requests == NULL) {
        label(labels, sizeof labels, r, classes[class]);
        requests = metrics_counter(r->web->options.metrics, "weir_api_requests_total",
                                   "Requests to the API by route and class of status.", labels);
        atomic_store(&r->meter->classes[class], requests);
    }
    if (seconds == NULL) {
        label(labels, sizeof labels, r, NULL);
        seconds = metrics_seconds(r->web->options.metrics, "weir_api_seconds",
                                  "Time from a whole request to its answer.", labels);
        atomic_store(&r->meter->seconds, seconds);
    }
    metric_add(requests, 1);
    metric_observe_us(seconds, clock_mono_us(r->web->options.clock) - r->began_us);
}

/* ---- the answer ---- */

static void request_free(struct request *r)
{
    buf_fini(&r->body);
    buf_fini(&r->param_text);
    if (r->header_text.data != NULL) {
        crypto_wipe(r->header_text.data, r->header_text.cap); /* a session's token may be in it */
    }
    buf_fini(&r->header_text);
    crypto_wipe(r->csrf, sizeof r->csrf);
    auth_key_unref(r->key);
    free(r);
}

void request_header(struct request *r, const char *name, const char *value)
{
    check_bug(r->header_count < REQUEST_HEADERS);
    r->headers[r->header_count++] = (struct weir_header){weir_str(name), weir_str(value)};
}

void request_take_answer(struct request *r)
{
    struct weir_header headers[REQUEST_HEADERS + FORM_HEADERS + 2];
    struct form form = {.count = 0};
    struct reply reply = {.headers = headers};
    struct weir_str last_resort = weir_str_n(NULL, 0);

    if (r->body.failed || (r->body.len == 0 && r->status != 304)) {
        buf_fini(&r->body);
        last_resort = answer_last_resort(r->surface);
        r->status = 500;
        r->content_type = "application/json";
    }
    if (r->status == 200 && last_resort.len == 0 && !r->formed && thread_role() == THREAD_WEB) {
        form_answer(&form, r);
    }
    guard_answer(r);
    for (size_t i = 0; i < r->header_count; i++) {
        headers[reply.header_count++] = r->headers[i];
    }
    for (size_t i = 0; i < form.count; i++) {
        headers[reply.header_count++] = form.headers[i];
    }
    reply.status = r->status;
    reply.content_type = r->content_type;
    reply.retry_after_s = r->retry_after_s;
    if (r->status == 405) {
        headers[reply.header_count++] = (struct weir_header){weir_str("Allow"), weir_str(r->allow)};
    }
    if (r->status == 401) {
        headers[reply.header_count++] =
            (struct weir_header){weir_str("WWW-Authenticate"), weir_str("Bearer")};
    }
    if (last_resort.len > 0) {
        reply.body = weir_str_bytes(last_resort);
    } else {
        reply.take_body = buf_take(&reply.body.len, &r->body);
    }
    count(r, reply.status);
    if ((thread_role() & (THREAD_WEB | THREAD_WORKER)) != 0 && r->route != NULL) {
        audit_note(r);
    }
    exchange_take_reply(r->x, &reply);
    request_free(r);
}

void request_take_run(struct request *r)
{
    bool later = false;

    thread_assert(THREAD_WEB);
    r->later = &later;
    if (admission_check(r)) {
        r->route->run(r);
    }
    if (later) {
        return; /* whoever answers it has it, and it may be gone already */
    }
    if (r->streamed) {
        count(r, 200);
        request_free(r);
    } else {
        request_take_answer(r);
    }
}
