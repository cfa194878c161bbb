/*
 * fuzz_personio_map: any answers of Personio to each call of the connector. The first byte chooses the
 * call; then come the answers, as personio_host.h says. Whatever comes, the sink is told nothing that breaks
 * its contract, and a listing ends.
 */
#include "personio_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void record(void *self, struct fuzz_host *f, const char *model, const char *id, const char *hint)
{
    struct weir_ref ref = {weir_str(model), weir_str(id), weir_str(hint)};

    (void)weir_connector.fetch->record(self, &ref, &f->sink, NULL);
}

static void list(void *self, struct fuzz_host *f, const char *model, int64_t since_ms)
{
    char cursor[4096];
    size_t len = 0;

    do {
        memcpy(cursor, f->next, f->next_len);
        len = f->next_len;
        f->next_len = 0;
        if ((model != NULL ? weir_connector.fetch->list(self, weir_str(model), since_ms,
                                                        weir_str_n(cursor, len), &f->sink, NULL)
                           : weir_connector.fetch->missed(self, since_ms, weir_str_n(cursor, len), &f->sink,
                                                          NULL)) != 0) {
            return;
        }
    } while (f->next_len > 0);
}

static void subscribe(void *self, unsigned int which)
{
    struct weir_str events[] = {weir_str("person.created"), weir_str("employment.updated.cost-centers")};
    struct weir_subscription_want want = {.size = sizeof want,
                                          .callback_url = weir_str("https://h.example/x"),
                                          .secret = weir_str("secret"),
                                          .label = weir_str("weir"),
                                          .events = events,
                                          .event_count = 2};
    struct weir_subscription have = {.size = sizeof have};

    if (which == 0) {
        (void)weir_connector.subscribe->ensure(self, &want, &have, NULL);
    } else if (which == 1) {
        (void)weir_connector.subscribe->inspect(self, &want, &have, NULL);
    } else {
        (void)weir_connector.subscribe->remove(self, &want, NULL);
    }
}

/* The input as the host's cursor. */
static void cursor(void *self, struct fuzz_host *f)
{
    (void)weir_connector.fetch->list(self, weir_str("hris_teams"), 0,
                                     weir_str_n((const char *)f->data, f->len), &f->sink, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_host f;
    void *self = NULL;

    if (size == 0) {
        return 0;
    }
    personio_host_init(&f, data + 1, size - 1);
    if (weir_connector.open(&self, &f.host, NULL) != 0) {
        abort();
    }
    switch (data[0] % 16) {
    case 0:
        record(self, &f, "hris_employees", "3003", "");
        break;
    case 1:
        record(self, &f, "hris_absences", "fd19", "3003");
        break;
    case 2:
        record(self, &f, "hris_teams", "team:7", "");
        break;
    case 3:
        record(self, &f, "hris_locations", "7", "");
        break;
    case 4:
        record(self, &f, "hris_legal_entities", "7", "");
        break;
    case 5:
        record(self, &f, "hris_absence_types", "7", "");
        break;
    case 6:
        list(self, &f, "hris_employees", 1);
        break;
    case 7:
        list(self, &f, "hris_absences", 0);
        break;
    case 8:
        list(self, &f, "hris_teams", 0);
        break;
    case 9:
        list(self, &f, "hris_legal_entities", 0);
        break;
    case 10:
        list(self, &f, "hris_absence_types", 0);
        break;
    case 11:
        list(self, &f, NULL, 1);
        break;
    case 12:
    case 13:
    case 14:
        subscribe(self, data[0] % 16U - 12U);
        break;
    default:
        cursor(self, &f);
        break;
    }
    weir_connector.close(self);
    return 0;
}
