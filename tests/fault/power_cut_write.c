/*
 * The writing half: deliveries come in from several threads, a worker per integration applies them, a sender
 * books attempts. What each has been told goes into the record as a line:
 *
 *   opened                                   the store is there
 *   delivery <integration> <number> <tag>    2xx: it is in the inbox
 *   applied <integration> <number> <tag>     its record is stored, it has left the inbox
 *   made <endpoint> <notification>           a notification waits
 *   trying <endpoint> <notification>         from here on it may be found or not
 *   delivered <endpoint> <notification>      it has left the outbox
 *   dead <endpoint> <notification> <id>      it is a dead letter (which has a number of its own)
 *   state <integration> <value>              a connector's value is stored
 */
#include "power_cut.h"

#include "base/thread.h"
#include "recorder.h"

#include <inttypes.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#define APPENDERS 3
#define WINDOW 4   /* appends of one thread under way */
#define BACKLOG 10 /* of an integration */
#define AT_ONCE 4  /* deliveries in one apply */

struct writing {
    struct cut_store s;
    unsigned int tags;
    unsigned int expected[INTEGRATIONS];
    sem_t room[INTEGRATIONS]; /* below the backlog */
    sem_t came[INTEGRATIONS]; /* a post per delivery */
    sem_t made;               /* a post per notification to try, and one at the end */
    atomic_bool over;
};

/* A thread of this half and its number. */
struct hand {
    struct writing *w;
    unsigned int number;
    sem_t window;
    pthread_t thread;
};

/* ---- taking in -------------------------------------------------------------------------------------- */

struct append {
    struct hand *hand;
    unsigned int tag;
    bool again;
};

static void on_appended(void *ctx, int rc, const struct store_appended *appended,
                        const struct weir_error *err)
{
    struct append *a = ctx;
    struct writing *w = a->hand->w;
    size_t i = tag_integration(a->tag);

    if (rc != 0 || appended->duplicate != a->again) {
        give_up("append", rc, err);
    }
    if (!a->again) {
        recorder_promise("delivery %" PRIu32 " %" PRIu64 " %u", w->s.integrations[i], appended->seq, a->tag);
        (void)sem_post(&w->came[i]);
    }
    (void)sem_post(&a->hand->window);
    free(a);
}

static void append(struct hand *hand, unsigned int tag, bool again)
{
    struct append *a = calloc(1, sizeof *a);
    char body[BODY_MAX];
    uint8_t dedup[STORE_HASH];
    struct store_delivery d = {.integration = hand->w->s.integrations[tag_integration(tag)],
                               .kind = STORE_DELIVERY,
                               .received_at_ms = 1,
                               .dedup = dedup,
                               .head = weir_bytes("head", 4)};

    if (a == NULL) {
        give_up("no memory", 0, NULL);
    }
    *a = (struct append){.hand = hand, .tag = tag, .again = again};
    d.body = weir_bytes(body, tag_body(body, tag));
    tag_dedup(dedup, tag);
    (void)sem_wait(&hand->window);
    store_append_delivery(hand->w->s.st, &d, on_appended, a);
}

static void *appender_run(void *arg)
{
    struct hand *hand = arg;

    for (unsigned int tag = hand->number; tag < hand->w->tags; tag += APPENDERS) {
        (void)sem_wait(&hand->w->room[tag_integration(tag)]);
        append(hand, tag, false);
        if (tag % 10 == 0) {
            append(hand, tag, true);
        }
    }
    for (int i = 0; i < WINDOW; i++) {
        (void)sem_wait(&hand->window);
    }
    return NULL;
}

/* ---- applying --------------------------------------------------------------------------------------- */

struct item {
    uint64_t seq;
    unsigned int tag;
};

/* Records of one apply, and what they point at. */
struct batch {
    struct hand *hand;
    struct item items[AT_ONCE];
    size_t count;
    uint64_t done[AT_ONCE];
    struct store_record_in records[2 * AT_ONCE];
    size_t record_count;
    char remote[2 * AT_ONCE][8], id[2 * AT_ONCE][ID_TEXT], json[2 * AT_ONCE][32];
    uint8_t hash[2 * AT_ONCE][STORE_HASH];
    struct store_ref_in ref[2 * AT_ONCE];
    char target[2 * AT_ONCE][ID_TEXT];
    sem_t over;
};

static bool on_item(void *ctx, const struct store_inbox_item *item)
{
    struct batch *b = ctx;
    char body[BODY_MAX];
    unsigned int tag;

    if (item->body.len < 6) {
        give_up("a delivery is too short", 0, NULL);
    }
    memcpy(body, item->body.data, 6);
    body[6] = '\0';
    tag = (unsigned int)strtoul(body, NULL, 10);
    b->done[b->count] = item->seq;
    b->items[b->count++] = (struct item){item->seq, tag};
    return b->count < AT_ONCE;
}

static void on_broken(void *ctx, uint64_t seq)
{
    (void)ctx;
    (void)seq;
    give_up("a delivery cannot be read", 0, NULL);
}

