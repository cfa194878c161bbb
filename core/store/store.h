/*
 * store: what Weir knows, on disk. Domain operations, each atomic.
 *
 * One writer thread applies everything that changes the store: it takes what waits, runs it in one
 * transaction, syncs once and then completes all of it (group commit). Reading happens on any other
 * thread through a short-lived reader. Knows nothing of models, connectors or HTTP: a model is a
 * number, a record a canonical text with references. No type of the engine leaves this room.
 *
 * Every asynchronous call copies what it is given, and calls done exactly once, on the writer thread,
 * after the outcome is durable; done must not block. Only what cannot even be handed in (the store was
 * stopped, no memory, longer than its bound) is answered at once, on the caller's thread, within the call.
 * rc of done: 0, WEIR_E_LATER (disk full, or the map could not grow: nothing of it was stored, try again),
 * WEIR_E_LIMIT (the inbox is full, or a bound of one value), WEIR_E_MEMORY, WEIR_E_STOPPING, WEIR_E_IO (the
 * state is unknown: the store refuses everything from now on, and on_fatal was called).
 */
#ifndef WEIR_STORE_STORE_H
#define WEIR_STORE_STORE_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/id.h"
#include "base/metrics.h"
#include "store/lifecycle.h"

#define STORE_INTEGRATION_ID_MAX 97 /* "<tool>:<name>" and its end */
#define STORE_REMOTE_ID_MAX 256
#define STORE_HASH 16
#define STORE_SECRET_MAX 64

struct store;
struct store_change;     /* below */
struct store_sync;       /* below */
struct store_feed_place; /* store/feed.h */

/* A reference's rule, from the model table: what a change on one side means for the other. */
struct store_ref_rule {
    uint8_t model, slot; /* the reference's place: records of model, reference number slot */
    uint8_t target_model;
    bool touch_source;  /* a change of the target moves the source's touched time (employee.legal_entity) */
    bool touch_target;  /* a change of the source moves the target's touched time (employment -> employee) */
    bool owned;         /* the source is gone when its target is (absence -> employee) */
    uint8_t join_model; /* number reported as changed when the references of this slot change; 0: none */
};

struct store_options {
    const char *dir;                   /* made with mode 0700 if it is missing */
    size_t map_initial_bytes;          /* grows by itself */
    const uint8_t (*keys)[CRYPTO_KEY]; /* the first seals, all open */
    size_t key_count;
    const struct clock *clock;
    struct metrics *metrics;
    uint64_t inbox_max; /* deliveries waiting */
    uint64_t inbox_bytes_max;
    uint64_t disk_free_min_bytes; /* below: appends fail with WEIR_E_LATER */
    uint32_t seen_days;
    uint64_t sent_bytes_max; /* of delivered notifications kept to be sent again; 0: none is kept */
    uint32_t coalesce_ms;
    const struct store_ref_rule *rules;
    size_t rule_count;
    /* Body of a data-changed notification. Writer thread; appends to out. Each change has model
     * number, id, remote id and its net kind; total may be above count. Joins are only in changed_models.
     * before: the place in the feed behind which these changes are. Nothing appended: nobody is told. */
    void (*render)(void *ctx, struct buf *out, const char *notification_id, uint32_t integration,
                   const struct store_change *changes, size_t count, uint64_t total,
                   const uint8_t *changed_models, size_t changed_model_count,
                   const struct store_feed_place *before);
    void *render_ctx;
    /* Append the names of the fields in which two texts of a record differ, as items of a JSON array, a few
     * dozen at most. Writer thread; NULL: they are not logged. */
    void (*differ)(struct buf *out, uint8_t model, struct weir_str before, struct weir_str now);
    /* Do two texts of a record differ in more than who belongs to it? If they do not, changed_at stays and the
     * touched time moves alone. Writer thread; NULL: always. */
    bool (*own_differs)(uint8_t model, struct weir_str before, struct weir_str now);
    uint32_t changed_records_max; /* changes given to render; 100 */
    /* The writer can not go on. Writer thread, once. */
    void (*on_fatal)(void *ctx, const struct weir_error *err);
    void *on_fatal_ctx;
};

