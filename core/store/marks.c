#include "store/marks.h"

#include "store/keys.h"
#include "store/syncs.h"
#include "store/trim.h"

/* Behind every id: no base58 character is so high. */
#define END_ID "~~~~~~~~~~~~~~~~~~~~~~~~"
_Static_assert(sizeof END_ID == ID_TEXT, "the end mark is as long as an id");

int mark_put(struct store_txn *txn, uint64_t run, uint8_t model, const char *id, struct weir_error *err)
{
    struct key key;

    return db_put(txn, DB_MARKS, key_mark(&key, run, model, id), weir_bytes(NULL, 0), err);
}

int mark_has(bool *has, struct store_txn *txn, uint64_t run, uint8_t model, const char *id,
             struct weir_error *err)
{
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, DB_MARKS, key_mark(&key, run, model, id), err);

    *has = rc == 0;
    return rc == WEIR_E_NONE ? 0 : rc;
}

int mark_end_put(struct store_txn *txn, uint64_t run, uint8_t model, struct weir_error *err)
{
    return mark_put(txn, run, model, END_ID, err);
}

int mark_end_has(bool *has, struct store_txn *txn, uint64_t run, uint8_t model, struct weir_error *err)
{
    return mark_has(has, txn, run, model, END_ID, err);
}

int marks_drop(size_t *removed, struct store_txn *txn, uint64_t run, uint8_t model, size_t max,
               struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key of;
    struct key end;
    struct weir_bytes prefix = key_marks_of(&of, run, model);
    struct weir_bytes last = key_mark(&end, run, model, END_ID);
    int rc = db_cursor_open(&cursor, txn, DB_MARKS, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, prefix, err);
    }
    while (rc == 0 && *removed < max && key_has_prefix(key, prefix) &&
           !(key.len == last.len && memcmp(key.data, last.data, last.len) == 0)) {
        rc = db_cursor_del(&cursor, err);
        if (rc == 0) {
            (*removed)++;
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    trim_within(txn->st);
    return rc == WEIR_E_NONE ? 0 : rc;
}

int marks_prune(size_t *removed, struct store_txn *txn, size_t max, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    uint64_t run = 0;
    bool running = true;
    int rc = db_cursor_open(&cursor, txn, DB_MARKS, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && *removed < max && key.len >= 8) {
        if (be_u64(key.data) != run) {
            run = be_u64(key.data);
            rc = sync_is_running(&running, txn, run, err);
            if (rc != 0) {
                break;
            }
        }
        if (running && run == UINT64_MAX) {
            break;
        }
        if (running) {
            rc = db_cursor_seek(&key, &value, &cursor, key_u64(&from, run + 1), err);
            continue;
        }
        rc = db_cursor_del(&cursor, err);
        if (rc == 0) {
            (*removed)++;
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}
