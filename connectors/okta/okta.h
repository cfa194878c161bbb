/*
 * okta: one integration's instance, and what its parts share.
 *
 * The parts: auth, grant, proof (who calls), client, header, page (requests), verify and events (deliveries),
 * kinds (event types), history (the System Log), subscribe and hook (the event hook), fetch (which of the
 * following), employee, roster, user, group, names (records), people (who is whose manager), members (who is
 * in which group), options (settings). Nothing here is locked: check reads `host` alone, all else runs on one
 * worker at a time.
 */
#ifndef OKTA_OKTA_H
#define OKTA_OKTA_H

#include "client.h"
#include "members.h"
#include "options.h"
#include "people.h"

/* Keys of the state, beside auth's "token". */
#define STATE_HOOK_ID "hook_id"
#define STATE_HOOK_SECRET "hook_secret" /* a digest: which secret was registered with which hook */
#define STATE_IMPORT_READ "import_read" /* when what an import changed was last read, ms */

struct okta {
    const struct weir_host *host;
    struct client client;
    struct options options;
    struct people people;
    struct members members;
    bool status_logged; /* a status of a user that is not known was told once */
};

int okta_open(void **self, const struct weir_host *host, struct weir_error *err);
void okta_close(void *self);

#endif
