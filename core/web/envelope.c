#include "web/envelope.h"

#include "base/log.h"
#include "web/json_out.h"

#include <stdarg.h>

#define RETRY_AFTER_S 1

static const struct answer_row rows[] = {
    [ANSWER_KEY_INVALID] = {401, "PLATFORM.AUTHENTICATION_INVALID", "API key missing or wrong",
                            "AUTHENTICATION_INVALID"},
    /* The client's list has no code for a key that may too little: the status tells it apart from a wrong
       one. */
    [ANSWER_FORBIDDEN] = {403, "PLATFORM.AUTHENTICATION_INVALID", "Not allowed with this key", "FORBIDDEN"},
    [ANSWER_INPUT_INVALID] = {400, "PLATFORM.INPUT_INVALID", "Request not understood", "INPUT_INVALID"},
    [ANSWER_PATH_UNKNOWN] = {404, "PLATFORM.INPUT_INVALID", "No such endpoint", "NOT_FOUND"},
    [ANSWER_METHOD_UNKNOWN] = {405, "PLATFORM.INPUT_INVALID", "Method not allowed", "METHOD_NOT_ALLOWED"},
    [ANSWER_INTEGRATION_UNKNOWN] = {404, "PLATFORM.INTEGRATION_NOT_FOUND", "Integration not found",
                                    "NOT_FOUND"},
    [ANSWER_NOT_FOUND] = {404, "PLATFORM.INPUT_INVALID", "Not found", "NOT_FOUND"},
    [ANSWER_SETUP_SYNC_PENDING] = {409, "INTEGRATION.SETUP_SYNC_PENDING", "Setup sync is still running",
                                   "CONFLICT"},
    [ANSWER_SETUP_INCOMPLETE] = {409, "INTEGRATION.SETUP_INCOMPLETE", "Setup steps are open", "CONFLICT"},
    [ANSWER_QA_FAILED] = {409, "INTEGRATION.QA_FAILED", "First data failed the quality check", "CONFLICT"},
    [ANSWER_LINK_OVER] = {410, "PLATFORM.INPUT_INVALID", "Link is over", "LINK_OVER"},
    [ANSWER_TOO_OFTEN] = {429, "PLATFORM.RATE_LIMIT_EXCEEDED", "Too many tries", "TOO_OFTEN"},
    [ANSWER_INACTIVE] = {409, "INTEGRATION.INACTIVE", "Integration is switched off", "CONFLICT"},
    [ANSWER_CREDENTIALS_INVALID] = {409, "INTEGRATION.AUTHENTICATION_INVALID",
                                    "Credentials of the integration do not work any more", "CONFLICT"},
    [ANSWER_MODEL_DISABLED] = {403, "INTEGRATION.MODEL_DISABLED", "Model is switched off", "CONFLICT"},
    [ANSWER_MODEL_NOT_AVAILABLE] = {501, "INTEGRATION.MODEL_NOT_AVAILABLE", "Model not available",
                                    "NOT_FOUND"},
    [ANSWER_ACTION_NOT_AVAILABLE] = {501, "INTEGRATION.ACTION_NOT_AVAILABLE", "Action not available",
                                     "NOT_FOUND"},
    [ANSWER_NOT_OFFERED] = {501, NULL, "Not offered by this server", "NOT_FOUND"},
    [ANSWER_ACTION_DISABLED] = {403, "INTEGRATION.ACTION_DISABLED", "Action is switched off", "CONFLICT"},
    [ANSWER_PERMISSION_MISSING] = {403, "INTEGRATION.PERMISSION_MISSING", "Credentials lack a permission",
                                   "CONFLICT"},
    [ANSWER_REMOTE_UNAVAILABLE] = {503, "REMOTE.SERVICE_UNAVAILABLE", "The tool is not available", "LATER"},
    [ANSWER_REMOTE_THROTTLES] = {429, "REMOTE.RATE_LIMIT_EXCEEDED", "The tool throttles", "LATER"},
    [ANSWER_REMOTE_INPUT_INVALID] = {400, "REMOTE.INPUT_INVALID", "The tool refuses the input",
                                     "INPUT_INVALID"},
    [ANSWER_REMOTE_UNKNOWN] = {502, "REMOTE.UNKNOWN_HTTP_ERROR", "Unexpected answer of the tool", "INTERNAL"},
    [ANSWER_TIMED_OUT] = {504, "PLATFORM.TASK_TIMED_OUT", "Its turn did not come in time", "LATER"},
    [ANSWER_TOO_MANY] = {429, "PLATFORM.CONCURRENCY_LIMIT_EXCEEDED", "Too many requests at once", "BUSY"},
    [ANSWER_CONFLICT] = {409, "PLATFORM.INPUT_INVALID", "Not possible now", "CONFLICT"},
    [ANSWER_BUSY] = {429, "PLATFORM.CONCURRENCY_LIMIT_EXCEEDED", "Too many requests at once", "BUSY"},
    [ANSWER_LATER] = {503, "PLATFORM.UNKNOWN_ERROR", "Not possible right now", "LATER"},
    [ANSWER_UNKNOWN] = {500, "PLATFORM.UNKNOWN_ERROR", "Unexpected failure", "INTERNAL"},
};

