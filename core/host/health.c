#include "host/health.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct health {
    _Atomic uint64_t outcomes[CALL_OUTCOMES]; /* counted on the loop for each delivery, so without a lock */
    pthread_mutex_t lock;                     /* guards the rest */
    int64_t failed_at_ms;
    char call[24];
    char message[252];
};

const char *health_outcome_word(int outcome)
{
    static const char *const words[CALL_OUTCOMES] = {
        [-WEIR_OK] = "ok",
        [-WEIR_E_NONE] = "none",
        [-WEIR_E_LATER] = "later",
        [-WEIR_E_AUTH] = "auth",
        [-WEIR_E_PERMISSION] = "permission",
        [-WEIR_E_REJECT] = "reject",
        [-WEIR_E_INVALID] = "invalid",
        [-WEIR_E_UNSUPPORTED] = "unsupported",
        [-WEIR_E_LIMIT] = "limit",
        [-WEIR_E_MEMORY] = "memory",
        [-WEIR_E_IO] = "io",
        [-WEIR_E_CONFIG] = "config",
        [-WEIR_E_STOPPING] = "stopping",
        [CALL_MISBEHAVED] = "misbehaved",
        [CALL_ACCEPTED] = "accepted",
        [CALL_REFUSED] = "refused",
        [CALL_HANDSHAKE] = "handshake",
    };

    return words[outcome];
}

bool health_is_failure(int outcome)
{
    switch (outcome) {
    case -WEIR_OK:
    case -WEIR_E_NONE:
    case -WEIR_E_UNSUPPORTED:
    case -WEIR_E_STOPPING:
    case CALL_ACCEPTED:
    case CALL_REFUSED:
    case CALL_HANDSHAKE:
        return false;
    default:
        return true;
    }
}

struct health *health_new(void)
{
    struct health *health = calloc(1, sizeof *health);

    if (health != NULL) {
        (void)pthread_mutex_init(&health->lock, NULL);
    }
    return health;
}

void health_free(struct health *health)
{
    if (health != NULL) {
        (void)pthread_mutex_destroy(&health->lock);
        free(health);
    }
}

void health_count(struct health *health, const char *call, int outcome, int64_t now_ms,
                  const struct weir_error *why)
{
    if (health == NULL) {
        return;
    }
    (void)atomic_fetch_add_explicit(&health->outcomes[outcome], 1, memory_order_relaxed);
    if (!health_is_failure(outcome)) {
        return;
    }
    (void)pthread_mutex_lock(&health->lock);
    health->failed_at_ms = now_ms;
    (void)snprintf(health->call, sizeof health->call, "%s", call);
    (void)snprintf(health->message, sizeof health->message, "%s", why->message);
    (void)pthread_mutex_unlock(&health->lock);
}

void health_view(struct health_view *out, struct health *health)
{
    *out = (struct health_view){.calls = 0};
    if (health == NULL) {
        return;
    }
    for (int i = 0; i < CALL_OUTCOMES; i++) {
        out->outcomes[i] = atomic_load_explicit(&health->outcomes[i], memory_order_relaxed);
        out->calls += out->outcomes[i];
        out->failures += health_is_failure(i) ? out->outcomes[i] : 0;
    }
    (void)pthread_mutex_lock(&health->lock);
    out->failed_at_ms = health->failed_at_ms;
    memcpy(out->call, health->call, sizeof out->call);
    memcpy(out->message, health->message, sizeof out->message);
    (void)pthread_mutex_unlock(&health->lock);
}
