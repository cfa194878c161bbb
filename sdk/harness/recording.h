/*
 * recording: asks a connector what was asked for, of its real tool, and writes down what passed.
 *
 * Gives a case with all its secrets and people in it; who writes it to a file masks it before (mask.h).
 */
#ifndef WEIR_HARNESS_RECORDING_H
#define WEIR_HARNESS_RECORDING_H

#include "case.h"

#define RECORD_JOBS_MAX 64
#define RECORD_REPLACE_MAX 64

struct record_job {
    json_t *step;      /* as in a case */
    const char *named; /* an address of the step that is to be replaced; NULL: none */
    size_t pages;      /* of a listing, a step each; 0: all, in one step */
};

struct record_options {
    const char *settings, *base_url, *out, *title;
    struct weir_str keep_header; /* of answers, on top of those that are kept anyway; may be empty */
    bool allow_private, hide_ids;
    struct record_job jobs[RECORD_JOBS_MAX];
    size_t job_count;
    const char *replace[RECORD_REPLACE_MAX]; /* "real=invented" */
    size_t replace_count;
};

struct recorded {
    json_t *root;        /* the case; NULL: it could not be begun, and f says why */
    struct test_case *c; /* its settings, as they were read */
    size_t exchange_count;
    size_t bodies_left_out; /* that were no text */
};

/* Tells on standard error what is asked. recorded_fini also after a failure. */
void recorded_init(struct recorded *out, const struct weir_connector *connector,
                   const struct record_options *o, struct findings *f);
void recorded_fini(struct recorded *r);

#endif
