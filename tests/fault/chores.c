#include "chores.h"

#include "store/audit.h"
#include "store/bearers.h"
#include "store/endpoints.h"
#include "store/fields.h"
#include "store/links.h"
#include "store/scopes.h"
#include "store/selection.h"

struct chore {
    const char *name;
    int (*run)(struct fixture *f);
};

/* ---- in and applied --------------------------------------------------------------------------------- */

static int append(struct fixture *f, uint8_t mark, size_t len)
{
    uint8_t dedup[STORE_HASH] = {mark};
    uint8_t body[9000];
    struct store_delivery d = {.integration = f->one,
                               .kind = STORE_DELIVERY,
                               .received_at_ms = FIXTURE_T0,
                               .dedup = dedup,
                               .head = weir_bytes("head", 4),
                               .body = weir_bytes(body, len)};
    struct answer a;
    int rc;

    memset(body, mark, sizeof body);
    answer_init(&a);
    store_append_delivery(f->st, &d, on_appended, &a);
    rc = answer_wait(&a);
    EXPECT(rc != 0 || !a.appended.duplicate); /* a try that failed leaves no mark */
    return rc;
}

static int append_small(struct fixture *f)
{
    return append(f, 1, 100);
}

static int append_large(struct fixture *f)
{
    return append(f, 2, 9000);
}

static bool first_seq(void *ctx, const struct store_inbox_item *item)
{
    *(uint64_t *)ctx = item->seq;
    return false;
}

static int inbox_first(uint64_t *seq, struct fixture *f)
{
    *seq = 0;
    return store_inbox_read(f->st, f->one, 0, 1, first_seq, NULL, seq, NULL);
}

static int apply_new(struct fixture *f)
{
    struct given given[3];
    struct store_record_in records[3];
    uint64_t done;
    int rc = inbox_first(&done, f);
    uint8_t seen[1][STORE_HASH] = {{9}};
    struct store_log_in log = {.kind = STORE_LOG_FETCH, .integration = f->one, .json = weir_str("{}")};
    struct store_apply in = {.integration = f->one,
                             .records = records,
                             .record_count = 3,
                             .done = &done,
                             .done_count = 1,
                             .seen = (const uint8_t(*)[STORE_HASH])seen,
                             .seen_count = 1,
                             .logs = &log,
                             .log_count = 1};

    if (rc != 0) {
        return rc;
    }
    give(&given[0], EMPLOYEE, "e1", "{\"a\":1}");
    give_ref(&given[0], 3, "g1");
    give(&given[1], EMPLOYMENT, "m1", "{\"b\":1}");
    give_ref(&given[1], 1, "e1");
    give(&given[2], GROUP, "g1", "{\"c\":1}");
    for (size_t i = 0; i < 3; i++) {
        records[i] = given[i].in;
    }
    return apply(f, &in).rc;
}

static int apply_changed(struct fixture *f)
{
    struct given given;
    struct id e1 = id_for("e1");
    struct store_complete_in complete = {.model = EMPLOYMENT, .slot = 1, .parent = e1.text};
    struct store_apply in = {.integration = f->one,
                             .records = &given.in,
                             .record_count = 1,
                             .completes = &complete,
                             .complete_count = 1};

    give(&given, GROUP, "g1", "{\"c\":2}");
    return apply(f, &in).rc;
}

static int apply_gone(struct fixture *f)
{
    struct id e1 = id_for("e1");
    struct store_gone_in gone = {.model = EMPLOYEE, .id = e1.text};
    struct store_aside_in aside = {.kind = STORE_ASIDE_DELIVERY,
                                   .code = WEIR_E_INVALID,
                                   .message = weir_str("it did not fit"),
                                   .what = weir_str("person.updated"),
                                   .head = weir_bytes("head", 4),
                                   .body = weir_bytes("body", 4)};
    struct store_apply in = {
        .integration = f->one, .gone = &gone, .gone_count = 1, .asides = &aside, .aside_count = 1};

    return apply(f, &in).rc;
}

static int aside_replay(struct fixture *f)
{
    uint64_t count = 0;

    return store_aside_replay(f->st, 0, 0, &count, NULL);
}

/* ---- out -------------------------------------------------------------------------------------------- */

static int gather_now(struct fixture *f)
{
    struct answer a;

    answer_init(&a);
    store_gather(f->st, fixture_now(f) + 100000, on_gathered, &a);
    return answer_wait(&a);
}

static int notify(struct fixture *f)
{
    struct answer a;

    answer_init(&a);
    store_notify(f->st, STORE_EVENT_SYNC_FINISHED, f->one, weir_bytes("{\"id\":\"%id%\"}", 13), on_due, &a);
    return answer_wait(&a);
}

static bool first_waiting(void *ctx, const struct store_notification *n)
{
    *(struct store_attempt *)ctx =
        (struct store_attempt){.endpoint = n->endpoint, .due_ms = n->due_ms, .seq = n->seq, .counts = true};
    return false;
}

