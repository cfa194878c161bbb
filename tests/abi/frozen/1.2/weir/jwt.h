/*
 * jwt: for authors of connectors: signed JSON Web Tokens (RFC 7515, compact form), as private_key_jwt and
 * DPoP ask for.
 *
 * Header-only; the key stays PEM text and the host signs. Nothing here allocates. Needs a host of
 * contract 1.1. Thread: worker, since signing takes its time.
 */
#ifndef WEIR_JWT_H
#define WEIR_JWT_H

#include "weir/connector.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_JWT_ID_TEXT 33 /* 16 bytes in hex and the end */

/* Append data as base64url without padding at *len of out; false: it does not fit (*len is then as it was).
 */
static inline bool weir_jwt_add(char *out, size_t cap, size_t *len, struct weir_bytes data)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t n = *len;
    size_t i;

    if (data.len > cap || n > cap || cap - n < (data.len * 4 + 2) / 3) {
        return false;
    }
    for (i = 0; i < data.len; i += 3) {
        size_t left = data.len - i;
        uint32_t bits = (uint32_t)data.data[i] << 16;

        bits |= left > 1 ? (uint32_t)data.data[i + 1] << 8 : 0;
        bits |= left > 2 ? (uint32_t)data.data[i + 2] : 0;
        out[n++] = digits[bits >> 18 & 63];
        out[n++] = digits[bits >> 12 & 63];
        if (left > 1) {
            out[n++] = digits[bits >> 6 & 63];
        }
        if (left > 2) {
            out[n++] = digits[bits & 63];
        }
    }
    *len = n;
    return true;
}

/* An id that no other token has ("jti"), terminated. */
static inline int weir_jwt_id(char out[WEIR_JWT_ID_TEXT], const struct weir_host *host,
                              struct weir_error *err)
{
    uint8_t bytes[16];
    size_t i;
    int rc = host->random(host, bytes, sizeof bytes, err);

    for (i = 0; rc == 0 && i < sizeof bytes; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
    return rc;
}

/*
 * header.claims.signature into out, terminated; header and claims are JSON text. signature (enum
 * weir_signature) has to be what header's "alg" says. WEIR_E_LIMIT: out is too small; otherwise as
 * host->sign.
 */
static inline int weir_jwt_sign(char *out, size_t cap, const struct weir_host *host, int signature,
                                struct weir_str pem, struct weir_str header, struct weir_str claims,
                                struct weir_error *err)
{
    uint8_t made[WEIR_SIGNATURE_MAX];
    size_t made_len = 0;
    size_t len = 0;
    struct weir_bytes part;
    int rc;

    if (!weir_jwt_add(out, cap, &len, weir_str_bytes(header)) || len == cap) {
        return weir_fail(err, WEIR_E_LIMIT, "a token's header does not fit into %zu bytes", cap);
    }
    out[len++] = '.';
    if (!weir_jwt_add(out, cap, &len, weir_str_bytes(claims))) {
        return weir_fail(err, WEIR_E_LIMIT, "a token's claims do not fit into %zu bytes", cap);
    }
    part = weir_bytes(out, len);
    rc = host->sign(host, signature, pem, &part, 1, made, &made_len, err);
    if (rc != 0) {
        return rc;
    }
    if (len == cap) {
        return weir_fail(err, WEIR_E_LIMIT, "a token does not fit into %zu bytes", cap);
    }
    out[len++] = '.';
    if (!weir_jwt_add(out, cap, &len, weir_bytes(made, made_len)) || len == cap) {
        return weir_fail(err, WEIR_E_LIMIT, "a token does not fit into %zu bytes", cap);
    }
    out[len] = '\0';
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
