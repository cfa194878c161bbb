/*
 * integration_keys: the checks of an integration of the file, with its connector's settings.
 */
#ifndef WEIR_CONFIG_INTEGRATION_KEYS_H
#define WEIR_CONFIG_INTEGRATION_KEYS_H

#include "config/table.h"

/* For the table of an integration; item is a struct config_integration whose id was read before. */
void integration_keys_read_settings(struct reader *rd, config_setting_t *at, void *member, void *item);
void integration_keys_fini_settings(void *member);
void integration_keys_done(struct reader *rd, config_setting_t *at, void *item);
/* For the table of a tool; item is a struct config_integration whose tool was read before. */
void integration_keys_tool_done(struct reader *rd, config_setting_t *at, void *item);

/* Further looks for a table of keys. */
void integration_keys_check_id(struct reader *rd, config_setting_t *at, char *value);

/* For the group of connectors: its defaults, and the moment to load them. */
void integration_keys_connectors_done(struct reader *rd, config_setting_t *at, void *item);
void integration_keys_check_tool(struct reader *rd, config_setting_t *at, char *value);

#endif
