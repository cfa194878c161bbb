/*
 * lifecycle: what the app lends for whole integrations: switching, set-up, and what a customer does through a
 * connection link.
 */
#ifndef WEIR_WEB_LIFECYCLE_H
#define WEIR_WEB_LIFECYCLE_H

#include "base/buf.h"
#include "model/scope.h"
#include "store/store.h"

struct web_setting;

/* What a customer gave in the connection flow. Lent, as all in it; empty: none. */
struct web_connection {
    struct weir_str id; /* of the integration that is made, or connected anew */
    struct weir_str tool, organization, origin_id, creator_email;
    struct weir_str scope;              /* of one that is connected anew: empty leaves it as it is */
    const struct web_setting *settings; /* base_url may be among them */
    size_t setting_count;
    const struct weir_str *refused; /* optional models */
    size_t refused_count;
};

/* Why a connection failed, for the customer: err has the same as one sentence for an operator. */
#define WEB_LACKS_MAX 12
struct web_trouble {
    int rc;            /* as what the tool was asked for said it; 0: it was not asked */
    char message[252]; /* the connector's own */
    struct {
        char model[48]; /* that cannot be read without the right; empty: the webhook cannot be made */
        char message[252];
    } lacks[WEB_LACKS_MAX];
    size_t lack_count;
};

/* All may be called on web threads, also at the same time. Of a failure: WEIR_E_NONE there is no such
 * integration, WEIR_E_CONFIG not possible as it stands in the file, WEIR_E_INVALID the tool refuses it,
 * WEIR_E_LATER not now. */
struct web_lifecycle {
    int (*enable)(void *ctx, struct weir_str id, bool on, struct weir_error *err);
    int (*pass_quality)(void *ctx, struct weir_str id, struct weir_error *err);
    /* Name of the n-th scope of the config, appended; false behind the last. */
    bool (*scope_nth)(void *ctx, size_t n, struct buf *name);
    /* A scope of that name; scope_free it. NULL: there is none, or no memory. */
    struct scope *(*scope_new)(void *ctx, struct weir_str name);
    /* public_url, appended; false: it is not set. */
    bool (*public_url)(void *ctx, struct buf *out);
    /* Make the integration, or connect the one of that id anew: once the tool took the settings and grants
     * all that the scope reads. */
    int (*connect)(void *ctx, const struct web_connection *connection, struct web_trouble *trouble,
                   struct weir_error *err);
    /* Is it the operator who gives this setting (also base_url) to what is made of the tool through a link?
     */
    bool (*tool_gives)(void *ctx, struct weir_str tool, const char *key);
    /* What the customer copied from the tool, and whether the steps there are done. */
    int (*set_up)(void *ctx, struct weir_str id, const struct web_setting *settings, size_t count, bool done,
                  struct weir_error *err);
    /* The secret that a step has a person copy to the tool. */
    bool (*webhook_secret)(void *ctx, struct weir_str id, char out[STORE_SECRET_MAX]);
    /* The customer met a failure: it is logged, and the endpoints are told. category: "HRIS". */
    void (*connection_failed)(void *ctx, const struct web_connection *connection, const char *category,
                              const struct weir_error *why);
};

#endif
