/*
 * place: where "listen" has got to, in memory and, with --resume, in a file between its runs.
 *
 * It holds the place in the stream up to which all was heard, and the ids of what was shown, so that nothing
 * is missed, and hardly anything shown twice: their number is bounded.
 */
#ifndef WEIR_CLI_PLACE_H
#define WEIR_CLI_PLACE_H

#include "base/buf.h"

#define PLACE_ID_MAX 40
#define PLACE_IDS_MAX 4096

struct place {
    struct buf stream; /* an id of the stream; empty: none yet */
    char (*ids)[PLACE_ID_MAX];
    size_t count, next; /* a ring */
};

/* WEIR_E_MEMORY. place_fini in either case. Thread: any, one at a time, as all here. */
int place_init(struct place *p, struct weir_error *err);
void place_fini(struct place *p);

/* true: it is new, and is remembered. */
bool place_add(struct place *p, const char *id);
/* It was not shown after all. */
void place_drop(struct place *p, const char *id);

/* WEIR_E_NONE: there is no such file yet. WEIR_E_INVALID: it is of something else. */
int place_load(struct place *p, const char *path, struct weir_error *err);
/* Written beside it first, so that it is whole at any time. */
int place_save(const struct place *p, const char *path, struct weir_error *err);

#endif
