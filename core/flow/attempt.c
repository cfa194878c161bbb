/*
 * attempt: one HTTP try of a notification, what its outcome means, and how it is booked.
 */
#include "flow/dispatch_internal.h"

#include "base/log.h"
#include "base/sign.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#define UNSIGNED_AGAIN_MS 1000
#define ANSWER_SHOWN 400 /* bytes */
#define RETRY_AFTER_MAX_MS (24LL * 60 * 60 * 1000)

struct attempt {
    struct dispatch *d;
    struct endpoint *e;
    struct outgoing *o;
    bool ordered; /* as it was sent */
};

/* ---- what an answer means ---- */

/* Whole seconds or an HTTP date; 0: it says nothing usable. */
static int64_t retry_after_ms(const struct client_response *response, int64_t now_ms)
{
    struct weir_str value;
    char text[64];
    char *end;
    struct tm tm = {0};
    long long seconds;
    int64_t wait_ms = 0;

    if (!client_response_header(&value, response, "retry-after") || value.len == 0 ||
        value.len >= sizeof text) {
        return 0;
    }
    memcpy(text, value.data, value.len);
    text[value.len] = '\0';
    seconds = strtoll(text, &end, 10);
    if (*end == '\0' && seconds > 0) {
        wait_ms = seconds > RETRY_AFTER_MAX_MS / 1000 ? RETRY_AFTER_MAX_MS : seconds * 1000;
    } else if (strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm) != NULL) {
        wait_ms = (int64_t)timegm(&tm) * 1000 - now_ms;
    }
    if (wait_ms < 0) {
        return 0;
    }
    return wait_ms < RETRY_AFTER_MAX_MS ? wait_ms : RETRY_AFTER_MAX_MS;
}

static int64_t with_jitter(int64_t wait_ms, uint32_t percent)
{
    uint32_t random = 0;

    if (crypto_random(&random, sizeof random, NULL) != 0 || percent == 0) {
        return wait_ms;
    }
    return wait_ms + wait_ms * (int64_t)(random % (percent + 1)) / 100;
}

static void judge(struct verdict *v, const struct attempt *a, const struct client_response *response,
                  int64_t now_ms)
{
    const struct dispatch_options *options = &a->d->options;
    uint32_t tried = a->o->attempts + 1;
    int64_t wait_ms;

    *v = (struct verdict){.outcome = STORE_DELIVERED, .counts = true};
    if (response->outcome == CLIENT_ANSWERED && response->status >= 200 && response->status < 300) {
        return;
    }
    v->outcome = STORE_RETRY;
    if (response->outcome == CLIENT_STOPPED) {
        v->counts = false; /* we ended it, not they */
        v->again_ms = v->next_due_ms = a->o->due_ms;
        (void)snprintf(v->error, sizeof v->error, "the daemon stopped");
        return;
    }
    if (response->outcome != CLIENT_ANSWERED) {
        (void)snprintf(v->error, sizeof v->error, "%s: %.120s", client_outcome_word(response->outcome),
                       response->detail);
    } else if (response->status >= 300 && response->status < 400) {
        (void)snprintf(v->error, sizeof v->error, "HTTP %d: redirects are not followed, give the final URL",
                       response->status);
    } else {
        (void)snprintf(v->error, sizeof v->error, "HTTP %d", response->status);
    }
    if (response->outcome == CLIENT_ANSWERED && response->status == 410) {
        v->is_gone = true;
        v->counts = false;
        v->again_ms = v->next_due_ms = a->o->due_ms;
        return;
    }
    if (tried > options->retry_count) {
        v->outcome = STORE_DEAD;
        return;
    }
    wait_ms = with_jitter(options->retry_ms[tried - 1], options->jitter_percent);
    if (response->outcome == CLIENT_ANSWERED && retry_after_ms(response, now_ms) > wait_ms) {
        wait_ms = retry_after_ms(response, now_ms);
    }
    v->again_ms = now_ms + wait_ms;
    /* Where order counts it keeps its place, and those behind it wait with it. */
    v->next_due_ms = a->ordered ? a->o->due_ms : v->again_ms;
}

/* ---- booking ---- */

static void on_booked(void *ctx, int rc, const struct weir_error *err)
{
    struct attempt *a = ctx;

    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_warn("attempt could not be booked, it is made again", LOG_TEXT("notification", a->o->id),
                 LOG_ERR(err));
    }
    dispatch_booked(a->d, a->e, a->o->seq, rc == 0);
    free(a->o);
    free(a);
}

