/*
 * alarm: what attempts say of an endpoint, when it is disabled, and how others are told.
 *
 * Others have to ask for these messages by name: consumers of the published contract know a closed list of
 * types, which these are not in.
 */
#include "flow/dispatch_internal.h"

#include "base/log.h"
#include "flow/notice.h"
#include "model/message.h"
#include "store/endpoints.h"

#include <inttypes.h>

#define DAY_MS (24LL * 60 * 60 * 1000)
#define BODY_MAX_BYTES 4096

/* ---- what is learned ---- */

static void learn_success(struct lesson *lesson, struct endpoint *e)
{
    uint32_t before = e->row.failures;

    e->row.failures = 0;
    e->row.failing_since_ms = 0;
    e->row.warned_ms = 0;
    if (before >= FAILING_AFTER) {
        log_info("endpoint works again", LOG_TEXT("endpoint", e->row.name));
    }
    lesson->store_row = before > 0;
}

static void disable(struct lesson *lesson, struct endpoint *e, const char *why)
{
    e->row.disabled = true;
    (void)snprintf(e->row.reason, sizeof e->row.reason, "%s; enable it again with: weir endpoints enable %s",
                   why, e->row.name);
    log_error("endpoint disabled, its notifications wait", LOG_TEXT("endpoint", e->row.name),
              LOG_TEXT("reason", e->row.reason));
    lesson->store_row = true;
    lesson->alarm = ALARM_DISABLED;
}

int64_t alarm_disables_ms(const struct endpoint *e, uint32_t days)
{
    int64_t at_ms = e->row.failing_since_ms + (int64_t)days * DAY_MS;

    if (days == 0 || e->row.failing_since_ms == 0 || e->row.failures < FAILING_AFTER) {
        return 0;
    }
    /* A day lies between the warning and the end, also where nothing was to be sent for long. */
    return at_ms > e->row.warned_ms + DAY_MS ? at_ms : e->row.warned_ms + DAY_MS;
}

static void learn_failing(struct lesson *lesson, struct endpoint *e, int64_t now_ms, uint32_t days)
{
    int64_t disables_ms = alarm_disables_ms(e, days);
    char why[128];

    if (disables_ms == 0) {
        return;
    }
    if (e->row.warned_ms == 0) {
        if (now_ms < disables_ms - DAY_MS) {
            return;
        }
        e->row.warned_ms = now_ms;
        log_error("endpoint fails for days, it will be disabled in a day", LOG_TEXT("endpoint", e->row.name),
                  LOG_INT("failures", e->row.failures));
        lesson->store_row = true;
        lesson->alarm = ALARM_FAILING;
    } else if (now_ms >= disables_ms) {
        (void)snprintf(why, sizeof why, "it failed for %u day%s", days, days == 1 ? "" : "s");
        disable(lesson, e, why);
    }
}

void alarm_learn(struct lesson *lesson, struct dispatch *d, struct endpoint *e, const struct verdict *v,
                 int64_t now_ms)
{
    *lesson = (struct lesson){.alarm = ALARM_NONE};
    if (v->outcome == STORE_DELIVERED) {
        learn_success(lesson, e);
        return;
    }
    if (e->row.disabled) {
        return; /* others on their way tell the same */
    }
    (void)snprintf(e->last_error, sizeof e->last_error, "%s", v->error);
    if (v->is_gone) {
        disable(lesson, e, "it answered 410 Gone");
        return;
    }
    if (!v->counts) {
        return;
    }
    e->row.failures++;
    if (e->row.failing_since_ms == 0) {
        e->row.failing_since_ms = now_ms;
    }
    lesson->store_row = e->row.failures == 1 || e->row.failures == FAILING_AFTER;
    if (e->row.failures == FAILING_AFTER) {
        log_error("endpoint keeps failing, only probed from now on", LOG_TEXT("endpoint", e->row.name),
                  LOG_TEXT("error", v->error));
    }
    if (e->row.failures >= FAILING_AFTER) {
        e->next_probe_ms = now_ms + d->options.probe_ms;
    }
    learn_failing(lesson, e, now_ms, d->options.disable_days);
}

/* ---- telling others ---- */

static void write_body(struct buf *out, const struct alarm_note *note)
{
    bool failing = note->alarm == ALARM_FAILING;
    struct message_out m;

    message_begin(&m, out, failing ? MESSAGE_ENDPOINT_FAILING : MESSAGE_ENDPOINT_DISABLED, NOTICE_ID);
    message_text(&m, "endpoint", note->row.name);
    message_time(&m, "failing_since", note->row.failing_since_ms);
    message_integer(&m, "failures", note->row.failures);
    message_text(&m, "last_error", note->error);
    if (failing) {
        message_time(&m, "disables_at", note->at_ms);
    } else {
        message_text(&m, "reason", note->row.reason);
        message_time(&m, "disabled_at", note->at_ms);
    }
    message_end(&m);
}

static void on_told(void *ctx, int rc, const struct store_due *due, size_t due_count,
                    const struct weir_error *err)
{
    struct dispatch *d = ctx;

    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_warn("others are not told of a failing endpoint", LOG_ERR(err));
    }
    for (size_t i = 0; i < due_count; i++) {
        dispatch_poke(d, due[i].endpoint);
    }
}

void alarm_tell(struct dispatch *d, const struct alarm_note *note)
{
    struct buf body;

    buf_init(&body, BODY_MAX_BYTES);
    write_body(&body, note);
    if (buf_check(&body, "a message about an endpoint", NULL) == 0) {
        store_notify_others(d->store,
                            note->alarm == ALARM_FAILING ? STORE_EVENT_ENDPOINT_FAILING
                                                         : STORE_EVENT_ENDPOINT_DISABLED,
                            note->row.number, buf_bytes(&body), on_told, d);
    }
    buf_fini(&body);
}
