#include "header.h"

static bool name_is(struct weir_str has, const char *name)
{
    return weir_str_equal_nocase(has, weir_str(name));
}

bool header_find(struct weir_str *value, const struct weir_http_response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (name_is(response->headers[i].name, name)) {
            *value = response->headers[i].value;
            return true;
        }
    }
    return false;
}

/* What stands before the next comma that is neither inside <...> nor inside quotes; *rest is what follows it.
 */
static struct weir_str link_split(struct weir_str *rest)
{
    struct weir_str item = *rest;
    bool angle = false;
    bool quote = false;
    size_t i;

    for (i = 0; i < rest->len; i++) {
        char c = rest->data[i];

        if (c == '"' && !angle) {
            quote = !quote;
        } else if (c == '<' && !quote) {
            angle = true;
        } else if (c == '>') {
            angle = false;
        } else if (c == ',' && !angle && !quote) {
            break;
        }
    }
    item.len = i;
    i += i < rest->len ? 1 : 0;
    *rest = weir_str_n(rest->data + i, rest->len - i);
    return item;
}

/* Does the parameter text (behind ">") hold rel="next"? The order of parameters is not fixed. */
static bool rel_is_next(struct weir_str params)
{
    size_t i = 0;

    while (i < params.len) {
        size_t from = i;
        struct weir_str param;

        while (i < params.len && params.data[i] != ';') {
            i++;
        }
        param = weir_str_n(params.data + from, i - from);
        i++;
        while (param.len > 0 && param.data[0] == ' ') {
            param = weir_str_n(param.data + 1, param.len - 1);
        }
        while (param.len > 0 && param.data[param.len - 1] == ' ') {
            param.len--;
        }
        if (name_is(param, "rel=\"next\"") || name_is(param, "rel=next")) {
            return true;
        }
    }
    return false;
}

/* From "https://host/path?query" the part behind the host. false: it has none. */
static bool path_of(struct weir_str *path, struct weir_str url)
{
    const char *scheme = url.len > 0 ? memmem(url.data, url.len, "://", 3) : NULL;
    size_t at = scheme != NULL ? (size_t)(scheme - url.data) + 3 : 0;

    while (scheme != NULL && at < url.len && url.data[at] != '/') {
        at++;
    }
    *path = weir_str_n(url.data + at, url.len - at);
    return path->len > 0 && path->data[0] == '/';
}

static bool next_in(struct weir_str *path, struct weir_str value)
{
    struct weir_str rest = value;

    while (rest.len > 0) {
        struct weir_str item = link_split(&rest);
        const char *open = item.len > 0 ? memchr(item.data, '<', item.len) : NULL;
        const char *close = open != NULL ? memchr(open, '>', item.len - (size_t)(open - item.data)) : NULL;

        if (close != NULL && rel_is_next(weir_str_n(close + 1, item.len - (size_t)(close + 1 - item.data))) &&
            path_of(path, weir_str_n(open + 1, (size_t)(close - open) - 1))) {
            return true;
        }
    }
    return false;
}

bool header_next_link(struct weir_str *path, const struct weir_http_response *response)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (name_is(response->headers[i].name, "link") && next_in(path, response->headers[i].value)) {
            return true;
        }
    }
    return false;
}
