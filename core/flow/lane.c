/*
 * lane: the queues of one integration - arrivals, targets, and which arrival waits for which target.
 */
#include "flow/work_internal.h"

#include "base/thread.h"

#include <stdlib.h>

bool lane_has_room(const struct lane *lane)
{
    return lane->held < LANE_ARRIVALS_MAX && lane->held_bytes < LANE_BYTES_MAX;
}

void arrivals_push(struct arrivals *list, struct arrival *arrival)
{
    arrival->next = NULL;
    if (list->last != NULL) {
        list->last->next = arrival;
    } else {
        list->first = arrival;
    }
    list->last = arrival;
    list->count++;
}

struct arrival *arrivals_pop(struct arrivals *list)
{
    struct arrival *arrival = list->first;

    if (arrival != NULL) {
        list->first = arrival->next;
        if (list->first == NULL) {
            list->last = NULL;
        }
        list->count--;
    }
    return arrival;
}

void targets_push(struct targets *list, struct target *target)
{
    target->next = NULL;
    if (list->last != NULL) {
        list->last->next = target;
    } else {
        list->first = target;
    }
    list->last = target;
    list->count++;
}

void targets_remove(struct targets *list, struct target *target)
{
    struct target *before = NULL;

    for (struct target *at = list->first; at != NULL; before = at, at = at->next) {
        if (at != target) {
            continue;
        }
        if (before != NULL) {
            before->next = at->next;
        } else {
            list->first = at->next;
        }
        if (list->last == at) {
            list->last = before;
        }
        list->count--;
        return;
    }
}

static size_t bucket_of(const struct model *model, struct weir_str remote_id)
{
    uint32_t hash = 2166136261u ^ model->number;

    for (size_t i = 0; i < remote_id.len; i++) {
        hash = (hash ^ (uint8_t)remote_id.data[i]) * 16777619u;
    }
    return hash % LANE_BUCKETS;
}

void target_unhash(struct lane *lane, struct target *target)
{
    struct target **at = &lane->buckets[bucket_of(target->model, weir_str(target->remote_id))];

    while (*at != NULL && *at != target) {
        at = &(*at)->hash_next;
    }
    if (*at == target) {
        *at = target->hash_next;
    }
}

static struct target *target_find(struct lane *lane, const struct model *model, struct weir_str remote_id)
{
    struct target *target = lane->buckets[bucket_of(model, remote_id)];

    while (target != NULL && (target->model != model || !weir_str_is(remote_id, target->remote_id))) {
        target = target->hash_next;
    }
    return target;
}

static void target_enqueue(struct lane *lane, struct target *target)
{
    size_t bucket = bucket_of(target->model, weir_str(target->remote_id));

    target->hash_next = lane->buckets[bucket];
    lane->buckets[bucket] = target;
    targets_push(&lane->targets, target);
}

static void target_free(struct target *target)
{
    if (target != NULL) {
        free(target->attached);
        free(target->seen);
        free(target->remote_id);
        free(target->hint);
        free(target);
    }
}

void lane_target_free_with_arrivals(struct target *target)
{
    for (size_t i = 0; i < target->attached_count; i++) {
        if (--target->attached[i]->open == 0) {
            free(target->attached[i]);
        }
    }
    target_free(target);
}

/* ---- arrivals ---- */

static struct arrival *arrival_new(const struct store_inbox_item *item, int64_t received_us)
{
    struct arrival *arrival = malloc(sizeof *arrival + item->head.len + item->body.len);
    uint8_t *bytes;

    if (arrival == NULL) {
        return NULL;
    }
    bytes = (uint8_t *)(arrival + 1);
    *arrival = (struct arrival){
        .seq = item->seq,
        .kind = item->kind,
        .tries = item->tries,
        .open = 1,
        .received_at_ms = item->received_at_ms,
        .received_us = received_us,
    };
    if (item->head.len > 0) {
        memcpy(bytes, item->head.data, item->head.len);
    }
    if (item->body.len > 0) {
        memcpy(bytes + item->head.len, item->body.data, item->body.len);
    }
    arrival->head = weir_bytes(bytes, item->head.len);
    arrival->body = weir_bytes(bytes + item->head.len, item->body.len);
    return arrival;
}

static void lane_hold(struct lane *lane, struct arrival *arrival)
{
    lane->held++;
    lane->held_bytes += arrival->head.len + arrival->body.len;
    arrivals_push(&lane->arrivals, arrival);
    if (arrival->seq > lane->loaded_seq) {
        lane->loaded_seq = arrival->seq;
    }
}

static void lane_drop(struct lane *lane, struct arrival *arrival)
{
    lane->held--;
    lane->held_bytes -= arrival->head.len + arrival->body.len;
    free(arrival);
}

