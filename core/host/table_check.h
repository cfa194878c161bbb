/*
 * table_check: is a connector's table one that the host can work with?
 *
 * Reads a foreign table member by member, bounds every count and every text, and says in one sentence
 * what its author has to change. It cannot tell a wild pointer from a good one: only NULL is recognised.
 * Calls nothing of the connector. Knows nothing of files.
 */
#ifndef WEIR_HOST_TABLE_CHECK_H
#define WEIR_HOST_TABLE_CHECK_H

#include "weir/connector.h"

#define TABLE_TOOL_MAX 32
#define TABLE_KEY_MAX 32
#define TABLE_SETTINGS_MAX 64
#define TABLE_NAMES_MAX 256 /* events, models, a model's fields, an event's models, actions, APIs */

/* The smallest table there ever was: the one of 1.0. */
#define TABLE_LEAST (offsetof(struct weir_connector, fetch) + sizeof(const struct weir_fetch *))

/* [a-z][a-z0-9_]*, at least and at most so many characters. text may be NULL or not end. Thread: any. */
bool name_is_word(const char *text, size_t least, size_t most);
/* The same of a span. Thread: any. */
bool str_is_word(struct weir_str text, size_t least, size_t most);

/* The parts, in the order connector_check asks for them. Thread: any. */
int table_check_settings(const struct weir_connector *c, struct weir_error *err);
int table_check_models(const struct weir_connector *c, struct weir_error *err);
int table_check_events(const struct weir_connector *c, struct weir_error *err);
int table_check_calls(const struct weir_connector *c, struct weir_error *err);
int table_check_acts(const struct weir_connector *c, struct weir_error *err);

#endif
