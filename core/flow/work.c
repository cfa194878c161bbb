#include "flow/work.h"

#include "flow/work_internal.h"

#include "base/thread.h"

#include <stdlib.h>

struct work *work_new(const struct clock *clock, uint32_t backoff_first_ms, uint32_t backoff_max_ms,
                      uint32_t settle_ms)
{
    struct work *work = calloc(1, sizeof *work);

    if (work == NULL) {
        return NULL;
    }
    work->clock = clock;
    work->backoff_first_ms = backoff_first_ms;
    work->backoff_max_ms = backoff_max_ms;
    work->settle_ms = settle_ms;
    pthread_mutex_init(&work->lock, NULL);
    thread_cond_init(&work->wake);
    return work;
}

static void lane_free(struct lane *lane)
{
    struct arrival *arrival;
    struct target *target;

    while ((arrival = lane->arrivals.first) != NULL) {
        lane->arrivals.first = arrival->next;
        free(arrival);
    }
    while ((target = lane->targets.first) != NULL) {
        lane->targets.first = target->next;
        lane_target_free_with_arrivals(target);
    }
    integration_unref(lane->integration);
    free(lane);
}

void work_free(struct work *work)
{
    if (work == NULL) {
        return;
    }
    for (size_t i = 0; i < work->lane_count; i++) {
        lane_free(work->lanes[i]);
    }
    free(work->lanes);
    pthread_cond_destroy(&work->wake);
    pthread_mutex_destroy(&work->lock);
    free(work);
}

struct lane *work_lane(struct work *work, uint32_t number)
{
    size_t low = 0;
    size_t high = work->lane_count;

