/*
 * A connector of contract 1.0 that uses every part of it. It must load for ever after.
 *
 * The setting "script" says what its calls do: "" the usual, "fail" fails with the secret in its message.
 */
#include "weir/connector.h"

#include <stdlib.h>

struct self {
    const struct weir_host *host;
    struct weir_str script, token;
};

static const struct weir_setting settings[] = {
    {"token", "Token", "Tool: Settings > API", true, true},
    {"script", "Script", NULL, false, false},
};
static const char *const of_person[] = {"hris_employees", "hris_employments", NULL};
static const struct weir_event_type events[] = {{"person.updated", of_person}, {"person.deleted", of_person}};
static const char *const employee_fields[] = {"first_name", "manager_id", NULL};
static const char *const employment_fields[] = {"employee_id", "job_title", NULL};
static const struct weir_model_use models[] = {
    {"hris_employees", employee_fields, true, true, true, NULL},
    {"hris_employments", employment_fields, false, false, false, "hris_employees"},
};
static const struct weir_step steps[] = {
    {"Open the settings", "Tool: Settings > Webhooks", "Address", "callback_url", NULL},
    {"Paste the token", "Copy the token that is shown", NULL, NULL, "token"},
};

static int good_open(void **out, const struct weir_host *host, struct weir_error *err)
{
    struct self *self = calloc(1, sizeof *self);

    if (self == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    self->host = host;
    (void)host->setting(host, "token", &self->token);
    (void)host->setting(host, "script", &self->script);
    *out = self;
    return 0;
}

static void good_close(void *self)
{
    free(self);
}

/* The tail of the address is the secret. */
static int good_check(const void *opaque, const struct weir_request *request, struct weir_verdict *verdict,
                      struct weir_error *err)
{
    const struct self *self = opaque;

    (void)err;
    if (weir_str_is(request->method, "GET")) {
        verdict->decision = WEIR_ANSWER;
        verdict->body_len = request->query.len < sizeof verdict->body ? request->query.len : 0;
        memcpy(verdict->body, request->query.data, verdict->body_len);
        (void)snprintf(verdict->content_type, sizeof verdict->content_type, "text/plain");
        return 0;
    }
    if (request->secret_count == 0 ||
        !self->host->equal(self->host, weir_str_bytes(request->tail), weir_str_bytes(request->secrets[0]))) {
        (void)snprintf(verdict->reason, sizeof verdict->reason, "the token in the address is another");
        return 0;
    }
    verdict->decision = WEIR_ACCEPT;
    verdict->dedup = WEIR_DEDUP_KEY;
    verdict->dedup_key = weir_str_n((const char *)request->body.data, request->body.len);
    return 0;
}

static int good_events(void *opaque, const struct weir_request *request, const struct weir_sink *sink,
                       struct weir_error *err)
{
    struct self *self = opaque;
    struct weir_ref ref = {.model = weir_str("hris_employees"),
                           .remote_id = weir_str_n((const char *)request->body.data, request->body.len),
                           .hint = {NULL, 0}};
    struct weir_event event = {
        .size = sizeof event, .type = weir_str("person.updated"), .refs = &ref, .ref_count = 1};

    if (weir_str_is(self->script, "fail")) {
        return weir_fail(err, WEIR_E_AUTH, "the tool refused the token %.*s", WEIR_STR_ARG(self->token));
    }
    return sink->event(sink, &event, err);
}

static int good_record(void *opaque, const struct weir_ref *ref, const struct weir_sink *sink,
                       struct weir_error *err)
{
    static const char person[] = "{\"first_name\":\"Ada\",\"manager_id\":\"1\"}";
    static const char job[] = "{\"employee_id\":\"7\",\"job_title\":\"Keeper\"}";
    int rc;

    (void)opaque;
    rc = sink->record(sink, ref->model, ref->remote_id, weir_bytes(person, sizeof person - 1), err);
    if (rc == 0) {
        rc = sink->placeholder(sink, ref->model, weir_str("1"), weir_bytes("{}", 2), err);
    }
    if (rc == 0) {
        rc = sink->record(sink, weir_str("hris_employments"), weir_str("7-1"),
                          weir_bytes(job, sizeof job - 1), err);
    }
    if (rc == 0) {
        rc = sink->complete(sink, weir_str("hris_employments"), weir_str("employee_id"), ref->remote_id, err);
    }
    return rc != 0 ? rc : sink->gone(sink, ref->model, weir_str("6"), err);
}

static int good_list(void *opaque, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                     const struct weir_sink *sink, struct weir_error *err)
{
    int rc =
        sink->record(sink, model, cursor.len == 0 ? weir_str("7") : weir_str("8"), weir_bytes("{}", 2), err);

    (void)opaque;
    (void)since_ms;
    return rc != 0 || cursor.len > 0 ? rc : sink->next(sink, weir_str("page-2"), err);
}

static int good_missed(void *opaque, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                       struct weir_error *err)
{
    struct weir_event event = {.size = sizeof event,
                               .type = weir_str("person.deleted"),
                               .upstream_id = weir_str("e-1"),
                               .occurred_at_ms = since_ms};

    (void)opaque;
    (void)cursor;
    return sink->event(sink, &event, err);
}

static int good_ensure(void *opaque, const struct weir_subscription_want *want,
                       struct weir_subscription *have, struct weir_error *err)
{
    (void)opaque;
    (void)err;
    have->state = WEIR_SUB_ACTIVE;
    have->changed = true;
    (void)snprintf(have->remote_id, sizeof have->remote_id, "hook-1");
    (void)snprintf(have->detail, sizeof have->detail, "made with %.*s", WEIR_STR_ARG(want->secret));
    return 0;
}

static int good_inspect(void *opaque, const struct weir_subscription_want *want,
                        struct weir_subscription *have, struct weir_error *err)
{
    (void)opaque;
    (void)want;
    (void)err;
    have->state = WEIR_SUB_MANUAL_SETUP;
    return 0;
}

static int good_remove(void *opaque, const struct weir_subscription_want *want, struct weir_error *err)
{
    (void)opaque;
    (void)want;
    (void)err;
    return 0;
}

static const char *const kept_headers[] = {"X-Event-Id", NULL};
static const struct weir_subscribe subscribe = {.size = sizeof subscribe,
                                                .ensure = good_ensure,
                                                .inspect = good_inspect,
                                                .remove = good_remove,
                                                .steps = steps,
                                                .step_count = 2};
static const struct weir_verify verify = {
    .size = sizeof verify, .check = good_check, .events = good_events, .kept_headers = kept_headers};
static const struct weir_fetch fetch = {
    .size = sizeof fetch, .record = good_record, .list = good_list, .missed = good_missed};

WEIR_EXPORT const struct weir_connector weir_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof(struct weir_connector),
    .abi_major = 1,
    .abi_minor = 0,
    .tool = "good",
    .label = "Good",
    .version = "1.0.0",
    .category = WEIR_CATEGORY_HRIS,
    .settings = settings,
    .setting_count = 2,
    .events = events,
    .event_count = 2,
    .models = models,
    .model_count = 2,
    .base_url = "https://tool.example",
    .open = good_open,
    .close = good_close,
    .subscribe = &subscribe,
    .verify = &verify,
    .fetch = &fetch,
};
