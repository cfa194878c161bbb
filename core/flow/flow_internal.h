/*
 * flow_internal: what the rooms of the worker share.
 */
#ifndef WEIR_FLOW_FLOW_INTERNAL_H
#define WEIR_FLOW_FLOW_INTERNAL_H

#include "flow/fields_met.h"
#include "flow/flow.h"
#include "flow/runs.h"
#include "flow/travel.h"

struct schedule;

#define FLOW_ASKED 4096

struct flow {
    struct rate deliveries, events_rate, changes; /* of the last hour */
    struct latency acknowledged, stored;          /* likewise */
    struct travel *travel;
    struct flow_options options; /* fixed */
    struct work *work;
    struct dispatch *dispatch;
    struct schedule *schedule;
    struct runs *runs;         /* syncs under way */
    pthread_mutex_t beginning; /* held while a sync is begun or taken up: the schedule, a worker and a person
                                  may ask at the same time */
    struct errands *errands;
    struct fields_met *fields_met;
    pthread_t *workers;
    uint32_t worker_count;
    atomic_bool stopping;

    pthread_mutex_t asked_lock; /* guards the next */
    struct {
        uint64_t id_hash;
        int64_t at_ms;
    } asked[FLOW_ASKED]; /* unknown references that were looked up lately */

    atomic_llong bodies_s; /* the second in which answers were kept for the log, and how many; approximate */
    atomic_uint bodies;

    struct metric *delivered[7]; /* deliveries by enum delivery_outcome */
    struct metric *events[5];    /* events by enum event_outcome */
    struct metric *ack_seconds, *river_seconds;
    struct metric *asides_total, *changes_total, *repairs_total;
    int64_t started_ms; /* deliveries are heard from here on */
};

enum delivery_outcome {
    DELIVERY_ACCEPTED,
    DELIVERY_DUPLICATE,
    DELIVERY_REFUSED,
    DELIVERY_ANSWERED,
    DELIVERY_UNKNOWN,
    DELIVERY_UNAVAILABLE,
    DELIVERY_NOT_KEPT
};

enum event_outcome { EVENT_LOOKED_AT, EVENT_OUT_OF_SCOPE, EVENT_DUPLICATE, EVENT_UNKNOWN, EVENT_NOTHING };

/* ---- flow.c ---- */
/* A write to the store was applied: counts, and tells dispatch and the schedule. Thread: writer. */
void flow_applied(struct flow *flow, const struct store_applied *applied);
/* May this unknown record be asked for? Once a day each. Thread: worker. */
bool flow_may_ask(struct flow *flow, const char *id);
/* The hash under which an event's upstream id is remembered. Thread: worker. */
void flow_event_hash(uint8_t out[STORE_HASH], const struct integration *it, struct weir_str upstream_id);
/* For store_apply where nobody waits for the outcome. */
void flow_ignore_applied(void *ctx, int rc, const struct store_applied *applied,
                         const struct weir_error *err);
/* Book deliveries that have nothing open any more. Thread: any but loop. */
void flow_book(struct flow *flow, uint32_t integration, const uint64_t *seqs, size_t count);

/* ---- applied_wait.c ---- */
/* init; hand done and w to the store; end waits, and takes it apart. */
struct applied_wait {
    struct flow *flow;
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t ready;
    bool is_done;
    int rc;
    struct store_applied applied;
    struct weir_error err;
};
void applied_wait_init(struct applied_wait *w, struct flow *flow);
void applied_wait_done(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err);
int applied_wait_end(struct store_applied *out, struct applied_wait *w, struct weir_error *err);

/* ---- schedule.c: what is due when ---- */
int schedule_new(struct schedule **out, struct flow *flow, struct weir_error *err);
int schedule_start(struct schedule *schedule, struct weir_error *err);
void schedule_stop(struct schedule *schedule);
void schedule_free(struct schedule *schedule);
/* Gathered changes are due at that time. Thread: any. */
void schedule_gather_at(struct schedule *schedule, int64_t due_ms);
/* Look at all integrations again now: one was attached, a sync ended. Thread: any. */
void schedule_poke(struct schedule *schedule);

/* ---- events.c: naming the events of deliveries ---- */
void events_run(struct flow *flow, struct unit *unit);
/* Put references into the inbox as a delivery of our own. wait (init it first) counts what is on its way; end
 * waits for all of it, takes it apart, and says why one of them is not there. */
struct events_wait {
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t ready;
    size_t open;
    struct weir_error err; /* of the first that failed */
};
void events_wait_init(struct events_wait *wait);
int events_append(struct flow *flow, struct events_wait *wait, uint32_t integration,
                  const struct weir_event *events, size_t count, struct weir_error *err);
int events_wait_end(struct events_wait *wait, struct weir_error *err);

/* ---- fetch.c: one record ---- */
void fetch_run(struct flow *flow, struct unit *unit);

/* ---- sync.c: syncs, a page at a time ---- */
void sync_run(struct flow *flow, struct unit *unit);
/* The run that event-driven fetches have to mark their records for, so that the sweep of a full sync that
 * runs beside them spares what it did not list; 0: none runs. */
