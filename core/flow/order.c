/*
 * order: one notification at a time, of an endpoint or of each integration, and none before those ahead of
 * it.
 *
 * One that failed keeps its place in the outbox, so that the head is always the one whose turn it is; until
 * its next try it holds back those behind it. Held in memory: after a restart it is tried at once.
 */
#include "flow/dispatch_internal.h"

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

void order_hold(struct endpoint *e, uint32_t integration, int64_t until_ms)
{
    if (e->order == DISPATCH_ANY_ORDER) {
        return;
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
