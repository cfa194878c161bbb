/*
 * The engine's calls, with spans for its values and our codes for its own. What the writer has to act upon
 * is also kept in the transaction, so that an operation cannot swallow it.
 */
#include "store/internal.h"

#include <errno.h>

const char *store_db_name(enum store_db db)
{
    static const char *const names[DB_COUNT] = {
        [DB_META] = "meta",
        [DB_INTEGRATIONS] = "integrations",
        [DB_STATE] = "state",
        [DB_INBOX] = "inbox",
        [DB_SEEN] = "seen",
        [DB_RECORDS] = "records",
        [DB_BY_CHANGE] = "by_change",
        [DB_BY_REF] = "by_ref",
        [DB_CHANGES] = "changes",
        [DB_GATHER] = "gather",
        [DB_ENDPOINTS] = "endpoints",
        [DB_OUTBOX] = "outbox",
        [DB_DEAD] = "dead",
        [DB_ASIDE] = "aside",
        [DB_LOG] = "log",
        [DB_SYNCS] = "syncs",
        [DB_MARKS] = "marks",
        [DB_GRAVES] = "graves",
        [DB_RIPPLES] = "ripples",
        [DB_KEYS] = "keys",
        [DB_LINKS] = "links",
        [DB_FIELDS] = "fields",
        [DB_AUDIT] = "audit",
        [DB_FEED] = "feed",
        [DB_SENT] = "sent",
        [DB_ROOT] = "root",
    };

    return names[db];
}

int db_open(struct store_txn *txn, enum store_db db, unsigned int flags)
{
    return mdb_dbi_open(txn->mdb, db == DB_ROOT ? NULL : store_db_name(db), flags, &txn->st->dbi[db]);
}

int store_public_code(int rc)
{
    switch (rc) {
    case STORE_E_GROW:
    case STORE_E_DISK_FULL:
        return WEIR_E_LATER;
    case STORE_E_BROKEN:
        return WEIR_E_IO;
    default:
        return rc;
    }
}

static int code_of(int engine_rc)
{
    switch (engine_rc) {
    case MDB_NOTFOUND:
        return WEIR_E_NONE;
    case MDB_MAP_FULL:
        return STORE_E_GROW;
    case ENOSPC:
    case EDQUOT:
        return STORE_E_DISK_FULL;
    case ENOMEM:
        return WEIR_E_MEMORY;
    case MDB_READERS_FULL:
        return WEIR_E_LATER;
    case MDB_BAD_VALSIZE:
    case MDB_TXN_FULL:
        return WEIR_E_LIMIT;
    default:
        return STORE_E_BROKEN;
    }
}

int store_engine_fail(struct weir_error *err, int engine_rc, const char *what)
{
    int code = code_of(engine_rc);

    weir_fail(err, store_public_code(code), "store: %s: %s", what, mdb_strerror(engine_rc));
    return code;
}

/* As store_engine_fail, for one database, noted in the transaction. */
static int fail(struct store_txn *txn, struct weir_error *err, int engine_rc, const char *verb,
                enum store_db db)
{
    int code;

    if (engine_rc == MDB_NOTFOUND) {
        return WEIR_E_NONE;
    }
    code = code_of(engine_rc);
    if (txn->failed == 0 && (code == STORE_E_GROW || code == STORE_E_DISK_FULL || code == STORE_E_BROKEN)) {
        txn->failed = code;
    }
    weir_fail(err, store_public_code(code), "store: %s %s: %s", verb, store_db_name(db),
              mdb_strerror(engine_rc));
    return code;
}

static MDB_val val(struct weir_bytes bytes)
{
    return (MDB_val){.mv_size = bytes.len, .mv_data = (void *)(uintptr_t)bytes.data};
}

static struct weir_bytes span(const MDB_val *v)
{
    return weir_bytes(v->mv_data, v->mv_size);
}

int db_get(struct weir_bytes *value, struct store_txn *txn, enum store_db db, struct weir_bytes key,
           struct weir_error *err)
{
    MDB_val k = val(key);
    MDB_val v;
    int rc = mdb_get(txn->mdb, txn->st->dbi[db], &k, &v);

    if (rc != 0) {
        return fail(txn, err, rc, "reading", db);
    }
    *value = span(&v);
    return 0;
}

static int put(struct store_txn *txn, enum store_db db, struct weir_bytes key, MDB_val *v, unsigned int flags,
               struct weir_error *err)
{
    MDB_val k = val(key);
    int rc;

    txn->writes++;
    rc = mdb_put(txn->mdb, txn->st->dbi[db], &k, v, flags);
    if (rc == MDB_KEYEXIST && (flags & MDB_APPEND) != 0) {
        rc = mdb_put(txn->mdb, txn->st->dbi[db], &k, v, flags & ~(unsigned int)MDB_APPEND);
    }
    return rc == 0 ? 0 : fail(txn, err, rc, "writing", db);
}

