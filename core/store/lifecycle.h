/*
 * lifecycle: how far an integration is: switched on, set up, and found good, as its row keeps it.
 */
#ifndef WEIR_STORE_LIFECYCLE_H
#define WEIR_STORE_LIFECYCLE_H

#include "weir/types.h"

/* The contract's setup_status. */
enum store_setup {
    STORE_SETUP_SYNC_PENDING = 0, /* nothing is left to a person, its full sync is not over */
    STORE_SETUP_COMPLETED = 1,
    STORE_SETUP_INCOMPLETE = 2 /* a customer has to do steps at the tool */
};

/* The contract's qa_status. */
enum store_qa {
    STORE_QA_PENDING = 0, /* no full sync ended well yet */
    STORE_QA_PASSED = 1,
    STORE_QA_FAILED = 2 /* what it brought looks wrong: reads are refused until a later one, or a person */
};

/* A row without it (of before these were kept) is what its first sync made of it. */
struct store_lifecycle {
    int32_t setup, qa;
    int32_t told_setup, told_qa; /* as the endpoints were told */
    bool off;                    /* a person switched it off while the daemon ran */
    int64_t expired_at_ms; /* when the scope became another than that of the last full sync; 0: it is that */
    char qa_reason[252];   /* why it failed */
};

/* The contract's words. Thread: any. */
const char *store_setup_word(int32_t setup);
const char *store_qa_word(int32_t qa);

#endif
