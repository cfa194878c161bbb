#include "base/id.h"

#include "base/crypto.h"
#include "base/thread.h"

#include <errno.h>
#include <sys/random.h>

#define BASE 58
#define GROUP_LEN 5
#define GROUP_BASE 656356768 /* BASE to the power of GROUP_LEN: the largest that fits in 32 bits */
#define LIMBS (CRYPTO_SHA256 / 4)

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

void id_new(char out[ID_TEXT])
{
    size_t len = 0;

    while (len < ID_LEN) {
        uint8_t pool[32];
        ssize_t got = getrandom(pool, sizeof pool, 0);
        ssize_t i;

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            thread_bug("the system gives no random bytes", __FILE__, __LINE__);
        }
        for (i = 0; i < got && len < ID_LEN; i++) {
            /* 232 is the largest multiple of 58 in a byte: beyond it some characters would be likelier. */
            if (pool[i] < BASE * 4) {
                out[len++] = alphabet[pool[i] % BASE];
            }
        }
    }
    out[ID_LEN] = '\0';
}

/* The last 24 base58 digits of the digest, read as one big number. */
static void put_base58(char out[ID_TEXT], const uint8_t digest[CRYPTO_SHA256])
{
    uint32_t limb[LIMBS];
    size_t left = ID_LEN;
    size_t i;

    for (i = 0; i < LIMBS; i++) {
        const uint8_t *p = digest + i * 4;

        limb[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
    }
    while (left > 0) {
        uint64_t rest = 0;
        size_t digit;

        /* Five digits per long division: five passes over the number instead of 24. */
        for (i = 0; i < LIMBS; i++) {
            uint64_t part = rest << 32 | limb[i];

            limb[i] = (uint32_t)(part / GROUP_BASE);
            rest = part % GROUP_BASE;
        }
        for (digit = 0; digit < GROUP_LEN && left > 0; digit++) {
            out[--left] = alphabet[rest % BASE];
            rest /= BASE;
        }
    }
    out[ID_LEN] = '\0';
}

void id_derive(char out[ID_TEXT], struct weir_str integration, struct weir_str model,
               struct weir_str remote_id)
{
    const struct weir_str texts[3] = {integration, model, remote_id};
    uint8_t lengths[3 * 8];
    struct weir_bytes parts[4];
    uint8_t digest[CRYPTO_SHA256];
    struct weir_error err;
    size_t i;

    /* The lengths go first, so that no two different triples make the same bytes. */
    for (i = 0; i < sizeof lengths; i++) {
        lengths[i] = (uint8_t)((uint64_t)texts[i / 8].len >> (8 * (7 - i % 8)));
    }
    parts[0] = weir_bytes(lengths, sizeof lengths);
    for (i = 0; i < 3; i++) {
        parts[i + 1] = weir_str_bytes(texts[i]);
    }
    if (crypto_sha256(digest, parts, 4, &err) != 0) {
        thread_bug(err.message, __FILE__, __LINE__); /* no memory: there is no id to go on with */
    }
    put_base58(out, digest);
}

bool id_is(struct weir_str text)
{
    size_t i;

    if (text.len != ID_LEN) {
        return false;
    }
    for (i = 0; i < ID_LEN; i++) {
        if (text.data[i] == '\0' || strchr(alphabet, text.data[i]) == NULL) {
            return false;
        }
    }
    return true;
}
