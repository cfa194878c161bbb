#include "fetch.h"

#include "employee.h"
#include "events.h"
#include "group.h"
#include "history.h"
#include "names.h"
#include "roster.h"

static int fetch_record(void *self_, const struct weir_ref *ref, const struct weir_sink *sink,
                        struct weir_error *err)
{
    struct okta *self = self_;
    bool known = false;
    int rc;

    if (weir_str_is(ref->model, "hris_employees")) {
        return weir_str_is(ref->remote_id, EVENTS_IMPORT)
                   ? roster_imported(self, sink, err)
                   : employee_record(self, ref->remote_id, weir_str_is(ref->hint, EVENTS_HINT_GONE), sink,
                                     err);
    }
    rc = names_record(&known, ref->model, ref->remote_id, sink, err);
    if (rc != 0 || known) {
        return rc;
    }
    if (weir_str_is(ref->model, "hris_teams")) {
        return group_record(self, ref->remote_id, sink, err);
    }
    return weir_fail(err, WEIR_E_UNSUPPORTED, "Okta has no single %.*s", WEIR_STR_ARG(ref->model));
}

static int fetch_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                      const struct weir_sink *sink, struct weir_error *err)
{
    if (!weir_str_is(model, "hris_employees")) {
        return weir_fail(err, WEIR_E_UNSUPPORTED, "Okta lists no %.*s of its own", WEIR_STR_ARG(model));
    }
    return roster_list(self, since_ms, cursor, sink, err);
}

static int fetch_missed(void *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                        struct weir_error *err)
{
    return history_missed(self, since_ms, cursor, sink, err);
}

const struct weir_fetch okta_fetch = {
    .size = sizeof(struct weir_fetch), .record = fetch_record, .list = fetch_list, .missed = fetch_missed};
