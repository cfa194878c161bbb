#include "text.h"

#include <strings.h>

void text_init(struct text *t)
{
    t->len = 0;
    t->failed = false;
}

static void text_add_char(struct text *t, char c)
{
    if (t->len == TEXT_MAX) {
        t->failed = true;
        return;
    }
    t->data[t->len++] = c;
}

void text_add(struct text *t, const char *plain)
{
    for (; *plain != '\0'; plain++) {
        text_add_char(t, *plain);
    }
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

void text_add_encoded(struct text *t, struct weir_str value)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < value.len; i++) {
        char c = value.data[i];

        if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            text_add_char(t, c);
        } else {
            text_add_char(t, '%');
            text_add_char(t, hex[(unsigned char)c >> 4]);
            text_add_char(t, hex[(unsigned char)c & 15]);
        }
    }
}

void text_add_end(struct text *t)
{
    t->data[t->len] = '\0';
}

struct weir_str text_str(const struct text *t)
{
    return weir_str_n(t->data, t->len);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool text_decode(char *out, size_t cap, size_t *len, struct weir_str encoded)
{
    size_t n = 0;

    for (size_t i = 0; i < encoded.len; i++) {
        char c = encoded.data[i];

        if (c == '%' && i + 2 < encoded.len && hex_digit(encoded.data[i + 1]) >= 0 &&
            hex_digit(encoded.data[i + 2]) >= 0) {
            c = (char)(hex_digit(encoded.data[i + 1]) * 16 + hex_digit(encoded.data[i + 2]));
            i += 2;
        }
        if (c == '\0' || n == cap) {
            return false;
        }
        out[n++] = c;
    }
    *len = n;
    return true;
}

bool text_query_value(struct weir_str *value, struct weir_str link, const char *key)
{
    size_t key_len = strlen(key);
    size_t end = link.len;
    size_t at = 0;

    for (size_t i = 0; i < end; i++) {
        if (link.data[i] == '#') {
            end = i;
        }
    }
    while (at < end && link.data[at] != '?') {
        at++;
    }
    while (at < end) {
        size_t from = at + 1;
        size_t to = from;

        while (to < end && link.data[to] != '&') {
            to++;
        }
        if (to - from > key_len && memcmp(link.data + from, key, key_len) == 0 &&
            link.data[from + key_len] == '=') {
            *value = weir_str_n(link.data + from + key_len + 1, to - from - key_len - 1);
            return true;
        }
        at = to;
    }
    return false;
}

bool id_valid(struct weir_str id)
{
    if (id.len == 0 || id.len >= ID_TEXT || weir_str_is(id, ".") || weir_str_is(id, "..")) {
        return false;
    }
    for (size_t i = 0; i < id.len; i++) {
        char c = id.data[i];

        if (!is_alnum(c) && c != '-' && c != '_' && c != '.' && c != ':') {
            return false;
        }
    }
    return true;
}

bool id_read(char out[ID_TEXT], const json_t *root, const char *path)
{
    return weir_json_text(out, ID_TEXT, root, path) == WEIR_JSON_VALUE && id_valid(weir_str(out));
}

bool word_is(const json_t *root, const char *path, const char *word)
{
    struct weir_str value = {NULL, 0};

    return weir_json_str(&value, root, path) == WEIR_JSON_VALUE && value.len == strlen(word) &&
           strncasecmp(value.data, word, value.len) == 0;
}

/* ---- times: the calendar is proleptic Gregorian, days count from 1970-01-01 ---- */

static int64_t days_from_date(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void date_from_days(int64_t *year, int *month, int *day, int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = yoe + era * 400 + (*month <= 2 ? 1 : 0);
}

/* count digits at text[at] as a number, or -1. */
static int digits_at(struct weir_str text, size_t at, size_t count)
{
    int n = 0;

    if (text.len < at + count) {
        return -1;
    }
    for (size_t i = at; i < at + count; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return -1;
        }
        n = n * 10 + (text.data[i] - '0');
    }
    return n;
}

static bool char_is(struct weir_str text, size_t at, char c)
{
    return at < text.len && text.data[at] == c;
}

static bool date_read(int *year, int *month, int *day, struct weir_str text)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y = digits_at(text, 0, 4);
    int m = digits_at(text, 5, 2);
    int d = digits_at(text, 8, 2);
    bool leap;

    if (y < 0 || m < 1 || m > 12 || d < 1 || !char_is(text, 4, '-') || !char_is(text, 7, '-')) {
        return false;
    }
    leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (d > month_days[m - 1] + (m == 2 && leap ? 1 : 0)) {
        return false;
    }
    *year = y;
    *month = m;
    *day = d;
    return true;
}

