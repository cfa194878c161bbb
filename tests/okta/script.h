/*
 * script: users and groups as Okta tells them, and what is asked of it to read one.
 */
#ifndef OKTA_SCRIPT_H
#define OKTA_SCRIPT_H

#include "events.h"
#include "fake_okta.h"

#define USER_PATH "/api/v1/users/" USER_ID
#define GROUPS_OF(id) "GET /api/v1/users/" id "/groups?limit=200"
#define USER_OF(id, status, profile)                                                                         \
    "{\"id\":\"" id "\",\"status\":\"" status                                                                \
    "\",\"created\":\"2024-02-01T08:00:00.000Z\",\"profile\":{" profile "}}"
#define JO                                                                                                   \
    "\"login\":\"jo@acme.example\",\"email\":\"jo@acme.example\",\"firstName\":\"Jo\",\"lastName\":\"Doe\""
#define KIM "\"login\":\"kim@acme.example\",\"email\":\"kim@acme.example\",\"employeeNumber\":\"7\""
#define SALES                                                                                                \
    "{\"id\":\"" GROUP_ID "\",\"type\":\"OKTA_GROUP\",\"profile\":{\"name\":\"Sales\",\"description\":"      \
    "\"x\"}}"
#define EVERYONE "{\"id\":\"00g0\",\"type\":\"BUILT_IN\",\"profile\":{\"name\":\"Everyone\"}}"
#define USERS "GET /api/v1/users?limit=200&filter=lastUpdated%20gt%20%22"
#define ALL_USERS USERS "1990-01-01T00%3A00%3A00.000Z%22"

static inline int record(struct fake *f, const char *id, const char *hint, struct weir_error *err)
{
    struct weir_ref ref = {weir_str("hris_employees"), weir_str(id), weir_str(hint)};

    return weir_connector.fetch->record(fake_okta(f), &ref, fake_sink(f), err);
}

static inline void script_jo(struct fake *f, const char *profile, const char *groups)
{
    char user[1000];

    (void)snprintf(user, sizeof user, USER_OF(USER_ID, "ACTIVE", "%s"), profile);
    fake_script(f, "GET " USER_PATH, 200, user);
    fake_script(f, GROUPS_OF(USER_ID), 200, groups);
}

/* The field of the employee that was told, as text. */
static inline void expect_field(const struct fake *f, const char *id, const char *field, const char *want)
{
    const json_t *value = json_object_get(fake_json(f, "record", "hris_employees", id), field);
    char *text = value != NULL ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : strdup("-");

    EXPECT_STR(want, text);
    free(text);
}

#endif
