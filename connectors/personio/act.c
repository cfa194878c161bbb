#include "act.h"

#include "names.h"

#define ABSENCES_WRITE "personio:absences:write"
#define MODEL "hris_absences"
#define INPUT_MAX ((size_t)256 << 10)

static const char *const create_fields[] = {
    "employee_id",  "absence_type_id", "status",     "start_date", "end_date", "start_half_day",
    "end_half_day", "employee_note",   "start_time", "end_time",   NULL};
static const char *const delete_fields[] = {"absence_id", NULL};

static const struct weir_action actions[] = {
    {"hris_create_absence", "Create absence", create_fields},
    {"hris_delete_absence", "Delete absence", delete_fields},
};

/* A tool that throttles is told apart: whoever asked may ask again. */
static int settle(int rc, const struct call *call, const struct answer *answer, struct weir_error *err)
{
    if (rc == WEIR_E_LATER && answer->status == 429) {
        return weir_fail(err, WEIR_E_LIMIT,
                         "%s %s: HTTP 429, Personio throttles requests that write absences", call->method,
                         call->name);
    }
    if (rc == WEIR_E_NONE) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "%s %s: HTTP %d, Personio knows neither this employee nor this absence type, or has no "
            "such endpoint for this account",
            call->method, call->name, answer->status);
    }
    return rc;
}

/* ---- create ---- */

/* A day-tracked end is the midnight after the last day, in writing as in reading [assumed]; hours are as they
 * are. */
static int boundary_put(json_t *body, const char *member, const char *date, const char *time,
                        bool second_half)
{
    char text[WEIR_DATE_TEXT + WEIR_TIME_TEXT];

    (void)snprintf(text, sizeof text, "%sT%s", date, time != NULL ? time : "00:00:00");
    return json_object_set_new(body, member,
                               time != NULL ? json_pack("{s:s}", "date_time", text)
                                            : json_pack("{s:s, s:s}", "date_time", text, "type",
                                                        second_half ? "SECOND_HALF" : "FIRST_HALF"));
}

static bool day_read(char out[WEIR_DATE_TEXT], const json_t *input, const char *member)
{
    struct weir_str text = {NULL, 0};

    return weir_json_str(&text, input, member) == WEIR_JSON_VALUE && weir_when_date(out, text);
}

static const char *time_read(const json_t *input, const char *member)
{
    return json_string_value(json_object_get(input, member));
}

static int days_put(json_t *body, const json_t *input, const char *first, const char *last,
                    struct weir_error *err)
{
    char after[WEIR_DATE_TEXT];
    int bad = boundary_put(body, "starts_from", first, NULL,
                           json_is_true(json_object_get(input, "start_half_day")));

    if (!weir_when_day_after(after, last)) {
        return weir_fail(err, WEIR_E_INVALID, "end_date is no day");
    }
    bad |= boundary_put(body, "ends_at", after, NULL, !json_is_true(json_object_get(input, "end_half_day")));
    return bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory") : 0;
}

static int hours_put(json_t *body, const json_t *input, const char *first, const char *last,
                     struct weir_error *err)
{
    const char *from = time_read(input, "start_time");
    const char *until = time_read(input, "end_time");
    int bad;

    if (from == NULL || until == NULL) {
        return weir_fail(err, WEIR_E_INVALID,
                         "this absence type is tracked in hours: start_time and end_time are needed");
    }
    bad = boundary_put(body, "starts_from", first, from, false);
    bad |= boundary_put(body, "ends_at", last, until, false);
    return bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory") : 0;
}

