/*
 * auth: what proves to Okta who is calling: an API token, or an access token of a service app.
 *
 * The service app's way is OAuth 2.0 client credentials with private_key_jwt and, where Okta demands it, DPoP
 * with its nonces. Token, DPoP key, nonce and that DPoP is demanded are kept in the host's sealed state: each
 * try without a proof is a failed grant in the customer's System Log, so a restart must not repeat it. Knows
 * nothing of what is asked for. Thread of all calls: worker.
 */
#ifndef OKTA_AUTH_H
#define OKTA_AUTH_H

#include "weir/json.h"

#define AUTH_TOKEN_MAX 8192
#define AUTH_PROOF_MAX 4096
#define AUTH_NONCE_MAX 256

struct auth {
    const struct weir_host *host;
    struct weir_str base_url;  /* lent by the host, as the next three */
    struct weir_str api_token; /* not empty: that is all */
    struct weir_str client_id;
    struct weir_str key_id;
    char *private_key; /* PEM */
    int signature;     /* of private_key */
    char *token;       /* NULL: none in memory */
    int64_t renew_at_ms;
    bool bound;                 /* the token is bound to the DPoP key */
    bool dpop;                  /* Okta demands proofs */
    bool narrow;                /* the app has not been granted the System Log's scope */
    bool state_read;            /* what the state held was looked at */
    char *dpop_key;             /* PEM; NULL: none yet */
    char *dpop_jwk;             /* its public half */
    char nonce[AUTH_NONCE_MAX]; /* empty: none */
};

/* The headers that one request needs; wiped by auth_headers_fini. */
struct auth_headers {
    struct weir_header list[2];
    size_t count;
    char authorization[AUTH_TOKEN_MAX + 16];
    char proof[AUTH_PROOF_MAX];
};

/* Settings read and checked; nothing is sent. WEIR_E_CONFIG names the setting that is wrong. */
int auth_init(struct auth *a, const struct weir_host *host, struct weir_error *err);
void auth_fini(struct auth *a);

/* A token at hand, renewed a minute before it ends. WEIR_E_AUTH, WEIR_E_PERMISSION, WEIR_E_LATER. */
int auth_ensure(struct auth *a, struct weir_error *err);

/* The token was refused: get another. WEIR_E_AUTH at once for an API token. */
int auth_renew(struct auth *a, struct weir_error *err);
/* Is there another to be had? */
bool auth_renews(const struct auth *a);

/* Put what was learnt into the state. One that cannot be written is logged. */
void auth_keep(const struct auth *a);

/* For one request, once: a proof is refused when it comes again. path may have a query. */
int auth_headers_make(struct auth_headers *out, const struct auth *a, const char *method,
                      struct weir_str path, struct weir_error *err);
void auth_headers_fini(struct auth_headers *h);

/* Every request needs headers of its own, so the host must not repeat one by itself. */
bool auth_proves_each_request(const struct auth *a);

/* An answer that asks for a nonce: it is kept, and the same request may be tried once more. */
bool auth_nonce_asked(struct auth *a, const struct weir_http_response *response);

#endif
