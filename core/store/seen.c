#include "store/seen.h"

#include "store/hash_set.h"
#include "store/keys.h"
#include "store/recent.h"

#include <stdlib.h>

struct hash_list {
    uint8_t (*hashes)[STORE_HASH];
    size_t count, cap;
};

struct seen {
    pthread_mutex_t lock; /* guards set: the writer changes it, others look */
    struct hash_set set;
    /* the writer's, of the transaction that runs */
    struct hash_set fresh; /* the same as added, to be found quickly */
    struct hash_list added, removed;
    struct recent recent, next; /* as committed; as the transaction leaves it */
    bool touched;               /* next is in use */
    uint64_t max;
};

static bool list_reserve(struct hash_list *list)
{
    size_t cap = list->cap > 0 ? list->cap * 2 : 256;
    void *hashes;

    if (list->count < list->cap) {
        return true;
    }
    hashes = realloc(list->hashes, cap * STORE_HASH);
    if (hashes == NULL) {
        return false;
    }
    list->hashes = hashes;
    list->cap = cap;
    return true;
}

static void list_add(struct hash_list *list, const uint8_t *hash)
{
    memcpy(list->hashes[list->count++], hash, STORE_HASH);
}

static int no_memory(struct weir_error *err)
{
    return weir_fail(err, WEIR_E_MEMORY, "store: no memory for the marks of what was seen");
}

