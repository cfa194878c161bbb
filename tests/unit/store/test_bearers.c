/* bearers: keys made at run time, of which only the hash is kept. */
#include "fixture.h"

#include "store/bearers.h"

struct rows {
    struct store_bearer row[4];
    size_t count;
};

static bool rows_add(void *ctx, const struct store_bearer *row)
{
    struct rows *all = ctx;

    EXPECT(all->count < 4);
    all->row[all->count++] = *row;
    return true;
}

static struct rows rows_of(struct fixture *f)
{
    struct rows all = {.count = 0};

    EXPECT_INT(0, store_bearers(f->st, rows_add, &all, NULL));
    return all;
}

static struct store_bearer bearer(const char *name, uint8_t fill)
{
    struct store_bearer row = {.surface = STORE_BEARER_ADMIN, .role = 2};

    (void)snprintf(row.name, sizeof row.name, "%s", name);
    (void)snprintf(row.prefix, sizeof row.prefix, "weir_Ab3dEf");
    memset(row.digest, fill, sizeof row.digest);
    return row;
}

static int add(struct fixture *f, const char *name, uint8_t fill)
{
    struct store_bearer row = bearer(name, fill);

    return store_bearer_add(&row, f->st, NULL);
}

TEST(a_key_is_there_after_a_restart_with_all_that_was_said_of_it)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_bearer row = bearer("ci", 7);
    struct rows all;

    row.expires_at_ms = FIXTURE_T0 + 1000;
    (void)snprintf(row.made_by, sizeof row.made_by, "ops");
    (void)snprintf(row.filter, sizeof row.filter, "personio:acme,okta:*");
    EXPECT_INT(0, store_bearer_add(&row, f->st, NULL));
    EXPECT(row.created_at_ms >= FIXTURE_T0 && row.created_at_ms < FIXTURE_T0 + 1000);
    fixture_reopen(f);
    all = rows_of(f);
    EXPECT_INT(1, all.count);
    EXPECT(memcmp(&row, &all.row[0], sizeof row) == 0);
    fixture_free(f);
}

TEST(a_name_in_force_is_taken_and_one_that_ended_is_free)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_bearer row = bearer("brief", 1);

    row.expires_at_ms = FIXTURE_T0 + 1000;
    EXPECT_INT(0, store_bearer_add(&row, f->st, NULL));
    EXPECT_INT(WEIR_E_CONFIG, add(f, "brief", 2));
    pass_ms(f, 5000);
    EXPECT_INT(0, add(f, "brief", 3));
    EXPECT_INT(0, store_bearer_revoke(f->st, weir_str("brief"), NULL));
    EXPECT_INT(WEIR_E_NONE, store_bearer_revoke(f->st, weir_str("brief"), NULL));
    EXPECT_INT(0, add(f, "brief", 4));
    EXPECT_INT(4, rows_of(f).row[0].digest[0]);
    EXPECT_INT(0, rows_of(f).row[0].revoked_at_ms);
    fixture_free(f);
}

TEST(a_use_is_noted_for_the_key_it_was_and_never_goes_back)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_bearer row = bearer("app", 5);
    uint8_t other[CRYPTO_SHA256] = {9};

    EXPECT_INT(0, store_bearer_add(&row, f->st, NULL));
    store_bearer_used(f->st, "app", row.digest, 2000);
    store_bearer_used(f->st, "app", row.digest, 1000);
    store_bearer_used(f->st, "app", other, 3000);
    store_bearer_used(f->st, "nobody", other, 3000);
    fixture_reopen(f);
    EXPECT_INT(2000, rows_of(f).row[0].last_used_ms);
    EXPECT_INT(1, rows_of(f).count);
    fixture_free(f);
}

TEST(keys_that_ended_long_ago_are_pruned_and_others_stay)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_bearer row = bearer("expires", 1);

    row.expires_at_ms = FIXTURE_T0 + 1000;
    EXPECT_INT(0, store_bearer_add(&row, f->st, NULL));
    EXPECT_INT(0, add(f, "lives", 2));
    EXPECT_INT(0, add(f, "revoked", 3));
    pass_ms(f, 2000);
    EXPECT_INT(0, store_bearer_revoke(f->st, weir_str("revoked"), NULL));
    store_prune(f->st, &(struct store_retention){.audit_before_ms = FIXTURE_T0 + 1500});
    fixture_reopen(f);
    EXPECT_INT(2, rows_of(f).count);
    EXPECT_STR("lives", rows_of(f).row[0].name);
    store_prune(f->st, &(struct store_retention){.audit_before_ms = INT64_MAX});
    fixture_reopen(f);
    EXPECT_INT(1, rows_of(f).count);
    fixture_free(f);
}

struct raw_op {
    struct store_op op;
    const char *name;
    struct weir_bytes value;
};

static int raw_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    const struct raw_op *raw = (const struct raw_op *)op;

    return db_put(txn, DB_KEYS, weir_bytes(raw->name, strlen(raw->name)), raw->value, err);
}

static void put_raw(struct fixture *f, const char *name, const void *bytes, size_t len)
{
    struct raw_op raw = {.op = {.run = raw_run}, .name = name, .value = weir_bytes(bytes, len)};

    EXPECT_INT(0, store_submit_wait(f->st, &raw.op, NULL));
}

TEST(a_damaged_row_opens_nothing_and_can_be_replaced)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint8_t bytes[80] = {1, 2, 3};

    put_raw(f, "short", bytes, 10);
    memset(bytes + 67, 0xff, sizeof bytes - 67); /* a text beyond the end */
    put_raw(f, "text", bytes, sizeof bytes);
    EXPECT_INT(0, add(f, "whole", 1));
    EXPECT_INT(1, rows_of(f).count);
    EXPECT_INT(WEIR_E_NONE, store_bearer_revoke(f->st, weir_str("short"), NULL));
    EXPECT_INT(0, add(f, "short", 2));
    EXPECT_INT(2, rows_of(f).count);
    fixture_free(f);
}

TEST(a_name_that_cannot_be_one_is_refused)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    EXPECT_INT(WEIR_E_INVALID, add(f, "", 1));
    EXPECT_INT(WEIR_E_NONE, store_bearer_revoke(f->st, weir_str(""), NULL));
    EXPECT_INT(WEIR_E_NONE, store_bearer_revoke(f->st, weir_str_n("a\0b", 3), NULL));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_key_is_there_after_a_restart_with_all_that_was_said_of_it),
        UNIT(a_name_in_force_is_taken_and_one_that_ended_is_free),
        UNIT(a_use_is_noted_for_the_key_it_was_and_never_goes_back),
        UNIT(keys_that_ended_long_ago_are_pruned_and_others_stay),
        UNIT(a_damaged_row_opens_nothing_and_can_be_replaced),
        UNIT(a_name_that_cannot_be_one_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
