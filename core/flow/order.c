/*
 * order: one notification at a time, of an endpoint or of each integration, and none before those ahead of
 * it.
 *
 * One that failed keeps its place in the outbox, so that the first of an endpoint, or of an integration, is
 * always the one whose turn it is; until its next try it holds back those behind it. Held in memory: after a
 * restart it is tried at once.
 *
 * By integration the outbox is read once from its head, and of each integration that has to wait is kept
 * where it was passed over first: its next one is sought from there, and everybody's from where the reading
 * ended. So a long queue of one costs the others nothing, and none is overtaken.
 */
#include "flow/dispatch_internal.h"

#include <stdlib.h>

static uint32_t key_of(const struct endpoint *e, uint32_t integration)
{
    return e->order == DISPATCH_STRICT ? 0 : integration;
}

bool order_blocks(const struct endpoint *e, uint32_t integration)
{
    uint32_t key = key_of(e, integration);

    if (e->all_held_until_ms != 0) {
        return true;
    }
    /* Until it is booked it still stands in the outbox, and may come back. */
    for (uint32_t i = 0; i < e->unbooked_count; i++) {
        if (key_of(e, e->unbooked[i].integration) == key) {
            return true;
        }
    }
    for (const struct outgoing *o = e->ready_first; o != NULL; o = o->next) {
        if (key_of(e, o->integration) == key) {
            return true;
        }
    }
    for (size_t i = 0; i < e->hold_count; i++) {
        if (e->holds[i].key == key) {
            return true;
        }
    }
    return false;
}

/* ---- what was passed over ---- */

static struct order_passed *passed_find(struct endpoint *e, uint32_t integration)
{
    for (size_t i = 0; i < e->passed_count; i++) {
        if (e->passed[i].integration == integration) {
            return &e->passed[i];
        }
    }
    return NULL;
}

/* Its place is before that notification, or where it is already. false: there is no room. */
static bool passed_note(struct endpoint *e, uint32_t integration, int64_t due_ms, uint64_t seq)
{
    struct order_passed *p = passed_find(e, integration);
    size_t cap = e->passed_cap == 0 ? 64 : e->passed_cap * 2;

    if (p != NULL) {
        if (p->due_ms > due_ms || (p->due_ms == due_ms && p->seq >= seq)) {
            p->due_ms = due_ms;
            p->seq = seq - 1;
        }
        return true;
    }
    if (e->passed_count == e->passed_cap) {
        p = cap <= ORDER_PASSED_MAX ? realloc(e->passed, cap * sizeof *p) : NULL;
        if (p == NULL) {
            return false;
        }
        e->passed = p;
        e->passed_cap = cap;
    }
    e->passed[e->passed_count++] =
        (struct order_passed){.integration = integration, .due_ms = due_ms, .seq = seq - 1};
    return true;
}

/* The one that waits longest and whose turn has come. */
static struct order_passed *passed_next(struct endpoint *e)
{
    struct order_passed *next = NULL;

    for (size_t i = 0; i < e->passed_count; i++) {
        struct order_passed *p = &e->passed[i];

        if ((next == NULL || p->due_ms < next->due_ms || (p->due_ms == next->due_ms && p->seq < next->seq)) &&
            !order_blocks(e, p->integration)) {
            next = p;
        }
    }
    return next;
}

void order_rewind(struct endpoint *e)
{
    e->read_due_ms = 0;
    e->read_seq = 0;
    e->passed_count = 0;
}

/* ---- reading ---- */

struct reading {
    struct endpoint *e;
    struct order_passed *of; /* NULL: everybody's, behind what was read */
    size_t looked;
    bool stopped; /* before the end of what is due */
    bool through; /* what was passed over of it is all looked at */
};

static bool on_head(void *ctx, const struct store_notification *n)
{
    struct reading *r = ctx;

    return dispatch_is_unbooked(r->e, n->seq) || order_blocks(r->e, n->integration) ||
           dispatch_ready_add(r->e, n);
}

static bool on_passed(void *ctx, const struct store_notification *n)
{
    struct reading *r = ctx;
    struct endpoint *e = r->e;

    r->looked++;
    if (n->due_ms > e->read_due_ms || (n->due_ms == e->read_due_ms && n->seq > e->read_seq)) {
        r->through = true;
        return false;
    }
    if (n->integration == r->of->integration && !dispatch_is_unbooked(e, n->seq)) {
        r->stopped = true;
        if (!dispatch_ready_add(e, n)) {
            return false;
        }
    }
    r->of->due_ms = n->due_ms;
    r->of->seq = n->seq;
    return !r->stopped;
}

