#include "web/trace.h"

#include "base/id.h"
#include "model/canonical.h"
#include "store/log_search.h"
#include "web/json_out.h"
#include "web/trace_entry.h"
#include "web/trace_set.h"

#define LOOKS_MAX 100000 /* log entries, each way */
#define OUTBOX_LOOKS 20000
#define CHANGE_LOOKS 200000 /* changes of syncs, for a record */
#define CHANGES_MAX 100     /* shown of one fetch or notification */
#define TEXTS_MAX ((size_t)1024 * 1024)
#define KINDS                                                                                                \
    (UINT32_C(1) << STORE_LOG_DELIVERY | UINT32_C(1) << STORE_LOG_FETCH | UINT32_C(1) << STORE_LOG_ATTEMPT | \
     UINT32_C(1) << STORE_LOG_SYNC)

static void take(struct trace *t, uint32_t by, const struct store_log *entry)
{
    t->found = true;
    t->by = by;
    t->integration = entry->integration;
    t->begin = (struct store_log_place){.at_ms = entry->at_ms, .seq = entry->seq};
}

static bool may_be(const struct trace *t, uint32_t by)
{
    return (t->by & by) != 0;
}

/* ---- looking back ---- */

static bool is_complete(const struct trace *t)
{
    if (!t->found || t->deliveries_met < t->delivery_count || (t->by == TRACE_EVENT && !t->settled) ||
        t->by == TRACE_SYNC) {
        return false;
    }
    if (t->by != TRACE_NOTIFICATION || t->range_count == 0) {
        return true;
    }
    return t->covered > t->ranges[0].last - t->ranges[0].first;
}

static void back_attempt(struct trace *t, const struct store_log *entry)
{
    struct trace_range range;

    if (!may_be(t, TRACE_NOTIFICATION) || !weir_str_equal(entry_text(entry->json, "notification"), t->id)) {
        return;
    }
    if (t->range_count == 0 && entry_range(&range, entry->json)) {
        trace_add_range(t, &range);
    }
    take(t, TRACE_NOTIFICATION, entry);
}

static void back_fetch(struct trace *t, const struct store_log *entry)
{
    struct trace_range range;

    if (!t->found && may_be(t, TRACE_RECORD) &&
        (weir_str_equal(entry_text(entry->json, "id"), t->id) || entry_changed(NULL, entry->json, t->id))) {
        take(t, TRACE_RECORD, entry);
        t->fetch = t->begin;
        trace_add_deliveries(t, entry->json);
    } else if (t->found && t->by == TRACE_NOTIFICATION && entry_range(&range, entry->json) &&
               trace_overlaps(t, &range)) {
        t->covered += range.last - range.first + 1;
        t->begin = (struct store_log_place){.at_ms = entry->at_ms, .seq = entry->seq};
        trace_add_deliveries(t, entry->json);
    }
}

struct seeking {
    struct trace *t;
    const struct trace_range *range;
    bool found;
};

static bool is_the_record(void *ctx, const struct store_change *change)
{
    struct seeking *s = ctx;

    if (change->seq > s->range->last || ++s->t->change_looks > CHANGE_LOOKS) {
        return false;
    }
    s->found = weir_str_is(s->t->id, change->id);
    return !s->found;
}

/* The entry of a page names few records, so the change log is asked. */
static bool has_record(struct trace *t, uint32_t integration, const struct trace_range *range)
{
    struct seeking s = {.t = t, .range = range};
    struct store_reader *reader = NULL;

    if (id_is(t->id) && t->change_looks <= CHANGE_LOOKS && store_reader_open(&reader, t->store, NULL) == 0) {
        (void)store_changes(reader, integration, range->first - 1, is_the_record, &s, NULL);
    }
    store_reader_close(reader);
    return s.found;
}

/* A sync's page, or what it did not find any more. */
static void back_sync(struct trace *t, const struct store_log *entry)
{
    struct trace_range range;

    if (!entry_range(&range, entry->json)) {
        return;
    }
    if (may_be(t, TRACE_SYNC) && weir_str_equal(entry_text(entry->json, "sync"), t->id)) {
        take(t, TRACE_SYNC, entry);
    } else if (!t->found && may_be(t, TRACE_RECORD) && has_record(t, entry->integration, &range)) {
        take(t, TRACE_RECORD, entry);
        t->fetch = t->begin;
    } else if (t->found && t->by == TRACE_NOTIFICATION && trace_overlaps(t, &range)) {
        t->covered += range.last - range.first + 1;
        t->begin = (struct store_log_place){.at_ms = entry->at_ms, .seq = entry->seq};
    }
}

