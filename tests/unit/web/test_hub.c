/* hub: event streams of the feed, of the log and of notifications. */
#include "fixture.h"

#include <poll.h>

struct ear {
    int fd;
    char *text;
    size_t len;
};

#define EAR_MAX (4u << 20)

static struct ear listen_at(uint16_t port, const char *key, const char *path, const char *headers)
{
    char request[1024];
    int len =
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n",
                 path, key, headers);

    return (struct ear){.fd = peer_send(port, request, (size_t)len), .text = calloc(1, EAR_MAX + 1)};
}

static struct ear listen_to(struct fixture *f, const char *path, const char *headers)
{
    return listen_at(server_port(f->public), API_KEY, path, headers);
}

/* Read until text was heard; NULL: to the end. */
static const char *hear(struct ear *e, const char *text)
{
    while (text == NULL || strstr(e->text, text) == NULL) {
        struct pollfd ready = {.fd = e->fd, .events = POLLIN};
        ssize_t got;

        if (poll(&ready, 1, 10000) != 1) {
            fail_msg("waited in vain for %s in %s", text != NULL ? text : "the end", e->text);
        }
        got = recv(e->fd, e->text + e->len, EAR_MAX - e->len, 0);
        if (got <= 0) {
            if (text != NULL) {
                fail_msg("ended before %s: %s", text, e->text);
            }
            return e->text;
        }
        e->len += (size_t)got;
        e->text[e->len] = '\0';
    }
    return text != NULL ? strstr(e->text, text) : e->text;
}

static void ear_free(struct ear *e)
{
    close(e->fd);
    free(e->text);
}

/* The last id that was heard. */
static void last_id(char out[128], const struct ear *e)
{
    const char *at = e->text;
    const char *found = NULL;

    while ((at = strstr(at, "id: ")) != NULL) {
        found = at == e->text || at[-1] == '\n' ? at + 4 : found;
        at += 4;
    }
    EXPECT(found != NULL);
    (void)snprintf(out, 128, "%.*s", (int)strcspn(found, "\n"), found);
}

static void put(struct fixture *f, int number)
{
    char remote_id[16];

    (void)snprintf(remote_id, sizeof remote_id, "%d", number);
    fixture_put(f, "hris_employees", remote_id, "{\"first_name\":\"Ada\",\"employment_status\":\"ACTIVE\"}");
}

static size_t open_streams(struct fixture *f)
{
    return (size_t)metric_value(metrics_gauge(f->metrics, "weir_streams", "", ""));
}

static void wait_closed(struct fixture *f, size_t left)
{
    for (int i = 0; i < 1000000 && open_streams(f) != left; i++) {
        (void)sched_yield();
    }
    EXPECT_INT(left, open_streams(f));
}

TEST(changes_arrive_as_they_are_made)
{
    struct fixture *f = fixture_new();
    struct ear e;

    UNUSED_STATE;
    put(f, 1);
    e = listen_to(f, "/v1/changes", "Accept: text/event-stream\r\n");
    hear(&e, "Content-Type: text/event-stream\r\n");
    hear(&e, "\"remote_id\":\"1\""); /* from the oldest that is kept */
    put(f, 2);
    hear(&e, "event: change\ndata: {\"cursor\":\"");
    hear(&e, "\"remote_id\":\"2\",\"change\":\"created\"");
    hear(&e, ": heartbeat\n\n");
    ear_free(&e);
    wait_closed(f, 0);
    e = listen_to(f, "/v1/changes/stream?cursor=now&models=hris_teams", "");
    hear(&e, ": connected\n\n");
    put(f, 3);
    fixture_put(f, "hris_teams", "t1", "{\"name\":\"Sales\"}");
    hear(&e, "\"remote_id\":\"t1\"");
    EXPECT(strstr(e.text, "employees") == NULL);
    ear_free(&e);
    fixture_free(f);
}

TEST(who_comes_back_goes_on_where_it_was)
{
    struct fixture *f = fixture_new();
    struct ear e = listen_to(f, "/v1/changes/stream?cursor=now", "");
    char id[128], header[256];

    UNUSED_STATE;
    hear(&e, ": connected\n\n"); /* carries an id of its own */
    put(f, 1);
    hear(&e, "\"remote_id\":\"1\"");
    hear(&e, ": heartbeat\n\n");
    last_id(id, &e);
    ear_free(&e);
    put(f, 2);
    put(f, 3);
    (void)snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", id);
    e = listen_to(f, "/v1/changes/stream?cursor=now", header);
    hear(&e, "\"remote_id\":\"3\"");
    EXPECT(strstr(e.text, "\"remote_id\":\"2\"") != NULL && strstr(e.text, "\"remote_id\":\"1\"") == NULL);
    ear_free(&e);
    fixture_free(f);
}

