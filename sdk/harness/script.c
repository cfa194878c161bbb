#include "script.h"

#include "compare.h"

#include <stdlib.h>
#include <strings.h>

#define DIFF_MAX (64u * 1024)

void script_init(struct script *s, const char *base_url, const struct case_exchanges *always,
                 struct findings *f)
{
    memset(s, 0, sizeof *s);
    s->base_url = base_url;
    s->always = always;
    s->where = "";
    s->f = f;
    s->used = must_calloc(always != NULL ? always->count : 0, sizeof *s->used);
}

void script_fini(struct script *s)
{
    free(s->used);
    s->used = NULL;
}

void script_begin(struct script *s, const struct case_exchanges *step, const char *where)
{
    s->step = step;
    s->next = 0;
    s->where = where;
}

void script_end(struct script *s)
{
    size_t count = s->step != NULL ? s->step->count : 0;

    if (s->failed || s->next == count) {
        return;
    }
    findings_add(s->f, s->where, "%zu of the %zu expected requests never came", count - s->next, count);
    for (size_t i = s->next; i < count; i++) {
        findings_line(s->f, "%s (%s)", s->step->list[i].request, s->step->list[i].path);
    }
}

void script_finish(struct script *s)
{
    for (size_t i = 0; !s->failed && s->always != NULL && i < s->always->count; i++) {
        if (!s->used[i]) {
            findings_add(s->f, s->always->list[i].path, "nothing ever asked for %s",
                         s->always->list[i].request);
        }
    }
}

/* ---- is it this one? ---- */

static struct weir_str path_of(struct weir_str url)
{
    const char *mark = url.len > 0 ? memchr(url.data, '?', url.len) : NULL;

    return weir_str_n(url.data, mark != NULL ? (size_t)(mark - url.data) : url.len);
}

static struct weir_str query_of(struct weir_str url)
{
    struct weir_str path = path_of(url);

    return path.len == url.len ? weir_str("") : weir_str_n(url.data + path.len + 1, url.len - path.len - 1);
}

/* As the script writes it: a path, where the address is below base_url. */
static struct weir_str shorten(const struct script *s, struct weir_str url)
{
    size_t len = strlen(s->base_url);

    while (len > 0 && s->base_url[len - 1] == '/') {
        len--;
    }
    if (url.len > len && memcmp(url.data, s->base_url, len) == 0 && url.data[len] == '/') {
        return weir_str_n(url.data + len, url.len - len);
    }
    return url;
}

static struct weir_str header_of(const struct weir_http_request *request, struct weir_str name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (request->headers[i].name.len == name.len &&
            strncasecmp(request->headers[i].name.data, name.data, name.len) == 0) {
            return request->headers[i].value.data != NULL ? request->headers[i].value : weir_str("");
        }
    }
    return weir_str_n(NULL, 0);
}

static size_t compare_headers(struct buf *out, const struct case_exchange *x,
                              const struct weir_http_request *request)
{
    size_t count = 0;

    for (size_t i = 0; i < x->header_count; i++) {
        struct weir_str want = x->headers[i].value;
        struct weir_str got = header_of(request, x->headers[i].name);
        char path[200];

        (void)snprintf(path, sizeof path, "header %.*s", WEIR_STR_ARG(x->headers[i].name));
        if (want.data != NULL && got.data != NULL) {
            count += compare_text(out, path, want, got);
        } else if (want.data != NULL || got.data != NULL) {
            buf_printf(out, "%s: expected ", path);
            if (want.data != NULL) {
                show_text(out, want);
                buf_add_text(out, ", got none\n");
            } else {
                buf_add_text(out, "none, got ");
                show_text(out, got);
                buf_add_char(out, '\n');
            }
            count++;
        }
    }
    return count;
}

static size_t compare_body(struct buf *out, const struct case_exchange *x, struct weir_bytes body)
{
    struct weir_str got = weir_str_n(body.len > 0 ? (const char *)body.data : "", body.len);
    json_t *parsed = NULL;
    size_t count = 0;

    switch (x->body.kind) {
    case BODY_NONE:
        return x->no_body ? compare_text(out, "body", weir_str(""), got) : 0;
    case BODY_FORM:
        return compare_query(out, "body", weir_str_n((const char *)x->body.bytes.data, x->body.bytes.len),
                             got);
    case BODY_BYTES:
        return compare_text(out, "body", weir_str_n((const char *)x->body.bytes.data, x->body.bytes.len),
                            got);
    case BODY_JSON:
        break;
    }
    parsed = json_loadb(got.data, got.len, JSON_DECODE_ANY, NULL);
    if (parsed == NULL) {
        buf_add_text(out, "body: expected JSON, got ");
        show_text(out, got);
        buf_add_char(out, '\n');
        return 1;
    }
    count = compare_json(out, "body", x->body.json, parsed);
    json_decref(parsed);
    return count;
}

/* All that differs; method and path first, since with another one of these the rest says nothing. */
static size_t compare_request(struct buf *out, const struct script *s, const struct case_exchange *x,
                              const struct weir_http_request *request, struct weir_str url)
{
    size_t count = compare_text(out, "method", x->method, weir_str(request->method));

    count += compare_text(out, "address", path_of(shorten(s, x->url)), path_of(url));
    if (count > 0) {
        return count;
    }
    count = compare_query(out, "query", query_of(x->url), query_of(url));
    count += compare_headers(out, x, request);
    return count + compare_body(out, x, request->body);
}

static void unexpected(struct script *s, const struct case_exchange *next, const struct buf *diff,
                       const struct weir_http_request *request, struct weir_str url)
{
    s->failed = true;
    findings_add(s->f, s->where, "a request that the case does not expect here");
    if (next != NULL) {
        findings_line(s->f, "expected %s (%s)", next->request, next->path);
    } else {
        findings_line(s->f, "expected no %srequest", s->next > 0 ? "further " : "");
    }
    findings_line(s->f, "got      %s %.*s", request->method, WEIR_STR_ARG(url));
    if (next != NULL) {
        findings_lines(s->f, buf_str(diff));
    } else if (request->body.len > 0) {
        struct buf body;

        buf_init(&body, 4096);
        show_text(&body, weir_str_n((const char *)request->body.data, request->body.len));
        findings_line(s->f, "body     %.*s", WEIR_STR_ARG(buf_str(&body)));
        buf_fini(&body);
    }
}

const struct case_exchange *script_play(struct script *s, const struct weir_http_request *request,
                                        struct weir_str url)
{
    const struct case_exchange *next = NULL;
    const struct case_exchange *found = NULL;
    struct buf diff;
    struct buf other;

    buf_init(&diff, DIFF_MAX);
    buf_init(&other, DIFF_MAX);
    url = shorten(s, url);
    if (s->step != NULL && s->next < s->step->count) {
        next = &s->step->list[s->next];
        if (compare_request(&diff, s, next, request, url) == 0) {
            found = next;
            s->next++;
        }
    }
    for (size_t i = 0; found == NULL && s->always != NULL && i < s->always->count; i++) {
        buf_clear(&other);
        if (compare_request(&other, s, &s->always->list[i], request, url) == 0) {
            found = &s->always->list[i];
            s->used[i] = true;
        }
    }
    if (found == NULL) {
        unexpected(s, next, &diff, request, url);
    }
    buf_fini(&diff);
    buf_fini(&other);
    return found;
}
