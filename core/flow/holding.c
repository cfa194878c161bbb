#include "flow/holding.h"

#include "base/log.h"

#include <stdlib.h>

#define LONG_DUE_MS 1 /* no sync that ended leaves this */

struct noting {
    struct flow *flow;
    struct integration *it;
};

static void tell(const struct noting *n)
{
    static const char json[] = "{\"outcome\":\"not_kept\",\"detail\":\"it rests and as many deliveries wait "
                               "as may; all is read when it is at work again\"}";

    log_warn("further deliveries are not kept while it rests", LOG_TEXT("integration", n->it->id));
    store_log(n->flow->options.store, &(struct store_log_in){.kind = STORE_LOG_INTEGRATION,
                                                             .integration = n->it->number,
                                                             .json = weir_str(json)});
}

/* Asked for by the loop, answered by the writer, which must not wait for itself: so the entry of the log is
 * handed in before. */
static void on_noted(void *ctx, int rc, const struct weir_error *err)
{
    struct noting *n = ctx;
    struct holding *held = &n->it->kept->held;

    (void)err;
    atomic_store(&held->state, rc == 0 ? HOLDING_FULL : HOLDING_ROOM);
    integration_unref(n->it);
    free(n);
}

/* A full sync, due at once: as soon as it may begin. */
static void note(struct flow *flow, struct integration *it)
{
    struct noting *n = calloc(1, sizeof *n);
    struct store_integration copy;

    if (n == NULL) {
        atomic_store(&it->kept->held.state, HOLDING_ROOM); /* the next delivery asks again */
        return;
    }
    *n = (struct noting){.flow = flow, .it = integration_ref(it)};
    tell(n);
    pthread_mutex_lock(&it->kept->lock);
    it->kept->row.next_sync_ms = LONG_DUE_MS;
    it->kept->row.last_full_sync_ms = 0;
    copy = it->kept->row;
    store_integration_put(flow->options.store, &copy, on_noted, n);
    pthread_mutex_unlock(&it->kept->lock);
    crypto_wipe(copy.secrets, sizeof copy.secrets);
}

bool holding_owes(struct integration *it)
{
    bool owes;

    pthread_mutex_lock(&it->kept->lock);
    owes = it->kept->row.first_sync_done && it->kept->row.next_sync_ms == LONG_DUE_MS;
    pthread_mutex_unlock(&it->kept->lock);
    return owes;
}

bool holding_keeps(struct flow *flow, struct integration *it, size_t bytes)
{
    struct holding *held = &it->kept->held;
    int has_room = HOLDING_ROOM;

    if (!integration_rests(it)) {
        if (atomic_exchange(&held->count, 0) != 0) {
            atomic_store(&held->bytes, 0);
            atomic_store(&held->state, HOLDING_ROOM);
        }
        return true;
    }
    if (atomic_load(&held->state) == HOLDING_FULL) {
        return false;
    }
    if ((atomic_fetch_add(&held->count, 1) >= flow->options.resting_max ||
         atomic_fetch_add(&held->bytes, bytes) + bytes > flow->options.resting_bytes_max) &&
        atomic_compare_exchange_strong(&held->state, &has_room, HOLDING_NOTED)) {
        note(flow, it);
    }
    return true; /* until it is noted, and the one at hand */
}
