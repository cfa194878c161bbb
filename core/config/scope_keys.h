/*
 * scope_keys: the models and fields that a scope of the file allows.
 */
#ifndef WEIR_CONFIG_SCOPE_KEYS_H
#define WEIR_CONFIG_SCOPE_KEYS_H

#include "config/table.h"

/* The words of enum config_use, in its order; NULL-terminated. */
extern const char *const SCOPE_USES[];

/* For the table of a scope: item is a struct config_scope, member its models. */
void scope_keys_read_models(struct reader *rd, config_setting_t *at, void *member, void *item);
void scope_keys_fini_models(void *member);
void scope_keys_read_actions(struct reader *rd, config_setting_t *at, void *member, void *item);
void scope_keys_fini_actions(void *member);
void scope_keys_done(struct reader *rd, config_setting_t *at, void *item);

/* Finds a name that is no model's; a check for an array of models. */
void scope_keys_check_model(struct reader *rd, config_setting_t *at, char *value);
/* ... one whose records have custom fields that can be filled. */
void scope_keys_check_custom_model(struct reader *rd, config_setting_t *at, char *value);
void scope_keys_check_opted_out(struct reader *rd, config_setting_t *at, char *value);

/* Without any scope in the file, "default" enables everything. */
void scope_keys_add_default(struct reader *rd);

/* A finding for each integration whose scope is not there. */
void scope_keys_check_references(struct reader *rd);

#endif
