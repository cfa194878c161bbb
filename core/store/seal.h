/*
 * seal: values that only who has the key can read.
 *
 * A sealed value names its key by a fingerprint, so that values under an older key open while keys are
 * rotated, and is bound to its place (database and key, and what else the caller adds), so that one moved
 * elsewhere does not open. Layout: version (1 byte), fingerprint (4), nonce, ciphertext, tag.
 */
#ifndef WEIR_STORE_SEAL_H
#define WEIR_STORE_SEAL_H

#include "base/crypto.h"

#define SEAL_EXTRA (1 + 4 + CRYPTO_SEAL_EXTRA)

struct store;

/* How many bytes plain takes when sealed. */
static inline size_t seal_len(size_t plain_len)
{
    return plain_len + SEAL_EXTRA;
}

void seal_fingerprint(uint8_t out[4], const uint8_t key[CRYPTO_KEY]);

/* out has seal_len(plain.len) bytes. place: the key within the database db ("state"). Thread: any. */
int seal_put(uint8_t *out, const struct store *st, const char *db, struct weir_bytes place,
             struct weir_bytes plain, struct weir_error *err);
/* out has sealed.len - SEAL_EXTRA bytes (check that sealed.len is at least SEAL_EXTRA, or pass it: it is
 * refused). WEIR_E_REJECT: an unknown key, changed bytes, or another place. Thread: any. */
int seal_open(uint8_t *out, const struct store *st, const char *db, struct weir_bytes place,
              struct weir_bytes sealed, struct weir_error *err);
/* Is it sealed with the first key? Thread: any. */
bool seal_is_current(const struct store *st, struct weir_bytes sealed);
/* As seal_open, appended to out. */
int seal_open_buf(struct buf *out, const struct store *st, const char *db, struct weir_bytes place,
                  struct weir_bytes sealed, struct weir_error *err);

#endif
