/* A tool whose texts try to be more than texts on the pages that show them. */
#include "../../abi/connectors/skeleton.h"

#define RUN "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
#define TURNED "\xe2\x80\xae"
#define LONG                                                                                                 \
    "looooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo" \
    "ooong"

static const char *const models_of_event[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.updated", models_of_event}};
static const struct weir_setting settings[] = {{"password", RUN LONG, RUN TURNED LONG, true, true},
                                               {"pasted", RUN TURNED, RUN, true, false}};
static const struct weir_step steps[] = {
    {RUN "Make " LONG, RUN TURNED LONG, RUN, "callback_url", NULL},
    {"Paste " TURNED LONG, RUN, NULL, NULL, "pasted"},
};

static int hostile_list(void *opaque, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                        const struct weir_sink *sink, struct weir_error *err)
{
    const struct weir_host *host = opaque;
    struct weir_str password;

    (void)since_ms;
    (void)cursor;
    if (!host->setting(host, "password", &password) || !weir_str_is(password, "open sesame")) {
        return weir_fail(err, WEIR_E_AUTH, "<b>no</b> " RUN);
    }
    return sink->record(sink, model, weir_str("7"), weir_bytes("{\"first_name\":\"Ada\"}", 20), err);
}

static const struct weir_fetch fetch = {
    .size = sizeof fetch, .record = skeleton_record, .list = hostile_list};
static const struct weir_subscribe subscribe = {.size = sizeof subscribe, .steps = steps, .step_count = 2};

WEIR_EXPORT const struct weir_connector weir_connector = {SKELETON_HEAD,
                                                          .tool = "hostile",
                                                          .label = "<b>Hostile</b>" TURNED
                                                                   "<script>hacked=1</script>",
                                                          .version = "1.0.0",
                                                          .category = WEIR_CATEGORY_HRIS,
                                                          .base_url = "https://tool.example",
                                                          SKELETON_MODELS,
                                                          .settings = settings,
                                                          .setting_count = 2,
                                                          .events = events,
                                                          .event_count = 1,
                                                          SKELETON_CALLS,
                                                          .subscribe = &subscribe,
                                                          .verify = &skeleton_verify,
                                                          .fetch = &fetch};
