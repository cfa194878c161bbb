#include "people.h"

static const char *const names[] = {"profile.login", "profile.email", "profile.employeeNumber"};

#define NAME_COUNT (sizeof names / sizeof names[0])

void people_fini(struct people *p)
{
    free(p->known);
    free(p->waiting);
    memset(p, 0, sizeof *p);
}

/* Without case, since logins and e-mail addresses are. */
static uint64_t key_of(struct weir_str text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        h = (h ^ (unsigned char)c) * UINT64_C(0x100000001b3);
    }
    h ^= h >> 32; /* the low bits choose the place */
    return h != 0 ? h : 1;
}

static bool id_keep(char out[PEOPLE_ID_TEXT], struct weir_str id)
{
    if (id.len >= PEOPLE_ID_TEXT) {
        return false;
    }
    if (id.len > 0) {
        memcpy(out, id.data, id.len);
    }
    out[id.len] = '\0';
    return true;
}

/* ---- who is known ---- */

static struct people_entry *place_of(struct people_entry *entries, size_t cap, uint64_t key)
{
    size_t at = (size_t)key & (cap - 1);

    while (entries[at].key != 0 && entries[at].key != key) {
        at = (at + 1) & (cap - 1);
    }
    return &entries[at];
}

/* Never more than half full, so that a search is short. -1: out of memory. */
static int known_grow(struct people *p)
{
    size_t cap = p->cap == 0 ? 256 : p->cap * 2;
    struct people_entry *entries;

    if (cap > PEOPLE_KNOWN_MAX) {
        return 0;
    }
    entries = calloc(cap, sizeof *entries);
    if (entries == NULL) {
        return -1;
    }
    for (size_t i = 0; i < p->cap; i++) {
        if (p->known[i].key != 0) {
            *place_of(entries, cap, p->known[i].key) = p->known[i];
        }
    }
    free(p->known);
    p->known = entries;
    p->cap = cap;
    return 0;
}

static int known_put(struct people *p, struct weir_str text, struct weir_str id)
{
    char copy[PEOPLE_ID_TEXT] = "";
    struct people_entry *entry;
    uint64_t key = key_of(text);

    if (text.len == 0 || !id_keep(copy, id)) {
        return 0;
    }
    if ((p->count + 1) * 2 > p->cap && known_grow(p) != 0) {
        return -1;
    }
    if ((p->count + 1) * 8 > p->cap * 7) {
        return 0; /* full */
    }
    entry = place_of(p->known, p->cap, key);
    if (entry->key == 0) {
        entry->key = key;
        p->count++;
    }
    memcpy(entry->id, copy, sizeof copy);
    return 0;
}

int people_learn(struct people *p, const json_t *user, struct weir_str id)
{
    int bad = 0;

    for (size_t i = 0; i < NAME_COUNT; i++) {
        struct weir_str text = {NULL, 0};

        if (weir_json_str(&text, user, names[i]) == WEIR_JSON_VALUE) {
            bad |= known_put(p, text, id);
        }
    }
    return bad;
}

int people_learn_nobody(struct people *p, struct weir_str text)
{
    return known_put(p, text, weir_str(""));
}

bool people_find(char id[PEOPLE_ID_TEXT], const struct people *p, struct weir_str text)
{
    const struct people_entry *entry;

    if (p->cap == 0) {
        return false;
    }
    entry = place_of(p->known, p->cap, key_of(text));
    if (entry->key == 0) {
        return false;
    }
    memcpy(id, entry->id, PEOPLE_ID_TEXT);
    return true;
}

/* ---- who waits ---- */

int people_wait(struct people *p, struct weir_str text, struct weir_str id)
{
    struct people_waiting *w;

    if (p->waiting_count == PEOPLE_WAITING_MAX) {
        return 0;
    }
    if (p->waiting_count == p->waiting_cap) {
        size_t cap = p->waiting_cap == 0 ? 64 : p->waiting_cap * 2;

        w = realloc(p->waiting, cap * sizeof *w);
        if (w == NULL) {
            return -1;
        }
        p->waiting = w;
        p->waiting_cap = cap;
    }
    w = &p->waiting[p->waiting_count];
    if (id_keep(w->id, id)) {
        w->key = key_of(text);
        p->waiting_count++;
    }
    return 0;
}

bool people_take_waiting(char id[PEOPLE_ID_TEXT], struct people *p, const json_t *user)
{
    for (size_t i = 0; i < NAME_COUNT; i++) {
        struct weir_str text = {NULL, 0};
        uint64_t key;

        if (weir_json_str(&text, user, names[i]) != WEIR_JSON_VALUE || text.len == 0) {
            continue;
        }
        key = key_of(text);
        for (size_t k = 0; k < p->waiting_count; k++) {
            if (p->waiting[k].key == key) {
                memcpy(id, p->waiting[k].id, PEOPLE_ID_TEXT);
                p->waiting[k] = p->waiting[--p->waiting_count];
                return true;
            }
        }
    }
    return false;
}

void people_forget_waiting(struct people *p, struct weir_str id)
{
    for (size_t i = 0; i < p->waiting_count;) {
        if (weir_str_is(id, p->waiting[i].id)) {
            p->waiting[i] = p->waiting[--p->waiting_count];
        } else {
            i++;
        }
    }
}

/* ---- who leaves ---- */

void people_leave(struct people *p, struct weir_str id)
{
    if (id.len > 0 && !people_is_leaving(p, id) && id_keep(p->leaving[p->leaving_next], id)) {
        p->leaving_next = (p->leaving_next + 1) % PEOPLE_LEAVING_MAX;
    }
}

bool people_is_leaving(const struct people *p, struct weir_str id)
{
    for (size_t i = 0; i < PEOPLE_LEAVING_MAX; i++) {
        if (id.len > 0 && weir_str_is(id, p->leaving[i])) {
            return true;
        }
    }
    return false;
}
