/*
 * datetime: ISO 8601 text to Unix milliseconds and back, without locale or time zone files.
 */
#ifndef WEIR_BASE_DATETIME_H
#define WEIR_BASE_DATETIME_H

#include "weir/types.h"

#define DATETIME_TEXT 25 /* "2026-02-11T07:30:05.217Z" and its end */

/*
 * Read YYYY-MM-DD or YYYY-MM-DDTHH:MM[:SS[.fraction]][Z|+HH:MM|+HHMM|-...]; without a zone it is UTC, a bare
 * date is midnight UTC, digits of the fraction beyond the third are cut. false: not such a time
 * (2026-02-30, hour 24 and a second 60 included); *ms is then as it was. Thread: any.
 */
bool datetime_parse(int64_t *ms, struct weir_str text);

/* Only YYYY-MM-DD, a day that exists. Thread: any. */
bool datetime_is_date(struct weir_str text);

/* UTC with three fraction digits and Z; years 0000 to 9999, others are clamped. Thread: any. */
void datetime_format(char out[DATETIME_TEXT], int64_t ms);

#endif
