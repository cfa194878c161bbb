#include "store/erase.h"

#include "base/log.h"
#include "base/thread.h"
#include "store/feed_internal.h"
#include "store/inbox.h"
#include "store/integrations_internal.h"
#include "store/links_internal.h"
#include "store/outbox.h"
#include "store/syncs.h"

#define LOOKS_MAX 5000 /* entries of others in one step */

/* Whose entry is it? 0: nobody's that is meant. */
static uint32_t owner_of_log(struct store_txn *txn, struct weir_bytes key, struct weir_bytes value)
{
    (void)txn;
    (void)key;
    return value.len >= 6 ? be_u32(value.data + 2) : 0;
}

static uint32_t owner_of_aside(struct store_txn *txn, struct weir_bytes key, struct weir_bytes value)
{
    (void)txn;
    (void)key;
    return value.len >= 5 ? be_u32(value.data + 1) : 0;
}

static uint32_t owner_of_notification(struct store_txn *txn, struct weir_bytes key, struct weir_bytes value)
{
    struct store_notification n = {0};

    (void)txn;
    (void)key;
    return notification_decode(&n, value) ? n.integration : 0;
}

static uint32_t owner_of_grave(struct store_txn *txn, struct weir_bytes key, struct weir_bytes value)
{
    char id[ID_TEXT];
    uint32_t integration = 0;
    int64_t at_ms;
    uint8_t model;

    (void)txn;
    (void)value;
    return key_grave_decode(&at_ms, &integration, &model, id, key) ? integration : 0;
}

static uint32_t owner_of_mark(struct store_txn *txn, struct weir_bytes key, struct weir_bytes value)
{
    struct store_sync sync;

    (void)value;
    return key.len > 8 && sync_load(&sync, txn, be_u64(key.data), NULL) == 0 ? sync.integration : 0;
}

static uint32_t owner_of_sync(struct store_txn *txn, struct weir_bytes key, struct weir_bytes value)
{
    struct store_sync sync;

    (void)value;
    return key.len == 8 && sync_load(&sync, txn, be_u64(key.data), NULL) == 0 ? sync.integration : 0;
}

static uint32_t owner_of_link(struct store_txn *txn, struct weir_bytes key, struct weir_bytes value)
{
    (void)txn;
    (void)key;
    return link_integration(value);
}

static uint32_t owner_of_stretch(struct store_txn *txn, struct weir_bytes key, struct weir_bytes value)
{
    (void)txn;
    (void)key;
    return feed_integration(value);
}

/* ---- the counters follow ---- */

static void uncount_record(struct store_counters *c, struct weir_bytes key, struct weir_bytes value)
{
    (void)key;
    (void)value;
    c->record_count -= c->record_count > 0;
}

static void uncount_delivery(struct store_counters *c, struct weir_bytes key, struct weir_bytes value)
{
    uint32_t integration;
    uint64_t seq;
    uint16_t chunk;

    c->inbox_bytes -= value.len < c->inbox_bytes ? value.len : c->inbox_bytes;
    if (key_inbox_decode(&integration, &seq, &chunk, key) && chunk == 0) {
        c->inbox_count -= c->inbox_count > 0;
    }
}

static void uncount_notification(struct store_counters *c, struct weir_bytes key, struct weir_bytes value)
{
    (void)key;
    (void)value;
    c->outbox_count -= c->outbox_count > 0;
}

static void uncount_dead(struct store_counters *c, struct weir_bytes key, struct weir_bytes value)
{
    (void)key;
    (void)value;
    c->dead_count -= c->dead_count > 0;
}

static void uncount_sent(struct store_counters *c, struct weir_bytes key, struct weir_bytes value)
{
    (void)key;
    c->sent_count -= c->sent_count > 0;
    c->sent_bytes -= value.len < c->sent_bytes ? value.len : c->sent_bytes;
}

static void uncount_aside(struct store_counters *c, struct weir_bytes key, struct weir_bytes value)
{
    (void)key;
    (void)value;
    c->aside_count -= c->aside_count > 0;
}

/* In this order: marks before the runs that say whose they are, and the numbers of changes after the changes.
 * Without owner, the key begins with the integration's number. */
