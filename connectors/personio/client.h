/*
 * client: one request to Personio, with a valid token, and what its status asks of us.
 *
 * Owns the access token: kept in memory and in the host's sealed state, so that a restart does not
 * draw on the token endpoint's rate limit. Waiting, repeating and pacing are the host's. Knows nothing
 * of records or webhooks. Thread of all calls: worker.
 */
#ifndef PERSONIO_CLIENT_H
#define PERSONIO_CLIENT_H

#include "weir/json.h"
#include "weir/when.h"

struct client {
    const struct weir_host *host;
    struct weir_str client_id; /* lent by the host for the life of the instance, as the next three */
    struct weir_str client_secret;
    struct weir_str partner_id; /* empty: not sent */
    struct weir_str app_id;
    char *token; /* NULL: none in memory */
    int64_t renew_at_ms;
    bool state_read; /* what the state held was looked at */
};

struct call {
    const char *method;
    const char *name;  /* "/v2/persons/{id}": in messages, and the bucket of Personio's rate limit */
    const char *right; /* the scope it needs: "personio:persons:read" */
    const struct weir_text *url; /* path and query, below base_url */
    const json_t *body;          /* NULL: none */
    bool beta;                   /* a beta endpoint: answers 404 without the header */
};

struct answer {
    int status;   /* 0: none came */
    json_t *json; /* of a 2xx with a body; NULL otherwise */
};

/* Settings read and checked; nothing is sent. WEIR_E_CONFIG names the setting that is wrong. */
int client_init(struct client *c, const struct weir_host *host, struct weir_error *err);
void client_fini(struct client *c);

/*
 * Send, renewing the token before it ends and once when it is refused. 0 for any 2xx. Otherwise
 * out->status is set too, and the code says: WEIR_E_NONE 404, WEIR_E_UNSUPPORTED 412, WEIR_E_PERMISSION 403
 * or a 401 in spite of a new token, WEIR_E_LATER 429 and 5xx and what is not Personio's API answering,
 * WEIR_E_INVALID other 4xx, WEIR_E_AUTH the credentials, WEIR_E_CONFIG a redirect. answer_fini in any case.
 */
int client_send(struct answer *out, struct client *c, const struct call *call, struct weir_error *err);
void answer_fini(struct answer *a);

/* The access token in force, or a new one. Lent until the next call here. */
int client_token(struct weir_str *out, struct client *c, bool renew, struct weir_error *err);

/* A failure that is tolerated: one line in the log. */
void client_log(const struct client *c, int level, const char *what, const struct weir_error *err);

#endif
