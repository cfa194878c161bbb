#include "store/reader.h"

#include "base/log.h"
#include "store/keys.h"
#include "store/records.h"

#include <stdlib.h>

#define LONG_US (5 * 1000 * 1000)

struct store_reader {
    struct store_txn txn;
    int64_t opened_us;
    /* Kept from one look-up by reference to the next: who reads records in the order of their ids asks for
     * those around them in the order of by_ref, and mostly finds them in the leaf where the cursor stands. */
    struct db_cursor by_ref;
    bool by_ref_busy; /* a look-up calls back meanwhile, which may look up in turn */
};

int store_reader_open(struct store_reader **out, struct store *st, struct weir_error *err)
{
    struct store_reader *reader = calloc(1, sizeof *reader);
    int rc;

    if (reader == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory to read the store");
    }
    rc = store_read_begin(&reader->txn, st, err);
    if (rc != 0) {
        free(reader);
        return store_public_code(rc);
    }
    reader->opened_us = clock_mono_us(st->options.clock);
    *out = reader;
    return 0;
}

void store_reader_close(struct store_reader *reader)
{
    int64_t us;

    if (reader == NULL) {
        return;
    }
    us = clock_mono_us(reader->txn.st->options.clock) - reader->opened_us;
    if (us >= LONG_US) {
        /* Pages freed meanwhile could not be used again: the file grew instead. */
        log_warn("store read for too long", LOG_INT("ms", us / 1000));
    }
    db_cursor_close(&reader->by_ref);
    store_read_end(&reader->txn);
    free(reader);
}

struct store_txn *reader_txn(struct store_reader *reader)
{
    return &reader->txn;
}

int store_record_get(struct store_record *out, struct store_reader *reader, uint32_t integration,
                     uint8_t model, struct weir_str id, struct weir_error *err)
{
    struct record_view view;
    int rc = WEIR_E_NONE;

    if (id.len == ID_LEN) {
        rc = record_load(&view, &reader->txn, integration, model, id.data, err);
    }
    if (rc == 0) {
        record_show(out, model, id.data, &view);
    } else if (rc == WEIR_E_NONE) {
        weir_fail(err, rc, "there is no such record");
    }
    return store_public_code(rc);
}

static int position_check(struct weir_str id, struct weir_error *err)
{
    if (id.len != 0 && id.len != ID_LEN) {
        return weir_fail(err, WEIR_E_INVALID, "a position is an id of %d characters", ID_LEN);
    }
    return 0;
}

int store_records_by_id(struct store_reader *reader, uint32_t integration, uint8_t model,
                        struct weir_str after_id, bool (*each)(void *ctx, const struct store_record *record),
                        void *ctx, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key of;
    struct key from;
    struct weir_bytes prefix = key_records_of(&of, integration, model);
    int rc = position_check(after_id, err);

    if (rc == 0) {
        rc = db_cursor_open(&cursor, &reader->txn, DB_RECORDS, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor,
                            after_id.len == 0 ? prefix : key_record(&from, integration, model, after_id.data),
                            err);
    }
    while (rc == 0 && key_has_prefix(key, prefix)) {
        struct store_record record;
        struct record_view view;
        char id[ID_TEXT];
        uint32_t owner;
        uint8_t number;

        if (key_record_decode(&owner, &number, id, key) && !weir_str_is(after_id, id) &&
            record_decode(&view, value)) {
            record_show(&record, model, id, &view);
            if (!each(ctx, &record)) {
                break;
            }
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int store_records_by_change(struct store_reader *reader, uint32_t integration, uint8_t model,
                            int64_t after_ms, struct weir_str after_id,
                            bool (*each)(void *ctx, const struct store_record *record), void *ctx,
                            struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key of;
    struct key from;
    struct weir_bytes prefix = key_records_of(&of, integration, model);
    bool more = true;
    int rc = position_check(after_id, err);

    if (rc == 0) {
        rc = db_cursor_open(&cursor, &reader->txn, DB_BY_CHANGE, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor,
                            after_id.len == 0
                                ? key_by_change_from(&from, integration, model, after_ms)
                                : key_by_change(&from, integration, model, after_ms, after_id.data),
                            err);
    }
    while (rc == 0 && more && key_has_prefix(key, prefix)) {
        struct record_view view;
        char id[ID_TEXT];
        uint32_t owner;
        uint8_t number;
        int64_t touched_ms;

        if (key_by_change_decode(&owner, &number, &touched_ms, id, key) &&
            !(touched_ms == after_ms && weir_str_is(after_id, id))) {
            rc = record_load(&view, &reader->txn, integration, model, id, err);
            if (rc == 0 && view.touched_ms == touched_ms) {
                struct store_record record;

                record_show(&record, model, id, &view);
                more = each(ctx, &record);
            }
            rc = rc == WEIR_E_NONE ? 0 : rc;
        }
        if (rc == 0 && more) {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

/* The sources that name target in this slot, from where the cursor is put to. */
static int walk_by_ref(struct store_reader *reader, struct db_cursor *cursor, struct weir_bytes prefix,
                       bool (*each)(void *ctx, const struct store_record *record), void *ctx,
                       struct weir_error *err)
{
    struct weir_bytes key;
    struct weir_bytes value;
    bool more = true;
    int rc = db_cursor_seek(&key, &value, cursor, prefix, err);

    while (rc == 0 && more && key_has_prefix(key, prefix)) {
        struct record_view view;
        char to[ID_TEXT];
        char source[ID_TEXT];
        uint32_t integration;
        uint8_t model;
        uint8_t slot;

        if (key_by_ref_decode(&integration, to, &model, &slot, source, key)) {
            rc = record_load(&view, &reader->txn, integration, model, source, err);
            if (rc == 0) {
                struct store_record record;

                record_show(&record, model, source, &view);
                more = each(ctx, &record);
            }
            rc = rc == WEIR_E_NONE ? 0 : rc;
        }
        if (rc == 0 && more) {
            rc = db_cursor_next(&key, &value, cursor, err);
        }
    }
    return rc;
}

int store_records_by_ref(struct store_reader *reader, uint32_t integration, uint8_t model, uint8_t slot,
                         struct weir_str target, bool (*each)(void *ctx, const struct store_record *record),
                         void *ctx, struct weir_error *err)
{
    struct db_cursor own = {0};
    struct db_cursor *cursor = reader->by_ref_busy ? &own : &reader->by_ref;
    struct key of;
    int rc = 0;

    if (target.len != ID_LEN) {
        return 0; /* nothing refers to what is no id */
    }
    if (cursor->mdb == NULL) {
        rc = db_cursor_open(cursor, &reader->txn, DB_BY_REF, err);
    }
    if (rc == 0) {
        bool busy = reader->by_ref_busy;

        reader->by_ref_busy = true;
        rc = walk_by_ref(reader, cursor, key_by_ref_slot(&of, integration, target.data, model, slot), each,
                         ctx, err);
        reader->by_ref_busy = busy;
    }
    db_cursor_close(&own);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}