static int attempt_first(struct fixture *f, int outcome)
{
    struct store_attempt in = {.endpoint = 0};
    int rc = store_outbox(f->st, 0, 0, first_waiting, &in, NULL);

    if (rc != 0) {
        return rc;
    }
    in.outcome = outcome;
    in.next_due_ms = in.due_ms + 1000;
    in.status = 500;
    in.error = "it did not answer";
    in.log_json = weir_str("{\"status\":500}");
    return attempt(f, &in);
}

static int attempt_again(struct fixture *f)
{
    return attempt_first(f, STORE_RETRY);
}

static int attempt_dead(struct fixture *f)
{
    return attempt_first(f, STORE_DEAD);
}

static int attempt_delivered(struct fixture *f)
{
    return attempt_first(f, STORE_DELIVERED);
}

static int dead_replay(struct fixture *f)
{
    uint64_t count = 0;

    return store_dead_replay(f->st, NULL, 0, &count, NULL);
}

static int sent_replay(struct fixture *f)
{
    struct store_selection sent = {.states = STORE_SELECT_SENT};
    uint64_t count = 0;

    return store_selection_replay(&count, f->st, &sent, NULL);
}

static int dead_discard(struct fixture *f)
{
    struct store_selection dead = {.states = STORE_SELECT_DEAD};
    uint64_t count = 0;

    return store_selection_discard(&count, f->st, &dead, weir_str("nobody wants it"), NULL);
}

static int endpoint_bury(struct fixture *f)
{
    uint64_t count = 0;

    return store_endpoint_bury(&count, f->st, "app", "its endpoint was removed", NULL);
}

/* ---- beside ----------------------------------------------------------------------------------------- */

static int state_put(struct fixture *f)
{
    return store_state_put(f->st, f->one, weir_str("token"), weir_bytes("invented", 8), NULL);
}

static int integration_new_one(struct fixture *f)
{
    struct store_integration row;

    return store_integration_ensure(&row, f->st, "tool:two", NULL);
}

static int integration_change(struct fixture *f)
{
    struct store_integration row = {.number = f->one, .id = "tool:one", .state = STORE_INVALID};
    struct answer a;

    answer_init(&a);
    store_integration_put(f->st, &row, on_done, &a);
    return answer_wait(&a);
}

static int endpoint_new_one(struct fixture *f)
{
    struct store_endpoint row;

    return store_endpoint_ensure(&row, f->st, "second", NULL);
}

static int sync_begin(struct fixture *f)
{
    struct store_sync sync = {.integration = f->one, .full = true, .started_at_ms = FIXTURE_T0};

    return store_sync_put(f->st, &sync, NULL);
}

static int sync_marks(struct fixture *f)
{
    struct given given;
    struct store_apply in = {.integration = f->one, .records = &given.in, .record_count = 1, .sync_run = 1};

    give(&given, ENTITY, "l1", "{}");
    return apply(f, &in).rc;
}

static int sync_sweep(struct fixture *f)
{
    struct answer a;

    answer_init(&a);
    store_sync_sweep(f->st, f->one, 1, GROUP, on_applied, &a);
    return answer_wait(&a);
}

static int model_clear(struct fixture *f)
{
    struct answer a;

    answer_init(&a);
    store_model_clear(f->st, f->one, ENTITY, on_applied, &a);
    return answer_wait(&a);
}

static int model_touch(struct fixture *f)
{
    struct answer a;

    answer_init(&a);
    store_model_touch(f->st, f->one, GROUP, on_applied, &a);
    return answer_wait(&a);
}

/* ---- of the environment ----------------------------------------------------------------------------- */

static int key_add(struct fixture *f)
{
    struct store_bearer row = {.name = "reader", .prefix = "wk_abc", .surface = STORE_BEARER_ADMIN};

    return store_bearer_add(&row, f->st, NULL);
}

static int key_revoke(struct fixture *f)
{
    return store_bearer_revoke(f->st, weir_str("reader"), NULL);
}

static const uint8_t link_hash[CRYPTO_SHA256] = {4};

static int link_put(struct fixture *f)
{
    struct store_link link = {
        .kind = STORE_LINK_CODE, .integration = f->one, .expires_at_ms = INT64_MAX, .text = weir_str("{}")};

    return store_link_put(f->st, link_hash, &link, NULL);
}

static int link_take(struct fixture *f)
{
    struct store_link link;
    struct buf text;
    int rc;

    buf_init(&text, STORE_LINK_TEXT_MAX);
    rc = store_link_take(&link, &text, f->st, link_hash, STORE_LINK_CODE, NULL);
    buf_fini(&text);
    return rc;
}

static int mapping_set(struct fixture *f)
{
    struct store_mapping mapping = {.model = EMPLOYEE, .key = "size", .custom = true, .from = "Shirt"};

    return store_mapping_set(f->st, f->one, &mapping, NULL);
}