uint64_t sync_marks_for(struct flow *flow, uint32_t integration);
/* Go on with a sync that a restart interrupted. Thread: setup, web. */
int sync_resume(struct flow *flow, struct integration *it, struct weir_error *err);
enum sync_want {
    SYNC_DELTA = 0, /* a full one all the same where nothing can be read since a time */
    SYNC_FULL = 1,
    SYNC_BY_RHYTHM = 2
};
/* Begin one unless one is under way; *out says which. Thread: worker, web. */
int sync_begin(struct flow_sync *out, struct flow *flow, struct integration *it, enum sync_want want,
               struct weir_error *err);
/* No page of it will be read, as its tool is called no more: end it. Thread: worker, its lane's. */
void sync_refused(struct flow *flow, struct integration *it, const char *message);
/* End the one that is under way as cancelled, behind the page that is being read. WEIR_E_NONE: there is none.
 * Thread: web. */
int sync_cancel(char id[ID_TEXT], struct flow *flow, struct integration *it, struct weir_error *err);
/* End those whose integrations were removed or paused. Thread: setup, web. */
void sync_end_former(struct flow *flow);
/* End those that take too long; when to ask again. Thread: worker. */
int64_t sync_end_late(struct flow *flow, int64_t now_ms);
/* When the next one is due; INT64_MAX: not by time. Thread: any. */
int64_t sync_due_ms(struct flow *flow, struct integration *it);
/* Are webhooks relied on, so that syncs are seldom? Thread: any. */
bool sync_is_relaxed(struct flow *flow, struct integration *it);
/* This one may be overdue together with many: it waits its own while. Thread: any. */
void sync_spread(struct flow *flow, struct integration *it);

/* ---- subscription.c ---- */
void subscription_run(struct flow *flow, struct unit *unit);
void missed_run(struct flow *flow, struct unit *unit);

/* ---- subscription_want.c: what the scope wants of the tool ---- */
#define SUBSCRIPTION_EVENTS_MAX 256
/* Points into itself and into the integration. */
struct subscription_wish {
    struct weir_str events[SUBSCRIPTION_EVENTS_MAX];
    char label[STORE_INTEGRATION_ID_MAX + 8];
    struct weir_subscription_want want;
};
void subscription_wish_init(struct subscription_wish *wish, const struct integration *it);
/* Can Weir make it by itself? */
bool subscription_is_automatic(const struct integration *it);
bool subscription_can_be_inspected(const struct integration *it);
/* Either: then it is looked after, though a person may have to make it. */
bool subscription_is_looked_after(const struct integration *it);
const char *subscription_state_word(int32_t state);

/* ---- subscription_watch.c: does what should come really come? ---- */
/* SUBSCRIPTION_ bits; done when the lane has its turn. Thread: any. */
void subscription_ask(struct flow *flow, struct integration *it, unsigned bits);
/* Ask for what is due now. When the next is. Thread: worker (the schedule). */
int64_t subscription_look(struct flow *flow, struct integration *it, int64_t now_ms);
/* Deliveries were read: what a person had to set up may be at work now. Thread: worker, its lane's. */
void subscription_delivered(struct flow *flow, struct integration *it);
/* A page or a sweep of a sync of this model changed so much. Thread: worker, its lane's. */
void subscription_sync_found(struct integration *it, const struct weir_model_use *use,
                             const struct store_applied *applied);
/* It ended; not yet in the integration's row. Changes of a time in which the webhook was at work should have
 * come by it: they are counted, and it is looked at. Thread: worker, its lane's. */
void subscription_sync_ended(struct flow *flow, struct integration *it);

/* ---- integration_state.c: ACTIVE, INVALID, INACTIVE, and who is told ---- */
/* The credentials were refused. After three days of nothing else it is INVALID, and no further call is made
 * until they change or a person asks. Thread: worker. */
void state_refused(struct flow *flow, struct integration *it, const struct weir_error *why);
/* A call went well, so the credentials are good. Thread: worker, web. */
void state_works(struct flow *flow, struct integration *it);
/* Tell the endpoints, if it is another state than they were told last. Thread: worker, web, setup. */
void state_tell(struct flow *flow, struct integration *it);

/* ---- lifecycle.c ---- */
/* A sync ended well, and nothing of it is under way any more: is a full one still owed to a set-up that ended
 * meanwhile? Thread: worker, web, setup. */
void setup_sync_ended(struct flow *flow, struct integration *it);

/* ---- outcome.c: what a failed call means for its integration ---- */
enum outcome {
    OUTCOME_AGAIN,  /* later, with back-off */
    OUTCOME_PARKED, /* later, when a person did something; the integration was marked */
    OUTCOME_ASIDE,  /* never: set it aside */
    OUTCOME_STOP    /* leave, the daemon is stopping */
};
enum outcome outcome_of(struct flow *flow, struct unit *unit, const char *call, const struct weir_error *err);
/* A call went well: the integration's mark is taken off. */
void outcome_good(struct flow *flow, struct unit *unit);

#endif