TEST(a_cursor_that_is_none_is_refused_before_the_stream_begins)
{
    struct fixture *f = fixture_new();
    struct ear e = listen_to(f, "/v1/changes/stream?cursor=now", "Last-Event-ID: nonsense\r\n");

    UNUSED_STATE;
    hear(&e, "HTTP/1.1 400 ");
    hear(&e, "PLATFORM.INPUT_INVALID");
    ear_free(&e);
    e = listen_at(server_port(f->public), "a-wrong-key", "/v1/changes/stream", "");
    hear(&e, "HTTP/1.1 401 ");
    ear_free(&e);
    EXPECT_INT(0, open_streams(f));
    fixture_free(f);
}

TEST(there_is_a_limit_of_streams_and_a_place_is_free_again)
{
    struct fixture *f = fixture_new();
    struct ear e[5];

    UNUSED_STATE;
    for (int i = 0; i < 4; i++) {
        e[i] = listen_to(f, "/v1/changes/stream", "");
        hear(&e[i], ": connected\n\n");
    }
    e[4] = listen_to(f, "/v1/changes/stream", "");
    hear(&e[4], "HTTP/1.1 429 ");
    hear(&e[4], "limits.streams_max");
    ear_free(&e[4]);
    ear_free(&e[0]);
    wait_closed(f, 3);
    e[0] = listen_to(f, "/v1/changes/stream", "");
    hear(&e[0], ": connected\n\n");
    put(f, 1);
    for (int i = 0; i < 4; i++) {
        hear(&e[i], "\"remote_id\":\"1\"");
        ear_free(&e[i]);
    }
    fixture_free(f);
}

TEST(a_stream_ends_when_its_key_is_taken_away)
{
    static const struct web_key other = {.name = "other", .key = "another-api-key"};
    static const struct web_key admin = {.name = "ops", .key = ADMIN_KEY};
    struct fixture *f = fixture_new();
    struct ear e = listen_to(f, "/v1/changes/stream", "");

    UNUSED_STATE;
    hear(&e, ": connected\n\n");
    EXPECT_INT(0, web_keys_set(f->web, &other, 1, &admin, 1, NULL));
    EXPECT(strstr(hear(&e, NULL), "event: end\ndata: {\"reason\":\"key_revoked\"}") != NULL);
    ear_free(&e);
    fixture_free(f);
}

TEST(a_slow_reader_misses_nothing_and_holds_up_nobody)
{
    struct fixture *f = fixture_new();
    struct ear slow = listen_to(f, "/v1/changes/stream?include=record", "");
    struct ear quick = listen_to(f, "/v1/changes/stream?include=record", "");
    char last[32];

    UNUSED_STATE;
    hear(&slow, ": connected\n\n");
    for (int i = 0; i < 300; i++) {
        put(f, i);
    }
    (void)snprintf(last, sizeof last, "\"remote_id\":\"%d\",\"change\"", 299);
    hear(&quick, last);
    hear(&slow, last);
    for (int i = 0; i < 300; i++) {
        (void)snprintf(last, sizeof last, "\"remote_id\":\"%d\",\"change\"", i);
        EXPECT(strstr(slow.text, last) != NULL && strstr(quick.text, last) != NULL);
    }
    ear_free(&slow);
    ear_free(&quick);
    fixture_free(f);
}

TEST(a_server_that_stops_ends_its_streams)
{
    struct fixture *f = fixture_new();
    struct ear e = listen_to(f, "/v1/changes/stream", "");

    UNUSED_STATE;
    hear(&e, ": connected\n\n");
    loop_stop(f->loop, 5000);
    EXPECT(strstr(hear(&e, NULL), "event: end\ndata: {\"reason\":\"stopping\"}") != NULL);
    ear_free(&e);
    fixture_free(f);
}