static int custom_field_put(struct fixture *f)
{
    struct store_custom_field field = {.model = EMPLOYEE, .key = "size", .label = "Size"};

    return store_custom_field_put(f->st, &field, NULL);
}

static int scope_put(struct fixture *f)
{
    return store_scope_put(f->st, weir_str("narrow"), weir_str("{}"), NULL);
}

static int audit_put(struct fixture *f)
{
    return store_audit(f->st, weir_str("{\"action\":\"reload\"}"), NULL);
}

static const struct chore chores[CHORES] = {
    {"append a small delivery", append_small},
    {"append a large delivery", append_large},
    {"apply new records", apply_new},
    {"put a state", state_put},
    {"apply a changed record", apply_changed},
    {"touch all of a model", model_touch},
    {"apply a gone record", apply_gone},
    {"replay what was set aside", aside_replay},
    {"gather", gather_now},
    {"notify", notify},
    {"attempt, and again later", attempt_again},
    {"attempt, and give up", attempt_dead},
    {"replay a dead letter", dead_replay},
    {"attempt, and it is taken", attempt_delivered},
    {"send again what was sent", sent_replay},
    {"attempt that, and give up", attempt_dead},
    {"discard a dead letter", dead_discard},
    {"make an integration", integration_new_one},
    {"change an integration", integration_change},
    {"make an endpoint", endpoint_new_one},
    {"begin a sync", sync_begin},
    {"sync a record", sync_marks},
    {"sweep what was not seen", sync_sweep},
    {"clear a model", model_clear},
    {"make a key", key_add},
    {"revoke a key", key_revoke},
    {"make a link", link_put},
    {"take a link", link_take},
    {"map a field", mapping_set},
    {"make a custom field", custom_field_put},
    {"make a scope", scope_put},
    {"note what was done", audit_put},
    {"bury an endpoint's messages", endpoint_bury},
};

const char *chore_name(size_t n)
{
    return chores[n].name;
}

int chore_do(struct fixture *f, size_t n)
{
    return chores[n].run(f);
}

/* ---- what the store holds --------------------------------------------------------------------------- */

static void show_entry(struct buf *out, struct weir_bytes key, struct weir_bytes value)
{
    uint64_t sum = 14695981039346656037u;

    for (size_t i = 0; i < key.len; i++) {
        buf_printf(out, "%02x", key.data[i]);
    }
    for (size_t i = 0; i < value.len; i++) {
        sum = (sum ^ value.data[i]) * 1099511628211u;
    }
    buf_printf(out, " %zu %016llx\n", value.len, (unsigned long long)sum);
}

static void show_database(struct buf *out, struct store_txn *txn, enum store_db db, bool exact)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    size_t count = 0;
    int rc;

    EXPECT_INT(0, db_cursor_open(&cursor, txn, db, NULL));
    rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), NULL);
    while (rc == 0) {
        if (exact) {
            show_entry(out, key, value);
        }
        count++;
        rc = db_cursor_next(&key, &value, &cursor, NULL);
    }
    EXPECT_INT(WEIR_E_NONE, rc);
    db_cursor_close(&cursor);
    buf_printf(out, "%s: %zu\n", store_db_name(db), count);
}

static char *show_all(struct fixture *f, bool exact)
{
    struct store_txn txn;
    struct buf out;
    size_t len;

    buf_init(&out, (size_t)4 << 20);
    EXPECT_INT(0, store_read_begin(&txn, f->st, NULL));
    for (int db = 0; db < DB_COUNT; db++) {
        show_database(&out, &txn, (enum store_db)db, exact);
    }
    store_read_end(&txn);
    buf_add_char(&out, '\0');
    EXPECT(!out.failed);
    return buf_take(&len, &out);
}

char *chores_exact(struct fixture *f)
{
    return show_all(f, true);
}

char *chores_counts(struct fixture *f)
{
    return show_all(f, false);
}

void chores_expect_same(const char *chore, const char *what, char *want, char *got)
{
    if (strcmp(want, got) != 0) {
        print_error("%s: %s\n--- before\n%s--- after\n%s", chore, what, want, got);
    }
    EXPECT(strcmp(want, got) == 0);
    free(want);
    free(got);
}

struct fixture *chores_fixture(void)
{
    struct fixture *f = fixture_new();

    f->options.sent_bytes_max = (uint64_t)1 << 20;
    fixture_reopen(f);
    (void)route_all(f);
    return f;
}

char *chores_reference(void)
{
    struct fixture *f = chores_fixture();
    char *text;

    for (size_t n = 0; n < CHORES; n++) {
        int rc = chore_do(f, n);

        if (rc != 0) {
            fail_msg("%s: %d", chores[n].name, rc);
        }
    }
    text = chores_counts(f);
    fixture_free(f);
    return text;
}
