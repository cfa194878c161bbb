#include "page.h"

#include "weir/text.h"

/* FNV-1a: tells links apart, guards nothing. */
static uint64_t link_mark(struct weir_str link)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < link.len; i++) {
        h = (h ^ (unsigned char)link.data[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* A link to another path would take the token's rights there. */
static bool link_fits(struct weir_str link, const char *path)
{
    size_t len = strlen(path);

    if (link.len > PAGE_LINK_MAX || link.len <= len || memcmp(link.data, path, len) != 0 ||
        link.data[len] != '?') {
        return false;
    }
    for (size_t i = 0; i < link.len; i++) {
        if (link.data[i] <= ' ' || link.data[i] > '~') {
            return false;
        }
    }
    return true;
}

/* Comparing with the link at the last power of two finds loops of any length within three times their length,
 * without keeping all links. */
static int page_advance(struct page *page, const char *next, const struct listing *listing,
                        struct weir_error *err)
{
    struct weir_str link = weir_str(next);
    uint64_t mark = link_mark(link);

    if (!link_fits(link, listing->path)) {
        return weir_fail(err, WEIR_E_INVALID, "GET %s: the next link leads elsewhere, or is too long",
                         listing->name);
    }
    if (weir_str_equal(link, weir_str_n(page->link, page->link_len)) ||
        (page->number > 0 && page->mark == mark)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "GET %s: the link of page %u came before, so the list has no end", listing->name,
                         (unsigned int)page->number + 1);
    }
    page->number++;
    if ((page->number & (page->number - 1)) == 0) {
        page->mark = mark;
    }
    memcpy(page->link, link.data, link.len);
    page->link_len = link.len;
    return 0;
}

static int page_send(struct answer *out, const struct page *page, struct client *c,
                     const struct listing *listing, struct weir_error *err)
{
    struct call call = {.method = "GET",
                        .name = listing->name,
                        .right = listing->right,
                        .bare = listing->bare,
                        .url = listing->first};
    struct weir_text url;

    if (page->link_len > 0) {
        weir_text_init(&url);
        memcpy(url.data, page->link, page->link_len);
        url.len = page->link_len;
        call.url = &url;
    }
    return client_send(out, c, &call, err);
}

int page_read(json_t **items, bool *more, bool *again, struct page *page, struct client *c,
              const struct listing *listing, struct weir_error *err)
{
    struct answer got = {0};
    bool stale = false;
    int rc;

    *more = false;
    rc = page_send(&got, page, c, listing, err);
    if (got.status == 400 && page->link_len > 0 && !page->restarted) {
        /* Links age. What was read is read once more, which changes nothing. */
        client_log(c, WEIR_LOG_INFO, "a link to the next page was refused, the listing starts again", NULL);
        page->link_len = 0;
        page->number = 0;
        page->restarted = true;
        stale = true;
        answer_fini(&got);
        rc = page_send(&got, page, c, listing, err);
    }
    if (rc == 0 && !json_is_array(got.json)) {
        rc = weir_fail(err, WEIR_E_INVALID, "GET %s: the answer is not a list", listing->name);
    }
    if (rc == 0 && got.next != NULL && !(listing->endless && json_array_size(got.json) == 0)) {
        *more = true;
        rc = page_advance(page, got.next, listing, err);
    }
    if (rc == 0) {
        *items = got.json;
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
    json_t *got = NULL;
    bool more = true;
    bool again = false;
    int rc = 0;

    if (page == NULL || all == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    while (rc == 0 && more) {
        rc = page_read(&got, &more, &again, page, c, listing, err);
        if (rc != 0) {
            break;
        }
        if (again) {
            (void)json_array_clear(all);
        }
        if (json_array_extend(all, got) != 0) {
            rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
        } else if (json_array_size(all) > item_max) {
            rc = weir_fail(err, WEIR_E_LIMIT, "GET %s: more than %zu items", listing->name, item_max);
        }
        json_decref(got);
        got = NULL;
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
    int head = snprintf(out, PAGE_STATE_MAX, "%d|%d|%u|%016llx|", page->phase, page->restarted ? 1 : 0,
                        (unsigned int)page->number, (unsigned long long)page->mark);
    size_t len = head > 0 ? (size_t)head : 0;

    memcpy(out + len, page->link, page->link_len);
    return len + page->link_len;
}

int page_parse(struct page *page, struct weir_str text, struct weir_error *err)
{
    uint64_t phase = 0;
    uint64_t restarted = 0;
    uint64_t number = 0;
    uint64_t mark = 0;
    size_t at = 0;

    memset(page, 0, sizeof *page);
    if (text.len == 0) {
        return 0;
    }
    if (!weir_text_field(&phase, text, &at, 10, 9) || !weir_text_field(&restarted, text, &at, 10, 1) ||
        !weir_text_field(&number, text, &at, 10, UINT32_MAX) ||
        !weir_text_field(&mark, text, &at, 16, UINT64_MAX) || text.len - at > PAGE_LINK_MAX ||
        (text.len > at && !link_fits(weir_str_n(text.data + at, text.len - at), "/api/v1/users") &&
         !link_fits(weir_str_n(text.data + at, text.len - at), "/api/v1/groups") &&
         !link_fits(weir_str_n(text.data + at, text.len - at), "/api/v1/logs"))) {
        return weir_fail(err, WEIR_E_INVALID,
                         "the place in the listing is not one that this connector wrote");
    }
    page->phase = (char)phase;
    page->restarted = restarted == 1;
    page->number = (uint32_t)number;
    page->mark = mark;
    page->link_len = text.len - at;
    memcpy(page->link, text.data + at, page->link_len);
    return 0;
}
