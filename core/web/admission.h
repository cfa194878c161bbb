/*
 * admission: may the request do what it asks for, with the key it carries?
 *
 * The key is looked up on the loop; what it may do is decided on a web thread, right before the route runs,
 * so that a key that was revoked while its request waited opens nothing any more.
 */
#ifndef WEIR_WEB_ADMISSION_H
#define WEIR_WEB_ADMISSION_H

#include "web/web_internal.h"

/* Find the request's key; for the admin API a session's does as well. false: it has none, and that is
 * answered. Thread: loop. */
bool admission_key(struct request *r, enum auth_kind kind);
/* Its key, or that of a session, opens something now. Thread: web. */
void admission_note_use(struct request *r);
/* Its role, and the integration in its path. false: answered. Notes the key's use. Thread: web. */
bool admission_check(struct request *r);
/* Is it one of those that the key is for? What is not does not exist for it: 404, and no row of a list.
 * Thread: any. */
bool admission_sees(const struct request *r, struct weir_str integration);
/* Is the key limited to some integrations? */
bool admission_is_limited(const struct request *r);
/* What a request is about, where its path does not say; the first time counts. For the audit log. */
void admission_target(struct request *r, struct weir_str target);

const char *admission_role_word(enum web_role role);

/* The store's keys from now on. Thread: setup, web. */
int admission_load(struct web *web, struct weir_error *err);

#endif
