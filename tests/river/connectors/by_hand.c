/* A tool whose webhook a person has to make, and that tells whether it is there. */
#include "../../abi/connectors/skeleton.h"

static const char *const models_of_event[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.updated", models_of_event}};
static const struct weir_setting settings[] = {{"password", "Password", NULL, true, true}};
static const struct weir_step steps[] = {{"Make a webhook",
                                          "Under Settings, Webhooks, for all changes of persons", "Address",
                                          "callback_url", NULL}};

/* Its only call that can tell whether the password is good. */
static int by_hand_list(void *opaque, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                        const struct weir_sink *sink, struct weir_error *err)
{
    const struct weir_host *host = opaque;
    struct weir_str password;

    (void)since_ms;
    (void)cursor;
    if (!host->setting(host, "password", &password) || !weir_str_is(password, "open sesame")) {
        return weir_fail(err, WEIR_E_AUTH, "the password is another");
    }
    return sink->record(sink, model, weir_str("7"), weir_bytes("{\"first_name\":\"Ada\"}", 20), err);
}

static int by_hand_check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                         struct weir_error *err)
{
    (void)self;
    (void)request;
    (void)err;
    verdict->decision = WEIR_ACCEPT;
    return 0;
}

static const struct weir_verify verify = {
    .size = sizeof verify, .check = by_hand_check, .events = skeleton_events};
static const struct weir_fetch fetch = {
    .size = sizeof fetch, .record = skeleton_record, .list = by_hand_list};
static const struct weir_subscribe subscribe = {.size = sizeof subscribe, .steps = steps, .step_count = 1};

WEIR_EXPORT const struct weir_connector weir_connector = {
    SKELETON_HEAD,           SKELETON_SELF("by_hand"), SKELETON_MODELS,  .settings = settings,
    .setting_count = 1,      .events = events,         .event_count = 1, SKELETON_CALLS,
    .subscribe = &subscribe, .verify = &verify,        .fetch = &fetch};
