#include "store/format.h"

#include "store/keys.h"
#include "store/seal.h"

#define KEY_VERSION "format"
#define KEY_CHECK "key_check"
#define KEY_COUNTERS "counters"

static const char check_text[] = "this store opens with this key";

/* The counters in their stored order; new ones go to the end, and are 0 in a store that has none yet. */
static size_t counter_fields(uint64_t *fields[], struct store_counters *c)
{
    uint64_t *const all[] = {
        &c->inbox_count,
        &c->inbox_bytes,
        &c->inbox_seq,
        &c->seen_seq,
        &c->seen_count,
        &c->integration_number,
        &c->endpoint_number,
        &c->outbox_seq,
        &c->outbox_count,
        &c->dead_count,
        &c->aside_number,
        &c->aside_count,
        &c->record_count,
        &c->log_seq,
        &c->sync_run,
        &c->feed_place,
        (uint64_t *)&c->feed_at_ms,
        &c->sent_count,
        &c->sent_bytes,
    };

    memcpy(fields, all, sizeof all);
    return sizeof all / sizeof all[0];
}

#define COUNTERS_MAX (sizeof(struct store_counters) / sizeof(uint64_t))

int format_get_counters(struct store_counters *counters, struct store_txn *txn, struct weir_error *err)
{
    struct store_counters read = {0};
    uint64_t *fields[COUNTERS_MAX];
    struct weir_bytes value;
    struct key key;
    size_t count = counter_fields(fields, &read);
    size_t i;
    int rc = db_get(&value, txn, DB_ROOT, key_text(&key, KEY_COUNTERS), err);

    if (rc == WEIR_E_NONE) {
        *counters = read;
        return 0;
    }
    if (rc != 0) {
        return rc;
    }
    if (value.len < 8 || value.len % 8 != 0) {
        return weir_fail(err, WEIR_E_IO, "store: the counters are damaged (%zu bytes); restore a backup",
                         value.len);
    }
    read.last_now_ms = (int64_t)(be_u64(value.data) & INT64_MAX);
    for (i = 0; i < count && (i + 2) * 8 <= value.len; i++) {
        *fields[i] = be_u64(value.data + (i + 1) * 8);
    }
    *counters = read;
    return 0;
}

int format_put_counters(struct store_txn *txn, struct weir_error *err)
{
    uint64_t *fields[COUNTERS_MAX];
    uint8_t *room = NULL;
    struct key key;
    size_t count = counter_fields(fields, &txn->counters);
    size_t i;
    int rc = db_reserve(&room, txn, DB_ROOT, key_text(&key, KEY_COUNTERS), (count + 1) * 8, err);

    if (rc != 0) {
        return rc;
    }
    be_put_u64(room, (uint64_t)txn->counters.last_now_ms);
    for (i = 0; i < count; i++) {
        be_put_u64(room + (i + 1) * 8, *fields[i]);
    }
    return 0;
}

static int check_key(bool *outdated, struct store_txn *txn, struct weir_error *err)
{
    uint8_t plain[sizeof check_text];
    struct weir_bytes sealed;
    struct key key;
    int rc = db_get(&sealed, txn, DB_META, key_text(&key, KEY_CHECK), err);

    if (rc != 0 && rc != WEIR_E_NONE) {
        return rc;
    }
    if (rc == WEIR_E_NONE || sealed.len != seal_len(sizeof check_text)) {
        return weir_fail(err, WEIR_E_CONFIG, "store: it has no readable key check; restore a backup");
    }
    rc = seal_open(plain, txn->st, store_db_name(DB_META), key_span(&key), sealed, NULL);
    if (rc != 0 || memcmp(plain, check_text, sizeof check_text) != 0) {
        return weir_fail(
            err, WEIR_E_CONFIG,
            "store: it is sealed with another master key than the one configured; configure the key it "
            "was made with (during a rotation: beside the new one)");
    }
    *outdated = !seal_is_current(txn->st, sealed);
    return 0;
}

int format_put_key_check(struct store_txn *txn, struct weir_error *err)
{
    uint8_t sealed[sizeof check_text + SEAL_EXTRA];
    struct key key;
    int rc = seal_put(sealed, txn->st, store_db_name(DB_META), key_text(&key, KEY_CHECK),
                      weir_bytes(check_text, sizeof check_text), err);

    return rc == 0 ? db_put(txn, DB_META, key_span(&key), weir_bytes(sealed, sizeof sealed), err) : rc;
}

int format_check(uint32_t *version, bool *outdated, struct store_txn *txn, struct weir_error *err)
{
    struct weir_bytes value;
    struct key key;
    uint32_t found;
    int rc = db_get(&value, txn, DB_META, key_text(&key, KEY_VERSION), err);

    if (rc == WEIR_E_NONE) {
        *version = 0;
        *outdated = false;
        return 0;
    }
    if (rc != 0) {
        return rc;
    }
    found = value.len == 4 ? be_u32(value.data) : 0;
    if (found == 0) {
        return weir_fail(err, WEIR_E_CONFIG, "store: its format version is damaged; restore a backup");
    }
    if (found > FORMAT_VERSION) {
        return weir_fail(
            err, WEIR_E_CONFIG,
            "store: its format %u is newer than this build's %u; install the newer version again",
            (unsigned int)found, (unsigned int)FORMAT_VERSION);
    }
    rc = check_key(outdated, txn, err);
    if (rc == 0) {
        *version = found;
    }
    return rc;
}

/* Each commit changes the counters, and the page of DB_ROOT in any case: one page less to write. */
static int move_counters(struct store_txn *txn, struct weir_error *err)
{
    uint8_t copy[KEY_MAX];
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, DB_META, key_text(&key, KEY_COUNTERS), err);

    if (rc == WEIR_E_NONE) {
        return 0;
    }
    if (rc == 0 && value.len > sizeof copy) {
        rc = weir_fail(err, WEIR_E_IO, "store: the counters are damaged (%zu bytes); restore a backup",
                       value.len);
    }
    if (rc != 0) {
        return rc;
    }
    memcpy(copy, value.data, value.len);
    rc = db_put(txn, DB_ROOT, key_span(&key), weir_bytes(copy, value.len), err);
    return rc == 0 ? db_del(txn, DB_META, key_span(&key), err) : rc;
}

/* Version 3 has further databases, which are made where they are missing; the number alone keeps an older
 * build from a store whose keys, links and feed it would not keep up. */
static int further_databases(struct store_txn *txn, struct weir_error *err)
{
    (void)txn;
    (void)err;
    return 0;
}

/* Each step takes the version of its place to the next one. 0 is an empty folder. */
static int (*const steps[FORMAT_VERSION])(struct store_txn *txn, struct weir_error *err) = {
    format_put_key_check,
    move_counters,
    further_databases,
};

int format_migrate(struct store_txn *txn, uint32_t version, struct weir_error *err)
{
    uint8_t value[4];
    struct key key;
    uint32_t at;

    for (at = version; at < FORMAT_VERSION; at++) {
        int rc = steps[at](txn, err);

        if (rc != 0) {
            return rc;
        }
    }
    if (version == FORMAT_VERSION) {
        return 0;
    }
    be_put_u32(value, FORMAT_VERSION);
    return db_put(txn, DB_META, key_text(&key, KEY_VERSION), weir_bytes(value, sizeof value), err);
}
