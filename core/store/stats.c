/*
 * How the store is: counted with every commit, so asking costs a few looks.
 */
#include "store/inbox.h"

#include <sys/stat.h>

#define PROBE_MS 1000

/* When the delivery that waits longest was received: the first of each integration. */
static int64_t inbox_oldest(struct store_txn *txn)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    int64_t oldest = 0;
    int rc = db_cursor_open(&cursor, txn, DB_INBOX, NULL);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, (struct weir_bytes){0}, NULL);
    }
    while (rc == 0 && key.len >= 4) {
        uint32_t number = be_u32(key.data);
        struct inbox_fixed fixed;

        if (inbox_fixed_decode(&fixed, value) && (oldest == 0 || fixed.received_at_ms < oldest)) {
            oldest = fixed.received_at_ms;
        }
        if (number == UINT32_MAX) {
            break;
        }
        rc = db_cursor_seek(&key, &value, &cursor, key_inbox_of(&from, number + 1), NULL);
    }
    db_cursor_close(&cursor);
    return oldest;
}

static uint64_t used_bytes(struct store_txn *txn)
{
    uint64_t pages = 0;
    MDB_stat stat;
    int db;

    for (db = 0; db < DB_COUNT; db++) {
        if (mdb_stat(txn->mdb, txn->st->dbi[db], &stat) == 0) {
            pages += (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) *
                     (uint64_t)stat.ms_psize;
        }
    }
    return pages;
}

static uint64_t file_bytes(const struct store *st)
{
    mdb_filehandle_t fd;
    struct stat stat;

    return mdb_env_get_fd(st->env, &fd) == 0 && fstat(fd, &stat) == 0 ? (uint64_t)stat.st_size : 0;
}

void store_stats(struct store_stats *out, struct store *st)
{
    struct store_stats stats = {0};
    struct store_counters c;
    struct store_txn txn;

    (void)pthread_mutex_lock(&st->lock);
    c = st->counters;
    stats.alive = st->started && !st->stopping && !st->stopped;
    (void)pthread_mutex_unlock(&st->lock);
    stats.alive = stats.alive && !atomic_load(&st->fatal);
    stats.disk_full = atomic_load(&st->disk_full) || atomic_load(&st->disk_low);
    stats.inbox_count = c.inbox_count;
    stats.inbox_bytes = c.inbox_bytes;
    stats.outbox_count = c.outbox_count;
    stats.dead_count = c.dead_count;
    stats.sent_count = c.sent_count;
    stats.aside_count = c.aside_count;
    stats.record_count = c.record_count;
    stats.seen_count = c.seen_count;
    stats.file_bytes = file_bytes(st);
    if (store_read_begin(&txn, st, NULL) == 0) {
        stats.inbox_oldest_ms = inbox_oldest(&txn);
        stats.outbox_oldest_ms = outbox_oldest_ms(&txn);
        stats.used_bytes = used_bytes(&txn);
        store_read_end(&txn);
    }
    *out = stats;
}

/* A full disk is only known to have room again when somebody tries: one may, every second. */
static bool may_probe(struct store *st)
{
    int64_t now = clock_mono_ms(st->options.clock);
    int64_t at = atomic_load(&st->probe_at_ms);

    return now >= at && atomic_compare_exchange_strong(&st->probe_at_ms, &at, now + PROBE_MS);
}

bool store_has_room(struct store *st, size_t bytes)
{
    bool room;

    if (atomic_load(&st->fatal)) {
        return false;
    }
    (void)pthread_mutex_lock(&st->lock);
    room = !st->stopping && st->counters.inbox_count + st->appends.count < st->options.inbox_max &&
           st->counters.inbox_bytes + st->queued_bytes + bytes <= st->options.inbox_bytes_max;
    (void)pthread_mutex_unlock(&st->lock);
    if (room && (atomic_load(&st->disk_full) || atomic_load(&st->disk_low))) {
        room = may_probe(st);
    }
    return room;
}