/* How the answer of a failed one begins: what a person wants to know first. */
static void add_answer(struct buf *json, const struct client_response *response)
{
    struct weir_str text =
        utf8_cut(weir_str_n((const char *)response->body.data, response->body.len), ANSWER_SHOWN);

    if (text.len > 0 && utf8_valid(text)) {
        buf_add_text(json, ",\"answer\":");
        buf_add_json_str(json, text);
    }
}

static void write_log_json(struct buf *json, const struct attempt *a, const struct verdict *v,
                           const char *word, const struct client_response *response)
{
    buf_add_text(json, "{\"notification\":\"");
    buf_add_text(json, a->o->id);
    buf_add_text(json, "\",\"endpoint\":");
    buf_add_json_str(json, weir_str(a->e->row.name));
    buf_add_text(json, ",\"attempt\":");
    buf_add_u64(json, a->o->attempts + 1);
    buf_add_text(json, ",\"outcome\":\"");
    buf_add_text(json, word);
    buf_add_text(json, "\",\"status\":");
    buf_add_i64(json, response->status);
    buf_add_text(json, ",\"ms\":");
    buf_add_i64(json, response->total_us / 1000);
    if (v->error[0] != '\0') {
        buf_add_text(json, ",\"error\":");
        buf_add_json_str(json, weir_str(v->error));
    }
    if (v->outcome != STORE_DELIVERED) {
        add_answer(json, response);
    }
    if (v->outcome == STORE_RETRY) {
        buf_printf(json, ",\"next_at_ms\":%" PRId64, v->again_ms);
    }
    buf_add_char(json, '}');
}

static void book(struct attempt *a, const struct verdict *v, const char *word,
                 const struct client_response *response)
{
    struct store_attempt booking = {
        .endpoint = a->e->row.number,
        .due_ms = a->o->due_ms,
        .seq = a->o->seq,
        .outcome = v->outcome,
        .next_due_ms = v->next_due_ms,
        .counts = v->counts,
        .status = response->status,
        .error = v->error[0] != '\0' ? v->error : NULL,
    };
    struct buf json;

    buf_init(&json, 8192);
    write_log_json(&json, a, v, word, response);
    booking.log_json = buf_str(&json);
    store_attempt(a->d->store, &booking, on_booked, a);
    buf_fini(&json);
}

static void on_answer(void *ctx, const struct client_response *response)
{
    static const char *const words[] = {"", "delivered", "retry", "dead"};
    struct attempt *a = ctx;
    struct dispatch *d = a->d;
    struct endpoint *e = a->e;
    int64_t now_ms = clock_now_ms(d->clock);
    struct alarm_note note = {.at_ms = now_ms};
    struct lesson lesson;
    struct verdict v;

    judge(&v, a, response, now_ms);
    pthread_mutex_lock(&d->lock);
    alarm_learn(&lesson, d, e, &v, now_ms);
    if (v.counts) {
        pulse_add(&e->pulse, now_ms, response->total_us / 1000, v.outcome == STORE_DELIVERED);
    }
    if (v.outcome == STORE_RETRY) {
        order_hold(e, a->o->integration, a->o->due_ms, a->o->seq, v.again_ms);
    }
    note.alarm = lesson.alarm;
    note.row = e->row;
    if (lesson.alarm == ALARM_FAILING) {
        note.at_ms = alarm_disables_ms(e, d->options.disable_days);
    }
    (void)snprintf(note.error, sizeof note.error, "%s", v.error);
    if (lesson.store_row) {
        store_endpoint_put(d->store, &e->row); /* with the lock: in the order in which it was learned */
    }
    dispatch_answered(d, e);
    pthread_mutex_unlock(&d->lock);
    if (lesson.alarm != ALARM_NONE) {
        alarm_tell(d, &note);
    }
    if (lesson.alarm == ALARM_DISABLED) {
        dispatch_endpoints_changed(d);
    }
    metric_add(v.outcome == STORE_DELIVERED ? e->delivered
               : v.outcome == STORE_RETRY   ? e->retried
                                            : e->died,
               1);
    metric_observe_us(e->seconds, response->total_us);
    if (v.outcome == STORE_DELIVERED) {
        rate_add(&d->delivered, clock_mono_us(d->clock), 1);
        if (d->options.on_taken != NULL) {
            d->options.on_taken(d->options.ctx, e->row.number, a->o->integration, a->o->first_change,
                                a->o->last_change);
        }
        log_info("notification delivered", LOG_TEXT("notification", a->o->id),
                 LOG_TEXT("endpoint", e->row.name), LOG_INT("attempt", a->o->attempts + 1),
                 LOG_INT("status", response->status), LOG_INT("ms", response->total_us / 1000));
    } else {
        log_warn(v.outcome == STORE_DEAD ? "notification given up" : "notification not delivered",
                 LOG_TEXT("notification", a->o->id), LOG_TEXT("endpoint", e->row.name),
                 LOG_INT("attempt", a->o->attempts + 1), LOG_TEXT("error", v.error),
                 LOG_INT("next_in_ms", v.outcome == STORE_RETRY ? v.again_ms - now_ms : 0));
    }
    book(a, &v, words[v.outcome], response);
}

