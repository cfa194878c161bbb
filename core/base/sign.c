#include "base/sign.h"

#include "base/crypto.h"

#include <inttypes.h>

#define SECRET_BYTES_MAX 512

const struct sign_header_row sign_headers[SIGN_HEADERS] = {
    [SIGN_KOMBO] =
        {"X-Kombo-Signature", "^[A-Za-z0-9_-]{43}$",
         "HMAC-SHA256 of the body in base64url without padding, keyed with the secret as text: the newest, "
         "while there are several."},
    [SIGN_ID] = {"webhook-id", "^[1-9A-HJ-NP-Za-km-z]{24}$", "id of the body: the same in each attempt."},
    [SIGN_TIMESTAMP] = {"webhook-timestamp", "^[0-9]+$", "Of this attempt, in seconds since 1970."},
    [SIGN_STANDARD] =
        {"webhook-signature", "^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)*$",
         "HMAC-SHA256 of id.timestamp.body in base64, keyed with what the secret behind whsec_ decodes "
         "to. One for each secret that is valid, with blanks between."},
};

/* Base64url without padding, keyed with the secret as text: it is not decoded first (the published contract).
 */
int sign_kombo(struct buf *out, struct weir_str secret, struct weir_bytes body, struct weir_error *err)
{
    uint8_t mac[WEIR_DIGEST_MAX];
    size_t len;
    int rc = crypto_hmac(mac, &len, WEIR_SHA256, weir_str_bytes(secret), &body, 1, err);

    if (rc == 0) {
        crypto_base64url(out, weir_bytes(mac, len));
        rc = buf_check(out, "a signature", err);
    }
    return rc;
}

/* Standard Webhooks: the key is what base64 says behind whsec_; a secret that is not written so is used as it
 * is. */
static void standard_key(struct buf *key, struct weir_str secret)
{
    static const char prefix[] = "whsec_";
    size_t len = sizeof prefix - 1;

    if (secret.len > len && memcmp(secret.data, prefix, len) == 0 &&
        crypto_base64_decode(key, weir_str_n(secret.data + len, secret.len - len))) {
        return;
    }
    if (key->no_memory) {
        return; /* the caller sees it: the text itself would be another key */
    }
    buf_clear(key);
    buf_add_str(key, secret);
}

int sign_standard(struct buf *out, struct weir_str secret, struct weir_str id, int64_t timestamp_s,
                  struct weir_bytes body, struct weir_error *err)
{
    char time_text[32];
    int time_len = snprintf(time_text, sizeof time_text, ".%" PRId64 ".", timestamp_s);
    struct weir_bytes parts[3] = {weir_str_bytes(id), weir_bytes(time_text, (size_t)time_len), body};
    uint8_t mac[WEIR_DIGEST_MAX];
    struct buf key;
    size_t len;
    int rc;

    buf_init(&key, SECRET_BYTES_MAX);
    standard_key(&key, secret);
    rc = buf_check(&key, "an endpoint's secret", err);
    if (rc == 0) {
        rc = crypto_hmac(mac, &len, WEIR_SHA256, buf_bytes(&key), parts, 3, err);
    }
    if (rc == 0) {
        buf_add_text(out, out->len > 0 ? " v1," : "v1,");
        crypto_base64(out, weir_bytes(mac, len));
        rc = buf_check(out, "a signature", err);
    }
    if (key.data != NULL) {
        crypto_wipe(key.data, key.len);
    }
    buf_fini(&key);
    return rc;
}
