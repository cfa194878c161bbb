/*
 * page: for authors of connectors: lists by limit and offset, read to an end that can be trusted.
 *
 * Header-only, no I/O. In a full listing, what was not met counts as gone, and such lists shift under the
 * reader's hands. So each page begins with the last record of the one before: if that is not there, a record
 * was deleted meanwhile and another may have slipped through, and a page is read again. A page that comes
 * twice (the tool ignores the offset) never passes for the end. Records carry an integer "id". Thread of all
 * calls: any.
 */
#ifndef WEIR_PAGE_H
#define WEIR_PAGE_H

#include "weir/json.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_PAGE_BACKS_MAX 50 /* a list that shifts more often has no order */
#define WEIR_PAGE_OFFSET_MAX UINT64_C(1000000000)

/* Where a listing stands. All zero: at its start. */
struct weir_page {
    uint64_t part;        /* which of several listings; the connector's, up to 255 */
    uint64_t offset;      /* of the page to read */
    uint64_t first, last; /* ids on the page before; 0: none */
    uint64_t backs;       /* how often a page was read again */
};

static inline uint64_t weir_page_id(const json_t *items, size_t at)
{
    int64_t id = 0;

    (void)weir_json_integer(&id, json_array_get(items, at), "id");
    return id > 0 ? (uint64_t)id : 0;
}

static inline bool weir_page_has(const json_t *items, uint64_t id)
{
    size_t i;

    for (i = 0; i < json_array_size(items); i++) {
        if (weir_page_id(items, i) == id) {
            return true;
        }
    }
    return false;
}

/*
 * items is the page at page->offset, of at most limit records: move page on. *more: there is a further page.
 * A page shorter than limit is the last one. what names the list in messages. WEIR_E_INVALID: the end cannot
 * be told, so that nothing may be taken as gone.
 */
static inline int weir_page_advance(bool *more, struct weir_page *page, const json_t *items, size_t limit,
                                    const char *what, struct weir_error *err)
{
    size_t count = json_array_size(items);

    if (page->first != 0 && weir_page_has(items, page->first)) {
        return weir_fail(err, WEIR_E_INVALID, "%s: the same page again, as if the offset were ignored", what);
    }
    if (page->last != 0 && !weir_page_has(items, page->last)) {
        if (++page->backs > WEIR_PAGE_BACKS_MAX) {
            return weir_fail(err, WEIR_E_INVALID, "%s: the list has no lasting order", what);
        }
        page->offset -= page->offset < limit ? page->offset : limit;
        page->first = 0;
        page->last = 0;
        *more = true;
        return 0;
    }
    *more = count >= limit && count > 1;
    if (*more && page->offset > WEIR_PAGE_OFFSET_MAX - count) {
        return weir_fail(err, WEIR_E_LIMIT, "%s: more records than any list has", what);
    }
    if (*more) {
        page->offset += count - 1;
        page->first = weir_page_id(items, 0);
        page->last = weir_page_id(items, count - 1);
    }
    return 0;
}

/* The place as a cursor, told to the sink. */
static inline int weir_page_next(const struct weir_sink *sink, const struct weir_page *page,
                                 struct weir_error *err)
{
    char cursor[5 * 17 + 1];
    int len = snprintf(cursor, sizeof cursor, "%llx|%llx|%llx|%llx|%llx|", (unsigned long long)page->part,
                       (unsigned long long)page->offset, (unsigned long long)page->first,
                       (unsigned long long)page->last, (unsigned long long)page->backs);

    return sink->next(sink, weir_str_n(cursor, (size_t)len), err);
}

/* And back. An empty cursor is the start; one that weir_page_next did not write, or with a part above
 * part_max, is WEIR_E_INVALID. */
static inline int weir_page_parse(struct weir_page *page, struct weir_str cursor, uint64_t part_max,
                                  struct weir_error *err)
{
    size_t at = 0;

    memset(page, 0, sizeof *page);
    if (cursor.len == 0 ||
        (weir_text_field(&page->part, cursor, &at, 16, part_max) &&
         weir_text_field(&page->offset, cursor, &at, 16, WEIR_PAGE_OFFSET_MAX) &&
         weir_text_field(&page->first, cursor, &at, 16, UINT64_MAX) &&
         weir_text_field(&page->last, cursor, &at, 16, UINT64_MAX) &&
         weir_text_field(&page->backs, cursor, &at, 16, WEIR_PAGE_BACKS_MAX) && at == cursor.len)) {
        return 0;
    }
    return weir_fail(err, WEIR_E_INVALID, "a cursor that this connector did not write");
}

#ifdef __cplusplus
}
#endif

#endif
