/*
 * ask: calls to a tool that somebody waits for: an action, a request passed through.
 *
 * Each is done by a worker in the next turn of its integration's lane, so that it neither runs beside a fetch
 * nor keeps a thread of the API. What an action made is read back and stored before it is told.
 */
#ifndef WEIR_FLOW_ASK_H
#define WEIR_FLOW_ASK_H

#include "flow/flow.h"
#include "host/pass.h"

#define ASK_WAIT_MS 60000 /* for the lane's turn */

/* What became of an action. */
struct flow_acted {
    const struct model *model; /* NULL: it was done, but what it made could not be read back yet */
    char id[ID_TEXT];          /* of the record that was made, changed or deleted */
    const char *const *warnings;
    size_t warning_count;
};

/*
 * Ask for it; done is called once, on a worker (on the way down on any thread), unless this fails:
 * WEIR_E_NONE no such integration, WEIR_E_LIMIT too many wait already, WEIR_E_STOPPING. action and input, and
 * request, are lent until then. To done: the codes of call_act and call_pass; WEIR_E_LIMIT with answer NULL
 * and acted NULL: as the tool throttles; WEIR_E_NONE: its turn did not come in time. What done is handed ends
 * with it. Thread: web.
 */
int flow_act(struct flow *flow, struct weir_str integration, const char *action, struct weir_bytes input,
             void (*done)(void *ctx, int rc, const struct flow_acted *acted, const struct weir_error *err),
             void *ctx, struct weir_error *err);
int flow_pass(struct flow *flow, struct weir_str integration, const struct pass_request *request,
              void (*done)(void *ctx, int rc, const struct pass_answer *answer, const struct weir_error *err),
              void *ctx, struct weir_error *err);

/* ---- for flow.c ---- */
/* UNIT_ASK. Thread: worker. */
void ask_run(struct flow *flow, struct unit *unit);
/* Those whose integration has left; or all, once the workers are joined. Thread: web, setup. */
void ask_end(struct flow *flow, bool all);

#endif
