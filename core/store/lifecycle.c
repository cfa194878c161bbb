#include "store/lifecycle.h"

const char *store_setup_word(int32_t setup)
{
    return setup == STORE_SETUP_COMPLETED    ? "COMPLETED"
           : setup == STORE_SETUP_INCOMPLETE ? "INCOMPLETE"
                                             : "FINAL_SYNC_PENDING";
}

const char *store_qa_word(int32_t qa)
{
    return qa == STORE_QA_PASSED ? "PASSED" : qa == STORE_QA_FAILED ? "FAILED" : "PENDING";
}
