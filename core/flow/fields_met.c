#include "flow/fields_met.h"

#include "model/fields.h"
#include "store/fields.h"

#include <pthread.h>
#include <stdlib.h>

#define KNOWN_SLOTS 16384 /* a power of two */
#define KNOWN_MAX 12000   /* then it begins anew: they are told once more */
#define FRESH_MAX 32      /* told at once; the others at the next record */

struct fields_met {
    pthread_mutex_t lock; /* guards the rest */
    size_t count;
    uint64_t known[KNOWN_SLOTS]; /* hashes; 0: free */
};

struct fields_met *fields_met_new(void)
{
    struct fields_met *met = calloc(1, sizeof *met);

    if (met != NULL) {
        pthread_mutex_init(&met->lock, NULL);
    }
    return met;
}

void fields_met_free(struct fields_met *met)
{
    if (met != NULL) {
        pthread_mutex_destroy(&met->lock);
        free(met);
    }
}

static uint64_t hash_of(uint32_t integration, const struct store_field *field)
{
    uint64_t hash = (UINT64_C(14695981039346656037) ^ integration) * UINT64_C(1099511628211);

    hash = (hash ^ field->model) * UINT64_C(1099511628211);
    hash = (hash ^ (field->custom ? 1 : 0)) * UINT64_C(1099511628211);
    for (const char *c = field->key; *c != '\0'; c++) {
        hash = (hash ^ (uint8_t)*c) * UINT64_C(1099511628211);
    }
    return hash != 0 ? hash : 1;
}

/* true: it was not known, and is from now on. */
static bool add(struct fields_met *met, uint64_t hash)
{
    size_t at = hash & (KNOWN_SLOTS - 1);

    while (met->known[at] != 0 && met->known[at] != hash) {
        at = (at + 1) & (KNOWN_SLOTS - 1);
    }
    if (met->known[at] == hash) {
        return false;
    }
    met->known[at] = hash;
    met->count++;
    return true;
}

struct look {
    struct fields_met *met;
    uint32_t integration;
    uint8_t model;
    struct store_field fresh[FRESH_MAX];
    size_t count;
};

static bool look_at(void *ctx, bool custom, struct weir_str key)
{
    struct look *look = ctx;
    struct store_field *field = &look->fresh[look->count];

    *field = (struct store_field){.model = look->model, .custom = custom};
    memcpy(field->key, key.data, key.len < sizeof field->key ? key.len : 0);
    if (add(look->met, hash_of(look->integration, field))) {
        look->count++;
    }
    return look->count < FRESH_MAX;
}

void fields_met_look(struct fields_met *met, struct store *st, uint32_t integration,
                     const struct record *record)
{
    struct look look = {.met = met, .integration = integration, .model = record->model->number};

    if (!fields_known_of(record->model)) {
        return;
    }
    pthread_mutex_lock(&met->lock);
    if (met->count > KNOWN_MAX) {
        memset(met->known, 0, sizeof met->known);
        met->count = 0;
    }
    fields_each(record->model, record->json, look_at, &look);
    pthread_mutex_unlock(&met->lock);
    if (look.count > 0) {
        store_fields_meet(st, integration, look.fresh, look.count);
    }
}