static void back_delivery(struct trace *t, const struct store_log *entry)
{
    uint64_t number = entry_uint(canonical_get(entry->json, "delivery"));
    struct weir_str outcome = {NULL, 0};
    bool is_event = may_be(t, TRACE_EVENT) && entry_event(&outcome, entry->json, t->id);

    if (!t->found && may_be(t, TRACE_DELIVERY) &&
        weir_str_equal(canonical_get(entry->json, "delivery"), t->id)) {
        take(t, TRACE_DELIVERY, entry);
        trace_add_delivery(t, number);
    } else if (is_event) {
        take(t, TRACE_EVENT, entry);
        trace_add_delivery(t, number);
        t->settled = !weir_str_is(outcome, "duplicate");
    } else if (!t->found || !trace_has_delivery(t, number)) {
        return;
    }
    t->begin = (struct store_log_place){.at_ms = entry->at_ms, .seq = entry->seq};
    t->deliveries_met++;
}

static bool look_back(void *ctx, const struct store_log *entry)
{
    struct trace *t = ctx;

    if (!admin_list_sees(t->list, entry->integration) || (t->found && entry->integration != t->integration)) {
        return true;
    }
    switch (entry->kind) {
    case STORE_LOG_ATTEMPT:
        back_attempt(t, entry);
        break;
    case STORE_LOG_FETCH:
        back_fetch(t, entry);
        break;
    case STORE_LOG_SYNC:
        back_sync(t, entry);
        break;
    default:
        back_delivery(t, entry);
        break;
    }
    return !is_complete(t);
}

/* A notification may have no attempt yet. */
static bool look_among_waiting(void *ctx, const struct store_notification *n)
{
    struct trace *t = ctx;

    if (weir_str_is(t->id, n->id) && admin_list_sees(t->list, n->integration)) {
        t->found = true;
        t->by = TRACE_NOTIFICATION;
        t->integration = n->integration;
        if (n->first_change != 0) {
            trace_add_range(t, &(struct trace_range){.first = n->first_change, .last = n->last_change});
        }
        return false;
    }
    return ++t->looks < OUTBOX_LOOKS;
}

static int find(struct trace *t, struct weir_error *err)
{
    struct store_log_search search = {.kinds = KINDS, .looks_max = LOOKS_MAX};
    struct store_log_place reached = {0};
    int rc = 0;

    if (may_be(t, TRACE_NOTIFICATION) && id_is(t->id)) {
        rc = store_outbox(t->store, 0, 0, look_among_waiting, t, err);
    }
    if (rc == 0) {
        rc = store_log_search(&reached, t->store, &search, look_back, t, err);
    }
    t->cut = reached.at_ms != 0;
    if (rc == 0 && !t->found) {
        rc = weir_fail(err, WEIR_E_NONE, "the log names no such thing, as far back as was looked");
    }
    return rc;
}

/* ---- its stages ---- */

static bool stage_begin(struct trace *t, const char *word, int64_t at_ms)
{
    if (t->stage_count == TRACE_STAGES || t->texts.len > TEXTS_MAX / 2) {
        t->left_out++;
        return false;
    }
    t->stages[t->stage_count] = (struct trace_stage){.at_ms = at_ms, .begin = t->texts.len};
    buf_printf(&t->texts, "\"stage\":\"%s\"", word);
    return true;
}

static void stage_end(struct trace *t)
{
    struct trace_stage *stage = &t->stages[t->stage_count++];

    stage->len = t->texts.len - stage->begin;
}

static void keep_outcome(char kept[24], struct weir_str outcome)
{
    if (outcome.len > 0) {
        (void)snprintf(kept, 24, "%.*s", WEIR_STR_ARG(outcome));
    }
}

static void add_entry_stage(struct trace *t, const char *word, const struct store_log *entry)
{
    if (stage_begin(t, word, entry->at_ms)) {
        entry_put(&t->texts, entry->json);
        stage_end(t);
    }
}

