/*
 * subscription_want: what the scope wants of a tool, and the words for what there is.
 */
#include "flow/flow_internal.h"

bool subscription_is_automatic(const struct integration *it)
{
    return it->connector != NULL && it->connector->subscribe != NULL &&
           it->connector->subscribe->ensure != NULL;
}

bool subscription_can_be_inspected(const struct integration *it)
{
    return it->connector != NULL && it->connector->subscribe != NULL &&
           it->connector->subscribe->inspect != NULL;
}

bool subscription_is_looked_after(const struct integration *it)
{
    return subscription_is_automatic(it) || subscription_can_be_inspected(it);
}

const char *subscription_state_word(int32_t state)
{
    static const char *const words[] = {"none",         "pending", "active", "needs_permission",
                                        "manual_setup", "failed",  "removed"};

    return state >= 0 && state <= STORE_SUBSCRIPTION_REMOVED ? words[state] : "unknown";
}

void subscription_wish_init(struct subscription_wish *wish, const struct integration *it)
{
    wish->want = (struct weir_subscription_want){.size = sizeof wish->want,
                                                 .callback_url = weir_str(it->callback_url),
                                                 .secret = it->secrets[0],
                                                 .label = weir_str(wish->label),
                                                 .events = wish->events};
    /* The event types that a model of the scope needs. */
    for (size_t i = 0; i < it->connector->event_count && wish->want.event_count < SUBSCRIPTION_EVENTS_MAX;
         i++) {
        if (scope_needs_event(it->scope, &it->connector->events[i])) {
            wish->events[wish->want.event_count++] = weir_str(it->connector->events[i].name);
        }
    }
    (void)snprintf(wish->label, sizeof wish->label, "weir %s", it->id);
    wish->want.label = weir_str(wish->label);
}
