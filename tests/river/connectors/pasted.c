/* A tool whose webhook a person has to make, who then pastes its secret. */
#include "../../abi/connectors/skeleton.h"

#include "weir/manual.h"

static const char *const models_of_event[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.updated", models_of_event}};
static const struct weir_setting settings[] = {{"webhook_secret", "Secret", NULL, true, false}};
static const struct weir_step steps[] = {
    {"Make a webhook", "Under Settings, Webhooks", "Address", "callback_url", NULL},
    {"Paste its secret", "The webhook shows it", NULL, NULL, "webhook_secret"}};

static int pasted_check(const void *opaque, const struct weir_request *request, struct weir_verdict *verdict,
                        struct weir_error *err)
{
    static const struct weir_verify_hmac_scheme scheme = {
        .header = "x-signature", .digest = WEIR_SHA256, .encoding = WEIR_VERIFY_HEX};
    const struct weir_host *host = opaque;
    struct weir_str secret = weir_setting(host, "webhook_secret");
    struct weir_str test;

    return weir_verify_json_member(&test, request->body, "test")
               ? weir_manual_test(verdict, host, request, secret, &scheme, err)
               : weir_manual_hmac(verdict, host, request, secret, &scheme, err);
}

static int pasted_events(void *opaque, const struct weir_request *request, const struct weir_sink *sink,
                         struct weir_error *err)
{
    const struct weir_host *host = opaque;

    (void)request;
    (void)sink;
    (void)err;
    weir_manual_prove(host, weir_setting(host, "webhook_secret"));
    return 0;
}

static int pasted_inspect(void *opaque, const struct weir_subscription_want *want,
                          struct weir_subscription *have, struct weir_error *err)
{
    const struct weir_host *host = opaque;

    (void)want;
    (void)err;
    weir_manual_inspect(have, host, weir_setting(host, "webhook_secret"), "webhook_secret");
    return 0;
}

static int pasted_list(void *opaque, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                       const struct weir_sink *sink, struct weir_error *err)
{
    (void)opaque;
    (void)since_ms;
    (void)cursor;
    return sink->record(sink, model, weir_str("7"), weir_bytes("{\"first_name\":\"Ada\"}", 20), err);
}

static const struct weir_verify verify = {
    .size = sizeof verify, .check = pasted_check, .events = pasted_events};
static const struct weir_fetch fetch = {.size = sizeof fetch, .record = skeleton_record, .list = pasted_list};
static const struct weir_subscribe subscribe = {
    .size = sizeof subscribe, .inspect = pasted_inspect, .steps = steps, .step_count = 2};

WEIR_EXPORT const struct weir_connector weir_connector = {
    SKELETON_HEAD,           SKELETON_SELF("pasted"), SKELETON_MODELS,  .settings = settings,
    .setting_count = 1,      .events = events,        .event_count = 1, SKELETON_CALLS,
    .subscribe = &subscribe, .verify = &verify,       .fetch = &fetch};