/* ---- life ---- */

/* Open or make it; checks format version and key. WEIR_E_CONFIG: a newer format, another key, another
 * process has it, or the folder cannot be used. Thread: setup. */
int store_open(struct store **out, const struct store_options *options, struct weir_error *err);
/* Start the writer. Thread: setup. */
int store_start(struct store *st, struct weir_error *err);
/* Finish what was submitted, refuse the rest with WEIR_E_STOPPING, join. Thread: setup. */
void store_stop(struct store *st);
void store_close(struct store *st);

/* A consistent copy while it runs, to a new file (WEIR_E_CONFIG if it exists). compact leaves out free
 * pages. Thread: web, worker. */
int store_backup(struct store *st, const char *path, bool compact, struct weir_error *err);
/* Is path a backup this build and these keys can open? Thread: setup. */
int store_backup_check(const char *path, const uint8_t (*keys)[CRYPTO_KEY], size_t key_count,
                       struct weir_error *err);

/* Put a backup in the place of the store in dir, which nobody may have open. WEIR_E_CONFIG: it is open, or
 * there is a store already and force is not set; with force the former one is kept beside it. Thread: setup.
 */
int store_restore(const char *dir, const char *backup, const uint8_t (*keys)[CRYPTO_KEY], size_t key_count,
                  bool force, struct weir_error *err);

struct store_stats {
    uint64_t inbox_count, inbox_bytes; /* deliveries not done */
    int64_t inbox_oldest_ms;           /* 0: none */
    uint64_t outbox_count, dead_count, sent_count, aside_count, record_count, seen_count;
    int64_t outbox_oldest_ms;
    uint64_t file_bytes, used_bytes;
    bool disk_full, alive;
};
/* Thread: any. */
void store_stats(struct store_stats *out, struct store *st);
/* May a delivery of this size be appended now? Cheap: for refusing early. Thread: any. */
bool store_has_room(struct store *st, size_t bytes);
/* A time such that every change that becomes visible to a reader opened after now has a stamp at or
 * behind it: subtract nothing more from updated_after than now - this. Thread: any. */
int64_t store_stamp_horizon_ms(struct store *st);

/* ---- integrations ---- */

enum store_integration_state {
    STORE_ACTIVE = 0,
    STORE_INVALID = 1,  /* credentials fail */
    STORE_INACTIVE = 2, /* switched off */
    STORE_DELETED = 3
};

/* A subscription's state beside those of the contract: removed on purpose, and not made again unasked. */
#define STORE_SUBSCRIPTION_REMOVED 6

/* What is remembered of an integration beside its config. Small; written whole. */
struct store_integration {
    uint32_t number; /* given by store_integration_ensure; never used again */
    char id[STORE_INTEGRATION_ID_MAX];
    int64_t created_at_ms;
    int32_t state;
    bool first_sync_done;
    int64_t last_full_sync_ms, last_delta_sync_ms; /* start of the last one that ended well */
    int64_t next_sync_ms;
    int64_t last_delivery_ms;
    int64_t seen_until_ms;             /* events up to here are known: missed is asked from here */
    uint64_t scope_digest;             /* of the last full sync */
    int64_t auth_failed_since_ms;      /* 0: credentials work */
    char secrets[2][STORE_SECRET_MAX]; /* webhook secrets, newest first; sealed on disk */
    int64_t secret_rotated_at_ms;
    char problem[252]; /* what a person has to do; empty: nothing */
    /* subscription */
    int32_t subscription_state; /* enum weir_subscription_state, or STORE_SUBSCRIPTION_REMOVED */
    int64_t subscription_checked_ms;
    char subscription_remote_id[128];
    char subscription_detail[252];
    int64_t subscription_since_ms;  /* active without a break; 0: it is not */
    int64_t subscription_probed_ms; /* looked at because it was doubted */
    int64_t delivery_gap_ms;        /* the longest pause between deliveries that is usual here */
    uint64_t delivery_gap_count;    /* pauses that were learned from */
    uint64_t webhook_missed;        /* changes that a sync found and no delivery had told */
    int32_t told_state;             /* enum store_integration_state as the endpoints were told */
    int64_t deleted_at_ms;          /* when a person deleted it; 0: it is there */
    struct store_lifecycle life;
};

