/*
 * call: the only doorway to a connector.
 *
 * Each call goes through here: its deadline, the lock that keeps fetch and subscribe calls of an instance
 * apart, checks of what comes back (spans, codes, bounds), blame and metrics. It is the seam at which a
 * connector can be moved into a child process, so nothing else in Weir calls a connector's function.
 */
#ifndef WEIR_HOST_CALL_H
#define WEIR_HOST_CALL_H

#include "host/instance.h"

/* A request that the connector sent to its tool, with its answer. Lent. */
struct call_request {
    const char *method;
    struct weir_str path; /* behind the origin, with its query; settings that are secrets are blanked */
    int status;           /* 0: there was no answer */
    const char *outcome;  /* "answered", or what there was instead; a constant */
    int64_t took_us;
    struct weir_bytes body; /* of the answer */
};

/* What the flow wants to hear of a call. Members that do not apply may be NULL. The spans were checked:
 * bounded, valid UTF-8 where they are text, a model that the connector's table lists. A code other than
 * 0 ends the connector's call with it. */
struct call_sink {
    void *ctx;
    int (*event)(void *ctx, const struct weir_event *event, struct weir_error *err);
    int (*record)(void *ctx, struct weir_str model, struct weir_str remote_id, struct weir_bytes json,
                  bool placeholder, struct weir_error *err);
    int (*gone)(void *ctx, struct weir_str model, struct weir_str remote_id, struct weir_error *err);
    int (*complete)(void *ctx, struct weir_str model, struct weir_str field, struct weir_str parent_id,
                    struct weir_error *err);
    int (*next)(void *ctx, struct weir_str cursor, struct weir_error *err);
    int (*touched)(void *ctx, const struct weir_ref *ref, struct weir_error *err); /* of call_act alone */
    int (*warning)(void *ctx, struct weir_str message, struct weir_error *err);    /* of call_act alone */
    void (*requested)(void *ctx, const struct call_request *request); /* after each try of a request */
};

/* verify->check. A failure, and an answer that makes no sense, are failures of this call: 503. Thread: loop.
 */
int call_check(struct instance *inst, const struct weir_request *request, struct weir_verdict *verdict,
               struct weir_error *err);

/* All further ones: worker. A code that the contract does not know comes back as WEIR_E_LATER; a positive
 * one as WEIR_E_INVALID with blame. WEIR_E_UNSUPPORTED where the connector does not offer it. */
int call_events(struct instance *inst, const struct weir_request *request, const struct call_sink *sink,
                struct weir_error *err);
int call_record(struct instance *inst, const struct weir_ref *ref, const struct call_sink *sink,
                struct weir_error *err);
int call_list(struct instance *inst, struct weir_str model, int64_t since_ms, struct weir_str cursor,
              const struct call_sink *sink, struct weir_error *err);
int call_missed(struct instance *inst, int64_t since_ms, struct weir_str cursor, const struct call_sink *sink,
                struct weir_error *err);
/* The codes are those of act->run; WEIR_E_NONE, which says nothing here, comes back as WEIR_E_INVALID. */
int call_act(struct instance *inst, struct weir_str action, struct weir_bytes input,
             const struct call_sink *sink, struct weir_error *err);
int call_ensure(struct instance *inst, const struct weir_subscription_want *want,
                struct weir_subscription *have, struct weir_error *err);
int call_inspect(struct instance *inst, const struct weir_subscription_want *want,
                 struct weir_subscription *have, struct weir_error *err);
int call_remove(struct instance *inst, const struct weir_subscription_want *want, struct weir_error *err);

#endif