struct showing {
    struct trace *t;
    const struct trace_range *range;
    struct weir_str json; /* of the fetch: names of fields; may be empty */
    size_t count;
};

static bool show_change(void *ctx, const struct store_change *change)
{
    static const char *const kinds[] = {"", "created", "updated", "gone"};
    struct showing *s = ctx;
    struct buf *out = &s->t->texts;
    const struct model *model = model_by_number(change->model);
    struct weir_str fields;

    if (change->seq > s->range->last) {
        return false;
    }
    s->t->change_count++;
    if (s->count++ >= CHANGES_MAX) {
        s->t->left_out += s->range->last - change->seq + 1;
        return false;
    }
    if (!stage_begin(s->t, "change", change->at_ms)) {
        return true;
    }
    json_out_text(out, "model", model != NULL ? model->name : NULL);
    json_out_text(out, "id", change->id);
    json_out_text(out, "remote_id", change->remote_id);
    json_out_text(out, "change", change->kind <= STORE_GONE ? kinds[change->kind] : "");
    if (entry_changed(&fields, s->json, weir_str(change->id))) {
        json_out_key(out, "fields");
        buf_add_str(out, fields);
    }
    stage_end(s->t);
    return true;
}

static void add_changes(struct trace *t, const struct trace_range *range, struct weir_str json)
{
    struct showing s = {.t = t, .range = range, .json = json};
    struct store_reader *reader = NULL;

    if (range->first > 0 && store_reader_open(&reader, t->store, NULL) == 0) {
        (void)store_changes(reader, t->integration, range->first - 1, show_change, &s, NULL);
    }
    store_reader_close(reader);
}

/* ---- looking forward ---- */

static void show_events(struct trace *t, const struct store_log *entry)
{
    struct canonical_walk walk;
    struct weir_str item;

    canonical_begin(&walk, canonical_get(entry->json, "events"));
    while (canonical_item(&walk, &item)) {
        keep_outcome(t->outcome, entry_text(item, "outcome"));
        if (stage_begin(t, "event", entry->at_ms)) {
            entry_put(&t->texts, item);
            stage_end(t);
        }
    }
}

static void forth_delivery(struct trace *t, const struct store_log *entry)
{
    int64_t received_ms = (int64_t)entry_uint(canonical_get(entry->json, "received_at_ms"));
    bool own = weir_str_is(canonical_get(entry->json, "own"), "true");

    if (!trace_has_delivery(t, entry_uint(canonical_get(entry->json, "delivery")))) {
        return;
    }
    keep_outcome(t->outcome, entry_text(entry->json, "outcome"));
    if (stage_begin(t, "received", received_ms)) {
        entry_put(&t->texts, entry->json);
        stage_end(t);
    }
    /* What does not pass is answered and never stored: it has no number. */
    if (!own && stage_begin(t, "verified", received_ms)) {
        stage_end(t);
    }
    show_events(t, entry);
}

static bool is_its_fetch(const struct trace *t, const struct store_log *entry,
                         const struct trace_range *range)
{
    if (t->by == TRACE_NOTIFICATION) {
        return range != NULL && trace_overlaps(t, range);
    }
    if (t->by == TRACE_RECORD) {
        /* With the tries before it. */
        return entry->seq == t->fetch.seq || (weir_str_equal(entry_text(entry->json, "id"), t->id) &&
                                              trace_has_any_delivery(t, entry->json));
    }
    if (entry->kind == STORE_LOG_SYNC || t->by == TRACE_SYNC) {
        return t->by == TRACE_SYNC && weir_str_equal(entry_text(entry->json, "sync"), t->id);
    }
    return trace_has_any_delivery(t, entry->json);
}

static void forth_fetch(struct trace *t, const struct store_log *entry)
{
    struct trace_range range;
    bool changed = entry_range(&range, entry->json);

    if (!is_its_fetch(t, entry, changed ? &range : NULL)) {
        return;
    }
    t->fetch_count++;
    keep_outcome(t->outcome, entry_text(entry->json, "outcome"));
    add_entry_stage(t, entry->kind == STORE_LOG_SYNC ? "sync" : "fetch", entry);
    if (changed) {
        if (t->by != TRACE_NOTIFICATION) {
            trace_add_range(t, &range);
        }
        add_changes(t, &range, entry->json);
    }
}

