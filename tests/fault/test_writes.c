/*
 * Each write and each sync of the store's file fails in turn: the disk is full, or broken, or takes only a
 * part.
 */
#include "chores.h"

#include "base/log.h"
#include "interpose.h"

#include <fcntl.h>

enum manner { FULL, BROKEN, SHORT, MANNERS };

struct failing {
    atomic_int left; /* calls until the one that fails; 0: none */
    atomic_int manner;
    atomic_bool failed;
};

static bool is_the_one(struct failing *failing)
{
    bool fails = atomic_load(&failing->left) > 0 && atomic_fetch_sub(&failing->left, 1) == 1;

    if (fails) {
        atomic_store(&failing->failed, true);
    }
    return fails;
}

static ssize_t write_part(int fd, const struct iovec *parts, off_t offset)
{
    struct iovec half = {parts[0].iov_base, parts[0].iov_len / 2};

    return interpose_write(fd, &half, 1, offset);
}

static ssize_t on_write(void *ctx, int fd, const struct iovec *parts, int count, off_t offset, bool durable)
{
    struct failing *failing = ctx;

    (void)durable;
    if (!is_the_one(failing)) {
        return interpose_write(fd, parts, count, offset);
    }
    if (atomic_load(&failing->manner) == SHORT) {
        return write_part(fd, parts, offset);
    }
    errno = atomic_load(&failing->manner) == FULL ? ENOSPC : EIO;
    return -1;
}

static int on_sync(void *ctx, int fd)
{
    struct failing *failing = ctx;

    (void)fd;
    if (!is_the_one(failing)) {
        return 0; /* the power stays on, so nobody has to wait for the disk */
    }
    errno = atomic_load(&failing->manner) == FULL ? ENOSPC : EIO;
    return -1;
}

/* Full: nothing of it is stored and the rest goes on. Broken: it is the end until the next start, once. */
static void expect_failure(struct fixture *f, size_t n, int rc, char *before)
{
    if (rc == WEIR_E_LATER) {
        EXPECT_INT(0, atomic_load(&f->fatal));
    } else {
        EXPECT_INT(WEIR_E_IO, rc);
        EXPECT_INT(1, atomic_load(&f->fatal));
        EXPECT_INT(WEIR_E_IO, chore_do(f, n));
        EXPECT_INT(1, atomic_load(&f->fatal));
        fixture_reopen(f);
        (void)route_all(f);
    }
    chores_expect_same(chore_name(n), "a write that failed left something", before, chores_counts(f));
    EXPECT_INT(0, chore_do(f, n));
}

/* false: nothing failed any more. */
static bool fail_one(int nth, enum manner manner, const char *reference)
{
    struct failing failing = {.manner = manner};
    const struct interpose calls = {.write = on_write, .sync = on_sync, .ctx = &failing};
    struct fixture *f;
    bool failed;

    interpose_set(&calls);
    f = chores_fixture();
    atomic_store(&failing.left, nth);
    for (size_t n = 0; n < CHORES; n++) {
        char *before = chores_counts(f);
        int rc = chore_do(f, n);

        if (rc == 0) {
            free(before);
        } else {
            EXPECT(atomic_load(&failing.failed));
            EXPECT(manner == FULL || rc == WEIR_E_IO);
            expect_failure(f, n, rc, before);
        }
    }
    failed = atomic_load(&failing.failed);
    atomic_store(&failing.left, 0);
    chores_expect_same("all", "the end is another one", strdup(reference), chores_counts(f));
    fixture_reopen(f);
    chores_expect_same("all", "another one once it is opened again", strdup(reference), chores_counts(f));
    fixture_free(f);
    interpose_set(NULL);
    return failed;
}

static void fail_each(enum manner manner)
{
    char *reference;
    int nth = 1;

    interpose_set(NULL); /* a test that failed leaves its own behind */
    reference = chores_reference();
    while (fail_one(nth, manner, reference)) {
        nth++;
    }
    EXPECT(nth > 3 * CHORES); /* pages, a sync, and the page that makes them count */
    free(reference);
}

TEST(a_full_disk_loses_nothing_wherever_it_is_met)
{
    UNUSED_STATE;
    fail_each(FULL);
}

TEST(a_broken_disk_loses_nothing_wherever_it_breaks)
{
    UNUSED_STATE;
    fail_each(BROKEN);
}

TEST(a_write_that_ends_early_loses_nothing)
{
    UNUSED_STATE;
    fail_each(SHORT);
}

int main(void)
{
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const struct CMUnitTest tests[] = {
        UNIT(a_full_disk_loses_nothing_wherever_it_is_met),
        UNIT(a_broken_disk_loses_nothing_wherever_it_breaks),
        UNIT(a_write_that_ends_early_loses_nothing),
    };

    log_setup(nowhere, LOG_LOGFMT, WEIR_LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
