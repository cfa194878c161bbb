/*
 * recruitee: one integration's instance, and what its parts offer each other.
 *
 * The parts: webhook (deliveries, and its set-up), candidate (with applications), job (with stages). An
 * "offer" is a job or a talent pool, a "placement" an application. Nothing is locked: check reads `api.host`
 * and `webhook_secret` alone, all else runs on one worker at a time.
 */
#ifndef RECRUITEE_H
#define RECRUITEE_H

#include "weir/remote_data.h"
#include "weir/rest.h"
#include "weir/setting.h"

struct recruitee {
    struct weir_rest api;
    struct weir_str webhook_secret; /* lent by the host; empty: nobody pasted it yet */
    json_t *kinds;                  /* offer id → true: a job, false: a talent pool; what was met lately */
};

extern const struct weir_map name_map[]; /* of whatever has a name, or is one */
extern const struct weir_verify recruitee_verify;
extern const struct weir_subscribe recruitee_subscribe;

/* As fetch->record and fetch->list of ats_candidates and ats_jobs. */
int candidate_record(struct recruitee *r, struct weir_str id, struct weir_str hint,
                     const struct weir_sink *sink, struct weir_error *err);
int candidate_list(struct recruitee *r, int64_t since_ms, struct weir_str cursor,
                   const struct weir_sink *sink, struct weir_error *err);
int job_record(struct recruitee *r, struct weir_str id, const struct weir_sink *sink, struct weir_error *err);
int job_list(struct recruitee *r, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
             struct weir_error *err);

/* Is this offer a job? One of which nothing is known is fetched, and emitted if it is; one that may not be
 * seen counts as a job. references: what stands beside a record. */
int job_kind(bool *is_job, struct recruitee *r, const char *offer_id, const json_t *references,
             const struct weir_sink *sink, struct weir_error *err);

#endif
