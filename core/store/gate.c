#include "store/gate.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* Somebody unknown who waits at the gate for a second reader is let in after this. */
#define ROUND_MS 100
#define PAUSE_NS 2000000
#define PLACES 256 /* who finds none free is counted, but not known */

struct gate {
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t moved;
    size_t inside;
    bool closed;
    size_t places_used; /* all beyond are free */
    struct {
        pthread_t who;
        bool taken;
    } places[PLACES];
};

struct gate *gate_new(void)
{
    struct gate *gate = calloc(1, sizeof *gate);
    pthread_condattr_t attr;

    if (gate == NULL) {
        return NULL;
    }
    (void)pthread_mutex_init(&gate->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&gate->moved, &attr);
    (void)pthread_condattr_destroy(&attr);
    return gate;
}

void gate_free(struct gate *gate)
{
    if (gate != NULL) {
        (void)pthread_cond_destroy(&gate->moved);
        (void)pthread_mutex_destroy(&gate->lock);
        free(gate);
    }
}

static bool is_inside(const struct gate *gate, pthread_t who)
{
    size_t i;

    for (i = 0; i < gate->places_used; i++) {
        if (gate->places[i].taken && pthread_equal(gate->places[i].who, who)) {
            return true;
        }
    }
    return false;
}

static size_t take_place(struct gate *gate, pthread_t who)
{
    size_t i = 0;

    while (i < gate->places_used && gate->places[i].taken) {
        i++;
    }
    if (i == PLACES) {
        return PLACES;
    }
    gate->places_used += i == gate->places_used;
    gate->places[i].who = who;
    gate->places[i].taken = true;
    return i;
}

size_t gate_enter(struct gate *gate)
{
    pthread_t self = pthread_self();
    size_t place;

    (void)pthread_mutex_lock(&gate->lock);
    while (gate->closed && !is_inside(gate, self)) {
        (void)pthread_cond_wait(&gate->moved, &gate->lock);
    }
    place = take_place(gate, self);
    gate->inside++;
    (void)pthread_mutex_unlock(&gate->lock);
    return place;
}

void gate_leave(struct gate *gate, size_t place)
{
    (void)pthread_mutex_lock(&gate->lock);
    gate->inside--;
    if (place < PLACES) {
        gate->places[place].taken = false;
        while (gate->places_used > 0 && !gate->places[gate->places_used - 1].taken) {
            gate->places_used--;
        }
    }
    if (gate->inside == 0 && gate->closed) {
        (void)pthread_cond_broadcast(&gate->moved);
    }
    (void)pthread_mutex_unlock(&gate->lock);
}

/* One round: close, wait at most ROUND_MS, open again if somebody is still inside. */
static bool close_round(struct gate *gate)
{
    struct timespec until;
    bool empty;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ROUND_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    (void)pthread_mutex_lock(&gate->lock);
    gate->closed = true;
    while (gate->inside > 0) {
        if (pthread_cond_timedwait(&gate->moved, &gate->lock, &until) != 0) {
            break;
        }
    }
    empty = gate->inside == 0;
    if (!empty) {
        gate->closed = false;
        (void)pthread_cond_broadcast(&gate->moved);
    }
    (void)pthread_mutex_unlock(&gate->lock);
    return empty;
}

bool gate_close(struct gate *gate, int timeout_ms)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    int waited_ms;

    for (waited_ms = 0; waited_ms < timeout_ms; waited_ms += ROUND_MS) {
        if (close_round(gate)) {
            return true;
        }
        /* Who was woken gets the lock before the next round takes it. */
        (void)nanosleep(&pause, NULL);
    }
    return false;
}

void gate_open(struct gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    gate->closed = false;
    (void)pthread_cond_broadcast(&gate->moved);
    (void)pthread_mutex_unlock(&gate->lock);
}