/* Of a record that stands twice in a batch the later version is the one. */
static void batch_record(struct batch *b, uint8_t model, unsigned int record, uint64_t version)
{
    char remote[8];
    char id[ID_TEXT];
    size_t i = 0;

    record_names(remote, id, model, record);
    while (i < b->record_count && strcmp(b->remote[i], remote) != 0) {
        i++;
    }
    if (i == b->record_count) {
        b->record_count++;
    }
    memcpy(b->remote[i], remote, sizeof remote);
    memcpy(b->id[i], id, sizeof id);
    (void)snprintf(b->json[i], sizeof b->json[i], "{\"v\":%" PRIu64 "}", version);
    memset(b->hash[i], 0, STORE_HASH);
    memcpy(b->hash[i], &version, sizeof version);
    b->records[i] = (struct store_record_in){.model = model,
                                             .id = b->id[i],
                                             .remote_id = weir_str(b->remote[i]),
                                             .json = weir_str(b->json[i]),
                                             .hash = b->hash[i]};
    if (model == MODEL_CONTRACT) {
        record_names(remote, b->target[i], MODEL_PERSON, record);
        b->ref[i] = (struct store_ref_in){.slot = 1, .id = b->target[i]};
        b->records[i].refs = &b->ref[i];
        b->records[i].ref_count = 1;
    }
}

static void promise_made(struct writing *w, const struct store_due *due, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        recorder_promise("made %" PRIu32 " %" PRIu64, due[i].endpoint, due[i].seq);
        if (due[i].endpoint == w->s.endpoints[0]) {
            (void)sem_post(&w->made);
        }
    }
}

static void on_applied(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err)
{
    struct batch *b = ctx;
    struct writing *w = b->hand->w;

    if (rc != 0) {
        give_up("apply", rc, err);
    }
    for (size_t i = 0; i < b->count; i++) {
        recorder_promise("applied %" PRIu32 " %" PRIu64 " %u", w->s.integrations[b->hand->number],
                         b->items[i].seq, b->items[i].tag);
    }
    promise_made(w, applied->due, applied->due_count);
    (void)sem_post(&b->over);
}

static void on_gathered(void *ctx, int rc, const struct store_due *due, size_t count, int64_t next_due_ms,
                        const struct weir_error *err)
{
    struct batch *b = ctx;

    (void)next_due_ms;
    if (rc != 0) {
        give_up("gather", rc, err);
    }
    promise_made(b->hand->w, due, count);
    (void)sem_post(&b->over);
}

static void batch_apply(struct batch *b, uint32_t integration)
{
    struct store_apply in = {
        .integration = integration, .records = b->records, .done = b->done, .done_count = b->count};

    b->record_count = 0;
    for (size_t i = 0; i < b->count; i++) {
        batch_record(b, MODEL_PERSON, tag_record(b->items[i].tag), b->items[i].seq);
        batch_record(b, MODEL_CONTRACT, tag_record(b->items[i].tag), b->items[i].seq);
    }
    in.record_count = b->record_count;
    store_apply(b->hand->w->s.st, &in, on_applied, b);
    (void)sem_wait(&b->over);
}

static void put_state(struct writing *w, uint32_t integration, uint64_t value)
{
    struct weir_error err;
    int rc =
        store_state_put(w->s.st, integration, weir_str("cursor"), weir_bytes(&value, sizeof value), &err);

    if (rc != 0) {
        give_up("state", rc, &err);
    }
    recorder_promise("state %" PRIu32 " %" PRIu64, integration, value);
}

static void *worker_run(void *arg)
{
    struct hand *hand = arg;
    struct writing *w = hand->w;
    uint32_t integration = w->s.integrations[hand->number];
    struct batch b = {.hand = hand};
    unsigned int done = 0;

    (void)sem_init(&b.over, 0, 0);
    for (unsigned int round = 1; done < w->expected[hand->number]; round++) {
        struct weir_error err;
        int rc;

        (void)sem_wait(&w->came[hand->number]);
        b.count = 0;
        rc = store_inbox_read(w->s.st, integration, 0, AT_ONCE, on_item, on_broken, &b, &err);
        if (rc != 0) {
            give_up("reading the inbox", rc, &err);
        }
        if (b.count == 0) {
            continue;
        }
        batch_apply(&b, integration);
        done += (unsigned int)b.count;
        for (size_t i = 0; i < b.count; i++) {
            (void)sem_post(&w->room[hand->number]);
        }
        if (round % 4 == 0) {
            put_state(w, integration, b.done[0]);
        }
        if (round % 3 == 0) {
            store_gather(w->s.st, clock_now_ms(clock_system()) + 1000, on_gathered, &b);
            (void)sem_wait(&b.over);
        }
    }
    (void)sem_destroy(&b.over);
    return NULL;
}

/* ---- sending ---------------------------------------------------------------------------------------- */

struct sending {
    struct store_attempt attempt;
    char id[ID_TEXT];
    bool found;
    sem_t over;
};

