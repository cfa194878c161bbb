/*
 * records: one stored record: its form on disk, its place in the order of change, and the look-ups of the
 * writer. What a change means to others is ripple's, what makes one is alter's.
 */
#ifndef WEIR_STORE_RECORDS_H
#define WEIR_STORE_RECORDS_H

#include "store/internal.h"

#define RECORD_PLACEHOLDER 1u
#define RECORD_EMPTIED 2u /* the content is erased, id and times stay */

#define RECORD_REF (1 + ID_LEN) /* a stored reference: slot, id */
#define RECORD_VALUE_MAX ((size_t)4 * 1024 * 1024)
#define RECORD_NEW INT64_MIN /* no place in the order of change yet */

/* A stored record, taken apart. Spans point into the bytes it was read from. */
struct record_view {
    uint8_t flags;
    int64_t created_ms, changed_ms, touched_ms, deleted_ms;
    uint8_t hash[STORE_HASH];
    const uint8_t *refs; /* ref_count times RECORD_REF bytes */
    size_t ref_count;
    struct weir_str remote_id, json;
};

/* false: these bytes are no record. */
bool record_decode(struct record_view *out, struct weir_bytes value);

/* WEIR_E_NONE: there is none, or it cannot be read (which is logged). Thread: any with a transaction. */
int record_load(struct record_view *out, struct store_txn *txn, uint32_t integration, uint8_t model,
                const char *id, struct weir_error *err);

/* Write view (its spans must not be of the engine's pages) and move it in the order of change from
 * old_touched_ms, or RECORD_NEW. Thread: writer. */
int record_write(struct store_txn *txn, uint32_t integration, uint8_t model, const char *id,
                 const struct record_view *view, int64_t old_touched_ms, struct weir_error *err);

/* Move the touched time to the transaction's, unless it is gone or there already. scratch: overwritten. */
int record_touch(struct store_txn *txn, uint32_t integration, uint8_t model, const char *id,
                 struct buf *scratch, struct weir_error *err);

/* As the reader shows it. */
void record_show(struct store_record *out, uint8_t model, const char *id, const struct record_view *view);

#endif
