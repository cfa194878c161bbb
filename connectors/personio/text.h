/*
 * text: what the connector writes and reads as text: paths with queries, form bodies, ids, times.
 *
 * Pure: no host, no allocation. A struct text that overflowed says so once, at its end, and is then
 * not sent anywhere. Thread of all calls: any.
 */
#ifndef PERSONIO_TEXT_H
#define PERSONIO_TEXT_H

#include "weir/json.h"

#define TEXT_MAX 8000 /* some gateways answer 431 to longer URLs */
#define ID_TEXT 129   /* an id of Personio's and its end: digits or a UUID in practice */
#define WHEN_TEXT 32  /* "2026-02-03T09:00:00.000Z" and its end, with room for a wild year */
#define DATE_TEXT 11
#define TIME_TEXT 9

struct text {
    size_t len;
    bool failed; /* something did not fit */
    char data[TEXT_MAX + 1];
};

void text_init(struct text *t);
void text_add(struct text *t, const char *plain);
/* All but unreserved characters as %XX: for a query's value or a path's segment. */
void text_add_encoded(struct text *t, struct weir_str value);
/* Put a terminator behind the text, so that data is a string until the next add. */
void text_add_end(struct text *t);
struct weir_str text_str(const struct text *t);

/* Percent-decode into out; "+" stays "+", since cursors may be base64. false: does not fit, or holds a NUL.
 */
bool text_decode(char *out, size_t cap, size_t *len, struct weir_str encoded);

/* Of "...?a=1&cursor=x#f" the undecoded value of key. false: not there. */
bool text_query_value(struct weir_str *value, struct weir_str link, const char *key);

/* An id that can stand in a path: letters, digits, "-", "_", ".", ":", and not a dot segment. */
bool id_valid(struct weir_str id);

/* The id at path, a string or an integer. false: none that is valid; out is then undefined. */
bool id_read(char out[ID_TEXT], const json_t *root, const char *path);

/* The enum word at path is word, in either case (Personio writes both). */
bool word_is(const json_t *root, const char *path, const char *word);

/* RFC 3339 to Unix milliseconds; without a zone it is UTC. false: not such a time. */
bool when_parse(int64_t *ms, struct weir_str text);
/* UTC with "Z", with milliseconds if wanted. */
void when_format(char out[WHEN_TEXT], int64_t ms, bool with_ms);
/* The date in front of a local date-time; a zone behind it does not move it. false: no date there. */
bool when_date(char out[DATE_TEXT], struct weir_str date_time);
/* The clock time of a local date-time as HH:MM:SS. false: none there. */
bool when_time(char out[TIME_TEXT], struct weir_str date_time);
/* The day before a date that when_date gave. */
void when_day_before(char out[DATE_TEXT], const char date[DATE_TEXT]);

#endif
