#include "disguise.h"

#include "disguise_internal.h"
#include "invent.h"

#include "net/url.h"
#include "weir/when.h"

#include <stdlib.h>

#define LITERAL_MIN 4
#define ID_PART_MIN 4
#define ID_PREFIXED_MIN 12
#define ID_PREFIX 3

void disguise_init(struct disguise *d)
{
    memset(d, 0, sizeof *d);
    d->words = json_object();
    d->folded = json_object();
    d->wholes = json_object();
    d->phones = json_object();
    d->dates = json_object();
    d->mails = json_object();
    d->ibans = json_object();
    d->ids = json_object();
    d->taken = json_object();
}

void disguise_fini(struct disguise *d)
{
    json_t *maps[] = {d->words, d->folded, d->wholes, d->phones, d->dates,
                      d->mails, d->ibans,  d->ids,    d->taken};

    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        json_decref(maps[i]);
    }
    free(d->literals);
    arena_fini(&d->arena);
}

bool disguise_is_word_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

struct weir_str disguise_find(const json_t *map, struct weir_str text)
{
    const json_t *found = text.len > 0 ? json_object_getn(map, text.data, text.len) : NULL;

    return weir_str_n(json_string_value(found), json_string_length(found));
}

void disguise_set(json_t *map, struct weir_str real, struct weir_str invented)
{
    (void)json_object_setn_new(map, real.data, real.len, json_stringn(invented.data, invented.len));
}

void disguise_fold(struct buf *out, struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        buf_add_char(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
}

/* ---- literals ---- */

static bool is_literal(const struct disguise *d, struct weir_str real)
{
    for (size_t i = 0; i < d->literal_count; i++) {
        if (weir_str_equal(d->literals[i].real, real)) {
            return true;
        }
    }
    return false;
}

/* In its place: the longest first. */
static void literal_insert(struct disguise *d, struct weir_str real, struct weir_str invented, bool secret)
{
    size_t at = d->literal_count;

    if (d->literal_count == d->literal_room) {
        size_t room = d->literal_room > 0 ? d->literal_room * 2 : 16;
        struct disguise_literal *more = must_calloc(room, sizeof *more);

        if (d->literal_count > 0) {
            memcpy(more, d->literals, d->literal_count * sizeof *more);
        }
        free(d->literals);
        d->literals = more;
        d->literal_room = room;
    }
    for (; at > 0 && d->literals[at - 1].real.len < real.len; at--) {
        d->literals[at] = d->literals[at - 1];
    }
    d->literals[at] = (struct disguise_literal){
        .real = weir_str_n(arena_text(&d->arena, real), real.len),
        .invented = weir_str_n(arena_text(&d->arena, invented), invented.len),
        .secret = secret,
    };
    d->literal_count++;
}

static void literal_add(struct disguise *d, struct weir_str real, struct weir_str invented, bool secret)
{
    struct buf escaped;
    struct buf stand_in;

    disguise_set(d->wholes, real, invented);
    if (real.len < LITERAL_MIN || is_literal(d, real)) {
        return;
    }
    literal_insert(d, real, invented, secret);
    /* Escaped it may have no form that is found by decoding: in the middle of a word, say. */
    buf_init(&escaped, DISGUISE_TEXT_MAX);
    buf_init(&stand_in, DISGUISE_TEXT_MAX);
    url_encode(&escaped, real);
    url_encode(&stand_in, invented);
    if (!escaped.failed && !stand_in.failed && !is_literal(d, buf_str(&escaped))) {
        literal_insert(d, buf_str(&escaped), buf_str(&stand_in), secret);
    }
    buf_fini(&escaped);
    buf_fini(&stand_in);
}

void disguise_literal(struct disguise *d, struct weir_str real, struct weir_str invented)
{
    if (real.len > 0) {
        literal_add(d, real, invented, false);
    }
}

bool disguise_knows_secret(const struct disguise *d, struct weir_str text)
{
    for (size_t i = 0; i < d->literal_count; i++) {
        const struct disguise_literal *one = &d->literals[i];

        if (one->secret && text.len >= one->real.len &&
            memmem(text.data, text.len, one->real.data, one->real.len) != NULL) {
            return true;
        }
    }
    return false;
}

void disguise_secret(struct disguise *d, struct weir_str real, const char *what)
{
    struct buf invented;
    size_t before = 0;

    if (real.len == 0 || is_literal(d, real)) {
        return;
    }
    buf_init(&invented, 256);
    buf_add_text(&invented, "invented-");
    for (size_t i = 0; what[i] != '\0' && i < 64; i++) {
        char c = what[i];

        buf_add_char(&invented, disguise_is_word_char(c) && (c & 0x80) == 0 ? c : '-');
    }
    for (size_t i = 0; i < d->literal_count; i++) {
        struct weir_str other = d->literals[i].invented;

        before += other.len >= invented.len && memcmp(other.data, invented.data, invented.len) == 0 ? 1 : 0;
    }
    if (before > 0) {
        buf_printf(&invented, "-%zu", before + 1);
    }
    literal_add(d, real, buf_str(&invented), true);
    buf_fini(&invented);
}

/* ---- people ---- */

static bool has_digit(struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] >= '0' && text.data[i] <= '9') {
            return true;
        }
    }
    return false;
}

