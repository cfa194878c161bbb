/*
 * Each allocation of the Personio connector fails in turn, in each call to it that the fuzzer's corpus holds:
 * what it tells the sink is part of what it tells with memory, and all of it where its answer is the same.
 */
#include "expect.h"
#include "personio_host.h"
#include "scarce.h"

#include <dirent.h>
#include <stdlib.h>

#define TOLD_MAX (256u * 1024)
#define PAGES_MAX 20
#define EXCHANGES_MAX 64

/* A request and what was answered. */
struct exchange {
    char url[512];
    const char *method; /* the connector's own text */
    int status;
    struct weir_bytes body;
    bool played;
};

struct playing {
    struct fuzz_host f;
    struct exchange exchanges[EXCHANGES_MAX];
    size_t exchange_count;
    bool learnt;            /* what is answered to which request */
    struct weir_sink plain; /* the fuzzer's sink, which checks what it is told */
    const uint8_t *data;
    size_t len;
    char *told, *want;
    size_t told_len, want_len;
    int want_rc;
};

/* ---- a host whose answers stay the same -------------------------------------------------------------- */

/* An answer that was not remembered for lack of memory is asked for once more: it has to be the same again.
 */
static int on_http(const struct weir_host *host, const struct weir_http_request *request,
                   struct weir_http_response *response, struct weir_error *err)
{
    struct playing *p = (struct playing *)host->ctx; /* its host is its first member */
    struct exchange *found = NULL;
    int rc;

    if (!p->learnt) {
        rc = fuzz_http(host, request, response, err);
        if (rc == 0) {
            EXPECT(p->exchange_count < EXCHANGES_MAX);
            found = &p->exchanges[p->exchange_count++];
            (void)snprintf(found->url, sizeof found->url, "%.*s", WEIR_STR_ARG(request->url));
            found->method = request->method;
            found->status = response->status;
            found->body = response->body;
        }
        return rc;
    }
    for (size_t i = 0; i < p->exchange_count && (found == NULL || found->played); i++) {
        if (weir_str_is(request->url, p->exchanges[i].url) &&
            strcmp(request->method, p->exchanges[i].method) == 0) {
            found = &p->exchanges[i];
        }
    }
    if (found == NULL) {
        return weir_fail(err, WEIR_E_LATER, "no more answers");
    }
    found->played = true;
    response->status = found->status;
    response->body = found->body;
    return 0;
}

/* ---- a sink that writes down, with all the memory it needs ------------------------------------------ */

static struct playing *playing_of(const struct weir_sink *sink)
{
    return (struct playing *)sink->ctx; /* its host is its first member */
}

static void tell(struct playing *p, const char *what, struct weir_str a, struct weir_str b,
                 struct weir_bytes c)
{
    int len = snprintf(p->told + p->told_len, TOLD_MAX - p->told_len, "%s %.*s %.*s %.*s\n", what,
                       WEIR_STR_ARG(a), WEIR_STR_ARG(b), (int)c.len, c.len > 0 ? (const char *)c.data : "");

    EXPECT(len > 0 && (size_t)len < TOLD_MAX - p->told_len);
    p->told_len += (size_t)len;
}

static int on_record(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                     struct weir_bytes json, struct weir_error *err)
{
    struct playing *p = playing_of(sink);

    scarce_pause();
    tell(p, "record", model, remote_id, json);
    (void)p->plain.record(sink, model, remote_id, json, err);
    scarce_resume();
    return 0;
}

static int on_placeholder(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                          struct weir_bytes json, struct weir_error *err)
{
    struct playing *p = playing_of(sink);

    scarce_pause();
    tell(p, "placeholder", model, remote_id, json);
    (void)p->plain.placeholder(sink, model, remote_id, json, err);
    scarce_resume();
    return 0;
}

static int on_gone(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                   struct weir_error *err)
{
    tell(playing_of(sink), "gone", model, remote_id, weir_bytes(NULL, 0));
    return playing_of(sink)->plain.gone(sink, model, remote_id, err);
}

