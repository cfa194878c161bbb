/* Each allocation of each operation of the store fails in turn: nothing of it is stored, and it goes on. */
#include "chores.h"

#include "base/log.h"
#include "scarce.h"

#include <fcntl.h>

/* With all chores before n done. */
static struct fixture *fixture_before(size_t n)
{
    struct fixture *f = chores_fixture();

    for (size_t i = 0; i < n; i++) {
        EXPECT_INT(0, chore_do(f, i));
    }
    return f;
}

struct outcome {
    bool failed; /* an allocation */
    int rc;
};

static struct outcome do_scarcely(struct fixture *f, size_t n, long nth, bool lasting)
{
    struct outcome outcome;
    char *before = chores_exact(f);

    scarce_arm(nth, lasting);
    outcome.rc = chore_do(f, n);
    outcome.failed = scarce_disarm();
    EXPECT_INT(0, atomic_load(&f->fatal));
    if (outcome.rc == 0) {
        free(before);
        return outcome;
    }
    if (!outcome.failed || (outcome.rc != WEIR_E_MEMORY && outcome.rc != WEIR_E_LATER)) {
        fail_msg("%s: allocation %ld failed: %d", chore_name(n), nth, outcome.rc);
    }
    chores_expect_same(chore_name(n), "it had no memory, and left something", before, chores_exact(f));
    return outcome;
}

/* After each chore, when nothing fails. */
static void counts_learn(char *counts[CHORES])
{
    struct fixture *f = fixture_before(0);

    for (size_t n = 0; n < CHORES; n++) {
        EXPECT_INT(0, chore_do(f, n));
        counts[n] = chores_counts(f);
    }
    fixture_free(f);
}

/* *f has all chores before n done; after, n too. */
static long try_chore(struct fixture **f, size_t n, bool lasting, const char *after)
{
    struct outcome outcome = {.failed = true};
    long nth = 0;

    while (outcome.failed) {
        nth++;
        outcome = do_scarcely(*f, n, nth, lasting);
        if (outcome.rc == 0) {
            chores_expect_same(chore_name(n), "done without memory it is not whole", strdup(after),
                               chores_counts(*f));
        }
        if (outcome.rc == 0 && outcome.failed) {
            fixture_free(*f);
            *f = fixture_before(n);
        }
    }
    return nth - 1;
}

static long try_all(bool lasting)
{
    struct fixture *f = fixture_before(0);
    char *counts[CHORES];
    long count = 0;

    counts_learn(counts);
    for (size_t n = 0; n < CHORES; n++) {
        count += try_chore(&f, n, lasting, counts[n]);
        free(counts[n]);
    }
    fixture_free(f);
    return count;
}

TEST(without_memory_for_a_moment_an_operation_is_whole_or_not_done)
{
    UNUSED_STATE;
    EXPECT(try_all(false) > 40);
}

TEST(without_memory_for_good_an_operation_is_whole_or_not_done)
{
    UNUSED_STATE;
    EXPECT(try_all(true) > 40);
}

int main(void)
{
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const struct CMUnitTest tests[] = {
        UNIT(without_memory_for_a_moment_an_operation_is_whole_or_not_done),
        UNIT(without_memory_for_good_an_operation_is_whole_or_not_done),
    };

    log_setup(nowhere, LOG_LOGFMT, WEIR_LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
