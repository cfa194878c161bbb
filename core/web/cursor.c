#include "web/cursor.h"

#include "base/crypto.h"
#include "base/thread.h"

#define VERSION 1
#define CHECK 8

/* The checksum over what the cursor belongs to and the place itself; a zero byte ends each name. */
static bool checksum(uint8_t out[CHECK], struct weir_str list, struct weir_str owner, const uint8_t *place,
                     size_t len)
{
    static const char seed[] = "weir cursor 1";
    const struct weir_bytes parts[] = {
        weir_bytes(seed, sizeof seed), weir_str_bytes(list), weir_bytes("", 1),
        weir_str_bytes(owner),         weir_bytes("", 1),    weir_bytes(place, len),
    };
    uint8_t digest[CRYPTO_SHA256];

    if (crypto_sha256(digest, parts, sizeof parts / sizeof parts[0], NULL) != 0) {
        return false;
    }
    memcpy(out, digest, CHECK);
    return true;
}

void cursor_encode(struct buf *out, struct weir_str list, struct weir_str owner, const uint8_t *place,
                   size_t len)
{
    uint8_t bytes[1 + CURSOR_PLACE_MAX + CHECK];

    check_bug(len <= CURSOR_PLACE_MAX);
    bytes[0] = VERSION;
    memcpy(bytes + 1, place, len);
    if (!checksum(bytes + 1 + len, list, owner, place, len)) {
        out->failed = true;
        return;
    }
    crypto_base64url(out, weir_bytes(bytes, 1 + len + CHECK));
}

int cursor_decode(uint8_t *place, size_t len, struct weir_str text, struct weir_str list,
                  struct weir_str owner, struct weir_error *err)
{
    uint8_t check[CHECK];
    struct buf bytes;
    int rc = 0;

    check_bug(len <= CURSOR_PLACE_MAX);
    buf_init(&bytes, 1 + CURSOR_PLACE_MAX + CHECK);
    if (text.len > 2 * (1 + CURSOR_PLACE_MAX + CHECK) || !crypto_base64_decode(&bytes, text) ||
        bytes.len != 1 + len + CHECK || bytes.data[0] != VERSION) {
        rc = weir_fail(err, WEIR_E_INVALID,
                       "the cursor is not one that was given out: pass on \"next\" as it came");
    } else if (!checksum(check, list, owner, (const uint8_t *)bytes.data + 1, len) ||
               memcmp(check, bytes.data + 1 + len, CHECK) != 0) {
        rc = weir_fail(err, WEIR_E_INVALID, "the cursor belongs to another list or integration");
    } else {
        memcpy(place, bytes.data + 1, len);
    }
    buf_fini(&bytes);
    return rc;
}

void cursor_put_u64(uint8_t at[8], uint64_t value)
{
    for (int i = 7; i >= 0; i--) {
        at[i] = (uint8_t)value;
        value >>= 8;
    }
}

uint64_t cursor_get_u64(const uint8_t at[8])
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++) {
        value = value << 8 | at[i];
    }
    return value;
}
