/* stream: answers that go on. */
#include "fixture.h"

#include "net/stream.h"

#define PENDING 65536

struct listener {
    struct fixture *f;
    struct stream *stream;
    int fd;
    char *text; /* what the peer read, terminated */
    size_t len, cap;
    atomic_int gone, drained;
};

static void on_gone(void *ctx)
{
    atomic_fetch_add(&((struct listener *)ctx)->gone, 1);
}

static void on_drained(void *ctx)
{
    atomic_fetch_add(&((struct listener *)ctx)->drained, 1);
}

static struct listener *listen_to(struct fixture *f)
{
    struct listener *l = calloc(1, sizeof *l);
    struct stream_options options = {.status = 200,
                                     .content_type = "text/event-stream",
                                     .pending_max = PENDING,
                                     .farewell_slow = "too slow",
                                     .farewell_stop = "stopping",
                                     .drained = on_drained,
                                     .gone = on_gone,
                                     .ctx = l};
    struct exchange *x;
    size_t seen = f->seen;

    l->f = f;
    l->cap = 16u << 20;
    l->text = calloc(1, l->cap + 1);
    l->fd = peer_connect(server_port(f->server));
    peer_send(l->fd, "GET /s HTTP/1.1\r\nHost: x\r\n\r\n");
    fixture_wait_seen(f, seen + 1);
    fixture_take_held(&x, f, 1);
    l->stream = exchange_take_stream(x, &options);
    EXPECT(l->stream != NULL);
    return l;
}

static bool say(struct listener *l, const char *text)
{
    return stream_write(l->stream, weir_bytes(text, strlen(text)));
}

/* Read until it was seen, or to the end when it is NULL. */
static void hear(struct listener *l, const char *text)
{
    while (text == NULL || strstr(l->text, text) == NULL) {
        struct pollfd ready = {.fd = l->fd, .events = POLLIN};
        ssize_t got;

        EXPECT_INT(1, poll(&ready, 1, PATIENCE_MS));
        got = recv(l->fd, l->text + l->len, l->cap - l->len, 0);
        if (got <= 0) {
            EXPECT(text == NULL);
            return;
        }
        l->len += (size_t)got;
        l->text[l->len] = '\0';
    }
}

static bool ends_whole(const struct listener *l)
{
    return l->len > 5 && strcmp(l->text + l->len - 5, "0\r\n\r\n") == 0;
}

static void wait_gone(struct listener *l)
{
    for (int i = 0; i < 100000 && atomic_load(&l->gone) == 0; i++) {
        fixture_turn(l->f);
    }
    EXPECT_INT(1, atomic_load(&l->gone));
}

/* Its memory is the stream's to use until that is gone. */
static void listener_free(struct listener *l)
{
    stream_unref(l->stream);
    if (l->fd >= 0) {
        close(l->fd);
    }
    wait_gone(l);
    free(l->text);
    free(l);
}

TEST(a_stream_arrives_piece_by_piece_and_ends_when_it_is_ended)
{
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct listener *l = listen_to(f);

    UNUSED_STATE;
    hear(l, "Content-Type: text/event-stream\r\n");
    EXPECT(say(l, "one\n"));
    hear(l, "one\n");
    EXPECT(say(l, "two\n") && say(l, "three\n"));
    hear(l, "three\n");
    EXPECT_INT(0, atomic_load(&l->gone));
    stream_end(l->stream, "bye");
    EXPECT(!say(l, "four\n"));
    hear(l, NULL);
    EXPECT(strstr(l->text, "bye") != NULL && strstr(l->text, "four") == NULL && ends_whole(l));
    wait_gone(l);
    listener_free(l);
    fixture_free(f);
}

TEST(no_deadline_ends_a_stream_that_has_nothing_to_say)
{
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct listener *l;

    UNUSED_STATE;
    atomic_store(&f->mono_us, clock_mono_us(clock_system()));
    l = listen_to(f);
    EXPECT(say(l, "one\n"));
    hear(l, "one\n");
    fixture_turn(f);
    for (int i = 0; i < 20; i++) {
        fixture_advance_ms(f, 3600000);
    }
    EXPECT(say(l, "two\n"));
    hear(l, "two\n");
    EXPECT_INT(0, atomic_load(&l->gone));
    listener_free(l);
    fixture_free(f);
}

TEST(a_peer_that_leaves_is_noticed_without_a_word_being_said)
{
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct listener *l = listen_to(f);

    UNUSED_STATE;
    hear(l, "\r\n\r\n");
    fixture_turn(f);
    close(l->fd);
    l->fd = -1;
    wait_gone(l);
    EXPECT(!say(l, "one\n"));
    listener_free(l);
    fixture_free(f);
}

