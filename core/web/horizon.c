#include "web/horizon.h"

#include <string.h>

void horizon_init(struct horizon *h)
{
    h->count = 0;
    (void)pthread_mutex_init(&h->lock, NULL);
}

void horizon_fini(struct horizon *h)
{
    (void)pthread_mutex_destroy(&h->lock);
}

void horizon_note(struct horizon *h, int64_t now_ms, int64_t store_horizon_ms)
{
    struct horizon_stretch seen = {store_horizon_ms, now_ms};

    if (now_ms - store_horizon_ms <= HORIZON_USUAL_MS) {
        return;
    }
    (void)pthread_mutex_lock(&h->lock);
    while (h->count > 0 && h->stretches[h->count - 1].until_ms >= seen.from_ms) {
        const struct horizon_stretch *last = &h->stretches[--h->count];

        seen.from_ms = last->from_ms < seen.from_ms ? last->from_ms : seen.from_ms;
        seen.until_ms = last->until_ms > seen.until_ms ? last->until_ms : seen.until_ms;
    }
    if (h->count == HORIZON_STRETCHES) {
        /* Full: the two oldest become one, which asks for more than is needed and never for less. */
        h->stretches[1].from_ms = h->stretches[0].from_ms;
        memmove(h->stretches, h->stretches + 1, sizeof h->stretches - sizeof h->stretches[0]);
        h->count--;
    }
    h->stretches[h->count++] = seen;
    (void)pthread_mutex_unlock(&h->lock);
}

int64_t horizon_since(struct horizon *h, int64_t updated_after_ms)
{
    int64_t since = updated_after_ms - HORIZON_USUAL_MS;

    (void)pthread_mutex_lock(&h->lock);
    for (size_t i = 0; i < h->count; i++) {
        const struct horizon_stretch *s = &h->stretches[i];

        /* The clocks of the two may differ a little, hence the usual allowance on both sides. */
        if (updated_after_ms >= s->from_ms && updated_after_ms <= s->until_ms + HORIZON_USUAL_MS) {
            since = s->from_ms - HORIZON_USUAL_MS < since ? s->from_ms - HORIZON_USUAL_MS : since;
        }
    }
    (void)pthread_mutex_unlock(&h->lock);
    return since > 0 ? since : 0;
}
