/*
 * disguise_scan: one pass over a text, in which each kind of thing that is to be replaced has its turn.
 *
 * Each of the replace_ functions looks at what begins at `at`, appends what stands in its place and returns
 * how much of the text that was; 0: it is nothing of that kind.
 */
#include "disguise.h"

#include "disguise_internal.h"
#include "invent.h"

#include "base/crypto.h"
#include "base/utf8.h"
#include "net/url.h"
#include "weir/when.h"

#define DEPTH_MAX 3
#define BASE64_MIN 12
#define RUN_MAX 8192 /* of one word: nobody is called more, and a picture in base64 is not looked through */
#define PHONE_DIGITS_MIN 8 /* of a number that was never learned */
#define PHONE_DIGITS_MAX 15

struct scan {
    struct disguise *d;
    struct buf *out;
    struct weir_str text;
    size_t at;
    int depth;
};

static void scan_text(struct buf *out, struct disguise *d, struct weir_str text, int depth);

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char char_at(const struct scan *s, size_t at)
{
    return at < s->text.len ? s->text.data[at] : '\0';
}

static char char_before(const struct scan *s)
{
    return s->at > 0 ? s->text.data[s->at - 1] : '\0';
}

static struct weir_str span(const struct scan *s, size_t len)
{
    return weir_str_n(s->text.data + s->at, len);
}

/* How far the characters go that are word characters or one of others. */
static size_t run_of(const struct scan *s, const char *others)
{
    size_t end = s->at;

    while (end < s->text.len && end - s->at < RUN_MAX &&
           (disguise_is_word_char(s->text.data[end]) ||
            (s->text.data[end] != '\0' && strchr(others, s->text.data[end]) != NULL))) {
        end++;
    }
    return end - s->at;
}

static size_t replace_literal(const struct scan *s)
{
    for (size_t i = 0; i < s->d->literal_count; i++) {
        const struct disguise_literal *one = &s->d->literals[i];

        if (s->text.len - s->at >= one->real.len &&
            memcmp(s->text.data + s->at, one->real.data, one->real.len) == 0) {
            buf_add_str(s->out, one->invented);
            return one->real.len;
        }
    }
    return 0;
}

/* ---- within escapes ---- */

static bool is_delimiter(char c)
{
    return c == '\0' || strchr("/?&=;,\"'<> \t\r\n()#", c) != NULL;
}

static size_t replace_escaped(const struct scan *s)
{
    size_t end = s->at;
    bool escaped = false;
    struct buf plain;
    struct buf changed;

    if (s->depth >= DEPTH_MAX || (s->at > 0 && !is_delimiter(char_before(s)))) {
        return 0;
    }
    for (; end < s->text.len && !is_delimiter(s->text.data[end]); end++) {
        escaped = escaped || s->text.data[end] == '%';
    }
    if (!escaped) {
        return 0;
    }
    buf_init(&plain, DISGUISE_TEXT_MAX);
    buf_init(&changed, DISGUISE_TEXT_MAX);
    if (url_decode(&plain, span(s, end - s->at)) && utf8_valid(buf_str(&plain))) {
        scan_text(&changed, s->d, buf_str(&plain), s->depth + 1);
    }
    if (changed.len > 0 && !weir_str_equal(buf_str(&changed), buf_str(&plain))) {
        url_encode(s->out, buf_str(&changed));
    } else {
        end = s->at;
    }
    buf_fini(&plain);
    buf_fini(&changed);
    return end - s->at;
}

static bool is_printable(struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.data[i] < ' ' && strchr("\t\r\n", text.data[i]) == NULL) {
            return false;
        }
    }
    return text.len > 0 && utf8_valid(text);
}

static size_t base64_run(const struct scan *s)
{
    size_t end = s->at;

    while (end < s->text.len && end - s->at < RUN_MAX &&
           ((disguise_is_word_char(s->text.data[end]) && (s->text.data[end] & 0x80) == 0) ||
            (s->text.data[end] != '\0' && strchr("+/-_", s->text.data[end]) != NULL))) {
        end++;
    }
    while (end < s->text.len && s->text.data[end] == '=' && end - s->at >= BASE64_MIN) {
        end++;
    }
    return end - s->at;
}

