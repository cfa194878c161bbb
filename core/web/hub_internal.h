/*
 * hub_internal: the hub's life (hub.c) and what its listeners are given (hub_step.c).
 */
#ifndef WEIR_WEB_HUB_INTERNAL_H
#define WEIR_WEB_HUB_INTERNAL_H

#include "web/hub.h"

#include <pthread.h>

#define HUB_PENDING_MAX (1024u * 1024) /* of a stream: one long record fits */
#define HUB_STEP_BYTES (32u * 1024)    /* read at once, and */
#define HUB_STEP_ROWS 256
#define HUB_BUSY_BYTES (64u * 1024) /* a peer with more than this before it has enough for now */

#define HUB_END(reason) "event: end\ndata: {\"reason\":\"" reason "\"}\n\n"

/* A notification that was made, until the hub has told it. */
struct made {
    struct made *next;
    struct store_notification notification; /* its body is the bytes behind */
    uint8_t body[];
};

struct hub {
    struct web *web;
    uint32_t streams_max, heartbeat_ms;
    struct metric *open;
    pthread_t thread;
    bool started;
    atomic_uint count;  /* listeners that hold a place, gone ones not */
    atomic_uint topics; /* of them: of HUB_NOTIFICATIONS */

    pthread_mutex_t lock; /* guards what follows up to the blank line; held for a few instructions */
    pthread_cond_t wake;
    uint32_t news; /* STORE_NEWS_ bits since the last round */
    bool poked;    /* somebody left, or has room again */
    bool stopping;
    struct listener *newcomers;
    struct made *made_first, *made_last;
    size_t made_bytes;
    bool made_lost;

    struct listener *listeners; /* the hub thread's own */
    int64_t heartbeat_us;       /* when the next is due */
    int64_t overview_us;        /* when the overview is looked at again, for those who follow it */
    uint32_t overview_ms;       /* between two such looks */
};

/* Give each listener what is there for it, one step each; true: somebody wants a further one at once. Thread:
 * the hub's, as all here. */
bool hub_step(struct hub *hub);
/* Tell those who listen to notifications, and free it. */
void hub_take_made(struct hub *hub, struct made *first, bool lost);
/* ---- hub_overview.c ---- */
/* When those who follow the overview are served again; INT64_MAX: nobody does. */
int64_t hub_overview_due_us(const struct hub *hub);
/* They are behind, if it is time. */
void hub_overview_tick(struct hub *hub);
/* The overview, unless it is what the listener was shown last. */
int hub_overview_read(struct buf *out, struct hub *hub, struct listener *l, struct weir_error *err);

/* The line that says where a listener is; none for those without a place. */
void hub_add_place(struct buf *out, const struct hub *hub, const struct listener *l);

#endif
