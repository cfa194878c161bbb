/*
 * retry: which answers may be asked for again, and when.
 *
 * Pure: the time and the chance are handed in.
 */
#ifndef WEIR_HOST_RETRY_H
#define WEIR_HOST_RETRY_H

#include "net/client.h"

#define RETRY_TRIES 3
#define RETRY_AFTER_MOST_MS 60000 /* a tool that wants more is not waited for inside a call */

/* Thread: any, all of them. */
bool retry_fits(const struct client_response *response);
/* Retry-After, in seconds or as a date. false: there is none, or it is neither. */
bool retry_after_ms(int64_t *wait_ms, const struct client_response *response, int64_t now_ms);
/* Back-off before try number `next` (2 is the first repetition), spread by a quarter either way. */
int64_t retry_delay_ms(uint32_t first_ms, unsigned int next, uint32_t chance);

/* "Sun, 06 Nov 1994 08:49:37 GMT", the form that HTTP asks for. */
bool http_date_parse(int64_t *ms, struct weir_str text);
/* Up to 12 digits at the front; what follows them may only be a comma, a semicolon or a blank. */
bool http_number_parse(int64_t *number, struct weir_str text);
/* The first header of that (lower-case) name. */
bool http_header(struct weir_str *value, const struct weir_header *headers, size_t count, const char *name);

#endif
