/*
 * okta_host: the fuzzers' host with an integration of Okta's: with an API token, or with a service app, whose
 * token endpoint answers from the input too.
 */
#ifndef FUZZ_OKTA_HOST_H
#define FUZZ_OKTA_HOST_H

#include "connector_host.h"
#include "okta.h"

static inline void okta_host_init(struct fuzz_host *f, const uint8_t *data, size_t len, bool app)
{
    static const struct fuzz_pair token[] = {{"base_url", "https://acme.okta.example"},
                                             {"api_token", "00aToken"},
                                             {"start_date_attribute", "startDate"},
                                             {"end_date_attribute", "endDate"},
                                             {"second_email", "true"},
                                             {"team_groups", "Sales, Team *"},
                                             {"app_groups", "true"},
                                             {"employment_types", "Employee=FULL_TIME"},
                                             {NULL, NULL}};
    static const struct fuzz_pair service[] = {{"base_url", "https://acme.okta.example"},
                                               {"client_id", "0oa"},
                                               {"key_id", "k"},
                                               {"private_key", "key"},
                                               {"manager_relation", "manager"},
                                               {"employee_group", "00g4"},
                                               {NULL, NULL}};
    static const struct fuzz_pair states[] = {{STATE_HOOK_ID, "hook"}, {NULL, NULL}};

    fuzz_host_init(f, data, len);
    f->settings = app ? service : token;
    f->states = states;
    f->events_without_id = true;
}

#endif
