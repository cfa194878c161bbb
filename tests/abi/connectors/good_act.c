/*
 * A connector of contract 1.2 that uses what it added. It must load for ever after.
 *
 * What it is asked to do is said in the input: "touch", "gone", "warn", "throttle", "refuse", "vanish", "misuse".
 */
#include "skeleton.h"

#include "weir/pass.h"

static const char *const act_fields[] = {"employee_id", NULL};
static const struct weir_action actions[] = {{"hris_create_absence", "Create absence", act_fields}};

static bool input_is(struct weir_bytes input, const char *text)
{
    return input.len == strlen(text) && memcmp(input.data, text, input.len) == 0;
}

static int act_run(void *self, struct weir_str action, struct weir_bytes input, const struct weir_sink *sink,
                   struct weir_error *err)
{
    struct weir_ref ref = {.model = weir_str("hris_employees"), .remote_id = weir_str("7")};
    int rc;

    (void)self;
    if (!weir_str_is(action, "hris_create_absence")) {
        return weir_fail(err, WEIR_E_INVALID, "another action than the table has");
    }
    if (input_is(input, "throttle")) {
        return weir_fail(err, WEIR_E_LIMIT, "the tool throttles");
    }
    if (input_is(input, "refuse")) {
        return weir_fail(err, WEIR_E_INVALID, "the tool refuses the input");
    }
    if (input_is(input, "vanish")) {
        return weir_fail(err, WEIR_E_NONE, "there is no such person");
    }
    if (input_is(input, "misuse")) {
        return sink->next(sink, weir_str("page-2"), err);
    }
    if (input_is(input, "gone")) {
        return sink->gone(sink, ref.model, ref.remote_id, err);
    }
    rc = sink->touched(sink, &ref, err);
    if (rc == 0 && input_is(input, "warn")) {
        rc = sink->warning(sink, weir_str("done with s3cr3t-token"), err);
    }
    return rc;
}

static const struct weir_act act = {
    .size = sizeof(struct weir_act), .actions = actions, .action_count = 1, .run = act_run};

static const struct weir_api apis[] = {{"v2", "The second", "/v2"}, {"of", "Of one account", "/c/{account}"}};

/* self is the host, as skeleton_open leaves it. */
static int pass_send(void *self, struct weir_str api, const struct weir_http_request *request,
                     struct weir_http_response *response, struct weir_error *err)
{
    const struct weir_host *host = (const struct weir_host *)self;

    if (weir_str_is(request->url, "/v2/nothing")) {
        return 0; /* and no answer: the host has to see that */
    }
    (void)api;
    return weir_pass_bearer(host, weir_str("s3cr3t-token"), request, response, err);
}

static const struct weir_pass pass = {
    .size = sizeof(struct weir_pass), .apis = apis, .api_count = 2, .send = pass_send};

static const struct weir_setting settings[] = {{"account", "Account", NULL, false, false},
                                               {"token", "Token", NULL, true, false}};

WEIR_EXPORT const struct weir_connector weir_connector = {.magic = WEIR_CONNECTOR_MAGIC,
                                                          .size = sizeof(struct weir_connector),
                                                          .abi_major = 1,
                                                          .abi_minor = 2,
                                                          SKELETON_SELF("good_act"),
                                                          SKELETON_MODELS,
                                                          .settings = settings,
                                                          .setting_count = 2,
                                                          SKELETON_CALLS,
                                                          SKELETON_TABLES,
                                                          .act = &act,
                                                          .pass = &pass};
