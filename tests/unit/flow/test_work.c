/* The work queue: turns, coalescing, dirty marks, and when a delivery may leave the inbox. */
#include "expect.h"

#include "flow/work.h"

#include <stdlib.h>

static int64_t fake_now_ms(void *ctx)
{
    return *(int64_t *)ctx;
}

static int64_t fake_mono_us(void *ctx)
{
    return *(int64_t *)ctx * 1000;
}

struct bench {
    int64_t now_ms;
    struct clock clock;
    struct work *work;
    struct integration *integrations[3];
    struct weir_connector connector;
    uint64_t next_seq;
};

static void bench_init(struct bench *b)
{
    struct weir_error err = {0};

    memset(b, 0, sizeof *b);
    b->now_ms = 1000000;
    b->clock = (struct clock){.now_ms = fake_now_ms, .mono_us = fake_mono_us, .ctx = &b->now_ms};
    b->work = work_new(&b->clock, 1000, 60000, 0);
    for (uint32_t i = 0; i < 3; i++) {
        struct integration *it = integration_new();

        it->number = i + 1;
        (void)snprintf(it->id, sizeof it->id, "tool:%u", i + 1);
        it->connector = &b->connector;
        b->integrations[i] = it;
        EXPECT_INT(0, work_attach(b->work, it, false, &err));
    }
    /* The first turn of each lane opens its instance. */
    for (int i = 0; i < 3; i++) {
        struct unit unit;

        EXPECT(work_take(&unit, b->work));
        EXPECT_INT(UNIT_OPEN, unit.kind);
        work_give_back(b->work, &unit);
    }
}

static void bench_fini(struct bench *b)
{
    work_free(b->work);
    for (int i = 0; i < 3; i++) {
        integration_unref(b->integrations[i]);
    }
}

static uint64_t deliver(struct bench *b, uint32_t integration)
{
    struct store_inbox_item item = {.seq = ++b->next_seq, .integration = integration, .kind = STORE_DELIVERY};

    work_deliver(b->work, &item, 0);
    return item.seq;
}

static struct unit take(struct bench *b, enum unit_kind kind)
{
    struct unit unit;

    EXPECT(work_take(&unit, b->work));
    EXPECT_INT(kind, unit.kind);
    return unit;
}

/* All arrivals of the unit name this employee. */
static void look(struct bench *b, struct unit *unit, const char *remote_id)
{
    const struct model *model = model_find(weir_str("hris_employees"));
    struct weir_ref ref = {.model = weir_str(model->name), .remote_id = weir_str(remote_id)};

    for (size_t i = 0; i < unit->arrival_count; i++) {
        EXPECT_INT(0, work_look(b->work, unit->lane, unit->arrivals[i], &ref, model, NULL, NULL));
        EXPECT(!work_parsed(b->work, unit->arrivals[i]));
    }
}

static size_t finish(struct bench *b, struct unit *unit, uint64_t *closing, uint64_t *rest)
{
    size_t count = work_closing(b->work, unit->target, closing);

    EXPECT_INT(0, work_done(b->work, unit->integration->number, unit->target, closing, count, rest));
    return count;
}

TEST(a_burst_for_one_record_is_one_target)
{
    struct bench b;
    struct unit unit;
    uint64_t closing[64];
    uint64_t rest[64];

    UNUSED_STATE;
    bench_init(&b);
    for (int i = 0; i < 40; i++) {
        deliver(&b, 1);
    }
    unit = take(&b, UNIT_DELIVERIES);
    EXPECT_INT(40, unit.arrival_count);
    look(&b, &unit, "3003");
    work_give_back(b.work, &unit);

    unit = take(&b, UNIT_TARGET);
    EXPECT_STR("3003", unit.target->remote_id);
    EXPECT_INT(40, unit.target->attached_count);
    EXPECT_INT(40, finish(&b, &unit, closing, rest));
    work_give_back(b.work, &unit);
    bench_fini(&b);
}

TEST(an_event_during_the_fetch_leads_to_exactly_one_more)
{
    struct bench b;
    struct unit fetching;
    struct unit unit;
    struct target *first;
    uint64_t closing[8];
    uint64_t rest[8];
    size_t count;

    UNUSED_STATE;
    bench_init(&b);
    deliver(&b, 1);
    unit = take(&b, UNIT_DELIVERIES);
    look(&b, &unit, "7");
    work_give_back(b.work, &unit);
    fetching = take(&b, UNIT_TARGET);

    /* Two more arrive while it is fetched; the lane is busy, so they wait. */
    deliver(&b, 1);
    deliver(&b, 1);
    first = fetching.target;
    count = work_closing(b.work, first, closing);
    EXPECT_INT(1, count);
    work_give_back(b.work, &fetching);

    unit = take(&b, UNIT_DELIVERIES);
    EXPECT_INT(2, unit.arrival_count);
    look(&b, &unit, "7");
    work_give_back(b.work, &unit);
    unit = take(&b, UNIT_TARGET);
    EXPECT_INT(2, unit.target->attached_count);

    /* The first one's commit ends now: only its own delivery is done. */
    EXPECT_INT(0, work_done(b.work, 1, first, closing, count, rest));
    EXPECT_INT(2, finish(&b, &unit, closing, rest));
    work_give_back(b.work, &unit);
    bench_fini(&b);
}