static bool on_next(void *ctx, const struct store_notification *n)
{
    struct reading *r = ctx;
    struct endpoint *e = r->e;
    bool is_blocked;

    r->looked++;
    if (!dispatch_is_unbooked(e, n->seq)) {
        is_blocked = order_blocks(e, n->integration) || passed_find(e, n->integration) != NULL;
        if (is_blocked ? !passed_note(e, n->integration, n->due_ms, n->seq)
                       : e->ready_count >= READY_MAX || !dispatch_ready_add(e, n)) {
            r->stopped = true;
            return false;
        }
    }
    e->read_due_ms = n->due_ms;
    e->read_seq = n->seq;
    return true;
}

/* The next one of an integration that was passed over. */
static size_t read_passed(struct dispatch *d, struct endpoint *e, struct order_passed *p, int64_t now_ms,
                          size_t max)
{
    struct reading r = {.e = e, .of = p};

    if (!dispatch_read(d, e, now_ms, p->due_ms, p->seq, max, on_passed, &r)) {
        return max;
    }
    if (r.through || (!r.stopped && r.looked < max)) {
        *p = e->passed[--e->passed_count];
    }
    return r.looked > 0 ? r.looked : 1;
}

static size_t read_next(struct dispatch *d, struct endpoint *e, int64_t now_ms, size_t max)
{
    struct reading r = {.e = e};

    if (!dispatch_read(d, e, now_ms, e->read_due_ms, e->read_seq, max, on_next, &r)) {
        return 0;
    }
    if (!r.stopped && r.looked < max && e->ready_first == NULL && e->passed_count == 0) {
        order_rewind(e); /* what is there is on its way */
    }
    return r.stopped ? 0 : r.looked;
}

void order_refill(struct dispatch *d, struct endpoint *e, int64_t now_ms)
{
    size_t left = ORDER_LOOKS;
    struct order_passed *p;

    e->reading_on = false;
    if (e->order == DISPATCH_STRICT) {
        struct reading r = {.e = e};

        (void)dispatch_read(d, e, now_ms, 0, 0, 1, on_head, &r);
    } else if (e->all_held_until_ms == 0) {
        /* When the clock went back, new ones may be due before what was read. */
        if (now_ms < e->read_due_ms || now_ms < e->rewound_ms || now_ms - e->rewound_ms >= ORDER_REWIND_MS) {
            order_rewind(e);
            e->rewound_ms = now_ms;
        }
        while (left > 0 && e->ready_count < READY_MAX && (p = passed_next(e)) != NULL) {
            size_t looked = read_passed(d, e, p, now_ms, left);

            left -= looked < left ? looked : left;
        }
        if (left > 0 && e->ready_count < READY_MAX) {
            left -= read_next(d, e, now_ms, left);
        }
        e->reading_on = left == 0 && e->ready_first == NULL;
    }
    e->exhausted = e->ready_first == NULL && !e->reading_on;
}

/* ---- holding back ---- */

void order_hold(struct endpoint *e, uint32_t integration, int64_t due_ms, uint64_t seq, int64_t until_ms)
{
    if (e->order == DISPATCH_ANY_ORDER) {
        return;
    }
    if (e->order == DISPATCH_PER_INTEGRATION && !passed_note(e, integration, due_ms, seq)) {
        order_rewind(e);
    }
    if (e->hold_count < ORDER_HOLDS_MAX) {
        e->holds[e->hold_count++] = (struct order_hold){key_of(e, integration), until_ms};
    } else if (e->all_held_until_ms < until_ms) {
        e->all_held_until_ms = until_ms; /* so many fail at once: it is the endpoint */
    }
}

int64_t order_next_ms(struct endpoint *e, int64_t now_ms)
{
    int64_t next_ms = e->all_held_until_ms;
    size_t kept = 0;

    if (next_ms != 0 && next_ms <= now_ms) {
        e->all_held_until_ms = 0;
        e->exhausted = false;
        next_ms = 0;
    }
    for (size_t i = 0; i < e->hold_count; i++) {
        if (e->holds[i].until_ms > now_ms) {
            next_ms = next_ms == 0 || e->holds[i].until_ms < next_ms ? e->holds[i].until_ms : next_ms;
            e->holds[kept++] = e->holds[i];
        } else {
            e->exhausted = false;
        }
    }
    e->hold_count = kept;
    return next_ms;
}

void order_forget(struct endpoint *e)
{
    e->hold_count = 0;
    e->all_held_until_ms = 0;
    e->exhausted = false;
}
