/*
 * promise: what a connector's table says of a model, held against the records that come.
 */
#ifndef WEIR_TESTS_PROMISE_H
#define WEIR_TESTS_PROMISE_H

#include "fake_host.h"

/* What the table says of a model; NULL: nothing. */
const struct weir_model_use *promise_of(const struct weir_connector *connector, const char *model);

/* Ask for the tool's own payload (remote_data) of each model that promises it, as a scope would: before the
 * instance is opened. */
void promise_ask_payloads(struct fake *f, const struct weir_connector *connector);

/*
 * Of the record that the sink was told: each promised field came, and each that came is promised. The payload
 * comes if it was asked for, and then names the paths it was read from.
 */
void expect_promised(const struct fake *f, const struct weir_connector *connector, const char *model,
                     const char *id);

#endif
