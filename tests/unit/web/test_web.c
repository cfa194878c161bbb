#include "fixture.h"

#include <poll.h>

static const char readyz[] = "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
static const char check[] = "GET /v1/check-api-key HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            "Authorization: Bearer " API_KEY "\r\n\r\n";

/* Until the one thread holds the request of a probe, so that what comes after has to wait. */
static int occupy(struct fixture *f)
{
    int fd;

    atomic_store(&f->hold, 1);
    fd = peer_send(server_port(f->admin), readyz, sizeof readyz - 1);
    while (atomic_load(&f->hold) != 2) {
        (void)sched_yield();
    }
    return fd;
}

/* Send count requests, of which the queue takes all but one; the place of that one, which is answered. */
static size_t overfill(struct fixture *f, struct pollfd *peers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        peers[i].fd = peer_send(server_port(f->public), check, sizeof check - 1);
        peers[i].events = POLLIN;
    }
    EXPECT_INT(1, poll(peers, count, 10000));
    for (size_t i = 0; i < count; i++) {
        if (peers[i].revents != 0) {
            return i;
        }
    }
    return count;
}

TEST(what_the_queue_cannot_hold_is_429_at_once)
{
    struct fixture *f = fixture_new_with(1, 2);
    struct pollfd peers[3];
    struct answer a;
    size_t refused;
    int held;

    UNUSED_STATE;
    held = occupy(f);
    refused = overfill(f, peers, 3);
    a = peer_read(peers[refused].fd);
    EXPECT(strstr(a.head, "Retry-After: 1\r\n") != NULL);
    expect_error(a, 429, "PLATFORM.CONCURRENCY_LIMIT_EXCEEDED");
    /* The probe of life is not queued. */
    a = ask_full(server_port(f->admin), "GET", "/healthz", "", "");
    EXPECT_INT(200, a.status);
    answer_free(&a);
    atomic_store(&f->hold, 0);
    for (size_t i = 0; i < 3; i++) {
        if (i != refused) {
            expect_ok(peer_read(peers[i].fd));
        }
    }
    a = peer_read(held);
    EXPECT_INT(200, a.status);
    answer_free(&a);
    fixture_free(f);
}

static void *stop(void *arg)
{
    web_stop(((struct fixture *)arg)->web);
    return NULL;
}

TEST(stopping_answers_what_waits_and_lets_end_what_runs)
{
    struct fixture *f = fixture_new_with(1, 1);
    struct pollfd peers[2];
    pthread_t stopper;
    struct answer a;
    size_t refused;
    bool stopping;
    int held;

    UNUSED_STATE;
    held = occupy(f);
    refused = overfill(f, peers, 2);
    expect_error(peer_read(peers[refused].fd), 429, "PLATFORM.CONCURRENCY_LIMIT_EXCEEDED");
    EXPECT_INT(0, pthread_create(&stopper, NULL, stop, f));
    do { /* the queue is full, so each is answered at once, and at last for the other reason */
        a = api_get(f, "/v1/check-api-key");
        stopping = strcmp(text_at(a.json, "error.code"), "PLATFORM.UNKNOWN_ERROR") == 0;
        EXPECT_INT(stopping ? 503 : 429, a.status);
        answer_free(&a);
    } while (!stopping);
    atomic_store(&f->hold, 0);
    (void)pthread_join(stopper, NULL);
    a = peer_read(held);
    EXPECT_INT(200, a.status);
    answer_free(&a);
    expect_error(peer_read(peers[1 - refused].fd), 503, "PLATFORM.UNKNOWN_ERROR");
    fixture_free(f);
}

TEST(keys_can_be_changed_while_it_runs)
{
    static const struct web_key fresh = {.name = "app", .key = "another-key"};
    struct fixture *f = fixture_new();
    struct weir_error err = {0};

    UNUSED_STATE;
    expect_ok(api_get(f, "/v1/check-api-key"));
    EXPECT_INT(0, web_keys_set(f->web, &fresh, 1, NULL, 0, &err));
    expect_error(api_get(f, "/v1/check-api-key"), 401, "PLATFORM.AUTHENTICATION_INVALID");
    expect_ok(ask_full(server_port(f->public), "GET", "/v1/check-api-key",
                       "Authorization: Bearer another-key\r\n", ""));
    fixture_free(f);
}

TEST(head_is_answered_as_get_without_a_body)
{
    struct fixture *f = fixture_new();
    struct answer a = api_ask(f, "HEAD", "/v1/hris/employees", "");

    UNUSED_STATE;
    EXPECT_INT(200, a.status);
    EXPECT_STR("", a.text);
    EXPECT(strstr(a.head, "Content-Type: application/json") != NULL);
    answer_free(&a);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_the_queue_cannot_hold_is_429_at_once),
        UNIT(stopping_answers_what_waits_and_lets_end_what_runs),
        UNIT(keys_can_be_changed_while_it_runs),
        UNIT(head_is_answered_as_get_without_a_body),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
