/*
 * The Okta connector without memory, on its fuzzer's corpus.
 */
#include "expect.h"
#include "okta_calls.h"
#include "playing.h"
#include "scarce.h"

static void init(struct fuzz_host *f, struct weir_bytes input)
{
    okta_host_init(f, input.data + 1, input.len - 1, input.data[0] >= 0x60);
}

static int call(void *self, struct fuzz_host *f, unsigned int first, struct weir_subscription *have,
                struct weir_error *err)
{
    return okta_call(self, f, first % 32U, have, err);
}

TEST(each_call_tells_the_truth_or_there_was_no_memory)
{
    static const struct player player = {.connector = &weir_connector, .init = init, .call = call};

    UNUSED_STATE;
    playing_try(&player, TEST_CORPUS, 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_call_tells_the_truth_or_there_was_no_memory),
    };

    scarce_jansson();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
