/*
 * check: further looks at single values, and at keys that have to fit one another.
 */
#ifndef WEIR_CONFIG_CHECK_H
#define WEIR_CONFIG_CHECK_H

#include "config/table.h"

/* For a table of keys: a finding when the value is not what the name says. */
void check_listen(struct reader *rd, config_setting_t *at, char *value);
void check_admin_listen(struct reader *rd, config_setting_t *at, char *value);
void check_public_url(struct reader *rd, config_setting_t *at, char *value); /* cuts slashes at its end */
void check_origin(struct reader *rd, config_setting_t *at, char *value);     /* makes capitals small */
void check_name(struct reader *rd, config_setting_t *at, char *value);
/* An integration's id, or a tool and ":*". */
void check_pattern(struct reader *rd, config_setting_t *at, char *value);
/* A key that is limited to no integration at all is hardly meant. */
void check_bearer(struct reader *rd, config_setting_t *at, void *item);
void check_label(struct reader *rd, config_setting_t *at, char *value);
void check_email(struct reader *rd, config_setting_t *at, char *value);
void check_user_agent(struct reader *rd, config_setting_t *at, char *value);

/* For a table of keys: custom reading of dispatch.retry_ms. */
void check_read_retry(struct reader *rd, config_setting_t *at, void *member, void *item);

/* For a table of keys: further looks at a group. */
void check_tls(struct reader *rd, config_setting_t *at, void *item);
void check_workers(struct reader *rd, config_setting_t *at, void *item);
void check_dispatch(struct reader *rd, config_setting_t *at, void *item);
void check_sync(struct reader *rd, config_setting_t *at, void *item);

/* What only the whole file can tell; sets what depends on several keys. */
void check_all(struct reader *rd);

#endif
