/* tries: how often, and how many at a time, customers may try settings. */
#include "expect.h"

#include "web/tries.h"

#include <stddef.h>

TEST(a_link_is_tried_so_often_in_its_window_and_then_again)
{
    struct tries tries;

    UNUSED_STATE;
    tries_init(&tries, 8);
    for (int i = 0; i < TRIES_MAX; i++) {
        EXPECT_INT(TRIES_GO, tries_begin(&tries, 7, 1000));
        tries_end(&tries, 7);
    }
    EXPECT_INT(TRIES_TOO_OFTEN, tries_begin(&tries, 7, 1000 + TRIES_WINDOW_MS - 1));
    EXPECT_INT(TRIES_GO, tries_begin(&tries, 8, 1000)); /* another link has its own */
    tries_end(&tries, 8);
    EXPECT_INT(TRIES_GO, tries_begin(&tries, 7, 1000 + TRIES_WINDOW_MS));
    tries_fini(&tries);
}

TEST(one_link_is_tried_by_one_at_a_time_and_threads_are_left_to_others)
{
    struct tries tries;

    UNUSED_STATE;
    tries_init(&tries, 4);
    EXPECT_INT(TRIES_GO, tries_begin(&tries, 1, 0));
    EXPECT_INT(TRIES_BUSY, tries_begin(&tries, 1, 0));
    EXPECT_INT(TRIES_GO, tries_begin(&tries, 2, 0));
    EXPECT_INT(TRIES_BUSY, tries_begin(&tries, 3, 0));
    tries_end(&tries, 1);
    EXPECT_INT(TRIES_GO, tries_begin(&tries, 3, 0));
    tries_fini(&tries);
}

TEST(more_links_than_are_remembered_push_out_the_oldest_but_none_that_runs)
{
    struct tries tries;

    UNUSED_STATE;
    tries_init(&tries, 2);
    for (uint64_t link = 1; link <= TRIES_LINKS + 5; link++) {
        EXPECT_INT(TRIES_GO, tries_begin(&tries, link, (int64_t)link));
        tries_end(&tries, link);
    }
    EXPECT_INT(TRIES_GO, tries_begin(&tries, 9999, 5000));
    for (uint64_t link = 1; link <= TRIES_LINKS; link++) {
        EXPECT_INT(TRIES_BUSY, tries_begin(&tries, link, 9000));
    }
    tries_end(&tries, 9999);
    EXPECT_INT(0, tries.running);
    tries_fini(&tries);
}

TEST(failures_alone_are_counted_where_only_they_count)
{
    struct tries tries;

    UNUSED_STATE;
    tries_init(&tries, 1);
    for (int i = 0; i < TRIES_MAX; i++) {
        EXPECT(tries_left(&tries, 7, 1000));
        EXPECT(tries_left(&tries, 7, 1000));
        tries_count(&tries, 7, 1000);
    }
    EXPECT(!tries_left(&tries, 7, 1000 + TRIES_WINDOW_MS - 1));
    EXPECT(tries_left(&tries, 8, 1000));
    EXPECT(tries_left(&tries, 7, 1000 + TRIES_WINDOW_MS));
    for (uint64_t who = 100; who < 100 + 2 * TRIES_LINKS; who++) {
        tries_count(&tries, who, 2000);
    }
    EXPECT(tries_left(&tries, 7, 2000)); /* pushed out: memory is bounded, and this is what it costs */
    tries_fini(&tries);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_link_is_tried_so_often_in_its_window_and_then_again),
        UNIT(one_link_is_tried_by_one_at_a_time_and_threads_are_left_to_others),
        UNIT(more_links_than_are_remembered_push_out_the_oldest_but_none_that_runs),
        UNIT(failures_alone_are_counted_where_only_they_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
