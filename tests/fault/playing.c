#include "playing.h"

#include "expect.h"
#include "scarce.h"

#include <dirent.h>
#include <stdlib.h>

#define TOLD_MAX (256u * 1024)
#define EXCHANGES_MAX 64

/* A request and what was answered. */
struct exchange {
    char url[512];
    const char *method; /* the connector's own text */
    int status;
    struct weir_bytes body;
    struct weir_header headers[8];
    size_t header_count;
    bool played;
};

struct playing {
    struct fuzz_host f; /* first: the sink's and the host's ctx lead here */
    const struct player *player;
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
            found->header_count = response->header_count;
            for (size_t i = 0; i < response->header_count; i++) {
                found->headers[i] = response->headers[i];
            }
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
    response->headers = found->headers;
    response->header_count = found->header_count;
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

/* ---- one input -------------------------------------------------------------------------------------- */

static int play(void *ctx, struct weir_error *err)
{
    struct playing *p = ctx;
    struct weir_subscription have = {.size = sizeof have};
    void *self = NULL;
    int rc;

    p->player->init(&p->f, weir_bytes(p->data, p->len));
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
    rc = p->player->connector->open(&self, &p->f.host, err);
    if (rc == 0) {
        rc = p->player->call(self, &p->f, p->data[0], &have, err);
        p->player->connector->close(self);
    }
    if (rc == 0 && have.remote_id[0] != '\0') {
        tell(p, "subscription", weir_str(have.remote_id), weir_str(have.detail), weir_bytes(NULL, 0));
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

static size_t file_read(uint8_t **data, const char *corpus, const char *name)
{
    char path[512];
    FILE *file;
    size_t len;

    (void)snprintf(path, sizeof path, "%s/%s", corpus, name);
    file = fopen(path, "rbe");
    assert_non_null(file);
    *data = malloc(65536);
    assert_non_null(*data);
    len = fread(*data, 1, 65536, file);
    EXPECT_INT(0, fclose(file));
    return len;
}

static void try_file(const struct player *player, const char *corpus, const char *name)
{
    struct playing *p = calloc(1, sizeof *p);
    uint8_t *data = NULL;
    struct weir_error err;

    p->player = player;
    p->len = file_read(&data, corpus, name);
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

void playing_try(const struct player *player, const char *corpus, size_t least)
{
    DIR *folder = opendir(corpus);
    const struct dirent *entry;
    size_t count = 0;

    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            try_file(player, corpus, entry->d_name);
            count++;
        }
    }
    EXPECT(count >= least);
    EXPECT_INT(0, closedir(folder));
}
