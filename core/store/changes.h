/*
 * changes: what one step of an operation changes in one integration: its entries in the change log, the
 * models it names, and with them the notifications that become due.
 */
#ifndef WEIR_STORE_CHANGES_H
#define WEIR_STORE_CHANGES_H

#include "store/gather.h"
#include "store/tally.h"

#define CHANGES_BUDGET 500 /* records one step touches or removes beside those it was given */

/* On the stack of a run; made by begin, given back by fini, also after a failure. */
struct changes {
    struct store_txn *txn;
    uint32_t integration;
    struct tally *tally;
    size_t budget;
    uint32_t depth; /* of removals within removals */
    bool row_loaded;
    size_t noted;
    struct gather_row row;
    /* alter's and ripple's memory, reused from record to record */
    struct buf old_refs, new_refs, scratch;
    bool differing_updated; /* only of what was there already: a first sync names no fields */
    struct buf *differing;  /* for the log: which fields of which record changed; NULL: nobody asks */
};

/* Thread: writer, as all here. */
void changes_begin(struct changes *c, struct store_txn *txn, uint32_t integration, struct tally *tally);
void changes_fini(struct changes *c);

/* One record became different: into the log and the count. remote_id is copied. */
int changes_note(struct changes *c, enum store_change_kind kind, uint8_t model, const char *id,
                 struct weir_str remote_id, struct weir_error *err);
/* A join's membership changed. */
int changes_note_model(struct changes *c, uint8_t model, struct weir_error *err);
/* All is written: let what was noted become notifications, now or gathered. */
int changes_end(struct changes *c, struct weir_error *err);

/* One entry of the log. false: no such entry. */
bool change_decode(struct store_change *out, struct weir_bytes key, struct weir_bytes value);
int64_t change_at_ms(struct weir_bytes value); /* its time alone; 0: no such entry */

/* Drop at most max entries of the log made before before_ms, but none that is still to be told; *removed
 * below max: there are no more. */
int changes_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max,
                  struct weir_error *err);

#endif
