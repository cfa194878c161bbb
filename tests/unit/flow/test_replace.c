/* One integration takes the place of another: with another config, or on another version of its connector. */
#include "fixture.h"

#include "host/call.h"

/* The fixture's tool in its next version: the models in another order, and one less. */
static const struct weir_model_use next_models[] = {
    {"hris_employees", tool_fields, true, true, true, NULL},
    {"hris_teams", tool_fields, true, false, true, NULL},
};
static const struct weir_model_use fewer_models[] = {{"hris_teams", tool_fields, true, false, true, NULL}};

static struct weir_connector next_version(const struct weir_model_use *models, size_t count)
{
    struct weir_connector next = tool_connector;

    next.version = "2.0.0";
    next.models = models;
    next.model_count = count;
    return next;
}

/* As a reload does it. The one before is lent until the directory is reaped. */
static struct integration *replace(struct fixture *f, const struct weir_connector *connector)
{
    struct integration *before = f->it;
    struct integration *it = fixture_integration(f, before->id, NULL);

    integration_replace(it, before);
    it->connector = connector;
    f->it = it;
    EXPECT_INT(0, directory_take_all(f->directory, &it, 1, NULL));
    EXPECT_INT(0, flow_attach_all(f->flow, NULL));
    fixture_prepare(f, it);
    return before;
}

static void set_problem(struct store_integration *row, void *ctx)
{
    (void)snprintf(row->problem, sizeof row->problem, "%s", (const char *)ctx);
}

static void set_synced(struct store_integration *row, void *ctx)
{
    (void)ctx;
    row->first_sync_done = true;
}

TEST(what_the_old_one_still_brings_to_an_end_the_new_one_knows)
{
    struct fixture *f = fixture_new();
    struct integration *before = integration_ref(f->it);
    struct store_integration row;
    char why[] = "the tool says no";

    UNUSED_STATE;
    (void)replace(f, &tool_connector);
    integration_update(before, f->st, set_synced, NULL);
    integration_update(f->it, f->st, set_problem, why);
    integration_row(&row, f->it);
    EXPECT(row.first_sync_done);
    integration_unref(before);
    directory_reap(f->directory);
    EXPECT_INT(
        0, store_state_put(f->st, 1, weir_str("barrier"), weir_bytes("x", 1), NULL)); /* what came before */
    EXPECT_INT(0, store_integration_ensure(&row, f->st, f->it->id, NULL));
    EXPECT(row.first_sync_done);
    EXPECT_STR(why, row.problem);
    fixture_free(f);
}

TEST(a_sync_goes_on_with_a_table_in_another_order_and_reads_its_model_from_the_beginning)
{
    const struct weir_connector next = next_version(next_models, 2);
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    (void)sync_start(f, SYNC_FULL);
    sync_step(f); /* the teams */
    sync_step(f); /* the first page of people */
    EXPECT_STR("hris_employees", tool.last_model);
    (void)replace(f, &next);
    sync_step(f);
    EXPECT_STR("hris_employees", tool.last_model);
    EXPECT_STR("", tool.last_cursor);
    tool.calls = 1;
    while (sync_is_under_way(f)) {
        sync_step(f);
    }
    EXPECT_INT(PEOPLE_MAX / PAGE, tool.calls); /* the teams are not read again */
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_row(f).state);
    EXPECT(is_there(f, "0"));
    EXPECT(is_there(f, "6"));
    EXPECT_INT(0, sync_row(f).gone);
    fixture_free(f);
}

TEST(a_model_that_the_new_version_lacks_ends_its_reading_and_deletes_nothing)
{
    const struct weir_connector fewer = next_version(fewer_models, 1);
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    pass_ms(f, HOUR_MS);
    (void)sync_start(f, SYNC_FULL);
    sync_step(f);
    sync_step(f);
    (void)replace(f, &fewer);
    while (sync_is_under_way(f)) {
        sync_step(f);
    }
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_row(f).state);
    EXPECT_INT(0, sync_row(f).gone);
    EXPECT(is_there(f, "6"));
    fixture_free(f);
}

TEST(a_record_of_a_model_that_the_new_version_lacks_is_not_asked_for)
{
    const struct weir_connector fewer = next_version(fewer_models, 1);
    struct fixture *f = fixture_new();
    struct weir_ref ref = {.model = weir_str("hris_employees"), .remote_id = weir_str("3")};
    struct call_sink sink = {.ctx = NULL};
    struct weir_error err = {0};

    UNUSED_STATE;
    (void)replace(f, &fewer);
    EXPECT_INT(WEIR_E_UNSUPPORTED, call_record(atomic_load(&f->it->instance), &ref, &sink, &err));
    EXPECT_STR("connector tool 2.0.0 does not deliver hris_employees", err.message);
    fixture_free(f);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        UNIT(what_the_old_one_still_brings_to_an_end_the_new_one_knows),
        UNIT(a_sync_goes_on_with_a_table_in_another_order_and_reads_its_model_from_the_beginning),
        UNIT(a_model_that_the_new_version_lacks_ends_its_reading_and_deletes_nothing),
        UNIT(a_record_of_a_model_that_the_new_version_lacks_is_not_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