static int load(struct seen *seen, struct store *st, struct weir_error *err)
{
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes hash;
    uint64_t count = 0;
    size_t i;
    int rc = store_read_begin(&txn, st, err);

    if (rc != 0) {
        return rc;
    }
    rc = db_count(&count, &txn, DB_SEEN, err);
    if (rc == 0) {
        rc = recent_load(&seen->recent, &txn, err);
    }
    if (rc == 0 && !hash_set_reserve(&seen->set, (size_t)count + seen->recent.count + 1)) {
        rc = no_memory(err);
    }
    for (i = 0; rc == 0 && i < seen->recent.count; i++) {
        (void)hash_set_add(&seen->set, seen->recent.marks[i].hash);
    }
    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, DB_SEEN, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek(&key, &hash, &cursor, (struct weir_bytes){0}, err);
    }
    while (rc == 0) {
        if (hash.len == STORE_HASH) {
            (void)hash_set_add(&seen->set, hash.data);
        }
        rc = db_cursor_next(&key, &hash, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int seen_open(struct store *st, struct weir_error *err)
{
    struct seen *seen = calloc(1, sizeof *seen);

    if (seen == NULL) {
        return no_memory(err);
    }
    (void)pthread_mutex_init(&seen->lock, NULL);
    seen->max = SEEN_MAX;
    st->seen = seen;
    return load(seen, st, err);
}

void seen_close(struct store *st)
{
    struct seen *seen = st->seen;

    if (seen != NULL) {
        hash_set_fini(&seen->set);
        hash_set_fini(&seen->fresh);
        free(seen->added.hashes);
        free(seen->removed.hashes);
        (void)pthread_mutex_destroy(&seen->lock);
        free(seen);
        st->seen = NULL;
    }
}

void seen_limit(struct store *st, uint64_t max)
{
    st->seen->max = max;
}

bool store_seen(struct store *st, const uint8_t hash[STORE_HASH])
{
    struct seen *seen = st->seen;
    bool has;

    (void)pthread_mutex_lock(&seen->lock);
    has = hash_set_has(&seen->set, hash);
    (void)pthread_mutex_unlock(&seen->lock);
    return has;
}

/* The latest marks as this transaction has them, about to be changed. */
static struct recent *touch(struct seen *seen, struct store_txn *txn)
{
    if (!seen->touched) {
        seen->next = seen->recent;
        seen->touched = true;
    }
    txn->writes++; /* saved with the commit */
    return &seen->next;
}

int seen_txn_save(struct store_txn *txn, struct weir_error *err)
{
    const struct seen *seen = txn->st->seen;

    return seen != NULL && seen->touched ? recent_save(&seen->next, txn, err) : 0;
}

/* Memory for one mark more, now: what is committed cannot fail any more. */
static int reserve(struct seen *seen, struct weir_error *err)
{
    bool good;

    (void)pthread_mutex_lock(&seen->lock);
    good = hash_set_reserve(&seen->set, seen->set.count + seen->added.count + 1);
    (void)pthread_mutex_unlock(&seen->lock);
    if (!good || !hash_set_reserve(&seen->fresh, seen->fresh.count + 1) || !list_reserve(&seen->added)) {
        return no_memory(err);
    }
    return 0;
}

int seen_check_and_put(bool *known, struct store_txn *txn, const uint8_t hash[STORE_HASH],
                       struct weir_error *err)
{
    struct seen *seen = txn->st->seen;
    size_t removed;
    int rc;

    if (hash_set_has(&seen->fresh, hash) || store_seen(txn->st, hash)) {
        *known = true;
        return 0;
    }
    rc = reserve(seen, err);
    if (rc == 0 && txn->counters.seen_count >= seen->max) {
        rc = seen_prune(&removed, txn, INT64_MAX, 1, err);
        metric_add(txn->st->seen_evicted, 1);
    }
    if (rc == 0) {
        rc = recent_add(touch(seen, txn), txn, hash, err);
    }
    if (rc != 0) {
        return rc;
    }
    txn->counters.seen_seq++;
    txn->counters.seen_count++;
    list_add(&seen->added, hash);
    (void)hash_set_add(&seen->fresh, hash);
    *known = false;
    return 0;
}

/* What the list has; WEIR_E_NONE: no more than that. */
static int prune_list(size_t *count, struct seen *seen, struct store_txn *txn, int64_t before_ms, size_t max,
                      struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes hash;
    int rc = db_cursor_open(&cursor, txn, DB_SEEN, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &hash, &cursor, (struct weir_bytes){0}, err);
    }
    while (rc == 0 && *count < max) {
        int64_t at_ms = 0;
        uint64_t seq;

        /* What is no such key leaves too. */
        if (key_at_decode(&at_ms, &seq, key) && at_ms >= before_ms) {
            break;
        }
        if (!list_reserve(&seen->removed)) {
            rc = no_memory(err);
            break;
        }
        if (hash.len == STORE_HASH) {
            list_add(&seen->removed, hash.data);
        }
        rc = db_cursor_del(&cursor, err);
        if (rc == 0) {
            ++*count;
            txn->counters.seen_count -= txn->counters.seen_count > 0;
            rc = db_cursor_next(&key, &hash, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc;
}

/* Those of the latest that are as old. */
static int prune_recent(size_t *count, struct seen *seen, struct store_txn *txn, int64_t before_ms,
                        size_t max, struct weir_error *err)
{
    const struct recent *recent = seen->touched ? &seen->next : &seen->recent;

    while (*count < max && recent->count > 0 && recent->marks[0].at_ms < before_ms) {
        if (!list_reserve(&seen->removed)) {
            return no_memory(err);
        }
        recent = touch(seen, txn);
        list_add(&seen->removed, recent->marks[0].hash);
        recent_drop(&seen->next);
        ++*count;
        txn->counters.seen_count -= txn->counters.seen_count > 0;
    }
    return 0;
}

int seen_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err)
{
    struct seen *seen = txn->st->seen;
    size_t count = 0;
    int rc = prune_list(&count, seen, txn, before_ms, max, err);

    if (rc == WEIR_E_NONE) {
        rc = prune_recent(&count, seen, txn, before_ms, max, err);
    }
    if (rc == 0) {
        *removed = count;
    }
    return rc;
}

void seen_txn_end(struct store *st, bool committed)
{
    struct seen *seen = st->seen;
    size_t i;

    if (seen == NULL || !(seen->touched || seen->removed.count > 0)) {
        return;
    }
    if (committed && seen->touched) {
        seen->recent = seen->next;
    }
    seen->touched = false;
    (void)pthread_mutex_lock(&seen->lock);
    for (i = 0; committed && i < seen->added.count; i++) {
        (void)hash_set_add(&seen->set, seen->added.hashes[i]);
    }
    for (i = 0; committed && i < seen->removed.count; i++) {
        (void)hash_set_remove(&seen->set, seen->removed.hashes[i]);
    }
    (void)pthread_mutex_unlock(&seen->lock);
    for (i = 0; i < seen->added.count; i++) {
        (void)hash_set_remove(&seen->fresh, seen->added.hashes[i]);
    }
    seen->added.count = 0;
    seen->removed.count = 0;
}
