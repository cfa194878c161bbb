/*
 * grants: what is asked of Okta's token endpoint, and one call that needs its token.
 */
#ifndef OKTA_GRANTS_H
#define OKTA_GRANTS_H

#include "fake_okta.h"
#include "grant.h"
#include "tokens.h"

#define ONE "GET /api/v1/users/" USER_ID
#define TOKEN "POST /oauth2/v1/token"
#define REFUSAL(word) "{\"error\":\"" word "\",\"error_description\":\"The words may change.\"}"
#define ALL_SCOPES "okta.eventHooks.manage%20okta.users.read%20okta.groups.read%20okta.logs.read"

static inline int get_code(struct fake *f, struct weir_error *err)
{
    struct call call = {.method = "GET", .name = "/api/v1/users/{id}", .right = &right_users};
    struct weir_text url;
    struct answer answer;
    int rc;

    weir_text_init(&url);
    weir_text_add(&url, "/api/v1/users/" USER_ID "?fields=id");
    call.url = &url;
    rc = client_send(&answer, &fake_okta(f)->client, &call, err);
    answer_fini(&answer);
    return rc;
}

static inline void expect_text(const char *want, const json_t *object, const char *key)
{
    assert_non_null(json_object_get(object, key));
    EXPECT_STR(want, json_string_value(json_object_get(object, key)));
}

#endif
