#include "engine.h"

#include "store/keys.h"

TEST(an_integration_is_made_once_with_a_number_and_a_secret)
{
    struct engine *e = engine_new();
    struct store_integration a;
    struct store_integration b;
    struct store_integration again;

    UNUSED_STATE;
    EXPECT_INT(0, store_integration_ensure(&a, e->st, "tool:one", NULL));
    EXPECT_INT(0, store_integration_ensure(&b, e->st, "tool:two", NULL));
    EXPECT_INT(1, a.number);
    EXPECT_INT(2, b.number);
    EXPECT_STR("tool:one", a.id);
    EXPECT_INT(43, strlen(a.secrets[0]));
    EXPECT_STR("", a.secrets[1]);
    EXPECT(strcmp(a.secrets[0], b.secrets[0]) != 0);
    EXPECT(a.created_at_ms >= ENGINE_T0 && a.created_at_ms < ENGINE_T0 + 10);
    engine_reopen(e);
    EXPECT_INT(0, store_integration_ensure(&again, e->st, "tool:one", NULL));
    EXPECT_INT(1, again.number);
    EXPECT_STR(a.secrets[0], again.secrets[0]);
    EXPECT_INT(0, store_integration_ensure(&again, e->st, "tool:three", NULL));
    EXPECT_INT(3, again.number);
    EXPECT_INT(WEIR_E_INVALID, store_integration_ensure(&again, e->st, "", NULL));
    EXPECT_INT(3, again.number);
    engine_free(e);
}

TEST(a_row_comes_back_as_it_was_written)
{
    struct engine *e = engine_new();
    struct store_integration row;
    struct store_integration got;

    UNUSED_STATE;
    EXPECT_INT(0, store_integration_ensure(&row, e->st, "tool:one", NULL));
    row.state = STORE_INVALID;
    row.first_sync_done = true;
    row.last_full_sync_ms = 1;
    row.last_delta_sync_ms = 2;
    row.next_sync_ms = 3;
    row.last_delivery_ms = 4;
    row.seen_until_ms = 5;
    row.scope_digest = UINT64_MAX;
    row.auth_failed_since_ms = 6;
    memcpy(row.secrets[1], row.secrets[0], sizeof row.secrets[0]);
    (void)snprintf(row.secrets[0], sizeof row.secrets[0], "newer");
    row.secret_rotated_at_ms = 7;
    memset(row.problem, 'p', sizeof row.problem - 1);
    row.subscription_state = 4;
    row.subscription_checked_ms = 8;
    (void)snprintf(row.subscription_remote_id, sizeof row.subscription_remote_id, "sub-1");
    (void)snprintf(row.subscription_detail, sizeof row.subscription_detail, "a person has to look");
    row.subscription_since_ms = 9;
    row.subscription_probed_ms = 10;
    row.delivery_gap_ms = 11;
    row.delivery_gap_count = 12;
    row.webhook_missed = 13;
    row.told_state = STORE_INACTIVE;
    row.deleted_at_ms = 14;
    store_integration_put(e->st, &row, NULL, NULL);
    engine_reopen(e);
    EXPECT_INT(0, store_integration_ensure(&got, e->st, "tool:one", NULL));
    EXPECT_INT(row.number, got.number);
    EXPECT_INT(row.state, got.state);
    EXPECT(got.first_sync_done);
    EXPECT_INT(1, got.last_full_sync_ms);
    EXPECT_INT(2, got.last_delta_sync_ms);
    EXPECT_INT(3, got.next_sync_ms);
    EXPECT_INT(4, got.last_delivery_ms);
    EXPECT_INT(5, got.seen_until_ms);
    EXPECT(got.scope_digest == UINT64_MAX);
    EXPECT_INT(6, got.auth_failed_since_ms);
    EXPECT_STR("newer", got.secrets[0]);
    EXPECT_STR(row.secrets[1], got.secrets[1]);
    EXPECT_INT(7, got.secret_rotated_at_ms);
    EXPECT_STR(row.problem, got.problem);
    EXPECT_INT(4, got.subscription_state);
    EXPECT_INT(8, got.subscription_checked_ms);
    EXPECT_STR("sub-1", got.subscription_remote_id);
    EXPECT_STR("a person has to look", got.subscription_detail);
    EXPECT_INT(9, got.subscription_since_ms);
    EXPECT_INT(10, got.subscription_probed_ms);
    EXPECT_INT(11, got.delivery_gap_ms);
    EXPECT_INT(12, got.delivery_gap_count);
    EXPECT_INT(13, got.webhook_missed);
    EXPECT_INT(STORE_INACTIVE, got.told_state);
    EXPECT_INT(14, got.deleted_at_ms);
    engine_free(e);
}

struct rows {
    char ids[4][STORE_INTEGRATION_ID_MAX];
    size_t count, most;
};

