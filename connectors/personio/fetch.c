#include "fetch.h"

#include "absence.h"
#include "events.h"
#include "names.h"
#include "person.h"

/* An employment is read with its whole person, whom the event named or an earlier fetch has seen. */
static int employment_record(struct personio *self, const struct weir_ref *ref, const struct weir_sink *sink,
                             struct weir_error *err)
{
    char person_id[WEIR_ID_TEXT];

    if (weir_id_valid(ref->hint)) {
        return person_record(self, ref->hint, sink, err);
    }
    if (!kin_find(person_id, &self->kin, ref->remote_id)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "an event names an employment without its person, and whose it is "
                         "was not seen since the start: the next sync brings the change");
    }
    return person_record(self, weir_str(person_id), sink, err);
}

static int fetch_record(void *self_, const struct weir_ref *ref, const struct weir_sink *sink,
                        struct weir_error *err)
{
    struct personio *self = self_;

    if (weir_str_is(ref->model, "hris_employees")) {
        return person_record(self, ref->remote_id, sink, err);
    }
    if (weir_str_is(ref->model, "hris_employments")) {
        return employment_record(self, ref, sink, err);
    }
    if (weir_str_is(ref->model, "hris_absences")) {
        return absence_record(self, ref, sink, err);
    }
    return names_record(self, ref->model, ref->remote_id, sink, err);
}

static int fetch_list(void *self_, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                      const struct weir_sink *sink, struct weir_error *err)
{
    struct personio *self = self_;

    if (weir_str_is(model, "hris_employees")) {
        return person_list(self, since_ms, cursor, sink, err);
    }
    if (weir_str_is(model, "hris_absences")) {
        return absence_list(self, since_ms, cursor, sink, err);
    }
    return names_list(self, model, cursor, sink, err);
}

static int fetch_missed(void *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                        struct weir_error *err)
{
    return events_missed(self, since_ms, cursor, sink, err);
}

const struct weir_fetch personio_fetch = {
    .size = sizeof(struct weir_fetch), .record = fetch_record, .list = fetch_list, .missed = fetch_missed};
