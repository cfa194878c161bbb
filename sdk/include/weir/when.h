/*
 * when: for authors of connectors: the dates and times that tools write.
 *
 * Header-only and pure. The calendar is proleptic Gregorian, days count from 1970-01-01. Thread: any.
 */
#ifndef WEIR_WHEN_H
#define WEIR_WHEN_H

#include "weir/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_WHEN_TEXT                                                                                       \
    40 /* "2026-02-03T09:00:00.000Z" and its end, with room for what a compiler thinks of years */
#define WEIR_DATE_TEXT 11
#define WEIR_TIME_TEXT 9

static inline int64_t weir_when_days_from_date(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static inline void weir_when_date_from_days(int64_t *year, int *month, int *day, int64_t days)
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
static inline int weir_when_digits_at(struct weir_str text, size_t at, size_t count)
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

static inline bool weir_when_char_is(struct weir_str text, size_t at, char c)
{
    return at < text.len && text.data[at] == c;
}

static inline bool weir_when_date_read(int *year, int *month, int *day, struct weir_str text)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y = weir_when_digits_at(text, 0, 4);
    int m = weir_when_digits_at(text, 5, 2);
    int d = weir_when_digits_at(text, 8, 2);
    bool leap;

    if (y < 0 || m < 1 || m > 12 || d < 1 || !weir_when_char_is(text, 4, '-') ||
        !weir_when_char_is(text, 7, '-')) {
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
static inline bool weir_when_clock_read(int *hour, int *minute, int *second, size_t *end,
                                        struct weir_str text)
{
    int h = weir_when_digits_at(text, 11, 2);
    int m = weir_when_digits_at(text, 14, 2);
    int s = 0;

    if (!(weir_when_char_is(text, 10, 'T') || weir_when_char_is(text, 10, ' ') ||
          weir_when_char_is(text, 10, 't')) ||
        !weir_when_char_is(text, 13, ':') || h < 0 || h > 23 || m < 0 || m > 59) {
        return false;
    }
    *end = 16;
    if (weir_when_char_is(text, 16, ':')) {
        s = weir_when_digits_at(text, 17, 2);
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

/* A zone at text[at]: nothing, Z, " UTC" (as Ruby prints it), +HH:MM or +HHMM. */
static inline bool weir_when_zone_read(int *minutes, struct weir_str text, size_t at)
{
    int h;
    int m;
    size_t colon;

    *minutes = 0;
    if (at == text.len || (at + 1 == text.len && (text.data[at] == 'Z' || text.data[at] == 'z')) ||
        (at + 4 == text.len && memcmp(text.data + at, " UTC", 4) == 0)) {
        return true;
    }
    if (text.data[at] != '+' && text.data[at] != '-') {
        return false;
    }
    colon = weir_when_char_is(text, at + 3, ':') ? 1 : 0;
    h = weir_when_digits_at(text, at + 1, 2);
    m = weir_when_digits_at(text, at + 3 + colon, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59 || text.len != at + 5 + colon) {
        return false;
    }
    *minutes = (h * 60 + m) * (text.data[at] == '-' ? -1 : 1);
    return true;
}

/* RFC 3339 to Unix milliseconds; without a zone it is UTC. false: not such a time. */
static inline bool weir_when_parse(int64_t *ms, struct weir_str text)
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

    if (!weir_when_date_read(&year, &month, &day, text) ||
        !weir_when_clock_read(&hour, &minute, &second, &at, text)) {
        return false;
    }
    if (weir_when_char_is(text, at, '.')) {
        for (at++; weir_when_digits_at(text, at, 1) >= 0; at++, unit /= 10) {
            fraction += weir_when_digits_at(text, at, 1) * unit;
        }
    }
    if (!weir_when_zone_read(&zone, text, at)) {
        return false;
    }
    *ms = ((weir_when_days_from_date(year, month, day) * 24 + hour) * 60 + minute - zone) * 60000 +
          second * 1000 + fraction;
    return true;
}

/* UTC with "Z", with milliseconds if wanted. */
static inline void weir_when_format(char out[WEIR_WHEN_TEXT], int64_t ms, bool with_ms)
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
    weir_when_date_from_days(&year, &month, &day, days);
    if (with_ms) {
        (void)snprintf(out, WEIR_WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)year, month, day,
                       rest / 3600000, rest / 60000 % 60, rest / 1000 % 60, rest % 1000);
    } else {
        (void)snprintf(out, WEIR_WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)year, month, day,
                       rest / 3600000, rest / 60000 % 60, rest / 1000 % 60);
    }
}

/* The date in front of a local date-time; a zone behind it does not move it. false: no date there. */
static inline bool weir_when_date(char out[WEIR_DATE_TEXT], struct weir_str date_time)
{
    int year;
    int month;
    int day;

    if (!weir_when_date_read(&year, &month, &day, date_time) ||
        (date_time.len > 10 && date_time.data[10] != 'T' && date_time.data[10] != ' ' &&
         date_time.data[10] != 't')) {
        return false;
    }
    memcpy(out, date_time.data, 10);
    out[10] = '\0';
    return true;
}

/* The clock time of a local date-time as HH:MM:SS. false: none there. */
static inline bool weir_when_time(char out[WEIR_TIME_TEXT], struct weir_str date_time)
{
    int hour;
    int minute;
    int second;
    size_t end;

    if (!weir_when_clock_read(&hour, &minute, &second, &end, date_time)) {
        return false;
    }
    (void)snprintf(out, WEIR_TIME_TEXT, "%02u:%02u:%02u", (unsigned int)hour % 24U,
                   (unsigned int)minute % 60U, (unsigned int)second % 60U);
    return true;
}

/* The day before a date that weir_when_date gave. */
static inline void weir_when_day_before(char out[WEIR_DATE_TEXT], const char date[WEIR_DATE_TEXT])
{
    int year = 1970;
    int month = 1;
    int day = 2;
    int64_t before_year;
    int64_t days;

    (void)weir_when_date_read(&year, &month, &day, weir_str(date));
    days = weir_when_days_from_date(year, month, day) - 1;
    weir_when_date_from_days(&before_year, &month, &day, days);
    if (before_year < 0) {
        memcpy(out, "0000-01-01", WEIR_DATE_TEXT);
        return;
    }
    (void)snprintf(out, WEIR_DATE_TEXT, "%04u-%02u-%02u", (unsigned int)before_year % 10000U,
                   (unsigned int)month % 100U, (unsigned int)day % 100U);
}

/* The day after a date that weir_when_date gave. false: there is none that has four digits. */
static inline bool weir_when_day_after(char out[WEIR_DATE_TEXT], const char date[WEIR_DATE_TEXT])
{
    int year = 1970;
    int month = 1;
    int day = 1;
    int64_t after_year;

    if (!weir_when_date_read(&year, &month, &day, weir_str(date))) {
        return false;
    }
    weir_when_date_from_days(&after_year, &month, &day, weir_when_days_from_date(year, month, day) + 1);
    if (after_year > 9999) {
        return false;
    }
    (void)snprintf(out, WEIR_DATE_TEXT, "%04u-%02u-%02u", (unsigned int)after_year % 10000U,
                   (unsigned int)month % 100U, (unsigned int)day % 100U);
    return true;
}

#ifdef __cplusplus
}
#endif

#endif