static void note_told(struct trace *t, struct weir_str id)
{
    if (t->told_count < TRACE_SET) {
        (void)snprintf(t->told[t->told_count++], ID_TEXT, "%.*s", WEIR_STR_ARG(id));
    }
}

static void forth_attempt(struct trace *t, const struct store_log *entry)
{
    struct weir_str id = entry_text(entry->json, "notification");
    struct trace_range range;
    bool is_its = t->by == TRACE_NOTIFICATION ? weir_str_equal(id, t->id)
                                              : entry_range(&range, entry->json) && trace_overlaps(t, &range);

    if (!is_its) {
        return;
    }
    if (!trace_is_told(t, id) &&
        stage_begin(t, "notification", (int64_t)entry_uint(canonical_get(entry->json, "made_at_ms")))) {
        json_out_str(&t->texts, "notification", id);
        json_out_str(&t->texts, "endpoint", entry_text(entry->json, "endpoint"));
        stage_end(t);
        note_told(t, id);
    }
    keep_outcome(t->attempted, entry_text(entry->json, "outcome"));
    add_entry_stage(t, "attempt", entry);
}

static bool look_forth(void *ctx, const struct store_log *entry)
{
    struct trace *t = ctx;

    if (++t->looks > LOOKS_MAX) {
        t->cut = true;
        return false;
    }
    if (entry->integration != t->integration) {
        return true;
    }
    if (entry->kind == STORE_LOG_DELIVERY) {
        forth_delivery(t, entry);
    } else if (entry->kind == STORE_LOG_FETCH || entry->kind == STORE_LOG_SYNC) {
        forth_fetch(t, entry);
    } else if (entry->kind == STORE_LOG_ATTEMPT) {
        forth_attempt(t, entry);
    }
    return true;
}

static bool add_waiting(void *ctx, const struct store_notification *n)
{
    struct trace *t = ctx;
    struct trace_range range = {.first = n->first_change, .last = n->last_change};
    bool is_its = t->by == TRACE_NOTIFICATION
                      ? weir_str_is(t->id, n->id)
                      : n->integration == t->integration && n->first_change != 0 && trace_overlaps(t, &range);

    if (is_its && !trace_is_told(t, weir_str(n->id))) {
        t->waiting_count++;
        if (stage_begin(t, "notification", n->created_at_ms)) {
            json_out_text(&t->texts, "notification", n->id);
            admin_put_endpoint(t->list->r, &t->texts, n->endpoint);
            json_out_text(&t->texts, "outcome", "waiting");
            stage_end(t);
        }
    }
    return ++t->looks < OUTBOX_LOOKS;
}

int trace_follow(struct trace *t, struct weir_error *err)
{
    struct store_log_place place;
    int rc;

    buf_init(&t->texts, TEXTS_MAX);
    rc = find(t, err);
    if (rc != 0) {
        return rc;
    }
    t->looks = 0;
    if (t->begin.seq != 0) { /* 0: no entry of it is known yet */
        place = (struct store_log_place){.at_ms = t->begin.at_ms, .seq = t->begin.seq - 1};
        rc = store_log_follow(&place, t->store, 0, 0, look_forth, t, err);
    }
    if (rc == 0 && t->by == TRACE_NOTIFICATION && t->fetch_count == 0 && t->range_count > 0) {
        add_changes(t, &t->ranges[0], weir_str("{}")); /* of none that is known */
    }
    t->looks = 0;
    if (rc == 0) {
        rc = store_outbox(t->store, 0, 0, add_waiting, t, err);
    }
    return rc == 0 ? buf_check(&t->texts, "the stages of a trace", err) : rc;
}

void trace_fini(struct trace *t)
{
    buf_fini(&t->texts);
}

const char *trace_end(const struct trace *t)
{
    if (t->told_count > 0) {
        return t->attempted;
    }
    if (t->waiting_count > 0) {
        return "waiting";
    }
    if (t->change_count > 0) {
        return "not_told";
    }
    return strcmp(t->outcome, "fetched") == 0 ? "unchanged" : t->outcome;
}
