/*
 * endpoint: what the web room and the app tell one another of downstream endpoints.
 */
#ifndef WEIR_WEB_ENDPOINT_H
#define WEIR_WEB_ENDPOINT_H

#include "base/id.h"
#include "weir/types.h"

#define WEB_SECRET_TEXT 64 /* of a secret that was made here */
#define WEB_SECRETS_MAX 4
#define WEB_WAITING_MAX 100000 /* counting ends there */

struct web_setting;

/* How one is set up, and how it fares. */
struct web_endpoint_detail {
    bool runtime;                             /* made while the daemon ran, not in the file */
    char **events, **integrations, **headers; /* of headers their names alone; no integrations: all */
    size_t event_count, integration_count, header_count;
    const char *order; /* a constant */
    int64_t concurrency, timeout_ms;
    bool allow_private;
    int64_t created_at_ms;                    /* 0: not known */
    size_t secret_count;                      /* that sign now, the newest first */
    int64_t secret_until_ms[WEB_SECRETS_MAX]; /* 0: for ever */
    uint64_t waiting;                         /* at most WEB_WAITING_MAX */
};

/* What to make or change of one. Lent. A text without data is not given. */
struct web_endpoint_wish {
    struct weir_str url, secret, order;
    const struct weir_str *events, *integrations;
    size_t event_count, integration_count;
    const struct web_setting *headers; /* without a value: taken away */
    size_t header_count;
    uint64_t concurrency, timeout_ms;
    bool has_events, has_integrations, has_concurrency, has_timeout, has_allow_private;
    bool allow_private;
};

/* What became of a message that was only sent to try. */
struct web_endpoint_test {
    char id[ID_TEXT];
    bool delivered;
    int status; /* 0: no answer */
    int64_t ms;
    char outcome[24], detail[160], answer[1025];
};

#endif