void work_deliver(struct work *work, const struct store_inbox_item *item, int64_t received_us)
{
    struct arrival *arrival = NULL;
    struct lane *lane;

    pthread_mutex_lock(&work->lock);
    lane = work_lane(work, item->integration);
    if (lane != NULL) {
        if (!lane->more_on_disk && lane_has_room(lane)) {
            arrival = arrival_new(item, received_us);
        }
        if (arrival != NULL) {
            lane_hold(lane, arrival);
        } else {
            lane->more_on_disk = true;
            lane->arrived_meanwhile = true;
        }
        lane_poke(work, lane);
    }
    pthread_mutex_unlock(&work->lock);
}

bool work_load(struct work *work, struct lane *lane, const struct store_inbox_item *item)
{
    struct arrival *arrival = arrival_new(item, clock_mono_us(work->clock));

    if (arrival == NULL) {
        return false;
    }
    pthread_mutex_lock(&work->lock);
    lane_hold(lane, arrival);
    pthread_mutex_unlock(&work->lock);
    return true;
}

void work_load_end(struct work *work, struct lane *lane, size_t count, size_t asked)
{
    pthread_mutex_lock(&work->lock);
    if (count < asked && !lane->arrived_meanwhile) {
        lane->more_on_disk = false;
    }
    pthread_mutex_unlock(&work->lock);
}

void work_arrivals_again(struct work *work, struct lane *lane, struct arrival **arrivals, size_t count)
{
    pthread_mutex_lock(&work->lock);
    for (size_t i = count; i-- > 0;) {
        arrivals[i]->open += arrivals[i]->open == 0; /* held again until it is parsed */
        arrivals[i]->next = lane->arrivals.first;
        lane->arrivals.first = arrivals[i];
        if (lane->arrivals.last == NULL) {
            lane->arrivals.last = arrivals[i];
        }
        lane->arrivals.count++;
    }
    pthread_mutex_unlock(&work->lock);
}

bool work_parsed(struct work *work, struct arrival *arrival)
{
    bool closed;

    pthread_mutex_lock(&work->lock);
    closed = --arrival->open == 0;
    pthread_mutex_unlock(&work->lock);
    return closed;
}

void work_booked(struct work *work, struct lane *lane, struct arrival *arrival)
{
    pthread_mutex_lock(&work->lock);
    lane_drop(lane, arrival);
    pthread_mutex_unlock(&work->lock);
}

/* ---- targets ---- */

static bool target_attach(struct target *target, struct arrival *arrival)
{
    if (target->attached_count > 0 && target->attached[target->attached_count - 1] == arrival) {
        return true; /* the same delivery names the record twice */
    }
    if (target->attached_count == target->attached_cap) {
        size_t cap = target->attached_cap == 0 ? 2 : target->attached_cap * 2;
        struct arrival **attached = realloc(target->attached, cap * sizeof(struct arrival *));

        if (attached == NULL) {
            return false;
        }
        target->attached = attached;
        target->attached_cap = cap;
    }
    target->attached[target->attached_count++] = arrival;
    arrival->open++;
    return true;
}

static bool target_saw(struct target *target, const uint8_t *seen)
{
    if (target->seen_count == target->seen_cap) {
        size_t cap = target->seen_cap == 0 ? 2 : target->seen_cap * 2;
        uint8_t(*list)[STORE_HASH] = realloc(target->seen, cap * STORE_HASH);

        if (list == NULL) {
            return false;
        }
        target->seen = list;
        target->seen_cap = cap;
    }
    memcpy(target->seen[target->seen_count++], seen, STORE_HASH);
    return true;
}

static struct target *target_new(const struct model *model, struct weir_str remote_id)
{
    struct target *target = calloc(1, sizeof *target);

    if (target != NULL) {
        target->model = model;
        target->remote_id = strndup(remote_id.data, remote_id.len);
        if (target->remote_id == NULL) {
            free(target);
            target = NULL;
        }
    }
    return target;
}

int work_look(struct work *work, struct lane *lane, struct arrival *arrival, const struct weir_ref *ref,
              const struct model *model, const uint8_t *seen, struct weir_error *err)
{
    struct target *target;
    int rc = 0;

    pthread_mutex_lock(&work->lock);
    target = target_find(lane, model, ref->remote_id);
    if (target == NULL) {
        target = target_new(model, ref->remote_id);
        if (target != NULL) {
            target->not_before_ms = work->settle_ms > 0 ? clock_now_ms(work->clock) + work->settle_ms : 0;
            target_enqueue(lane, target);
        }
    }
    if (target == NULL || (arrival != NULL && !target_attach(target, arrival)) ||
        (seen != NULL && !target_saw(target, seen))) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for a record to look at");
    } else if (ref->hint.len > 0) {
        char *copy = strndup(ref->hint.data, ref->hint.len);

        if (copy != NULL) {
            free(target->hint);
            target->hint = copy;
        }
    }
    pthread_mutex_unlock(&work->lock);
    return rc;
}