static int on_complete(const struct weir_sink *sink, struct weir_str model, struct weir_str field,
                       struct weir_str parent_id, struct weir_error *err)
{
    tell(playing_of(sink), "complete", model, field, weir_str_bytes(parent_id));
    return playing_of(sink)->plain.complete(sink, model, field, parent_id, err);
}

static int on_event(const struct weir_sink *sink, const struct weir_event *event, struct weir_error *err)
{
    tell(playing_of(sink), "event", event->type, event->upstream_id, weir_bytes(NULL, 0));
    for (size_t i = 0; i < event->ref_count; i++) {
        tell(playing_of(sink), "ref", event->refs[i].model, event->refs[i].remote_id,
             weir_str_bytes(event->refs[i].hint));
    }
    return playing_of(sink)->plain.event(sink, event, err);
}

static int on_next(const struct weir_sink *sink, struct weir_str cursor, struct weir_error *err)
{
    tell(playing_of(sink), "next", cursor, weir_str(""), weir_bytes(NULL, 0));
    return playing_of(sink)->plain.next(sink, cursor, err);
}

/* ---- the calls, as the fuzzer makes them ------------------------------------------------------------ */

static int call_record(void *self, struct playing *p, const char *model, const char *id,
                       struct weir_error *err)
{
    struct weir_ref ref = {weir_str(model), weir_str(id), weir_str(strcmp(id, "fd19") == 0 ? "3003" : "")};

    return weir_connector.fetch->record(self, &ref, &p->f.sink, err);
}

/* All pages; no model: what was missed. */
static int call_list(void *self, struct playing *p, const char *model, int64_t since_ms,
                     struct weir_error *err)
{
    char cursor[sizeof p->f.next];
    int rc = 0;

    for (int page = 0; rc == 0 && page < PAGES_MAX && (page == 0 || p->f.next_len > 0); page++) {
        struct weir_str from = weir_str_n(cursor, p->f.next_len);

        memcpy(cursor, p->f.next, p->f.next_len);
        p->f.next_len = 0;
        rc = model != NULL
                 ? weir_connector.fetch->list(self, weir_str(model), since_ms, from, &p->f.sink, err)
                 : weir_connector.fetch->missed(self, since_ms, from, &p->f.sink, err);
    }
    return rc;
}

static int call_subscribe(void *self, struct playing *p, unsigned int which, struct weir_error *err)
{
    struct weir_str events[] = {weir_str("person.created"), weir_str("employment.updated.cost-centers")};
    struct weir_subscription_want want = {.size = sizeof want,
                                          .callback_url = weir_str("https://h.example/x"),
                                          .secret = weir_str("secret"),
                                          .label = weir_str("weir"),
                                          .events = events,
                                          .event_count = 2};
    struct weir_subscription have = {.size = sizeof have};
    int rc;

    if (which == 12) {
        rc = weir_connector.subscribe->ensure(self, &want, &have, err);
    } else if (which == 13) {
        rc = weir_connector.subscribe->inspect(self, &want, &have, err);
    } else {
        return weir_connector.subscribe->remove(self, &want, err);
    }
    if (rc == 0) {
        tell(p, "subscription", weir_str(have.remote_id), weir_str(have.detail), weir_bytes(NULL, 0));
    }
    return rc;
}

static int call_chosen(void *self, struct playing *p, struct weir_error *err)
{
    static const struct {
        const char *model, *id;
    } records[] = {{"hris_employees", "3003"}, {"hris_absences", "fd19"},    {"hris_teams", "team:7"},
                   {"hris_locations", "7"},    {"hris_legal_entities", "7"}, {"hris_absence_types", "7"}};
    static const char *const lists[] = {"hris_employees",      "hris_absences",      "hris_teams",
                                        "hris_legal_entities", "hris_absence_types", NULL};
    unsigned int which = p->data[0] % 16U;

    if (which < 6) {
        return call_record(self, p, records[which].model, records[which].id, err);
    }
    if (which < 12) {
        return call_list(self, p, lists[which - 6], which == 6 || which == 11 ? 1 : 0, err);
    }
    if (which < 15) {
        return call_subscribe(self, p, which, err);
    }
    return weir_connector.fetch->list(self, weir_str("hris_teams"), 0,
                                      weir_str_n((const char *)p->f.data, p->f.len), &p->f.sink, err);
}

