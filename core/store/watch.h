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

/* The log in the order it was written, to follow it: entries behind a place, of these kinds (bit per kind, 0:
 * all) and this integration (0: all), until each returns false. *place moves on with what was looked at.
 * Thread: web. */
struct store_log_place {
    int64_t at_ms;
    uint64_t seq;
};
int store_log_follow(struct store_log_place *place, struct store *st, uint32_t kinds, uint32_t integration,
                     bool (*each)(void *ctx, const struct store_log *entry), void *ctx,
                     struct weir_error *err);
/* The place of the newest entry. Thread: web. */
int store_log_newest(struct store_log_place *place, struct store *st, struct weir_error *err);

#endif