static bool is_number(struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return true;
}

/* Between the parts of a name, and of nobody in particular. */
static bool is_particle(struct weir_str word)
{
    static const char *const particles[] = {"von", "van", "der", "den", "de", "del", "di",  "da",
                                            "la",  "le",  "zu",  "zur", "of", "and", "the", "und"};

    for (size_t i = 0; i < sizeof particles / sizeof particles[0]; i++) {
        if (weir_str_is(word, particles[i])) {
            return true;
        }
    }
    return false;
}

/* One that nobody real has, as far as is known. */
static void word_add(struct disguise *d, struct weir_str word)
{
    struct buf folded;
    struct buf invented;

    if (disguise_find(d->words, word).data != NULL) {
        return;
    }
    buf_init(&folded, DISGUISE_TEXT_MAX);
    buf_init(&invented, DISGUISE_TEXT_MAX);
    disguise_fold(&folded, word);
    if (disguise_find(d->folded, buf_str(&folded)).data != NULL) {
        /* The same name in other letters. */
        buf_add_str(&invented, disguise_find(d->folded, buf_str(&folded)));
    } else if (has_digit(word)) {
        invent_shaped(&invented, word, 0, d->word_count++);
    } else {
        do {
            buf_clear(&invented);
            invent_word(&invented, d->word_count++);
        } while (disguise_find(d->words, buf_str(&invented)).data != NULL);
    }
    disguise_set(d->words, word, buf_str(&invented));
    if (!has_digit(word)) {
        disguise_set(d->folded, buf_str(&folded), buf_str(&invented));
    }
    buf_fini(&folded);
    buf_fini(&invented);
}

static bool is_worth(struct weir_str word, enum personal kind)
{
    if (kind == PERSONAL_NAME) {
        return word.len >= 2 && !is_number(word) && !is_particle(word);
    }
    /* Of an address: a house's number alone names nobody, and would be found everywhere. */
    return is_number(word) ? word.len >= 4 : word.len >= 3;
}

static void words_add(struct disguise *d, enum personal kind, struct weir_str text)
{
    size_t at = 0;

    while (at < text.len) {
        size_t end = at;

        while (end < text.len && disguise_is_word_char(text.data[end])) {
            end++;
        }
        if (is_worth(weir_str_n(text.data + at, end - at), kind)) {
            word_add(d, weir_str_n(text.data + at, end - at));
        }
        at = end > at ? end : at + 1;
    }
}

static void whole_add(struct disguise *d, struct weir_str text, enum personal kind)
{
    struct buf invented;
    size_t n = json_object_size(d->wholes);

    if (disguise_find(d->wholes, text).data != NULL) {
        return;
    }
    buf_init(&invented, DISGUISE_TEXT_MAX);
    if (kind == PERSONAL_TEXT) {
        invent_text(&invented, n);
    } else if (kind == PERSONAL_LINK) {
        invent_link(&invented, n);
    } else {
        /* An IBAN's country may well be read. */
        invent_shaped(&invented, text, text.len >= 15 && text.data[0] >= 'A' && text.data[1] >= 'A' ? 2 : 0,
                      n);
    }
    disguise_set(d->wholes, text, buf_str(&invented));
    buf_fini(&invented);
}

static void date_add(struct disguise *d, struct weir_str text)
{
    char date[WEIR_DATE_TEXT];
    struct buf invented;

    if (!weir_when_date(date, text)) {
        whole_add(d, text, PERSONAL_CODE);
        return;
    }
    if (disguise_find(d->dates, weir_str(date)).data == NULL) {
        buf_init(&invented, 64);
        invent_date(&invented, json_object_size(d->dates));
        disguise_set(d->dates, weir_str(date), buf_str(&invented));
        buf_fini(&invented);
    }
}

