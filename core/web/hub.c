#include "web/hub.h"

#include "base/thread.h"
#include "web/envelope.h"
#include "web/hub_internal.h"

#include <stdlib.h>

#define STREAMS_MAX 256
#define HEARTBEAT_MS 15000
#define OVERVIEW_MS 2000
#define RETRY_MS 2000                            /* what a client is told to wait before it comes back */
#define MADE_BYTES_MAX ((size_t)4 * 1024 * 1024) /* notifications that wait to be told */

/* ---- listeners ---- */

struct listener *listener_new(enum hub_topic topic)
{
    struct listener *l = calloc(1, sizeof *l);

    if (l != NULL) {
        l->topic = topic;
        atomic_store(&l->refs, 1);
    }
    return l;
}

static void listener_release(struct listener *l)
{
    if (atomic_fetch_sub(&l->refs, 1) == 1) {
        auth_key_unref(l->key);
        free(l);
    }
}

void listener_free_unused(struct listener *l)
{
    listener_release(l);
}

static void poke(struct hub *hub)
{
    (void)pthread_mutex_lock(&hub->lock);
    hub->poked = true;
    (void)pthread_cond_signal(&hub->wake);
    (void)pthread_mutex_unlock(&hub->lock);
}

static void let_go(struct hub *hub, const struct listener *l)
{
    metric_set(hub->open, (int64_t)atomic_fetch_sub(&hub->count, 1) - 1);
    if (l->topic == HUB_NOTIFICATIONS && atomic_fetch_sub(&hub->topics, 1) == 1) {
        store_watch_notifications(hub->web->options.store, false);
    }
}

static void on_gone(void *ctx)
{
    struct listener *l = ctx;
    struct hub *hub = l->hub;

    atomic_store(&l->gone, true);
    let_go(hub, l);
    poke(hub);
    listener_release(l);
}

static void on_drained(void *ctx)
{
    struct listener *l = ctx;

    atomic_store(&l->blocked, false);
    poke(l->hub);
}

/* Its place among the listeners, before anything of it is read: what is committed from here on wakes the hub.
 */
static bool hold_place(struct hub *hub, const struct listener *l)
{
    unsigned int count = atomic_fetch_add(&hub->count, 1);

    if (count >= hub->streams_max) {
        atomic_fetch_sub(&hub->count, 1);
        return false;
    }
    metric_set(hub->open, (int64_t)count + 1);
    if (l->topic == HUB_NOTIFICATIONS) {
        atomic_fetch_add(&hub->topics, 1);
        store_watch_notifications(hub->web->options.store, true);
    }
    return true;
}

static void greet(struct hub *hub, const struct listener *l)
{
    struct buf text;

    buf_init(&text, 512);
    buf_printf(&text, "retry: %d\n", RETRY_MS);
    hub_add_place(&text, hub, l);
    buf_add_text(&text, ": connected\n\n");
    (void)stream_write(l->stream, buf_bytes(&text));
    buf_fini(&text);
}

void hub_take_listener(struct request *r, struct listener *l)
{
    static const struct weir_header headers[] = {{{"Cache-Control", 13}, {"no-store", 8}},
                                                 {{"X-Accel-Buffering", 17}, {"no", 2}}};
    struct hub *hub = r->web->hub;
    struct stream_options options = {.status = 200,
                                     .content_type = HUB_CONTENT_TYPE,
                                     .headers = headers,
                                     .header_count = 2,
                                     .pending_max = HUB_PENDING_MAX,
                                     .farewell_slow = HUB_END("slow"),
                                     .farewell_stop = HUB_END("stopping"),
                                     .drained = on_drained,
                                     .gone = on_gone,
                                     .ctx = l};

    l->hub = hub;
    if (r->key != NULL) { /* over the local socket there is none */
        l->key = auth_key_ref(r->key);
    }
    l->filter.key = l->key;
    if (!hold_place(hub, l)) {
        answer_error(r, ANSWER_BUSY, "There are as many streams as limits.streams_max allows (%u).",
                     hub->streams_max);
        listener_release(l);
        return;
    }
    r->streamed = true;
    atomic_fetch_add(&l->refs, 1);
    l->stream = exchange_take_stream(r->x, &options);
    if (l->stream == NULL) {
        let_go(hub, l);
        listener_release(l);
        listener_release(l);
        return;
    }
    greet(hub, l);
    (void)pthread_mutex_lock(&hub->lock);
    l->next = hub->newcomers;
    hub->newcomers = l;
    hub->poked = true;
    (void)pthread_cond_signal(&hub->wake);
    (void)pthread_mutex_unlock(&hub->lock);
}

