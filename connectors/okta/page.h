/*
 * page: Okta's paging by Link headers.
 *
 * The next link is followed as it was given, but on base_url alone and below the listing's own path. A page
 * may be empty and still have a next one. A listing either reaches its end or fails: a link that comes again
 * never passes for the end. Thread of all calls: worker.
 */
#ifndef OKTA_PAGE_H
#define OKTA_PAGE_H

#include "client.h"

#define PAGE_LINK_MAX 3900
#define PAGE_STATE_MAX (PAGE_LINK_MAX + 64) /* a cursor of the host has 4096 bytes */

/* Where a listing stands. All zero: at its start. */
struct page {
    uint32_t number; /* pages read */
    uint64_t mark;   /* of the link at the last power of two, by which a loop of any length shows */
    bool restarted;  /* a link was refused once and the listing began again */
    char phase;      /* the caller's: which of several listings; 0: the first */
    size_t link_len;
    char link[PAGE_LINK_MAX];
};

struct listing {
    const char *name; /* of struct call, as the next one */
    const struct right *right;
    const char *path;              /* "/api/v1/users", which each link has to begin with */
    const struct weir_text *first; /* path and query of the first page */
    bool bare;
    bool endless; /* there is always a next link: an empty page is the end */
};

/*
 * One page: *items is the array, json_decref it. *more: page now stands at the next one. *again (may be
 * NULL): a stale link was refused, and this is the first page again. Codes as client_send; WEIR_E_INVALID
 * also for paging that does not end.
 */
int page_read(json_t **items, bool *more, bool *again, struct page *page, struct client *c,
              const struct listing *listing, struct weir_error *err);

/* All items of all pages, as one array: json_decref it. WEIR_E_LIMIT above item_max. */
int page_read_all(json_t **items, struct client *c, const struct listing *listing, size_t item_max,
                  struct weir_error *err);

/* The place in a listing as text for the host, and back. An empty text is the start; others that page_write
 * did not write are WEIR_E_INVALID. */
size_t page_write(char out[PAGE_STATE_MAX], const struct page *page);
int page_parse(struct page *page, struct weir_str text, struct weir_error *err);

#endif
