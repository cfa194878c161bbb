/*
 * sample: a message that is sent to an endpoint only to try it.
 *
 * It is a data-changed, the one type that each consumer of the contract has to know, with a model of the
 * closed list and a real integration where there is one: what looks for changes after it finds none. Extra
 * members
 * ("test": true) are safe for the published client, a type of its own would not be. It passes the outbox by,
 * is no attempt, and goes to a disabled endpoint, too.
 */
#include "flow/flow_internal.h"

#include "flow/dispatch_internal.h"

#include "base/utf8.h"
#include "model/message.h"

#include <stdlib.h>

#define TIMEOUT_MAX_MS 15000 /* a person waits */
#define BODY_MAX_BYTES 2048

struct sample_call {
    struct dispatch *d;
    struct flow_sample *out; /* NULL: nobody waits any more; under the dispatch's lock */
    bool done;
};

static void take_answer(struct flow_sample *out, const struct client_response *response)
{
    struct weir_str text =
        utf8_cut(weir_str_n((const char *)response->body.data, response->body.len), sizeof out->answer - 1);

    out->delivered =
        response->outcome == CLIENT_ANSWERED && response->status >= 200 && response->status < 300;
    out->status = response->status;
    out->ms = response->total_us / 1000;
    (void)snprintf(out->outcome, sizeof out->outcome, "%s",
                   response->outcome == CLIENT_ANSWERED ? "answered"
                                                        : client_outcome_word(response->outcome));
    if (response->outcome != CLIENT_ANSWERED) {
        (void)snprintf(out->detail, sizeof out->detail, "%s", response->detail);
    } else if (response->status >= 300 && response->status < 400) {
        (void)snprintf(out->detail, sizeof out->detail, "redirects are not followed, give the final URL");
    }
    if (text.len > 0) {
        memcpy(out->answer, text.data, text.len);
    }
    out->answer[text.len] = '\0';
}

static void on_sampled(void *ctx, const struct client_response *response)
{
    struct sample_call *call = ctx;
    struct dispatch *d = call->d;
    bool abandoned;

    pthread_mutex_lock(&d->lock);
    abandoned = call->out == NULL;
    if (!abandoned) {
        take_answer(call->out, response);
        call->done = true;
        pthread_cond_broadcast(&d->sampled);
    }
    pthread_mutex_unlock(&d->lock);
    if (abandoned) {
        free(call);
    }
}

void dispatch_stop_samples(struct dispatch *d)
{
    pthread_mutex_lock(&d->lock);
    d->no_samples = true;
    pthread_cond_broadcast(&d->sampled);
    pthread_mutex_unlock(&d->lock);
}

/* ---- what it says ---- */

static bool hears_of(const struct endpoint *e, uint32_t integration)
{
    for (size_t i = 0; e->integrations != NULL && i < e->integration_count; i++) {
        if (e->integrations[i] == integration) {
            return true;
        }
    }
    return e->integrations == NULL;
}

/* One that it hears of, with a reference; NULL: there is none. With the lock. */
static struct integration *any_integration(struct flow *flow, const struct endpoint *e)
{
    struct integration *it = NULL;

    for (size_t i = 0; (it = directory_nth(flow->options.directory, i)) != NULL; i++) {
        if (hears_of(e, it->number)) {
            return it;
        }
        integration_unref(it);
    }
    return NULL;
}

static void write_sample(struct buf *out, const char *id, const struct integration *it)
{
    const char *category = it != NULL ? integration_category(it) : "HRIS";
    struct message_out m;

    message_begin(&m, out, MESSAGE_DATA_CHANGED, id);
    message_text(&m, "integration_id", it != NULL ? it->id : "test:test");
    message_text(&m, "integration_tool", it != NULL ? it->tool : "test");
    message_text(&m, "integration_category", category);
    message_open(&m, "changed_models");
    message_item(&m);
    message_text(&m, "name", strcmp(category, "ATS") == 0 ? "ats_candidates" : "hris_employees");
    message_close(&m);
    message_close(&m);
    message_open(&m, "changed_records");
    message_close(&m);
    message_true(&m, "test");
    message_end(&m);
}

