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
#define WEB_HOURS 24

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
    struct web_endpoint_hour {
        int64_t at_ms; /* when it begins */
        uint32_t delivered, failed;
        int64_t p50_ms, p95_ms; /* 0: nothing was sent */
    } hours[WEB_HOURS];         /* the oldest first */
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
    char url[1024], body[2048], timestamp[32], kombo[128], standard[512]; /* what was sent */
};

/* What an application got, and whether it is signed as this endpoint's messages are. Lent; constants. */
struct web_endpoint_claim {
    struct weir_str id, timestamp, signature, body;
};
struct web_endpoint_proof {
    const char *scheme, *secret, *hint; /* scheme and secret NULL: it is not */
};

#endif
