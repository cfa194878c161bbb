/* Each commit of the store fails in turn, with a full disk and with a broken one. */
#include "chores.h"

#include "base/log.h"

#include <fcntl.h>

struct failing {
    atomic_int left; /* commits until the one that fails; 0: none */
    atomic_int error;
    atomic_int count;
};

static int on_commit(void *ctx)
{
    struct failing *failing = ctx;

    atomic_fetch_add(&failing->count, 1);
    return atomic_load(&failing->left) > 0 && atomic_fetch_sub(&failing->left, 1) == 1
               ? atomic_load(&failing->error)
               : 0;
}

static struct fixture *fixture_failing(struct failing *failing, int nth, int error)
{
    struct fixture *f = chores_fixture();

    memset(failing, 0, sizeof *failing);
    atomic_store(&failing->left, nth);
    atomic_store(&failing->error, error);
    f->st->fault = (struct store_fault){.commit = on_commit, .ctx = failing};
    return f;
}

/* false: nothing failed any more. */
static bool fill_the_disk(int nth, const char *reference)
{
    struct failing failing;
    struct fixture *f = fixture_failing(&failing, nth, ENOSPC);
    int failures = 0;

    for (size_t n = 0; n < CHORES; n++) {
        char *before = chores_exact(f);
        int rc = chore_do(f, n);

        if (rc == 0) {
            free(before);
            continue;
        }
        failures++;
        EXPECT_INT(WEIR_E_LATER, rc);
        chores_expect_same(chore_name(n), "a full disk left something", before, chores_exact(f));
        EXPECT_INT(0, chore_do(f, n));
    }
    EXPECT_INT(0, atomic_load(&f->fatal));
    EXPECT(failures <= 1);
    chores_expect_same("all", "the end is another one", strdup(reference), chores_counts(f));
    fixture_reopen(f);
    chores_expect_same("all", "another one once it is opened again", strdup(reference), chores_counts(f));
    fixture_free(f);
    return failures == 1;
}

TEST(after_a_full_disk_all_is_as_before_and_goes_on)
{
    char *reference = chores_reference();
    int nth = 1;

    UNUSED_STATE;
    while (fill_the_disk(nth, reference)) {
        nth++;
    }
    EXPECT_INT(CHORES + 1, nth); /* each chore is one commit, so that it can be compared as a whole */
    free(reference);
}

static void expect_refusal(struct fixture *f)
{
    struct store_reader *reader = NULL;
    struct store_stats stats;
    struct weir_error err = {0};

    for (size_t n = 0; n < CHORES; n++) {
        EXPECT_INT(WEIR_E_IO, chore_do(f, n));
    }
    EXPECT_INT(WEIR_E_IO, store_reader_open(&reader, f->st, &err));
    EXPECT(err.message[0] != '\0');
    EXPECT(!store_has_room(f->st, 1));
    store_stats(&stats, f->st);
    EXPECT(!stats.alive);
    EXPECT_INT(1, atomic_load(&f->fatal));
}

static bool break_the_disk(int nth, const char *reference)
{
    struct failing failing;
    struct fixture *f = fixture_failing(&failing, nth, EIO);
    bool failed = false;

    for (size_t n = 0; n < CHORES; n++) {
        char *before = chores_counts(f);
        int rc = chore_do(f, n);

        if (rc == 0) {
            free(before);
            continue;
        }
        EXPECT(!failed);
        failed = true;
        EXPECT_INT(WEIR_E_IO, rc);
        expect_refusal(f);
        EXPECT_INT(nth, atomic_load(&failing.count)); /* it was not tried again */
        fixture_reopen(f);
        (void)route_all(f);
        chores_expect_same(chore_name(n), "a broken disk left something", before, chores_counts(f));
        EXPECT_INT(0, chore_do(f, n));
    }
    EXPECT_INT(failed ? 1 : 0, atomic_load(&f->fatal));
    chores_expect_same("all", "the end is another one", strdup(reference), chores_counts(f));
    fixture_free(f);
    return failed;
}

TEST(after_a_broken_disk_all_is_refused_and_the_next_start_goes_on)
{
    char *reference = chores_reference();
    int nth = 1;

    UNUSED_STATE;
    while (break_the_disk(nth, reference)) {
        nth++;
    }
    EXPECT_INT(CHORES + 1, nth);
    free(reference);
}

int main(void)
{
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const struct CMUnitTest tests[] = {
        UNIT(after_a_full_disk_all_is_as_before_and_goes_on),
        UNIT(after_a_broken_disk_all_is_refused_and_the_next_start_goes_on),
    };

    log_setup(nowhere, LOG_LOGFMT, WEIR_LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
