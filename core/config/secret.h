/*
 * secret: master keys in their four spellings, and what makes a secret too weak to be one.
 */
#ifndef WEIR_CONFIG_SECRET_H
#define WEIR_CONFIG_SECRET_H

#include "config/reader.h"

#define SECRET_LEAST 16

/* For a table of keys: member is a struct config_key, or a struct config_keys. */
void secret_read_master(struct reader *rd, config_setting_t *at, void *member, void *item);
void secret_fini_master(void *member);
bool secret_equal_master(const void *a, const void *b);
void secret_read_masters(struct reader *rd, config_setting_t *at, void *member, void *item);
void secret_fini_masters(void *member);
bool secret_equal_masters(const void *a, const void *b);

/* Further looks at a secret's text, for a table of keys. */
void secret_check_bearer(struct reader *rd, config_setting_t *at, char *value);
void secret_check_endpoint(struct reader *rd, config_setting_t *at, char *value);

#endif
