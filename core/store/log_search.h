/*
 * log_search: the log from its newest entry on, with bounded work.
 */
#ifndef WEIR_STORE_LOG_SEARCH_H
#define WEIR_STORE_LOG_SEARCH_H

#include "store/watch.h"

struct store_log_search {
    uint32_t kinds;                /* a bit per enum store_log_kind; 0: all */
    uint32_t integration;          /* 0: all */
    int64_t since_ms, until_ms;    /* from since on, before until; 0: open */
    struct store_log_place before; /* behind this one it begins; zeros: at until */
    size_t looks_max;              /* entries looked at, whether or not they fit; 0: no bound */
};

/* Until each returns false. *reached: where looks_max ended it, and it goes on; zeros otherwise. Thread: web.
 */
int store_log_search(struct store_log_place *reached, struct store *st, const struct store_log_search *search,
                     bool (*each)(void *ctx, const struct store_log *entry), void *ctx,
                     struct weir_error *err);

#endif