static int play(void *ctx, struct weir_error *err)
{
    struct playing *p = ctx;
    void *self = NULL;
    int rc;

    fuzz_host_init(&p->f, p->data + 1, p->len - 1);
    for (size_t i = 0; i < p->exchange_count; i++) {
        p->exchanges[i].played = false;
    }
    p->f.host.http = on_http;
    p->plain = p->f.sink;
    p->f.sink.record = on_record;
    p->f.sink.placeholder = on_placeholder;
    p->f.sink.gone = on_gone;
    p->f.sink.complete = on_complete;
    p->f.sink.event = on_event;
    p->f.sink.next = on_next;
    p->told_len = 0;
    rc = weir_connector.open(&self, &p->f.host, err);
    if (rc == 0) {
        rc = call_chosen(self, p, err);
        weir_connector.close(self);
    }
    return rc;
}

/* Each line of part is one of whole. */
static void expect_lines_of(const char *whole, const char *part)
{
    for (const char *line = part; *line != '\0'; line = strchr(line, '\n') + 1) {
        size_t len = (size_t)(strchr(line, '\n') - line) + 1;
        const char *at = whole;

        while (*at != '\0' && strncmp(at, line, len) != 0) {
            at = strchr(at, '\n') + 1;
        }
        if (*at == '\0') {
            fail_msg("told, or not told, without memory: %.*s", (int)len, line);
        }
    }
}

/* What it could not remember it may tell twice. */
static void look_at_told(void *ctx, int rc)
{
    struct playing *p = ctx;

    p->told[p->told_len] = '\0';
    expect_lines_of(p->want, p->told);
    if (rc == p->want_rc) {
        expect_lines_of(p->told, p->want);
    }
}

/* ---- the corpus ------------------------------------------------------------------------------------- */

static size_t file_read(uint8_t **data, const char *name)
{
    char path[512];
    FILE *file;
    size_t len;

    (void)snprintf(path, sizeof path, "%s/%s", TEST_CORPUS, name);
    file = fopen(path, "rbe");
    assert_non_null(file);
    *data = malloc(65536);
    assert_non_null(*data);
    len = fread(*data, 1, 65536, file);
    EXPECT_INT(0, fclose(file));
    return len;
}

static void try_file(const char *name)
{
    struct playing *p = calloc(1, sizeof *p);
    uint8_t *data = NULL;
    struct weir_error err;

    p->len = file_read(&data, name);
    p->data = data;
    p->told = malloc(TOLD_MAX);
    p->want = malloc(TOLD_MAX);
    p->want_rc = play(p, &err);
    p->learnt = true;
    p->want_len = p->told_len;
    memcpy(p->want, p->told, p->told_len);
    p->want[p->want_len] = '\0';
    print_message("%s: %d\n", name, p->want_rc);
    EXPECT(scarce_try(&(struct scarce_trial){
               .call = play, .look = look_at_told, .ctx = p, .expected = p->want_rc}) > 0);
    free(p->told);
    free(p->want);
    free(data);
    free(p);
}

TEST(each_call_tells_the_truth_or_there_was_no_memory)
{
    DIR *folder = opendir(TEST_CORPUS);
    const struct dirent *entry;
    size_t count = 0;

    UNUSED_STATE;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            try_file(entry->d_name);
            count++;
        }
    }
    EXPECT(count > 15);
    EXPECT_INT(0, closedir(folder));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_call_tells_the_truth_or_there_was_no_memory),
    };

    scarce_jansson();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
