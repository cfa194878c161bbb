/*
 * server_internal: what the files of the HTTP server share. Included by net/ and its tests alone.
 *
 * A loop has one epoll set, one mailbox and several servers. A server is one MHD daemon. A connection
 * carries one exchange at a time; an exchange owns copies of all it lends, so that it may outlive its
 * connection when the loop stops.
 *
 * Everything belongs to the loop thread, but the mailbox, which its lock guards, and an exchange
 * between the handler's call and its answer, which is the holder's.
 */
#ifndef WEIR_NET_SERVER_INTERNAL_H
#define WEIR_NET_SERVER_INTERNAL_H

#include "net/server.h"
#include "net/stream.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#define HEADERS_MAX 100
#define LINGER_MAX 128
#define PEER_MAX 48

/* What an epoll event is about: the first member of whatever the loop watches. */
enum watch_kind { WATCH_MAILBOX, WATCH_SERVER, WATCH_LINGER, WATCH_STREAM };

struct watch {
    enum watch_kind kind;
};

struct post {
    struct post *next;
    void (*fn)(void *ctx);
    void *ctx;
};

/*
 * What other threads hand to the loop. It outlives the loop as long as an exchange that was never
 * answered does, since its holder may still answer it.
 */
struct mailbox {
    struct watch watch;
    pthread_mutex_t lock;
    /* guarded by lock */
    struct exchange *replies_first, *replies_last;
    struct post *posts_first, *posts_last;
    struct stream *streams_first, *streams_last; /* that have something new */
    int wake_fd;      /* an eventfd; written under the lock, so that it cannot be closed meanwhile */
    bool sleeping;    /* the loop waits, or is about to: whoever adds something wakes it */
    bool stopped;     /* the loop takes nothing any more */
    bool abandoned;   /* the loop is freed: the last orphan or stream frees the mailbox */
    uint32_t streams; /* that somebody holds, the library included */
    uint32_t orphans; /* exchanges held by somebody, whose connection is gone */

    pthread_t thread;            /* the loop's; set before the first exchange */
    struct exchange *in_handler; /* the loop's: this one's handler is on its stack */
};

enum phase {
    PHASE_HEAD,  /* waits for a whole header block */
    PHASE_BODY,  /* reads the body */
    PHASE_REPLY, /* writes the answer */
    PHASE_COUNT,
    PHASE_NONE = PHASE_COUNT /* waits for the handler: no deadline of ours */
};

struct connection {
    struct server *server;
    struct MHD_Connection *mhd;
    struct exchange *x;             /* the request that is read or answered; NULL between two */
    struct connection *prev, *next; /* in the server's list of its phase, by deadline */
    int64_t deadline_us;
    enum phase phase;
    uint32_t extensions; /* how often the deadline of a long answer may still be moved */
    int fd;
    bool linger; /* the peer may still be sending: read that before closing, or it loses our answer */
    bool ended;  /* shut down by us */
    char peer[PEER_MAX];
};

struct stream {
    struct watch watch;
    struct mailbox *mailbox;
    struct stream_options options;
    atomic_uint refs; /* the holder's, the response's, the mailbox's */

    pthread_mutex_t lock; /* guards what follows up to the blank line */
    struct buf pending;   /* from taken on: not given to the library yet */
    size_t taken;
    bool ending; /* takes nothing more */
    bool gone;
    bool wants_room;
    size_t room_below; /* ... and has it when no more than this waits */

    struct stream *next; /* guarded by the mailbox's lock, as queued */
    bool queued;

    struct stream *taken_next; /* the loop's: in the list it took; next may be of the following one already */

    /* the loop's */
    struct connection *conn; /* NULL: not answered yet, or completed */
    struct stream *live_prev, *live_next;
    bool suspended;
    bool cut; /* its connection was ended by us */
};

struct deadline_list {
    struct connection *first, *last;
};

struct exchange {
    struct exchange *next; /* in the mailbox, or in the pool */
    struct exchange *held_prev, *held_next;
    struct connection *conn; /* NULL: orphaned */
    struct mailbox *mailbox;
    bool orphaned; /* guarded by the mailbox's lock */
    bool held;     /* between the handler's call and the answer's arrival on the loop */

    /* what it lends; the text is in arena */
    struct weir_str method, path, query;
    struct weir_header headers[HEADERS_MAX];
    size_t header_count;
    char peer[PEER_MAX];
    bool tls;
    int64_t received_us;
    struct buf body;
    char *arena;
    size_t arena_len, arena_cap;
    size_t uri_len;

    uint64_t body_announced; /* 0 when chunked */
    bool chunked;
    bool headers_done;

    /* the answer */
    bool answered;
    bool close;
    int status;
    size_t reply_len;
    struct MHD_Response *response; /* NULL: the server's empty one */
    struct stream *stream;         /* NULL: an answer of known length; the response's while it is there */
};

struct server {
    struct watch watch;
    struct server *next;
    struct loop *loop;
    struct MHD_Daemon *daemon;
    struct MHD_Response *empty, *empty_close;
    struct server_handler handler;
    char *name, *unix_path;
    int epoll_fd; /* the daemon's */
    int listen_fd;
    uint16_t port;
    bool tls;
    bool ready;    /* MHD_run has something to do */
    bool stopping; /* accepts nothing, ends connections after their answer */
    size_t body_max, header_max;
    int64_t timeout_us[PHASE_COUNT];
    struct deadline_list lists[PHASE_COUNT];
    uint32_t connection_count, connections_max;
    struct metric *connections, *requests[6], *timeouts; /* requests by status / 100 */
    char library_message[160]; /* the last thing MHD complained about, while it is being opened */
};