int db_put(struct store_txn *txn, enum store_db db, struct weir_bytes key, struct weir_bytes value,
           struct weir_error *err)
{
    MDB_val v = val(value);

    return put(txn, db, key, &v, 0, err);
}

int db_append(struct store_txn *txn, enum store_db db, struct weir_bytes key, struct weir_bytes value,
              struct weir_error *err)
{
    MDB_val v = val(value);

    return put(txn, db, key, &v, MDB_APPEND, err);
}

int db_reserve(uint8_t **room, struct store_txn *txn, enum store_db db, struct weir_bytes key, size_t len,
               struct weir_error *err)
{
    MDB_val v = {.mv_size = len};
    int rc = put(txn, db, key, &v, MDB_RESERVE, err);

    if (rc == 0) {
        *room = v.mv_data;
    }
    return rc;
}

int db_del(struct store_txn *txn, enum store_db db, struct weir_bytes key, struct weir_error *err)
{
    MDB_val k = val(key);
    int rc = mdb_del(txn->mdb, txn->st->dbi[db], &k, NULL);

    /* Looking for something that is not there changes nothing. */
    if (rc != MDB_NOTFOUND) {
        txn->writes++;
    }
    return rc == 0 ? 0 : fail(txn, err, rc, "deleting from", db);
}

int db_count(uint64_t *count, struct store_txn *txn, enum store_db db, struct weir_error *err)
{
    MDB_stat stat;
    int rc = mdb_stat(txn->mdb, txn->st->dbi[db], &stat);

    if (rc != 0) {
        return fail(txn, err, rc, "counting", db);
    }
    *count = stat.ms_entries;
    return 0;
}

int db_cursor_open(struct db_cursor *cursor, struct store_txn *txn, enum store_db db, struct weir_error *err)
{
    int rc;

    *cursor = (struct db_cursor){.txn = txn, .db = db};
    rc = mdb_cursor_open(txn->mdb, txn->st->dbi[db], &cursor->mdb);
    if (rc != 0) {
        cursor->mdb = NULL;
        return fail(txn, err, rc, "looking through", db);
    }
    return 0;
}

void db_cursor_close(struct db_cursor *cursor)
{
    if (cursor->mdb != NULL) {
        mdb_cursor_close(cursor->mdb);
        cursor->mdb = NULL;
    }
}

static int move(struct weir_bytes *key, struct weir_bytes *value, struct db_cursor *cursor, MDB_val *k,
                MDB_cursor_op op, struct weir_error *err)
{
    MDB_val v = {0};
    int rc = mdb_cursor_get(cursor->mdb, k, &v, op);

    if (rc != 0) {
        return fail(cursor->txn, err, rc, "looking through", cursor->db);
    }
    *key = span(k);
    *value = span(&v);
    return 0;
}

int db_cursor_seek(struct weir_bytes *key, struct weir_bytes *value, struct db_cursor *cursor,
                   struct weir_bytes from, struct weir_error *err)
{
    MDB_val k = val(from);

    return move(key, value, cursor, &k, from.len > 0 ? MDB_SET_RANGE : MDB_FIRST, err);
}

int db_cursor_seek_before(struct weir_bytes *key, struct weir_bytes *value, struct db_cursor *cursor,
                          struct weir_bytes before, struct weir_error *err)
{
    MDB_val k = val(before);
    int rc;

    if (before.len == 0) {
        return move(key, value, cursor, &k, MDB_LAST, err);
    }
    rc = move(key, value, cursor, &k, MDB_SET_RANGE, err);
    if (rc == WEIR_E_NONE) {
        return move(key, value, cursor, &k, MDB_LAST, err);
    }
    return rc == 0 ? move(key, value, cursor, &k, MDB_PREV, err) : rc;
}

int db_cursor_next(struct weir_bytes *key, struct weir_bytes *value, struct db_cursor *cursor,
                   struct weir_error *err)
{
    MDB_val k = {0};

    return move(key, value, cursor, &k, MDB_NEXT, err);
}

int db_cursor_prev(struct weir_bytes *key, struct weir_bytes *value, struct db_cursor *cursor,
                   struct weir_error *err)
{
    MDB_val k = {0};

    return move(key, value, cursor, &k, MDB_PREV, err);
}

int db_cursor_del(struct db_cursor *cursor, struct weir_error *err)
{
    int rc;

    cursor->txn->writes++;
    rc = mdb_cursor_del(cursor->mdb, 0);
    return rc == 0 ? 0 : fail(cursor->txn, err, rc, "deleting from", cursor->db);
}
