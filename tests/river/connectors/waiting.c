/* A tool that confirms a webhook only later, and is asked over no network. */
#include "../../abi/connectors/skeleton.h"

static const char *const models_of_event[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.updated", models_of_event}};

static int waiting_ensure(void *opaque, const struct weir_subscription_want *want,
                          struct weir_subscription *have, struct weir_error *err)
{
    const struct weir_host *host = opaque;
    char asked[8];
    size_t len = 0;

    (void)want;
    if (host->state_get(host, "asked", asked, sizeof asked, &len, NULL) != 0) {
        have->state = WEIR_SUB_PENDING;
        have->changed = true;
        (void)snprintf(have->remote_id, sizeof have->remote_id, "hook-1");
        (void)snprintf(have->detail, sizeof have->detail, "the tool has not confirmed it yet");
        return host->state_put(host, "asked", weir_bytes("1", 1), err);
    }
    have->state = WEIR_SUB_ACTIVE;
    (void)snprintf(have->remote_id, sizeof have->remote_id, "hook-1");
    return 0;
}

static const struct weir_subscribe subscribe = {.size = sizeof subscribe, .ensure = waiting_ensure};

WEIR_EXPORT const struct weir_connector weir_connector = {
    SKELETON_HEAD,    SKELETON_SELF("waiting"), SKELETON_MODELS,         .events = events,
    .event_count = 1, SKELETON_CALLS,           .subscribe = &subscribe, SKELETON_TABLES};