/* ---- the store's side: writer thread ---- */

static void on_committed(void *ctx, uint32_t news)
{
    struct hub *hub = ctx;

    if (atomic_load(&hub->count) == 0) {
        return;
    }
    (void)pthread_mutex_lock(&hub->lock);
    hub->news |= news;
    (void)pthread_cond_signal(&hub->wake);
    (void)pthread_mutex_unlock(&hub->lock);
}

static void on_made(void *ctx, const struct store_notification *notification)
{
    struct hub *hub = ctx;
    size_t len = notification->body.len;
    struct made *made = malloc(sizeof *made + len);

    if (made != NULL) {
        made->next = NULL;
        made->notification = *notification;
        if (len > 0) {
            memcpy(made->body, notification->body.data, len);
        }
        made->notification.body = weir_bytes(made->body, len);
    }
    (void)pthread_mutex_lock(&hub->lock);
    if (made == NULL || hub->made_bytes + len > MADE_BYTES_MAX || hub->stopping) {
        hub->made_lost = true;
        free(made);
    } else {
        hub->made_bytes += len;
        if (hub->made_last != NULL) {
            hub->made_last->next = made;
        } else {
            hub->made_first = made;
        }
        hub->made_last = made;
    }
    (void)pthread_cond_signal(&hub->wake);
    (void)pthread_mutex_unlock(&hub->lock);
}

/* ---- the thread ---- */

static void reap(struct hub *hub, bool all)
{
    struct listener **at = &hub->listeners;

    while (*at != NULL) {
        struct listener *l = *at;

        if (!all && !atomic_load(&l->gone)) {
            at = &l->next;
            continue;
        }
        *at = l->next;
        if (all) {
            stream_end(l->stream, HUB_END("stopping"));
        }
        stream_unref(l->stream);
        listener_release(l);
    }
}

static void heartbeat(struct hub *hub)
{
    for (struct listener *l = hub->listeners; l != NULL; l = l->next) {
        struct buf text;

        if (l->key != NULL && !auth_key_lives(l->key, clock_now_ms(hub->web->options.clock))) {
            stream_end(l->stream, HUB_END("key_revoked"));
            continue;
        }
        if (atomic_load(&l->blocked)) {
            continue; /* it has something to read */
        }
        buf_init(&text, 512);
        hub_add_place(&text, hub, l);
        buf_add_text(&text, ": heartbeat\n\n");
        (void)stream_write(l->stream, buf_bytes(&text));
        buf_fini(&text);
    }
}

static void beat_when_due(struct hub *hub)
{
    int64_t now_us = clock_mono_us(clock_system());

    if (now_us >= hub->heartbeat_us) {
        heartbeat(hub);
        hub->heartbeat_us = now_us + (int64_t)hub->heartbeat_ms * 1000;
    }
}

/* Until there is something to do. With the lock. */
static void wait_for_news(struct hub *hub)
{
    while (hub->news == 0 && !hub->poked && !hub->stopping && hub->made_first == NULL && !hub->made_lost) {
        int64_t due_us = hub_overview_due_us(hub);
        int64_t left_us =
            (due_us < hub->heartbeat_us ? due_us : hub->heartbeat_us) - clock_mono_us(clock_system());

        if (hub->listeners == NULL) {
            (void)pthread_cond_wait(&hub->wake, &hub->lock);
        } else if (left_us <= 0) {
            return;
        } else {
            thread_wait_ms(&hub->wake, &hub->lock, (left_us + 999) / 1000);
        }
    }
}

