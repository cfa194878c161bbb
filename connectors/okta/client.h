/*
 * client: one request to Okta's API, with what proves the caller, and what its status asks of us.
 *
 * Waiting and pacing are the host's; so is repeating, but for requests that carry a proof of their own. Knows
 * nothing of records or hooks. Thread of all calls: worker.
 */
#ifndef OKTA_CLIENT_H
#define OKTA_CLIENT_H

#include "auth.h"

/* A right at Okta has two halves: the scope of a service app, and a role of whoever calls. */
struct right {
    const char *scope; /* "okta.users.read" */
    const char *role;  /* "the Read-only Administrator role" */
};

extern const struct right right_hooks, right_users, right_groups, right_logs;

struct client {
    const struct weir_host *host;
    struct auth auth;
};

struct call {
    const char *method;
    const char *name; /* "/api/v1/users/{id}": in messages, and the bucket of Okta's rate limit */
    const struct right *right;
    const struct weir_text *url; /* path and query, below base_url */
    const json_t *body;          /* NULL: none */
    uint32_t timeout_ms;         /* 0: the host's */
    bool bare;                   /* of users: leave out credentials and what goes with them */
    bool once;                   /* never repeated, whatever the method */
};

struct answer {
    int status;      /* 0: none came */
    json_t *json;    /* of a 2xx with a body; NULL otherwise */
    char *next;      /* path and query of the next page; NULL: none */
    char cause[160]; /* of a 4xx: Okta's own words on what is wrong, or "" */
};

int client_init(struct client *c, const struct weir_host *host, struct weir_error *err);
void client_fini(struct client *c);

/*
 * Send. 0 for any 2xx. Otherwise out->status is set too, and the code says: WEIR_E_NONE 404 of an object that
 * is not there, WEIR_E_AUTH the credentials, WEIR_E_PERMISSION 403 (the message names scope or role),
 * WEIR_E_LATER 429, 5xx and what is not Okta's API answering, WEIR_E_UNSUPPORTED a feature this org has not,
 * WEIR_E_INVALID other 4xx, WEIR_E_CONFIG a redirect. answer_fini in any case.
 */
int client_send(struct answer *out, struct client *c, const struct call *call, struct weir_error *err);
void answer_fini(struct answer *a);

/* As pass->send: the request as it is, with what proves the caller. */
int client_pass(struct client *c, const struct weir_http_request *request,
                struct weir_http_response *response, struct weir_error *err);

/* A failure that is tolerated: one line in the log. err may be NULL. */
void client_log(const struct client *c, int level, const char *what, const struct weir_error *err);

#endif
