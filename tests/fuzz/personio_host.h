/*
 * personio_host: the fuzzers' host with an integration of Personio's, whose token is always good.
 */
#ifndef FUZZ_PERSONIO_HOST_H
#define FUZZ_PERSONIO_HOST_H

#include "connector_host.h"
#include "personio.h"

static inline void personio_host_init(struct fuzz_host *f, const uint8_t *data, size_t len)
{
    static const struct fuzz_pair settings[] = {{"base_url", "setting"},
                                                {"client_id", "setting"},
                                                {"client_secret", "setting"},
                                                {"partner_id", "setting"},
                                                {"app_id", "setting"},
                                                {"employee_number_attribute", "setting"},
                                                {"personal_email_attribute", "setting"},
                                                {"mobile_phone_attribute", "setting"},
                                                {"nationality_attribute", "setting"},
                                                {"date_of_birth_attribute", "date_of_birth"},
                                                {NULL, NULL}};
    static const struct fuzz_pair states[] = {{STATE_WEBHOOK_ID, "hook"}, {NULL, NULL}};

    fuzz_host_init(f, data, len);
    f->settings = settings;
    f->states = states;
    f->token_url = "/v2/auth/token";
    f->token = "{\"access_token\":\"t\",\"expires_in\":3600}";
}

#endif
