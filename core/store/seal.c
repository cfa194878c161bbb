#include "store/seal.h"

#include "store/internal.h"
#include "store/keys.h"

#define SEAL_VERSION 1
#define SEAL_HEAD (1 + 4)

/* Place and database in front of it, separated so that no two pairs read the same. */
static int seal_context(struct weir_bytes *context, uint8_t *room, size_t cap, const char *db,
                        struct weir_bytes place, struct weir_error *err)
{
    size_t db_len = strlen(db) + 1;

    if (db_len > cap || place.len > cap - db_len) {
        return weir_fail(err, WEIR_E_LIMIT, "the place of a sealed value in %s is longer than %zu bytes", db,
                         cap);
    }
    memcpy(room, db, db_len);
    if (place.len > 0) {
        memcpy(room + db_len, place.data, place.len);
    }
    *context = weir_bytes(room, db_len + place.len);
    return 0;
}

void seal_fingerprint(uint8_t out[4], const uint8_t key[CRYPTO_KEY])
{
    static const char purpose[] = "weir sealing key fingerprint";
    uint8_t digest[CRYPTO_SHA256] = {0};
    struct weir_bytes parts[2] = {weir_bytes(purpose, sizeof purpose), weir_bytes(key, CRYPTO_KEY)};

    /* Without a digest the fingerprint is zero: a value then fails to open instead of leaking anything. */
    (void)crypto_sha256(digest, parts, 2, NULL);
    memcpy(out, digest, 4);
}

int seal_put(uint8_t *out, const struct store *st, const char *db, struct weir_bytes place,
             struct weir_bytes plain, struct weir_error *err)
{
    uint8_t room[KEY_MAX + 64];
    struct weir_bytes context;
    int rc = seal_context(&context, room, sizeof room, db, place, err);

    if (rc != 0) {
        return rc;
    }
    out[0] = SEAL_VERSION;
    memcpy(out + 1, st->fingerprints[0], 4);
    return crypto_seal(out + SEAL_HEAD, st->keys[0], context, plain, err);
}

int seal_open(uint8_t *out, const struct store *st, const char *db, struct weir_bytes place,
              struct weir_bytes sealed, struct weir_error *err)
{
    uint8_t room[KEY_MAX + 64];
    struct weir_bytes context;
    struct weir_bytes inner;
    bool known = false;
    size_t i;
    int rc = seal_context(&context, room, sizeof room, db, place, err);

    if (rc != 0) {
        return rc;
    }
    if (sealed.len < SEAL_EXTRA || sealed.data[0] != SEAL_VERSION) {
        return weir_fail(err, WEIR_E_REJECT, "a sealed value in %s is damaged: it has another form", db);
    }
    inner = weir_bytes(sealed.data + SEAL_HEAD, sealed.len - SEAL_HEAD);
    for (i = 0; i < st->options.key_count; i++) {
        if (memcmp(st->fingerprints[i], sealed.data + 1, 4) != 0) {
            continue;
        }
        known = true;
        rc = crypto_open(out, st->keys[i], context, inner, NULL);
        if (rc == 0) {
            return 0;
        }
    }
    if (!known) {
        return weir_fail(
            err, WEIR_E_REJECT,
            "a value in %s is sealed with a key that is not configured any more: keep the old master "
            "key beside the new one",
            db);
    }
    return weir_fail(err, rc == WEIR_E_REJECT ? WEIR_E_REJECT : rc,
                     "a sealed value in %s does not open: its bytes were changed or moved", db);
}

bool seal_is_current(const struct store *st, struct weir_bytes sealed)
{
    return sealed.len >= SEAL_EXTRA && memcmp(sealed.data + 1, st->fingerprints[0], 4) == 0;
}

int seal_open_buf(struct buf *out, const struct store *st, const char *db, struct weir_bytes place,
                  struct weir_bytes sealed, struct weir_error *err)
{
    char *room;
    int rc;

    if (sealed.len < SEAL_EXTRA) {
        return weir_fail(err, WEIR_E_REJECT, "a sealed value in %s is damaged: it is too short", db);
    }
    room = buf_reserve(out, sealed.len - SEAL_EXTRA);
    if (room == NULL) {
        return buf_check(out, "a sealed value", err);
    }
    rc = seal_open((uint8_t *)room, st, db, place, sealed, err);
    if (rc == 0) {
        out->len += sealed.len - SEAL_EXTRA;
    }
    return rc;
}