/* HH:MM[:SS] at text[11]; *end is what follows. Seconds that are not there are 0. */
static bool clock_read(int *hour, int *minute, int *second, size_t *end, struct weir_str text)
{
    int h = digits_at(text, 11, 2);
    int m = digits_at(text, 14, 2);
    int s = 0;

    if (!(char_is(text, 10, 'T') || char_is(text, 10, ' ') || char_is(text, 10, 't')) ||
        !char_is(text, 13, ':') || h < 0 || h > 23 || m < 0 || m > 59) {
        return false;
    }
    *end = 16;
    if (char_is(text, 16, ':')) {
        s = digits_at(text, 17, 2);
        if (s < 0 || s > 60) {
            return false;
        }
        *end = 19;
    }
    *hour = h;
    *minute = m;
    *second = s == 60 ? 59 : s;
    return true;
}

/* A zone at text[at]: nothing, Z, +HH:MM or +HHMM. */
static bool zone_read(int *minutes, struct weir_str text, size_t at)
{
    int h;
    int m;
    size_t colon;

    *minutes = 0;
    if (at == text.len || (at + 1 == text.len && (text.data[at] == 'Z' || text.data[at] == 'z'))) {
        return true;
    }
    if (text.data[at] != '+' && text.data[at] != '-') {
        return false;
    }
    colon = char_is(text, at + 3, ':') ? 1 : 0;
    h = digits_at(text, at + 1, 2);
    m = digits_at(text, at + 3 + colon, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59 || text.len != at + 5 + colon) {
        return false;
    }
    *minutes = (h * 60 + m) * (text.data[at] == '-' ? -1 : 1);
    return true;
}

bool when_parse(int64_t *ms, struct weir_str text)
{
    int year;
    int month;
    int day;
    int hour;
    int minute;
    int second;
    int zone;
    int fraction = 0;
    int unit = 100;
    size_t at;

    if (!date_read(&year, &month, &day, text) || !clock_read(&hour, &minute, &second, &at, text)) {
        return false;
    }
    if (char_is(text, at, '.')) {
        for (at++; digits_at(text, at, 1) >= 0; at++, unit /= 10) {
            fraction += digits_at(text, at, 1) * unit;
        }
    }
    if (!zone_read(&zone, text, at)) {
        return false;
    }
    *ms = ((days_from_date(year, month, day) * 24 + hour) * 60 + minute - zone) * 60000 + second * 1000 +
          fraction;
    return true;
}

void when_format(char out[WHEN_TEXT], int64_t ms, bool with_ms)
{
    int64_t year;
    int month;
    int day;
    int64_t days;
    int rest;

    /* Years 1970 to 9999: a caller's time is "now" or a bit before it. */
    if (ms < 0) {
        ms = 0;
    } else if (ms > INT64_C(253402300799999)) {
        ms = INT64_C(253402300799999);
    }
    days = ms / 86400000;
    rest = (int)(ms % 86400000);
    date_from_days(&year, &month, &day, days);
    if (with_ms) {
        (void)snprintf(out, WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)year, month, day,
                       rest / 3600000, rest / 60000 % 60, rest / 1000 % 60, rest % 1000);
    } else {
        (void)snprintf(out, WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)year, month, day,
                       rest / 3600000, rest / 60000 % 60, rest / 1000 % 60);
    }
}

bool when_date(char out[DATE_TEXT], struct weir_str date_time)
{
    int year;
    int month;
    int day;

    if (!date_read(&year, &month, &day, date_time) ||
        (date_time.len > 10 && date_time.data[10] != 'T' && date_time.data[10] != ' ' &&
         date_time.data[10] != 't')) {
        return false;
    }
    memcpy(out, date_time.data, 10);
    out[10] = '\0';
    return true;
}

bool when_time(char out[TIME_TEXT], struct weir_str date_time)
{
    int hour;
    int minute;
    int second;
    size_t end;

    if (!clock_read(&hour, &minute, &second, &end, date_time)) {
        return false;
    }
    (void)snprintf(out, TIME_TEXT, "%02u:%02u:%02u", (unsigned int)hour % 24U, (unsigned int)minute % 60U,
                   (unsigned int)second % 60U);
    return true;
}

void when_day_before(char out[DATE_TEXT], const char date[DATE_TEXT])
{
    int year = 1970;
    int month = 1;
    int day = 2;
    int64_t before_year;
    int64_t days;

    (void)date_read(&year, &month, &day, weir_str(date));
    days = days_from_date(year, month, day) - 1;
    date_from_days(&before_year, &month, &day, days);
    if (before_year < 0) {
        memcpy(out, "0000-01-01", DATE_TEXT);
        return;
    }
    (void)snprintf(out, DATE_TEXT, "%04u-%02u-%02u", (unsigned int)before_year % 10000U,
                   (unsigned int)month % 100U, (unsigned int)day % 100U);
}
