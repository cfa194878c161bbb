/*
 * erase: everything of integrations that were deleted long ago leaves the store, row and number included.
 *
 * In bounded steps, and safe to begin again after a stop: the row goes last.
 */
#ifndef WEIR_STORE_ERASE_H
#define WEIR_STORE_ERASE_H

#include "store/internal.h"
#include "store/keys.h"

/* Where it is: zeroed at the beginning. */
struct erase_place {
    uint32_t integration; /* 0: the next one has to be looked for */
    char id[STORE_INTEGRATION_ID_MAX];
    int stage;
    struct key after; /* within the stage: entries before this were looked at */
};

/* One step: at most max removals, and some thousands of looks. *more: there is another. Thread: writer. */
int erase_step(bool *more, struct erase_place *place, struct store_txn *txn, int64_t deleted_before_ms,
               size_t max, struct weir_error *err);

#endif
