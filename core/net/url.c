/*
 * url: percent-encoding, queries, and whole URLs by way of curl's parser.
 */
#include "net/url.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <strings.h>

#define URL_MAX 2048

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool url_decode(struct buf *out, struct weir_str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        int high, low;

        if (text.data[i] == '\0') {
            return false;
        }
        if (text.data[i] != '%') {
            continue;
        }
        if (text.len - i < 3) {
            return false;
        }
        high = hex_value(text.data[i + 1]);
        low = hex_value(text.data[i + 2]);
        if (high < 0 || low < 0 || (high == 0 && low == 0)) {
            return false;
        }
        buf_add(out, text.data + from, i - from);
        buf_add_char(out, (char)(high << 4 | low));
        i += 2;
        from = i + 1;
    }
    if (from < text.len) {
        buf_add(out, text.data + from, text.len - from);
    }
    return true;
}

void url_encode(struct buf *out, struct weir_str text)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
            c == '.' || c == '_' || c == '~') {
            buf_add_char(out, (char)c);
        } else {
            char escape[3] = {'%', digits[c >> 4], digits[c & 15]};

            buf_add(out, escape, sizeof escape);
        }
    }
}

bool url_query_next(struct weir_str *name, struct weir_str *value, struct weir_str *rest)
{
    while (rest->len > 0) {
        const char *end = memchr(rest->data, '&', rest->len);
        struct weir_str pair = {rest->data, end != NULL ? (size_t)(end - rest->data) : rest->len};
        size_t used = end != NULL ? pair.len + 1 : pair.len;
        const char *equals;

        rest->data += used;
        rest->len -= used;
        if (pair.len == 0) {
            continue;
        }
        equals = memchr(pair.data, '=', pair.len);
        *name = pair;
        *value = weir_str_n(pair.data + pair.len, 0);
        if (equals != NULL) {
            name->len = (size_t)(equals - pair.data);
            *value = weir_str_n(equals + 1, pair.len - name->len - 1);
        }
        return true;
    }
    return false;
}

/* One part of the URL into a field of out; a part that is not there leaves it empty. */
static int copy_part(char *out, size_t cap, CURLU *u, CURLUPart part, unsigned flags, const char *what,
                     struct weir_error *err)
{
    char *text = NULL;
    CURLUcode code = curl_url_get(u, part, &text, flags);
    size_t len;
    int rc = 0;

    if (code == CURLUE_NO_QUERY) {
        return 0;
    }
    if (code != CURLUE_OK || text == NULL) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the URL has no %s", what);
        goto out;
    }
    len = strlen(text);
    if (len >= cap) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the URL's %s is longer than %zu characters", what, cap - 1);
        goto out;
    }
    memcpy(out, text, len + 1);

out:
    curl_free(text);
    return rc;
}

static int read_parts(struct url_parts *p, CURLU *u, struct weir_error *err)
{
    char query[sizeof p->path] = "", port[8] = "";
    size_t len;
    int rc;

    rc = copy_part(p->scheme, sizeof p->scheme, u, CURLUPART_SCHEME, 0, "scheme", err);
    if (rc == 0 && strcmp(p->scheme, "https") != 0 && strcmp(p->scheme, "http") != 0) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the URL's scheme is \"%s\"; write https:// (or http://)",
                       p->scheme);
    }
    if (rc == 0) {
        rc = copy_part(p->host, sizeof p->host, u, CURLUPART_HOST, 0, "host", err);
    }
    if (rc == 0) {
        rc = copy_part(port, sizeof port, u, CURLUPART_PORT, CURLU_DEFAULT_PORT, "port", err);
    }
    if (rc == 0) {
        rc = copy_part(p->path, sizeof p->path, u, CURLUPART_PATH, 0, "path", err);
    }
    if (rc == 0) {
        rc = copy_part(query, sizeof query, u, CURLUPART_QUERY, 0, "query", err);
    }
    if (rc != 0) {
        return rc;
    }
    p->port = (uint16_t)strtoul(port, NULL, 10);
    len = strlen(p->host);
    if (p->host[0] == '[' && len >= 2) {
        memmove(p->host, p->host + 1, len - 2);
        p->host[len - 2] = '\0';
    }
    len = strlen(p->path);
    if (query[0] != '\0') {
        if (len + 1 + strlen(query) >= sizeof p->path) {
            return weir_fail(err, WEIR_E_CONFIG, "the URL's path and query are longer than %zu characters",
                             sizeof p->path - 1);
        }
        p->path[len] = '?';
        memcpy(p->path + len + 1, query, strlen(query) + 1);
    }
    return 0;
}

/* What the messages say is about the URL, never the URL itself: a token may stand in it. */
int url_parse(struct url_parts *out, struct weir_str url, struct weir_error *err)
{
    struct url_parts parts = {.port = 0};
    char text[URL_MAX + 1];
    size_t after;
    CURLU *u = NULL;
    CURLUcode code;
    int rc;

    if (url.len == 0 || url.len > URL_MAX || memchr(url.data, '\0', url.len) != NULL) {
        return weir_fail(err, WEIR_E_CONFIG, "the URL is empty, or longer than %d characters", URL_MAX);
    }
    memcpy(text, url.data, url.len);
    text[url.len] = '\0';
    after = strncasecmp(text, "http://", 7) == 0 ? 7 : strncasecmp(text, "https://", 8) == 0 ? 8 : 0;
    if (after == 0) {
        return weir_fail(err, WEIR_E_CONFIG, "the URL does not begin with https:// or http://");
    }
    if (text[after] == '/' || strpbrk(text, " \t\r\n") != NULL) { /* curl would make the best of it */
        return weir_fail(err, WEIR_E_CONFIG, "the URL has no host, or white space in it");
    }
    u = curl_url();
    if (u == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a URL");
    }
    code = curl_url_set(u, CURLUPART_URL, text, CURLU_DISALLOW_USER);
    if (code == CURLUE_OUT_OF_MEMORY) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for a URL");
    } else if (code == CURLUE_USER_NOT_ALLOWED) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the URL has a user name or password in it; leave them out");
    } else if (code != CURLUE_OK) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the URL makes no sense: %s", curl_url_strerror(code));
    } else {
        rc = read_parts(&parts, u, err);
    }
    if (rc == 0) {
        *out = parts;
    }
    curl_url_cleanup(u);
    return rc;
}
