#include "store/alter.h"

#include "base/thread.h"
#include "store/keys.h"
#include "store/records.h"
#include "store/ripple.h"

#define DIFFERING_MAX 8192 /* of the log's entry; the record that reaches it is the last one named */

static bool refs_have(struct weir_bytes refs, const uint8_t *ref)
{
    size_t at;

    for (at = 0; at < refs.len; at += RECORD_REF) {
        if (memcmp(refs.data + at, ref, RECORD_REF) == 0) {
            return true;
        }
    }
    return false;
}

/* A stored reference's target is used where it lies: keys take its ID_LEN characters. */
static struct weir_bytes ref_key(struct key *key, const struct changes *c, uint8_t model, const char *id,
                                 const uint8_t *ref)
{
    return key_by_ref(key, c->integration, (const char *)ref + 1, model, ref[0], id);
}

static int join_note(struct changes *c, uint8_t model, uint8_t slot, struct weir_error *err)
{
    const struct store_options *options = &c->txn->st->options;
    size_t i;
    int rc = 0;

    for (i = 0; rc == 0 && i < options->rule_count; i++) {
        const struct store_ref_rule *rule = &options->rules[i];

        if (rule->model == model && rule->slot == slot && rule->join_model != 0) {
            rc = changes_note_model(c, rule->join_model, err);
        }
    }
    return rc;
}

/* Make the index of references equal to `to`. */
static int refs_move(struct changes *c, uint8_t model, const char *id, struct weir_bytes from,
                     struct weir_bytes to, struct weir_error *err)
{
    struct key key;
    size_t at;
    int rc = 0;

    if (from.len == to.len && (from.len == 0 || memcmp(from.data, to.data, from.len) == 0)) {
        return 0;
    }
    for (at = 0; rc == 0 && at < from.len; at += RECORD_REF) {
        if (!refs_have(to, from.data + at)) {
            rc = db_del(c->txn, DB_BY_REF, ref_key(&key, c, model, id, from.data + at), err);
            if (rc == 0 || rc == WEIR_E_NONE) { /* none: the same one stands twice in the list */
                rc = join_note(c, model, from.data[at], err);
            }
        }
    }
    for (at = 0; rc == 0 && at < to.len; at += RECORD_REF) {
        if (!refs_have(from, to.data + at)) {
            rc = db_put(c->txn, DB_BY_REF, ref_key(&key, c, model, id, to.data + at), weir_bytes(NULL, 0),
                        err);
            if (rc == 0) {
                rc = join_note(c, model, to.data[at], err);
            }
        }
    }
    return rc;
}

static int grave_del(struct changes *c, int64_t deleted_ms, uint8_t model, const char *id,
                     struct weir_error *err)
{
    struct key key;
    int rc = db_del(c->txn, DB_GRAVES, key_grave(&key, deleted_ms, c->integration, model, id), err);

    return rc == WEIR_E_NONE ? 0 : rc;
}

static int refs_encode(struct buf *out, const struct store_record_in *in, struct weir_error *err)
{
    size_t i;

    buf_clear(out);
    for (i = 0; i < in->ref_count; i++) {
        buf_add_char(out, (char)in->refs[i].slot);
        buf_add(out, in->refs[i].id, ID_LEN);
    }
    return buf_check(out, "the references of a record", err);
}

/* The stored references, kept beyond the next change. */
static int refs_keep(struct changes *c, const struct record_view *view, struct weir_error *err)
{
    buf_clear(&c->old_refs);
    buf_add(&c->old_refs, view->refs, view->ref_count * RECORD_REF);
    return buf_check(&c->old_refs, "the references of a record", err);
}

static bool put_changes_nothing(const struct store_record_in *in, const struct record_view *old)
{
    if (in->placeholder) {
        return true; /* something is known already, or it was there and went */
    }
    return old->deleted_ms == 0 && (old->flags & RECORD_PLACEHOLDER) == 0 &&
           memcmp(old->hash, in->hash, STORE_HASH) == 0;
}

