/*
 * doc_session: signing in and out.
 */
#include "web/doc.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }

static const struct schema_member session[] = {
    {"name", "text", "Of the key."},
    {"role", "=read|operate|admin", NULL},
    {"integrations", "[]text", "Ids and patterns; empty: all."},
    {"csrf", "text", "For the header X-Weir-Csrf; empty for a request with a bearer key."},
    END,
};
static const struct schema_member sign_in[] = {{"key", "text", "One of the admin keys."}, END};

const struct schema_object doc_session_objects[] = {
    {"Session", session, NULL, false},
    {"SignIn", sign_in, NULL, false},
    {NULL, NULL, NULL, false},
};

const struct doc doc_session[] = {
    {.method = "POST",
     .path = "/admin/v1/session",
     .id = "adminSignIn",
     .tag = "Keys",
     .summary = "Sign in with an admin key",
     .text =
         "The answer sets the cookie weir_session, which opens what the key opens, for twelve hours, two of "
         "them without a request. What changes something then needs the csrf value in the header "
         "X-Weir-Csrf.",
     .body = "#SignIn",
     .answer = "#Session",
     .errors =
         DOC_E(INPUT_INVALID) | DOC_E(KEY_INVALID) | DOC_E(FORBIDDEN) | DOC_E(TOO_OFTEN) | DOC_E(CONFLICT),
     .flags = DOC_UNKEYED},
    {.method = "GET",
     .path = "/admin/v1/session",
     .id = "adminSession",
     .tag = "Keys",
     .summary = "Who is signed in",
     .answer = "#Session",
     .errors = DOC_E(CONFLICT)},
    {.method = "DELETE",
     .path = "/admin/v1/session",
     .id = "adminSignOut",
     .tag = "Keys",
     .summary = "Sign out"},
    {.method = NULL},
};
