/*
 * hub: everybody who listens to an event stream, and the one thread that reads for all of them.
 *
 * A commit only wakes it. It then reads the store in small steps: those who wait at the same place of the
 * same thing are one reading. A listener whose peer is slow waits without a thread or a reader; one that
 * takes nothing at all is cut off by the net room. Without listeners the hub sleeps.
 */
#ifndef WEIR_WEB_HUB_H
#define WEIR_WEB_HUB_H

#include "net/stream.h"
#include "store/watch.h"
#include "web/changes.h"

#define HUB_CONTENT_TYPE "text/event-stream"

enum hub_topic { HUB_CHANGES, HUB_LOG, HUB_NOTIFICATIONS, HUB_OVERVIEW };

struct hub;

/* One listener. What it wants is set before it is handed over; then all of it is the hub's thread's. */
struct listener {
    enum hub_topic topic;
    struct changes_filter filter; /* of the feed */
    struct store_feed_place at;
    uint32_t kinds, integration; /* of the log; also of attempts beside notifications */
    struct store_log_place log_at;
    uint64_t shown; /* of the overview: a digest of what it was shown last */

    struct listener *next;
    struct hub *hub;
    struct stream *stream;
    atomic_uint refs;     /* the hub's and the stream's */
    atomic_bool gone;     /* nobody listens any more */
    atomic_bool blocked;  /* its peer has enough for now */
    bool behind;          /* there may be something to read */
    bool served;          /* in this round */
    struct auth_key *key; /* looked at again with each heartbeat; NULL: none is needed */
};

/* Thread: setup. */
int hub_new(struct hub **out, struct web *web, struct weir_error *err);
int hub_start(struct hub *hub, struct weir_error *err);
void hub_stop(struct hub *hub); /* ends all streams; joins */
void hub_free(struct hub *hub); /* once the loop has ended, too */

/* NULL: no memory. Thread: web, as all that follows. */
struct listener *listener_new(enum hub_topic topic);
void listener_free_unused(struct listener *l); /* that was not handed over */
/* Turn the request into the listener's stream, or answer why not. */
void hub_take_listener(struct request *r, struct listener *l);

#endif
