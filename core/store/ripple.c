#include "store/ripple.h"

#include "store/alter.h"
#include "store/keys.h"
#include "store/records.h"

#define DEPTH_MAX 8 /* removals within removals; deeper ones are left for the next step */

enum left_kind { LEFT_TOUCH = 1, LEFT_REMOVE = 2 };

/* Sources whose reference (model, slot) names target, behind after ("": all). */
struct left {
    uint8_t kind, model, slot;
    char target[ID_TEXT];
    char after[ID_TEXT];
};

#define LEFT_VERSION 1
#define LEFT_BYTES (1 + 3 + 2 * ID_TEXT)

static int left_put(struct changes *c, const struct left *left, struct weir_error *err)
{
    uint8_t bytes[LEFT_BYTES];
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key place;
    uint64_t seq = 0;
    uint32_t owner;
    int rc = db_cursor_open(&cursor, c->txn, DB_RIPPLES, err);

    if (rc == 0) {
        rc =
            db_cursor_seek_before(&key, &value, &cursor, key_change(&place, c->integration, UINT64_MAX), err);
    }
    if (rc == 0 && (!key_change_decode(&owner, &seq, key) || owner != c->integration)) {
        seq = 0;
    }
    db_cursor_close(&cursor);
    if (rc != 0 && rc != WEIR_E_NONE) {
        return rc;
    }
    bytes[0] = LEFT_VERSION;
    bytes[1] = left->kind;
    bytes[2] = left->model;
    bytes[3] = left->slot;
    memcpy(bytes + 4, left->target, ID_TEXT);
    memcpy(bytes + 4 + ID_TEXT, left->after, ID_TEXT);
    return db_put(c->txn, DB_RIPPLES, key_change(&place, c->integration, seq + 1),
                  weir_bytes(bytes, sizeof bytes), err);
}

static int source_act(struct changes *c, const struct left *left, const char *source, struct weir_error *err)
{
    int rc;

    if (left->kind == LEFT_TOUCH) {
        return record_touch(c->txn, c->integration, left->model, source, &c->scratch, err);
    }
    c->depth++;
    rc = alter_remove(c, left->model, source, err);
    c->depth--;
    return rc;
}