TEST(the_log_is_followed_live)
{
    struct fixture *f = fixture_new();
    struct ear e = listen_at(server_port(f->admin), ADMIN_KEY, "/admin/v1/log/stream", "");
    struct store_log_in entry = {.kind = STORE_LOG_SYNC,
                                 .integration = f->integrations[0].number,
                                 .json = weir_str("{\"sync\":\"s1\",\"state\":\"SUCCEEDED\"}")};
    char id[128], header[256];

    UNUSED_STATE;
    hear(&e, ": connected\n\n");
    store_log(f->st, &entry);
    hear(&e, "event: log\ndata: {\"at\":\"2026-02-02T");
    hear(&e,
         "\"kind\":\"sync\",\"integration\":\"personio:acme\",\"sync\":\"s1\",\"state\":\"SUCCEEDED\"}\n\n");
    last_id(id, &e);
    ear_free(&e);
    entry.json = weir_str("{\"sync\":\"s2\"}");
    store_log(f->st, &entry);
    (void)snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", id);
    e = listen_at(server_port(f->admin), ADMIN_KEY, "/admin/v1/log/stream", header);
    hear(&e, "\"sync\":\"s2\"");
    EXPECT(strstr(e.text, "\"s1\"") == NULL);
    ear_free(&e);
    fixture_free(f);
}

TEST(notifications_are_shown_as_they_are_made_and_attempted)
{
    struct fixture *f = fixture_new();
    struct store_endpoint endpoint;
    struct store_route route = {.events = STORE_EVENT_DATA_CHANGED};
    struct ear e;
    struct store_log_in attempt = {.kind = STORE_LOG_ATTEMPT,
                                   .json = weir_str("{\"notification\":\"n1\",\"outcome\":\"delivered\"}")};

    UNUSED_STATE;
    EXPECT_INT(0, store_endpoint_ensure(&endpoint, f->st, "app", NULL));
    EXPECT_INT(1, endpoint.number);
    route.endpoint = endpoint.number;
    EXPECT_INT(0, store_routes_set(f->st, &route, 1, NULL));
    e = listen_at(server_port(f->admin), ADMIN_KEY, "/admin/v1/notifications/stream", "");
    hear(&e, ": connected\n\n");
    put(f, 1);
    hear(&e, "event: notification\ndata: {\"id\":\"");
    hear(&e,
         "\"type\":\"data-changed\",\"endpoint\":\"app\",\"integration\":\"personio:acme\",\"made_at\":\"");
    hear(&e, "\"body\":\"");
    store_log(f->st, &attempt);
    hear(&e, "event: attempt\n");
    hear(&e, "\"notification\":\"n1\",\"outcome\":\"delivered\"");
    ear_free(&e);
    fixture_free(f);
}

static size_t times_heard(const struct ear *e, const char *text)
{
    size_t count = 0;

    for (const char *at = e->text; (at = strstr(at, text)) != NULL; at++) {
        count++;
    }
    return count;
}

TEST(the_overview_is_told_at_once_and_again_when_it_is_another)
{
    struct fixture *f = fixture_new();
    struct ear e = listen_at(server_port(f->admin), ADMIN_KEY, "/admin/v1/overview/stream", "");
    struct ear other;

    UNUSED_STATE;
    hear(&e, "event: overview\ndata: {\"at\":\"");
    hear(&e, "\"records\":0,");
    hear(&e, ": heartbeat\n\n");
    other = listen_at(server_port(f->admin), ADMIN_KEY, "/admin/v1/overview/stream", "");
    hear(&other, "\"records\":0,");
    EXPECT_INT(1, times_heard(&e, "event: overview"));
    put(f, 1);
    hear(&e, "\"records\":1,");
    hear(&other, "\"records\":1,");
    EXPECT(strstr(e.text, "\nid: ") == NULL);
    ear_free(&e);
    ear_free(&other);
    wait_closed(f, 0);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(changes_arrive_as_they_are_made),
        UNIT(who_comes_back_goes_on_where_it_was),
        UNIT(a_cursor_that_is_none_is_refused_before_the_stream_begins),
        UNIT(there_is_a_limit_of_streams_and_a_place_is_free_again),
        UNIT(a_stream_ends_when_its_key_is_taken_away),
        UNIT(a_slow_reader_misses_nothing_and_holds_up_nobody),
        UNIT(a_server_that_stops_ends_its_streams),
        UNIT(the_log_is_followed_live),
        UNIT(notifications_are_shown_as_they_are_made_and_attempted),
        UNIT(the_overview_is_told_at_once_and_again_when_it_is_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
