/* loop: its end, what other threads hand to it, and the addresses it listens on. */
#include "fixture.h"

#include <sys/resource.h>
#include <sys/stat.h>

static const char simple[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

struct stopper {
    struct loop *loop;
    uint32_t grace_ms;
};

static void *stop_it(void *arg)
{
    struct stopper *s = arg;

    loop_stop(s->loop, s->grace_ms);
    return NULL;
}

TEST(stopping_waits_for_answers_within_the_grace)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct stopper s = {f->loop, PATIENCE_MS};
    pthread_t thread;
    int fds[20], idle;
    char *answer;

    idle = peer_connect(server_port(f->server));
    for (int i = 0; i < 20; i++) {
        fds[i] = peer_connect(server_port(f->server));
        peer_send(fds[i], simple);
    }
    fixture_wait_seen(f, 20);
    pthread_create(&thread, NULL, stop_it, &s);
    EXPECT(peer_sees_end(idle)); /* so it is stopping now */
    close(idle);
    fixture_mode(f, ANSWER_LATER);
    for (int i = 0; i < 20; i++) {
        answer = peer_read(fds[i]);
        EXPECT_INT(200, peer_status(answer));
        EXPECT(strstr(answer, "Connection: close\r\n") != NULL);
        EXPECT(peer_sees_end(fds[i]));
        free(answer);
        close(fds[i]);
    }
    pthread_join(thread, NULL);
    fixture_free(f);
}

TEST(what_is_unanswered_at_the_end_may_be_answered_later_and_is_not_sent)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct exchange *held[10];
    int fds[20];

    for (int i = 0; i < 20; i++) {
        fds[i] = peer_connect(server_port(f->server));
        peer_send(fds[i], "POST /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\nContent-Length: 2\r\n\r\nhi");
    }
    fixture_wait_seen(f, 20);
    loop_stop(f->loop, 0);
    for (int i = 0; i < 20; i++) {
        EXPECT_INT(0, peer_read_status(fds[i]));
        close(fds[i]);
    }
    fixture_take_held(held, f, 10);
    for (size_t i = 0; i < 10; i++) {
        struct weir_str value;

        EXPECT(weir_str_is(exchange_path(held[i]), "/a"));
        EXPECT(exchange_header(&value, held[i], "x") && weir_str_is(value, "y"));
        EXPECT_INT(2, exchange_body(held[i]).len);
        exchange_take_reply(held[i], &(struct reply){.status = 200});
    }
    fixture_free(f);
}

TEST(an_exchange_may_outlive_its_loop)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct exchange *late[2];
    int fds[2];

    for (int i = 0; i < 2; i++) {
        fds[i] = peer_connect(server_port(f->server));
        peer_send(fds[i], simple);
    }
    fixture_wait_seen(f, 2);
    fixture_take_held(late, f, 2);
    fixture_free(f);
    EXPECT(weir_str_is(exchange_method(late[0]), "GET"));
    for (int i = 0; i < 2; i++) {
        exchange_take_reply(late[i], &(struct reply){.status = 200, .content_type = "text/plain"});
        close(fds[i]);
    }
}

TEST(a_loop_that_never_started_can_be_freed)
{
    UNUSED_STATE;
    struct metrics *m = metrics_new();
    struct server_options options = fixture_options();
    struct loop *loop = NULL;
    struct server *server = NULL;
    struct weir_error err;

    EXPECT_INT(0, loop_new(&loop, clock_system(), m, &err));
    EXPECT_INT(
        0, server_open(&server, loop, &options, (struct server_handler){fixture_handle, NULL, NULL}, &err));
    server_stop_accepting(server);
    loop_stop(loop, 0);
    loop_free(loop);
    metrics_free(m);
}

TEST(a_server_that_stopped_accepting_ends_idle_connections_and_serves_the_rest)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    int idle = peer_connect(server_port(f->server)), busy = peer_connect(server_port(f->server));
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(server_port(f->server))};
    int further = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer_send(busy, simple);
    fixture_wait_seen(f, 1);
    fixture_turn(f);
    server_stop_accepting(f->server);
    EXPECT(peer_sees_end(idle));
    EXPECT(connect(further, (struct sockaddr *)&to, sizeof to) != 0);
    fixture_mode(f, ANSWER_LATER);
    EXPECT_INT(200, peer_read_status(busy));
    EXPECT(peer_sees_end(busy));
    close(idle);
    close(busy);
    close(further);
    fixture_free(f);
}

struct switches {
    struct fixture_flag flag;
    long count;
};

static void read_switches(void *ctx)
{
    struct switches *s = ctx;
    struct rusage usage;

    getrusage(RUSAGE_THREAD, &usage);
    s->count = usage.ru_nvcsw;
    fixture_raise(&s->flag);
}

/* How often the loop's thread has gone to sleep so far; asking is one time more. */
static long loop_sleeps(struct fixture *f)
{
    struct switches s = {.flag = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false}};

    loop_post(f->loop, read_switches, &s);
    fixture_await(&s.flag);
    return s.count;
}

TEST(an_idle_loop_does_not_wake_up)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    struct pollfd nothing = {.fd = -1};
    long before;

    EXPECT_INT(200, peer_ask(server_port(f->server), simple));
    fixture_turn(f);
    (void)poll(&nothing, 1, 50); /* it may still see the end of the connection */
    before = loop_sleeps(f);
    (void)poll(&nothing, 1, 300);
    EXPECT(loop_sleeps(f) - before <= 2);
    fixture_free(f);
}

