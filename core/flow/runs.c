#include "flow/runs.h"

#include "base/thread.h"

#include <stdlib.h>

struct runs {
    uint32_t at_once_max;
    int64_t timeout_ms;
    pthread_mutex_t lock; /* guards the list, and each run that is not taken */
    struct run *first;    /* in the order in which they began */
    uint32_t turns;
};

struct runs *runs_new(uint32_t at_once_max, int64_t timeout_ms)
{
    struct runs *runs = calloc(1, sizeof *runs);

    if (runs != NULL) {
        runs->at_once_max = at_once_max;
        runs->timeout_ms = timeout_ms;
        pthread_mutex_init(&runs->lock, NULL);
    }
    return runs;
}

void runs_free(struct runs *runs)
{
    if (runs == NULL) {
        return;
    }
    while (runs->first != NULL) {
        struct run *next = runs->first->next;

        free(runs->first);
        runs->first = next;
    }
    pthread_mutex_destroy(&runs->lock);
    free(runs);
}

/* The lock is held, as in all helpers here. */
static struct run *find(const struct runs *runs, uint32_t integration)
{
    struct run *run = runs->first;

    while (run != NULL && run->integration != integration) {
        run = run->next;
    }
    return run;
}

bool runs_find(struct run_view *out, struct runs *runs, uint32_t integration)
{
    const struct run *run;

    pthread_mutex_lock(&runs->lock);
    run = find(runs, integration);
    if (run != NULL && out != NULL) {
        *out = (struct run_view){.run = run->number,
                                 .full = run->full,
                                 .turn = run->turn,
                                 .turn_ms = run->turn_ms,
                                 .records_then = run->records_then,
                                 .records_hoped = run->records_hoped};
        memcpy(out->id, run->id, sizeof out->id);
    }
    pthread_mutex_unlock(&runs->lock);
    return run != NULL;
}

int runs_add(struct runs *runs, const struct store_sync *row, uint64_t records_hoped, struct weir_error *err)
{
    struct run *run = calloc(1, sizeof *run);
    struct run **at;

    if (run == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a sync");
    }
    run->row = *row;
    run->integration = row->integration;
    run->number = row->run;
    run->full = row->full;
    memcpy(run->id, row->id, sizeof run->id);
    run->records_hoped = records_hoped;
    run->deadline_ms = INT64_MAX;
    pthread_mutex_lock(&runs->lock);
    for (at = &runs->first; *at != NULL && (*at)->number < row->run; at = &(*at)->next) {
    }
    run->next = *at;
    *at = run;
    pthread_mutex_unlock(&runs->lock);
    return 0;
}

bool runs_next_turn(uint32_t *integration, struct runs *runs, int64_t now_ms)
{
    struct run *run = NULL;

    pthread_mutex_lock(&runs->lock);
    if (runs->turns < runs->at_once_max) {
        for (run = runs->first; run != NULL && run->turn; run = run->next) {
        }
    }
    if (run != NULL) {
        run->turn = true;
        runs->turns++;
        run->turn_ms = now_ms;
        run->records_then = run->row.records;
        run->deadline_ms = now_ms + runs->timeout_ms;
        if (run->row.pages == 0) {
            run->row.started_at_ms = now_ms;
        }
        *integration = run->integration;
    }
    pthread_mutex_unlock(&runs->lock);
    return run != NULL;
}

struct run *runs_take(struct runs *runs, uint32_t integration)
{
    struct run *run;

    pthread_mutex_lock(&runs->lock);
    run = find(runs, integration);
    if (run != NULL && (!run->turn || run->taken)) {
        run = NULL;
    }
    if (run != NULL) {
        run->taken = true;
    }
    pthread_mutex_unlock(&runs->lock);
    return run;
}

bool runs_give_back(struct runs *runs, struct run *run)
{
    bool goes_on;

    pthread_mutex_lock(&runs->lock);
    goes_on = run->stop == STORE_SYNC_RUNNING;
    run->taken = !goes_on;
    pthread_mutex_unlock(&runs->lock);
    return goes_on;
}

void runs_take_end(struct runs *runs, struct run *run)
{
    struct run **at;

    pthread_mutex_lock(&runs->lock);
    for (at = &runs->first; *at != run; at = &(*at)->next) {
        check_bug(*at != NULL);
    }
    *at = run->next;
    runs->turns -= run->turn ? 1 : 0;
    pthread_mutex_unlock(&runs->lock);
    free(run);
}

struct run *runs_stop(bool *found, struct runs *runs, uint32_t integration, int32_t state, const char *why)
{
    struct run *run;

    pthread_mutex_lock(&runs->lock);
    run = find(runs, integration);
    *found = run != NULL;
    if (run != NULL &&
        run->stop == STORE_SYNC_RUNNING) { /* the first word counts, and is read without the lock */
        run->stop = state;
        run->stop_why = why;
    }
    if (run != NULL && run->taken) {
        run = NULL;
    } else if (run != NULL) {
        run->taken = true;
    }
    pthread_mutex_unlock(&runs->lock);
    return run;
}

struct run *runs_take_late(struct runs *runs, int64_t now_ms)
{
    struct run *run;

    pthread_mutex_lock(&runs->lock);
    for (run = runs->first; run != NULL && (run->taken || run->deadline_ms > now_ms); run = run->next) {
    }
    if (run != NULL) {
        run->taken = true;
        run->stop = STORE_SYNC_TIMED_OUT;
        run->stop_why = RUNS_LATE_WHY;
    }
    pthread_mutex_unlock(&runs->lock);
    return run;
}

int64_t runs_late_ms(struct runs *runs, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;

    pthread_mutex_lock(&runs->lock);
    for (const struct run *run = runs->first; run != NULL; run = run->next) {
        /* Who has one that is late looks at the time itself before it goes on. */
        if (!(run->taken && run->deadline_ms <= now_ms) && run->deadline_ms < next_ms) {
            next_ms = run->deadline_ms;
        }
    }
    pthread_mutex_unlock(&runs->lock);
    return next_ms;
}

uint32_t runs_nth(struct runs *runs, size_t n)
{
    const struct run *run;
    uint32_t integration;

    pthread_mutex_lock(&runs->lock);
    for (run = runs->first; run != NULL && n > 0; run = run->next) {
        n--;
    }
    integration = run != NULL ? run->integration : 0;
    pthread_mutex_unlock(&runs->lock);
    return integration;
}
