/*
 * client: the thread, its queue, and the ways to wait for an answer.
 *
 * With up to some hundred busy transfers, perform and poll on one thread beat the socket interface,
 * so that is what it does. It is woken only when it sleeps, and sleeps without a limit when idle.
 */
#include "net/client.h"
#include "net/client_internal.h"

#include "base/clock.h"
#include "base/thread.h"

#include <stdlib.h>

#define CONNECTIONS 256
#define CONNECTIONS_PER_HOST 64
#define IDLE_MS (24 * 3600 * 1000)

const char *client_outcome_word(enum client_outcome outcome)
{
    switch (outcome) {
    case CLIENT_ANSWERED:
        return "answered";
    case CLIENT_RESOLVE:
        return "resolve";
    case CLIENT_REFUSED:
        return "refused";
    case CLIENT_FORBIDDEN:
        return "forbidden";
    case CLIENT_TLS:
        return "tls";
    case CLIENT_TIMEOUT:
        return "timeout";
    case CLIENT_BROKEN:
        return "broken";
    case CLIENT_TOO_LONG:
        return "too_long";
    case CLIENT_STOPPED:
        return "stopped";
    case CLIENT_BAD_URL:
        return "bad_url";
    }
    return "unknown";
}

static void make_metrics(struct client *client, struct metrics *metrics)
{
    client->in_flight =
        metrics_gauge(metrics, "weir_client_in_flight", "Outbound requests not yet ended", "");
    client->seconds =
        metrics_seconds(metrics, "weir_client_seconds", "Outbound requests, from submission to end", "");
    for (int outcome = 0; outcome < CLIENT_OUTCOMES; outcome++) {
        char labels[64];

        (void)snprintf(labels, sizeof labels, "outcome=\"%s\"",
                       client_outcome_word((enum client_outcome)outcome));
        client->requests[outcome] = metrics_counter(metrics, "weir_client_requests_total",
                                                    "Outbound requests, by how they ended", labels);
    }
}

static char *dup_or_null(const char *text)
{
    return text != NULL ? strdup(text) : NULL;
}

/* ---- the client thread ---- */

static CURL *easy_get(struct client *client)
{
    CURL *easy;

    if (client->pool_count > 0) {
        return client->pool[--client->pool_count];
    }
    easy = curl_easy_init();
    if (easy != NULL) {
        transfer_set_manners(easy, client);
    }
    return easy;
}

static void easy_put(struct client *client, CURL *easy)
{
    if (client->pool_count == sizeof client->pool / sizeof client->pool[0]) {
        curl_easy_cleanup(easy);
        return;
    }
    transfer_release(easy);
    client->pool[client->pool_count++] = easy;
}

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t came;
    struct client_response *response; /* guarded by lock */
};

/* client_call's done: the waiting thread owns the response from here. */
static void call_done(void *ctx, const struct client_response *response)
{
    struct waiter *waiter = ctx;

    (void)pthread_mutex_lock(&waiter->lock);
    waiter->response = (struct client_response *)(uintptr_t)response;
    (void)pthread_cond_signal(&waiter->came);
    (void)pthread_mutex_unlock(&waiter->lock);
}

/* Tell its owner; the outcome is in the result. */
static void finish(struct transfer *t)
{
    struct client *client = t->client;
    struct client_response *response = &t->result->response;

    response->total_us = clock_mono_us(clock_system()) - t->submitted_us;
    metric_add(client->in_flight, -1);
    metric_add(client->requests[response->outcome], 1);
    metric_observe_us(client->seconds, response->total_us);
    if (t->done == call_done) {
        t->result = NULL; /* it may be freed before done returns */
    }
    t->done(t->ctx, response);
    transfer_free(t);
}

