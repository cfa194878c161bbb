/* Whose turn it is in a long queue: one integration that waits holds up nobody else, and none is overtaken.
 */
#include "../store/fixture.h"

#include "flow/dispatch_internal.h"

#define MANY 3000
#define CROWD 8
#define CROWD_EACH 20

struct queue {
    struct fixture *f;
    struct dispatch d;
    struct endpoint *e;
    struct outgoing *sent[64]; /* on their way */
    size_t sent_count;
    uint64_t last[CROWD + 1]; /* number of the last one that was taken, per integration */
    size_t delivered;
};

static struct queue *queue_new(void)
{
    struct queue *q = calloc(1, sizeof *q);

    EXPECT(q != NULL);
    q->f = fixture_new();
    q->d.store = q->f->st;
    q->d.clock = &q->f->clock;
    q->e = calloc(1, sizeof *q->e);
    EXPECT(q->e != NULL);
    q->e->order = DISPATCH_PER_INTEGRATION;
    q->e->row.number = route_all(q->f);
    return q;
}

static void queue_free(struct queue *q)
{
    while (q->sent_count > 0) {
        free(q->sent[--q->sent_count]);
    }
    dispatch_ready_clear(q->e);
    free(q->e->passed);
    free(q->e);
    fixture_free(q->f);
    free(q);
}

/* count messages of an integration, in one go. */
static void queue_put(struct queue *q, uint32_t integration, size_t count)
{
    struct answer last;

    answer_init(&last);
    for (size_t i = 0; i < count; i++) {
        store_notify(q->f->st, STORE_EVENT_SYNC_FINISHED, integration, weir_bytes("{}", 2),
                     i + 1 == count ? on_due : NULL, &last);
    }
    EXPECT_INT(0, answer_wait(&last));
}

/* The next one whose turn it is; NULL: none. Each look at the outbox is bounded. */
static struct outgoing *queue_take(struct queue *q)
{
    struct endpoint *e = q->e;
    struct outgoing *o;

    (void)order_next_ms(e, fixture_now(q->f));
    for (int i = 0; e->ready_first == NULL && (i == 0 || e->reading_on); i++) {
        EXPECT(i < MANY);
        order_refill(&q->d, e, fixture_now(q->f));
    }
    o = e->ready_first;
    if (o == NULL) {
        return NULL;
    }
    e->ready_first = o->next;
    e->ready_last = e->ready_first == NULL ? NULL : e->ready_last;
    e->ready_count--;
    e->unbooked[e->unbooked_count].seq = o->seq;
    e->unbooked[e->unbooked_count++].integration = o->integration;
    q->sent[q->sent_count++] = o;
    return o;
}

static void unbook(struct queue *q, size_t n)
{
    struct outgoing *o = q->sent[n];

    for (uint32_t i = 0; i < q->e->unbooked_count; i++) {
        if (q->e->unbooked[i].seq == o->seq) {
            q->e->unbooked[i] = q->e->unbooked[--q->e->unbooked_count];
            break;
        }
    }
    q->sent[n] = q->sent[--q->sent_count];
    free(o);
}

/* The nth on its way was taken by the application, or it said no and is tried again later. */
static void queue_end(struct queue *q, size_t n, bool good, int64_t again_ms)
{
    const struct outgoing *o = q->sent[n];
    struct store_attempt in = {.endpoint = q->e->row.number,
                               .due_ms = o->due_ms,
                               .seq = o->seq,
                               .outcome = good ? STORE_DELIVERED : STORE_RETRY,
                               .next_due_ms = o->due_ms,
                               .counts = true};

    if (good) {
        q->delivered++;
    } else {
        order_hold(q->e, o->integration, o->due_ms, o->seq, fixture_now(q->f) + again_ms);
    }
    EXPECT_INT(0, attempt(q->f, &in));
    unbook(q, n);
}