/* A socket that is only read until its peer ends it. */
struct lingerer {
    struct watch watch;
    struct lingerer *prev, *next;
    int fd;
    int64_t deadline_us;
    size_t left; /* bytes we still put up with */
};

struct loop {
    const struct clock *clock;
    struct metrics *metrics;
    struct mailbox *mailbox;
    struct server *servers;
    struct exchange *pool;
    uint32_t pool_count;
    struct exchange *held;  /* handed to a handler and not answered */
    struct stream *streams; /* that have a connection */
    struct lingerer *linger_first, *linger_last;
    uint32_t linger_count;
    int epoll_fd;
    int64_t now_us; /* of this turn */
    pthread_t thread;
    bool started, joined;
    /* set by loop_stop through a post, then the loop's */
    bool stopping;
    bool finished; /* no further request is handed over */
    uint32_t grace_ms;
    int64_t stop_at_us; /* on the system's clock */
};

/* ---- mailbox.c: any thread, unless said otherwise ---- */
int mailbox_new(struct mailbox **out, struct weir_error *err);
void mailbox_push_reply(struct mailbox *box, struct exchange *x);           /* x is the mailbox's after */
bool mailbox_push_post(struct mailbox *box, void (*fn)(void *), void *ctx); /* false: stopped */
/* May the loop sleep? Otherwise something is there. Thread: loop. */
bool mailbox_may_sleep(struct mailbox *box);
void mailbox_take(struct exchange **replies, struct post **posts, struct stream **streams,
                  struct mailbox *box);
bool mailbox_push_stream(struct mailbox *box, struct stream *s); /* false: it is there already, or stopped */
void mailbox_hold_stream(struct mailbox *box);                   /* one more may use the mailbox */
void mailbox_forget_stream(struct mailbox *box);                 /* one less; the last one may free it */
void mailbox_drain_wake(struct mailbox *box);
void mailbox_abandon(struct mailbox *box); /* instead of a free */

/* ---- exchange.c ---- */
struct exchange *exchange_get(struct loop *loop); /* NULL: no memory */
void exchange_put(struct loop *loop, struct exchange *x);
void exchange_free_all(struct loop *loop);
/* Put the answer into x. Thread: any. */
void exchange_answer(struct exchange *x, const struct reply *reply);
/* Queue the answer that x carries. Thread: loop. */
enum MHD_Result exchange_queue(struct exchange *x);
/* The holder keeps x, and its answer will do nothing. The mailbox's lock is held. */
void exchange_orphan_locked(struct exchange *x);
/* On and off the list of those that wait for their answer. Thread: loop. */
void exchange_hold(struct loop *loop, struct exchange *x);
void exchange_unhold(struct loop *loop, struct exchange *x);

/* ---- stream.c. Thread: loop, but for the first ---- */
/* The response that reads it; both have a reference. NULL: no memory. Thread: any. */
struct MHD_Response *stream_new(struct stream **out, struct mailbox *box,
                                const struct stream_options *options);
void stream_attach(struct stream *s, struct connection *c);
void stream_detach(struct stream *s);
void stream_run(struct stream *s); /* there is something new */
/* The farewell, and the end. false: it was ending already. */
bool stream_cut(struct stream *s, bool stopping);
void stream_abort(struct stream *s);   /* end its connection */
void stream_release(struct stream *s); /* a reference. Thread: any */

/* ---- request.c: MHD's callbacks ---- */
void *request_on_uri(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result request_on_access(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *data_len, void **request);
void request_on_completed(void *cls, struct MHD_Connection *mhd, void **request,
                          enum MHD_RequestTerminationCode code);

/* ---- framing.c ---- */
/* Copy the header block into x and check it. 0, or the status to refuse with. */
int framing_read(struct exchange *x, struct MHD_Connection *mhd, const char *method, const char *version,
                 size_t header_max);
/* Copy the request target; false: no memory. What is wrong with it is found by framing_read. */
bool framing_keep_target(struct exchange *x, const char *uri);

/* ---- connection.c ---- */
enum MHD_Result connection_may_come(void *cls, const struct sockaddr *addr, socklen_t addr_len);
void connection_on_notify(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode code);
struct connection *connection_of(struct MHD_Connection *mhd);
/* Write a bare answer straight to the socket, where MHD has no way to (plain connections only). */
void connection_write_status(struct connection *c, int status);
void connection_end(struct connection *c);

/* ---- deadlines.c ---- */
void deadline_set(struct connection *c, enum phase phase);
void deadline_clear(struct connection *c);
/* The earliest of a server, or INT64_MAX. */
int64_t deadline_next(const struct server *server);
void deadlines_expire(struct server *server, int64_t now_us);

/* ---- linger.c ---- */
void linger_add(struct loop *loop, int fd); /* owns fd */
void linger_read(struct loop *loop, struct lingerer *l);
int64_t linger_next(const struct loop *loop);
void linger_expire(struct loop *loop, int64_t now_us);
void linger_free_all(struct loop *loop);

/* ---- listen.c ---- */
/* A listening socket; *unix_path is malloc'd when it is one, and to be unlinked. */
int listen_open(int *fd, uint16_t *port, char **unix_path, const char *address, struct weir_error *err);

/* ---- server.c, for the loop ---- */
void server_run(struct server *server);
void server_count(struct server *server, int status);
void server_quiesce(struct server *server);
void server_shut(struct server *server); /* nothing is suspended any more; its memory stays */
void server_free(struct server *server);

#endif