static bool on_row(void *ctx, const struct store_integration *row)
{
    struct rows *rows = ctx;

    EXPECT_STR("", row->secrets[0]);
    EXPECT(row->number > 0);
    (void)snprintf(rows->ids[rows->count++], sizeof rows->ids[0], "%s", row->id);
    return rows->count < rows->most;
}

TEST(all_rows_are_read_in_the_order_of_their_ids_without_secrets)
{
    struct engine *e = engine_new();
    struct store_integration row;
    struct rows all = {.most = 4};
    struct rows two = {.most = 2};

    UNUSED_STATE;
    EXPECT_INT(0, store_integrations(e->st, on_row, &all, NULL));
    EXPECT_INT(0, all.count);
    EXPECT_INT(0, store_integration_ensure(&row, e->st, "tool:c", NULL));
    EXPECT_INT(0, store_integration_ensure(&row, e->st, "tool:a", NULL));
    EXPECT_INT(0, store_integration_ensure(&row, e->st, "tool:b", NULL));
    EXPECT_INT(0, store_integrations(e->st, on_row, &all, NULL));
    EXPECT_INT(3, all.count);
    EXPECT_STR("tool:a", all.ids[0]);
    EXPECT_STR("tool:c", all.ids[2]);
    EXPECT_INT(0, store_integrations(e->st, on_row, &two, NULL));
    EXPECT_INT(2, two.count);
    engine_free(e);
}

struct put_result {
    sem_t over;
    int rc;
};

static void on_put(void *ctx, int rc, const struct weir_error *err)
{
    struct put_result *p = ctx;

    EXPECT((rc == 0) == (err == NULL));
    p->rc = rc;
    (void)sem_post(&p->over);
}

TEST(a_row_that_was_never_made_is_not_written)
{
    struct engine *e = engine_new();
    struct store_integration row = {.number = 5, .id = "tool:other"};
    struct put_result p = {.rc = 1};

    UNUSED_STATE;
    (void)sem_init(&p.over, 0, 0);
    store_integration_put(e->st, &row, on_put, &p);
    (void)sem_wait(&p.over);
    (void)sem_destroy(&p.over);
    EXPECT_INT(WEIR_E_NONE, p.rc);
    engine_free(e);
}

TEST(a_connector_value_is_put_read_replaced_and_deleted)
{
    struct engine *e = engine_new();
    struct weir_str token = weir_str("token");
    char value[16];
    size_t len = 99;

    UNUSED_STATE;
    EXPECT_INT(WEIR_E_NONE, store_state_get(e->st, 1, token, value, sizeof value, &len, NULL));
    EXPECT_INT(99, len);
    EXPECT_INT(0, store_state_put(e->st, 1, token, weir_bytes("first", 5), NULL));
    EXPECT_INT(0, store_state_put(e->st, 1, token, weir_bytes("second", 6), NULL));
    EXPECT_INT(0, store_state_put(e->st, 2, token, weir_bytes("other", 5), NULL));
    engine_reopen(e);
    EXPECT_INT(0, store_state_get(e->st, 1, token, value, sizeof value, &len, NULL));
    EXPECT(len == 6 && memcmp(value, "second", 6) == 0);
    EXPECT_INT(WEIR_E_LIMIT, store_state_get(e->st, 1, token, value, 5, &len, NULL));
    EXPECT_INT(6, len);
    EXPECT_INT(0, store_state_put(e->st, 1, token, weir_bytes(NULL, 0), NULL));
    EXPECT_INT(0, store_state_put(e->st, 1, token, weir_bytes(NULL, 0), NULL));
    EXPECT_INT(WEIR_E_NONE, store_state_get(e->st, 1, token, value, sizeof value, &len, NULL));
    EXPECT_INT(0, store_state_get(e->st, 2, token, value, sizeof value, &len, NULL));
    engine_free(e);
}

TEST(a_value_or_key_out_of_bounds_is_refused)
{
    struct engine *e = engine_new();
    uint8_t *large = calloc(1, 70000);
    uint8_t *back = malloc(70000);
    char key[200];
    size_t len = 0;

    UNUSED_STATE;
    memset(key, 'k', sizeof key);
    EXPECT_INT(WEIR_E_INVALID, store_state_put(e->st, 1, weir_str(""), weir_bytes("x", 1), NULL));
    EXPECT_INT(WEIR_E_INVALID, store_state_put(e->st, 1, weir_str_n(key, 200), weir_bytes("x", 1), NULL));
    EXPECT_INT(WEIR_E_LIMIT, store_state_put(e->st, 1, weir_str("k"), weir_bytes(large, 70000), NULL));
    EXPECT_INT(0, store_state_put(e->st, 1, weir_str("k"), weir_bytes(large, 16384), NULL));
    EXPECT_INT(0, store_state_get(e->st, 1, weir_str("k"), back, 70000, &len, NULL));
    EXPECT_INT(16384, len);
    free(large);
    free(back);
    engine_free(e);
}

