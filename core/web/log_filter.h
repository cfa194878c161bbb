/*
 * log_filter: does an entry of the log say what is looked for?
 */
#ifndef WEIR_WEB_LOG_FILTER_H
#define WEIR_WEB_LOG_FILTER_H

#include "web/query.h"

/* Spans of the query; empty: not asked for. */
struct log_filter {
    struct weir_str endpoint, outcome, notification; /* members */
    struct weir_str delivery;                        /* the number, alone or among several */
    struct weir_str event;                           /* the tool's id of one of its events */
    struct weir_str id;                              /* anywhere, as a whole word */
    struct weir_str text;                            /* anywhere, in either case */
    struct weir_str errors;                          /* "true": only with an error in it */
};

/* Thread: any, both. */
void log_filter_read(struct log_filter *filter, const struct query *query);
bool log_filter_fits(const struct log_filter *filter, struct weir_str json);

#endif