void disguise_person(struct disguise *d, enum personal kind, struct weir_str text)
{
    if (text.len == 0) {
        return;
    }
    switch (kind) {
    case PERSONAL_NONE:
        break;
    case PERSONAL_MAIL:
    case PERSONAL_NAME:
        if (memchr(text.data, '@', text.len) == NULL) {
            words_add(d, PERSONAL_NAME, text);
        }
        break;
    case PERSONAL_ADDRESS:
        words_add(d, kind, text);
        break;
    case PERSONAL_PHONE:
        (void)disguise_phone(d, text, true);
        break;
    case PERSONAL_BIRTH:
        date_add(d, text);
        break;
    case PERSONAL_CODE:
    case PERSONAL_TEXT:
    case PERSONAL_LINK:
        whole_add(d, text, kind);
        break;
    }
}

struct weir_str disguise_mail(struct disguise *d, struct weir_str mail)
{
    struct buf key;
    struct buf invented;
    struct weir_str found;

    buf_init(&key, DISGUISE_TEXT_MAX);
    buf_init(&invented, 128);
    disguise_fold(&key, mail);
    found = disguise_find(d->mails, buf_str(&key));
    if (found.data == NULL) {
        invent_mail(&invented, json_object_size(d->mails));
        disguise_set(d->mails, buf_str(&key), buf_str(&invented));
        found = disguise_find(d->mails, buf_str(&key));
    }
    buf_fini(&key);
    buf_fini(&invented);
    return found;
}

struct weir_str disguise_iban(struct disguise *d, struct weir_str iban)
{
    struct buf invented;

    if (disguise_find(d->ibans, iban).data == NULL) {
        buf_init(&invented, 128);
        invent_shaped(&invented, iban, 2, json_object_size(d->ibans));
        disguise_set(d->ibans, iban, buf_str(&invented));
        buf_fini(&invented);
    }
    return disguise_find(d->ibans, iban);
}

size_t disguise_phone(struct disguise *d, struct weir_str phone, bool learn)
{
    const json_t *known;
    struct buf digits;
    size_t n = SIZE_MAX;

    buf_init(&digits, 128);
    for (size_t i = 0; i < phone.len; i++) {
        if (phone.data[i] >= '0' && phone.data[i] <= '9') {
            buf_add_char(&digits, phone.data[i]);
        }
    }
    if (digits.len >= DISGUISE_PHONE_DIGITS_MIN && !digits.failed) {
        known = json_object_getn(d->phones, digits.data, digits.len);
        n = known != NULL ? (size_t)json_integer_value(known)
            : learn       ? json_object_size(d->phones)
                          : SIZE_MAX;
        if (known == NULL && learn) {
            (void)json_object_setn_new(d->phones, digits.data, digits.len, json_integer((json_int_t)n));
        }
    }
    buf_fini(&digits);
    return n;
}

/* ---- ids ---- */

static void id_add(struct disguise *d, struct weir_str part)
{
    struct buf invented;
    size_t n = json_object_size(d->ids);
    /* Long ids of some tools begin with what they are of: "00u" for a user. */
    size_t keep = part.len >= ID_PREFIXED_MIN && !is_number(part) ? ID_PREFIX : 0;

    if (disguise_find(d->ids, part).data != NULL) {
        return;
    }
    buf_init(&invented, DISGUISE_TEXT_MAX);
    do {
        /* Two ids that become one would join two records; there are fewer than numbers of 4 digits. */
        buf_clear(&invented);
        invent_shaped(&invented, part, keep, n++);
    } while (disguise_find(d->taken, buf_str(&invented)).data != NULL &&
             n < 2 * json_object_size(d->ids) + 16);
    disguise_set(d->taken, buf_str(&invented), part);
    disguise_set(d->ids, part, buf_str(&invented));
    buf_fini(&invented);
}

void disguise_id(struct disguise *d, struct weir_str id)
{
    size_t at = 0;

    for (size_t i = 0; i <= id.len; i++) {
        if (i == id.len || !(disguise_is_word_char(id.data[i]) || id.data[i] == '-' || id.data[i] == '_')) {
            struct weir_str part = weir_str_n(id.data + at, i - at);

            if (part.len >= ID_PART_MIN && has_digit(part)) {
                id_add(d, part);
            }
            at = i + 1;
        }
    }
}

json_int_t disguise_integer(const struct disguise *d, json_int_t number)
{
    char text[32];
    struct weir_str found;

    (void)snprintf(text, sizeof text, "%lld", (long long)number);
    found = disguise_find(d->ids, weir_str(text));
    return found.data != NULL ? strtoll(found.data, NULL, 10) : number;
}
