/*
 * The looking half: open what a power cut left and account for every promise made before it.
 *
 * Reads lines "<dir> <promises> <count>" and answers each with "ok" or with "bad" and what is wrong: "lost",
 * where a promise is broken, "torn", where things that belong together are not, "unusable" where the store
 * does not open or work.
 */
#include "power_cut_promises.h"

#include <inttypes.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdlib.h>

/* What the store says, and the verdict. */
struct look {
    struct cut_store s;
    struct promises promises;
    char verdict[512]; /* empty: all is well so far */

    uint64_t waiting_count;
    bool waits[TAGS_MAX]; /* in the inbox, as it was sent */
    uint64_t waiting_seq[TAGS_MAX];
    uint64_t version[INTEGRATIONS + 1][2][RECORDS];   /* by number; 0: no such record */
    uint64_t change[INTEGRATIONS + 1][2][RECORDS];    /* the last one's place in the log */
    uint64_t mentioned[INTEGRATIONS + 1][2][RECORDS]; /* in a notification that is kept */
    uint64_t record_count, outbox_count, dead_count;
    bool in_outbox[NOTIFICATIONS_MAX];
    char dead_ids[NOTIFICATIONS_MAX][ID_TEXT];
    uint32_t integration; /* being read */
};

static void bad(struct look *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void bad(struct look *l, const char *format, ...)
{
    va_list args;

    if (l->verdict[0] == '\0') {
        va_start(args, format);
        (void)vsnprintf(l->verdict, sizeof l->verdict, format, args);
        va_end(args);
    }
}

static void check_call(struct look *l, const char *what, int rc, const struct weir_error *err)
{
    if (rc != 0) {
        bad(l, "unusable: %s: %s", what, err->message);
    }
}

/* "p03" -> model's place and record; false: none of ours. */
static bool name_parse(unsigned int *model, unsigned int *record, const char *name)
{
    *model = name[0] == 'p' ? 0 : 1;
    *record = (unsigned int)strtoul(name + 1, NULL, 10);
    return (name[0] == 'p' || name[0] == 'c') && *record < RECORDS;
}

/* ---- reading ---------------------------------------------------------------------------------------- */

static bool on_item(void *ctx, const struct store_inbox_item *item)
{
    struct look *l = ctx;
    char want[BODY_MAX];
    char digits[8] = "";
    unsigned int tag;

    l->waiting_count++;
    memcpy(digits, item->body.data, item->body.len < 6 ? item->body.len : 6);
    tag = (unsigned int)strtoul(digits, NULL, 10) % TAGS_MAX;
    if (tag_body(want, tag) != item->body.len || memcmp(want, item->body.data, item->body.len) != 0 ||
        item->head.len != 4 || memcmp(item->head.data, "head", 4) != 0) {
        bad(l, "torn: delivery %" PRIu64 " of integration %" PRIu32 " has another body", item->seq,
            item->integration);
    } else if (l->waits[tag]) {
        bad(l, "torn: delivery with tag %u waits twice", tag);
    }
    l->waits[tag] = true;
    l->waiting_seq[tag] = item->seq;
    return true;
}

static void on_broken(void *ctx, uint64_t seq)
{
    bad(ctx, "torn: delivery %" PRIu64 " cannot be read", seq);
}

static bool on_record(void *ctx, const struct store_record *record)
{
    struct look *l = ctx;
    char text[64];
    unsigned int model;
    unsigned int number;

    l->record_count++;
    (void)snprintf(text, sizeof text, "%.*s", WEIR_STR_ARG(record->remote_id));
    if (!name_parse(&model, &number, text) || model + 1 != record->model) {
        bad(l, "torn: a record nobody stored: %s", text);
        return true;
    }
    (void)snprintf(text, sizeof text, "%.*s", WEIR_STR_ARG(record->json));
    if (sscanf(text, "{\"v\":%" SCNu64 "}", &l->version[l->integration][model][number]) != 1) {
        bad(l, "torn: record %u of model %u is not as it was stored", number, record->model);
    }
    return true;
}

static bool on_change(void *ctx, const struct store_change *change)
{
    struct look *l = ctx;
    unsigned int model;
    unsigned int number;

    if (name_parse(&model, &number, change->remote_id) &&
        change->seq > l->change[l->integration][model][number]) {
        l->change[l->integration][model][number] = change->seq;
    }
    return true;
}

static void read_integration(struct look *l, uint32_t integration)
{
    struct store_reader *reader = NULL;
    struct weir_error err = {0};
    int rc = store_inbox_read(l->s.st, integration, 0, 1000000, on_item, on_broken, l, &err);

    check_call(l, "reading the inbox", rc, &err);
    rc = store_reader_open(&reader, l->s.st, &err);
    l->integration = integration;
    for (uint8_t model = MODEL_PERSON; rc == 0 && model <= MODEL_CONTRACT; model++) {
        rc = store_records_by_id(reader, integration, model, weir_str(""), on_record, l, &err);
    }
    rc = rc == 0 ? store_changes(reader, integration, 0, on_change, l, &err) : rc;
    check_call(l, "reading records", rc, &err);
    store_reader_close(reader);
}

static bool is_dead(const struct look *l, const char *id)
{
    for (uint64_t i = 0; i < l->dead_count; i++) {
        if (strcmp(l->dead_ids[i], id) == 0) {
            return true;
        }
    }
    return false;
}

static bool on_outbox(void *ctx, const struct store_notification *n)
{
    struct look *l = ctx;
    char *body;
    char *rest = NULL;

    l->outbox_count++;
    if (n->seq >= NOTIFICATIONS_MAX || n->integration > INTEGRATIONS) {
        bad(l, "torn: a notification nobody made");
        return true;
    }
    l->in_outbox[n->seq] = true;
    if (is_dead(l, n->id)) {
        bad(l, "torn: notification %" PRIu64 " waits and is dead", n->seq);
    }
    body = strndup((const char *)n->body.data, n->body.len);
    if (body == NULL || strncmp(body, n->id, ID_LEN) != 0) {
        bad(l, "torn: notification %" PRIu64 " has another body", n->seq);
    } else if (n->endpoint == l->s.endpoints[1]) {
        (void)strtok_r(body, " ", &rest);
        for (char *word = strtok_r(NULL, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
            const char *at = strchr(word, '@');
            uint64_t seq = at != NULL ? strtoull(at + 1, NULL, 10) : 0;
            unsigned int model;
            unsigned int number;

            if (name_parse(&model, &number, word) && seq > l->mentioned[n->integration][model][number]) {
                l->mentioned[n->integration][model][number] = seq;
            }
        }
    }
    free(body);
    return true;
}

static bool on_dead(void *ctx, const struct store_notification *n)
{
    struct look *l = ctx;

    memcpy(l->dead_ids[l->dead_count++], n->id, ID_TEXT);
    return l->dead_count < NOTIFICATIONS_MAX;
}

/* ---- what belongs together -------------------------------------------------------------------------- */

static void on_gathered(void *ctx, int rc, const struct store_due *due, size_t count, int64_t next_due_ms,
                        const struct weir_error *err)
{
    (void)due;
    (void)count;
    (void)next_due_ms;
    if (rc != 0) {
        give_up("gather", rc, err);
    }
    (void)sem_post(ctx);
}

static void gather_all(struct look *l)
{
    sem_t over;

    (void)sem_init(&over, 0, 0);
    store_gather(l->s.st, clock_now_ms(clock_system()) + 100000, on_gathered, &over);
    (void)sem_wait(&over);
    (void)sem_destroy(&over);
}

static void check_counters(struct look *l)
{
    struct store_stats stats;

    store_stats(&stats, l->s.st);
    if (stats.inbox_count != l->waiting_count || stats.record_count != l->record_count ||
        stats.outbox_count != l->outbox_count || stats.dead_count != l->dead_count) {
        bad(l,
            "torn: counted are %" PRIu64 " deliveries, %" PRIu64 " records, %" PRIu64
            " notifications, %" PRIu64 " dead; found %" PRIu64 ", %" PRIu64 ", %" PRIu64 ", %" PRIu64,
            stats.inbox_count, stats.record_count, stats.outbox_count, stats.dead_count, l->waiting_count,
            l->record_count, l->outbox_count, l->dead_count);
    }
}

/* A record, its entry in the change log and the notification about it came in one transaction. */
static void check_records(struct look *l)
{
    for (uint32_t i = 1; i <= INTEGRATIONS; i++) {
        for (unsigned int r = 0; r < RECORDS; r++) {
            if (l->version[i][0][r] != l->version[i][1][r]) {
                bad(l,
                    "torn: person %u of integration %" PRIu32 " has version %" PRIu64
                    ", its contract %" PRIu64,
                    r, i, l->version[i][0][r], l->version[i][1][r]);
            }
            for (unsigned int m = 0; m < 2; m++) {
                if ((l->version[i][m][r] != 0) != (l->change[i][m][r] != 0)) {
                    bad(l, "torn: record %u, model %u, integration %" PRIu32 ": no change or no record", r,
                        m + 1, i);
                }
                if (l->mentioned[i][m][r] < l->change[i][m][r]) {
                    bad(l,
                        "lost: change %" PRIu64 " of record %u, model %u, integration %" PRIu32
                        " is in no notification (%" PRIu64 " is)",
                        l->change[i][m][r], r, m + 1, i, l->mentioned[i][m][r]);
                }
            }
        }
    }
}

/* ---- promises --------------------------------------------------------------------------------------- */

static void check_delivery(struct look *l, unsigned int tag)
{
    const struct promised_delivery *d = &l->promises.deliveries[tag];
    uint32_t number = l->s.integrations[tag_integration(tag)];
    uint64_t version = l->version[number][0][tag_record(tag)];

    if (l->waits[tag] && version == l->waiting_seq[tag]) {
        bad(l, "torn: delivery %" PRIu64 " waits, and is applied", l->waiting_seq[tag]);
    }
    if (d->integration == 0) {
        return;
    }
    if (d->integration != number) {
        bad(l, "lost: integration %" PRIu32 " is another one now", d->integration);
    } else if (l->waits[tag] && l->waiting_seq[tag] != d->seq) {
        bad(l, "torn: delivery %" PRIu64 " has number %" PRIu64 " now", d->seq, l->waiting_seq[tag]);
    } else if (!l->waits[tag] && version < d->seq) {
        bad(l,
            "lost: delivery %" PRIu64 " of integration %" PRIu32
            " is not in the inbox, and its record has version %" PRIu64,
            d->seq, number, version);
    } else if (d->applied && (l->waits[tag] || version < d->seq)) {
        bad(l, "lost: what delivery %" PRIu64 " of integration %" PRIu32 " caused", d->seq, number);
    }
}

static void check_notification(struct look *l, uint64_t seq)
{
    uint32_t told = l->promises.notifications[seq].told;

    if (told == TOLD_MADE && !l->in_outbox[seq]) {
        bad(l, "lost: notification %" PRIu64, seq);
    }
    if ((told & TOLD_DELIVERED) != 0 && l->in_outbox[seq]) {
        bad(l, "lost: that notification %" PRIu64 " is delivered", seq);
    }
    if ((told & TOLD_DEAD) != 0 && (l->in_outbox[seq] || !is_dead(l, l->promises.notifications[seq].id))) {
        bad(l, "lost: that notification %" PRIu64 " is a dead letter", seq);
    }
}

static void check_state(struct look *l, uint32_t integration)
{
    uint64_t value = 0;
    size_t len = 0;
    struct weir_error err = {0};
    int rc;

    if (l->promises.state[integration] == 0) {
        return;
    }
    rc = store_state_get(l->s.st, integration, weir_str("cursor"), &value, sizeof value, &len, &err);
    if (rc != 0 || len != sizeof value || value < l->promises.state[integration]) {
        bad(l, "lost: state %" PRIu64 " of integration %" PRIu32 ", which has %" PRIu64,
            l->promises.state[integration], integration, value);
    }
}

/* ---- going on --------------------------------------------------------------------------------------- */

struct again {
    struct look *l;
    unsigned int tag;
    sem_t *over;
};

static void on_again(void *ctx, int rc, const struct store_appended *appended, const struct weir_error *err)
{
    struct again *a = ctx;
    const struct promised_delivery *d = &a->l->promises.deliveries[a->tag];

    if (rc != 0) {
        bad(a->l, "unusable: append: %s", err->message);
    } else if (d->integration != 0 && !appended->duplicate) {
        bad(a->l, "lost: the mark of delivery %" PRIu64 ": it was taken in twice", d->seq);
    } else if (appended->duplicate && d->integration == 0 && !a->l->waits[a->tag] &&
               a->l->version[a->l->s.integrations[tag_integration(a->tag)]][0][tag_record(a->tag)] == 0) {
        bad(a->l, "lost: delivery with tag %u left its mark alone", a->tag);
    }
    (void)sem_post(a->over);
}

/* The sender of each delivery sends it once more: what was promised is known, the rest is taken. */
static void send_again(struct look *l)
{
    static const unsigned int count = 200;
    struct again *again = calloc(count, sizeof *again);
    sem_t over;

    if (again == NULL) {
        give_up("no memory", 0, NULL);
    }
    (void)sem_init(&over, 0, 0);
    for (unsigned int tag = 0; tag < count; tag++) {
        char body[BODY_MAX];
        uint8_t dedup[STORE_HASH];
        struct store_delivery d = {.integration = l->s.integrations[tag_integration(tag)],
                                   .kind = STORE_DELIVERY,
                                   .received_at_ms = 1,
                                   .dedup = dedup,
                                   .head = weir_bytes("head", 4)};

        again[tag] = (struct again){l, tag, &over};
        d.body = weir_bytes(body, tag_body(body, tag));
        tag_dedup(dedup, tag);
        store_append_delivery(l->s.st, &d, on_again, &again[tag]);
    }
    for (unsigned int tag = 0; tag < count; tag++) {
        (void)sem_wait(&over);
    }
    (void)sem_destroy(&over);
    free(again);
}

static void look_at(struct look *l, const char *dir)
{
    struct weir_error err = {0};
    int rc = cut_store_open(&l->s, dir, &err);

    check_call(l, "open", rc, &err);
    if (rc == 0) {
        for (size_t i = 0; i < INTEGRATIONS; i++) {
            read_integration(l, l->s.integrations[i]);
        }
        rc = store_dead(l->s.st, 0, on_dead, l, &err);
        rc = rc == 0 ? store_outbox(l->s.st, 0, 0, on_outbox, l, &err) : rc;
        check_call(l, "reading notifications", rc, &err);
        check_counters(l);
        for (unsigned int tag = 0; tag < TAGS_MAX; tag++) {
            check_delivery(l, tag);
        }
        for (uint64_t seq = 0; seq < NOTIFICATIONS_MAX; seq++) {
            check_notification(l, seq);
        }
        for (uint32_t i = 1; i <= INTEGRATIONS; i++) {
            check_state(l, i);
        }
        gather_all(l);
        rc = store_outbox(l->s.st, l->s.endpoints[1], 0, on_outbox, l, &err);
        check_call(l, "reading notifications", rc, &err);
        check_records(l);
        send_again(l);
    }
    cut_store_close(&l->s);
}

int power_cut_verify(void)
{
    struct look *l = malloc(sizeof *l);
    char line[4096];
    char dir[1024];
    char promises[1024];
    unsigned long count;

    if (l == NULL) {
        give_up("no memory", 0, NULL);
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (sscanf(line, "%1023s %1023s %lu", dir, promises, &count) != 3) {
            give_up("a line that is no task", 0, NULL);
        }
        memset(l, 0, sizeof *l);
        promises_read(&l->promises, promises, count);
        look_at(l, dir);
        (void)printf("%s%s\n", l->verdict[0] != '\0' ? "bad " : "ok", l->verdict);
        (void)fflush(stdout);
    }
    free(l);
    return 0;
}
