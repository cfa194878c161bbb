/*
 * dispatch_endpoints: which endpoints there are, and what a person sees of them.
 */
#include "flow/dispatch_internal.h"

#include "base/thread.h"

#include <stdlib.h>

void dispatch_unconfigure(struct endpoint *e)
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

/* At another address, or made anew, it begins without its past. */
static void endpoint_begin(struct dispatch *d, struct endpoint *e, const struct dispatch_endpoint *config)
{
    if (e->was_retired) {
        e->row = config->row;
        e->pulse = (struct pulse){.delivered_ms = 0};
        e->next_probe_ms = 0;
    } else if (e->url != NULL && strcmp(e->url, config->url) != 0 && e->row.failures > 0) {
        e->row.failures = 0;
        e->row.failing_since_ms = 0;
        e->row.warned_ms = 0;
        e->next_probe_ms = 0;
        store_endpoint_put(d->store, &e->row);
    }
    if (e->order != config->order) {
        dispatch_ready_clear(e);
        order_forget(e);
    }
}

static int endpoint_configure(struct dispatch *d, struct endpoint *e, const struct dispatch_endpoint *config)
{
    endpoint_begin(d, e, config);
    dispatch_unconfigure(e);
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
        e->secret_until_ms[i] = config->secret_until_ms[i];
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
    e->timeout_ms = config->timeout_ms;
    e->order = config->order;
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
        e->was_retired = e->retired;
        e->retired = true;
    }
    for (size_t i = 0; i < count && rc == 0; i++) {
        struct endpoint *e = endpoint_find(d, endpoints[i].row.number);

        check_bug(endpoints[i].secret_count > 0);
        if (e == NULL) {
            e = endpoint_new(d, &endpoints[i].row);
        }
        if (e == NULL || endpoint_configure(d, e, &endpoints[i]) != 0) {
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
        out->events = e->events;
        out->disables_ms = e->row.disabled ? 0 : alarm_disables_ms(e, d->options.disable_days);
        memcpy(out->last_error, e->last_error, sizeof out->last_error);
        pulse_read(&out->pulse, &e->pulse, clock_now_ms(d->clock));
        (void)snprintf(out->url, sizeof out->url, "%s", e->url);
        found = true;
    }
    pthread_mutex_unlock(&d->lock);
    return found;
}

bool dispatch_pulse(struct pulse_point out[PULSE_HOURS], struct dispatch *d, struct weir_str name)
{
    bool found = false;

    pthread_mutex_lock(&d->lock);
    for (struct endpoint *e = d->endpoints; e != NULL && !found; e = e->next) {
        if (!e->retired && weir_str_is(name, e->row.name)) {
            pulse_series(out, &e->pulse, clock_now_ms(d->clock));
            found = true;
        }
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
            e->row.warned_ms = 0;
            e->next_probe_ms = 0;
            order_forget(e);
        }
        e->exhausted = false;
        row = e->row;
        store_endpoint_put(d->store, &row);
    }
    d->poked = true;
    pthread_cond_signal(&d->wake);
    pthread_mutex_unlock(&d->lock);
    if (row.number == 0) {
        return weir_fail(err, WEIR_E_NONE, "there is no endpoint %.*s", WEIR_STR_ARG(name));
    }
    dispatch_endpoints_changed(d);
    return 0;
}
