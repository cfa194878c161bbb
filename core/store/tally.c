#include "store/tally.h"

#include <stdlib.h>

void tally_fini(struct tally *t)
{
    free(t->dues);
    t->dues = NULL;
}

void tally_begin(struct tally *t)
{
    t->now = t->kept;
}

void tally_keep(struct tally *t)
{
    t->kept = t->now;
}

int tally_due(struct tally *t, uint32_t endpoint, uint64_t seq, int64_t due_ms, struct weir_error *err)
{
    if (t->now.due_count == t->due_cap) {
        size_t cap = t->due_cap == 0 ? 4 : t->due_cap * 2;
        struct store_due *more = realloc(t->dues, cap * sizeof *more);

        if (more == NULL) {
            return weir_fail(err, WEIR_E_MEMORY, "no memory for %zu notifications that are due", cap);
        }
        t->dues = more;
        t->due_cap = cap;
    }
    t->dues[t->now.due_count].endpoint = endpoint;
    t->dues[t->now.due_count].seq = seq;
    t->dues[t->now.due_count].due_ms = due_ms;
    t->now.due_count++;
    return 0;
}

void tally_applied(struct store_applied *out, const struct tally *t)
{
    out->created = t->now.created;
    out->updated = t->now.updated;
    out->gone = t->now.gone;
    out->unchanged = t->now.unchanged;
    out->stamped_at_ms = t->now.stamped_at_ms;
    out->due = t->dues;
    out->due_count = t->now.due_count;
    out->gather_due_ms = t->now.gather_due_ms;
}