    /* Numbers are given in order, and a lane is put in its place by insertion. */
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (work->lanes[middle]->number == number) {
            return work->lanes[middle];
        }
        if (work->lanes[middle]->number < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static struct lane *lane_insert(struct work *work, uint32_t number)
{
    struct lane *lane = calloc(1, sizeof *lane);
    size_t at = work->lane_count;

    if (lane == NULL) {
        return NULL;
    }
    if (work->lane_count == work->lane_cap) {
        size_t cap = work->lane_cap == 0 ? 16 : work->lane_cap * 2;
        struct lane **lanes = realloc(work->lanes, cap * sizeof(struct lane *));

        if (lanes == NULL) {
            free(lane);
            return NULL;
        }
        work->lanes = lanes;
        work->lane_cap = cap;
    }
    lane->number = number;
    while (at > 0 && work->lanes[at - 1]->number > number) {
        work->lanes[at] = work->lanes[at - 1];
        at--;
    }
    work->lanes[at] = lane;
    work->lane_count++;
    return lane;
}

int work_attach(struct work *work, struct integration *it, bool inbox_waiting, struct weir_error *err)
{
    struct integration *old = NULL;
    struct lane *lane;

    pthread_mutex_lock(&work->lock);
    lane = work_lane(work, it->number);
    if (lane == NULL) {
        lane = lane_insert(work, it->number);
        if (lane == NULL) {
            pthread_mutex_unlock(&work->lock);
            return weir_fail(err, WEIR_E_MEMORY, "no memory for integration %s", it->id);
        }
        lane->more_on_disk = inbox_waiting;
    }
    old = lane->integration;
    lane->integration = integration_ref(it);
    lane->wants |= WANT_OPEN;
    lane->backoff_until_ms = 0;
    lane->failures = 0;
    lane_poke(work, lane);
    pthread_mutex_unlock(&work->lock);
    integration_unref(old);
    return 0;
}

void work_detach_others(struct work *work, struct directory *dir)
{
    size_t count;

    pthread_mutex_lock(&work->lock);
    count = work->lane_count;
    pthread_mutex_unlock(&work->lock);
    for (size_t i = 0; i < count; i++) {
        struct integration *old = NULL;
        struct integration *current;

        pthread_mutex_lock(&work->lock);
        current = directory_find_number(dir, work->lanes[i]->number);
        if (current == NULL) {
            old = work->lanes[i]->integration;
            work->lanes[i]->integration = NULL;
        }
        pthread_mutex_unlock(&work->lock);
        integration_unref(current);
        integration_unref(old);
    }
}

void work_want(struct work *work, uint32_t number, unsigned wants)
{
    struct lane *lane;

    pthread_mutex_lock(&work->lock);
    lane = work_lane(work, number);
    if (lane != NULL) {
        lane->wants |= wants;
        lane_poke(work, lane);
    }
    pthread_mutex_unlock(&work->lock);
}

void work_retry_now(struct work *work, uint32_t number)
{
    struct lane *lane;

    pthread_mutex_lock(&work->lock);
    lane = work_lane(work, number);
    if (lane != NULL) {
        lane->backoff_until_ms = 0;
        lane->failures = 0;
        for (struct target *target = lane->targets.first; target != NULL; target = target->next) {
            target->not_before_ms = 0;
        }
        lane_poke(work, lane);
    }
    pthread_mutex_unlock(&work->lock);
}

void work_look_on_disk(struct work *work)
{
    pthread_mutex_lock(&work->lock);
    for (size_t i = 0; i < work->lane_count; i++) {
        work->lanes[i]->more_on_disk = true;
        work->lanes[i]->arrived_meanwhile = true;
        lane_poke(work, work->lanes[i]);
    }
    pthread_mutex_unlock(&work->lock);
}

void work_stop(struct work *work)
{
    pthread_mutex_lock(&work->lock);
    work->stopping = true;
    pthread_cond_broadcast(&work->wake);
    pthread_mutex_unlock(&work->lock);
}

/* ---- turns ---- */

/* The first target that may be looked at now; *wake_ms: when the next one may. */
static struct target *target_ready(struct lane *lane, int64_t now_ms, int64_t *wake_ms)
{
    for (struct target *target = lane->targets.first; target != NULL; target = target->next) {
        if (target->not_before_ms <= now_ms) {
            return target;
        }
        if (target->not_before_ms < *wake_ms) {
            *wake_ms = target->not_before_ms;
        }
    }
    return NULL;
}

/* Has the lane something for now? Otherwise *wake_ms is when it will, INT64_MAX: not by itself. */
static bool lane_ready(struct lane *lane, int64_t now_ms, int64_t *wake_ms)
{
    struct integration *it = lane->integration;

    *wake_ms = INT64_MAX;
    if (it == NULL || lane->busy || it->connector == NULL) {
        return false;
    }
    if (lane->asks != NULL) { /* whoever waits is told what the tool says now, whatever it said before */
        return true;
    }
    if (integration_rests(it)) {
        return false;
    }
    if (lane->backoff_until_ms > now_ms) {
        if (lane->wants != 0 || lane->arrivals.first != NULL || lane->targets.first != NULL ||
            lane->more_on_disk) {
            *wake_ms = lane->backoff_until_ms;
        }
        return false;
    }
    if (lane->wants != 0 || lane->arrivals.first != NULL || (lane->more_on_disk && lane_has_room(lane))) {
        return true;
    }
    return target_ready(lane, now_ms, wake_ms) != NULL;
}

void lane_poke(struct work *work, struct lane *lane)
{
    int64_t wake_ms;

    if (lane->queued || !lane_ready(lane, clock_now_ms(work->clock), &wake_ms)) {
        /* A lane that has to wait is seen by the thread that sleeps until the next wake time. */
        if (!lane->queued && wake_ms < work->sleep_until_ms) {
            pthread_cond_broadcast(&work->wake);
        }
        return;
    }
    lane->queued = true;
    lane->queue_next = NULL;
    if (work->ready_last != NULL) {
        work->ready_last->queue_next = lane;
    } else {
        work->ready_first = lane;
    }
    work->ready_last = lane;
    pthread_cond_signal(&work->wake);
}

/* Queue every lane whose wait is over; the next wake time of the others. */
static int64_t lanes_wake(struct work *work)
{
    int64_t now_ms = clock_now_ms(work->clock);
    int64_t next_ms = INT64_MAX;

    for (size_t i = 0; i < work->lane_count; i++) {
        struct lane *lane = work->lanes[i];
        int64_t wake_ms;

        if (lane->queued || lane->busy) {
            continue;
        }
        if (lane_ready(lane, now_ms, &wake_ms)) {
            lane_poke(work, lane);
        } else if (wake_ms < next_ms) {
            next_ms = wake_ms;
        }
    }
    return next_ms;
}

/* One thread sleeps until the next wake time, the others until they are called. */
static void wait_for_work(struct work *work)
{
    int64_t next_ms;

    if (work->sleeper) {
        pthread_cond_wait(&work->wake, &work->lock);
        return;
    }
    next_ms = lanes_wake(work);
    work->has_waiting_lanes = next_ms != INT64_MAX;
    if (work->ready_first != NULL) {
        return;
    }
    work->sleeper = true;
    work->sleep_until_ms = next_ms;
    if (next_ms == INT64_MAX) {
        pthread_cond_wait(&work->wake, &work->lock);
    } else {
        thread_wait_ms(&work->wake, &work->lock, next_ms - clock_now_ms(work->clock));
    }
    work->sleeper = false;
    work->sleep_until_ms = 0;
}

static void unit_want(struct unit *unit, struct lane *lane, unsigned want, enum unit_kind kind)
{
    lane->wants &= ~want;
    unit->kind = kind;
}

static void unit_arrivals(struct unit *unit, struct lane *lane)
{
    unit->kind = UNIT_DELIVERIES;
    while (unit->arrival_count < WORK_BATCH && lane->arrivals.first != NULL) {
        unit->arrivals[unit->arrival_count++] = arrivals_pop(&lane->arrivals);
    }
}

/* Deliveries go before fetches, so that a burst for one record is seen as one; a sync's page goes last, so
 * that what just happened is not behind what is checked. */
static bool unit_choose(struct unit *unit, struct lane *lane, int64_t now_ms)
{
    int64_t wake_ms = INT64_MAX;

    if (lane->asks != NULL) {
        unit->kind = UNIT_ASK;
        unit->ask = lane->asks;
        lane->asks = lane->asks->next;
        lane->ask_count--;
    } else if (lane->wants & WANT_OPEN) {
        unit_want(unit, lane, WANT_OPEN, UNIT_OPEN);
    } else if (lane->arrivals.first != NULL) {
        unit_arrivals(unit, lane);
    } else if (lane->more_on_disk && lane_has_room(lane)) {
        unit->kind = UNIT_LOAD;
        unit->loaded_seq = lane->loaded_seq;
        lane->arrived_meanwhile = false;
    } else if ((unit->target = target_ready(lane, now_ms, &wake_ms)) != NULL) {
        unit->kind = UNIT_TARGET;
        targets_remove(&lane->targets, unit->target);
        target_unhash(lane, unit->target);
    } else if (lane->wants & WANT_SUBSCRIBE) {
        unit_want(unit, lane, WANT_SUBSCRIBE, UNIT_SUBSCRIBE);
    } else if (lane->wants & WANT_MISSED) {
        unit_want(unit, lane, WANT_MISSED, UNIT_MISSED);
    } else if (lane->wants & WANT_SYNC) {
        unit_want(unit, lane, WANT_SYNC, UNIT_SYNC);
    } else {
        return false;
    }
    return true;
}

bool work_take(struct unit *out, struct work *work)
{
    bool taken = false;

    memset(out, 0, sizeof *out);
    pthread_mutex_lock(&work->lock);
    while (!taken) {
        struct lane *lane;
        int64_t wake_ms;
        int64_t now_ms;

        while (work->ready_first == NULL && !work->stopping) {
            wait_for_work(work);
        }
        if (work->stopping) {
            break;
        }
        lane = work->ready_first;
        work->ready_first = lane->queue_next;
        if (work->ready_first == NULL) {
            work->ready_last = NULL;
        }
        lane->queued = false;
        now_ms = clock_now_ms(work->clock);
        if (lane_ready(lane, now_ms, &wake_ms) && unit_choose(out, lane, now_ms)) {
            lane->busy = true;
            out->lane = lane;
            out->integration = integration_ref(lane->integration);
            work->units++;
            taken = true;
            /* Somebody else keeps the time while this one works. */
            if (!work->sleeper && work->has_waiting_lanes) {
                pthread_cond_signal(&work->wake);
            }
        }
    }
    pthread_mutex_unlock(&work->lock);
    return taken;
}

void work_give_back(struct work *work, struct unit *unit)
{
    pthread_mutex_lock(&work->lock);
    unit->lane->busy = false;
    lane_poke(work, unit->lane);
    pthread_mutex_unlock(&work->lock);
    integration_unref(unit->integration);
}

/* ---- back-off ---- */

int64_t work_failed(struct work *work, struct lane *lane)
{
    int64_t wait_ms = work->backoff_first_ms;

    pthread_mutex_lock(&work->lock);
    for (uint32_t i = 0; i < lane->failures && wait_ms < work->backoff_max_ms; i++) {
        wait_ms *= 2;
    }
    if (wait_ms > work->backoff_max_ms) {
        wait_ms = work->backoff_max_ms;
    }
    lane->failures++;
    /* One failure may be the record's own fault; the lane waits from the second in a row. */
    if (lane->failures >= 2) {
        lane->backoff_until_ms = clock_now_ms(work->clock) + wait_ms;
    }
    pthread_mutex_unlock(&work->lock);
    return wait_ms;
}

void work_park(struct work *work, struct lane *lane)
{
    pthread_mutex_lock(&work->lock);
    lane->failures++;
    lane->backoff_until_ms = clock_now_ms(work->clock) + work->backoff_max_ms;
    pthread_mutex_unlock(&work->lock);
}

void work_succeeded(struct work *work, struct lane *lane)
{
    pthread_mutex_lock(&work->lock);
    lane->failures = 0;
    lane->backoff_until_ms = 0;
    lane->last_success_ms = clock_now_ms(work->clock);
    pthread_mutex_unlock(&work->lock);
}

int64_t work_last_success_ms(struct work *work, const struct lane *lane)
{
    int64_t at_ms;

    pthread_mutex_lock(&work->lock);
    at_ms = lane->last_success_ms;
    pthread_mutex_unlock(&work->lock);
    return at_ms;
}

void work_stats(struct work_stats *out, struct work *work)
{
    int64_t now_ms = clock_now_ms(work->clock);

    memset(out, 0, sizeof *out);
    pthread_mutex_lock(&work->lock);
    for (size_t i = 0; i < work->lane_count; i++) {
        const struct lane *lane = work->lanes[i];

        out->arrivals += lane->arrivals.count;
        out->targets += lane->targets.count;
        out->lanes_backing_off += lane->backoff_until_ms > now_ms;
    }
    out->units = work->units;
    pthread_mutex_unlock(&work->lock);
}
