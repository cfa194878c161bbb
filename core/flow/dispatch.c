#include "flow/dispatch.h"

#include "flow/dispatch_internal.h"

#include "base/log.h"
#include "base/thread.h"

#include <stdlib.h>

/* ---- life ---- */

int dispatch_new(struct dispatch **out, const struct dispatch_options *options, struct store *store,
                 struct client *client, const struct clock *clock, struct metrics *metrics,
                 struct weir_error *err)
{
    struct dispatch *d = calloc(1, sizeof *d);

    if (d == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for dispatch");
    }
    d->options = *options;
    d->store = store;
    d->client = client;
    d->clock = clock;
    d->metrics = metrics;
    pthread_mutex_init(&d->lock, NULL);
    thread_cond_init(&d->wake);
    *out = d;
    return 0;
}

static void endpoint_clear_config(struct endpoint *e)
{
    free(e->url);
    for (size_t i = 0; i < e->secret_count; i++) {
        crypto_wipe(e->secrets[i], strlen(e->secrets[i]));
        free(e->secrets[i]);
        e->secrets[i] = NULL;
    }
    for (size_t i = 0; i < e->header_count; i++) {
        free((char *)(uintptr_t)e->headers[i].name.data);
        free((char *)(uintptr_t)e->headers[i].value.data);
    }
    free(e->headers);
    free(e->integrations);
    e->integrations = NULL;
    e->integration_count = 0;
    e->url = NULL;
    e->headers = NULL;
    e->secret_count = 0;
    e->header_count = 0;
}

static void ready_clear(struct endpoint *e)
{
    while (e->ready_first != NULL) {
        struct outgoing *next = e->ready_first->next;

        free(e->ready_first);
        e->ready_first = next;
    }
    e->ready_last = NULL;
    e->ready_count = 0;
    e->read_due_ms = 0; /* what was dropped is read again */
    e->read_seq = 0;
}

