/*
 * selection: notifications whose way has ended - given up, or delivered and still kept - chosen by what they
 * are and when it ended; to be counted, listed, sent again or discarded.
 *
 * All work goes in bounded steps, on both sides: a reader looks at some thousand entries and lets go, a
 * writer moves some hundred in one transaction.
 */
#ifndef WEIR_STORE_SELECTION_H
#define WEIR_STORE_SELECTION_H

#include "store/store.h"

#define STORE_SELECT_DEAD 1u
#define STORE_SELECT_SENT 2u

struct store_selection {
    uint32_t states;                /* STORE_SELECT_ bits */
    const char *id;                 /* this one alone; NULL: any */
    uint32_t endpoint, integration; /* 0: any */
    int64_t since_ms, until_ms;     /* when its way ended: from since on, before until; 0: open */
};

/* How many there are. Thread: web. */
int store_selection_count(uint64_t *count, struct store *st, const struct store_selection *selection,
                          struct weir_error *err);

/* Send them again: due now, with a fresh budget and the same id; each leaves a log entry. What ends anew
 * meanwhile is not sent round in circles. Waits for the disk. WEIR_E_NONE: an id was given, and there is no
 * such one. Thread: web. */
int store_selection_replay(uint64_t *count, struct store *st, const struct store_selection *selection,
                           struct weir_error *err);

/* Forget them; each leaves a log entry with the reason (lent). As replay. */
int store_selection_discard(uint64_t *count, struct store *st, const struct store_selection *selection,
                            struct weir_str reason, struct weir_error *err);

/* Newest first, of the one state in selection, behind before_seq (0: from the newest), until each returns
 * false or looks_max were looked at. *reached: behind that it goes on; 0: that was all, or each ended it.
 * Thread: web. */
int store_selection_list(uint64_t *reached, struct store *st, const struct store_selection *selection,
                         uint64_t before_seq, size_t looks_max,
                         bool (*each)(void *ctx, const struct store_notification *n), void *ctx,
                         struct weir_error *err);

#endif
