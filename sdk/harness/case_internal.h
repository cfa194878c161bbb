/*
 * case_internal: what the files that read a case share.
 *
 * case.c reads the document's top, case_step.c a step, case_exchange.c requests and answers, case_expect.c
 * checks the keys of what is expected. Included by these alone.
 */
#ifndef WEIR_HARNESS_CASE_INTERNAL_H
#define WEIR_HARNESS_CASE_INTERNAL_H

#include "case.h"

#define CASE_ITEMS_MAX 100000 /* of one list of a case */

/* A string member, lent by the document; data is NULL when it is not there. */
struct weir_str member_text(const json_t *object, const char *key);
/* A list of strings. */
bool texts_read(struct weir_str **out, size_t *count, const struct place *at, const json_t *list);
/* RFC 3339 or Unix milliseconds. */
bool time_read(int64_t *ms, const struct place *at, const json_t *value);
/* An object of names and values, or a list of pairs. mac may be NULL: then it is not allowed. */
bool headers_read(struct weir_header **out, size_t *count, struct case_mac *mac, bool *has_mac,
                  const struct place *at, const json_t *value);
bool exchanges_read(struct case_exchanges *out, const struct place *at, const char *folder,
                    const json_t *list);
bool delivery_read(struct case_delivery *out, const struct test_case *c, const struct place *at,
                   const json_t *value);
bool step_read(struct case_step *out, const struct test_case *c, size_t n, const struct place *at,
               const json_t *value);
/* Are these the keys that may be expected of a step of that kind? */
bool expect_check(const struct place *at, enum step_kind kind, const json_t *expect);

#endif
