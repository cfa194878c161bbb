#include "host/bucket.h"

#include "host/retry.h"

#define BLOCK_MOST_US INT64_C(3600000000)
#define WINDOW_GUESS_US INT64_C(60000000) /* a window whose end is not told or not readable */
#define CROWD_LEAST_US INT64_C(1000000)
#define CROWD_SPREAD_US INT64_C(4000000)

struct bucket *buckets_get(struct buckets *buckets, struct weir_str name, int64_t now_us)
{
    struct bucket *oldest = NULL;
    struct bucket *bucket;

    for (size_t i = 0; i < buckets->count; i++) {
        bucket = &buckets->list[i];
        if (weir_str_equal(weir_str_n(bucket->name, bucket->name_len), name)) {
            bucket->used_us = now_us;
            return bucket;
        }
        oldest = oldest == NULL || bucket->used_us < oldest->used_us ? bucket : oldest;
    }
    bucket = buckets->count < BUCKETS_MAX ? &buckets->list[buckets->count++] : oldest;
    *bucket = (struct bucket){.name_len = name.len < BUCKET_NAME_MAX ? name.len : BUCKET_NAME_MAX,
                              .used_us = now_us};
    if (bucket->name_len > 0) {
        memcpy(bucket->name, name.data, bucket->name_len);
    }
    return bucket;
}

static double tokens_at(const struct bucket *bucket, int64_t now_us)
{
    double tokens = bucket->tokens + bucket->per_s * (double)(now_us - bucket->measured_us) / 1e6;

    return tokens < bucket->capacity ? tokens : bucket->capacity;
}

int64_t bucket_wait_us(const struct bucket *bucket, int64_t now_us)
{
    int64_t wait = bucket->blocked_until_us > now_us ? bucket->blocked_until_us - now_us : 0;

    if (bucket->metered) {
        double lacking = bucket->cost - tokens_at(bucket, now_us);

        if (lacking > 0) {
            double refill = lacking / bucket->per_s * 1e6;
            int64_t refill_us = refill < (double)BLOCK_MOST_US ? (int64_t)refill + 1 : BLOCK_MOST_US;

            wait = refill_us > wait ? refill_us : wait;
        }
    }
    return wait;
}

void bucket_draw(struct bucket *bucket, int64_t now_us)
{
    if (bucket->metered) {
        bucket->tokens = tokens_at(bucket, now_us) - bucket->cost;
        bucket->measured_us = now_us;
    }
}

void bucket_block(struct bucket *bucket, int64_t until_us, int64_t now_us)
{
    int64_t last = now_us + BLOCK_MOST_US;

    until_us = until_us < last ? until_us : last;
    bucket->blocked_until_us = until_us > bucket->blocked_until_us ? until_us : bucket->blocked_until_us;
}

static bool number(int64_t *n, const struct weir_header *headers, size_t count, const char *name,
                   const char *other)
{
    struct weir_str value;

    return (http_header(&value, headers, count, name) || http_header(&value, headers, count, other)) &&
           http_number_parse(n, value);
}

/* The largest number among all the values of that name; some tools send it twice, or a proxy joined them. */
static bool largest_number(int64_t *n, const struct weir_header *headers, size_t count, const char *name)
{
    bool found = false;

    for (size_t i = 0; i < count; i++) {
        struct weir_str rest = headers[i].value;

        while (weir_str_is(headers[i].name, name) && rest.len > 0) {
            const char *comma = memchr(rest.data, ',', rest.len);
            size_t len = comma != NULL ? (size_t)(comma - rest.data) : rest.len;
            int64_t value;

            if (http_number_parse(&value, weir_str_n(rest.data, len)) && (!found || value > *n)) {
                *n = value;
                found = true;
            }
            len += comma != NULL ? 1 : 0;
            len += len < rest.len && rest.data[len] == ' ' ? 1 : 0;
            rest = weir_str_n(rest.data + len, rest.len - len);
        }
    }
    return found;
}

/* A reset is the Unix time in seconds, at some tools the seconds until then. The tool's own clock counts,
 * whose seconds are cut: one more makes sure that the window is over. */
static int64_t reset_wait_us(int64_t reset, const struct weir_header *headers, size_t count, int64_t now_ms)
{
    const int64_t any_date_s = 1000000000; /* 2001; no limit lasts that long */
    struct weir_str value;
    int64_t date_ms = now_ms;
    int64_t wait_s = reset;

    if (reset >= any_date_s) {
        if (http_header(&value, headers, count, "date")) {
            (void)http_date_parse(&date_ms, value);
        }
        wait_s = reset - date_ms / 1000;
        wait_s = wait_s >= 0 ? wait_s + 1 : 0;
    }
    wait_s = wait_s > 0 ? wait_s : 0;
    return wait_s < BLOCK_MOST_US / 1000000 ? wait_s * 1000000 : BLOCK_MOST_US;
}

/* A window of so many requests, of which `left` are left. */
static void learn_window(struct bucket *bucket, int64_t left, const struct weir_header *headers, size_t count,
                         int64_t now_us, int64_t now_ms)
{
    int64_t limit = 0;
    int64_t reset = 0;
    bool limited = number(&limit, headers, count, "x-rate-limit-limit", "x-ratelimit-limit");

    if (limited && limit == 0 && left == 0) {
        /* Too many at once, which no window's end heals: Okta says it so. Those that wait are spread. */
        bucket_block(bucket, now_us + CROWD_LEAST_US + now_us % CROWD_SPREAD_US, now_us);
    } else if (left > 0 && !(limited && left < limit / 10)) {
        /* Below a tenth the rest is left to others who share the limit. */
        return;
    } else if (largest_number(&reset, headers, count, "x-rate-limit-reset") ||
               largest_number(&reset, headers, count, "x-ratelimit-reset")) {
        bucket_block(bucket, now_us + reset_wait_us(reset, headers, count, now_ms), now_us);
    } else if (limited && left == 0) {
        bucket_block(bucket, now_us + WINDOW_GUESS_US, now_us);
    }
}

void bucket_learn(struct bucket *bucket, const struct weir_header *headers, size_t header_count,
                  int64_t now_us, int64_t now_ms)
{
    int64_t left, rate = 0, capacity = 0, cost = 1;

    if (!number(&left, headers, header_count, "x-ratelimit-remaining", "x-rate-limit-remaining")) {
        return;
    }
    if (number(&rate, headers, header_count, "x-ratelimit-replenish-rate", "x-rate-limit-replenish-rate") &&
        rate > 0) {
        (void)number(&capacity, headers, header_count, "x-ratelimit-burst-capacity",
                     "x-rate-limit-burst-capacity");
        (void)number(&cost, headers, header_count, "x-ratelimit-requested-tokens",
                     "x-rate-limit-requested-tokens");
        cost = cost > 0 ? cost : 1;
        /* A capacity below what one request costs would never let one pass again. */
        capacity = capacity >= cost ? capacity : cost;
        bucket->metered = true;
        bucket->per_s = (double)rate;
        bucket->cost = (double)cost;
        bucket->capacity = (double)(left > capacity ? left : capacity);
        bucket->tokens = (double)left;
        bucket->measured_us = now_us;
    } else {
        learn_window(bucket, left, headers, header_count, now_us, now_ms);
    }
}
