/*
 * subscription_request: what a person wants done with a subscription.
 */
#include "flow/flow_internal.h"

/* With a reference. */
static int subscriber_find(struct integration **out, struct flow *flow, struct weir_str id,
                           struct weir_error *err)
{
    struct integration *it = directory_find(flow->options.directory, id);
    int rc = 0;

    if (it == NULL) {
        return weir_fail(err, WEIR_E_NONE, "there is no integration %.*s", WEIR_STR_ARG(id));
    }
    if (it->connector == NULL) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the connector of %s is not loaded", it->id);
    } else if (integration_is_off(it)) {
        rc = weir_fail(err, WEIR_E_CONFIG, "%s is switched off, so its tool is not called", it->id);
    }
    if (rc != 0) {
        integration_unref(it);
        return rc;
    }
    *out = it;
    return 0;
}

int flow_ensure_request(struct flow *flow, struct weir_str integration, struct weir_error *err)
{
    struct integration *it = NULL;
    int rc = subscriber_find(&it, flow, integration, err);

    if (rc != 0) {
        return rc;
    }
    atomic_store(&it->blocked, false); /* the same credentials may have been granted again */
    work_retry_now(flow->work, it->number);
    if (subscription_is_looked_after(it)) {
        (void)atomic_fetch_and(&it->subscription_asked, ~SUBSCRIPTION_REMOVE);
        subscription_ask(flow, it, SUBSCRIPTION_ASKED);
    } else {
        rc = weir_fail(err, WEIR_E_UNSUPPORTED, "a person has to set up the webhook of %s at the tool",
                       it->id);
    }
    integration_unref(it);
    return rc;
}

int flow_unsubscribe_request(struct flow *flow, struct weir_str integration, struct weir_error *err)
{
    struct integration *it = NULL;
    int rc = subscriber_find(&it, flow, integration, err);

    if (rc != 0) {
        return rc;
    }
    if (atomic_load(&it->blocked)) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the tool refuses the credentials of %s: change them first",
                       it->id);
    } else if (!subscription_is_automatic(it) || it->connector->subscribe->remove == NULL) {
        rc = weir_fail(err, WEIR_E_UNSUPPORTED, "a person has to remove the webhook of %s at the tool",
                       it->id);
    } else {
        (void)atomic_fetch_and(&it->subscription_asked, ~SUBSCRIPTION_ASKED);
        work_retry_now(flow->work, it->number);
        subscription_ask(flow, it, SUBSCRIPTION_REMOVE);
    }
    integration_unref(it);
    return rc;
}
