/*
 * outbox: notifications that wait for their endpoint, in the order in which they are due.
 *
 * One is taken out only by the attempt that delivered it, or becomes a dead letter, so what is not done is
 * always in one of the two.
 */
#ifndef WEIR_STORE_OUTBOX_H
#define WEIR_STORE_OUTBOX_H

#include "store/internal.h"
#include "store/tally.h"

/* Number it, make it due now and tell the tally. Of made, id, endpoint, integration, type and body count.
 * Thread: writer, as all here. */
int outbox_new(struct store_txn *txn, const struct store_notification *made, struct tally *tally,
               struct weir_error *err);

/* What is due now by the clock of who sends it: stamps may run a little ahead of it. */
int64_t outbox_now_ms(const struct store_txn *txn);

/* Put it where its endpoint, due_ms and seq say; counted. */
int outbox_put(struct store_txn *txn, const struct store_notification *n, struct weir_error *err);

/* A notification as a value, here and of dead letters (died_at_ms, last_status, last_error and endpoint are
 * part of it), and how long it is. Spans of what is decoded point into value; seq and due_ms are the key's.
 */
size_t notification_len(const struct store_notification *n);
int notification_write(struct store_txn *txn, enum store_db db, struct weir_bytes key,
                       const struct store_notification *n, struct weir_error *err);
bool notification_decode(struct store_notification *out, struct weir_bytes value);

#endif
