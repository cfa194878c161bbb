/*
 * endpoint_keys: the checks of a downstream endpoint of the file.
 */
#ifndef WEIR_CONFIG_ENDPOINT_KEYS_H
#define WEIR_CONFIG_ENDPOINT_KEYS_H

#include "config/table.h"

/* What an endpoint can ask for; NULL-terminated. */
extern const char *const ENDPOINT_EVENTS[];
extern const char *const ENDPOINT_ORDERS[];

/* For the table of an endpoint; item is a struct config_endpoint. */
void endpoint_keys_read_headers(struct reader *rd, config_setting_t *at, void *member, void *item);
void endpoint_keys_fini_headers(void *member);
void endpoint_keys_done(struct reader *rd, config_setting_t *at, void *item);

/* Warns of filters that name an integration the file does not have. */
void endpoint_keys_check_references(struct reader *rd);

#endif
