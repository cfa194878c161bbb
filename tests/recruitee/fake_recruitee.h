/*
 * fake_recruitee: the fake host with an integration of Recruitee's.
 */
#ifndef RECRUITEE_FAKE_RECRUITEE_H
#define RECRUITEE_FAKE_RECRUITEE_H

#include "connector/fake_host.h"
#include "recruitee.h"

#define RC_SECRET "rc-demo-secret"

/* With the settings that are required, and no state. */
static inline struct fake *fake_new(void)
{
    struct fake *f = fake_for(&weir_connector, "https://api.recruitee.com");

    fake_set(f, "company_id", " 4711\n");
    fake_set(f, "api_token", "rc-t0ken ");
    return f;
}

static inline int record(struct fake *f, const char *model, const char *id, const char *hint,
                         struct weir_error *err)
{
    struct weir_ref ref = {weir_str(model), weir_str(id), weir_str(hint)};

    fake_forget(f);
    return weir_connector.fetch->record(fake_self(f), &ref, fake_sink(f), err);
}

/* cursor is that of the page, and becomes that of the next one; "": there is none. */
static inline int list(struct fake *f, const char *model, int64_t since_ms, char cursor[200],
                       struct weir_error *err)
{
    int rc;

    fake_forget(f);
    rc = weir_connector.fetch->list(fake_self(f), weir_str(model), since_ms, weir_str(cursor), fake_sink(f),
                                    err);
    (void)snprintf(cursor, 200, "%s", fake_next(f) != NULL ? fake_next(f) : "");
    return rc;
}

#endif
