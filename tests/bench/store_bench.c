/*
 * store_bench: what the store costs on this disk.
 *
 *     store_bench <folder> [deliveries]
 *
 * Appends sealed deliveries of 200 bytes with 64, 512 and 2,048 on their way at once (as many connections
 * would), then opens the store again with all of them waiting, and reads and removes them.
 */
#include "store/internal.h"

#include <semaphore.h>
#include <stdlib.h>
#include <sys/resource.h>

#define BODY 200

struct flight {
    struct store *st;
    sem_t room; /* how many may still be handed in */
    atomic_uint_fast64_t failed;
    uint64_t next;
};

static double now_s(void)
{
    return (double)clock_mono_us(clock_system()) / 1e6;
}

static double cpu_s(void)
{
    struct rusage use;

    (void)getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static void on_appended(void *ctx, int rc, const struct store_appended *appended,
                        const struct weir_error *err)
{
    struct flight *f = ctx;

    (void)appended;
    if (rc != 0 && atomic_fetch_add(&f->failed, 1) == 0) {
        (void)fprintf(stderr, "append: %s\n", err->message);
    }
    (void)sem_post(&f->room);
}

static void append_one(struct flight *f)
{
    uint8_t body[BODY] = {0};
    uint8_t dedup[STORE_HASH];
    struct store_delivery d = {.kind = STORE_DELIVERY, .dedup = dedup, .body = {body, sizeof body}};
    uint64_t n = ++f->next * UINT64_C(0x9E3779B97F4A7C15); /* spread, as a digest is */

    memcpy(dedup, &n, 8);
    memcpy(dedup + 8, &f->next, 8);
    d.integration = 1 + (uint32_t)(f->next % 10);
    d.received_at_ms = clock_now_ms(clock_system());
    d.head = weir_bytes("bench", 5);
    store_append_delivery(f->st, &d, on_appended, f);
}

static void append_many(struct store *st, struct flight *f, unsigned int at_once, uint64_t count,
                        struct metric *commits)
{
    double wall = now_s();
    double cpu = cpu_s();
    int64_t before = metric_value(commits);
    uint64_t i;
    unsigned int k;

    f->st = st;
    (void)sem_init(&f->room, 0, at_once);
    for (i = 0; i < count; i++) {
        (void)sem_wait(&f->room);
        append_one(f);
    }
    for (k = 0; k < at_once; k++) {
        (void)sem_wait(&f->room);
    }
    (void)sem_destroy(&f->room);
    wall = now_s() - wall;
    cpu = cpu_s() - cpu;
    (void)printf("%5u at once: %8.0f appends/s, %5.2f us CPU each, %6.1f per commit\n", at_once,
                 (double)count / wall, cpu / (double)count * 1e6,
                 (double)count / (double)(metric_value(commits) - before));
}

struct drain_op {
    struct store_op op;
    uint32_t integration;
    uint64_t seqs[500];
    size_t count;
};

static int drain_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct drain_op *d = (struct drain_op *)op;
    size_t i;
    int rc = 0;

    for (i = 0; rc == 0 && i < d->count; i++) {
        rc = inbox_remove(txn, d->integration, d->seqs[i], err);
    }
    return rc;
}

static bool on_item(void *ctx, const struct store_inbox_item *item)
{
    struct drain_op *d = ctx;

    d->seqs[d->count++] = item->seq;
    return true;
}

static void on_broken(void *ctx, uint64_t seq)
{
    (void)ctx;
    (void)fprintf(stderr, "delivery %llu is broken\n", (unsigned long long)seq);
}

static int drain(struct store *st, struct weir_error *err)
{
    double wall = now_s();
    double cpu = cpu_s();
    uint64_t total = 0;
    uint32_t integration;

    for (integration = 1; integration <= 10; integration++) {
        struct drain_op d = {.op = {.run = drain_run}, .integration = integration};

        do {
            int rc;

            d.count = 0;
            rc = store_inbox_read(st, integration, 0, 500, on_item, on_broken, &d, err);
            rc = rc == 0 ? store_submit_wait(st, &d.op, err) : rc;
            if (rc != 0) {
                return rc;
            }
            total += d.count;
        } while (d.count > 0);
    }
    (void)printf("read and removed %llu in %.2f s, %.2f us CPU each\n", (unsigned long long)total,
                 now_s() - wall, (cpu_s() - cpu) / (double)(total > 0 ? total : 1) * 1e6);
    return 0;
}

static int open_store(struct store **st, const struct store_options *options, struct weir_error *err)
{
    double began = now_s();
    int rc = store_open(st, options, err);

    if (rc == 0) {
        rc = store_start(*st, err);
        (void)printf("opened in %.3f s\n", now_s() - began);
    }
    return rc;
}

static int bench(const char *dir, uint64_t count, struct weir_error *err)
{
    static const unsigned int at_once[] = {64, 512, 2048};
    static const uint8_t key[1][CRYPTO_KEY] = {{1}};
    struct metrics *metrics = metrics_new();
    struct store_options options = {
        .dir = dir, .map_initial_bytes = (size_t)256 << 20, .keys = key, .key_count = 1};
    struct flight f = {.next = 0};
    struct store *st = NULL;
    struct store_stats stats;
    size_t i;
    int rc;

    options.metrics = metrics;
    options.inbox_max = UINT64_MAX / 2;
    options.inbox_bytes_max = UINT64_MAX / 2;
    rc = open_store(&st, &options, err);
    if (rc != 0) {
        goto out;
    }
    for (i = 0; i < sizeof at_once / sizeof *at_once; i++) {
        append_many(st, &f, at_once[i], count / 3, st->commit_seconds);
    }
    store_close(st);
    st = NULL;
    rc = open_store(&st, &options, err);
    if (rc != 0) {
        goto out;
    }
    store_stats(&stats, st);
    (void)printf("%llu wait, %.0f MiB in the file\n", (unsigned long long)stats.inbox_count,
                 (double)stats.file_bytes / 1048576);
    rc = drain(st, err);
    rc = rc == 0 && atomic_load(&f.failed) > 0 ? weir_fail(err, WEIR_E_LATER, "some appends failed") : rc;

out:
    store_close(st);
    metrics_free(metrics);
    return rc;
}

int main(int argc, char **argv)
{
    struct weir_error err = {0};
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 300000;

    if (argc < 2 || count < 3) {
        (void)fprintf(stderr, "usage: store_bench <folder> [deliveries]\n");
        return 2;
    }
    if (bench(argv[1], count, &err) != 0) {
        (void)fprintf(stderr, "store_bench: %s\n", err.message);
        return 1;
    }
    return 0;
}