size_t work_closing(struct work *work, const struct target *target, uint64_t *out)
{
    size_t count = 0;

    pthread_mutex_lock(&work->lock);
    for (size_t i = 0; i < target->attached_count; i++) {
        if (target->attached[i]->open == 1) {
            out[count++] = target->attached[i]->seq;
        }
    }
    pthread_mutex_unlock(&work->lock);
    return count;
}

static bool is_among(uint64_t seq, const uint64_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == seq) {
            return true;
        }
    }
    return false;
}

size_t work_done(struct work *work, uint32_t number, struct target *target, const uint64_t *closing,
                 size_t closing_count, uint64_t *out)
{
    struct lane *lane;
    size_t count = 0;

    pthread_mutex_lock(&work->lock);
    lane = work_lane(work, number);
    check_bug(lane != NULL);
    for (size_t i = 0; i < target->attached_count; i++) {
        struct arrival *arrival = target->attached[i];

        if (--arrival->open > 0) {
            continue;
        }
        if (!is_among(arrival->seq, closing, closing_count)) {
            out[count++] = arrival->seq;
        }
        lane_drop(lane, arrival);
    }
    lane_poke(work, lane);
    pthread_mutex_unlock(&work->lock);
    target_free(target);
    return count;
}

/* What the two wait for is looked at together. */
static void target_merge(struct target *into, struct target *from)
{
    for (size_t i = 0; i < from->attached_count; i++) {
        if (target_attach(into, from->attached[i])) {
            from->attached[i]->open--; /* it was counted once already */
        }
    }
    for (size_t i = 0; i < from->seen_count; i++) {
        (void)target_saw(into, from->seen[i]); /* lost without memory: then it is fetched once too often */
    }
    if (into->hint == NULL) {
        into->hint = from->hint;
        from->hint = NULL;
    }
    into->tries = into->tries > from->tries ? into->tries : from->tries;
    into->first_failed_ms = from->first_failed_ms;
    into->missing_once = from->missing_once;
    into->not_before_ms = from->not_before_ms;
    target_free(from);
}

void work_again(struct work *work, uint32_t number, struct target *target, int64_t delay_ms)
{
    struct target *waiting;
    struct lane *lane;

    pthread_mutex_lock(&work->lock);
    lane = work_lane(work, number);
    check_bug(lane != NULL);
    target->not_before_ms = delay_ms > 0 ? clock_now_ms(work->clock) + delay_ms : 0;
    waiting = target_find(lane, target->model, weir_str(target->remote_id));
    if (waiting != NULL) {
        target_merge(waiting, target);
    } else {
        target_enqueue(lane, target);
    }
    lane_poke(work, lane);
    pthread_mutex_unlock(&work->lock);
}

/* ---- what somebody waits for ---- */

int work_ask(struct work *work, uint32_t number, struct ask *ask, struct weir_error *err)
{
    struct lane *lane;
    int rc = 0;

    pthread_mutex_lock(&work->lock);
    lane = work_lane(work, number);
    if (work->stopping) {
        rc = weir_fail(err, WEIR_E_STOPPING, "the daemon is going down");
    } else if (lane == NULL || lane->integration == NULL) {
        rc = weir_fail(err, WEIR_E_NONE, "there is no such integration at work");
    } else if (lane->ask_count >= LANE_ASKS_MAX) {
        rc = weir_fail(err, WEIR_E_LIMIT, "%d requests to the tool wait already", LANE_ASKS_MAX);
    } else {
        struct ask **at = &lane->asks;

        while (*at != NULL) {
            at = &(*at)->next;
        }
        ask->next = NULL;
        *at = ask;
        lane->ask_count++;
        lane_poke(work, lane);
    }
    pthread_mutex_unlock(&work->lock);
    return rc;
}

struct ask *work_take_asks(struct work *work, bool all)
{
    struct ask *first = NULL;
    struct ask **at = &first;

    pthread_mutex_lock(&work->lock);
    for (size_t i = 0; i < work->lane_count; i++) {
        struct lane *lane = work->lanes[i];

        if (all || lane->integration == NULL) {
            *at = lane->asks;
            lane->asks = NULL;
            lane->ask_count = 0;
        }
        while (*at != NULL) {
            at = &(*at)->next;
        }
    }
    pthread_mutex_unlock(&work->lock);
    return first;
}