/* ---- sending it ---- */

static void note(char *out, size_t size, struct weir_str text)
{
    (void)snprintf(out, size, "%.*s", WEIR_STR_ARG(text));
}

static void note_request(struct flow_sample *out, const struct endpoint *e, const struct signed_headers *h,
                         struct weir_str body)
{
    note(out->url, sizeof out->url, weir_str(e->url));
    note(out->body, sizeof out->body, body);
    note(out->timestamp, sizeof out->timestamp, weir_str(h->timestamp));
    note(out->kombo, sizeof out->kombo, buf_str(&h->kombo));
    note(out->standard, sizeof out->standard, buf_str(&h->standard));
}

/* With the lock. */
static int send_sample(struct flow *flow, struct dispatch *d, struct endpoint *e, struct sample_call *call,
                       struct weir_error *err)
{
    struct integration *it = any_integration(flow, e);
    uint32_t timeout_ms = e->timeout_ms != 0 ? e->timeout_ms : d->options.timeout_ms;
    struct signed_headers h;
    struct buf body;
    int rc;

    id_new(call->out->id);
    buf_init(&body, BODY_MAX_BYTES);
    write_sample(&body, call->out->id, it);
    integration_unref(it);
    rc = buf_check(&body, "a test message", err);
    signed_headers_init(&h);
    if (rc == 0) {
        rc = signed_headers_fill(&h, e, clock_now_ms(d->clock), call->out->id, buf_bytes(&body), err);
    }
    if (rc == 0) {
        note_request(call->out, e, &h, buf_str(&body));
        client_send(
            d->client,
            &(struct client_request){.method = "POST",
                                     .url = weir_str(e->url),
                                     .headers = h.list,
                                     .header_count = h.count,
                                     .body = buf_bytes(&body),
                                     .timeout_ms = timeout_ms < TIMEOUT_MAX_MS ? timeout_ms : TIMEOUT_MAX_MS,
                                     .response_max = ANSWER_MAX,
                                     .allow_private = e->allow_private},
            on_sampled, call);
    }
    signed_headers_fini(&h);
    buf_fini(&body);
    return rc;
}

static struct endpoint *find(struct dispatch *d, struct weir_str name)
{
    struct endpoint *e = d->endpoints;

    while (e != NULL && (e->retired || !weir_str_is(name, e->row.name))) {
        e = e->next;
    }
    return e;
}

int flow_sample(struct flow_sample *out, struct flow *flow, struct weir_str name, struct weir_error *err)
{
    struct dispatch *d = flow->dispatch;
    struct sample_call *call = calloc(1, sizeof *call);
    struct endpoint *e;
    int rc;

    if (call == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a test message");
    }
    *call = (struct sample_call){.d = d, .out = out};
    *out = (struct flow_sample){.status = 0};
    pthread_mutex_lock(&d->lock);
    e = find(d, name);
    rc = e == NULL       ? weir_fail(err, WEIR_E_NONE, "there is no endpoint %.*s", WEIR_STR_ARG(name))
         : d->no_samples ? weir_fail(err, WEIR_E_STOPPING, "the daemon stops")
                         : send_sample(flow, d, e, call, err);
    if (rc != 0) {
        pthread_mutex_unlock(&d->lock);
        free(call);
        return rc;
    }
    while (!call->done && !d->no_samples) {
        pthread_cond_wait(&d->sampled, &d->lock);
    }
    if (!call->done) {
        call->out = NULL; /* its answer frees it */
        call = NULL;
        rc = weir_fail(err, WEIR_E_STOPPING, "the daemon stops");
    } else if (out->delivered && !e->row.disabled) {
        e->next_probe_ms = 0; /* it works: what waits need not wait for the next probe */
        e->exhausted = false;
        d->poked = true;
        pthread_cond_signal(&d->wake);
    }
    pthread_mutex_unlock(&d->lock);
    free(call);
    return rc;
}