/* ---- sending ---- */

static void add_header(struct signed_headers *h, const char *name, struct weir_str value)
{
    if (h->count < SIGNED_HEADERS_MAX) {
        h->list[h->count++] = (struct weir_header){.name = weir_str(name), .value = value};
    }
}

void signed_headers_init(struct signed_headers *h)
{
    h->count = 0;
    buf_init(&h->kombo, 128);
    buf_init(&h->standard, 1024);
}

void signed_headers_fini(struct signed_headers *h)
{
    buf_fini(&h->kombo);
    buf_fini(&h->standard);
}

/* X-Kombo-Signature has room for one signature: the newest secret's. */
int signed_headers_fill(struct signed_headers *h, const struct endpoint *e, int64_t now_ms, const char *id,
                        struct weir_bytes body, struct weir_error *err)
{
    int64_t now_s = now_ms / 1000;
    int rc = sign_kombo(&h->kombo, weir_str(e->secrets[0]), body, err);

    (void)snprintf(h->id, sizeof h->id, "%s", id);
    for (size_t i = 0; rc == 0 && i < e->secret_count; i++) {
        if (i == 0 || e->secret_until_ms[i] == 0 || e->secret_until_ms[i] > now_ms) {
            rc = sign_standard(&h->standard, weir_str(e->secrets[i]), weir_str(h->id), now_s, body, err);
        }
    }
    if (rc != 0) {
        return rc;
    }
    (void)snprintf(h->timestamp, sizeof h->timestamp, "%" PRId64, now_s);
    add_header(h, "Content-Type", weir_str("application/json"));
    add_header(h, sign_headers[SIGN_KOMBO].name, buf_str(&h->kombo));
    add_header(h, sign_headers[SIGN_ID].name, weir_str(h->id));
    add_header(h, sign_headers[SIGN_TIMESTAMP].name, weir_str(h->timestamp));
    add_header(h, sign_headers[SIGN_STANDARD].name, buf_str(&h->standard));
    for (size_t i = 0; i < e->header_count && h->count < SIGNED_HEADERS_MAX; i++) {
        h->list[h->count++] = e->headers[i];
    }
    return 0;
}

void attempt_take_send(struct dispatch *d, struct endpoint *e, struct outgoing *o)
{
    struct attempt *a = calloc(1, sizeof *a);
    struct signed_headers h;
    struct weir_error err = {0};

    signed_headers_init(&h);
    if (a == NULL || signed_headers_fill(&h, e, clock_now_ms(d->clock), o->id,
                                         weir_bytes(o->body, o->body_len), &err) != 0) {
        log_error("notification could not be signed, it stays in the outbox", LOG_TEXT("notification", o->id),
                  LOG_ERR(&err));
        order_hold(e, o->integration, o->due_ms, o->seq, clock_now_ms(d->clock) + UNSIGNED_AGAIN_MS);
        free(a);
        free(o);
    } else {
        *a = (struct attempt){.d = d, .e = e, .o = o, .ordered = e->order != DISPATCH_ANY_ORDER};
        e->unbooked[e->unbooked_count].seq = o->seq;
        e->unbooked[e->unbooked_count++].integration = o->integration;
        e->sending_count++;
        client_send(
            d->client,
            &(struct client_request){.method = "POST",
                                     .url = weir_str(e->url),
                                     .headers = h.list,
                                     .header_count = h.count,
                                     .body = weir_bytes(o->body, o->body_len),
                                     .timeout_ms = e->timeout_ms != 0 ? e->timeout_ms : d->options.timeout_ms,
                                     .response_max = ANSWER_MAX,
                                     .allow_private = e->allow_private},
            on_answer, a);
    }
    signed_headers_fini(&h);
}

const struct rate *dispatch_rate(const struct dispatch *d)
{
    return &d->delivered;
}