static void running_remove(struct transfer *t)
{
    struct client *client = t->client;

    if (t->prev != NULL) {
        t->prev->next = t->next;
    } else {
        client->running = t->next;
    }
    if (t->next != NULL) {
        t->next->prev = t->prev;
    }
    t->prev = t->next = NULL;
    (void)curl_multi_remove_handle(client->multi, t->easy);
    easy_put(client, t->easy);
    t->easy = NULL;
}

static void begin(struct transfer *t)
{
    struct client *client = t->client;

    t->easy = easy_get(client);
    if (t->easy == NULL) {
        transfer_fail(t, CLIENT_BROKEN, "no memory");
        finish(t);
        return;
    }
    if (!transfer_prepare(t)) {
        easy_put(client, t->easy);
        finish(t);
        return;
    }
    if (curl_multi_add_handle(client->multi, t->easy) != CURLM_OK) {
        easy_put(client, t->easy);
        transfer_fail(t, CLIENT_BROKEN, "no memory");
        finish(t);
        return;
    }
    t->prev = NULL;
    t->next = client->running;
    if (client->running != NULL) {
        client->running->prev = t;
    }
    client->running = t;
}

static struct transfer *queue_take(struct client *client, bool *stopping)
{
    struct transfer *queue;

    (void)pthread_mutex_lock(&client->lock);
    client->sleeping = false;
    queue = client->queue_first;
    client->queue_first = client->queue_last = NULL;
    *stopping = client->stopping;
    (void)pthread_mutex_unlock(&client->lock);
    return queue;
}

static void begin_queued(struct client *client, bool *stopping)
{
    struct transfer *t = queue_take(client, stopping);

    while (t != NULL) {
        struct transfer *next = t->next;

        t->next = NULL;
        begin(t);
        t = next;
    }
}

static void finish_ended(struct client *client)
{
    CURLMsg *message;
    int left = 0;

    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        CURL *easy = message->easy_handle;
        CURLcode code = message->data.result;
        struct transfer *t = NULL;

        if (message->msg != CURLMSG_DONE ||
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&t) != CURLE_OK) {
            continue;
        }
        transfer_conclude(t, code);
        running_remove(t);
        finish(t);
    }
}

static bool may_sleep(struct client *client)
{
    bool may;

    (void)pthread_mutex_lock(&client->lock);
    may = client->queue_first == NULL && !client->stopping;
    client->sleeping = may;
    (void)pthread_mutex_unlock(&client->lock);
    return may;
}

/* Everything that runs or waits, and what the callbacks send on top, until nothing is left. */
static void stop_all(struct client *client)
{
    for (bool ended = false; !ended;) {
        bool stopping;
        struct transfer *t = queue_take(client, &stopping);

        while (t != NULL) {
            struct transfer *next = t->next;

            transfer_fail(t, CLIENT_STOPPED, "the daemon is going down");
            finish(t);
            t = next;
        }
        while (client->running != NULL) {
            t = client->running;
            running_remove(t);
            transfer_fail(t, CLIENT_STOPPED, "the daemon is going down");
            finish(t);
        }
        (void)pthread_mutex_lock(&client->lock);
        ended = client->ended = client->queue_first == NULL;
        (void)pthread_mutex_unlock(&client->lock);
    }
}

static void *run(void *arg)
{
    struct client *client = arg;
    bool stopping = false;
    int running = 0;

    for (;;) {
        begin_queued(client, &stopping);
        if (stopping) {
            break;
        }
        (void)curl_multi_perform(client->multi, &running);
        finish_ended(client);
        if (may_sleep(client)) {
            (void)curl_multi_poll(client->multi, NULL, 0, IDLE_MS, NULL);
        }
    }
    stop_all(client);
    return NULL;
}

/* ---- the life of a client ---- */

int client_open(struct client **out, const struct client_options *options, struct metrics *metrics,
                struct weir_error *err)
{
    struct client *client = calloc(1, sizeof *client);
    int rc;

