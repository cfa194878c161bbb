#include "host/instance_internal.h"

#define DEDUP_KEY_MAX 256

static bool lies_within(struct weir_str part, const void *data, size_t len)
{
    uintptr_t from = (uintptr_t)data;
    uintptr_t at = (uintptr_t)part.data;

    return data != NULL && at >= from && at - from <= len && part.len <= len - (at - from);
}

/* The key is read after check has returned, so that it may only lie in what the host holds itself. */
static bool lies_in_request(struct weir_str part, const struct weir_request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (lies_within(part, request->headers[i].value.data, request->headers[i].value.len) ||
            lies_within(part, request->headers[i].name.data, request->headers[i].name.len)) {
            return true;
        }
    }
    return lies_within(part, request->body.data, request->body.len) ||
           lies_within(part, request->tail.data, request->tail.len) ||
           lies_within(part, request->query.data, request->query.len);
}

static int check_dedup(struct weir_verdict *verdict, const struct instance *inst,
                       const struct weir_request *request, struct weir_error *err)
{
    switch (verdict->dedup) {
    case WEIR_DEDUP_NONE:
    case WEIR_DEDUP_BODY:
        verdict->dedup_key = weir_str_n(NULL, 0);
        return 0;
    case WEIR_DEDUP_KEY:
        break;
    default:
        return blame(inst, CALL_CHECK, err, "its verdict has the unknown dedup %d", (int)verdict->dedup);
    }
    if (verdict->dedup_key.data == NULL || verdict->dedup_key.len == 0) {
        return blame(inst, CALL_CHECK, err, "its verdict asks for WEIR_DEDUP_KEY and has no dedup_key");
    }
    if (!lies_in_request(verdict->dedup_key, request)) {
        return blame(inst, CALL_CHECK, err, "its verdict's dedup_key does not lie within the request");
    }
    if (verdict->dedup_key.len > DEDUP_KEY_MAX) {
        verdict->dedup_key.len = DEDUP_KEY_MAX; /* so many count */
    }
    return 0;
}

/* What goes out as a header must not be able to end it. */
static bool is_header_value(const char *text, size_t size)
{
    size_t len = strnlen(text, size);

    for (size_t i = 0; i < len; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            return false;
        }
    }
    return len < size;
}

static int check_answer(struct weir_verdict *verdict, const struct instance *inst, struct weir_error *err)
{
    int32_t least = verdict->decision == WEIR_REFUSE ? 300 : 200;

    if (verdict->status == 0) {
        verdict->status = verdict->decision == WEIR_REFUSE ? 401 : 200;
    }
    /* A refusal with a 2xx would tell the tool that all is well; 1xx is no answer at all. */
    if (verdict->status < least || verdict->status > 599) {
        return blame(inst, CALL_CHECK, err, "its verdict has the status %d, which is no answer here",
                     (int)verdict->status);
    }
    if (verdict->decision == WEIR_REFUSE) {
        verdict->body_len = 0;
        verdict->content_type[0] = '\0';
        return 0;
    }
    if (verdict->body_len > sizeof verdict->body) {
        return blame(inst, CALL_CHECK, err, "its verdict has a body of %zu bytes, and %zu fit",
                     verdict->body_len, sizeof verdict->body);
    }
    if (!is_header_value(verdict->content_type, sizeof verdict->content_type)) {
        return blame(inst, CALL_CHECK, err, "its verdict's content_type is no header value");
    }
    return 0;
}

int verdict_check(struct weir_verdict *verdict, const struct instance *inst,
                  const struct weir_request *request, struct weir_error *err)
{
    verdict->size = sizeof *verdict;
    blame_clean_secret(verdict->reason, sizeof verdict->reason, inst, request->secrets,
                       request->secret_count);
    switch (verdict->decision) {
    case WEIR_ACCEPT:
        if (request->secret_count == 0) {
            return blame(inst, CALL_CHECK, err,
                         "it accepted a delivery while there is no secret to prove it");
        }
        verdict->status = 200;
        verdict->body_len = 0;
        verdict->content_type[0] = '\0';
        return check_dedup(verdict, inst, request, err);
    case WEIR_REFUSE:
    case WEIR_ANSWER:
        return check_answer(verdict, inst, err);
    default:
        return blame(inst, CALL_CHECK, err, "its verdict has the unknown decision %d",
                     (int)verdict->decision);
    }
}
