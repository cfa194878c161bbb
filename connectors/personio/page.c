#include "page.h"

#include "weir/text.h"

/* FNV-1a: tells cursors apart, guards nothing. */
static uint64_t cursor_mark(const char *data, size_t len)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < len; i++) {
        h = (h ^ (unsigned char)data[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* Take the next cursor in. Comparing with the one at the last power of two finds loops of any length
 * within three times their length, without keeping all cursors. */
static int page_advance(struct page *page, struct weir_str encoded, const char *name, struct weir_error *err)
{
    char cursor[PAGE_CURSOR_MAX];
    size_t len = 0;
    uint64_t mark;

    if (!weir_text_decode(cursor, sizeof cursor, &len, encoded) || len == 0) {
        return weir_fail(err, WEIR_E_INVALID, "GET %s: the next link has an empty or too long cursor", name);
    }
    mark = cursor_mark(cursor, len);
    if ((page->cursor_len == len && memcmp(page->cursor, cursor, len) == 0) ||
        (page->number > 0 && page->mark == mark)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "GET %s: the cursor of page %u came before, so the list has no end", name,
                         (unsigned int)page->number + 1);
    }
    page->number++;
    if ((page->number & (page->number - 1)) == 0) {
        page->mark = mark;
    }
    memcpy(page->cursor, cursor, len);
    page->cursor_len = len;
    return 0;
}

static int page_next(bool *more, struct page *page, const json_t *answer, const char *name,
                     struct weir_error *err)
{
    struct weir_str link = {NULL, 0};
    struct weir_str encoded;
    const json_t *items = weir_json_array(answer, "_data");
    json_t *value = NULL;

    *more = false;
    if (items == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "GET %s: the answer has no _data list", name);
    }
    if (weir_json_str(&link, answer, "_meta.links.next.href") != WEIR_JSON_VALUE &&
        weir_json_str(&link, answer, "_meta.links.next") != WEIR_JSON_VALUE) {
        if (weir_json_find(&value, answer, "_meta.links.next") == WEIR_JSON_VALUE &&
            json_object_size(value) > 0 &&
            weir_json_find(&value, answer, "_meta.links.next.href") != WEIR_JSON_NULL) {
            return weir_fail(err, WEIR_E_INVALID, "GET %s: a next link of a form that is not known", name);
        }
        return 0;
    }
    if (!weir_text_query_value(&encoded, link, "cursor")) {
        return weir_fail(err, WEIR_E_INVALID, "GET %s: the next link has no cursor", name);
    }
    if (json_array_size(items) == 0) {
        return weir_fail(err, WEIR_E_INVALID, "GET %s: an empty page with a next link", name);
    }
    *more = true;
    return page_advance(page, encoded, name, err);
}

static int page_send(struct answer *out, const struct page *page, bool alone, struct client *c,
                     const struct listing *listing, struct weir_error *err)
{
    struct call call = {
        .method = "GET", .name = listing->name, .right = listing->right, .beta = listing->beta};
    struct weir_text url;

    weir_text_init(&url);
    url.len = listing->path->len;
    url.failed = listing->path->failed;
    memcpy(url.data, listing->path->data, url.len);
    if (!alone && listing->query[0] != '\0') {
        weir_text_add(&url, "?");
        weir_text_add(&url, listing->query);
    }
    if (page->cursor_len > 0) {
        weir_text_add(&url, alone || listing->query[0] == '\0' ? "?cursor=" : "&cursor=");
        weir_text_add_encoded(&url, weir_str_n(page->cursor, page->cursor_len));
    }
    call.url = &url;
    return client_send(out, c, &call, err);
}

int page_read(json_t **answer, bool *more, bool *again, struct page *page, struct client *c,
              const struct listing *listing, struct weir_error *err)
{
    struct answer got = {0};
    bool stale = false;
    int rc;

    rc = page_send(&got, page, page->alone && page->cursor_len > 0, c, listing, err);
    if (got.status == 400 && page->cursor_len > 0 && !page->alone) {
        rc = page_send(&got, page, true, c, listing, err);
        page->alone = rc == 0;
    }
    if (got.status == 400 && page->cursor_len > 0 && !page->restarted) {
        /* Cursors age. What was read is read once more, which changes nothing. */
        client_log(c, WEIR_LOG_INFO, "a cursor was refused, the listing starts again", NULL);
        page->cursor_len = 0;
        page->number = 0;
        page->alone = false;
        page->restarted = true;
        stale = true;
        rc = page_send(&got, page, false, c, listing, err);
    }
    if (rc == 0) {
        rc = page_next(more, page, got.json, listing->name, err);
    }
    if (rc == 0) {
        *answer = got.json;
        got.json = NULL;
        if (again != NULL) {
            *again = stale;
        }
    }
    answer_fini(&got);
    return rc;
}

int page_read_all(json_t **items, struct client *c, const struct listing *listing, size_t item_max,
                  struct weir_error *err)
{
    struct page *page = calloc(1, sizeof *page);
    json_t *all = json_array();
    json_t *answer = NULL;
    bool more = true;
    bool again = false;
    int rc = 0;

    if (page == NULL || all == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    while (rc == 0 && more) {
        rc = page_read(&answer, &more, &again, page, c, listing, err);
        if (rc != 0) {
            break;
        }
        if (again) {
            (void)json_array_clear(all);
        }
        if (json_array_extend(all, weir_json_array(answer, "_data")) != 0) {
            rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
        } else if (json_array_size(all) > item_max) {
            rc = weir_fail(err, WEIR_E_LIMIT, "GET %s: more than %zu items", listing->name, item_max);
        }
        json_decref(answer);
        answer = NULL;
    }
    if (rc == 0) {
        *items = all;
        all = NULL;
    }
    json_decref(all);
    free(page);
    return rc;
}

size_t page_write(char out[PAGE_STATE_MAX], const struct page *page)
{
    int head = snprintf(out, PAGE_STATE_MAX, "%d|%d|%d|%u|%016llx|", page->phase, page->alone ? 1 : 0,
                        page->restarted ? 1 : 0, (unsigned int)page->number, (unsigned long long)page->mark);
    size_t len = head > 0 ? (size_t)head : 0;

    memcpy(out + len, page->cursor, page->cursor_len);
    return len + page->cursor_len;
}

int page_parse(struct page *page, struct weir_str text, struct weir_error *err)
{
    uint64_t phase = 0;
    uint64_t alone = 0;
    uint64_t restarted = 0;
    uint64_t number = 0;
    uint64_t mark = 0;
    size_t at = 0;

    memset(page, 0, sizeof *page);
    if (text.len == 0) {
        return 0;
    }
    if (!weir_text_field(&phase, text, &at, 10, 9) || !weir_text_field(&alone, text, &at, 10, 1) ||
        !weir_text_field(&restarted, text, &at, 10, 1) ||
        !weir_text_field(&number, text, &at, 10, UINT32_MAX) ||
        !weir_text_field(&mark, text, &at, 16, UINT64_MAX) || text.len - at > PAGE_CURSOR_MAX) {
        return weir_fail(err, WEIR_E_INVALID,
                         "the place in the listing is not one that this connector wrote");
    }
    page->phase = (char)phase;
    page->alone = alone == 1;
    page->restarted = restarted == 1;
    page->number = (uint32_t)number;
    page->mark = mark;
    page->cursor_len = text.len - at;
    memcpy(page->cursor, text.data + at, page->cursor_len);
    return 0;
}
