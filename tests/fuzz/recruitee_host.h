/*
 * recruitee_host: the fuzzers' host with an integration of Recruitee's, and the calls that an input chooses.
 */
#ifndef FUZZ_RECRUITEE_HOST_H
#define FUZZ_RECRUITEE_HOST_H

#include "connector_host.h"
#include "recruitee.h"

#define RECRUITEE_CALLS 10

static inline void recruitee_host_init(struct fuzz_host *f, const uint8_t *data, size_t len)
{
    static const struct fuzz_pair settings[] = {{"base_url", "setting"},
                                                {"company_id", "4711"},
                                                {"api_token", "token"},
                                                {"webhook_secret", "secret"},
                                                {NULL, NULL}};

    fuzz_host_init(f, data, len);
    f->settings = settings;
    f->events_without_id = true;
}

/* All pages, at most so many. */
static inline int recruitee_list(void *self, struct fuzz_host *f, const char *model, int64_t since_ms,
                                 struct weir_error *err)
{
    char cursor[sizeof f->next];
    int rc = 0;

    for (int page = 0; rc == 0 && page < 400 && (page == 0 || f->next_len > 0); page++) {
        struct weir_str from = weir_str_n(cursor, f->next_len);

        memcpy(cursor, f->next, f->next_len);
        f->next_len = 0;
        rc = weir_connector.fetch->list(self, weir_str(model), since_ms, from, &f->sink, err);
    }
    return rc;
}

/* The call that the input's first byte chooses. */
static inline int recruitee_call(void *self, struct fuzz_host *f, unsigned int first,
                                 struct weir_subscription *have, struct weir_error *err)
{
    static const char *const lists[] = {"ats_users", "ats_tags", "ats_rejection_reasons", "ats_jobs",
                                        "ats_candidates"};
    struct weir_subscription_want want = {.size = sizeof want};
    struct weir_ref ref = {weir_str("ats_candidates"), weir_str("30017"), weir_str("5512 d Too late")};
    unsigned int which = first % RECRUITEE_CALLS;

    if (which < 2) {
        ref.model = which == 0 ? ref.model : weir_str("ats_jobs");
        ref.remote_id = which == 0 ? ref.remote_id : weir_str("5512");
        return weir_connector.fetch->record(self, &ref, &f->sink, err);
    }
    if (which < 7) {
        return recruitee_list(self, f, lists[which - 2], 0, err);
    }
    if (which == 7) {
        return recruitee_list(self, f, "ats_candidates", INT64_C(1772442900000), err);
    }
    if (which == 8) {
        return weir_connector.subscribe->inspect(self, &want, have, err);
    }
    return weir_connector.fetch->list(self, weir_str("ats_jobs"), 1,
                                      weir_str_n((const char *)f->data, f->len), &f->sink, err);
}

#endif