static const struct {
    enum store_db db;
    uint32_t (*owner)(struct store_txn *txn, struct weir_bytes key, struct weir_bytes value);
    void (*uncount)(struct store_counters *c, struct weir_bytes key, struct weir_bytes value);
} stages[] = {
    {DB_INBOX, NULL, uncount_delivery},
    {DB_RIPPLES, NULL, NULL},
    {DB_RECORDS, NULL, uncount_record},
    {DB_BY_CHANGE, NULL, NULL},
    {DB_BY_REF, NULL, NULL},
    {DB_FEED, owner_of_stretch, NULL},
    {DB_CHANGES, NULL, NULL},
    {DB_GATHER, NULL, NULL},
    {DB_FIELDS, NULL, NULL},
    {DB_OUTBOX, owner_of_notification, uncount_notification},
    {DB_DEAD, owner_of_notification, uncount_dead},
    {DB_SENT, owner_of_notification, uncount_sent},
    {DB_ASIDE, owner_of_aside, uncount_aside},
    {DB_LOG, owner_of_log, NULL},
    {DB_GRAVES, owner_of_grave, NULL},
    {DB_MARKS, owner_of_mark, NULL},
    {DB_SYNCS, owner_of_sync, NULL},
    {DB_LINKS, owner_of_link, NULL},
    {DB_STATE, NULL, NULL},
};
#define STAGE_COUNT ((int)(sizeof stages / sizeof stages[0]))

static bool is_meant(const struct erase_place *place, struct store_txn *txn, struct weir_bytes key,
                     struct weir_bytes value)
{
    return stages[place->stage].owner == NULL ||
           stages[place->stage].owner(txn, key, value) == place->integration;
}

/* One database, as far as a step goes. *over: it is through. */
static int erase_in(bool *over, size_t *removed, struct erase_place *place, struct store_txn *txn, size_t max,
                    struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key of;
    struct weir_bytes prefix =
        stages[place->stage].owner == NULL ? key_u32(&of, place->integration) : weir_bytes(NULL, 0);
    struct weir_bytes from = place->after.len > 0 ? key_span(&place->after) : prefix;
    size_t looks = 0;
    int rc = db_cursor_open(&cursor, txn, stages[place->stage].db, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, from, err);
    }
    while (rc == 0 && key_has_prefix(key, prefix) && *removed < max && looks++ < LOOKS_MAX) {
        check_bug(key.len <= sizeof place->after.bytes);
        memcpy(place->after.bytes, key.data, key.len);
        place->after.len = key.len;
        if (is_meant(place, txn, key, value)) {
            if (stages[place->stage].uncount != NULL) {
                stages[place->stage].uncount(&txn->counters, key, value);
            }
            rc = db_cursor_del(&cursor, err);
            (*removed)++;
        }
        if (rc == 0) {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    *over = rc == WEIR_E_NONE || (rc == 0 && !key_has_prefix(key, prefix));
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

/* The row is the last of it. */
static int erase_row(struct erase_place *place, struct store_txn *txn, struct weir_error *err)
{
    struct key key;
    int rc = db_del(txn, DB_INTEGRATIONS, key_text(&key, place->id), err);

    if (rc == 0 || rc == WEIR_E_NONE) {
        log_info("data of a deleted integration erased", LOG_TEXT("integration", place->id));
        memset(place, 0, sizeof *place);
        rc = 0;
    }
    return rc;
}

int erase_step(bool *more, struct erase_place *place, struct store_txn *txn, int64_t deleted_before_ms,
               size_t max, struct weir_error *err)
{
    size_t removed = 0;
    int rc = 0;

    *more = true;
    if (place->integration == 0) {
        rc = integrations_find_deleted(&place->integration, place->id, txn, deleted_before_ms, err);
        if (rc == WEIR_E_NONE) {
            *more = false;
            return 0;
        }
    } else {
        rc = integrations_is_deleted(txn, place->id, place->integration, err);
        if (rc == WEIR_E_NONE) { /* it was made anew meanwhile: what is left of it is its own again */
            memset(place, 0, sizeof *place);
            return 0;
        }
    }
    while (rc == 0 && removed < max && place->stage < STAGE_COUNT) {
        bool over = false;

        rc = erase_in(&over, &removed, place, txn, max, err);
        if (rc == 0 && !over) {
            return 0; /* enough for one step */
        }
        place->stage++;
        place->after.len = 0;
    }
    return rc == 0 && place->stage == STAGE_COUNT ? erase_row(place, txn, err) : rc;
}
