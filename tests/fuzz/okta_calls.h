/*
 * okta_calls: the calls of the Okta connector, chosen by a byte, for whoever plays answers to all of them.
 */
#ifndef FUZZ_OKTA_CALLS_H
#define FUZZ_OKTA_CALLS_H

#include "events.h"
#include "okta_host.h"

#define OKTA_CALLS 12
#define OKTA_PAGES_MAX 20

static inline int okta_record(void *self, struct fuzz_host *f, const char *model, const char *id,
                              const char *hint, struct weir_error *err)
{
    struct weir_ref ref = {weir_str(model), weir_str(id), weir_str(hint)};

    return weir_connector.fetch->record(self, &ref, &f->sink, err);
}

/* All pages; no model: what was missed. */
static inline int okta_list(void *self, struct fuzz_host *f, const char *model, int64_t since_ms,
                            struct weir_error *err)
{
    char cursor[sizeof f->next];
    int rc = 0;

    for (int page = 0; rc == 0 && page < OKTA_PAGES_MAX && (page == 0 || f->next_len > 0); page++) {
        struct weir_str from = weir_str_n(cursor, f->next_len);

        memcpy(cursor, f->next, f->next_len);
        f->next_len = 0;
        rc = model != NULL ? weir_connector.fetch->list(self, weir_str(model), since_ms, from, &f->sink, err)
                           : weir_connector.fetch->missed(self, since_ms, from, &f->sink, err);
    }
    return rc;
}

/* have is filled by ensure and inspect. */
static inline int okta_subscription(void *self, unsigned int which, struct weir_subscription *have,
                                    struct weir_error *err)
{
    struct weir_str events[] = {weir_str("user.lifecycle.create"), weir_str("group.profile.update")};
    struct weir_subscription_want want = {.size = sizeof want,
                                          .callback_url = weir_str("https://h.example/x"),
                                          .secret = weir_str("secret"),
                                          .label = weir_str("weir"),
                                          .events = events,
                                          .event_count = 2};

    return which == 0   ? weir_connector.subscribe->ensure(self, &want, have, err)
           : which == 1 ? weir_connector.subscribe->inspect(self, &want, have, err)
                        : weir_connector.subscribe->remove(self, &want, err);
}

/* The call that `which` says. */
static inline int okta_call(void *self, struct fuzz_host *f, unsigned int which,
                            struct weir_subscription *have, struct weir_error *err)
{
    switch (which % OKTA_CALLS) {
    case 0:
        return okta_record(self, f, "hris_employees", "00u1", "", err);
    case 1:
        return okta_record(self, f, "hris_employees", "00u1", EVENTS_HINT_GONE, err);
    case 2:
        return okta_record(self, f, "hris_teams", "00g4", "", err);
    case 3:
        return okta_record(self, f, "hris_employees", EVENTS_IMPORT, "", err);
    case 4:
        return okta_list(self, f, "hris_employees", 0, err);
    case 5:
        return okta_list(self, f, "hris_employees", INT64_C(1770000000000), err);
    case 6:
        return okta_list(self, f, NULL, INT64_C(1770000000000), err);
    case 7:
    case 8:
    case 9:
        return okta_subscription(self, which % OKTA_CALLS - 7, have, err);
    case 10: /* the input as an id */
        return weir_connector.fetch->record(self,
                                            &(struct weir_ref){weir_str("hris_teams"),
                                                               weir_str_n((const char *)f->data, f->len),
                                                               weir_str("")},
                                            &f->sink, err);
    default: /* the input as the host's cursor */
        return weir_connector.fetch->list(self, weir_str("hris_employees"), 0,
                                          weir_str_n((const char *)f->data, f->len), &f->sink, err);
    }
}

#endif
