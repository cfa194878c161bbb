/*
 * work: what waits for a worker, per integration, and who gets the next turn.
 *
 * One lane per integration. A lane is given to one worker at a time, for one unit; ready lanes take turns, so
 * a tenant with a million events delays one with a single event by one unit. Events that name the same record
 * are one target; an event that comes while its record is being fetched marks the target dirty, and it is
 * fetched once more: never skipped, never twice at once. A delivery leaves the inbox in the transaction that
 * stores the last of its targets' effects.
 *
 * Only a window of the inbox is in memory; the rest is read when it is needed. Knows nothing of connectors
 * or of what a fetch is.
 */
#ifndef WEIR_FLOW_WORK_H
#define WEIR_FLOW_WORK_H

#include "flow/integration.h"
#include "model/model.h"

#define WORK_BATCH 64 /* deliveries in one unit */
#define WORK_ATTACHED_MAX 4096

struct work;
struct lane;

/* A delivery in memory: on disk in the inbox, until all its targets are done. */
struct arrival {
    struct arrival *next;
    uint64_t seq;
    uint8_t kind; /* enum store_inbox_kind */
    uint32_t tries;
    uint32_t
        open; /* targets not durably done yet, and one while it is being parsed; guarded by the work's lock */
    int64_t received_at_ms;
    int64_t received_us;
    struct weir_bytes head, body; /* behind the struct, in one block */
};

/* A record to look at. */
struct target {
    struct target *next; /* in a lane's queue */
    struct target *hash_next;
    const struct model *model;
    char *remote_id;
    char *hint; /* may be NULL */
    uint32_t tries;
    bool missing_once; /* the tool did not have it, and we neither: it is asked once more */
    int64_t not_before_ms;
    int64_t first_failed_ms;   /* 0: not failed yet */
    struct arrival **attached; /* whose effects this is */
    size_t attached_count, attached_cap;
    uint8_t (*seen)[STORE_HASH]; /* event ids that are dealt with once this is stored */
    size_t seen_count, seen_cap;
};

/* Something that somebody waits for: done in the lane's next turn, before all else. What it is stands behind
 * it. */
struct ask {
    struct ask *next;
    int64_t until_ms; /* nobody waits longer */
};

enum unit_kind {
    UNIT_ASK,        /* what somebody waits for */
    UNIT_OPEN,       /* open the connector's instance */
    UNIT_SUBSCRIBE,  /* ensure the subscription */
    UNIT_MISSED,     /* ask for events the tool kept */
    UNIT_LOAD,       /* read further deliveries from the inbox */
    UNIT_DELIVERIES, /* name the events of a batch */
    UNIT_TARGET,     /* fetch one record */
    UNIT_SYNC        /* a page of a sync */
};

struct unit {
    enum unit_kind kind;
    struct lane *lane;
    struct integration *integration; /* referenced while the unit lasts */
    struct arrival *arrivals[WORK_BATCH];
    size_t arrival_count;
    struct target *target; /* UNIT_TARGET: the worker's until it is given back; its attached too */
    struct ask *ask;       /* UNIT_ASK: the worker's */
    uint64_t loaded_seq;   /* UNIT_LOAD: read behind this */
};

/* Things to do once, by bit. */
#define WANT_OPEN 1u
#define WANT_SUBSCRIBE 2u
#define WANT_MISSED 4u
#define WANT_SYNC 8u

struct work *work_new(const struct clock *clock, uint32_t backoff_first_ms, uint32_t backoff_max_ms,
                      uint32_t settle_ms);
void work_free(struct work *work); /* after all workers were joined */

/* ---- from outside. Thread: any. ---- */

/* A lane for it, or its new config for the lane there is. Takes no reference of the caller's. */
int work_attach(struct work *work, struct integration *it, bool inbox_waiting, struct weir_error *err);
/* Lanes of integrations that are not in the directory any more get no turn until they are attached again. */
void work_detach_others(struct work *work, struct directory *dir);
/* A delivery was committed. Kept in memory if there is room, else it is read from the inbox later. */
void work_deliver(struct work *work, const struct store_inbox_item *item, int64_t received_us);
void work_want(struct work *work, uint32_t number, unsigned wants);
/* A replay put something into the inbox that work_deliver was not told of: each lane looks there. */
void work_look_on_disk(struct work *work);
/* WEIR_E_NONE: there is no such lane. WEIR_E_LIMIT: too many wait there already. WEIR_E_STOPPING. */
int work_ask(struct work *work, uint32_t number, struct ask *ask, struct weir_error *err);
/* Those that no worker will take: of lanes whose integration left; or all. A list by next. */
struct ask *work_take_asks(struct work *work, bool all);
/* Everybody leaves work_take. */
void work_stop(struct work *work);
/* Forget back-off: new credentials, or a person asked. */
void work_retry_now(struct work *work, uint32_t number);

/* ---- a worker. Thread: worker. ---- */

/* Wait for a unit. false: stopping. */
bool work_take(struct unit *out, struct work *work);
/* Give the lane back. Its targets and arrivals were given back before. */
void work_give_back(struct work *work, struct unit *unit);

/* UNIT_LOAD: one item read from the inbox. */
bool work_load(struct work *work, struct lane *lane, const struct store_inbox_item *item);
void work_load_end(struct work *work, struct lane *lane, size_t count, size_t asked);

/* arrival asks to look at this record; merges with a waiting target. arrival may be NULL (nobody waits for
 * it), seen too (the event has no id). */
int work_look(struct work *work, struct lane *lane, struct arrival *arrival, const struct weir_ref *ref,
              const struct model *model, const uint8_t *seen, struct weir_error *err);
/* The arrival is parsed: its first hold is dropped. true: nothing is open, so the caller books it as done,
 * and when that is durable calls work_booked. */
bool work_parsed(struct work *work, struct arrival *arrival);
/* It left the inbox: frees it. Thread: any. */
void work_booked(struct work *work, struct lane *lane, struct arrival *arrival);

/* Which of the attached arrivals have nothing else open: their numbers go into out (room for attached_count)
 * and into the same transaction as the target's effects. */
size_t work_closing(struct work *work, const struct target *target, uint64_t *out);
/* The target's effects are durable, or it was set aside. Frees it and every arrival that has nothing open;
 * numbers of such that were not among closing go into out: the caller books them. Thread: any. */
size_t work_done(struct work *work, uint32_t number, struct target *target, const uint64_t *closing,
                 size_t closing_count, uint64_t *out);
/* It was not stored, or the tool did not answer: it waits and is looked at again. Thread: any. */
void work_again(struct work *work, uint32_t number, struct target *target, int64_t delay_ms);
/* The batch's arrivals go back, unparsed. */
void work_arrivals_again(struct work *work, struct lane *lane, struct arrival **arrivals, size_t count);

/* The tool failed (or answered): the lane's back-off. Returns how long it waits now. */
int64_t work_failed(struct work *work, struct lane *lane);
void work_succeeded(struct work *work, struct lane *lane);
int64_t work_last_success_ms(struct work *work, const struct lane *lane);
/* The lane waits for a person: only tried again each backoff_max_ms. */
void work_park(struct work *work, struct lane *lane);

struct work_stats {
    uint64_t arrivals, targets, lanes_backing_off, units;
};
void work_stats(struct work_stats *out, struct work *work);

#endif