/* As before the lifecycle was kept: without what came behind the time of the deletion. */
static int age_row(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    uint8_t old[4096];
    struct weir_bytes value;
    struct key key;
    const size_t life = 6 * 8 + 2;
    int rc = db_get(&value, txn, DB_INTEGRATIONS, key_text(&key, "tool:one"), err);

    (void)op;
    EXPECT_INT(0, rc);
    EXPECT(value.len > life && value.len <= sizeof old);
    memcpy(old, value.data, value.len);
    return db_put(txn, DB_INTEGRATIONS, key_span(&key), weir_bytes(old, value.len - life), err);
}

static struct store_integration aged(bool first_sync_done)
{
    struct engine *e = engine_new();
    struct store_op op = {.run = age_row};
    struct store_integration row;

    EXPECT_INT(0, store_integration_ensure(&row, e->st, "tool:one", NULL));
    row.first_sync_done = first_sync_done;
    store_integration_put(e->st, &row, NULL, NULL);
    EXPECT_INT(0, store_submit_wait(e->st, &op, NULL));
    memset(&row, 0, sizeof row);
    EXPECT_INT(0, store_integration_ensure(&row, e->st, "tool:one", NULL));
    engine_free(e);
    return row;
}

TEST(a_row_of_before_is_what_its_first_sync_made_of_it)
{
    struct store_integration row = aged(true);

    UNUSED_STATE;
    EXPECT_INT(STORE_SETUP_COMPLETED, row.life.setup);
    EXPECT_INT(STORE_QA_PASSED, row.life.qa);
    EXPECT_INT(STORE_SETUP_COMPLETED, row.life.told_setup); /* nobody is told anew */
    EXPECT_INT(STORE_QA_PASSED, row.life.told_qa);
    EXPECT(!row.life.off);
    row = aged(false);
    EXPECT_INT(STORE_SETUP_SYNC_PENDING, row.life.setup);
    EXPECT_INT(STORE_QA_PENDING, row.life.qa);
}

TEST(keys_sort_as_numbers_do_and_read_back)
{
    struct key a;
    struct key b;
    uint32_t integration = 0;
    uint64_t seq = 0;
    uint16_t chunk = 0;
    int64_t ms = 0;
    uint8_t model = 0;
    uint8_t slot = 0;
    char id[ID_TEXT];
    char other[ID_TEXT];
    const char *one = "111111111111111111111111";
    const char *two = "222222222222222222222222";

    UNUSED_STATE;
    (void)key_inbox(&a, 255, 65535, 1);
    (void)key_inbox(&b, 256, 1, 0);
    EXPECT(memcmp(a.bytes, b.bytes, a.len) < 0);
    EXPECT(key_inbox_decode(&integration, &seq, &chunk, key_span(&a)));
    EXPECT(integration == 255 && seq == 65535 && chunk == 1);
    EXPECT(key_by_change_decode(&integration, &model, &ms, id, key_by_change(&a, 7, 3, ENGINE_T0, one)));
    EXPECT(integration == 7 && model == 3 && ms == ENGINE_T0 && strcmp(id, one) == 0);
    EXPECT(key_by_ref_decode(&integration, id, &model, &slot, other, key_by_ref(&a, 7, one, 3, 9, two)));
    EXPECT(integration == 7 && model == 3 && slot == 9 && strcmp(id, one) == 0 && strcmp(other, two) == 0);
    EXPECT(key_outbox_decode(&integration, &ms, &seq, key_outbox(&a, 4, -5, 6)));
    EXPECT(integration == 4 && ms == 0 && seq == 6);
    EXPECT(key_record_decode(&integration, &model, id, key_record(&a, 4, 2, two)));
    EXPECT(!key_record_decode(&integration, &model, id, key_records_of(&a, 4, 2)));
    EXPECT(!key_u64_decode(&seq, key_u32(&a, 4)));
    EXPECT(key_has_prefix(key_mark(&a, 9, 2, two), key_marks_of(&b, 9, 2)));
    EXPECT(!key_has_prefix(key_marks_of(&a, 9, 2), key_mark(&b, 9, 2, two)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_integration_is_made_once_with_a_number_and_a_secret),
        UNIT(a_row_comes_back_as_it_was_written),
        UNIT(all_rows_are_read_in_the_order_of_their_ids_without_secrets),
        UNIT(a_row_that_was_never_made_is_not_written),
        UNIT(a_connector_value_is_put_read_replaced_and_deleted),
        UNIT(a_value_or_key_out_of_bounds_is_refused),
        UNIT(a_row_of_before_is_what_its_first_sync_made_of_it),
        UNIT(keys_sort_as_numbers_do_and_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
