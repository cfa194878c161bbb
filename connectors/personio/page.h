/*
 * page: Personio's cursor paging.
 *
 * Of a next link only the cursor counts: its host and path are at times wrong, and the token must not
 * follow an address taken from an answer. A listing either reaches its end or fails: a cursor that comes
 * again or an empty page with a next link never passes for the end. Thread of all calls: worker.
 */
#ifndef PERSONIO_PAGE_H
#define PERSONIO_PAGE_H

#include "client.h"

#define PAGE_CURSOR_MAX 2048
#define PAGE_STATE_MAX (PAGE_CURSOR_MAX + 64)

/* Where a listing stands. All zero: at its start. */
struct page {
    uint32_t number; /* pages read */
    uint64_t mark;   /* of the cursor at the last power of two, by which a loop of any length shows */
    bool alone;      /* this endpoint wants the cursor without the other parameters */
    bool restarted;  /* a cursor was refused once and the listing began again */
    char phase;      /* the caller's: which of several listings; 0: the first */
    size_t cursor_len;
    char cursor[PAGE_CURSOR_MAX];
};

struct listing {
    const char *name; /* of struct call, as the next two */
    const char *right;
    bool beta;
    const struct weir_text *path; /* without a query */
    const char *query;            /* "limit=50&updated_at.gt=...", encoded */
};

/*
 * One page. *answer holds the object whose "_data" is the page's array; json_decref it. *more: page now
 * stands at the next one. *again (may be NULL): a stale cursor was refused, and this is the first page again.
 * Codes as client_send; WEIR_E_INVALID also for paging that does not end.
 */
int page_read(json_t **answer, bool *more, bool *again, struct page *page, struct client *c,
              const struct listing *listing, struct weir_error *err);

/* All items of all pages, as one array: json_decref it. WEIR_E_LIMIT above item_max. */
int page_read_all(json_t **items, struct client *c, const struct listing *listing, size_t item_max,
                  struct weir_error *err);

/* The place in a listing as text for the host, and back. An empty text is the start; others that
 * page_write did not write are WEIR_E_INVALID. */
size_t page_write(char out[PAGE_STATE_MAX], const struct page *page);
int page_parse(struct page *page, struct weir_str text, struct weir_error *err);

#endif
