/* Each allocation of what flow packs, signs and queues fails in turn. */
#include "base/sign.h"
#include "expect.h"
#include "flow/dispatch.h"
#include "flow/events_body.h"
#include "flow/head.h"
#include "flow/work.h"
#include "scarce.h"

#include <stdlib.h>

/* ---- packing ---------------------------------------------------------------------------------------- */

struct packing {
    struct buf out;
    char want[4096];
    size_t want_len;
};

static const struct weir_header headers[] = {{{"X-Event", 7}, {"person.updated", 14}},
                                             {{"X-Other", 7}, {"is not kept", 11}},
                                             {{"x-id", 4}, {"018f", 4}}};

static int pack(void *ctx, struct weir_error *err)
{
    static const char *const kept[] = {"x-event", "x-id", NULL};
    const struct weir_request request = {.method = weir_str("POST"),
                                         .tail = weir_str("/token"),
                                         .query = weir_str("a=1"),
                                         .headers = headers,
                                         .header_count = 3};
    struct packing *p = ctx;

    buf_init(&p->out, HEAD_MAX);
    head_pack(&p->out, &request, kept);
    return buf_check(&p->out, "the head", err);
}

static int write_events(void *ctx, struct weir_error *err)
{
    const struct weir_ref refs[] = {{weir_str("hris_employees"), weir_str("3003"), weir_str("")},
                                    {weir_str("hris_absences"), weir_str("fd19"), weir_str("3003")}};
    const struct weir_event events[] = {
        {.type = weir_str("person.updated"), .upstream_id = weir_str("018f"), .refs = refs, .ref_count = 2},
        {.type = weir_str("ping")}};
    struct packing *p = ctx;

    buf_init(&p->out, sizeof p->want);
    events_body_write(&p->out, events, 2);
    return buf_check(&p->out, "the events", err);
}

static int sign(void *ctx, struct weir_error *err)
{
    struct packing *p = ctx;
    struct weir_bytes body = weir_bytes("{}", 2);
    int rc;

    buf_init(&p->out, sizeof p->want);
    rc = sign_standard(&p->out, weir_str("whsec_AAECAwQFBgcICQoLDA0ODxAREhM="), weir_str("id"), 1, body, err);
    if (rc == 0) {
        rc = sign_standard(&p->out, weir_str("an invented old secret"), weir_str("id"), 1, body, err);
    }
    if (rc == 0) {
        rc = sign_kombo(&p->out, weir_str("an invented secret"), body, err);
    }
    return rc == 0 ? buf_check(&p->out, "the signatures", err) : rc;
}

static void look_at_packed(void *ctx, int rc)
{
    struct packing *p = ctx;

    if (rc == 0) {
        EXPECT_INT(p->want_len, p->out.len);
        EXPECT(memcmp(p->want, p->out.data, p->want_len) == 0);
    }
    buf_fini(&p->out);
}

static long try_pack(int (*call)(void *ctx, struct weir_error *err))
{
    struct packing *p = calloc(1, sizeof *p);
    long count;

    EXPECT_INT(0, call(p, NULL));
    p->want_len = p->out.len;
    memcpy(p->want, p->out.data, p->out.len);
    buf_fini(&p->out);
    count = scarce_try(&(struct scarce_trial){.call = call, .look = look_at_packed, .ctx = p});
    free(p);
    return count;
}

TEST(the_head_of_a_delivery_is_whole_or_there_was_no_memory)
{
    UNUSED_STATE;
    EXPECT(try_pack(pack) > 0);
}

TEST(events_of_our_own_are_whole_or_there_was_no_memory)
{
    UNUSED_STATE;
    EXPECT(try_pack(write_events) > 0);
}

TEST(a_signature_is_right_or_there_was_no_memory)
{
    UNUSED_STATE;
    EXPECT(try_pack(sign) > 0);
}

/* ---- reading ---------------------------------------------------------------------------------------- */

static int count_refs(void *ctx, const struct weir_event *event, struct weir_error *err)
{
    (void)err;
    *(size_t *)ctx += event->ref_count;
    return 0;
}

static int read_events(void *ctx, struct weir_error *err)
{
    static const char body[] = "[{\"type\":\"a\",\"at\":1,\"refs\":[{\"model\":\"m\",\"remote_id\":\"1\"}]},"
                               "{\"type\":\"b\",\"at\":1,\"refs\":[{\"model\":\"m\",\"remote_id\":\"2\"}]}]";

    *(size_t *)ctx = 0;
    return events_body_read(weir_bytes(body, sizeof body - 1), count_refs, ctx, err);
}

static void look_at_read(void *ctx, int rc)
{
    if (rc == 0) {
        EXPECT_INT(2, *(size_t *)ctx);
    }
}