static int body_make(json_t **out, const json_t *input, enum names_unit unit, struct weir_error *err)
{
    char first[WEIR_DATE_TEXT];
    char last[WEIR_DATE_TEXT];
    const char *note = json_string_value(json_object_get(input, "employee_note"));
    json_t *body = NULL;
    int rc;

    if (!day_read(first, input, "start_date") || !day_read(last, input, "end_date")) {
        return weir_fail(err, WEIR_E_INVALID, "start_date and end_date have to be days");
    }
    body = json_pack("{s:{s:O}, s:{s:O}}", "person", "id", json_object_get(input, "employee_id"),
                     "absence_type", "id", json_object_get(input, "absence_type_id"));
    if (body == NULL || (note != NULL && json_object_set_new(body, "comment", json_string(note)) != 0)) {
        json_decref(body);
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    rc = unit == NAMES_UNIT_HOURS ? hours_put(body, input, first, last, err)
                                  : days_put(body, input, first, last, err);
    if (rc != 0) {
        json_decref(body);
        return rc;
    }
    *out = body;
    return 0;
}

static int absence_create(struct personio *self, const json_t *input, const struct weir_sink *sink,
                          struct weir_error *err)
{
    struct call call = {.method = "POST", .name = "/v2/absence-periods", .right = ABSENCES_WRITE};
    struct weir_ref ref = {.model = weir_str(MODEL)};
    enum names_unit unit = NAMES_UNIT_UNKNOWN;
    struct answer answer = {0};
    json_t *told = json_object();
    json_t *body = NULL;
    struct weir_text url;
    char id[WEIR_ID_TEXT];
    char person[WEIR_ID_TEXT];
    char type[WEIR_ID_TEXT];
    int rc = 0;

    if (!weir_json_id(person, input, "employee_id") || !weir_json_id(type, input, "absence_type_id")) {
        rc = weir_fail(err, WEIR_E_INVALID, "employee or absence type has no id that Personio gives");
    }
    rc = rc == 0 ? names_type_unit(&unit, self, told, weir_str(type), sink, err) : rc;
    rc = rc == 0 ? body_make(&body, input, unit, err) : rc;
    if (rc != 0) {
        goto out;
    }
    weir_text_init(&url);
    weir_text_add(&url, "/v2/absence-periods?skip_approval=");
    weir_text_add(&url, weir_json_word_is(input, "status", "APPROVED") ? "true" : "false");
    call.url = &url;
    call.body = body;
    rc = settle(client_send(&answer, &self->client, &call, err), &call, &answer, err);
    if (rc == 0 && !weir_json_id(id, answer.json, "id") && !weir_json_id(id, answer.json, "_data.id")) {
        rc = weir_fail(err, WEIR_E_INVALID, "POST %s: the absence was made, but its id was not told",
                       call.name);
    }
    if (rc == 0) {
        ref.remote_id = weir_str(id);
        ref.hint = weir_str(person);
        rc = sink->touched(sink, &ref, err);
    }

out:
    answer_fini(&answer);
    json_decref(body);
    json_decref(told);
    return rc;
}

/* ---- delete ---- */

static int absence_delete(struct personio *self, const json_t *input, const struct weir_sink *sink,
                          struct weir_error *err)
{
    struct call call = {.method = "DELETE", .name = "/v2/absence-periods/{id}", .right = ABSENCES_WRITE};
    struct answer answer = {0};
    struct weir_text url;
    char id[WEIR_ID_TEXT];
    int rc;

    if (!weir_json_id(id, input, "remote_id")) {
        return weir_fail(err, WEIR_E_INVALID, MODEL ": not an id that Personio gives");
    }
    weir_text_init(&url);
    weir_text_add(&url, "/v2/absence-periods/");
    weir_text_add_encoded(&url, weir_str(id));
    call.url = &url;
    rc = client_send(&answer, &self->client, &call, err);
    if (rc == 0 || rc == WEIR_E_NONE) { /* 404: somebody was faster */
        rc = sink->gone(sink, weir_str(MODEL), weir_str(id), err);
    } else {
        rc = settle(rc, &call, &answer, err);
    }
    answer_fini(&answer);
    return rc;
}

static int act_run(void *self, struct weir_str action, struct weir_bytes bytes, const struct weir_sink *sink,
                   struct weir_error *err)
{
    json_t *input = NULL;
    int rc = weir_json_parse(&input, bytes, INPUT_MAX, "input", err);

    if (rc == 0) {
        rc = weir_str_is(action, "hris_create_absence") ? absence_create(self, input, sink, err)
                                                        : absence_delete(self, input, sink, err);
    }
    json_decref(input);
    return rc;
}

const struct weir_act personio_act = {.size = sizeof(struct weir_act),
                                      .actions = actions,
                                      .action_count = sizeof actions / sizeof actions[0],
                                      .run = act_run};