static void peer_connect_unix(int *fd, const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};

    (void)snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    *fd = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT_INT(0, connect(*fd, (struct sockaddr *)&to, sizeof to));
}

static void tell_peer(void *ctx, struct exchange *x)
{
    (void)ctx;
    exchange_take_reply(x, &(struct reply){.status = weir_str_is(exchange_peer(x), "unix") ? 200 : 500});
}

TEST(a_unix_socket_is_served_with_mode_0600_and_removed_at_the_end)
{
    UNUSED_STATE;
    char folder[] = "/tmp/weir-net-XXXXXX", listen[128], path[64];
    struct server_options options = fixture_options();
    struct metrics *m = metrics_new();
    struct weir_error err;
    struct stat st;

    EXPECT(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof path, "%s/s", folder);
    (void)snprintf(listen, sizeof listen, "unix:%s", path);
    options.listen = listen;
    options.connections_per_address_max = 10;
    for (int round = 0; round < 2; round++) {
        struct loop *loop = NULL, *second = NULL;
        struct server *server = NULL, *other = NULL;
        int fd;

        if (round == 1) { /* a socket that a crash left behind */
            struct sockaddr_un at = {.sun_family = AF_UNIX};

            (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
            fd = socket(AF_UNIX, SOCK_STREAM, 0);
            EXPECT_INT(0, bind(fd, (struct sockaddr *)&at, sizeof at));
            close(fd);
        }
        EXPECT_INT(0, loop_new(&loop, clock_system(), m, &err));
        EXPECT_INT(
            0, server_open(&server, loop, &options, (struct server_handler){tell_peer, NULL, NULL}, &err));
        EXPECT_INT(0, server_port(server));
        EXPECT_INT(0, lstat(path, &st));
        EXPECT_INT(0600, st.st_mode & 0777);
        EXPECT_INT(0, loop_start(loop, &err));
        peer_connect_unix(&fd, path);
        peer_send(fd, simple);
        EXPECT_INT(200, peer_read_status(fd));
        close(fd);
        /* one that answers is not taken away from its owner */
        EXPECT_INT(0, loop_new(&second, clock_system(), m, &err));
        EXPECT_INT(WEIR_E_CONFIG, server_open(&other, second, &options,
                                              (struct server_handler){tell_peer, NULL, NULL}, &err));
        EXPECT(strstr(err.message, "in use") != NULL);
        loop_free(second);
        loop_stop(loop, 1000);
        loop_free(loop);
        EXPECT(lstat(path, &st) != 0);
    }
    EXPECT_INT(0, rmdir(folder));
    metrics_free(m);
}

static void expect_bad_listen(const char *listen, const char *says)
{
    struct server_options options = fixture_options();
    struct metrics *m = metrics_new();
    struct loop *loop = NULL;
    struct server *server = NULL;
    struct weir_error err = {0};

    options.listen = listen;
    EXPECT_INT(0, loop_new(&loop, clock_system(), m, &err));
    EXPECT_INT(WEIR_E_CONFIG,
               server_open(&server, loop, &options, (struct server_handler){tell_peer, NULL, NULL}, &err));
    if (strstr(err.message, says) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", err.message, says);
    }
    loop_free(loop);
    metrics_free(m);
}

TEST(a_bad_listen_address_is_named)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    char taken[32];

    (void)snprintf(taken, sizeof taken, "127.0.0.1:%u", (unsigned)server_port(f->server));
    expect_bad_listen(taken, "in use");
    fixture_free(f);
    expect_bad_listen("8080", "\"8080\" is not one");
    expect_bad_listen("127.0.0.1:x", "is not one");
    expect_bad_listen("127.0.0.1:70000", "is not one");
    expect_bad_listen("::1:80", "is not one");
    expect_bad_listen(":80", "is not one");
    expect_bad_listen("[]:80", "is not one");
    expect_bad_listen("192.0.2.1:80", "no such address");
    expect_bad_listen("unix:relative", "absolute");
    expect_bad_listen("unix:/nonexistent/folder/s", "folder does not exist");
}

static void count_up(void *ctx)
{
    atomic_fetch_add((_Atomic int *)ctx, 1);
}

static void *post_many(void *arg)
{
    void **args = arg;

    for (int i = 0; i < 1000; i++) {
        loop_post(args[0], count_up, args[1]);
    }
    return NULL;
}

TEST(posts_from_many_threads_all_run)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    _Atomic int count = 0;
    void *args[2] = {f->loop, &count};
    pthread_t threads[4];

    for (int i = 0; i < 4; i++) {
        pthread_create(&threads[i], NULL, post_many, args);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    fixture_turn(f);
    EXPECT_INT(4000, atomic_load(&count));
    loop_stop(f->loop, 0);
    loop_post(f->loop, count_up, &count); /* nobody runs it any more */
    EXPECT_INT(4000, atomic_load(&count));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(stopping_waits_for_answers_within_the_grace),
        UNIT(what_is_unanswered_at_the_end_may_be_answered_later_and_is_not_sent),
        UNIT(an_exchange_may_outlive_its_loop),
        UNIT(a_loop_that_never_started_can_be_freed),
        UNIT(a_server_that_stopped_accepting_ends_idle_connections_and_serves_the_rest),
        UNIT(an_idle_loop_does_not_wake_up),
        UNIT(a_unix_socket_is_served_with_mode_0600_and_removed_at_the_end),
        UNIT(a_bad_listen_address_is_named),
        UNIT(posts_from_many_threads_all_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
