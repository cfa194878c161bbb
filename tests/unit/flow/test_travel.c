#include "flow/travel.h"

#include "expect.h"

static struct latency_sum sum_of(const struct travel *travel, int64_t now_us)
{
    struct latency_sum sum;

    latency_read(&sum, travel_latency(travel), now_us);
    return sum;
}

TEST(the_way_is_measured_once_for_each_endpoint_that_took_it)
{
    struct travel *travel = travel_new();

    UNUSED_STATE;
    travel_changed(travel, 7, 1, 3, 1000);
    travel_changed(travel, 7, 4, 4, 2000);
    travel_changed(travel, 71, 1, 4, 2000); /* in the same bucket */
    travel_told(travel, 1, 7, 1, 3, 101000);
    EXPECT_INT(1, sum_of(travel, 101000).count);
    EXPECT(sum_of(travel, 101000).p50_us > 80000 && sum_of(travel, 101000).p50_us < 120000);
    travel_told(travel, 1, 7, 1, 3, 900000); /* sent again by a person */
    EXPECT_INT(1, sum_of(travel, 900000).count);
    travel_told(travel, 2, 7, 1, 4, 900000); /* two deliveries, told in one */
    EXPECT_INT(3, sum_of(travel, 900000).count);
    travel_free(travel);
}

TEST(what_came_of_no_delivery_and_what_was_pushed_out_is_not_measured)
{
    struct travel *travel = travel_new();

    UNUSED_STATE;
    travel_told(travel, 1, 7, 1, 9, 1000); /* of a sync */
    travel_told(travel, 1, 7, 0, 0, 1000); /* tells no change */
    travel_changed(travel, 7, 0, 0, 1000); /* changed nothing */
    travel_changed(travel, 7, 1, 1, 1000);
    for (uint64_t i = 2; i <= 65; i++) {
        travel_changed(travel, 7, i, i, 1000);
    }
    travel_told(travel, 1, 7, 1, 1, 2000);
    EXPECT_INT(0, sum_of(travel, 2000).count);
    travel_told(travel, 1, 7, 2, 65, 2000);
    EXPECT_INT(64, sum_of(travel, 2000).count);
    travel_free(travel);
    travel_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_way_is_measured_once_for_each_endpoint_that_took_it),
        UNIT(what_came_of_no_delivery_and_what_was_pushed_out_is_not_measured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