TEST(a_delivery_of_two_records_leaves_with_the_second)
{
    const struct model *model = model_find(weir_str("hris_employees"));
    struct weir_ref refs[2] = {{.model = weir_str(model->name), .remote_id = weir_str("1")},
                               {.model = weir_str(model->name), .remote_id = weir_str("2")}};
    struct bench b;
    struct unit unit;
    struct unit second;
    uint64_t seq;
    uint64_t closing[8];
    uint64_t rest[8];

    UNUSED_STATE;
    bench_init(&b);
    seq = deliver(&b, 1);
    unit = take(&b, UNIT_DELIVERIES);
    for (int i = 0; i < 2; i++) {
        EXPECT_INT(0, work_look(b.work, unit.lane, unit.arrivals[0], &refs[i], model, NULL, NULL));
    }
    EXPECT(!work_parsed(b.work, unit.arrivals[0]));
    work_give_back(b.work, &unit);

    unit = take(&b, UNIT_TARGET);
    EXPECT_INT(0, work_closing(b.work, unit.target, closing));
    work_give_back(b.work, &unit);
    second = take(&b, UNIT_TARGET);
    /* Both are on their way to the store, so neither may take the delivery along ... */
    EXPECT_INT(0, work_closing(b.work, second.target, closing));
    EXPECT_INT(0, work_done(b.work, 1, unit.target, NULL, 0, rest));
    /* ... and whichever is durable last books it. */
    EXPECT_INT(1, work_done(b.work, 1, second.target, NULL, 0, rest));
    EXPECT_INT(seq, rest[0]);
    work_give_back(b.work, &second);
    bench_fini(&b);
}

TEST(a_crowded_tenant_delays_a_quiet_one_by_one_unit)
{
    struct bench b;
    struct unit unit;

    UNUSED_STATE;
    bench_init(&b);
    for (int i = 0; i < 1000; i++) {
        deliver(&b, 1);
    }
    unit = take(&b, UNIT_DELIVERIES);
    EXPECT_INT(1, unit.integration->number);
    deliver(&b, 2);
    work_arrivals_again(b.work, unit.lane, unit.arrivals, unit.arrival_count);
    work_give_back(b.work, &unit);

    unit = take(&b, UNIT_DELIVERIES);
    EXPECT_INT(2, unit.integration->number);
    work_arrivals_again(b.work, unit.lane, unit.arrivals, unit.arrival_count);
    work_give_back(b.work, &unit);
    unit = take(&b, UNIT_DELIVERIES);
    EXPECT_INT(1, unit.integration->number);
    work_arrivals_again(b.work, unit.lane, unit.arrivals, unit.arrival_count);
    work_give_back(b.work, &unit);
    bench_fini(&b);
}

TEST(what_could_not_be_stored_is_looked_at_again_with_what_came_since)
{
    struct bench b;
    struct unit unit;
    struct unit again;
    uint64_t closing[8];
    uint64_t rest[8];

    UNUSED_STATE;
    bench_init(&b);
    deliver(&b, 1);
    unit = take(&b, UNIT_DELIVERIES);
    look(&b, &unit, "9");
    work_give_back(b.work, &unit);
    unit = take(&b, UNIT_TARGET);
    deliver(&b, 1);
    work_give_back(b.work, &unit);
    again = take(&b, UNIT_DELIVERIES);
    look(&b, &again, "9");
    work_again(b.work, 1, unit.target, 0); /* its commit failed */
    work_give_back(b.work, &again);

    again = take(&b, UNIT_TARGET);
    EXPECT_INT(2, again.target->attached_count);
    EXPECT_INT(2, finish(&b, &again, closing, rest));
    work_give_back(b.work, &again);
    bench_fini(&b);
}

TEST(a_lane_that_fails_twice_waits_and_others_do_not)
{
    struct bench b;
    struct unit unit;

    UNUSED_STATE;
    bench_init(&b);
    deliver(&b, 1);
    unit = take(&b, UNIT_DELIVERIES);
    EXPECT_INT(1000, work_failed(b.work, unit.lane));
    EXPECT_INT(2000, work_failed(b.work, unit.lane));
    work_arrivals_again(b.work, unit.lane, unit.arrivals, unit.arrival_count);
    work_give_back(b.work, &unit);

    deliver(&b, 2);
    unit = take(&b, UNIT_DELIVERIES);
    EXPECT_INT(2, unit.integration->number);
    work_arrivals_again(b.work, unit.lane, unit.arrivals, unit.arrival_count);
    /* The second one is still busy, so whatever comes next is the first one, when its time has come. */
    b.now_ms += 2001;
    {
        struct unit first = take(&b, UNIT_DELIVERIES);

        EXPECT_INT(1, first.integration->number);
        work_succeeded(b.work, first.lane);
        work_arrivals_again(b.work, first.lane, first.arrivals, first.arrival_count);
        work_give_back(b.work, &first);
    }
    work_give_back(b.work, &unit);
    bench_fini(&b);
}

TEST(more_than_the_window_stays_on_disk_and_is_read_later)
{
    struct bench b;
    struct work_stats stats;
    struct unit unit;

    UNUSED_STATE;
    bench_init(&b);
    for (int i = 0; i < 5000; i++) {
        deliver(&b, 1);
    }
    work_stats(&stats, b.work);
    EXPECT_INT(4096, stats.arrivals);
    unit = take(&b, UNIT_DELIVERIES);
    work_arrivals_again(b.work, unit.lane, unit.arrivals, unit.arrival_count);
    work_give_back(b.work, &unit);
    bench_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_burst_for_one_record_is_one_target),
        UNIT(an_event_during_the_fetch_leads_to_exactly_one_more),
        UNIT(a_delivery_of_two_records_leaves_with_the_second),
        UNIT(a_crowded_tenant_delays_a_quiet_one_by_one_unit),
        UNIT(what_could_not_be_stored_is_looked_at_again_with_what_came_since),
        UNIT(a_lane_that_fails_twice_waits_and_others_do_not),
        UNIT(more_than_the_window_stays_on_disk_and_is_read_later),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
