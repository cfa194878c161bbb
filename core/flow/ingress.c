/*
 * ingress: a delivery, from the hook to the inbox.
 *
 * Verified by the connector on its raw bytes, stored, and answered 200 only when the commit that holds it is
 * on disk. Our own trouble is answered 503 with Retry-After, never 4xx: most tools drop a delivery on 4xx for
 * ever.
 */
#include "flow/flow_internal.h"
#include "flow/head.h"
#include "flow/holding.h"
#include "host/call.h"

#include "base/log.h"
#include "weir/manual.h"

#include <inttypes.h>
#include <stdlib.h>

#define RETRY_AFTER_S 5
#define NOTED_EVERY_MS 1000

/* From the hand-over to the writer until the answer. */
struct accepting {
    struct flow *flow;
    struct exchange *x;
    struct integration *integration;
    int64_t received_ms;
    int64_t received_us;
    struct buf head;
};

static void reply_status(struct exchange *x, int status, uint32_t retry_after_s)
{
    exchange_take_reply(x, &(struct reply){.status = status, .retry_after_s = retry_after_s});
}

static void on_appended(void *ctx, int rc, const struct store_appended *appended,
                        const struct weir_error *err)
{
    struct accepting *a = ctx;
    struct flow *flow = a->flow;
    int64_t now_us;

    if (rc != 0) {
        metric_add(flow->delivered[DELIVERY_UNAVAILABLE], 1);
        log_warn("delivery answered 503", LOG_TEXT("integration", a->integration->id), LOG_ERR(err));
        reply_status(a->x, 503, RETRY_AFTER_S);
    } else {
        if (!appended->duplicate) {
            work_deliver(flow->work,
                         &(struct store_inbox_item){.seq = appended->seq,
                                                    .integration = a->integration->number,
                                                    .kind = STORE_DELIVERY,
                                                    .received_at_ms = a->received_ms,
                                                    .head = buf_bytes(&a->head),
                                                    .body = exchange_body(a->x)},
                         a->received_us);
        }
        metric_add(flow->delivered[appended->duplicate ? DELIVERY_DUPLICATE : DELIVERY_ACCEPTED], 1);
        rate_add(&flow->deliveries, clock_mono_us(flow->options.clock), 1);
        reply_status(a->x, 200, 0);
        now_us = clock_mono_us(flow->options.clock);
        metric_observe_us(flow->ack_seconds, now_us - a->received_us);
        latency_add(&flow->acknowledged, now_us, now_us - a->received_us);
        atomic_store(&a->integration->last_delivery_ms, a->received_ms);
    }
    buf_fini(&a->head);
    integration_unref(a->integration);
    free(a);
}

static int dedup_hash(uint8_t out[CRYPTO_SHA256], const struct integration *it,
                      const struct weir_request *request, const struct weir_verdict *verdict,
                      struct weir_error *err)
{
    struct weir_bytes parts[3] = {
        weir_bytes(&it->number, sizeof it->number),
        weir_bytes(&verdict->dedup, sizeof verdict->dedup),
        verdict->dedup == WEIR_DEDUP_KEY ? weir_str_bytes(verdict->dedup_key) : request->body,
    };

    return crypto_sha256(out, parts, 3, err);
}

/* Takes the reference to it. */
static void accept_delivery(struct flow *flow, struct exchange *x, struct integration *it,
                            const struct weir_request *request, const struct weir_verdict *verdict)
{
    struct store_delivery delivery = {.integration = it->number, .kind = STORE_DELIVERY};
    struct accepting *a = calloc(1, sizeof *a);
    uint8_t hash[CRYPTO_SHA256];
    struct weir_error err = {0};

    if (a == NULL || !store_has_room(flow->options.store, request->body.len) ||
        (verdict->dedup != WEIR_DEDUP_NONE && dedup_hash(hash, it, request, verdict, &err) != 0)) {
        metric_add(flow->delivered[DELIVERY_UNAVAILABLE], 1);
        integration_unref(it);
        free(a);
        reply_status(x, 503, RETRY_AFTER_S);
        return;
    }
    a->flow = flow;
    a->x = x;
    a->integration = it;
    a->received_ms = request->received_at_ms;
    a->received_us = exchange_received_us(x);
    buf_init(&a->head, HEAD_MAX);
    head_pack(&a->head, request, it->connector->verify->kept_headers);
    delivery.received_at_ms = a->received_ms;
    delivery.dedup = verdict->dedup != WEIR_DEDUP_NONE ? hash : NULL;
    delivery.head = buf_bytes(&a->head);
    delivery.body = request->body;
    store_append_delivery(flow->options.store, &delivery, on_appended, a);
}

/* For whoever sets the webhook up by hand, and waits for a sign of the tool. */
static void note_test(struct flow *flow, struct integration *it, const struct weir_verdict *verdict)
{
    enum integration_test test = INTEGRATION_REACHED;

    if (verdict->decision == WEIR_ANSWER && strcmp(verdict->reason, WEIR_MANUAL_TEST_RIGHT) == 0) {
        test = INTEGRATION_PROVEN;
    } else if (verdict->decision == WEIR_ANSWER ? strcmp(verdict->reason, WEIR_MANUAL_TEST_WRONG) == 0
                                                : verdict->status != 503) {
        test = INTEGRATION_UNPROVEN;
    }
    atomic_store(&it->kept->test, test);
    atomic_store(&it->kept->tested_ms, clock_now_ms(flow->options.clock));
}

