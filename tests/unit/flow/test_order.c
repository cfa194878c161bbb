/* Whose turn it is, where order counts. */
#include "expect.h"

#include "flow/dispatch_internal.h"

#include <stdlib.h>

#define NOW INT64_C(1770000000000)

static struct endpoint *endpoint_of(enum dispatch_order order)
{
    struct endpoint *e = calloc(1, sizeof *e);

    EXPECT(e != NULL);
    e->order = order;
    return e;
}

TEST(without_an_order_nothing_is_held)
{
    struct endpoint *e = endpoint_of(DISPATCH_ANY_ORDER);

    UNUSED_STATE;
    order_hold(e, 1, NOW, 1, NOW + 1000);
    EXPECT_INT(0, order_next_ms(e, NOW));
    free(e->passed);
    free(e);
}

TEST(a_strict_endpoint_waits_for_the_one_on_its_way_and_the_one_that_failed)
{
    struct endpoint *e = endpoint_of(DISPATCH_STRICT);

    UNUSED_STATE;
    EXPECT(!order_blocks(e, 1));
    e->unbooked[0].seq = 7;
    e->unbooked[0].integration = 1;
    e->unbooked_count = 1;
    EXPECT(order_blocks(e, 1) && order_blocks(e, 2));
    e->unbooked_count = 0;
    order_hold(e, 1, NOW, 1, NOW + 1000);
    EXPECT(order_blocks(e, 1) && order_blocks(e, 2));
    EXPECT_INT(NOW + 1000, order_next_ms(e, NOW));
    e->exhausted = true;
    EXPECT_INT(0, order_next_ms(e, NOW + 1000));
    EXPECT(!e->exhausted && !order_blocks(e, 1));
    free(e->passed);
    free(e);
}

TEST(by_integration_only_its_own_wait)
{
    struct endpoint *e = endpoint_of(DISPATCH_PER_INTEGRATION);
    struct outgoing *o = calloc(1, sizeof *o);

    UNUSED_STATE;
    EXPECT(o != NULL);
    order_hold(e, 1, NOW, 1, NOW + 1000);
    o->integration = 2;
    e->ready_first = o;
    e->unbooked[0].integration = 3;
    e->unbooked_count = 1;
    EXPECT(order_blocks(e, 1) && order_blocks(e, 2) && order_blocks(e, 3));
    EXPECT(!order_blocks(e, 4));
    order_forget(e);
    EXPECT(!order_blocks(e, 1));
    free(o);
    free(e->passed);
    free(e);
}

TEST(when_more_fail_than_can_be_told_apart_all_wait)
{
    struct endpoint *e = endpoint_of(DISPATCH_PER_INTEGRATION);

    UNUSED_STATE;
    for (uint32_t i = 1; i <= ORDER_HOLDS_MAX + 1; i++) {
        order_hold(e, i, NOW, 1, NOW + 1000 + i);
    }
    EXPECT(order_blocks(e, 4711));
    EXPECT_INT(NOW + 1001, order_next_ms(e, NOW));
    EXPECT_INT(NOW + 1000 + ORDER_HOLDS_MAX + 1, order_next_ms(e, NOW + 1000 + ORDER_HOLDS_MAX));
    EXPECT(order_blocks(e, 4711));
    EXPECT_INT(0, order_next_ms(e, NOW + 1000 + ORDER_HOLDS_MAX + 1));
    EXPECT(!order_blocks(e, 4711));
    free(e->passed);
    free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(without_an_order_nothing_is_held),
        UNIT(a_strict_endpoint_waits_for_the_one_on_its_way_and_the_one_that_failed),
        UNIT(by_integration_only_its_own_wait),
        UNIT(when_more_fail_than_can_be_told_apart_all_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
