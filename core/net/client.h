/*
 * client: every outbound HTTP request, on one thread, with one curl multi handle.
 *
 * Connections are kept and reused, HTTP/2 is used where offered, redirects are not followed, and the
 * address that a name resolved to is checked at connect, each time. It never waits for a disk.
 * Knows nothing of retries, rate limits or who asked.
 */
#ifndef WEIR_NET_CLIENT_H
#define WEIR_NET_CLIENT_H

#include "base/metrics.h"
#include "weir/connector.h" /* struct weir_header */

struct client;

struct client_options {
    const char *user_agent;
    uint32_t connections_max;          /* idle ones kept; 0: 256 */
    uint32_t connections_per_host_max; /* 0: 64; further requests wait for one */
    const char *ca_file;               /* instead of the system's; NULL: the system's */
};

struct client_request {
    const char *method;
    struct weir_str url;     /* absolute, http or https */
    const char *unix_socket; /* connect to this path instead (the CLI); NULL: as the URL says */
    const struct weir_header *headers;
    size_t header_count;
    struct weir_bytes body;
    uint32_t timeout_ms;         /* whole exchange; 0: 30,000 */
    uint32_t connect_timeout_ms; /* 0: 5,000 */
    size_t response_max;         /* decoded bytes of body; headers: half of it, 16 KiB at least, 64 at most */
    bool allow_private;          /* loopback, private, link-local addresses may be used */
    bool compressed;             /* the answer may come compressed; it is decoded */
    /*
     * For an answer that goes on: the body of a 200, decoded, part by part as it comes, instead of whole in
     * the response, and without response_max. timeout_ms, in whole seconds, is then how long it may be
     * silent. Client thread; must not block. false: enough, the request ends as CLIENT_BROKEN. NULL: the body
     * is gathered.
     */
    bool (*part)(void *ctx, struct weir_bytes bytes);
    void *part_ctx;
};

/* How it ended, apart from the status: what a retry schedule wants to know. */
enum client_outcome {
    CLIENT_ANSWERED = 0, /* status and body are whole */
    CLIENT_RESOLVE,      /* the name does not resolve */
    CLIENT_REFUSED,      /* no connection */
    CLIENT_FORBIDDEN,    /* it resolves to an address that may not be used */
    CLIENT_TLS,          /* certificate or handshake */
    CLIENT_TIMEOUT,
    CLIENT_BROKEN, /* the connection ended, or it was not HTTP */
    CLIENT_TOO_LONG,
    CLIENT_STOPPED, /* client_stop */
    CLIENT_BAD_URL
};
const char *client_outcome_word(enum client_outcome outcome); /* "timeout" */

struct client_response {
    enum client_outcome outcome;
    int status;                        /* 0 unless answered */
    const struct weir_header *headers; /* names in lower case */
    size_t header_count;
    struct weir_bytes body;
    char detail[160];    /* for a person, when not answered; no URL with its query, no secret */
    int64_t total_us;    /* from submission */
    int64_t transfer_us; /* on the wire */
};

/* Thread: setup. */
int client_open(struct client **out, const struct client_options *options, struct metrics *metrics,
                struct weir_error *err);
/* End what runs with CLIENT_STOPPED (their callbacks are called), refuse further requests, join. Idempotent.
 */
void client_stop(struct client *client);
void client_close(struct client *client); /* after client_stop */

/*
 * Send; the request is copied. done is called exactly once, on the client thread, also when this
 * is called while stopping; the response is lent for that call, which must not block.
 * Thread: any.
 */
void client_send(struct client *client, const struct client_request *request,
                 void (*done)(void *ctx, const struct client_response *response), void *ctx);

/* Send and wait. The response is the caller's until client_response_free. Thread: any but client and loop. */
void client_call(struct client *client, const struct client_request *request, struct client_response **out);
void client_response_free(struct client_response *response);

/* The first header of that (lower-case) name; false: none. Thread: any. */
bool client_response_header(struct weir_str *value, const struct client_response *response, const char *name);

#endif