/* The row of id, made (with new random secrets[0]: 43 URL-safe characters) if it is new. Waits for the disk.
 * Thread: setup, web, worker. */
int store_integration_ensure(struct store_integration *out, struct store *st, const char *id,
                             struct weir_error *err);
/* Write it back. done may be NULL. Thread: any but writer. */
void store_integration_put(struct store *st, const struct store_integration *row,
                           void (*done)(void *ctx, int rc, const struct weir_error *err), void *ctx);

/* Every row, in the order of the ids, without its secrets, until each returns false; each must not call the
 * store. A row that cannot be read is left out. Thread: setup, web, worker. */
int store_integrations(struct store *st, bool (*each)(void *ctx, const struct store_integration *row),
                       void *ctx, struct weir_error *err);

/* Connector values; sealed. get: WEIR_E_NONE, WEIR_E_LIMIT. put waits for the disk; no bytes deletes. Thread:
 * worker, web. */
int store_state_get(struct store *st, uint32_t integration, struct weir_str key, void *buf, size_t cap,
                    size_t *len, struct weir_error *err);
int store_state_put(struct store *st, uint32_t integration, struct weir_str key, struct weir_bytes value,
                    struct weir_error *err);

/* ---- inbox ---- */

enum store_inbox_kind {
    STORE_DELIVERY = 1, /* head and body as flow packed and received them */
    STORE_EVENTS = 2    /* made by ourselves: recovered events, references to look at, a replay */
};

struct store_delivery {
    uint32_t integration;
    uint8_t kind;
    int64_t received_at_ms;
    const uint8_t *dedup;   /* STORE_HASH bytes; NULL: each counts */
    struct weir_bytes head; /* opaque to the store; at most 16 KiB */
    struct weir_bytes body; /* sealed on disk, in chunks */
};

struct store_appended {
    uint64_t seq;   /* the delivery's number; 0 for a duplicate */
    bool duplicate; /* known within the window: nothing was stored, and that is a success */
};

/* Thread: loop, worker, web. */
void store_append_delivery(struct store *st, const struct store_delivery *delivery,
                           void (*done)(void *ctx, int rc, const struct store_appended *appended,
                                        const struct weir_error *err),
                           void *ctx);

struct store_inbox_item {
    uint64_t seq;
    uint32_t integration;
    uint8_t kind;
    uint32_t tries;
    int64_t received_at_ms;
    struct weir_bytes head, body; /* lent for the callback */
};

/* Hand the integration's waiting deliveries behind after_seq to each, oldest first, at most max; stops when
 * each returns false. An item that cannot be read or opened is counted, logged and handed to broken instead
 * (the caller sets it aside). Thread: worker. */
int store_inbox_read(struct store *st, uint32_t integration, uint64_t after_seq, size_t max,
                     bool (*each)(void *ctx, const struct store_inbox_item *item),
                     void (*broken)(void *ctx, uint64_t seq), void *ctx, struct weir_error *err);
/* Numbers of the integrations that have anything waiting; *count in: room, out: how many there are. Thread:
 * any. */
int store_inbox_integrations(struct store *st, uint32_t *numbers, size_t *count, struct weir_error *err);
/* Remember how often it was tried. Thread: worker. */
void store_inbox_tries(struct store *st, uint32_t integration, uint64_t seq, uint32_t tries);

/* ---- applying what was fetched ---- */

enum store_change_kind { STORE_CREATED = 1, STORE_UPDATED = 2, STORE_GONE = 3 };

