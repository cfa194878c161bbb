#include "flow/masked.h"

#include <string.h>

#define DEPTH_MAX 24
#define ITEMS_SHOWN 2 /* of an array; they tend to be alike */
#define NAME_MAX_LEN 64
#define LEFT_OUT "\"...\""

/* A walk over foreign bytes. */
struct walk {
    struct buf *out;
    const char *at, *end;
    size_t until; /* out may be this long; then nothing more is shown */
    int depth;
    int hidden; /* above 0: read on, show nothing */
    bool wrong; /* it is no JSON */
};

static void show(struct walk *w, const char *text)
{
    if (w->hidden == 0) {
        buf_add_text(w->out, text);
    }
}

static void skip_space(struct walk *w)
{
    while (w->at < w->end && (*w->at == ' ' || *w->at == '\t' || *w->at == '\n' || *w->at == '\r')) {
        w->at++;
    }
}

static bool is_next(struct walk *w, char c)
{
    skip_space(w);
    if (w->at < w->end && *w->at == c) {
        w->at++;
        return true;
    }
    return false;
}

/* What stands between the quotes, as written. */
static struct weir_str take_string(struct walk *w)
{
    const char *begin = w->at;

    while (w->at < w->end && *w->at != '"') {
        w->at += *w->at == '\\' && w->at + 1 < w->end ? 2 : 1;
    }
    if (w->at >= w->end) {
        w->wrong = true;
        return weir_str_n(NULL, 0);
    }
    w->at++;
    return weir_str_n(begin, (size_t)(w->at - 1 - begin));
}

/* One that a program gave, and no data that was used as one. */
static bool is_name(struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
              c == '-' || c == '.' || c == '$')) {
            return false;
        }
    }
    return text.len > 0 && text.len <= NAME_MAX_LEN;
}

static void take_value(struct walk *w);

static void take_member(struct walk *w)
{
    struct weir_str name;

    if (!is_next(w, '"')) {
        w->wrong = true;
        return;
    }
    name = take_string(w);
    if (w->wrong || !is_next(w, ':')) {
        w->wrong = true;
        return;
    }
    if (w->hidden == 0 && is_name(name)) {
        buf_printf(w->out, "\"%.*s\":", WEIR_STR_ARG(name));
    } else {
        show(w, LEFT_OUT ":");
    }
    take_value(w);
}

/* The rest of an object or array; each is one more of it. */
static void take_inside(struct walk *w, char close, size_t shown_max)
{
    bool cut = false;
    size_t count = 0;

    while (!w->wrong && !is_next(w, close)) {
        bool full = !cut && w->hidden == 0 && (count >= shown_max || w->out->len > w->until);

        if (count > 0 && !is_next(w, ',')) {
            w->wrong = true;
            return;
        }
        if (full) {
            show(w, count > 0 ? "," : "");
            show(w, close == '}' ? LEFT_OUT ":" LEFT_OUT : LEFT_OUT);
            cut = true;
        } else if (count > 0 && !cut) {
            show(w, ",");
        }
        w->hidden += cut ? 1 : 0;
        if (close == '}') {
            take_member(w);
        } else {
            take_value(w);
        }
        w->hidden -= cut ? 1 : 0;
        count++;
    }
}

static void take_nested(struct walk *w, char close, size_t shown_max)
{
    char text[2] = {close, '\0'};

    if (w->depth == DEPTH_MAX) {
        w->wrong = true;
        return;
    }
    w->depth++;
    show(w, close == '}' ? "{" : "[");
    take_inside(w, close, shown_max);
    show(w, text);
    w->depth--;
}

static bool take_word(struct walk *w, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(w->end - w->at) < len || memcmp(w->at, word, len) != 0) {
        return false;
    }
    w->at += len;
    return true;
}

static void take_number(struct walk *w)
{
    const char *begin = w->at;

    while (w->at < w->end && ((*w->at >= '0' && *w->at <= '9') || *w->at == '-' || *w->at == '+' ||
                              *w->at == '.' || *w->at == 'e' || *w->at == 'E')) {
        w->at++;
    }
    w->wrong = w->wrong || w->at == begin;
    show(w, "\"number\"");
}

static void take_value(struct walk *w)
{
    if (is_next(w, '{')) {
        take_nested(w, '}', SIZE_MAX);
    } else if (is_next(w, '[')) {
        take_nested(w, ']', ITEMS_SHOWN);
    } else if (is_next(w, '"')) {
        show(w, take_string(w).len > 0 ? "\"text\"" : "\"\"");
    } else if (take_word(w, "null")) {
        show(w, "null");
    } else if (take_word(w, "true") || take_word(w, "false")) {
        show(w, "\"boolean\"");
    } else {
        take_number(w);
    }
}

void masked_json(struct buf *out, struct weir_bytes json, size_t max)
{
    bool is_long = json.len > MASKED_READ_MAX;
    size_t len = is_long ? MASKED_READ_MAX : json.len;
    size_t before = out->len;
    struct walk w = {.out = out,
                     .at = (const char *)json.data,
                     .end = (const char *)json.data + len,
                     .until = out->len + max};

    if (len == 0) {
        return;
    }
    take_value(&w);
    skip_space(&w);
    if (is_long && w.wrong) {
        buf_add_text(out, " ..."); /* its end was not looked at */
    } else if (w.wrong || w.at != w.end) {
        out->len = before;
        buf_add_text(out, "(no JSON)");
    }
}

/* Up to the next '/' or to the end. */
static void add_part(struct buf *out, struct weir_str part)
{
    bool is_private =
        memchr(part.data, '@', part.len) != NULL || memmem(part.data, part.len, "%40", 3) != NULL;

    buf_add_str(out, is_private ? weir_str("...") : part);
}

static void add_query(struct buf *out, struct weir_str query)
{
    while (query.len > 0) {
        const char *amp = memchr(query.data, '&', query.len);
        size_t len = amp != NULL ? (size_t)(amp - query.data) : query.len;
        const char *is = memchr(query.data, '=', len);

        if (is != NULL && is_name(weir_str_n(query.data, (size_t)(is - query.data)))) {
            buf_add(out, query.data, (size_t)(is - query.data) + 1);
        }
        buf_add_text(out, "...");
        if (amp == NULL) {
            return;
        }
        buf_add_char(out, '&');
        query = weir_str_n(amp + 1, query.len - len - 1);
    }
}

void masked_path(struct buf *out, struct weir_str path)
{
    const char *mark = path.len > 0 ? memchr(path.data, '?', path.len) : NULL;
    size_t left = mark != NULL ? (size_t)(mark - path.data) : path.len;
    const char *at = path.data;

    while (left > 0) {
        const char *slash = memchr(at, '/', left);
        size_t len = slash != NULL ? (size_t)(slash - at) : left;

        if (len > 0) {
            add_part(out, weir_str_n(at, len));
        }
        if (slash == NULL) {
            break;
        }
        buf_add_char(out, '/');
        left -= len + 1;
        at = slash + 1;
    }
    if (mark != NULL) {
        buf_add_char(out, '?');
        add_query(out, weir_str_n(mark + 1, path.len - (size_t)(mark + 1 - path.data)));
    }
}
