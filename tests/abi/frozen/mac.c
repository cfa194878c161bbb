/*
 * A connector that uses the helpers for authors too, as each released contract had them. Its record says of
 * which minor version it is.
 */
#include "weir/json.h"
#include "weir/verify.h"

static const char *const models_of_event[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.updated", models_of_event}};
static const char *const fields[] = {"first_name", NULL};
static const struct weir_model_use models[] = {{"hris_employees", fields, true, false, true, NULL}};

static int mac_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    (void)err;
    *self = (void *)(uintptr_t)host;
    return 0;
}

static void mac_close(void *self)
{
    (void)self;
}

static int mac_check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                     struct weir_error *err)
{
    static const struct weir_verify_hmac_scheme scheme = {
        .header = "X-Signature", .prefix = "sha256=", .digest = WEIR_SHA256, .encoding = WEIR_VERIFY_HEX};

    return weir_verify_hmac(verdict, self, request, &scheme, err);
}

static int mac_events(void *self, const struct weir_request *request, const struct weir_sink *sink,
                      struct weir_error *err)
{
    struct weir_ref ref = {.model = weir_str("hris_employees")};
    struct weir_event event = {
        .size = sizeof event, .type = weir_str("person.updated"), .refs = &ref, .ref_count = 1};
    json_t *delivery = NULL;
    int rc = weir_json_parse(&delivery, request->body, 4096, "delivery", err);

    (void)self;
    if (rc == 0 && weir_json_str(&ref.remote_id, delivery, "person.id") != WEIR_JSON_VALUE) {
        rc = weir_fail(err, WEIR_E_INVALID, "a delivery without a person");
    }
    rc = rc != 0 ? rc : sink->event(sink, &event, err);
    json_decref(delivery);
    return rc;
}

static int mac_record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                      struct weir_error *err)
{
    char minor[16];
    json_t *record = json_object();
    int rc;

    (void)self;
    (void)snprintf(minor, sizeof minor, "%d", WEIR_ABI_MINOR);
    rc = weir_json_put_str(record, "first_name", weir_str(minor));
    rc = rc != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                 : weir_emit_json(sink, "hris_employees", ref->remote_id, record, err);
    json_decref(record);
    return rc;
}

static int mac_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                    const struct weir_sink *sink, struct weir_error *err)
{
    struct weir_ref ref = {.model = model, .remote_id = weir_str("7")};

    (void)since_ms;
    (void)cursor;
    return mac_record(self, &ref, sink, err);
}

static const struct weir_verify verify = {.size = sizeof verify, .check = mac_check, .events = mac_events};
static const struct weir_fetch fetch = {.size = sizeof fetch, .record = mac_record, .list = mac_list};

WEIR_EXPORT const struct weir_connector weir_connector = {.magic = WEIR_CONNECTOR_MAGIC,
                                                          .size = sizeof(struct weir_connector),
                                                          .abi_major = WEIR_ABI_MAJOR,
                                                          .abi_minor = WEIR_ABI_MINOR,
                                                          .tool = "mac",
                                                          .label = "Mac",
                                                          .version = "1.0.0",
                                                          .category = WEIR_CATEGORY_HRIS,
                                                          .events = events,
                                                          .event_count = 1,
                                                          .models = models,
                                                          .model_count = 1,
                                                          .base_url = "https://tool.example",
                                                          .open = mac_open,
                                                          .close = mac_close,
                                                          .verify = &verify,
                                                          .fetch = &fetch};