struct store_change {
    uint64_t seq; /* in the integration's change log */
    int64_t at_ms;
    uint8_t model; /* a join has no entry of its own: its record has one */
    uint8_t kind;
    char id[ID_TEXT];
    char remote_id[STORE_REMOTE_ID_MAX + 1];
};

struct store_ref_in {
    uint8_t slot;
    const char *id; /* ID_LEN characters */
};

struct store_record_in {
    uint8_t model;
    bool placeholder; /* only if there is no such record yet */
    const char *id;
    struct weir_str remote_id;
    struct weir_str json;
    const uint8_t *hash; /* STORE_HASH bytes; equal to the stored one and not deleted: no change */
    const struct store_ref_in *refs;
    size_t ref_count;
};

struct store_gone_in {
    uint8_t model;
    const char *id;
};

/* Stored records of model whose reference slot names parent, and that are not among records: gone. */
struct store_complete_in {
    uint8_t model, slot;
    const char *parent; /* its id */
};

/* Something given up, visible and able to be sent again. */
enum store_aside_kind {
    STORE_ASIDE_DELIVERY = 1, /* payload: head and body again */
    STORE_ASIDE_REF = 2,      /* payload: the events body that would look at it again */
    STORE_ASIDE_RECORD = 3    /* one record that did not fit; payload as for a ref */
};
struct store_aside_in {
    uint8_t kind;
    int32_t code;
    uint32_t tries;
    int64_t received_at_ms;
    uint64_t delivery;            /* its number */
    struct weir_str message;      /* names field, record id, class; never a value */
    struct weir_str what;         /* "person.updated hris_employees 3003" */
    struct weir_bytes head, body; /* to do it again; sealed */
};

enum store_log_kind {
    STORE_LOG_DELIVERY = 1,
    STORE_LOG_EVENT = 2,
    STORE_LOG_FETCH = 3,
    STORE_LOG_NOTIFICATION = 4,
    STORE_LOG_ATTEMPT = 5,
    STORE_LOG_SYNC = 6,
    STORE_LOG_INTEGRATION = 7
};
struct store_log_in {
    uint8_t kind;
    uint32_t integration; /* 0: none */
    struct weir_str json; /* one object, flat, without values of records */
    bool of_changes;      /* in an apply: it says what that changed, and is left out where it is nothing */
};

struct store_apply {
    uint32_t integration;
    const struct store_record_in *records;
    size_t record_count;
    const struct store_gone_in *gone;
    size_t gone_count;
    const struct store_complete_in *completes;
    size_t complete_count;
    const uint64_t *done; /* deliveries whose effects are now all stored: leave the inbox */
    size_t done_count;
    const uint8_t (*seen)[STORE_HASH]; /* event ids that are dealt with */
    size_t seen_count;
    const struct store_aside_in *asides;
    size_t aside_count;
    const struct store_log_in *logs;
    size_t log_count;
    uint64_t sync_run; /* mark the records as seen in this run; 0: none */
    /* The row of a run that has its number, written in the same transaction with what this created, updated
     * and removed added to its changed and gone: how far the run is says what is stored, never more. NULL:
     * none. */
    const struct store_sync *checkpoint;
};

struct store_due {
    uint32_t endpoint;
    uint64_t seq;
    int64_t due_ms;
};

struct store_applied {
    uint32_t created, updated, gone, unchanged;
    int64_t stamped_at_ms;
    uint64_t first_change, last_change; /* in the integration's log, of the records given; 0: none */
    const struct store_due *due;        /* notifications made by this, ready to be sent */
    size_t due_count;
    int64_t gather_due_ms; /* changes wait until then to be gathered; 0: none wait */
};

/* All of it or nothing, in one transaction, notifications due included. Only what it removes or touches
 * beyond some 500 records around those given follows in further ones: durably, and before done is called.
 * Thread: worker. */
void store_apply(struct store *st, const struct store_apply *apply,
                 void (*done)(void *ctx, int rc, const struct store_applied *applied,
                              const struct weir_error *err),
                 void *ctx);

