/*
 * envelope: success and error answers, in the contract's form for the API and in ours for the admin API.
 *
 * The client knows a closed list of codes per class of endpoint; what an endpoint may not answer goes out
 * with the code null, whoever asked for it.
 */
#ifndef WEIR_WEB_ENVELOPE_H
#define WEIR_WEB_ENVELOPE_H

#include "web/web_internal.h"

enum answer {
    ANSWER_KEY_INVALID,
    ANSWER_FORBIDDEN, /* not with this key */
    ANSWER_INPUT_INVALID,
    ANSWER_PATH_UNKNOWN,
    ANSWER_METHOD_UNKNOWN,
    ANSWER_INTEGRATION_UNKNOWN,
    ANSWER_NOT_FOUND, /* admin: some other thing */
    ANSWER_SETUP_SYNC_PENDING,
    ANSWER_SETUP_INCOMPLETE,
    ANSWER_QA_FAILED,
    ANSWER_LINK_OVER, /* connect: it expired, or was used */
    ANSWER_TOO_OFTEN, /* connect */
    ANSWER_INACTIVE,
    ANSWER_CREDENTIALS_INVALID,
    ANSWER_MODEL_DISABLED,
    ANSWER_MODEL_NOT_AVAILABLE,
    ANSWER_ACTION_NOT_AVAILABLE,
    ANSWER_NOT_OFFERED, /* a general endpoint that is not built */
    ANSWER_ACTION_DISABLED,
    ANSWER_PERMISSION_MISSING,
    ANSWER_REMOTE_UNAVAILABLE,
    ANSWER_REMOTE_THROTTLES,
    ANSWER_REMOTE_INPUT_INVALID,
    ANSWER_REMOTE_UNKNOWN,
    ANSWER_TIMED_OUT, /* its turn at the tool did not come */
    ANSWER_TOO_MANY,  /* of one integration wait for the tool */
    ANSWER_CONFLICT,
    ANSWER_BUSY,
    ANSWER_LATER,
    ANSWER_UNKNOWN
};

/* What goes out with an answer. */
struct answer_row {
    int status;
    const char *code; /* the contract's; NULL: none fits */
    const char *title;
    const char *admin_code;
};

/* NULL behind the last. Thread: any, as all calls here. */
const struct answer_row *answer_nth(size_t n);

/* Replaces what the answer was so far. */
void answer_error(struct request *r, enum answer which, const char *format, ...) WEIR_PRINTF(3, 4);

/* For a failure of a call; what the caller can do nothing about is logged and told in general words. */
void answer_failure(struct request *r, int rc, const struct weir_error *err);

/* For what the app did not begin: act and pass of web_app. */
void answer_not_begun(struct request *r, int rc, const struct weir_error *err);

/* Begin {"status":"success","data": in the body, and end it; between them comes one value. */
struct buf *answer_begin(struct request *r);
void answer_end(struct request *r);

/* A constant text, status 200. */
void answer_text(struct request *r, const char *text);

/* Of an answer that could not be made: constant, so it needs no memory. */
struct weir_str answer_last_resort(enum surface surface);

#endif
