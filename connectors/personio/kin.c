#include "kin.h"

static uint64_t kin_hash(struct weir_str id)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < id.len; i++) {
        h = (h ^ (unsigned char)id.data[i]) * UINT64_C(0x100000001b3);
    }
    h ^= h >> 32; /* the low bits choose the place */
    return h != 0 ? h : 1;
}

static struct kin_entry *kin_place(struct kin_entry *entries, size_t cap, uint64_t hash)
{
    size_t at = (size_t)hash & (cap - 1);

    while (entries[at].employment != 0 && entries[at].employment != hash) {
        at = (at + 1) & (cap - 1);
    }
    return &entries[at];
}

void kin_fini(struct kin *k)
{
    free(k->entries);
    memset(k, 0, sizeof *k);
}

/* Never more than half full, so that a search is short. */
static bool kin_grow(struct kin *k)
{
    size_t cap = k->cap == 0 ? 256 : k->cap * 2;
    struct kin_entry *entries;

    if (cap > KIN_MAX) {
        return false;
    }
    entries = calloc(cap, sizeof *entries);
    if (entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < k->cap; i++) {
        if (k->entries[i].employment != 0) {
            *kin_place(entries, cap, k->entries[i].employment) = k->entries[i];
        }
    }
    free(k->entries);
    k->entries = entries;
    k->cap = cap;
    return true;
}

void kin_put(struct kin *k, struct weir_str employment, struct weir_str person)
{
    uint64_t number = 0;
    struct kin_entry *entry;

    /* 18 digits fit, and a leading zero would be lost. */
    if (person.len == 0 || person.len > 18 || person.data[0] == '0') {
        return;
    }
    for (size_t i = 0; i < person.len; i++) {
        if (person.data[i] < '0' || person.data[i] > '9') {
            return;
        }
        number = number * 10 + (uint64_t)(person.data[i] - '0');
    }
    if ((k->count + 1) * 2 > k->cap && !kin_grow(k) && (k->cap == 0 || (k->count + 1) * 8 > k->cap * 7)) {
        return;
    }
    entry = kin_place(k->entries, k->cap, kin_hash(employment));
    if (entry->employment == 0) {
        entry->employment = kin_hash(employment);
        k->count++;
    }
    entry->person = number;
}

bool kin_find(char out[WEIR_ID_TEXT], const struct kin *k, struct weir_str employment)
{
    const struct kin_entry *entry;

    if (k->cap == 0) {
        return false;
    }
    entry = kin_place(k->entries, k->cap, kin_hash(employment));
    if (entry->employment == 0) {
        return false;
    }
    (void)snprintf(out, WEIR_ID_TEXT, "%llu", (unsigned long long)entry->person);
    return true;
}