/* Turn gathered changes that are due into notifications; next_due_ms: when to call again (0: nothing waits).
 * Call it once after the start, too: it carries on with what a stop cut short. Thread: any but writer. */
void store_gather(struct store *st, int64_t now_ms,
                  void (*done)(void *ctx, int rc, const struct store_due *due, size_t due_count,
                               int64_t next_due_ms, const struct weir_error *err),
                  void *ctx);

/* Was this event id dealt with within the window? Thread: worker. */
bool store_seen(struct store *st, const uint8_t hash[STORE_HASH]);

/* ---- reading records ---- */

struct store_record {
    uint8_t model;
    bool placeholder;
    char id[ID_TEXT];
    struct weir_str remote_id;
    struct weir_str json;
    int64_t created_at_ms, changed_at_ms;
    int64_t touched_at_ms; /* changed_at, or later through a nested record */
    int64_t deleted_at_ms; /* 0: it is there */
};

/* A consistent view; keep it for milliseconds, not longer (at 5 s it is logged). Spans live as long. Thread:
 * web, worker. */
struct store_reader;
int store_reader_open(struct store_reader **out, struct store *st, struct weir_error *err);
void store_reader_close(struct store_reader *reader);

/* WEIR_E_NONE: there is none. */
int store_record_get(struct store_record *out, struct store_reader *reader, uint32_t integration,
                     uint8_t model, struct weir_str id, struct weir_error *err);
/* Records of a model in the order of their ids, behind after_id ("": from the start), until each returns
 * false. */
int store_records_by_id(struct store_reader *reader, uint32_t integration, uint8_t model,
                        struct weir_str after_id, bool (*each)(void *ctx, const struct store_record *record),
                        void *ctx, struct weir_error *err);
/* ... in the order of (touched_at, id), behind that position. */
int store_records_by_change(struct store_reader *reader, uint32_t integration, uint8_t model,
                            int64_t after_ms, struct weir_str after_id,
                            bool (*each)(void *ctx, const struct store_record *record), void *ctx,
                            struct weir_error *err);
/* Records of model whose reference slot names target. */
int store_records_by_ref(struct store_reader *reader, uint32_t integration, uint8_t model, uint8_t slot,
                         struct weir_str target, bool (*each)(void *ctx, const struct store_record *record),
                         void *ctx, struct weir_error *err);
/* The change log behind after_seq. */
int store_changes(struct store_reader *reader, uint32_t integration, uint64_t after_seq,
                  bool (*each)(void *ctx, const struct store_change *change), void *ctx,
                  struct weir_error *err);
/* The other way, from the last one before before_seq on (0: from the newest). */
int store_changes_back(struct store_reader *reader, uint32_t integration, uint64_t before_seq,
                       bool (*each)(void *ctx, const struct store_change *change), void *ctx,
                       struct weir_error *err);

/* ---- syncs ---- */

enum store_sync_state {
    STORE_SYNC_RUNNING = 0,
    STORE_SYNC_SUCCEEDED = 1,
    STORE_SYNC_PARTIALLY_FAILED = 2,
    STORE_SYNC_FAILED = 3,
    STORE_SYNC_AUTHENTICATION_FAILED = 4,
    STORE_SYNC_CANCELLED = 5,
    STORE_SYNC_TIMED_OUT = 6
};

struct store_sync {
    uint64_t run;     /* number; 0 in a new one, set by store_sync_put */
    char id[ID_TEXT]; /* what the API shows */
    uint32_t integration;
    bool full;
    int32_t state;
    int64_t started_at_ms, ended_at_ms;
    int64_t since_ms;     /* of a delta */
    uint8_t model;        /* being read; 0: none yet */
    uint64_t models_done; /* bit per place in the connector's table */
    uint64_t models_failed;
    uint64_t scope_digest; /* what it reads, as it began; 0: not known */
    char cursor[4097];     /* of the page to read next */
    uint64_t pages, records, changed, gone, set_aside;
    char message[252];
};
/* Write it (run 0: a new one; its number is set in *sync). Waits for the disk. Thread: worker, web, setup. */
int store_sync_put(struct store *st, struct store_sync *sync, struct weir_error *err);
/* Newest first, of one integration (0: all), until each returns false. Thread: worker, web, setup. */
int store_syncs(struct store *st, uint32_t integration,
                bool (*each)(void *ctx, const struct store_sync *sync), void *ctx, struct weir_error *err);
