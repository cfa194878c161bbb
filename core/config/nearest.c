#include "config/nearest.h"

#include <stdint.h>
#include <string.h>

#define NAME_MAX_LEN 64
#define PREFIX_LEAST 4 /* "interval" means "interval_s", but "in" means nothing */

/* ASCII only, whatever the locale. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits between a and b: insert, delete, replace, and swap of neighbours. Both fit NAME_MAX_LEN. */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][NAME_MAX_LEN + 1];

    for (size_t j = 0; j <= b_len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t cost = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;

            row[j] = least(least(row[j - 1] + 1, above[j] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
                row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
            }
        }
    }
    return rows[a_len % 3][b_len];
}

void nearest_init(struct nearest *n, const char *want)
{
    n->want = want;
    n->best = NULL;
    n->distance = SIZE_MAX;
}

void nearest_try(struct nearest *n, const char *candidate)
{
    size_t want_len = strlen(n->want);
    size_t len = strlen(candidate);
    size_t shorter = least(want_len, len);
    size_t distance;

    if (want_len > NAME_MAX_LEN || len > NAME_MAX_LEN) {
        return;
    }
    distance = edit_distance(n->want, want_len, candidate, len);
    if (shorter >= PREFIX_LEAST && strncmp(n->want, candidate, shorter) == 0) {
        distance = least(distance, 2);
    }
    if (distance < n->distance) {
        n->distance = distance;
        n->best = candidate;
    }
}

const char *nearest_best(const struct nearest *n)
{
    size_t allowed = strlen(n->want) / 3;

    if (allowed < 2) {
        allowed = strlen(n->want) > 2 ? 2 : 1;
    }
    return n->distance <= allowed ? n->best : NULL;
}