static void fill(struct listener *l)
{
    char block[4096];

    memset(block, 'x', sizeof block);
    while (stream_has_room(l->stream, sizeof block)) {
        EXPECT(stream_write(l->stream, weir_bytes(block, sizeof block)));
        fixture_turn(l->f); /* what the peer's kernel takes is gone from here */
    }
}

TEST(a_slow_peer_is_cut_off_with_a_clear_end)
{
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct listener *l = listen_to(f);
    char block[4096];

    UNUSED_STATE;
    memset(block, 'y', sizeof block);
    fill(l);
    while (stream_write(l->stream, weir_bytes(block, sizeof block))) {
        fixture_turn(f);
    }
    EXPECT_INT(0, atomic_load(&l->gone));
    hear(l, NULL);
    EXPECT(strstr(l->text, "too slow") != NULL && ends_whole(l));
    wait_gone(l);
    listener_free(l);
    fixture_free(f);
}

TEST(room_is_told_of_when_it_was_asked_for)
{
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct listener *l = listen_to(f);

    UNUSED_STATE;
    fill(l);
    EXPECT_INT(0, atomic_load(&l->drained));
    for (int i = 0; i < 100000 && atomic_load(&l->drained) == 0; i++) {
        l->len += (size_t)recv(l->fd, l->text + l->len, 65536, MSG_DONTWAIT) + 1;
        l->len = 0;
        fixture_turn(f);
    }
    EXPECT_INT(1, atomic_load(&l->drained));
    EXPECT(stream_has_room(l->stream, 4096));
    listener_free(l);
    fixture_free(f);
}

TEST(a_peer_that_takes_nothing_is_ended_after_its_farewell)
{
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct listener *l;

    UNUSED_STATE;
    atomic_store(&f->mono_us, clock_mono_us(clock_system()));
    l = listen_to(f);
    fill(l);
    fixture_advance_ms(f, 61000);
    EXPECT_INT(0, atomic_load(&l->gone)); /* it may still take its farewell */
    EXPECT(!say(l, "more"));
    fixture_advance_ms(f, 61000);
    wait_gone(l);
    listener_free(l);
    fixture_free(f);
}

TEST(a_server_that_stops_says_farewell_to_its_streams)
{
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct listener *l = listen_to(f);
    struct listener *deaf = listen_to(f);

    UNUSED_STATE;
    EXPECT(say(l, "one\n"));
    hear(l, "one\n");
    fill(deaf);
    loop_stop(f->loop, 200);
    hear(l, NULL);
    EXPECT(strstr(l->text, "stopping") != NULL && ends_whole(l));
    EXPECT_INT(1, atomic_load(&l->gone));
    EXPECT_INT(1, atomic_load(&deaf->gone)); /* its connection was ended with the loop */
    EXPECT(!say(l, "two\n"));
    fixture_free(f);
    EXPECT(!say(l, "three\n")); /* also when nothing of the server is left */
    listener_free(deaf);
    listener_free(l);
}

#define MANY 128 /* the number at which the library's own loop stalls */

struct writing {
    struct listener **listeners;
    atomic_bool stop;
};

static void *write_all(void *arg)
{
    struct writing *w = arg;

    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < MANY; i++) {
            (void)say(w->listeners[i], "ping\n");
        }
    }
    return NULL;
}

TEST(many_streams_are_written_by_several_threads_while_peers_come_and_go)
{
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    struct listener *all[MANY];
    struct writing w = {.listeners = all};
    pthread_t threads[2];

    UNUSED_STATE;
    for (int i = 0; i < MANY; i++) {
        all[i] = listen_to(f);
    }
    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, write_all, &w);
    }
    for (int i = 0; i < MANY; i += 2) {
        hear(all[i], "ping\n");
        close(all[i]->fd);
        all[i]->fd = -1;
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < MANY; i++) {
        if (i % 2 == 1) {
            stream_end(all[i]->stream, "bye");
            hear(all[i], NULL);
            EXPECT(strstr(all[i]->text, "bye") != NULL);
        }
        wait_gone(all[i]);
        listener_free(all[i]);
    }
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_stream_arrives_piece_by_piece_and_ends_when_it_is_ended),
        UNIT(no_deadline_ends_a_stream_that_has_nothing_to_say),
        UNIT(a_peer_that_leaves_is_noticed_without_a_word_being_said),
        UNIT(a_slow_peer_is_cut_off_with_a_clear_end),
        UNIT(room_is_told_of_when_it_was_asked_for),
        UNIT(a_peer_that_takes_nothing_is_ended_after_its_farewell),
        UNIT(a_server_that_stops_says_farewell_to_its_streams),
        UNIT(many_streams_are_written_by_several_threads_while_peers_come_and_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
