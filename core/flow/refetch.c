/*
 * refetch: records that somebody asks to be looked at again. They go the way of all events, through the
 * inbox.
 */
#include "flow/flow_internal.h"

#define REFS_MAX 64 /* in one event, as events_body takes them */

static int look_all(struct flow *flow, uint32_t integration, const struct weir_ref *refs, size_t count,
                    struct weir_error *err)
{
    struct events_wait wait;
    struct weir_error waited = {0};
    int rc = 0;

    events_wait_init(&wait);
    for (size_t i = 0; rc == 0 && i < count; i += REFS_MAX) {
        struct weir_event event = {.size = sizeof event,
                                   .type = weir_str("weir.again"),
                                   .refs = refs + i,
                                   .ref_count = count - i < REFS_MAX ? count - i : REFS_MAX};

        rc = events_append(flow, &wait, integration, &event, 1, err);
    }
    if (events_wait_end(&wait, &waited) != 0 && rc == 0) {
        rc = weir_fail(err, waited.code, "%s", waited.message);
    }
    return rc;
}

int flow_look(struct flow *flow, uint32_t integration, const struct weir_ref *refs, size_t count,
              struct weir_error *err)
{
    struct integration *it = directory_find_number(flow->options.directory, integration);
    int rc;

    if (it == NULL) {
        return weir_fail(err, WEIR_E_NONE, "the integration is not there any more");
    }
    if (it->connector == NULL) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the connector of %s is not loaded", it->id);
    } else if (it->paused) {
        rc = weir_fail(err, WEIR_E_CONFIG, "%s is switched off, so its tool is not called", it->id);
    } else {
        rc = look_all(flow, integration, refs, count, err);
    }
    integration_unref(it);
    return rc;
}
