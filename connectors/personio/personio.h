/*
 * personio: one integration's instance, and what its parts share.
 *
 * The parts: client (token, requests), page (cursors), verify and events (deliveries), subscribe (the
 * webhook), fetch (which of the following), person, absence, names (records), act (absences made and
 * deleted), pass (requests passed through). Nothing here is locked: check reads `host` alone, all else runs
 * on one worker at a time.
 */
#ifndef PERSONIO_PERSONIO_H
#define PERSONIO_PERSONIO_H

#include "client.h"
#include "kin.h"

#define PERSONS_READ "personio:persons:read"
#define ABSENCES_READ "personio:absences:read"
#define WEBHOOKS_READ "personio:webhooks:read"
#define WEBHOOKS_WRITE "personio:webhooks:write"

/* Keys of the state, beside the client's "token". */
#define STATE_WEBHOOK_ID "webhook_id"
#define STATE_WEBHOOK_TOKEN "webhook_token"   /* a digest: which token was registered */
#define STATE_WEBHOOK_NARROW "webhook_narrow" /* the cost center event was refused */
#define STATE_COMPANY_ID "company_id"         /* whose deliveries are taken */
#define STATE_COST_CENTERS "cost_centers"     /* employments do name some */

/* Unified fields that only a customer's own attributes can fill: which, a setting says. */
enum attribute {
    ATTRIBUTE_EMPLOYEE_NUMBER,
    ATTRIBUTE_PERSONAL_EMAIL,
    ATTRIBUTE_MOBILE_PHONE,
    ATTRIBUTE_DATE_OF_BIRTH,
    ATTRIBUTE_NATIONALITY,
    ATTRIBUTE_COUNT
};

struct attribute_field {
    const char *setting; /* its value is the attribute's global_id, or else its id */
    const char *field;
};

extern const struct attribute_field attribute_fields[ATTRIBUTE_COUNT];

struct personio {
    const struct weir_host *host;
    struct client client;
    struct weir_str attributes[ATTRIBUTE_COUNT]; /* empty: not mapped */
    struct kin kin;
    json_t *types; /* absence type id → {"item", "until"}; null when it could not be read */
    bool cost_centers_seen;
    char *v1_token; /* of the older API, for requests that are passed through; NULL: none yet */
    int64_t v1_until_ms;
};

int personio_open(void **self, const struct weir_host *host, struct weir_error *err);
void personio_close(void *self);

#endif
