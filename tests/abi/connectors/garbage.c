/*
 * A connector whose table is right and whose every answer is nonsense. The setting "mode" picks which.
 *
 * Lengths lie about addresses that are NULL or belong to us, so that a host that believed them would be
 * caught by the sanitizers. What no host in the same process can survive (a connector that itself writes
 * where it must not) is not here.
 */
#include "weir/connector.h"

#include <stdlib.h>

struct self {
    const struct weir_host *host;
    struct weir_str mode;
};

static const struct weir_setting settings[] = {{"mode", "Mode", NULL, false, true}};
static const char *const fields[] = {"first_name", NULL};
static const struct weir_model_use models[] = {{"hris_employees", fields, true, false, true, NULL}};

static bool mode_is(const void *opaque, const char *mode)
{
    const struct self *self = opaque;

    return weir_str_is(self->mode, mode);
}

/* What each call may do instead of answering. 1: nothing of it was asked for. */
static int common(const void *opaque, struct weir_error *err)
{
    if (mode_is(opaque, "positive")) {
        return 42;
    }
    if (mode_is(opaque, "unknown_code")) {
        return weir_fail(err, -4711, "a code of a later contract");
    }
    if (mode_is(opaque, "silent")) {
        return WEIR_E_AUTH;
    }
    if (mode_is(opaque, "unterminated")) {
        memset(err->message, 0xff, sizeof err->message);
        err->code = 99;
        return WEIR_E_PERMISSION;
    }
    if (mode_is(opaque, "false_stop")) {
        return weir_fail(err, WEIR_E_STOPPING, "I had enough");
    }
    return 1;
}

