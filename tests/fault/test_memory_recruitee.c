/*
 * The Recruitee connector without memory, on its fuzzer's corpus.
 */
#include "expect.h"
#include "playing.h"
#include "recruitee_host.h"
#include "scarce.h"

static void init(struct fuzz_host *f, struct weir_bytes input)
{
    recruitee_host_init(f, input.data + 1, input.len - 1);
}

TEST(each_call_tells_the_truth_or_there_was_no_memory)
{
    static const struct player player = {.connector = &weir_connector, .init = init, .call = recruitee_call};

    UNUSED_STATE;
    playing_try(&player, TEST_CORPUS, 14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_call_tells_the_truth_or_there_was_no_memory),
    };

    scarce_jansson();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
