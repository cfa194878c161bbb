/*
 * sign: the two signatures of a notification, which whoever holds its secret checks.
 */
#ifndef WEIR_BASE_SIGN_H
#define WEIR_BASE_SIGN_H

#include "base/buf.h"

/* Append X-Kombo-Signature's value. The secret is taken as its text. WEIR_E_MEMORY, WEIR_E_LIMIT: out has no
 * room. Thread: any, as all here. */
int sign_kombo(struct buf *out, struct weir_str secret, struct weir_bytes body, struct weir_error *err);
/* Append webhook-signature's value for id and timestamp; where out holds one already, behind a blank, as
 * while a secret is rotated. */
int sign_standard(struct buf *out, struct weir_str secret, struct weir_str id, int64_t timestamp_s,
                  struct weir_bytes body, struct weir_error *err);

#endif
