/*
 * client_internal: what the client's two files share. client.c has the thread and the queue,
 * client_transfer.c one request on one easy handle.
 */
#ifndef WEIR_NET_CLIENT_INTERNAL_H
#define WEIR_NET_CLIENT_INTERNAL_H

#include "net/client.h"

#include "base/buf.h"

#include <curl/curl.h>
#include <pthread.h>

#define CLIENT_OUTCOMES (CLIENT_BAD_URL + 1)
#define CLIENT_HEADERS_MAX 128
#define CLIENT_LINES_FIRST 16

/* A response with the memory it lends; the first member is what callers see. */
struct result {
    struct client_response response;
    struct buf body;
    struct buf head; /* the text of the headers */
    struct weir_header *headers;
};

/* Where a header stands in head, which moves while it grows. */
struct head_line {
    size_t name_at, name_len, value_at, value_len;
};

struct transfer {
    struct transfer *prev, *next; /* in the queue, or among the running */
    struct client *client;
    void (*done)(void *ctx, const struct client_response *response);
    void *ctx;
    bool (*part)(void *ctx, struct weir_bytes bytes);
    void *part_ctx;
    CURL *easy; /* NULL while queued */
    struct curl_slist *headers;
    char *url, *method, *unix_socket;
    struct buf request_body;
    uint32_t timeout_ms, connect_timeout_ms;
    size_t response_max, head_max;
    bool allow_private;
    bool sends_body; /* perhaps an empty one */
    int64_t submitted_us;

    struct result *result;
    struct head_line *lines;
    size_t line_count, line_cap;
    bool too_long;
    bool forbidden; /* an address was refused */
    bool opened;    /* one was not */
    char complaint[CURL_ERROR_SIZE];
};

struct client {
    struct client_options options;
    char *user_agent, *ca_file;
    CURLM *multi;
    pthread_t thread;
    bool started, joined;
    struct metric *in_flight, *requests[CLIENT_OUTCOMES], *seconds;

    pthread_mutex_t lock;
    /* guarded by lock */
    struct transfer *queue_first, *queue_last;
    bool sleeping; /* the thread polls: wake it */
    bool stopping;
    bool ended; /* the thread takes nothing any more */

    /* the client thread's */
    struct transfer *running;
    CURL *pool[64];
    size_t pool_count;
};

/* A copy of the request. Never NULL: without memory the process ends, since done has to be called. */
struct transfer *transfer_new(struct client *client, const struct client_request *request);
void transfer_free(struct transfer *t);

/* What all requests have in common, set once on a new handle. Thread: client. */
void transfer_set_manners(CURL *easy, const struct client *client);
/* Set on its easy handle all that differs from one request to the next. false: the outcome is in its result
 * already. Thread: client. */
bool transfer_prepare(struct transfer *t);
/* Take its memory off the handle again, which is kept for another. Thread: client. */
void transfer_release(CURL *easy);
/* Fill the result from how curl ended. Thread: client. */
void transfer_conclude(struct transfer *t, CURLcode code);
/* End without curl. */
void transfer_fail(struct transfer *t, enum client_outcome outcome, const char *detail);

void result_free(struct result *result);

#endif
