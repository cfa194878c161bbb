/*
 * manager: who is a user's manager? managerId should be an Okta id, and is whatever the customer's import
 * wrote: an id, a login, an e-mail address, an employee number, a directory's name, a name.
 *
 * It never goes into the path of a request, which would take short logins and "me". Thread of all calls:
 * worker.
 */
#ifndef OKTA_MANAGER_H
#define OKTA_MANAGER_H

#include "okta.h"

/*
 * *found: id is the manager's. Otherwise the user waits for one of that name, if it has any. may_ask: Okta
 * may be asked for a name that was not seen yet.
 */
int manager_find(char id[WEIR_ID_TEXT], bool *found, struct okta *self, const json_t *user,
                 struct weir_str user_id, bool may_ask, struct weir_error *err);

#endif