void dispatch_free(struct dispatch *d)
{
    if (d == NULL) {
        return;
    }
    while (d->endpoints != NULL) {
        struct endpoint *next = d->endpoints->next;

        ready_clear(d->endpoints);
        endpoint_clear_config(d->endpoints);
        free(d->endpoints);
        d->endpoints = next;
    }
    pthread_cond_destroy(&d->wake);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

/* ---- endpoints ---- */

static struct endpoint *endpoint_find(struct dispatch *d, uint32_t number)
{
    struct endpoint *e = d->endpoints;

    while (e != NULL && e->row.number != number) {
        e = e->next;
    }
    return e;
}

static struct endpoint *endpoint_new(struct dispatch *d, const struct store_endpoint *row)
{
    struct endpoint *e = calloc(1, sizeof *e);
    char labels[160];

    if (e == NULL) {
        return NULL;
    }
    e->row = *row;
    (void)snprintf(labels, sizeof labels, "endpoint=\"%s\",outcome=\"delivered\"", row->name);
    e->delivered = metrics_counter(d->metrics, "weir_attempts_total", "Attempts at notifications", labels);
    (void)snprintf(labels, sizeof labels, "endpoint=\"%s\",outcome=\"retry\"", row->name);
    e->retried = metrics_counter(d->metrics, "weir_attempts_total", "Attempts at notifications", labels);
    (void)snprintf(labels, sizeof labels, "endpoint=\"%s\",outcome=\"dead\"", row->name);
    e->died = metrics_counter(d->metrics, "weir_attempts_total", "Attempts at notifications", labels);
    (void)snprintf(labels, sizeof labels, "endpoint=\"%s\"", row->name);
    e->seconds = metrics_seconds(d->metrics, "weir_attempt_seconds", "Attempt to its outcome", labels);
    e->next = d->endpoints;
    d->endpoints = e;
    return e;
}

static int endpoint_configure(struct endpoint *e, const struct dispatch_endpoint *config)
{
    endpoint_clear_config(e);
    e->url = strdup(config->url);
    e->headers = calloc(config->header_count + 1, sizeof *e->headers);
    if (e->url == NULL || e->headers == NULL) {
        return WEIR_E_MEMORY;
    }
    for (size_t i = 0; i < config->secret_count && i < DISPATCH_SECRETS_MAX; i++) {
        e->secrets[i] = strdup(config->secrets[i]);
        if (e->secrets[i] == NULL) {
            return WEIR_E_MEMORY;
        }
        e->secret_count++;
    }
    for (size_t i = 0; i < config->header_count; i++) {
        char *name = strndup(config->headers[i].name.data, config->headers[i].name.len);
        char *value = strndup(config->headers[i].value.data, config->headers[i].value.len);

        e->headers[i].name = weir_str(name);
        e->headers[i].value = weir_str(value);
        e->header_count++;
        if (name == NULL || value == NULL) {
            return WEIR_E_MEMORY;
        }
    }
    if (config->integrations != NULL) {
        e->integrations = calloc(config->integration_count + 1, sizeof *e->integrations);
        if (e->integrations == NULL) {
            return WEIR_E_MEMORY;
        }
        for (size_t i = 0; i < config->integration_count; i++) {
            e->integrations[e->integration_count++] = config->integrations[i];
        }
    }
    e->events = config->events;
    e->allow_private = config->allow_private;
    e->enabled = config->enabled;
    e->concurrency = config->concurrency < CONCURRENCY_MAX ? config->concurrency : CONCURRENCY_MAX;
    e->retired = false;
    e->exhausted = false;
    return 0;
}

int dispatch_endpoints_set(struct dispatch *d, const struct dispatch_endpoint *endpoints, size_t count,
                           struct weir_error *err)
{
    int rc = 0;

    pthread_mutex_lock(&d->lock);
    for (struct endpoint *e = d->endpoints; e != NULL; e = e->next) {
        e->retired = true;
    }
    for (size_t i = 0; i < count && rc == 0; i++) {
        struct endpoint *e = endpoint_find(d, endpoints[i].row.number);

        check_bug(endpoints[i].secret_count > 0);
        if (e == NULL) {
            e = endpoint_new(d, &endpoints[i].row);
        }
        if (e == NULL || endpoint_configure(e, &endpoints[i]) != 0) {
            rc = weir_fail(err, WEIR_E_MEMORY, "no memory for endpoint %s", endpoints[i].row.name);
        }
    }
    d->poked = true;
    pthread_cond_signal(&d->wake);
    pthread_mutex_unlock(&d->lock);
    dispatch_endpoints_changed(d);
    return rc;
}

void dispatch_endpoints_changed(struct dispatch *d)
{
    if (d->options.on_endpoints != NULL) {
        d->options.on_endpoints(d->options.ctx);
    }
}

static bool endpoint_takes(const struct endpoint *e, uint32_t event, uint32_t integration)
{
    bool takes = e->integrations == NULL;

    if (e->retired || !e->enabled || e->row.disabled || (e->events & event) == 0) {
        return false;
    }
    for (size_t i = 0; !takes && i < e->integration_count; i++) {
        takes = e->integrations[i] == integration;
    }
    return takes;
}

bool dispatch_takes(struct dispatch *d, uint32_t event, uint32_t integration)
{
    bool takes = false;

    pthread_mutex_lock(&d->lock);
    for (struct endpoint *e = d->endpoints; e != NULL && !takes; e = e->next) {
        takes = endpoint_takes(e, event, integration);
    }
    pthread_mutex_unlock(&d->lock);
    return takes;
}

bool dispatch_nth(struct dispatch_state *out, struct dispatch *d, size_t n)
{
    bool found = false;

    pthread_mutex_lock(&d->lock);
    for (struct endpoint *e = d->endpoints; e != NULL && !found; e = e->next) {
        if (e->retired || n-- > 0) {
            continue;
        }
        out->row = e->row;
        out->enabled = e->enabled;
        out->probing = e->row.failures >= FAILING_AFTER;
        out->in_flight = e->sending_count;
        (void)snprintf(out->url, sizeof out->url, "%s", e->url);
        found = true;
    }
    pthread_mutex_unlock(&d->lock);
    return found;
}

int dispatch_enable(struct dispatch *d, struct weir_str name, bool enable, struct weir_error *err)
{
    struct store_endpoint row = {.number = 0};

    pthread_mutex_lock(&d->lock);
    for (struct endpoint *e = d->endpoints; e != NULL; e = e->next) {
        if (e->retired || !weir_str_is(name, e->row.name)) {
            continue;
        }
        e->row.disabled = !enable;
        (void)snprintf(e->row.reason, sizeof e->row.reason, "%s", enable ? "" : "a person disabled it");
        if (enable) {
            e->row.failures = 0;
            e->row.failing_since_ms = 0;
        }
        e->exhausted = false;
        row = e->row;
    }
    d->poked = true;
    pthread_cond_signal(&d->wake);
    pthread_mutex_unlock(&d->lock);
    if (row.number == 0) {
        return weir_fail(err, WEIR_E_NONE, "there is no endpoint %.*s", WEIR_STR_ARG(name));
    }
    store_endpoint_put(d->store, &row);
    dispatch_endpoints_changed(d);
    return 0;
}

void dispatch_poke(struct dispatch *d, uint32_t endpoint)
{
    pthread_mutex_lock(&d->lock);
    for (struct endpoint *e = d->endpoints; e != NULL; e = e->next) {
        if (endpoint == 0 || e->row.number == endpoint) {
            e->exhausted = false;
        }
    }
    if (!d->poked) {
        d->poked = true;
        pthread_cond_signal(&d->wake);
    }
    pthread_mutex_unlock(&d->lock);
}

/* ---- the queue of one endpoint ---- */

static bool is_unbooked(const struct endpoint *e, uint64_t seq)
{
    for (uint32_t i = 0; i < e->unbooked_count; i++) {
        if (e->unbooked[i] == seq) {
            return true;
        }
    }
    return false;
}

static bool on_due(void *ctx, const struct store_notification *n)
{
    struct endpoint *e = ctx;
    struct outgoing *o;

    e->read_due_ms = n->due_ms;
    e->read_seq = n->seq;
    if (is_unbooked(e, n->seq)) {
        return true;
    }
    o = malloc(sizeof *o + n->body.len);
    if (o == NULL) {
        return false;
    }
    *o = (struct outgoing){.seq = n->seq,
                           .due_ms = n->due_ms,
                           .created_at_ms = n->created_at_ms,
                           .attempts = n->attempts,
                           .integration = n->integration,
                           .body_len = n->body.len};
    memcpy(o->id, n->id, sizeof o->id);
    memcpy(o->body, n->body.data, n->body.len);
    if (e->ready_last != NULL) {
        e->ready_last->next = o;
    } else {
        e->ready_first = o;
    }
    e->ready_last = o;
    e->ready_count++;
    return true;
}

static void read_on(struct dispatch *d, struct endpoint *e, int64_t now_ms, size_t max)
{
    struct weir_error err = {0};

    if (store_outbox_read(d->store, e->row.number, now_ms, e->read_due_ms, e->read_seq, max, on_due, e,
                          &e->next_due_ms, &err) != 0) {
        log_warn("outbox could not be read", LOG_TEXT("endpoint", e->row.name), LOG_ERR(&err));
        e->next_due_ms = now_ms + 1000;
    }
}

/* Read on where it ended the last time. Where nothing follows, from the head again, where what is on its way
 * is passed over: so nothing is skipped for long when a clock goes back or a booking failed. */
static void refill(struct dispatch *d, struct endpoint *e, int64_t now_ms)
{
    if (e->exhausted && (e->next_due_ms == 0 || e->next_due_ms > now_ms)) {
        return;
    }
    if (e->read_seq != 0) {
        read_on(d, e, now_ms, READY_MAX);
    }
    if (e->ready_first == NULL) {
        e->read_due_ms = 0;
        e->read_seq = 0;
        read_on(d, e, now_ms, READY_MAX + e->unbooked_count);
    }
    e->exhausted = e->ready_first == NULL;
}

static struct outgoing *ready_pop(struct endpoint *e)
{
    struct outgoing *o = e->ready_first;

    e->ready_first = o->next;
    if (e->ready_first == NULL) {
        e->ready_last = NULL;
    }
    e->ready_count--;
    o->next = NULL;
    return o;
}

/* Send what may be sent now; returns when there is something to do again, INT64_MAX: when poked. */
static int64_t pump(struct dispatch *d, struct endpoint *e, int64_t now_ms)
{
    bool probing = e->row.failures >= FAILING_AFTER;
    uint32_t allowed = probing ? 1 : e->concurrency;

    if (e->retired || !e->enabled || e->row.disabled) {
        ready_clear(e);
        return INT64_MAX;
    }
    if (probing && e->next_probe_ms > now_ms) {
        return e->next_probe_ms;
    }
    while (e->sending_count < allowed && e->unbooked_count < UNBOOKED_MAX) {
        if (e->ready_first == NULL) {
            refill(d, e, now_ms);
        }
        if (e->ready_first == NULL) {
            return e->next_due_ms != 0 ? e->next_due_ms : INT64_MAX;
        }
        attempt_take_send(d, e, ready_pop(e));
        if (probing) {
            e->next_probe_ms = now_ms + d->options.probe_ms;
            break;
        }
    }
    return INT64_MAX; /* an outcome pokes */
}

static void poke(struct dispatch *d)
{
    if (!d->poked || d->stopping) {
        d->poked = true;
        pthread_cond_signal(&d->wake);
    }
}

void dispatch_answered(struct dispatch *d, struct endpoint *e)
{
    e->sending_count--;
    /* Not for each one: a few at once cost one wake-up. */
    if (e->sending_count <= e->concurrency / 2) {
        poke(d);
    }
}

void dispatch_booked(struct dispatch *d, struct endpoint *e, uint64_t seq)
{
    pthread_mutex_lock(&d->lock);
    for (uint32_t i = 0; i < e->unbooked_count; i++) {
        if (e->unbooked[i] == seq) {
            e->unbooked[i] = e->unbooked[--e->unbooked_count];
            break;
        }
    }
    e->exhausted = false;
    poke(d);
    pthread_mutex_unlock(&d->lock);
}

/* ---- the thread ---- */

static void *run(void *arg)
{
    struct dispatch *d = arg;

    pthread_mutex_lock(&d->lock);
    while (!d->stopping) {
        int64_t now_ms = clock_now_ms(d->clock);
        int64_t next_ms = INT64_MAX;

        d->poked = false;
        for (struct endpoint *e = d->endpoints; e != NULL; e = e->next) {
            int64_t at_ms = pump(d, e, now_ms);

            next_ms = at_ms < next_ms ? at_ms : next_ms;
        }
        if (d->poked || d->stopping) {
            continue;
        }
        if (next_ms == INT64_MAX) {
            pthread_cond_wait(&d->wake, &d->lock);
        } else {
            thread_wait_ms(&d->wake, &d->lock, next_ms - clock_now_ms(d->clock));
        }
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

int dispatch_start(struct dispatch *d, struct weir_error *err)
{
    int rc = thread_start(&d->thread, THREAD_WORKER, "dispatch", run, d, err);

    d->started = rc == 0;
    return rc;
}

static uint32_t unbooked_total(const struct dispatch *d)
{
    uint32_t total = 0;

    for (const struct endpoint *e = d->endpoints; e != NULL; e = e->next) {
        total += e->unbooked_count;
    }
    return total;
}

void dispatch_stop(struct dispatch *d, uint32_t grace_ms)
{
    int64_t until_ms = clock_mono_ms(d->clock) + grace_ms;

    if (!d->started) {
        return;
    }
    pthread_mutex_lock(&d->lock);
    d->stopping = true;
    pthread_cond_signal(&d->wake);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    d->started = false;
    pthread_mutex_lock(&d->lock);
    while (unbooked_total(d) > 0 && clock_mono_ms(d->clock) < until_ms) {
        thread_wait_ms(&d->wake, &d->lock, until_ms - clock_mono_ms(d->clock));
    }
    pthread_mutex_unlock(&d->lock);
}