static int garbage_open(void **out, const struct weir_host *host, struct weir_error *err)
{
    struct self *self = calloc(1, sizeof *self);
    int rc;

    if (self == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    self->host = host;
    (void)host->setting(host, "mode", &self->mode);
    if (mode_is(self, "open_fails")) {
        free(self);
        return 7;
    }
    rc = host->state_put(host, "../../etc/passwd", weir_bytes("x", 1), err);
    if (rc != WEIR_E_INVALID) {
        abort();
    }
    *out = self;
    return 0;
}

static void garbage_close(void *opaque)
{
    free(opaque);
}

static int garbage_check(const void *opaque, const struct weir_request *request, struct weir_verdict *verdict,
                         struct weir_error *err)
{
    static const char elsewhere[] = "a key that lies in the connector";
    const struct self *self = opaque;
    int rc = common(opaque, err);

    if (rc != 1) {
        return rc;
    }
    verdict->decision = WEIR_ACCEPT;
    verdict->size = 0;
    if (mode_is(opaque, "decision")) {
        verdict->decision = 17;
    } else if (mode_is(opaque, "status")) {
        verdict->decision = WEIR_ANSWER;
        verdict->status = 100;
    } else if (mode_is(opaque, "kind_refusal")) {
        verdict->decision = WEIR_REFUSE;
        verdict->status = 200;
    } else if (mode_is(opaque, "dedup")) {
        verdict->dedup = -5;
    } else if (mode_is(opaque, "key_outside")) {
        verdict->dedup = WEIR_DEDUP_KEY;
        verdict->dedup_key = weir_str(elsewhere);
    } else if (mode_is(opaque, "key_too_long")) {
        verdict->dedup = WEIR_DEDUP_KEY;
        verdict->dedup_key = weir_str_n((const char *)request->body.data, SIZE_MAX);
    } else if (mode_is(opaque, "key_null")) {
        verdict->dedup = WEIR_DEDUP_KEY;
        verdict->dedup_key = weir_str_n(NULL, 5);
    } else if (mode_is(opaque, "body_len")) {
        verdict->decision = WEIR_ANSWER;
        verdict->body_len = SIZE_MAX;
    } else if (mode_is(opaque, "content_type")) {
        verdict->decision = WEIR_ANSWER;
        (void)snprintf(verdict->content_type, sizeof verdict->content_type, "text/plain\r\nSet-Cookie: a=b");
    } else if (mode_is(opaque, "reason")) {
        verdict->decision = WEIR_REFUSE;
        memset(verdict->reason, 0xc3, sizeof verdict->reason);
    } else if (mode_is(opaque, "check_works")) {
        struct weir_http_request http = {.size = sizeof http, .method = "GET", .url = weir_str("/")};
        struct weir_http_response response = {.size = sizeof response};

        self->host->log(self->host, WEIR_LOG_ERROR, weir_str("must not be logged"));
        return self->host->http(self->host, &http, &response, err);
    }
    return 0;
}

static int garbage_events(void *opaque, const struct weir_request *request, const struct weir_sink *sink,
                          struct weir_error *err)
{
    struct weir_ref ref = {
        .model = weir_str("hris_employees"), .remote_id = weir_str("1"), .hint = {NULL, 0}};
    struct weir_event event = {.size = sizeof event, .type = weir_str("x"), .refs = &ref, .ref_count = 1};
    int rc = common(opaque, err);

    (void)request;
    if (rc != 1) {
        return rc;
    }
    if (mode_is(opaque, "event_null")) {
        return sink->event(sink, NULL, err);
    }
    if (mode_is(opaque, "event_size")) {
        event.size = 4;
    } else if (mode_is(opaque, "event_type")) {
        event.type = weir_str_n(NULL, 12);
    } else if (mode_is(opaque, "event_time")) {
        event.occurred_at_ms = INT64_MIN;
    } else if (mode_is(opaque, "refs_null")) {
        event.refs = NULL;
        event.ref_count = 3;
    } else if (mode_is(opaque, "refs_many")) {
        event.ref_count = SIZE_MAX;
    } else if (mode_is(opaque, "ref_model")) {
        ref.model = weir_str("hris_ghosts");
    } else if (mode_is(opaque, "record_in_events")) {
        return sink->record(sink, weir_str("hris_employees"), weir_str("1"), weir_bytes("{}", 2), err);
    }
    return sink->event(sink, &event, err);
}

static int garbage_record(void *opaque, const struct weir_ref *ref, const struct weir_sink *sink,
                          struct weir_error *err)
{
    struct weir_str model = weir_str("hris_employees");
    struct weir_str id = ref->remote_id;
    struct weir_bytes json = weir_bytes("{}", 2);
    int rc = common(opaque, err);

    if (rc != 1) {
        return rc;
    }
    if (mode_is(opaque, "model")) {
        model = weir_str("hris_ghosts");
    } else if (mode_is(opaque, "model_null")) {
        model = weir_str_n(NULL, 14);
    } else if (mode_is(opaque, "id_empty")) {
        id = weir_str("");
    } else if (mode_is(opaque, "id_nul")) {
        id = weir_str_n("a\0b", 3);
    } else if (mode_is(opaque, "id_long")) {
        id = weir_str_n("a", SIZE_MAX);
    } else if (mode_is(opaque, "json_null")) {
        json = weir_bytes(NULL, 100);
    } else if (mode_is(opaque, "json_long")) {
        json = weir_bytes("{}", SIZE_MAX);
    } else if (mode_is(opaque, "json_latin1")) {
        json = weir_bytes("{\"a\":\"\xe4\"}", 9);
    } else if (mode_is(opaque, "lost_failure")) {
        (void)sink->record(sink, weir_str("hris_ghosts"), id, json, err);
        return 0;
    }
    return sink->record(sink, model, id, json, err);
}

static int garbage_list(void *opaque, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                        const struct weir_sink *sink, struct weir_error *err)
{
    int rc = common(opaque, err);

    (void)since_ms;
    if (rc != 1) {
        return rc;
    }
    if (mode_is(opaque, "same_page")) {
        return sink->next(sink, cursor, err);
    }
    if (mode_is(opaque, "two_cursors")) {
        rc = sink->next(sink, weir_str("a"), err);
        return rc != 0 ? rc : sink->next(sink, weir_str("b"), err);
    }
    if (mode_is(opaque, "cursor_long")) {
        return sink->next(sink, weir_str_n("a", SIZE_MAX), err);
    }
    if (mode_is(opaque, "endless")) {
        do {
            rc = sink->gone(sink, model, weir_str("1"), err);
        } while (rc == 0);
        return rc;
    }
    return 0;
}

static int garbage_ensure(void *opaque, const struct weir_subscription_want *want,
                          struct weir_subscription *have, struct weir_error *err)
{
    int rc = common(opaque, err);

    (void)want;
    if (rc != 1) {
        return rc;
    }
    memset(have, 0xa5, sizeof *have);
    if (mode_is(opaque, "detail")) {
        have->state = WEIR_SUB_FAILED;
    }
    return 0;
}

static const struct weir_subscribe subscribe = {.size = sizeof subscribe, .ensure = garbage_ensure};
static const struct weir_verify verify = {
    .size = sizeof verify, .check = garbage_check, .events = garbage_events};
static const struct weir_fetch fetch = {.size = sizeof fetch, .record = garbage_record, .list = garbage_list};

WEIR_EXPORT const struct weir_connector weir_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof(struct weir_connector),
    .abi_major = WEIR_ABI_MAJOR,
    .abi_minor = WEIR_ABI_MINOR,
    .tool = "garbage",
    .label = "Garbage",
    .version = "1.0.0",
    .category = WEIR_CATEGORY_HRIS,
    .settings = settings,
    .setting_count = 1,
    .models = models,
    .model_count = 1,
    .base_url = "https://tool.example",
    .open = garbage_open,
    .close = garbage_close,
    .subscribe = &subscribe,
    .verify = &verify,
    .fetch = &fetch,
};
