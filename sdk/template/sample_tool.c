/* The table: what this connector says of itself. And the life of an instance. */
#include "sample_tool.h"

static const struct weir_setting settings[] = {
    {"api_token", "API token", "Sample tool: Settings > API, with people:read", true, true}};

static const char *const of_person[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.saved", of_person}, {"person.deleted", of_person}};
static const char *const fields[] = {"first_name", "last_name", "work_email", "start_date", NULL};
static const struct weir_model_use models[] = {{"hris_employees", fields, true, false, true, NULL}};

static int instance_open(void **out, const struct weir_host *host, struct weir_error *err)
{
    struct instance *self = calloc(1, sizeof *self);

    if (self == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    self->host = host;
    (void)host->setting(host, "api_token", &self->api_token);
    *out = self;
    return 0;
}

WEIR_EXPORT const struct weir_connector weir_connector = {.magic = WEIR_CONNECTOR_MAGIC,
                                                          .size = sizeof(struct weir_connector),
                                                          .abi_major = WEIR_ABI_MAJOR,
                                                          .abi_minor = WEIR_ABI_MINOR,
                                                          .tool = "sample_tool",
                                                          .label = "Sample tool",
                                                          .version = "0.1.0",
                                                          .category = WEIR_CATEGORY_HRIS,
                                                          .settings = settings,
                                                          .setting_count =
                                                              sizeof settings / sizeof settings[0],
                                                          .events = events,
                                                          .event_count = sizeof events / sizeof events[0],
                                                          .models = models,
                                                          .model_count = sizeof models / sizeof models[0],
                                                          .base_url = "https://api.sample-tool.example",
                                                          .open = instance_open,
                                                          .close = free,
                                                          .subscribe = &sample_tool_subscribe,
                                                          .verify = &sample_tool_verify,
                                                          .fetch = &sample_tool_fetch};
