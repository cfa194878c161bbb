/*
 * fake_host: a host without network, disk or clock. It answers from a script, one exchange after the
 * other, and fails the test when a request is not the next one of the script. Beside it a sink that
 * writes down what it was told.
 */
#ifndef PERSONIO_FAKE_HOST_H
#define PERSONIO_FAKE_HOST_H

#include "expect.h"
#include "personio.h"

#include <string.h>

#define FAKE_NOW INT64_C(1770113729000) /* 2026-02-03T10:15:29Z */
#define FAKE_TOKEN "papi-first-token"
#define FAKE_SECRET "3q2-invented-secret-of-forty-three-characters"

struct fake;

/* With client_id and client_secret set, and no state. */
struct fake *fake_new(void);
/* Also that the whole script was played. */
void fake_free(struct fake *f);

const struct weir_host *fake_host(const struct fake *f);
const struct weir_sink *fake_sink(const struct fake *f);
/* Opened at the first call; closed by fake_free. */
struct personio *fake_personio(struct fake *f);
/* As a restart: the instance goes, the state stays. */
void fake_restart(struct fake *f);

void fake_set(struct fake *f, const char *key, const char *value);
void fake_state(struct fake *f, const char *key, const char *value);
const char *fake_state_of(const struct fake *f, const char *key); /* NULL: none */
void fake_clock(struct fake *f, int64_t now_ms);

/* The next exchange: "GET /v2/persons/3003". A status below 0 is a code that http returns. */
void fake_script(struct fake *f, const char *request, int status, const char *body);
/* A token request that succeeds. */
void fake_script_token(struct fake *f, const char *token, int expires_s);
/* A state with a token that is good for an hour, so that a test need not begin with one. */
void fake_with_token(struct fake *f);

/* Of the last request played: a header's value (NULL: none), its body, whether it may be repeated, its
 * bucket. */
const char *fake_header(const struct fake *f, const char *name);
const char *fake_body(const struct fake *f);
bool fake_repeatable(const struct fake *f);
const char *fake_limit(const struct fake *f);
size_t fake_played(const struct fake *f);

/* What the sink was told: "record", "placeholder", "gone", "complete", "event", "next". */
size_t fake_told(const struct fake *f, const char *what, const char *model);
/* The JSON of a record or placeholder, borrowed; fails the test when it was not told. */
const json_t *fake_json(const struct fake *f, const char *what, const char *model, const char *id);
/* The n-th thing told as text: "gone hris_employees 3003". */
const char *fake_line(const struct fake *f, size_t n);
const char *fake_next(const struct fake *f); /* the last cursor, or NULL */
void fake_forget(struct fake *f);            /* what was told */
const char *fake_log(const struct fake *f);  /* all lines */

/* json (of a record) equals the text. */
void expect_json(const char *want, const json_t *got);

#endif