TEST(events_of_our_own_are_not_called_broken_for_lack_of_memory)
{
    size_t refs = 0;

    UNUSED_STATE;
    EXPECT(scarce_try(&(struct scarce_trial){.call = read_events, .look = look_at_read, .ctx = &refs}) > 0);
}

/* ---- queueing --------------------------------------------------------------------------------------- */

#define DELIVERIES 3

static int64_t now_ms(void *ctx)
{
    return *(int64_t *)ctx;
}

static int64_t mono_us(void *ctx)
{
    return *(int64_t *)ctx * 1000;
}

struct queueing {
    int64_t now_ms;
    struct clock clock;
    struct weir_connector connector;
    struct integration *integration;
    struct work *work;
};

static struct store_inbox_item item_of(uint64_t seq)
{
    return (struct store_inbox_item){.seq = seq,
                                     .integration = 1,
                                     .kind = STORE_DELIVERY,
                                     .head = weir_bytes("h", 1),
                                     .body = weir_bytes("body", 4)};
}

static void queueing_init(struct queueing *q)
{
    memset(q, 0, sizeof *q);
    q->now_ms = 1000000;
    q->clock = (struct clock){.now_ms = now_ms, .mono_us = mono_us, .ctx = &q->now_ms};
    q->work = work_new(&q->clock, 1000, 60000, 0);
    q->integration = integration_new();
    q->integration->number = 1;
    (void)snprintf(q->integration->id, sizeof q->integration->id, "tool:one");
    q->integration->connector = &q->connector;
}

static void queueing_fini(struct queueing *q)
{
    work_free(q->work);
    integration_unref(q->integration);
}

/* From the queue, or read again from the inbox where the queue had no room for it. */
static void collect(struct queueing *q, bool came[DELIVERIES + 1])
{
    size_t count = 0;

    while (count < DELIVERIES) {
        struct unit unit;

        EXPECT(work_take(&unit, q->work));
        for (size_t i = 0; i < unit.arrival_count; i++) {
            struct arrival *arrival = unit.arrivals[i];

            EXPECT(arrival->seq >= 1 && arrival->seq <= DELIVERIES && !came[arrival->seq]);
            came[arrival->seq] = true;
            count++;
            EXPECT(work_parsed(q->work, arrival));
            work_booked(q->work, unit.lane, arrival);
        }
        if (unit.kind == UNIT_LOAD) {
            size_t loaded = 0;

            for (uint64_t seq = unit.loaded_seq + 1; seq <= DELIVERIES; seq++) {
                struct store_inbox_item item = item_of(seq);

                if (!came[seq]) {
                    EXPECT(work_load(q->work, unit.lane, &item));
                    loaded++;
                }
            }
            work_load_end(q->work, unit.lane, loaded, 1000);
        }
        work_give_back(q->work, &unit);
    }
}

static void deliver_scarcely(long nth, bool lasting, bool *failed)
{
    struct queueing q;
    bool came[DELIVERIES + 1] = {false};

    queueing_init(&q);
    EXPECT_INT(0, work_attach(q.work, q.integration, false, NULL));
    scarce_arm(nth, lasting);
    for (uint64_t seq = 1; seq <= DELIVERIES; seq++) {
        struct store_inbox_item item = item_of(seq);

        work_deliver(q.work, &item, 0);
    }
    *failed = scarce_disarm();
    collect(&q, came);
    queueing_fini(&q);
}

TEST(a_delivery_that_finds_no_memory_is_read_from_the_inbox_later)
{
    bool failed = true;

    UNUSED_STATE;
    for (int lasting = 0; lasting < 2; lasting++) {
        failed = true;
        for (long nth = 1; failed; nth++) {
            deliver_scarcely(nth, lasting == 1, &failed);
            EXPECT(failed || nth > DELIVERIES);
        }
    }
}

static int attach(void *ctx, struct weir_error *err)
{
    struct queueing *q = ctx;

    return work_attach(q->work, q->integration, false, err);
}

static void look_at_attached(void *ctx, int rc)
{
    (void)ctx;
    (void)rc;
}

TEST(an_integration_gets_its_lane_or_there_was_no_memory)
{
    struct queueing q;

    UNUSED_STATE;
    queueing_init(&q);
    (void)scarce_try(&(struct scarce_trial){.call = attach, .look = look_at_attached, .ctx = &q});
    queueing_fini(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_head_of_a_delivery_is_whole_or_there_was_no_memory),
        UNIT(events_of_our_own_are_whole_or_there_was_no_memory),
        UNIT(a_signature_is_right_or_there_was_no_memory),
        UNIT(events_of_our_own_are_not_called_broken_for_lack_of_memory),
        UNIT(a_delivery_that_finds_no_memory_is_read_from_the_inbox_later),
        UNIT(an_integration_gets_its_lane_or_there_was_no_memory),
    };

    scarce_jansson();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