TEST(behind_a_long_queue_of_one_that_fails_another_is_sent_and_the_queue_keeps_its_order)
{
    UNUSED_STATE;
    struct queue *q = queue_new();
    struct outgoing *o;
    uint64_t first;

    queue_put(q, 1, MANY);
    queue_put(q, 2, 2);
    queue_put(q, 1, 10);
    queue_put(q, 3, 1);
    o = queue_take(q);
    EXPECT(o != NULL && o->integration == 1);
    first = o->seq;
    queue_end(q, 0, false, 60000);
    o = queue_take(q);
    EXPECT(o != NULL && o->integration == 2);
    queue_end(q, 0, true, 0);
    o = queue_take(q);
    EXPECT(o != NULL && o->integration == 3);
    queue_end(q, 0, true, 0);
    o = queue_take(q);
    EXPECT(o != NULL && o->integration == 2);
    queue_end(q, 0, true, 0);
    EXPECT(queue_take(q) == NULL);
    queue_put(q, 2, 1); /* a new one has not to pass the queue again */
    o = queue_take(q);
    EXPECT(o != NULL && o->integration == 2);
    queue_end(q, 0, true, 0);
    pass_ms(q->f, 60000);
    for (uint64_t i = 0; i < 20; i++) {
        o = queue_take(q);
        EXPECT(o != NULL && o->integration == 1);
        EXPECT_INT(first + i, o->seq);
        EXPECT(queue_take(q) == NULL); /* one at a time */
        queue_end(q, 0, true, 0);
    }
    queue_free(q);
}

TEST(one_that_could_not_be_booked_is_next_again)
{
    UNUSED_STATE;
    struct queue *q = queue_new();
    struct outgoing *o;
    uint64_t seq;

    queue_put(q, 1, 3);
    o = queue_take(q);
    EXPECT(o != NULL);
    seq = o->seq;
    unbook(q, 0);
    order_rewind(q->e);
    o = queue_take(q);
    EXPECT(o != NULL);
    EXPECT_INT(seq, o->seq);
    queue_free(q);
}

TEST(when_the_clock_goes_back_what_comes_then_is_seen)
{
    UNUSED_STATE;
    struct queue *q = queue_new();
    struct outgoing *o;

    queue_put(q, 1, 2);
    o = queue_take(q);
    EXPECT(o != NULL);
    queue_end(q, 0, false, 1000000);
    EXPECT(queue_take(q) == NULL);
    pass_ms(q->f, -30000);
    queue_put(q, 2, 1);
    o = queue_take(q);
    EXPECT(o != NULL && o->integration == 2);
    queue_free(q);
}

static uint32_t draw(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

/* None of an integration goes while an earlier one of it is on its way or failed. */
static void expect_turn(struct queue *q, const struct outgoing *o)
{
    EXPECT(o->seq >= q->last[o->integration]);
    for (size_t i = 0; i + 1 < q->sent_count; i++) {
        EXPECT(q->sent[i]->integration != o->integration);
    }
    q->last[o->integration] = o->seq;
}

static void play(uint32_t seed)
{
    struct queue *q = queue_new();
    uint32_t state = seed;
    size_t put = 0;

    for (int step = 0; q->delivered < CROWD * CROWD_EACH; step++) {
        EXPECT(step < 100000);
        if (put < CROWD * CROWD_EACH && draw(&state, 2) == 0) {
            size_t count = 1 + draw(&state, 8);

            count = count < CROWD * CROWD_EACH - put ? count : CROWD * CROWD_EACH - put;
            queue_put(q, 1 + draw(&state, CROWD), count);
            put += count;
        }
        if (q->sent_count < 4) {
            const struct outgoing *o = queue_take(q);

            if (o != NULL) {
                expect_turn(q, o);
            } else if (q->sent_count == 0) {
                pass_ms(q->f, 100);
            }
        }
        if (q->sent_count > 0 && draw(&state, 2) == 0) {
            size_t n = draw(&state, (uint32_t)q->sent_count);
            bool good = draw(&state, 4) != 0;

            queue_end(q, n, good, 50 + draw(&state, 500));
        }
        if (draw(&state, 50) == 0) {
            order_rewind(q->e); /* at any time */
        }
    }
    EXPECT(queue_take(q) == NULL);
    EXPECT_INT(0, waiting_count(q->f));
    queue_free(q);
}

TEST(whatever_fails_each_integration_keeps_its_order_and_all_are_delivered)
{
    UNUSED_STATE;
    for (uint32_t seed = 1; seed <= 3; seed++) {
        play(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(behind_a_long_queue_of_one_that_fails_another_is_sent_and_the_queue_keeps_its_order),
        UNIT(one_that_could_not_be_booked_is_next_again),
        UNIT(when_the_clock_goes_back_what_comes_then_is_seen),
        UNIT(whatever_fails_each_integration_keeps_its_order_and_all_are_delivered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
