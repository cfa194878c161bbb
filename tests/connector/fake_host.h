/*
 * fake_host: a host without network, disk or clock, for the tests of any connector. It answers from a script,
 * one exchange after the other, and fails the test when a request is not the next one of the script. Beside
 * it a sink that writes down what it was told.
 */
#ifndef WEIR_TESTS_FAKE_HOST_H
#define WEIR_TESTS_FAKE_HOST_H

#include "expect.h"

#include "weir/json.h"

#include <string.h>

#define FAKE_NOW INT64_C(1770113729000) /* 2026-02-03T10:15:29Z */
#define FAKE_SECRET "3q2-invented-secret-of-forty-three-characters"

struct fake;

/* For that connector, with base_url set, and no state. */
struct fake *fake_for(const struct weir_connector *connector, const char *base_url);
/* Also that the whole script was played. */
void fake_free(struct fake *f);

const struct weir_host *fake_host(const struct fake *f);
const struct weir_sink *fake_sink(const struct fake *f);
/* The instance: opened at the first call, closed by fake_free. */
void *fake_self(struct fake *f);
/* As a restart: the instance goes, the state stays. */
void fake_restart(struct fake *f);

void fake_set(struct fake *f, const char *key, const char *value);
void fake_state(struct fake *f, const char *key, const char *value);
const char *fake_state_of(const struct fake *f, const char *key); /* NULL: none */
void fake_clock(struct fake *f, int64_t now_ms);
int64_t fake_now(const struct fake *f);

/* The next exchange: "GET /v2/persons/3003". A status below 0 is a code that http returns. */
void fake_script(struct fake *f, const char *request, int status, const char *body);
/* Headers for the answer of the exchange scripted last: "link: <...>; rel=\"next\"", one call each. */
void fake_script_header(struct fake *f, const char *header);
/* Called while the exchange scripted last is played, as the tool would call us. */
void fake_script_meanwhile(struct fake *f, void (*fn)(struct fake *f));

/* Of the last request played: a header's value (NULL: none), its body, whether it may be repeated, its
 * bucket. */
const char *fake_header(const struct fake *f, const char *name);
const char *fake_body(const struct fake *f);
bool fake_repeatable(const struct fake *f);
uint32_t fake_timeout_ms(const struct fake *f);
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
