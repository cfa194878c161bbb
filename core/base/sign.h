/*
 * sign: the two signatures of a notification, which whoever holds its secret checks.
 */
#ifndef WEIR_BASE_SIGN_H
#define WEIR_BASE_SIGN_H

#include "base/buf.h"

enum sign_header { SIGN_KOMBO, SIGN_ID, SIGN_TIMESTAMP, SIGN_STANDARD };
#define SIGN_HEADERS 4

/* The headers that a notification is signed with, by enum sign_header: the published contract's one, and
 * those of Standard Webhooks. */
struct sign_header_row {
    const char *name;
    const char *pattern; /* of its value, as in a JSON schema */
    const char *text;
};
extern const struct sign_header_row sign_headers[SIGN_HEADERS];

/* Append X-Kombo-Signature's value. The secret is taken as its text. WEIR_E_MEMORY, WEIR_E_LIMIT: out has no
 * room. Thread: any, as all here. */
int sign_kombo(struct buf *out, struct weir_str secret, struct weir_bytes body, struct weir_error *err);
/* Append webhook-signature's value for id and timestamp; where out holds one already, behind a blank, as
 * while a secret is rotated. */
int sign_standard(struct buf *out, struct weir_str secret, struct weir_str id, int64_t timestamp_s,
                  struct weir_bytes body, struct weir_error *err);

#endif
