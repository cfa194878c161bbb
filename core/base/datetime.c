#include "base/datetime.h"

#define DAY_MS INT64_C(86400000)
#define FIRST_MS INT64_C(-62167219200000) /* 0000-01-01T00:00:00.000Z */
#define LAST_MS INT64_C(253402300799999)  /* 9999-12-31T23:59:59.999Z */

struct civil {
    int64_t year;
    unsigned int month;
    unsigned int day;
};

/*
 * Days since 1970-01-01 in the proleptic Gregorian calendar, and back. Years are counted from March,
 * so that a leap day is a year's last, in eras of 400 years (146,097 days).
 */
static int64_t days_from_civil(struct civil date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    unsigned int year_of_era = (unsigned int)(year - era * 400);
    unsigned int month = date.month > 2 ? date.month - 3 : date.month + 9;
    unsigned int day_of_year = (153 * month + 2) / 5 + date.day - 1;
    unsigned int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + (int64_t)day_of_era - 719468;
}

static struct civil civil_from_days(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    unsigned int day_of_era = (unsigned int)(shifted - era * 146097);
    unsigned int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned int month = (5 * day_of_year + 2) / 153;
    struct civil date;

    date.day = day_of_year - (153 * month + 2) / 5 + 1;
    date.month = month < 10 ? month + 3 : month - 9;
    date.year = (int64_t)year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
    return date;
}

static unsigned int month_days(int64_t year, unsigned int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return month == 2 && leap ? 29 : days[month - 1];
}

/* Take exactly count digits from the front of rest. */
static bool take_digits(unsigned int *value, struct weir_str *rest, size_t count)
{
    unsigned int number = 0;
    size_t i;

    if (rest->len < count) {
        return false;
    }
    for (i = 0; i < count; i++) {
        if (rest->data[i] < '0' || rest->data[i] > '9') {
            return false;
        }
        number = number * 10 + (unsigned int)(rest->data[i] - '0');
    }
    *value = number;
    *rest = weir_str_n(rest->data + count, rest->len - count);
    return true;
}

static bool take_char(struct weir_str *rest, char c)
{
    if (rest->len == 0 || rest->data[0] != c) {
        return false;
    }
    *rest = weir_str_n(rest->data + 1, rest->len - 1);
    return true;
}

static bool take_date(int64_t *days, struct weir_str *rest)
{
    struct civil date;
    unsigned int year;

    if (!take_digits(&year, rest, 4) || !take_char(rest, '-') || !take_digits(&date.month, rest, 2) ||
        !take_char(rest, '-') || !take_digits(&date.day, rest, 2)) {
        return false;
    }
    date.year = year;
    if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > month_days(date.year, date.month)) {
        return false;
    }
    *days = days_from_civil(date);
    return true;
}

/* Digits after the point: at least one; the fourth and further ones are cut. */
static bool take_fraction(int64_t *ms, struct weir_str *rest)
{
    int64_t unit = 100;
    int64_t sum = 0;
    unsigned int digit;

    if (!take_digits(&digit, rest, 1)) {
        return false;
    }
    do {
        sum += unit * digit;
        unit /= 10;
    } while (take_digits(&digit, rest, 1));
    *ms += sum;
    return true;
}

/* HH:MM[:SS[.fraction]] */
static bool take_time(int64_t *ms, struct weir_str *rest)
{
    unsigned int hour;
    unsigned int minute;
    unsigned int second = 0;

    if (!take_digits(&hour, rest, 2) || !take_char(rest, ':') || !take_digits(&minute, rest, 2)) {
        return false;
    }
    if (take_char(rest, ':')) {
        if (!take_digits(&second, rest, 2)) {
            return false;
        }
        if (take_char(rest, '.') && !take_fraction(ms, rest)) {
            return false;
        }
    }
    if (hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    *ms += ((int64_t)hour * 3600 + (int64_t)minute * 60 + second) * 1000;
    return true;
}

/* Z, +HH:MM, +HHMM (or with a minus), or nothing. */
static bool take_zone(int64_t *ms, struct weir_str *rest)
{
    unsigned int hour;
    unsigned int minute;
    int64_t sign;

    if (rest->len == 0 || take_char(rest, 'Z')) {
        return true;
    }
    if (take_char(rest, '+')) {
        sign = 1;
    } else if (take_char(rest, '-')) {
        sign = -1;
    } else {
        return false;
    }
    if (!take_digits(&hour, rest, 2)) {
        return false;
    }
    (void)take_char(rest, ':');
    if (!take_digits(&minute, rest, 2) || hour > 23 || minute > 59) {
        return false;
    }
    *ms -= sign * ((int64_t)hour * 60 + minute) * 60000;
    return true;
}

bool datetime_parse(int64_t *ms, struct weir_str text)
{
    struct weir_str rest = text;
    int64_t days;
    int64_t sum = 0;

    if (!take_date(&days, &rest)) {
        return false;
    }
    if (rest.len > 0 && (!take_char(&rest, 'T') || !take_time(&sum, &rest) || !take_zone(&sum, &rest))) {
        return false;
    }
    if (rest.len > 0) {
        return false;
    }
    *ms = days * DAY_MS + sum;
    return true;
}

bool datetime_is_date(struct weir_str text)
{
    struct weir_str rest = text;
    int64_t days;

    return take_date(&days, &rest) && rest.len == 0;
}

static char *put_digits(char *at, unsigned int value, size_t count)
{
    size_t i;

    for (i = count; i > 0; i--) {
        at[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + count;
}

void datetime_format(char out[DATETIME_TEXT], int64_t ms)
{
    int64_t clamped = ms < FIRST_MS ? FIRST_MS : ms > LAST_MS ? LAST_MS : ms;
    /* Floor, not truncation: before 1970 the time of day still counts upwards. */
    int64_t days = (clamped - FIRST_MS) / DAY_MS + FIRST_MS / DAY_MS;
    unsigned int rest = (unsigned int)(clamped - days * DAY_MS);
    struct civil date = civil_from_days(days);
    char *at = out;

    at = put_digits(at, (unsigned int)date.year, 4);
    *at++ = '-';
    at = put_digits(at, date.month, 2);
    *at++ = '-';
    at = put_digits(at, date.day, 2);
    *at++ = 'T';
    at = put_digits(at, rest / 3600000, 2);
    *at++ = ':';
    at = put_digits(at, rest / 60000 % 60, 2);
    *at++ = ':';
    at = put_digits(at, rest / 1000 % 60, 2);
    *at++ = '.';
    at = put_digits(at, rest % 1000, 3);
    *at++ = 'Z';
    *at = '\0';
}
