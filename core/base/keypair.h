/*
 * keypair: private keys as PEM text: made, described, and signed with, on OpenSSL.
 *
 * RSA of 2048 to 8192 bits and P-256, which are what JSON Web Signature calls RS256 and ES256. Nothing is
 * kept between calls. Thread: any, all of them; they take from tens of microseconds (P-256) to some hundred
 * milliseconds (to make an RSA key), so not the loop.
 */
#ifndef WEIR_BASE_KEYPAIR_H
#define WEIR_BASE_KEYPAIR_H

#include "base/buf.h"
#include "weir/connector.h" /* enum weir_signature */

/* The parts are signed as one text. ES256: r and s, 32 bytes each. WEIR_E_CONFIG: pem is no private key
 * without a password, or none that fits signature. WEIR_E_IO: OpenSSL itself failed. */
int keypair_sign(uint8_t out[WEIR_SIGNATURE_MAX], size_t *out_len, int signature, struct weir_str pem,
                 const struct weir_bytes *parts, size_t part_count, struct weir_error *err);

/* A new private key (PKCS #8), appended to pem. */
int keypair_new(struct buf *pem, int signature, struct weir_error *err);

/* The signature that the key fits, and its public half as a JSON Web Key, appended to jwk. Codes as
 * keypair_sign. */
int keypair_public(int *signature, struct buf *jwk, struct weir_str pem, struct weir_error *err);

#endif
