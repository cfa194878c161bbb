/*
 * proof: DPoP (RFC 9449): a token that says of one request that its sender holds the key the access token is
 * bound to. The key is made for this integration and lives beside the token. Thread of all calls: worker.
 */
#ifndef OKTA_PROOF_H
#define OKTA_PROOF_H

#include "auth.h"

/* Make a key if there is none. */
int proof_key_ensure(struct auth *a, struct weir_error *err);
/* pem (NULL: out of memory) becomes the key, and is freed if it is none. */
int proof_key_take(struct auth *a, char *pem, struct weir_error *err);

/* A proof for one request, terminated. The query of path does not count. token NULL: for the token endpoint.
 */
int proof_make(char *out, size_t cap, const struct auth *a, const char *method, struct weir_str path,
               const char *token, struct weir_error *err);

/* Of an answer that asks for a nonce, keep the nonce. false: it asks for none. */
bool proof_nonce_take(struct auth *a, const struct weir_http_response *response);

#endif
