#include "store/watch.h"

#include "store/watch_internal.h"

#include <stdlib.h>

void store_watch_set(struct store *st, const struct store_watch *watch)
{
    (void)pthread_mutex_lock(&st->lock);
    st->watch = *watch;
    (void)pthread_mutex_unlock(&st->lock);
}

void store_watch_notifications(struct store *st, bool wanted)
{
    atomic_store(&st->watch_notifications, wanted);
}

uint32_t watch_news(const struct store_counters *before, const struct store_counters *after)
{
    return (before->feed_place != after->feed_place ? STORE_NEWS_FEED : 0) |
           (before->log_seq != after->log_seq ? STORE_NEWS_LOG : 0);
}

struct watch_hook {
    struct store_hook hook;
    struct store_notification notification;
    uint8_t body[];
};

static void watch_hook_run(struct store_hook *hook, struct store *st, bool committed)
{
    struct watch_hook *w = (struct watch_hook *)hook;
    struct store_watch watch;

    (void)pthread_mutex_lock(&st->lock);
    watch = st->watch;
    (void)pthread_mutex_unlock(&st->lock);
    if (committed && watch.made != NULL) {
        watch.made(watch.ctx, &w->notification);
    }
    free(w);
}

void watch_made(struct store_txn *txn, const struct store_notification *notification)
{
    size_t len = notification->body.len;
    struct watch_hook *w;

    if (!atomic_load(&txn->st->watch_notifications)) {
        return;
    }
    w = malloc(sizeof *w + len);
    if (w == NULL) {
        return; /* it is shown to nobody, and delivered all the same */
    }
    w->hook.run = watch_hook_run;
    w->notification = *notification;
    if (len > 0) {
        memcpy(w->body, notification->body.data, len);
    }
    w->notification.body = weir_bytes(w->body, len);
    store_take_hook(txn, &w->hook);
}
