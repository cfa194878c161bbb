/*
 * The Personio connector without memory, on its fuzzer's corpus.
 */
#include "expect.h"
#include "personio_host.h"
#include "playing.h"
#include "scarce.h"

#define PAGES_MAX 20

/* ---- the calls, as the fuzzer makes them ------------------------------------------------------------ */

static int call_record(void *self, struct fuzz_host *f, const char *model, const char *id,
                       struct weir_error *err)
{
    struct weir_ref ref = {weir_str(model), weir_str(id), weir_str(strcmp(id, "fd19") == 0 ? "3003" : "")};

    return weir_connector.fetch->record(self, &ref, &f->sink, err);
}

/* All pages; no model: what was missed. */
static int call_list(void *self, struct fuzz_host *f, const char *model, int64_t since_ms,
                     struct weir_error *err)
{
    char cursor[sizeof f->next];
    int rc = 0;

    for (int page = 0; rc == 0 && page < PAGES_MAX && (page == 0 || f->next_len > 0); page++) {
        struct weir_str from = weir_str_n(cursor, f->next_len);

        memcpy(cursor, f->next, f->next_len);
        f->next_len = 0;
        rc = model != NULL ? weir_connector.fetch->list(self, weir_str(model), since_ms, from, &f->sink, err)
                           : weir_connector.fetch->missed(self, since_ms, from, &f->sink, err);
    }
    return rc;
}

static int call_subscribe(void *self, unsigned int which, struct weir_subscription *have,
                          struct weir_error *err)
{
    struct weir_str events[] = {weir_str("person.created"), weir_str("employment.updated.cost-centers")};
    struct weir_subscription_want want = {.size = sizeof want,
                                          .callback_url = weir_str("https://h.example/x"),
                                          .secret = weir_str("secret"),
                                          .label = weir_str("weir"),
                                          .events = events,
                                          .event_count = 2};

    return which == 12   ? weir_connector.subscribe->ensure(self, &want, have, err)
           : which == 13 ? weir_connector.subscribe->inspect(self, &want, have, err)
                         : weir_connector.subscribe->remove(self, &want, err);
}

static int call_chosen(void *self, struct fuzz_host *f, unsigned int first, struct weir_subscription *have,
                       struct weir_error *err)
{
    static const struct {
        const char *model, *id;
    } records[] = {{"hris_employees", "3003"}, {"hris_absences", "fd19"},    {"hris_teams", "team:7"},
                   {"hris_locations", "7"},    {"hris_legal_entities", "7"}, {"hris_absence_types", "7"}};
    static const char *const lists[] = {"hris_employees",      "hris_absences",      "hris_teams",
                                        "hris_legal_entities", "hris_absence_types", NULL};
    unsigned int which = first % 16U;

    if (which < 6) {
        return call_record(self, f, records[which].model, records[which].id, err);
    }
    if (which < 12) {
        return call_list(self, f, lists[which - 6], which == 6 || which == 11 ? 1 : 0, err);
    }
    if (which < 15) {
        return call_subscribe(self, which, have, err);
    }
    return weir_connector.fetch->list(self, weir_str("hris_teams"), 0,
                                      weir_str_n((const char *)f->data, f->len), &f->sink, err);
}

static void init(struct fuzz_host *f, struct weir_bytes input)
{
    personio_host_init(f, input.data + 1, input.len - 1);
}

TEST(each_call_tells_the_truth_or_there_was_no_memory)
{
    static const struct player player = {.connector = &weir_connector, .init = init, .call = call_chosen};

    UNUSED_STATE;
    playing_try(&player, TEST_CORPUS, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_call_tells_the_truth_or_there_was_no_memory),
    };

    scarce_jansson();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