/* A person sees it in the log, too; at most one a second, so that strangers cannot fill the disk. */
static void note_unaccepted(struct flow *flow, struct integration *it, const struct weir_request *request,
                            const char *outcome, int status, const char *reason)
{
    int64_t before_ms = atomic_load(&it->refused_ms);
    struct buf json;

    if (request->received_at_ms - before_ms < NOTED_EVERY_MS) {
        atomic_fetch_add(&it->refused_unsaid, 1);
        return;
    }
    atomic_store(&it->refused_ms, request->received_at_ms);
    buf_init(&json, 4096);
    buf_printf(&json,
               "{\"received_at_ms\":%" PRId64 ",\"bytes\":%zu,\"own\":false,\"outcome\":\"%s\",\"status\":%d,"
               "\"unsaid\":%u,\"event_count\":0,\"events\":[],\"ref_count\":0,\"refs\":[]",
               request->received_at_ms, request->body.len, outcome, status,
               atomic_exchange(&it->refused_unsaid, 0));
    if (reason[0] != '\0') {
        buf_add_text(&json, strcmp(outcome, "answered") == 0 ? ",\"detail\":" : ",\"error\":");
        buf_add_json_str(&json, weir_str(reason));
    }
    buf_add_char(&json, '}');
    if (!json.failed) {
        store_log(flow->options.store, &(struct store_log_in){.kind = STORE_LOG_DELIVERY,
                                                              .integration = it->number,
                                                              .json = buf_str(&json)});
    }
    buf_fini(&json);
}

static void answer(struct flow *flow, struct exchange *x, struct integration *it,
                   const struct weir_request *request, const struct weir_verdict *verdict)
{
    struct reply reply = {.status = verdict->status};

    note_test(flow, it, verdict);
    if (verdict->decision == WEIR_ANSWER) {
        metric_add(flow->delivered[DELIVERY_ANSWERED], 1);
        log_info("handshake answered", LOG_TEXT("integration", it->id), LOG_INT("status", verdict->status),
                 LOG_TEXT("reason", verdict->reason));
        note_unaccepted(flow, it, request, "answered", verdict->status, verdict->reason);
        reply.content_type = verdict->content_type[0] != '\0' ? verdict->content_type : NULL;
        reply.body = weir_bytes(verdict->body, verdict->body_len);
    } else {
        metric_add(flow->delivered[DELIVERY_REFUSED], 1);
        log_warn("delivery refused", LOG_TEXT("integration", it->id), LOG_INT("status", verdict->status),
                 LOG_TEXT("reason", verdict->reason), LOG_STR("peer", exchange_peer(x)));
        note_unaccepted(flow, it, request, "refused", verdict->status, verdict->reason);
    }
    exchange_take_reply(x, &reply);
}

void flow_hook(struct flow *flow, struct exchange *x, struct weir_str integration_id, struct weir_str tail)
{
    struct integration *it = directory_find(flow->options.directory, integration_id);
    struct instance *instance = it != NULL ? atomic_load(&it->instance) : NULL;
    struct weir_request request = {.size = sizeof request};
    struct weir_verdict verdict = {.size = sizeof verdict};
    struct weir_error err = {0};

    if (it == NULL) {
        metric_add(flow->delivered[DELIVERY_UNKNOWN], 1);
        reply_status(x, 404, 0);
        return;
    }
    request.method = exchange_method(x);
    request.tail = tail;
    request.query = exchange_query(x);
    request.headers = exchange_headers(&request.header_count, x);
    request.body = exchange_body(x);
    request.received_at_ms = clock_now_ms(flow->options.clock);
    request.secrets = it->secrets;
    request.secret_count = it->secret_count;
    if (instance == NULL || atomic_load(&flow->stopping)) {
        metric_add(flow->delivered[DELIVERY_UNAVAILABLE], 1);
        reply_status(x, 503, RETRY_AFTER_S);
    } else if (call_check(instance, &request, &verdict, &err) != 0) {
        metric_add(flow->delivered[DELIVERY_UNAVAILABLE], 1);
        log_error("delivery could not be verified", LOG_TEXT("integration", it->id), LOG_ERR(&err));
        note_unaccepted(flow, it, &request, "unverified", 503, err.message);
        reply_status(x, 503, RETRY_AFTER_S);
    } else if (verdict.decision == WEIR_ACCEPT && !holding_keeps(flow, it, request.body.len)) {
        metric_add(flow->delivered[DELIVERY_NOT_KEPT], 1);
        atomic_store(&it->last_delivery_ms, request.received_at_ms);
        reply_status(x, 200, 0);
    } else if (verdict.decision == WEIR_ACCEPT) {
        accept_delivery(flow, x, it, &request, &verdict);
        return;
    } else {
        answer(flow, x, it, &request, &verdict);
    }
    integration_unref(it);
}
