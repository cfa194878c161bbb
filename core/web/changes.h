/*
 * changes: the one feed of all changes, as the API shows it.
 *
 * GET /v1/changes gives a page of it, and the same rows flow as an event stream. A consumer keeps the cursor
 * of the last row (or of "next") and goes on from there. Rows of integrations that are gone, and of models
 * that scope does not allow, are not shown.
 */
#ifndef WEIR_WEB_CHANGES_H
#define WEIR_WEB_CHANGES_H

#include "store/feed.h"
#include "web/web_internal.h"

struct changes_filter {
    uint32_t integration; /* 0: all */
    bool some_models;     /* only those of models */
    uint8_t models[32];   /* a bit per number */
    bool with_record;
    struct auth_key *key; /* only integrations that it is for; NULL: all. Lent */
};
bool changes_filter_equal(const struct changes_filter *a, const struct changes_filter *b);

enum changes_form { CHANGES_LIST, CHANGES_EVENTS };

struct changes_span {
    struct store_feed_place after; /* where to begin */
    uint32_t rows_max;
    size_t bytes_max; /* no further row is begun beyond it */
    enum changes_form form;
    /* out: */
    struct store_feed_place reached;
    uint32_t rows;
    bool more; /* there is something behind reached */
};

/* Append rows. A request looks at a bounded number of changes, so there may be fewer, or none, with more
 * behind them. WEIR_E_INVALID as store_feed_read. Thread: web. */
int changes_write(struct buf *out, struct changes_span *span, struct web *web, struct store_reader *reader,
                  const struct changes_filter *filter, struct weir_error *err);

/* What a cursor says. WEIR_E_INVALID: a sentence for the caller of the API. Thread: any. */
int changes_cursor_read(struct store_feed_place *out, struct weir_str text, const char *environment_id,
                        struct weir_error *err);

/* GET /v1/changes: a page, or an event stream when Accept names it. Thread: web. */
void changes_run(struct request *r);
/* GET /v1/changes/stream. */
void changes_stream(struct request *r);

#endif