const struct answer_row *answer_nth(size_t n)
{
    return n < sizeof rows / sizeof rows[0] ? &rows[n] : NULL;
}

/* The codes of this endpoint's class. */
static const char *code_of(const struct request *r, const struct answer_row *row)
{
    bool platform = row->code != NULL && strncmp(row->code, "PLATFORM.", 9) == 0;

    return platform || (r->route != NULL && r->route->records) ? row->code : NULL;
}

void answer_error(struct request *r, enum answer which, const char *format, ...)
{
    const struct answer_row *row = &rows[which];
    char message[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    buf_clear(&r->body);
    r->status = row->status;
    r->content_type = "application/json";
    r->retry_after_s = row->status == 503 || row->status == 429 ? RETRY_AFTER_S : 0;
    buf_add_text(&r->body, "{\"status\":\"error\",\"error\":{");
    if (r->surface == SURFACE_API) {
        json_out_text(&r->body, "code", code_of(r, row));
        json_out_text(&r->body, "title", row->title);
        json_out_text(&r->body, "message", message);
        json_out_null(&r->body, "log_url");
    } else {
        json_out_text(&r->body, "code", row->admin_code);
        json_out_text(&r->body, "message", message);
    }
    buf_add_text(&r->body, "}}");
}

static enum answer answer_of(int rc, enum surface surface)
{
    switch (rc) {
    case WEIR_E_NONE:
        return surface == SURFACE_API ? ANSWER_INTEGRATION_UNKNOWN : ANSWER_NOT_FOUND;
    case WEIR_E_INVALID:
    case WEIR_E_UNSUPPORTED:
        return ANSWER_INPUT_INVALID;
    case WEIR_E_CONFIG:
        return surface == SURFACE_API ? ANSWER_UNKNOWN : ANSWER_CONFLICT;
    case WEIR_E_LATER:
    case WEIR_E_STOPPING:
        return ANSWER_LATER;
    case WEIR_E_LIMIT:
        return ANSWER_BUSY;
    default:
        return ANSWER_UNKNOWN;
    }
}

void answer_failure(struct request *r, int rc, const struct weir_error *err)
{
    enum answer which = answer_of(rc, r->surface);

    if (which == ANSWER_UNKNOWN) {
        log_error("request failed", LOG_TEXT("route", r->route != NULL ? r->route->path : ""), LOG_ERR(err));
        if (r->surface == SURFACE_API || r->surface == SURFACE_CONNECT) {
            answer_error(r, which, "The request could not be answered; the server's log says why.");
            return;
        }
    }
    answer_error(r, which, "%s", err->message);
}

void answer_not_begun(struct request *r, int rc, const struct weir_error *err)
{
    if (rc == WEIR_E_LIMIT) {
        answer_error(r, ANSWER_TOO_MANY, "%s.", err->message);
    } else {
        answer_failure(r, rc, err);
    }
}

struct buf *answer_begin(struct request *r)
{
    buf_clear(&r->body);
    buf_add_text(&r->body, "{\"status\":\"success\",\"data\":");
    return &r->body;
}

void answer_end(struct request *r)
{
    buf_add_char(&r->body, '}');
    r->status = 200;
    r->content_type = "application/json";
}

void answer_text(struct request *r, const char *text)
{
    buf_clear(&r->body);
    buf_add_text(&r->body, text);
    r->status = 200;
    r->content_type = "text/plain; charset=utf-8";
}

struct weir_str answer_last_resort(enum surface surface)
{
    return weir_str(
        surface == SURFACE_API
            ? "{\"status\":\"error\",\"error\":{\"code\":\"PLATFORM.UNKNOWN_ERROR\","
              "\"title\":\"Unexpected failure\",\"message\":\"The answer could not be made: it is too "
              "large, or memory is short.\",\"log_url\":null}}"
            : "{\"status\":\"error\",\"error\":{\"code\":\"INTERNAL\",\"message\":\"the answer could "
              "not be made: it is too large, or memory is short\"}}");
}
