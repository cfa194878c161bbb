#include "store/hash_set.h"

#include "base/thread.h"

#include <stdlib.h>

#define CAP_FIRST 1024

/* At most three quarters full. */
static size_t room_of(size_t cap)
{
    return cap / 4 * 3;
}

void hash_set_fini(struct hash_set *set)
{
    free(set->slots);
    *set = (struct hash_set){0};
}

static bool slot_empty(const struct hash_set *set, size_t at)
{
    static const uint8_t zero[STORE_HASH];

    return memcmp(set->slots[at], zero, STORE_HASH) == 0;
}

static size_t place_of(const struct hash_set *set, const uint8_t *hash)
{
    uint64_t start;

    memcpy(&start, hash, sizeof start);
    return (size_t)start & (set->cap - 1);
}

/* All zero means empty, so the one digest that is all zero takes its neighbour's name. */
static void name_of(uint8_t out[STORE_HASH], const uint8_t *hash)
{
    uint8_t any = 0;
    size_t i;

    memcpy(out, hash, STORE_HASH);
    for (i = 0; i < STORE_HASH; i++) {
        any |= hash[i];
    }
    out[STORE_HASH - 1] |= any == 0;
}

/* Where it is, or the empty slot where it would be. */
static size_t find(const struct hash_set *set, const uint8_t *name)
{
    size_t at = place_of(set, name);

    while (!slot_empty(set, at) && memcmp(set->slots[at], name, STORE_HASH) != 0) {
        at = (at + 1) & (set->cap - 1);
    }
    return at;
}

bool hash_set_reserve(struct hash_set *set, size_t count)
{
    struct hash_set larger = {.cap = set->cap > 0 ? set->cap : CAP_FIRST};
    size_t i;

    if (set->cap > 0 && count <= room_of(set->cap)) {
        return true;
    }
    while (room_of(larger.cap) < count) {
        larger.cap *= 2;
    }
    larger.slots = calloc(larger.cap, STORE_HASH);
    if (larger.slots == NULL) {
        return false;
    }
    for (i = 0; i < set->cap; i++) {
        if (!slot_empty(set, i)) {
            memcpy(larger.slots[find(&larger, set->slots[i])], set->slots[i], STORE_HASH);
        }
    }
    larger.count = set->count;
    free(set->slots);
    *set = larger;
    return true;
}

bool hash_set_has(const struct hash_set *set, const uint8_t hash[STORE_HASH])
{
    uint8_t name[STORE_HASH];

    name_of(name, hash);
    return set->count > 0 && !slot_empty(set, find(set, name));
}

bool hash_set_add(struct hash_set *set, const uint8_t hash[STORE_HASH])
{
    uint8_t name[STORE_HASH];
    size_t at;

    check_bug(set->count < room_of(set->cap));
    name_of(name, hash);
    at = find(set, name);
    if (!slot_empty(set, at)) {
        return false;
    }
    memcpy(set->slots[at], name, STORE_HASH);
    set->count++;
    return true;
}

bool hash_set_remove(struct hash_set *set, const uint8_t hash[STORE_HASH])
{
    uint8_t name[STORE_HASH];
    size_t hole;
    size_t at;

    name_of(name, hash);
    if (set->count == 0) {
        return false;
    }
    hole = find(set, name);
    if (slot_empty(set, hole)) {
        return false;
    }
    /* Whoever was pushed past the hole moves back into it, so that no search ends early. */
    for (at = (hole + 1) & (set->cap - 1); !slot_empty(set, at); at = (at + 1) & (set->cap - 1)) {
        size_t home = place_of(set, set->slots[at]);

        if (((at - home) & (set->cap - 1)) >= ((at - hole) & (set->cap - 1))) {
            memcpy(set->slots[hole], set->slots[at], STORE_HASH);
            hole = at;
        }
    }
    memset(set->slots[hole], 0, STORE_HASH);
    set->count--;
    return true;
}
