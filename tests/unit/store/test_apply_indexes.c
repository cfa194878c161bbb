/* store_apply: whatever happens, in whatever order, the indexes say what the records say. */
#include "fixture.h"

#include "store/keys.h"
#include "store/records.h"

static uint32_t random_below(uint64_t *state, uint32_t n)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33) % n;
}

static void random_record(struct given *g, uint64_t *state)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    static const char *const contents[] = {"1", "2", "3"};
    uint8_t model = (uint8_t)(1 + random_below(state, 6));
    size_t refs = random_below(state, 4);
    size_t i;

    give(g, model, names[random_below(state, 6)], contents[random_below(state, 3)]);
    for (i = 0; i < refs; i++) {
        give_ref(g, (uint8_t)(1 + random_below(state, 3)), names[random_below(state, 6)]);
    }
    g->in.placeholder = random_below(state, 5) == 0;
}

static void random_step(struct fixture *f, uint64_t *state)
{
    struct given given[3];
    struct store_record_in records[3];
    struct store_gone_in gone;
    struct store_complete_in complete = {.model = (uint8_t)(1 + random_below(state, 6)), .slot = 1};
    struct store_apply in = {.integration = f->one,
                             .records = records,
                             .gone = &gone,
                             .completes = &complete,
                             .record_count = random_below(state, 4),
                             .gone_count = random_below(state, 8) == 0,
                             .complete_count = random_below(state, 8) == 0};
    struct id target = id_for("a");
    struct id removed = id_for("b");
    size_t i;

    for (i = 0; i < in.record_count; i++) {
        random_record(&given[i], state);
        records[i] = given[i].in;
    }
    gone = (struct store_gone_in){.model = (uint8_t)(1 + random_below(state, 6)), .id = removed.text};
    complete.parent = target.text;
    EXPECT_INT(0, apply(f, &in).rc);
    if (random_below(state, 20) == 0) {
        store_prune(f->st, &(struct store_retention){.deleted_before_ms = fixture_now(f)});
    }
    pass_ms(f, 7);
}

static size_t count_of(struct store_txn *txn, enum store_db db)
{
    uint64_t count = 0;

    EXPECT_INT(0, db_count(&count, txn, db, NULL));
    return count;
}

/* Each reference of the record once, as far as the index knows it. */
static size_t refs_check(struct store_txn *txn, const struct record_view *view, uint32_t integration,
                         uint8_t model, const char *id)
{
    size_t distinct = 0;
    size_t i;
    size_t k;

    for (i = 0; i < view->ref_count; i++) {
        const uint8_t *ref = view->refs + i * RECORD_REF;
        struct weir_bytes value;
        struct key key;

        EXPECT_INT(0, db_get(&value, txn, DB_BY_REF,
                             key_by_ref(&key, integration, (const char *)ref + 1, model, ref[0], id), NULL));
        for (k = 0; k < i && memcmp(view->refs + k * RECORD_REF, ref, RECORD_REF) != 0; k++) {
        }
        distinct += k == i;
    }
    return distinct;
}

static void indexes_check(struct fixture *f)
{
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct store_stats stats;
    size_t records = 0;
    size_t refs = 0;
    size_t graves = 0;
    int rc;

    EXPECT_INT(0, store_read_begin(&txn, f->st, NULL));
    EXPECT_INT(0, db_cursor_open(&cursor, &txn, DB_RECORDS, NULL));
    for (rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), NULL); rc == 0;
         rc = db_cursor_next(&key, &value, &cursor, NULL)) {
        struct record_view view;
        struct weir_bytes nothing;
        struct key place;
        char id[ID_TEXT];
        uint32_t integration;
        uint8_t model;

        EXPECT(key_record_decode(&integration, &model, id, key));
        EXPECT(record_decode(&view, value));
        EXPECT(view.created_ms <= view.changed_ms && view.changed_ms <= view.touched_ms);
        EXPECT_INT(0, db_get(&nothing, &txn, DB_BY_CHANGE,
                             key_by_change(&place, integration, model, view.touched_ms, id), NULL));
        refs += refs_check(&txn, &view, integration, model, id);
        if (view.deleted_ms != 0 && (view.flags & RECORD_EMPTIED) == 0) {
            EXPECT_INT(0, db_get(&nothing, &txn, DB_GRAVES,
                                 key_grave(&place, view.deleted_ms, integration, model, id), NULL));
            graves++;
        }
        records++;
    }
    db_cursor_close(&cursor);
    EXPECT_INT(records, count_of(&txn, DB_BY_CHANGE));
    EXPECT_INT(refs, count_of(&txn, DB_BY_REF));
    EXPECT_INT(graves, count_of(&txn, DB_GRAVES));
    EXPECT_INT(0, count_of(&txn, DB_RIPPLES));
    store_read_end(&txn);
    store_stats(&stats, f->st);
    EXPECT_INT(records, stats.record_count);
}

TEST(the_indexes_agree_with_the_records_after_anything)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint64_t state = 42;
    int i;

    (void)route_all(f);
    for (i = 0; i < 2000; i++) {
        random_step(f, &state);
        if (i % 100 == 99) {
            (void)gather(f);
            indexes_check(f);
        }
    }
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_indexes_agree_with_the_records_after_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