static size_t replace_base64(const struct scan *s)
{
    size_t len = base64_run(s);
    struct weir_str run = span(s, len);
    struct buf plain;
    struct buf changed;

    if (s->depth >= DEPTH_MAX || len < BASE64_MIN || len >= RUN_MAX ||
        (s->at > 0 && strchr("+/-_", char_before(s)) != NULL && char_before(s) != '/')) {
        return 0;
    }
    buf_init(&plain, DISGUISE_TEXT_MAX);
    buf_init(&changed, DISGUISE_TEXT_MAX);
    if (crypto_base64_decode(&plain, run) && is_printable(buf_str(&plain))) {
        scan_text(&changed, s->d, buf_str(&plain), s->depth + 1);
    }
    if (changed.len == 0 || weir_str_equal(buf_str(&changed), buf_str(&plain))) {
        len = 0;
    } else if (run.data[len - 1] == '=' ||
               (len % 4 == 0 && memchr(run.data, '-', len) == NULL && memchr(run.data, '_', len) == NULL)) {
        crypto_base64(s->out, buf_bytes(&changed));
    } else {
        crypto_base64url(s->out, buf_bytes(&changed));
    }
    buf_fini(&plain);
    buf_fini(&changed);
    return len;
}

/* ---- by its form ---- */

static size_t replace_mail(const struct scan *s)
{
    size_t local = run_of(s, "._+-'");
    struct scan domain = *s;
    size_t len;

    if (local == 0 || char_at(s, s->at + local) != '@') {
        return 0;
    }
    domain.at = s->at + local + 1;
    len = run_of(&domain, ".-");
    while (len > 0 &&
           (char_at(&domain, domain.at + len - 1) == '.' || char_at(&domain, domain.at + len - 1) == '-')) {
        len--;
    }
    if (len < 3 || memchr(domain.text.data + domain.at, '.', len) == NULL) {
        return 0;
    }
    buf_add_str(s->out, disguise_mail(s->d, span(s, local + 1 + len)));
    return local + 1 + len;
}

static size_t replace_phone(const struct scan *s)
{
    bool plus = char_at(s, s->at) == '+';
    size_t end = s->at + (plus ? 1 : 0);
    size_t len = 0;
    size_t digits = 0;
    size_t n;

    for (; end < s->text.len && digits <= PHONE_DIGITS_MAX &&
           (is_digit(s->text.data[end]) ||
            (s->text.data[end] != '\0' && strchr(" ()/.-", s->text.data[end]) != NULL));
         end++) {
        if (is_digit(s->text.data[end])) {
            digits++;
            len = end + 1 - s->at;
        }
    }
    if (digits < DISGUISE_PHONE_DIGITS_MIN || digits > PHONE_DIGITS_MAX ||
        disguise_is_word_char(char_at(s, s->at + len))) {
        return 0;
    }
    n = disguise_phone(s->d, span(s, len), plus && digits >= PHONE_DIGITS_MIN);
    if (n == SIZE_MAX) {
        return 0;
    }
    invent_shaped(s->out, span(s, len), 0, n);
    return len;
}

/* ISO 7064: letters count from 10, and the first four characters come last. */
static bool is_iban(struct weir_str text)
{
    unsigned int rest = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[(i + 4) % text.len];

        if (is_digit(c)) {
            rest = (rest * 10 + (unsigned int)(c - '0')) % 97;
        } else if (c >= 'A' && c <= 'Z') {
            rest = (rest * 100 + (unsigned int)(c - 'A') + 10) % 97;
        } else {
            return false;
        }
    }
    return rest == 1;
}

static size_t replace_iban(const struct scan *s)
{
    char plain[35];
    size_t count = 0;
    size_t best = 0;

    for (size_t end = s->at; end < s->text.len && count < 34; end++) {
        if (s->text.data[end] == ' ' && count >= 4) {
            continue;
        }
        if (!disguise_is_word_char(s->text.data[end])) {
            break;
        }
        plain[count++] = s->text.data[end];
        if (count >= 15 && is_digit(plain[2]) && is_digit(plain[3]) && !is_digit(plain[0]) &&
            !disguise_is_word_char(char_at(s, end + 1)) && is_iban(weir_str_n(plain, count))) {
            best = end + 1 - s->at;
        }
    }
    if (best > 0) {
        buf_add_str(s->out, disguise_iban(s->d, span(s, best)));
    }
    return best;
}

