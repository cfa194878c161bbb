#include "web/negotiate.h"

#include <strings.h>

#define Q_MAX 1000

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct weir_str trim(struct weir_str text)
{
    while (text.len > 0 && is_blank(text.data[0])) {
        text = weir_str_n(text.data + 1, text.len - 1);
    }
    while (text.len > 0 && is_blank(text.data[text.len - 1])) {
        text.len--;
    }
    return text;
}

static bool is_word(struct weir_str text, const char *word)
{
    return text.len == strlen(word) && strncasecmp(text.data, word, text.len) == 0;
}

/* What stands before the next sign; *rest moves behind it. false: nothing is left. */
static bool next_part(struct weir_str *part, struct weir_str *rest, char sign)
{
    const char *end;

    if (rest->data == NULL) {
        return false;
    }
    end = rest->len > 0 ? memchr(rest->data, sign, rest->len) : NULL;
    *part = trim(weir_str_n(rest->data, end != NULL ? (size_t)(end - rest->data) : rest->len));
    *rest =
        end != NULL ? weir_str_n(end + 1, rest->len - (size_t)(end - rest->data) - 1) : weir_str_n(NULL, 0);
    return true;
}

/* "0.25" in thousandths; -1: no such number. */
static int read_q(struct weir_str text)
{
    int q;
    int digit = 100;

    if (text.len == 0 || text.len > 5 || (text.data[0] != '0' && text.data[0] != '1') ||
        (text.len > 1 && text.data[1] != '.')) {
        return -1;
    }
    q = text.data[0] == '1' ? Q_MAX : 0;
    for (size_t i = 2; i < text.len; i++, digit /= 10) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return -1;
        }
        q += (text.data[i] - '0') * digit;
    }
    return q <= Q_MAX ? q : -1;
}

/* One entry of a list: its word, and how much it is wanted. */
static int entry_q(struct weir_str *word, struct weir_str entry)
{
    struct weir_str rest = entry;
    struct weir_str param;
    int q = Q_MAX;

    if (!next_part(word, &rest, ';')) {
        return 0;
    }
    while (next_part(&param, &rest, ';')) {
        if (param.len >= 2 && strncasecmp(param.data, "q=", 2) == 0) {
            q = read_q(weir_str_n(param.data + 2, param.len - 2));
        }
    }
    return q > 0 ? q : 0;
}

/* How much each is wanted. */
struct codings {
    int gzip, zstd, none;
};

static struct codings read_codings(struct weir_str accept_encoding)
{
    struct codings q = {.gzip = -1};
    struct weir_str rest = accept_encoding;
    struct weir_str entry;
    int any = 0;

    while (next_part(&entry, &rest, ',')) {
        struct weir_str word;
        int wanted = entry_q(&word, entry);

        if (is_word(word, "gzip") || is_word(word, "x-gzip")) {
            q.gzip = wanted;
        } else if (is_word(word, "zstd")) {
            q.zstd = wanted;
        } else if (is_word(word, "identity")) {
            q.none = wanted;
        } else if (is_word(word, "*")) {
            any = wanted; /* everybody knows gzip */
        }
    }
    q.gzip = q.gzip < 0 ? any : q.gzip;
    return q;
}

enum coding negotiate_coding(struct weir_str accept_encoding)
{
    struct codings q = read_codings(accept_encoding);

    if (q.zstd > 0 && q.zstd >= q.gzip && q.zstd >= q.none) {
        return CODING_ZSTD;
    }
    return q.gzip > 0 && q.gzip >= q.none ? CODING_GZIP : CODING_NONE;
}

bool negotiate_takes_gzip(struct weir_str accept_encoding)
{
    struct codings q = read_codings(accept_encoding);

    return q.gzip > 0 && q.gzip >= q.none;
}

bool negotiate_accepts(struct weir_str accept, const char *type)
{
    struct weir_str rest = accept;
    struct weir_str entry;

    while (next_part(&entry, &rest, ',')) {
        struct weir_str word;

        if (entry_q(&word, entry) > 0 && is_word(word, type)) {
            return true;
        }
    }
    return false;
}

bool negotiate_matches(struct weir_str if_none_match, struct weir_str tag)
{
    struct weir_str at = trim(if_none_match);

    if (weir_str_is(at, "*")) {
        return true;
    }
    /* A comma may stand in a tag, so the quotes lead. */
    while (at.len > 0) {
        const char *open = memchr(at.data, '"', at.len);
        size_t before = open != NULL ? (size_t)(open - at.data) : at.len;
        const char *close = before + 1 < at.len ? memchr(open + 1, '"', at.len - before - 1) : NULL;

        if (close == NULL) {
            return false;
        }
        if (weir_str_equal(weir_str_n(open, (size_t)(close - open) + 1), tag)) {
            return true;
        }
        at = weir_str_n(close + 1, at.len - (size_t)(close - at.data) - 1);
    }
    return false;
}
