/*
 * pages: the dashboard and the customer pages, as they were built in, and how they are sent.
 *
 * They are made from pages/ by build.mjs and compiled in, gzipped; with WEIR_PAGES off there are none, and
 * pages_none.c stands for them. A page is asked for again each time, what it loads is kept by browsers for
 * ever: its name has its hash in it.
 */
#ifndef WEIR_WEB_PAGES_H
#define WEIR_WEB_PAGES_H

#include <stdbool.h>
#include <stddef.h>

struct page_file {
    const char *name, *type; /* "dashboard.html", and its media type */
    const char *tag;         /* of the raw bytes, with its quotes */
    const unsigned char *gzip;
    size_t gzip_len, raw_len;
};

extern const struct page_file page_files[]; /* ends with name NULL */
extern const size_t page_file_count;

struct request;

/* Answer with the dashboard's page, whatever the path: it knows its own. Thread: web, as all here. */
void pages_dashboard(struct request *r);
/* ... with what the dashboard's page, or a customer's, loads. */
void pages_asset(struct request *r);
void pages_connect_asset(struct request *r);
/* ... with the customers' page, and that status. false: this build has none. */
bool pages_connect(struct request *r, int status);

#endif
