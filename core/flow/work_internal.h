/*
 * work_internal: the inside of work, shared by the turns (work.c) and the queues (lane.c). All of it is
 * guarded by the work's lock.
 */
#ifndef WEIR_FLOW_WORK_INTERNAL_H
#define WEIR_FLOW_WORK_INTERNAL_H

#include "flow/work.h"

#define LANE_BUCKETS 256
/* Per lane, in memory: more wait on disk. */
#define LANE_ARRIVALS_MAX 4096
#define LANE_ASKS_MAX 64
#define LANE_BYTES_MAX (8u * 1024 * 1024)

struct arrivals {
    struct arrival *first, *last;
    size_t count;
};

struct targets {
    struct target *first, *last;
    size_t count;
};

struct lane {
    uint32_t number;
    struct integration *integration; /* NULL: detached */
    bool busy, queued;
    struct lane *queue_next;
    unsigned wants;
    struct ask *asks; /* in the order they came */
    size_t ask_count;
    struct arrivals arrivals; /* committed, not parsed */
    struct targets targets;   /* to look at */
    struct target *buckets[LANE_BUCKETS];
    size_t held; /* arrivals in memory, parsed or not */
    size_t held_bytes;
    bool more_on_disk, arrived_meanwhile;
    uint64_t loaded_seq; /* the highest one in memory so far */
    uint32_t failures;   /* in a row */
    int64_t backoff_until_ms, last_success_ms;
};

struct work {
    const struct clock *clock;
    uint32_t backoff_first_ms, backoff_max_ms, settle_ms;
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t wake;
    struct lane **lanes; /* by number */
    size_t lane_count, lane_cap;
    struct lane *ready_first, *ready_last;
    bool sleeper; /* a thread sleeps until sleep_until_ms */
    int64_t sleep_until_ms;
    bool has_waiting_lanes; /* when that was last looked at */
    bool stopping;
    uint64_t units;
};

struct lane *work_lane(struct work *work, uint32_t number);
/* Queue the lane if it has something for now and is not queued or busy. */
void lane_poke(struct work *work, struct lane *lane);
bool lane_has_room(const struct lane *lane);

void arrivals_push(struct arrivals *list, struct arrival *arrival);
struct arrival *arrivals_pop(struct arrivals *list);
void targets_push(struct targets *list, struct target *target);
void targets_remove(struct targets *list, struct target *target);
void target_unhash(struct lane *lane, struct target *target);
/* At the end of the process: the arrivals that only this target holds go with it. */
void lane_target_free_with_arrivals(struct target *target);

#endif
