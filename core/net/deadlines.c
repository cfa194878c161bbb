/*
 * deadlines: absolute ones, since the library's time-out only sees silence and a peer that sends a
 * byte a second is never silent.
 *
 * Every phase has one length, so a list per phase is ordered by its own making, and the earliest
 * deadline of a server is the earliest of three heads.
 */
#include "net/server_internal.h"

void deadline_clear(struct connection *c)
{
    struct deadline_list *list;

    if (c->phase == PHASE_NONE) {
        return;
    }
    list = &c->server->lists[c->phase];
    if (c->prev != NULL) {
        c->prev->next = c->next;
    } else {
        list->first = c->next;
    }
    if (c->next != NULL) {
        c->next->prev = c->prev;
    } else {
        list->last = c->prev;
    }
    c->prev = c->next = NULL;
    c->phase = PHASE_NONE;
}

void deadline_set(struct connection *c, enum phase phase)
{
    struct deadline_list *list = &c->server->lists[phase];

    deadline_clear(c);
    c->phase = phase;
    c->deadline_us = c->server->loop->now_us + c->server->timeout_us[phase];
    c->prev = list->last;
    c->next = NULL;
    if (list->last != NULL) {
        list->last->next = c;
    } else {
        list->first = c;
    }
    list->last = c;
}

int64_t deadline_next(const struct server *server)
{
    int64_t next = INT64_MAX;

    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const struct connection *c = server->lists[phase].first;

        if (c != NULL && c->deadline_us < next) {
            next = c->deadline_us;
        }
    }
    return next;
}

static void expire(struct connection *c)
{
    enum phase phase = c->phase;

    if (phase == PHASE_REPLY && c->extensions > 0) {
        c->extensions--;
        deadline_set(c, PHASE_REPLY);
        return;
    }
    if (phase == PHASE_REPLY && c->x != NULL && c->x->stream != NULL && stream_cut(c->x->stream, false)) {
        deadline_set(c, PHASE_REPLY); /* once more, for its farewell */
        return;
    }
    deadline_clear(c);
    metric_add(c->server->timeouts, 1);
    /* A connection that is merely idle is closed without a word: an answer that nobody asked for
     * could be taken for that to the next request. */
    if (phase != PHASE_REPLY && c->x != NULL) {
        connection_write_status(c, 408);
    }
    connection_end(c);
}

void deadlines_expire(struct server *server, int64_t now_us)
{
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        struct connection *c;

        while ((c = server->lists[phase].first) != NULL && c->deadline_us <= now_us) {
            expire(c);
        }
    }
}
