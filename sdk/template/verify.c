/* Deliveries: are they the tool's, and whom are they about? */
#include "sample_tool.h"

#include "weir/verify.h"

/* x-sample-tool-signature: sha256=<hex HMAC of "<seconds>.<body>">; the seconds have a header of their own.
 */
static const struct weir_verify_hmac_scheme scheme = {
    "x-sample-tool-signature", "sha256=", WEIR_SHA256, WEIR_VERIFY_HEX,
    "x-sample-tool-time",      1000,      300000,      "."};

static int check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                 struct weir_error *err)
{
    return weir_verify_hmac(verdict, ((const struct instance *)self)->host, request, &scheme, err);
}

static int events(void *self, const struct weir_request *request, const struct weir_sink *sink,
                  struct weir_error *err)
{
    char id[WEIR_ID_TEXT];
    struct weir_ref ref = {weir_str("hris_employees"), {NULL, 0}, {NULL, 0}};
    struct weir_event event = {.size = sizeof event, .refs = &ref, .ref_count = 1};
    json_t *delivery = NULL;
    int rc = weir_json_parse(&delivery, request->body, (size_t)1 << 20, "delivery", err);

    (void)self;
    (void)weir_json_str(&event.upstream_id, delivery, "id");
    if (rc == 0 && (weir_json_str(&event.type, delivery, "type") != WEIR_JSON_VALUE ||
                    !weir_json_id(id, delivery, "person_id"))) {
        rc = weir_fail(err, WEIR_E_INVALID, "a delivery without a type or a person_id");
    }
    if (rc == 0) {
        ref.remote_id = weir_str(id);
        rc = sink->event(sink, &event, err);
    }
    json_decref(delivery);
    return rc;
}

const struct weir_verify sample_tool_verify = {
    .size = sizeof sample_tool_verify, .check = check, .events = events};
