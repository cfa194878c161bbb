/*
 * integration: one customer's connected account of a tool, at run time; and the directory of all.
 *
 * What the config says of it is fixed for the life of the object: a changed config makes a new object, and
 * whoever still works with the old one keeps it by its reference. What is remembered of it (struct
 * store_integration) is one for both, guarded by its lock: what the old one still brings to an end is known
 * to the new one, and neither overwrites the other's.
 */
#ifndef WEIR_FLOW_INTEGRATION_H
#define WEIR_FLOW_INTEGRATION_H

#include "host/instance.h"
#include "model/scope.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

#define SUBSCRIPTION_ENSURE 1u  /* it is due */
#define SUBSCRIPTION_ASKED 2u   /* a person wants it made right, also one that was removed */
#define SUBSCRIPTION_REMOVE 4u  /* a person wants it removed */
#define SUBSCRIPTION_SILENT 8u  /* nothing came for an unusual time: look at it */
#define SUBSCRIPTION_MISSED 16u /* a sync found what should have come: look at it */

struct remembered;

struct integration {
    char id[STORE_INTEGRATION_ID_MAX];
    uint32_t number;
    char tool[33];
    char *organization, *origin_id, *creator_email; /* the last two may be NULL */
    char callback_url[1024];
    const struct weir_connector *connector; /* NULL: it did not load */
    uint32_t generation;                    /* of the connector's code, as the registry counts */
    struct scope *scope;
    bool paused;
    bool runtime;               /* made while the daemon ran: kept in the store, not in the file */
    bool deleted;               /* by a person: its deliveries go with it */
    bool leaving;               /* the directory's: lost, and nobody took it yet */
    uint64_t digest;            /* of all that the config says of it: equal means unchanged */
    uint64_t settings_digest;   /* of what its credentials are made of */
    struct weir_str secrets[2]; /* point into secret_text */
    size_t secret_count;
    char secret_text[2][STORE_SECRET_MAX];
    struct store *store;               /* where its state is kept */
    struct instance_options open_with; /* what instance_open needs; owned */

    atomic_uint refs;
    atomic_llong last_delivery_ms;
    atomic_llong refused_ms;             /* when a refused delivery was last noted in the store's log */
    atomic_uint refused_unsaid;          /* further ones since then */
    _Atomic(struct instance *) instance; /* NULL until it was opened */
    atomic_bool prepared;                /* what has to be done first was asked for */
    atomic_bool blocked; /* the tool refused these credentials for good: no call until they change */
    atomic_uint subscription_asked; /* SUBSCRIPTION_ bits: what to do when the lane has its turn */
    uint64_t untold;                /* the lane's: changes of the running sync that no delivery told */
    uint32_t missed_tries;          /* the lane's */
    atomic_bool gap_closed;         /* the tool was asked what was missed, see gap.h */
    atomic_llong out_of_reach_ms;   /* since when; 0: it is in reach */
    atomic_llong sync_floor_ms;     /* an overdue sync waits until then */
    bool was_relaxed;               /* at the schedule's last look; the schedule's */

    char held_back[252]; /* why it stays on this version of its connector while there is a newer one; guarded
                            by kept's lock */
    struct remembered *kept; /* shared with the object it replaces */
};

/* Deliveries that came while it rested: holding.c. */
struct holding {
    atomic_uint count;
    atomic_size_t bytes;
    atomic_int state; /* HOLDING_ */
};
enum { HOLDING_ROOM = 0, HOLDING_NOTED = 1, HOLDING_FULL = 2 };

/* What the last request to its hook that was no accepted delivery told. */
enum integration_test {
    INTEGRATION_UNTESTED = 0,
    INTEGRATION_REACHED = 1, /* the tool has the right address */
    INTEGRATION_PROVEN = 2,  /* ... and signed with the right secret */
    INTEGRATION_UNPROVEN = 3 /* it was signed with another secret, or not at all */
};

struct remembered {
    atomic_uint refs;
    struct holding held;
    atomic_int test;        /* enum integration_test; of this run of the daemon */
    atomic_llong tested_ms; /* 0: never */
    atomic_bool off;        /* a person switched it off; as row.life.off */
    pthread_mutex_t lock;   /* guards row */
    struct store_integration row;
};

/* An empty one with one reference, for the app to fill. NULL without memory. Thread: setup, web. */
struct integration *integration_new(void);
/* It takes the place of old: from here on both remember the same. Thread: setup, web, before others see it.
 */
void integration_replace(struct integration *it, struct integration *old);
struct integration *integration_ref(struct integration *it); /* Thread: any. */
/* The directory holds a reference until nobody else does (directory_reap), so that this never closes an
 * instance on the loop or the writer. */
void integration_unref(struct integration *it);
/* A newer version of its connector cannot work for it. true: that is news. Thread: setup, web. */
bool integration_hold_back(struct integration *it, const char *why);
/* Why it is held back; empty: it is not. Thread: any. */
void integration_held_back(char out[252], struct integration *it);
/* A copy of the row. Thread: any. */
void integration_row(struct store_integration *out, struct integration *it);
/* Change the row under its lock and write it to the store. Thread: any but writer. */
void integration_update(struct integration *it, struct store *st,
                        void (*change)(struct store_integration *row, void *ctx), void *ctx);
/* Switched off, in the file or by a person? Thread: any. */
bool integration_is_off(const struct integration *it);
/* Does no worker call its tool: switched off, or its credentials are refused for good? Thread: any. */
bool integration_rests(struct integration *it);
/* After a start: were these very credentials refused for good before? Thread: setup, web. */
void integration_recall_refusal(struct integration *it);
/* Open the connector's instance, unless it is open. Thread: setup, web, worker. */
int integration_open(struct integration *it, struct client *client, const struct clock *clock,
                     struct metrics *metrics, struct weir_error *err);
/* Does the scope need records of this model to be fetched: for themselves, or for those that come with them?
 */
bool integration_needs(const struct integration *it, const struct model *model);
/* Which of its connector's settings have a value, the first 64, as bits. */
uint64_t integration_settings_set(const struct integration *it);
/* It has another secret, of which nothing was told yet. Thread: any. */
void integration_retest(struct integration *it);
/* "reached", "proven", "unproven": enum integration_test; NULL: nothing was told. Thread: any. */
const char *integration_test_word(const struct integration *it);
/* "HRIS" or "ATS", as the API writes it. */
const char *integration_category(const struct integration *it);

struct directory;
struct directory *directory_new(void);
void directory_free(struct directory *dir);
/* With a reference for the caller; NULL: there is none. Thread: any. */
struct integration *directory_find(struct directory *dir, struct weir_str id);
struct integration *directory_find_number(struct directory *dir, uint32_t number);
/* The n-th in the order of the config; NULL behind the last. With a reference. Thread: any. */
struct integration *directory_nth(struct directory *dir, size_t n);
size_t directory_count(struct directory *dir);
/* From now on these; takes the list's references and drops those of the former ones. Thread: setup, web. */
int directory_take_all(struct directory *dir, struct integration **list, size_t count,
                       struct weir_error *err);

/* One that is in the directory no more, once, with a reference; NULL: there is none left. Thread: setup, web.
 */
struct integration *directory_take_leaving(struct directory *dir);

/* End the waits of every instance's calls, former ones' too. Thread: setup. */
void directory_stop(struct directory *dir);
/* Free former ones that nobody works with any more. Thread: worker (the schedule). */
void directory_reap(struct directory *dir);

#endif