static bool is_own_change(const struct changes *c, const struct store_record_in *in,
                          const struct record_view *old)
{
    const struct store_options *options = &c->txn->st->options;

    return old == NULL || old->deleted_ms != 0 || (old->flags & RECORD_PLACEHOLDER) != 0 || in->placeholder ||
           options->own_differs == NULL || options->own_differs(in->model, old->json, in->json);
}

static int put_write(struct changes *c, const struct store_record_in *in, const struct record_view *old,
                     struct weir_error *err)
{
    struct record_view now = {.created_ms = old != NULL ? old->created_ms : c->txn->now_ms,
                              .changed_ms = is_own_change(c, in, old) ? c->txn->now_ms : old->changed_ms,
                              .touched_ms = c->txn->now_ms,
                              .refs = (const uint8_t *)c->new_refs.data,
                              .ref_count = in->ref_count,
                              .remote_id = in->remote_id,
                              .json = in->json};
    int64_t old_touched_ms = old != NULL ? old->touched_ms : RECORD_NEW;

    now.flags = in->placeholder ? RECORD_PLACEHOLDER : 0;
    memcpy(now.hash, in->hash, STORE_HASH);
    return record_write(c->txn, c->integration, in->model, in->id, &now, old_touched_ms, err);
}

/* What is not compared (the tool's own payload) is kept as it came last all the same: no time moves, and
 * nobody is told. */
static int put_quietly(struct changes *c, const struct store_record_in *in, const struct record_view *old,
                       struct weir_error *err)
{
    struct record_view now = *old;
    int rc;

    if (in->placeholder ||
        (old->json.len == in->json.len && memcmp(old->json.data, in->json.data, in->json.len) == 0)) {
        return 0;
    }
    rc = refs_encode(&c->new_refs, in, err);
    now.refs = (const uint8_t *)c->new_refs.data;
    now.ref_count = in->ref_count;
    now.remote_id = in->remote_id;
    now.json = in->json;
    return rc == 0 ? record_write(c->txn, c->integration, in->model, in->id, &now, old->touched_ms, err) : rc;
}

/* For the log, while the former text is still there. */
static void note_fields(struct changes *c, const struct store_record_in *in, const struct record_view *old)
{
    const struct store_options *options = &c->txn->st->options;

    if (c->differing == NULL || (c->differing_updated && old->json.len == 0) || options->differ == NULL ||
        c->differing->len > DIFFERING_MAX) {
        return;
    }
    buf_printf(c->differing, "%s{\"id\":\"%.*s\",\"fields\":[", c->differing->len > 0 ? "," : "", ID_LEN,
               in->id);
    options->differ(c->differing, in->model, old->json, in->json);
    buf_add_text(c->differing, "]}");
}

int alter_put(struct changes *c, const struct store_record_in *in, struct weir_error *err)
{
    struct record_view old = {0};
    bool known;
    int rc = record_load(&old, c->txn, c->integration, in->model, in->id, err);

    if (rc != 0 && rc != WEIR_E_NONE) {
        return rc;
    }
    known = rc == 0;
    if (known && put_changes_nothing(in, &old)) {
        c->tally->now.unchanged++;
        return put_quietly(c, in, &old, err);
    }
    rc = refs_encode(&c->new_refs, in, err);
    if (rc == 0) {
        rc = refs_keep(c, &old, err);
    }
    if (rc == 0 && known) {
        note_fields(c, in, &old);
    }
    if (rc == 0 && old.deleted_ms != 0) {
        rc = grave_del(c, old.deleted_ms, in->model, in->id, err);
    }
    if (rc == 0) {
        rc = put_write(c, in, known ? &old : NULL, err);
    }
    if (rc == 0) {
        rc = changes_note(c, known ? STORE_UPDATED : STORE_CREATED, in->model, in->id, in->remote_id, err);
    }
    if (rc == 0) {
        rc = refs_move(c, in->model, in->id, buf_bytes(&c->old_refs), buf_bytes(&c->new_refs), err);
    }
    if (rc != 0) {
        return rc;
    }
    if (known) {
        c->tally->now.updated++;
    } else {
        c->tally->now.created++;
        c->txn->counters.record_count++;
    }
    return ripple(c, in->model, in->id, buf_bytes(&c->old_refs), buf_bytes(&c->new_refs), false, err);
}