/* ---- as it was learned ---- */

static size_t replace_date(const struct scan *s)
{
    struct weir_str found;

    if (s->text.len - s->at < WEIR_DATE_TEXT - 1) {
        return 0;
    }
    found = disguise_find(s->d->dates, span(s, WEIR_DATE_TEXT - 1));
    buf_add_str(s->out, found);
    return found.len;
}

static size_t replace_id(const struct scan *s)
{
    size_t len = json_object_size(s->d->ids) > 0 ? run_of(s, "-_") : 0;
    struct weir_str found = disguise_find(s->d->ids, span(s, len));

    buf_add_str(s->out, found);
    return found.data != NULL ? len : 0;
}

static bool is_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* A name in other letters than it was learned in: in small ones only within "ada.quill" or "ada-quill", since
 * alone it may well be a word of the tool. */
static size_t replace_folded(const struct scan *s, size_t len)
{
    struct weir_str word = span(s, len);
    struct weir_str found;
    struct buf folded;
    bool small = false;
    bool capital = false;

    for (size_t i = 0; i < len; i++) {
        small = small || (word.data[i] >= 'a' && word.data[i] <= 'z');
        capital = capital || (word.data[i] >= 'A' && word.data[i] <= 'Z');
    }
    if (len < 3 || (!capital && !is_of(char_before(s), "._-") && !is_of(char_at(s, s->at + len), "._-"))) {
        return 0;
    }
    buf_init(&folded, DISGUISE_TEXT_MAX);
    disguise_fold(&folded, word);
    found = disguise_find(s->d->folded, buf_str(&folded));
    if (found.data != NULL && !capital) {
        disguise_fold(s->out, found);
    } else if (found.data != NULL && !small) {
        for (size_t i = 0; i < found.len; i++) {
            char c = found.data[i];

            buf_add_char(s->out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
        }
    } else {
        buf_add_str(s->out, found);
    }
    buf_fini(&folded);
    return found.data != NULL ? len : 0;
}

static size_t replace_word(const struct scan *s)
{
    size_t len = run_of(s, "");
    struct weir_str found = disguise_find(s->d->words, span(s, len));

    if (found.data == NULL) {
        return replace_folded(s, len);
    }
    /* A number of an address is not the year of a date or a part of a time. */
    if (is_digit(char_at(s, s->at)) &&
        (is_of(char_before(s), "-.:") || is_of(char_at(s, s->at + len), "-.:"))) {
        return 0;
    }
    buf_add_str(s->out, found);
    return len;
}

/* ---- all of it ---- */

static size_t replace_here(const struct scan *s)
{
    static size_t (*const kinds[])(const struct scan *s) = {replace_escaped, replace_mail, replace_base64,
                                                            replace_iban,    replace_date, replace_phone,
                                                            replace_id,      replace_word};
    size_t taken = replace_literal(s);

    /* All others begin where a word does. */
    if (s->at > 0 && disguise_is_word_char(char_before(s)) && taken == 0) {
        return 0;
    }
    for (size_t i = 0; taken == 0 && i < sizeof kinds / sizeof kinds[0]; i++) {
        taken = kinds[i](s);
    }
    return taken;
}

static void scan_text(struct buf *out, struct disguise *d, struct weir_str text, int depth)
{
    struct scan s = {.d = d, .out = out, .text = text, .depth = depth};
    struct weir_str whole = disguise_find(d->wholes, text);

    if (whole.data != NULL) {
        buf_add_str(out, whole);
        return;
    }
    while (s.at < text.len) {
        size_t taken = replace_here(&s);

        if (taken == 0) {
            buf_add_char(out, text.data[s.at]);
            taken = 1;
        }
        s.at += taken;
    }
}

void disguise_text(struct buf *out, struct disguise *d, struct weir_str text)
{
    if (text.len > 0) {
        scan_text(out, d, text, 0);
    }
}
