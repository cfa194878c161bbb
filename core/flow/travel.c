#include "flow/travel.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#define BUCKETS 64
#define BUCKET_MARKS 64

struct mark {
    uint64_t first, last; /* 0: empty */
    int64_t received_us;
    uint64_t told; /* a bit for each endpoint, by its number */
    uint32_t integration;
};

/* The last so many of the integrations that share it. */
struct bucket {
    struct mark marks[BUCKET_MARKS];
    size_t next;
};

struct travel {
    struct latency latency;
    pthread_mutex_t lock; /* guards the buckets; held for a few instructions */
    struct bucket buckets[BUCKETS];
};

struct travel *travel_new(void)
{
    struct travel *travel = calloc(1, sizeof *travel);

    if (travel != NULL) {
        (void)pthread_mutex_init(&travel->lock, NULL);
    }
    return travel;
}

void travel_free(struct travel *travel)
{
    if (travel != NULL) {
        (void)pthread_mutex_destroy(&travel->lock);
        free(travel);
    }
}

void travel_changed(struct travel *travel, uint32_t integration, uint64_t first, uint64_t last,
                    int64_t received_us)
{
    struct bucket *bucket = &travel->buckets[integration % BUCKETS];

    if (last == 0) {
        return;
    }
    (void)pthread_mutex_lock(&travel->lock);
    bucket->marks[bucket->next] =
        (struct mark){.integration = integration, .first = first, .last = last, .received_us = received_us};
    bucket->next = (bucket->next + 1) % BUCKET_MARKS;
    (void)pthread_mutex_unlock(&travel->lock);
}

static bool is_told(const struct mark *mark, uint32_t integration, uint64_t first, uint64_t last)
{
    return mark->last != 0 && mark->integration == integration && mark->last >= first && mark->last <= last;
}

void travel_told(struct travel *travel, uint32_t endpoint, uint32_t integration, uint64_t first,
                 uint64_t last, int64_t now_us)
{
    struct bucket *bucket = &travel->buckets[integration % BUCKETS];
    uint64_t bit = UINT64_C(1) << (endpoint % 64);

    if (last == 0) {
        return;
    }
    (void)pthread_mutex_lock(&travel->lock);
    for (size_t i = 0; i < BUCKET_MARKS; i++) {
        struct mark *mark = &bucket->marks[i];

        if (is_told(mark, integration, first, last) && (mark->told & bit) == 0) {
            mark->told |= bit;
            latency_add(&travel->latency, now_us, now_us - mark->received_us);
        }
    }
    (void)pthread_mutex_unlock(&travel->lock);
}

const struct latency *travel_latency(const struct travel *travel)
{
    return &travel->latency;
}
