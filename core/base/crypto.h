/*
 * crypto: the few operations Weir needs, on OpenSSL, with the algorithm fetched once.
 */
#ifndef WEIR_BASE_CRYPTO_H
#define WEIR_BASE_CRYPTO_H

#include "base/buf.h"
#include "weir/connector.h" /* enum weir_digest */

#define CRYPTO_SHA256 32
#define CRYPTO_KEY 32
#define CRYPTO_SEAL_EXTRA (12 + 16) /* nonce before, tag behind */

/* Thread: any, all of them. A failure of OpenSSL itself is WEIR_E_IO. The parts are taken one after the
 * other. */
int crypto_sha256(uint8_t out[CRYPTO_SHA256], const struct weir_bytes *parts, size_t part_count,
                  struct weir_error *err);
/* One of enum weir_digest. */
int crypto_digest(uint8_t out[WEIR_DIGEST_MAX], size_t *out_len, int digest, const struct weir_bytes *parts,
                  size_t part_count, struct weir_error *err);
int crypto_hmac(uint8_t out[WEIR_DIGEST_MAX], size_t *out_len, int digest, struct weir_bytes key,
                const struct weir_bytes *parts, size_t part_count, struct weir_error *err);
int crypto_random(void *out, size_t len, struct weir_error *err);

/* In a time that depends on the lengths alone. */
bool crypto_equal(struct weir_bytes a, struct weir_bytes b);

/* Overwrite a secret so that the compiler does not leave it out. */
void crypto_wipe(void *data, size_t len);

/*
 * AES-256-GCM: nonce, ciphertext and tag, bound to the context (as associated data), so that a
 * sealed value moved to another place does not open. out has len + CRYPTO_SEAL_EXTRA bytes.
 */
int crypto_seal(uint8_t *out, const uint8_t key[CRYPTO_KEY], struct weir_bytes context,
                struct weir_bytes plain, struct weir_error *err);
/* out has sealed.len - CRYPTO_SEAL_EXTRA bytes. WEIR_E_REJECT: wrong key, or changed bytes. */
int crypto_open(uint8_t *out, const uint8_t key[CRYPTO_KEY], struct weir_bytes context,
                struct weir_bytes sealed, struct weir_error *err);

/* Text forms, appended to b. */
void crypto_hex(struct buf *b, struct weir_bytes data);
void crypto_base64(struct buf *b, struct weir_bytes data);
void crypto_base64url(struct buf *b, struct weir_bytes data); /* no padding */
/* Append the decoded bytes; one of the alphabets, padding optional, left-over bits zero. false: not base64,
 * or it does not fit (then b is failed); the content is as it was. */
bool crypto_base64_decode(struct buf *b, struct weir_str text);

#endif
