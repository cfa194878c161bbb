/*
 * grant: the request for an access token: client credentials with private_key_jwt, and DPoP where it is
 * demanded. Thread of all calls: worker.
 */
#ifndef OKTA_GRANT_H
#define OKTA_GRANT_H

#include "auth.h"

#define GRANT_PATH "/oauth2/v1/token"
#define GRANT_SCOPES "okta.eventHooks.manage okta.users.read okta.groups.read"
#define GRANT_LOG_SCOPE "okta.logs.read"

/* Get a token and keep it. WEIR_E_AUTH: the credentials are refused. WEIR_E_PERMISSION: scopes are not
 * granted. */
int grant_request(struct auth *a, struct weir_error *err);

/* The token in memory from now on; a copy. */
int grant_token_keep(struct auth *a, struct weir_str token, int64_t renew_at_ms, struct weir_error *err);

#endif