/* Most are taken; some are sent again, some given up. */
static bool on_waiting(void *ctx, const struct store_notification *n)
{
    struct sending *s = ctx;

    s->found = true;
    memcpy(s->id, n->id, sizeof s->id);
    s->attempt = (struct store_attempt){.endpoint = n->endpoint,
                                        .due_ms = n->due_ms,
                                        .seq = n->seq,
                                        .outcome = STORE_DELIVERED,
                                        .next_due_ms = n->due_ms + 5,
                                        .counts = true,
                                        .status = 200};
    if (n->seq / 2 % 4 == 1 && n->attempts == 0) {
        s->attempt.outcome = STORE_RETRY;
        s->attempt.status = 503;
    } else if (n->seq / 2 % 4 == 2) {
        s->attempt.outcome = STORE_DEAD;
        s->attempt.status = 400;
    }
    return false;
}

static void on_attempted(void *ctx, int rc, const struct weir_error *err)
{
    struct sending *s = ctx;

    if (rc != 0) {
        give_up("attempt", rc, err);
    }
    if (s->attempt.outcome == STORE_DELIVERED) {
        recorder_promise("delivered %" PRIu32 " %" PRIu64, s->attempt.endpoint, s->attempt.seq);
    } else if (s->attempt.outcome == STORE_DEAD) {
        recorder_promise("dead %" PRIu32 " %" PRIu64 " %s", s->attempt.endpoint, s->attempt.seq, s->id);
    }
    (void)sem_post(&s->over);
}

static void *sender_run(void *arg)
{
    struct hand *hand = arg;
    struct writing *w = hand->w;
    struct sending s = {.found = false};

    (void)sem_init(&s.over, 0, 0);
    for (;;) {
        struct weir_error err;
        int64_t next_due_ms;
        int rc;

        (void)sem_wait(&w->made);
        if (atomic_load(&w->over)) {
            break;
        }
        do {
            s.found = false;
            rc = store_outbox_read(w->s.st, w->s.endpoints[0], INT64_MAX / 2, 0, 0, 1, on_waiting, &s,
                                   &next_due_ms, &err);
            if (rc != 0) {
                give_up("reading the outbox", rc, &err);
            }
            if (s.found) {
                if (s.attempt.outcome != STORE_RETRY) {
                    recorder_promise("trying %" PRIu32 " %" PRIu64, s.attempt.endpoint, s.attempt.seq);
                }
                store_attempt(w->s.st, &s.attempt, on_attempted, &s);
                (void)sem_wait(&s.over);
            }
        } while (s.found && s.attempt.outcome == STORE_RETRY);
    }
    (void)sem_destroy(&s.over);
    return NULL;
}

/* ---- all of it -------------------------------------------------------------------------------------- */

static void hand_start(struct hand *hand, struct writing *w, unsigned int number, enum thread_role role,
                       void *(*run)(void *))
{
    struct weir_error err;
    int rc;

    hand->w = w;
    hand->number = number;
    (void)sem_init(&hand->window, 0, WINDOW);
    rc = thread_start(&hand->thread, role, "cut", run, hand, &err);
    if (rc != 0) {
        give_up("a thread", rc, &err);
    }
}

static void hands_join(struct hand *hands, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)pthread_join(hands[i].thread, NULL);
        (void)sem_destroy(&hands[i].window);
    }
}

static void work(struct writing *w)
{
    struct hand appenders[APPENDERS];
    struct hand workers[INTEGRATIONS];
    struct hand sender;

    for (unsigned int i = 0; i < INTEGRATIONS; i++) {
        hand_start(&workers[i], w, i, THREAD_WORKER, worker_run);
    }
    hand_start(&sender, w, 0, THREAD_CLIENT, sender_run);
    for (unsigned int i = 0; i < APPENDERS; i++) {
        hand_start(&appenders[i], w, i, THREAD_WORKER, appender_run);
    }
    hands_join(appenders, APPENDERS);
    hands_join(workers, INTEGRATIONS);
    atomic_store(&w->over, true);
    (void)sem_post(&w->made);
    hands_join(&sender, 1);
}

int power_cut_write(const char *dir, const char *record_path, unsigned int tags)
{
    struct writing w = {.tags = tags};
    struct weir_error err;
    int rc;

    for (unsigned int tag = 0; tag < tags; tag++) {
        w.expected[tag_integration(tag)]++;
    }
    for (size_t i = 0; i < INTEGRATIONS; i++) {
        (void)sem_init(&w.room[i], 0, BACKLOG);
        (void)sem_init(&w.came[i], 0, 0);
    }
    (void)sem_init(&w.made, 0, 0);
    recorder_start(record_path);
    rc = cut_store_open(&w.s, dir, &err);
    if (rc != 0) {
        give_up("open", rc, &err);
    }
    recorder_promise("opened");
    work(&w);
    cut_store_close(&w.s);
    recorder_stop();
    for (size_t i = 0; i < INTEGRATIONS; i++) {
        (void)sem_destroy(&w.room[i]);
        (void)sem_destroy(&w.came[i]);
    }
    (void)sem_destroy(&w.made);
    return 0;
}
