/*
 * bucket: how much of a tool's rate limit is left, as its answers tell.
 *
 * One bucket per name a connector gives its requests ("/v2/persons"). A bucket of which nothing was heard
 * lets everything pass. Pure: the time is handed in. Knows nothing of connectors or sockets.
 */
#ifndef WEIR_HOST_BUCKET_H
#define WEIR_HOST_BUCKET_H

#include "weir/connector.h" /* struct weir_header */

#define BUCKETS_MAX 64
#define BUCKET_NAME_MAX 64

struct bucket {
    char name[BUCKET_NAME_MAX];
    size_t name_len;
    bool metered; /* the tool said how it refills */
    double tokens, capacity, per_s, cost;
    int64_t measured_us;
    int64_t blocked_until_us;
    int64_t used_us;
};

struct buckets {
    struct bucket list[BUCKETS_MAX];
    size_t count;
};

/* The bucket of that name (at most BUCKET_NAME_MAX bytes), made when new; the one that was not used for the
 * longest time makes room. Valid until the next call. Thread: any, one at a time, as all calls here. */
struct bucket *buckets_get(struct buckets *buckets, struct weir_str name, int64_t now_us);

/* How long a request has to wait; 0: it may go. */
int64_t bucket_wait_us(const struct bucket *bucket, int64_t now_us);
/* A request goes. */
void bucket_draw(struct bucket *bucket, int64_t now_us);
/* Nothing passes before that time (at most an hour from now). */
void bucket_block(struct bucket *bucket, int64_t until_us, int64_t now_us);
/* Learn from an answer's headers, with names in lower case: x-ratelimit-remaining, -replenish-rate,
 * -burst-capacity, -requested-tokens; x-rate-limit-limit, -remaining and -reset (also x-ratelimit-...): a
 * window that is used up, or nearly so, blocks until it is over. now_ms is Unix time, for an answer without a
 * date. */
void bucket_learn(struct bucket *bucket, const struct weir_header *headers, size_t header_count,
                  int64_t now_us, int64_t now_ms);

#endif
