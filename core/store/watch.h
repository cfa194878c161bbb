/*
 * watch: to be told, after a commit, that there is something new to read.
 *
 * A hint and no more: what is new is read from the store. The one exception are notifications, which leave
 * the store as soon as they are delivered; whoever wants to see each is handed it.
 */
#ifndef WEIR_STORE_WATCH_H
#define WEIR_STORE_WATCH_H

#include "store/store.h"

#define STORE_NEWS_FEED 1u /* bits of what a commit brought */
#define STORE_NEWS_LOG 2u

struct store_watch {
    /* Writer thread, after the commit is durable; must not block. */
    void (*committed)(void *ctx, uint32_t news);
    /* A notification was made. Writer thread, likewise; called while store_watch_notifications asks for it.
     */
    void (*made)(void *ctx, const struct store_notification *notification);
    void *ctx;
};

/* There is one watcher; zeroed: none. Thread: setup, also while the writer runs. */
void store_watch_set(struct store *st, const struct store_watch *watch);
/* Hand over what is made from now on, or do not: it costs the writer a copy. Thread: any. */
void store_watch_notifications(struct store *st, bool wanted);

#endif