/* Take the record's bytes out of the engine's page, to be written again. */
static int record_lift(struct record_view *out, struct changes *c, uint8_t model, const char *id,
                       struct weir_error *err)
{
    struct weir_bytes value;
    struct key key;
    int rc = record_load(out, c->txn, c->integration, model, id, err);

    if (rc == 0) {
        rc = db_get(&value, c->txn, DB_RECORDS, key_record(&key, c->integration, model, id), err);
    }
    if (rc != 0) {
        return rc;
    }
    buf_clear(&c->scratch);
    buf_add(&c->scratch, value.data, value.len);
    rc = buf_check(&c->scratch, "a record", err);
    if (rc == 0) {
        check_bug(record_decode(out, buf_bytes(&c->scratch)));
    }
    return rc;
}

int alter_remove(struct changes *c, uint8_t model, const char *id, struct weir_error *err)
{
    struct record_view view;
    struct key key;
    int64_t old_touched_ms;
    struct weir_bytes refs;
    int rc = record_lift(&view, c, model, id, err);

    if (rc == WEIR_E_NONE || (rc == 0 && view.deleted_ms != 0)) {
        return 0;
    }
    if (rc != 0) {
        return rc;
    }
    old_touched_ms = view.touched_ms;
    view.deleted_ms = c->txn->now_ms;
    view.changed_ms = c->txn->now_ms;
    view.touched_ms = c->txn->now_ms;
    rc = record_write(c->txn, c->integration, model, id, &view, old_touched_ms, err);
    if (rc == 0) {
        rc = db_put(c->txn, DB_GRAVES, key_grave(&key, view.deleted_ms, c->integration, model, id),
                    weir_bytes(NULL, 0), err);
    }
    if (rc == 0) {
        rc = changes_note(c, STORE_GONE, model, id, view.remote_id, err);
    }
    if (rc == 0) {
        rc = refs_keep(c, &view, err);
    }
    if (rc != 0) {
        return rc;
    }
    c->tally->now.gone++;
    refs = buf_bytes(&c->old_refs);
    return ripple(c, model, id, refs, refs, true, err);
}

int alter_empty(struct changes *c, uint8_t model, const char *id, struct weir_error *err)
{
    struct record_view view;
    int64_t old_touched_ms;
    int rc = record_lift(&view, c, model, id, err);

    if (rc == WEIR_E_NONE || (rc == 0 && (view.deleted_ms == 0 || (view.flags & RECORD_EMPTIED) != 0))) {
        return 0;
    }
    if (rc == 0) {
        rc = refs_keep(c, &view, err);
    }
    if (rc == 0) {
        rc = refs_move(c, model, id, buf_bytes(&c->old_refs), weir_bytes(NULL, 0), err);
    }
    if (rc != 0) {
        return rc;
    }
    old_touched_ms = view.touched_ms;
    view.flags |= RECORD_EMPTIED;
    view.refs = NULL;
    view.ref_count = 0;
    view.json = weir_str("{}");
    view.changed_ms = c->txn->now_ms;
    view.touched_ms = c->txn->now_ms;
    memset(view.hash, 0, sizeof view.hash);
    rc = record_write(c->txn, c->integration, model, id, &view, old_touched_ms, err);
    return rc != 0 ? rc : changes_note(c, STORE_GONE, model, id, view.remote_id, err);
}