/* Records of model that run did not mark are gone, in steps of at most 500; calls done with how many, when
 * all are. Then its marks are dropped. Thread: worker. */
void store_sync_sweep(struct store *st, uint32_t integration, uint64_t run, uint8_t model,
                      void (*done)(void *ctx, int rc, const struct store_applied *applied,
                                   const struct weir_error *err),
                      void *ctx);
/* A page of a sync was stored: let go what the process holds of the file in memory, beyond a little, lest a
 * large company's sync leaves all of it resident. What is let go stays in the kernel's cache. Thread: worker.
 */
void store_trim(struct store *st);
/* All records of a model are gone (scope turned it off). Steps as above. */
void store_model_clear(struct store *st, uint32_t integration, uint8_t model,
                       void (*done)(void *ctx, int rc, const struct store_applied *applied,
                                    const struct weir_error *err),
                       void *ctx);

/* ---- downstream ---- */

#define STORE_EVENT_DATA_CHANGED 1u /* bits of wanted types */
#define STORE_EVENT_SYNC_FINISHED 2u
#define STORE_EVENT_INTEGRATION_CREATED 4u
#define STORE_EVENT_INTEGRATION_DELETED 8u
#define STORE_EVENT_INTEGRATION_STATE_CHANGED 16u
#define STORE_EVENT_CONNECTION_FLOW_FAILED 32u

struct store_endpoint {
    uint32_t number; /* given by store_endpoint_ensure, by name; never used again */
    char name[65];
    bool disabled; /* it answered 410, or a person disabled it: its notifications wait */
    char reason[252];
    int64_t failing_since_ms; /* 0: the last attempt was good */
    uint32_t failures;        /* in a row */
    int64_t warned_ms;        /* others were told that it will be disabled; 0: they were not */
};
int store_endpoint_ensure(struct store_endpoint *out, struct store *st, const char *name,
                          struct weir_error *err);
void store_endpoint_put(struct store *st, const struct store_endpoint *row);

/* Who gets what from now on. Copied. Thread: setup, web (reload). */
struct store_route {
    uint32_t endpoint;
    uint32_t events;              /* STORE_EVENT_ bits */
    const uint32_t *integrations; /* NULL: all */
    size_t integration_count;
};
int store_routes_set(struct store *st, const struct store_route *routes, size_t count,
                     struct weir_error *err);

struct store_notification {
    char id[ID_TEXT];
    uint64_t seq, first_change, last_change; /* the changes it tells, in the integration's log; 0: none */
    uint32_t endpoint, integration;
    uint32_t type; /* one STORE_EVENT_ bit */
    int64_t created_at_ms, due_ms;
    uint32_t attempts;      /* so far, in this round */
    struct weir_bytes body; /* lent */
    /* of a dead letter: */
    int64_t died_at_ms;
    int last_status;
    char last_error[160];
};

/* Another message than data-changed, to each endpoint that takes it; body is whole but for its id, which
 * replaces the first "%id%" in it. Thread: any but writer. */
void store_notify(struct store *st, uint32_t type, uint32_t integration, struct weir_bytes body,
                  void (*done)(void *ctx, int rc, const struct store_due *due, size_t due_count,
                               const struct weir_error *err),
                  void *ctx);

/* The endpoint's notifications that are due, oldest due first, behind that place, at most max.
 * *next_due_ms: when the next one that is not due yet is (0: none). Thread: client, worker, web (it reads
 * memory-mapped pages). */