    if (client == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the HTTP client");
    }
    (void)pthread_mutex_init(&client->lock, NULL);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        rc = weir_fail(err, WEIR_E_MEMORY, "the HTTP client does not start");
        goto out;
    }
    client->options = *options;
    client->user_agent = dup_or_null(options->user_agent);
    client->ca_file = dup_or_null(options->ca_file);
    client->multi = curl_multi_init();
    if (client->multi == NULL || (options->user_agent != NULL && client->user_agent == NULL) ||
        (options->ca_file != NULL && client->ca_file == NULL)) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the HTTP client");
        goto out;
    }
    (void)curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS,
                            (long)(options->connections_max > 0 ? options->connections_max : CONNECTIONS));
    (void)curl_multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                            (long)(options->connections_per_host_max > 0 ? options->connections_per_host_max
                                                                         : CONNECTIONS_PER_HOST));
    make_metrics(client, metrics);
    rc = thread_start(&client->thread, THREAD_CLIENT, "weir-client", run, client, err);
    client->started = rc == 0;
    if (rc == 0) {
        *out = client;
        client = NULL;
    }

out:
    client_close(client);
    return rc;
}

void client_stop(struct client *client)
{
    if (!client->started || client->joined) {
        return;
    }
    (void)pthread_mutex_lock(&client->lock);
    client->stopping = true;
    (void)pthread_mutex_unlock(&client->lock);
    (void)curl_multi_wakeup(client->multi);
    (void)pthread_join(client->thread, NULL);
    client->joined = true;
}

void client_close(struct client *client)
{
    if (client == NULL) {
        return;
    }
    check_bug(!client->started || client->joined);
    for (size_t i = 0; i < client->pool_count; i++) {
        curl_easy_cleanup(client->pool[i]);
    }
    if (client->multi != NULL) {
        (void)curl_multi_cleanup(client->multi);
    }
    curl_global_cleanup();
    (void)pthread_mutex_destroy(&client->lock);
    free(client->user_agent);
    free(client->ca_file);
    free(client);
}

/* ---- sending ---- */

void client_send(struct client *client, const struct client_request *request,
                 void (*done)(void *ctx, const struct client_response *response), void *ctx)
{
    struct transfer *t = transfer_new(client, request);
    bool ended;

    t->done = done;
    t->ctx = ctx;
    t->submitted_us = clock_mono_us(clock_system());
    metric_add(client->in_flight, 1);
    (void)pthread_mutex_lock(&client->lock);
    ended = client->ended;
    if (!ended) {
        if (client->queue_last != NULL) {
            client->queue_last->next = t;
        } else {
            client->queue_first = t;
        }
        client->queue_last = t;
        if (client->sleeping) {
            client->sleeping = false;
            (void)curl_multi_wakeup(client->multi);
        }
    }
    (void)pthread_mutex_unlock(&client->lock);
    if (ended) {
        transfer_fail(t, CLIENT_STOPPED, "the daemon is going down");
        finish(t);
    }
}

void client_call(struct client *client, const struct client_request *request, struct client_response **out)
{
    struct waiter waiter = {.lock = PTHREAD_MUTEX_INITIALIZER, .came = PTHREAD_COND_INITIALIZER};

    thread_assert(THREAD_SETUP | THREAD_WRITER | THREAD_WORKER | THREAD_WEB);
    client_send(client, request, call_done, &waiter);
    (void)pthread_mutex_lock(&waiter.lock);
    while (waiter.response == NULL) {
        (void)pthread_cond_wait(&waiter.came, &waiter.lock);
    }
    (void)pthread_mutex_unlock(&waiter.lock);
    (void)pthread_cond_destroy(&waiter.came);
    (void)pthread_mutex_destroy(&waiter.lock);
    *out = waiter.response;
}

void client_response_free(struct client_response *response)
{
    result_free((struct result *)(void *)response);
}

bool client_response_header(struct weir_str *value, const struct client_response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (weir_str_is(response->headers[i].name, name)) {
            *value = response->headers[i].value;
            return true;
        }
    }
    return false;
}