/* With the lock. */
static void adopt(struct hub *hub)
{
    if (hub->listeners == NULL && hub->newcomers != NULL) {
        hub->heartbeat_us = clock_mono_us(clock_system()) + (int64_t)hub->heartbeat_ms * 1000;
    }
    while (hub->newcomers != NULL) {
        struct listener *l = hub->newcomers;

        hub->newcomers = l->next;
        l->behind = true;
        l->next = hub->listeners;
        hub->listeners = l;
    }
}

static void mark_behind(struct hub *hub, uint32_t news)
{
    for (struct listener *l = hub->listeners; l != NULL; l = l->next) {
        if (l->topic == HUB_OVERVIEW) {
            continue; /* it has a rhythm of its own */
        }
        l->behind |= (news & (l->topic == HUB_CHANGES ? STORE_NEWS_FEED : STORE_NEWS_LOG)) != 0;
    }
}

static void *hub_run(void *arg)
{
    struct hub *hub = arg;
    bool more = false;

    (void)pthread_mutex_lock(&hub->lock);
    for (;;) {
        struct made *made;
        uint32_t news;
        bool lost;

        if (!more) {
            wait_for_news(hub);
        }
        if (hub->stopping) {
            break;
        }
        adopt(hub);
        news = hub->news;
        made = hub->made_first;
        lost = hub->made_lost;
        hub->news = 0;
        hub->poked = hub->made_lost = false;
        hub->made_first = hub->made_last = NULL;
        hub->made_bytes = 0;
        (void)pthread_mutex_unlock(&hub->lock);
        reap(hub, false);
        mark_behind(hub, news);
        hub_overview_tick(hub);
        hub_take_made(hub, made, lost);
        more = hub_step(hub);
        beat_when_due(hub);
        (void)pthread_mutex_lock(&hub->lock);
    }
    adopt(hub);
    (void)pthread_mutex_unlock(&hub->lock);
    reap(hub, true);
    return NULL;
}

/* ---- life ---- */

int hub_new(struct hub **out, struct web *web, struct weir_error *err)
{
    struct hub *hub = calloc(1, sizeof *hub);

    if (hub == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for event streams");
    }
    hub->web = web;
    hub->streams_max = web->options.streams_max > 0 ? web->options.streams_max : STREAMS_MAX;
    hub->heartbeat_ms = web->options.heartbeat_ms > 0 ? web->options.heartbeat_ms : HEARTBEAT_MS;
    hub->overview_ms = hub->heartbeat_ms < OVERVIEW_MS ? hub->heartbeat_ms : OVERVIEW_MS;
    hub->open = metrics_gauge(web->options.metrics, "weir_streams", "Open event streams", "");
    (void)pthread_mutex_init(&hub->lock, NULL);
    thread_cond_init(&hub->wake);
    *out = hub;
    return 0;
}

int hub_start(struct hub *hub, struct weir_error *err)
{
    int rc = thread_start(&hub->thread, THREAD_WEB, "weir-stream", hub_run, hub, err);

    hub->started = rc == 0;
    if (rc == 0) {
        store_watch_set(hub->web->options.store, &(struct store_watch){on_committed, on_made, hub});
    }
    return rc;
}

void hub_stop(struct hub *hub)
{
    if (!hub->started) {
        return;
    }
    store_watch_set(hub->web->options.store, &(struct store_watch){0});
    (void)pthread_mutex_lock(&hub->lock);
    hub->stopping = true;
    (void)pthread_cond_signal(&hub->wake);
    (void)pthread_mutex_unlock(&hub->lock);
    (void)pthread_join(hub->thread, NULL);
    hub->started = false;
}

void hub_free(struct hub *hub)
{
    if (hub == NULL) {
        return;
    }
    while (hub->made_first != NULL) {
        struct made *made = hub->made_first;

        hub->made_first = made->next;
        free(made);
    }
    (void)pthread_cond_destroy(&hub->wake);
    (void)pthread_mutex_destroy(&hub->lock);
    free(hub);
}