int store_outbox_read(struct store *st, uint32_t endpoint, int64_t now_ms, int64_t after_due_ms,
                      uint64_t after_seq, size_t max,
                      bool (*each)(void *ctx, const struct store_notification *notification), void *ctx,
                      int64_t *next_due_ms, struct weir_error *err);

enum store_attempt_outcome {
    STORE_DELIVERED = 1,
    STORE_RETRY = 2, /* at next_due_ms */
    STORE_DEAD = 3
};
struct store_attempt {
    uint32_t endpoint;
    int64_t due_ms; /* with seq: its place in the outbox */
    uint64_t seq;
    int32_t outcome;
    int64_t next_due_ms;
    bool counts; /* false: a postponement (the endpoint is disabled), not an attempt */
    int status;
    const char *error; /* NULL or a sentence */
    struct weir_str log_json;
};
/* Book it once its outcome is known. Thread: any but writer. */
void store_attempt(struct store *st, const struct store_attempt *attempt,
                   void (*done)(void *ctx, int rc, const struct weir_error *err), void *ctx);

/* Dead letters, newest first, behind before_seq (0: from the newest). Thread: web. */
int store_dead(struct store *st, uint64_t before_seq,
               bool (*each)(void *ctx, const struct store_notification *dead), void *ctx,
               struct weir_error *err);
/* Notifications that wait, of any endpoint, oldest first. Thread: web. */
int store_outbox(struct store *st, uint32_t endpoint_or_0, uint64_t skip,
                 bool (*each)(void *ctx, const struct store_notification *notification), void *ctx,
                 struct weir_error *err);
/* Send dead letters again, with a fresh budget and the same id: one by id, or all of an endpoint (0: any).
 * *count: how many. Waits for the disk. Thread: web. WEIR_E_NONE: no such one. */
int store_dead_replay(struct store *st, const char *id_or_null, uint32_t endpoint, uint64_t *count,
                      struct weir_error *err);

/* Events set aside, newest first. */
struct store_aside {
    uint64_t number;
    uint32_t integration;
    uint8_t kind;
    int32_t code;
    uint32_t tries;
    int64_t at_ms, received_at_ms;
    uint64_t delivery;
    struct weir_str message, what;
    struct weir_bytes head, body;
};
int store_asides(struct store *st, uint64_t before_number,
                 bool (*each)(void *ctx, const struct store_aside *aside), void *ctx, struct weir_error *err);
/* Put them into the inbox again: one by number, or all of an integration (0: any). Waits for the disk.
 * Thread: web. */
int store_aside_replay(struct store *st, uint64_t number_or_0, uint32_t integration, uint64_t *count,
                       struct weir_error *err);

/* ---- log and retention ---- */

void store_log(struct store *st,
               const struct store_log_in *entry); /* without waiting. Thread: any but writer. */
struct store_log {
    int64_t at_ms;
    uint64_t seq;
    uint8_t kind;
    uint32_t integration;
    struct weir_str json;
};
/* Newest first, behind (before_ms, before_seq) (0: from the newest); kinds: bit per kind, 0: all; integration
 * 0: all. Thread: web. */
int store_logs(struct store *st, uint32_t kinds, uint32_t integration, int64_t before_ms, uint64_t before_seq,
               bool (*each)(void *ctx, const struct store_log *entry), void *ctx, struct weir_error *err);

struct store_retention {
    int64_t log_before_ms, dead_before_ms, aside_before_ms, seen_before_ms, deleted_before_ms,
        changes_before_ms, syncs_before_ms, audit_before_ms; /* audit: keys that ended, too */
    int64_t sent_before_ms;
    int64_t erased_before_ms; /* integrations deleted before leave nothing behind */
    int64_t links_before_ms;
};
/* Drop what is older, in steps that let others through; content of records deleted before deleted_before_ms
 * is emptied. Thread: any but writer. */
void store_prune(struct store *st, const struct store_retention *retention);

#endif