/* Neither kind of action changes the index of references, so the cursor stays where it is. */
static int left_walk(struct changes *c, struct left *left, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct weir_bytes prefix;
    struct key slot;
    struct key from;
    bool cut = left->kind == LEFT_REMOVE && c->depth >= DEPTH_MAX;
    int rc = cut ? WEIR_E_NONE : db_cursor_open(&cursor, c->txn, DB_BY_REF, err);

    prefix = key_by_ref_slot(&slot, c->integration, left->target, left->model, left->slot);
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor,
                            left->after[0] == '\0' ? prefix
                                                   : key_by_ref(&from, c->integration, left->target,
                                                                left->model, left->slot, left->after),
                            err);
    }
    while (rc == 0 && key_has_prefix(key, prefix)) {
        char target[ID_TEXT];
        char source[ID_TEXT];
        uint32_t integration;
        uint8_t model;
        uint8_t number;

        if (key_by_ref_decode(&integration, target, &model, &number, source, key) &&
            strcmp(source, left->after) != 0) {
            cut = c->budget == 0;
            if (cut) {
                break;
            }
            c->budget--;
            memcpy(left->after, source, ID_TEXT);
            rc = source_act(c, left, source, err);
        }
        if (rc == 0) {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    if (rc != 0 && rc != WEIR_E_NONE) {
        return rc;
    }
    return cut ? left_put(c, left, err) : 0;
}

static int sources_act(struct changes *c, const struct store_ref_rule *rule, const char *id,
                       enum left_kind kind, struct weir_error *err)
{
    struct left left = {.kind = (uint8_t)kind, .model = rule->model, .slot = rule->slot};

    memcpy(left.target, id, ID_LEN);
    return left_walk(c, &left, err);
}

static int targets_touch(struct changes *c, const struct store_ref_rule *rule, struct weir_bytes refs,
                         struct weir_error *err)
{
    size_t at;
    int rc = 0;

    for (at = 0; rc == 0 && at < refs.len; at += RECORD_REF) {
        if (refs.data[at] == rule->slot) {
            rc = record_touch(c->txn, c->integration, rule->target_model, (const char *)refs.data + at + 1,
                              &c->scratch, err);
        }
    }
    return rc;
}

/* Does any reference name it? Most records are not, and need no look per rule. */
static int is_named(bool *named, struct changes *c, const char *id, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key target;
    struct weir_bytes prefix = key_by_ref_target(&target, c->integration, id);
    int rc = db_cursor_open(&cursor, c->txn, DB_BY_REF, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, prefix, err);
    }
    *named = rc == 0 && key_has_prefix(key, prefix);
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

int ripple(struct changes *c, uint8_t model, const char *id, struct weir_bytes old_refs,
           struct weir_bytes new_refs, bool gone, struct weir_error *err)
{
    const struct store_options *options = &c->txn->st->options;
    bool named = false;
    size_t i;
    int rc = is_named(&named, c, id, err);

    /* First all targets: a removal below uses the memory that the references lie in. */
    for (i = 0; rc == 0 && i < options->rule_count; i++) {
        const struct store_ref_rule *rule = &options->rules[i];

        if (rule->model == model && rule->touch_target) {
            rc = targets_touch(c, rule, old_refs, err);
            if (rc == 0 && new_refs.data != old_refs.data) {
                rc = targets_touch(c, rule, new_refs, err);
            }
        }
    }
    for (i = 0; rc == 0 && named && i < options->rule_count; i++) {
        const struct store_ref_rule *rule = &options->rules[i];

        if (rule->target_model == model && gone && rule->owned) {
            rc = sources_act(c, rule, id, LEFT_REMOVE, err);
        } else if (rule->target_model == model && rule->touch_source) {
            rc = sources_act(c, rule, id, LEFT_TOUCH, err);
        }
    }
    return rc;
}

/* ---- what is left ---- */

/* The first row of the integration, or of any if it is 0. WEIR_E_NONE: there is none. */
static int left_first(struct left *out, struct key *place, uint32_t *integration, struct store_txn *txn,
                      struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key = {NULL, 0};
    struct weir_bytes value = {NULL, 0};
    struct key from;
    uint32_t owner = 0;
    uint64_t seq = 0;
    int rc = db_cursor_open(&cursor, txn, DB_RIPPLES, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_change(&from, *integration, 0), err);
    }
    if (rc == 0 && (!key_change_decode(&owner, &seq, key) || (*integration != 0 && owner != *integration))) {
        rc = WEIR_E_NONE;
    }
    if (rc == 0) {
        memset(out, 0, sizeof *out); /* kind 0, if it cannot be read: it is dropped */
        if (value.len == LEFT_BYTES && value.data[0] == LEFT_VERSION) {
            out->kind = value.data[1];
            out->model = value.data[2];
            out->slot = value.data[3];
            memcpy(out->target, value.data + 4, ID_LEN);
            memcpy(out->after, value.data + 4 + ID_TEXT, ID_LEN);
        }
        *integration = owner;
        key_change(place, owner, seq);
    }
    db_cursor_close(&cursor);
    return rc;
}

int ripple_left(bool *left, struct changes *c, struct weir_error *err)
{
    uint32_t integration = c->integration;
    struct left first;
    struct key place;
    int rc = left_first(&first, &place, &integration, c->txn, err);

    *left = rc == 0;
    return rc == WEIR_E_NONE ? 0 : rc;
}

int ripple_carry_on(bool *left, struct changes *c, struct weir_error *err)
{
    uint32_t integration = c->integration;
    int rc = 0;

    while (rc == 0 && c->budget > 0) {
        struct left first;
        struct key place;

        rc = left_first(&first, &place, &integration, c->txn, err);
        if (rc == 0) {
            rc = db_del(c->txn, DB_RIPPLES, key_span(&place), err);
        }
        if (rc == 0 && first.kind != 0) {
            rc = left_walk(c, &first, err);
        }
    }
    if (rc != 0 && rc != WEIR_E_NONE) {
        return rc;
    }
    return ripple_left(left, c, err);
}

int ripple_resume(bool *left, struct store_txn *txn, struct tally *tally, struct weir_error *err)
{
    uint32_t integration = 0;
    struct left first;
    struct key place;
    struct changes c;
    int rc = left_first(&first, &place, &integration, txn, err);

    *left = rc == 0;
    if (rc != 0) {
        return rc == WEIR_E_NONE ? 0 : rc;
    }
    changes_begin(&c, txn, integration, tally);
    rc = ripple_carry_on(left, &c, err);
    if (rc == 0) {
        rc = changes_end(&c, err);
    }
    changes_fini(&c);
    *left = rc == 0; /* another integration may have some, too: the next step sees */
    return rc;
}
