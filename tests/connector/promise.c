#include "promise.h"

#include "weir/remote_data.h"

#define PAYLOAD "remote_data"

const struct weir_model_use *promise_of(const struct weir_connector *connector, const char *model)
{
    for (size_t i = 0; i < connector->model_count; i++) {
        if (strcmp(connector->models[i].model, model) == 0) {
            return &connector->models[i];
        }
    }
    return NULL;
}

static bool promises(const struct weir_model_use *use, const char *name)
{
    for (const char *const *field = use->fields; *field != NULL; field++) {
        if (strcmp(*field, name) == 0) {
            return true;
        }
    }
    return false;
}

void promise_ask_payloads(struct fake *f, const struct weir_connector *connector)
{
    char models[1000] = "";
    size_t len = 0;

    for (size_t i = 0; i < connector->model_count; i++) {
        if (promises(&connector->models[i], PAYLOAD)) {
            len += (size_t)snprintf(models + len, sizeof models - len, "%s%s", len > 0 ? "," : "",
                                    connector->models[i].model);
            assert_true(len < sizeof models);
        }
    }
    assert_true(len > 0);
    fake_set(f, PAYLOAD, models);
}

static void expect_payload(const json_t *record, const char *model)
{
    json_t *payload = json_object_get(record, PAYLOAD);
    const char *source;
    json_t *part;

    if (json_object_size(payload) == 0) {
        fail_msg("%s: remote_data was asked for and has nothing", model);
    }
    json_object_foreach(payload, source, part)
    {
        if (source[0] != '/' || (!json_is_object(part) && !json_is_array(part))) {
            fail_msg("%s: remote_data has %s, which is no path with what was read there", model, source);
        }
    }
}

void expect_promised(const struct fake *f, const struct weir_connector *connector, const char *model,
                     const char *id)
{
    const struct weir_model_use *use = promise_of(connector, model);
    const json_t *record = fake_json(f, "record", model, id);
    bool asked = weir_remote_data_wanted(fake_host(f), model);
    const char *name;
    json_t *value;

    assert_non_null(use);
    for (const char *const *field = use->fields; *field != NULL; field++) {
        if ((asked || strcmp(*field, PAYLOAD) != 0) && json_object_get(record, *field) == NULL) {
            fail_msg("%s promises %s, which did not come", model, *field);
        }
    }
    json_object_foreach((json_t *)(uintptr_t)record, name, value)
    {
        if (!promises(use, name) || (!asked && strcmp(name, PAYLOAD) == 0)) {
            fail_msg("%s has %s, which is not promised, or was not asked for", model, name);
        }
    }
    if (asked) {
        expect_payload(record, model);
    }
}
