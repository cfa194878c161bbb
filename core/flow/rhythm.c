#include "flow/rhythm.h"

/* From 0 up to, not including, window: evenly over the ids, and the same each time. */
static int64_t jitter_ms(const char *id, int64_t window_ms)
{
    uint64_t hash = 14695981039346656037u;

    for (const char *c = id; *c != '\0'; c++) {
        hash = (hash ^ (uint8_t)*c) * 1099511628211u;
    }
    hash ^= hash >> 32; /* ids differ in their last characters, which reach the low bits alone */
    hash *= 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
    return window_ms > 0 ? (int64_t)(hash % (uint64_t)window_ms) : 0;
}

int64_t rhythm_due_ms(const struct rhythm *rhythm, const struct rhythm_facts *facts)
{
    int64_t due_ms = facts->next_ms;

    if (!facts->first_done) {
        return due_ms;
    }
    if (facts->relaxed) {
        due_ms += rhythm->relaxed_ms - rhythm->interval_ms;
    }
    return due_ms > facts->floor_ms ? due_ms : facts->floor_ms;
}

bool rhythm_is_full(const struct rhythm *rhythm, const struct rhythm_facts *facts, int64_t now_ms)
{
    return !facts->first_done || !facts->deltas || facts->new_scope || facts->last_full_ms == 0 ||
           now_ms - facts->last_full_ms >= rhythm->full_ms;
}

int64_t rhythm_next_ms(const struct rhythm *rhythm, const struct rhythm_facts *facts, enum rhythm_end end,
                       int64_t ended_ms, const char *id)
{
    int64_t next_ms = ended_ms + rhythm->interval_ms;
    int64_t full_ms = facts->last_full_ms + rhythm->full_ms;

    if (!facts->first_done && end == RHYTHM_ENDED_FAILED) {
        return ended_ms + rhythm->retry_ms;
    }
    if (end != RHYTHM_ENDED_WELL) {
        return next_ms;
    }
    if (!facts->first_done) {
        return next_ms - jitter_ms(id, rhythm->interval_ms / 2);
    }
    /* One in the past was due just now, and did not come to its end. */
    return facts->deltas && full_ms > ended_ms && full_ms < next_ms ? full_ms : next_ms;
}

int64_t rhythm_floor_ms(const struct rhythm *rhythm, int64_t now_ms, const char *id)
{
    return now_ms + jitter_ms(id, rhythm->interval_ms / 10);
}
