#include "absence.h"

#include "weir/remote_data.h"

#include <strings.h>

#define BREAKDOWN_MAX 12000 /* days: more than thirty years */
#define MODEL "hris_absences"

/* ---- mapping ---- */

/* The type says it; without the type the breakdown; without both, full days look like midnights. */
static enum names_unit unit_find(const json_t *period, const json_t *breakdown, enum names_unit type_unit)
{
    const json_t *first = json_array_get(breakdown, 0);
    struct weir_str from = {NULL, 0};
    char time[WEIR_TIME_TEXT];

    if (type_unit != NAMES_UNIT_UNKNOWN) {
        return type_unit;
    }
    if (weir_json_word_is(first, "effective_duration.unit", "DAY")) {
        return NAMES_UNIT_DAYS;
    }
    if (weir_json_word_is(first, "effective_duration.unit", "HOUR")) {
        return NAMES_UNIT_HOURS;
    }
    if (weir_json_str(&from, period, "starts_from.date_time") == WEIR_JSON_VALUE &&
        weir_when_time(time, from) && strcmp(time, "00:00:00") != 0) {
        return NAMES_UNIT_HOURS;
    }
    return NAMES_UNIT_UNKNOWN;
}

/* The last day that the breakdown names. */
static bool last_day(char out[WEIR_DATE_TEXT], const json_t *breakdown)
{
    const json_t *day;
    bool found = false;
    size_t i;

    json_array_foreach(breakdown, i, day)
    {
        struct weir_str text = {NULL, 0};
        char date[WEIR_DATE_TEXT];

        if (weir_json_str(&text, day, "date") == WEIR_JSON_VALUE && weir_when_date(date, text) &&
            (!found || strcmp(date, out) > 0)) {
            memcpy(out, date, WEIR_DATE_TEXT);
            found = true;
        }
    }
    return found;
}

static int start_put(json_t *to, const json_t *period, enum names_unit unit)
{
    struct weir_str from = {NULL, 0};
    enum weir_json_found found = weir_json_str(&from, period, "starts_from.date_time");
    char date[WEIR_DATE_TEXT];
    char time[WEIR_TIME_TEXT];
    int bad = 0;

    if (found == WEIR_JSON_MISSING) {
        return 0;
    }
    if (found == WEIR_JSON_VALUE && weir_when_date(date, from)) {
        bad |= json_object_set_new(to, "start_date", json_string(date));
    } else {
        bad |= weir_json_put_null(to, "start_date");
    }
    if (unit == NAMES_UNIT_HOURS) {
        bad |= weir_json_put_null(to, "start_half_day");
        bad |= found == WEIR_JSON_VALUE && weir_when_time(time, from)
                   ? json_object_set_new(to, "start_time", json_string(time))
                   : weir_json_put_null(to, "start_time");
    } else {
        bad |= json_object_set_new(
            to, "start_half_day", json_boolean(weir_json_word_is(period, "starts_from.type", "SECOND_HALF")));
        bad |= weir_json_put_null(to, "start_time");
    }
    return bad;
}

/* The last day: the breakdown's, else from the boundary, which for whole days is the midnight after it. */
static int end_date_put(json_t *to, const json_t *breakdown, struct weir_str until, enum names_unit unit)
{
    char date[WEIR_DATE_TEXT];
    char before[WEIR_DATE_TEXT];
    char time[WEIR_TIME_TEXT];

    if (last_day(date, breakdown)) {
        return json_object_set_new(to, "end_date", json_string(date));
    }
    if (!weir_when_date(date, until)) {
        return weir_json_put_null(to, "end_date");
    }
    if (unit != NAMES_UNIT_HOURS && (!weir_when_time(time, until) || strcmp(time, "00:00:00") == 0)) {
        weir_when_day_before(before, date);
        return json_object_set_new(to, "end_date", json_string(before));
    }
    return json_object_set_new(to, "end_date", json_string(date));
}

static int end_put(json_t *to, const json_t *period, const json_t *breakdown, enum names_unit unit)
{
    struct weir_str until = {NULL, 0};
    enum weir_json_found found = weir_json_str(&until, period, "ends_at.date_time");
    char time[WEIR_TIME_TEXT];
    int bad = 0;

    if (found == WEIR_JSON_MISSING) {
        return 0;
    }
    if (found == WEIR_JSON_NULL) {
        /* Open: the days so far are no end. */
        bad |= weir_json_put_null(to, "end_date");
        bad |= weir_json_put_null(to, "end_half_day");
        return bad | weir_json_put_null(to, "end_time");
    }
    bad |= end_date_put(to, breakdown, until, unit);
    if (unit == NAMES_UNIT_HOURS) {
        bad |= weir_json_put_null(to, "end_half_day");
        bad |= weir_when_time(time, until) ? json_object_set_new(to, "end_time", json_string(time))
                                           : weir_json_put_null(to, "end_time");
    } else {
        bad |= json_object_set_new(to, "end_half_day",
                                   json_boolean(weir_json_word_is(period, "ends_at.type", "FIRST_HALF")));
        bad |= weir_json_put_null(to, "end_time");
    }
    return bad;
}

/* Left out when the breakdown could not be read: then the stored amount is the better guess. */
static int amount_put(json_t *to, const json_t *breakdown, enum names_unit unit)
{
    const json_t *day;
    double sum = 0;
    double value;
    size_t i;
    int bad = 0;

    if (breakdown != NULL) {
        json_array_foreach(breakdown, i, day)
        {
            value = 0;
            (void)weir_json_real(&value, day, "effective_duration.value");
            sum += value;
        }
        /* Sums of halves and thirds, cut to what a person would write. */
        if (sum > -1e9 && sum < 1e9) {
            sum = (double)(int64_t)(sum * 10000 + (sum < 0 ? -0.5 : 0.5)) / 10000;
        }
        bad |= weir_json_put_real(to, "amount", sum);
    }
    if (unit != NAMES_UNIT_UNKNOWN) {
        bad |= json_object_set_new(to, "unit", json_string(unit == NAMES_UNIT_DAYS ? "DAYS" : "HOURS"));
    }
    return bad;
}

/* A word that has no counterpart goes through as it is: the unified field is open. */
static int status_put(json_t *to, const json_t *period)
{
    static const char *const words[][2] = {
        {"APPROVED", "APPROVED"}, {"PENDING", "REQUESTED"}, {"REJECTED", "DECLINED"}};
    struct weir_str status = {NULL, 0};
    enum weir_json_found found = weir_json_str(&status, period, "approval.status");

    if (found != WEIR_JSON_VALUE) {
        return found == WEIR_JSON_NULL ? weir_json_put_null(to, "status") : 0;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (weir_json_word_is(period, "approval.status", words[i][0])) {
            return json_object_set_new(to, "status", json_string(words[i][1]));
        }
    }
    if (status.len >= 6 && strncasecmp(status.data, "CANCEL", 6) == 0) {
        return json_object_set_new(to, "status", json_string("CANCELLED"));
    }
    return weir_json_put_str(to, "status", status);
}

json_t *absence_map(const json_t *period, const json_t *breakdown, enum names_unit unit,
                    struct weir_str person_hint)
{
    json_t *record = json_object();
    json_t *value = NULL;
    char id[WEIR_ID_TEXT];
    int bad = 0;

    unit = unit_find(period, breakdown, unit);
    if (weir_json_id(id, period, "person.id")) {
        bad |= json_object_set_new(record, "employee_id", json_string(id));
    } else if (weir_id_valid(person_hint)) {
        bad |= weir_json_put_str(record, "employee_id", person_hint);
    }
    if (weir_json_id(id, period, "absence_type.id")) {
        bad |= json_object_set_new(record, "type_id", json_string(id));
    } else if (weir_json_find(&value, period, "absence_type.id") == WEIR_JSON_NULL) {
        bad |= weir_json_put_null(record, "type_id");
    }
    bad |= start_put(record, period, unit);
    bad |= end_put(record, period, breakdown, unit);
    bad |= amount_put(record, breakdown, unit);
    bad |= status_put(record, period);
    bad |= weir_json_put_text_from(record, "employee_note", period, "comment");
    bad |= weir_json_put_text_from(record, "remote_created_at", period, "created_at");
    bad |= weir_json_put_text_from(record, "remote_updated_at", period, "updated_at");
    if (bad != 0) {
        json_decref(record);
        return NULL;
    }
    return record;
}

/* ---- fetching ---- */

/* NULL in *days when it may not be read: an absence without its amount is better than none. */
static int breakdown_get(json_t **days, struct personio *self, const char *id, struct weir_error *err)
{
    struct listing listing = {
        .name = "/v2/absence-periods/{id}/breakdowns", .right = ABSENCES_READ, .query = "limit=28"};
    struct weir_error why = {0};
    struct weir_text path;
    int rc;

    weir_text_init(&path);
    weir_text_add(&path, "/v2/absence-periods/");
    weir_text_add_encoded(&path, weir_str(id));
    weir_text_add(&path, "/breakdowns");
    listing.path = &path;
    rc = page_read_all(days, &self->client, &listing, BREAKDOWN_MAX, &why);
    if (rc == WEIR_E_NONE || rc == WEIR_E_PERMISSION) {
        client_log(&self->client, WEIR_LOG_WARN, "an absence stays without its amount", &why);
        return 0;
    }
    if (rc != 0 && err != NULL) {
        *err = why;
    }
    return rc;
}

/* told: the types that were emitted in this call. */
static int absence_emit(struct personio *self, json_t *told, const json_t *period,
                        struct weir_str person_hint, const struct weir_sink *sink, struct weir_error *err)
{
    enum names_unit unit = NAMES_UNIT_UNKNOWN;
    json_t *days = NULL;
    json_t *record = NULL;
    char type_id[WEIR_ID_TEXT];
    char id[WEIR_ID_TEXT];
    int rc = 0;

    if (!weir_json_id(id, period, "id")) {
        return weir_fail(err, WEIR_E_INVALID, "an absence without an id that can be used");
    }
    if (weir_json_id(type_id, period, "absence_type.id")) {
        rc = names_type_unit(&unit, self, told, weir_str(type_id), sink, err);
    }
    if (rc == 0) {
        rc = breakdown_get(&days, self, id, err);
    }
    if (rc == 0) {
        record = absence_map(period, days, unit, person_hint);
        rc = record == NULL ||
                     weir_remote_data_put(record, self->host, MODEL, "/v2/absence-periods", period) != 0
                 ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                 : weir_emit_json(sink, MODEL, weir_str(id), record, err);
    }
    json_decref(record);
    json_decref(days);
    return rc;
}

int absence_record(struct personio *self, const struct weir_ref *ref, const struct weir_sink *sink,
                   struct weir_error *err)
{
    struct call call = {.method = "GET", .name = "/v2/absence-periods/{id}", .right = ABSENCES_READ};
    struct answer answer;
    json_t *told = NULL;
    struct weir_text url;
    char id[WEIR_ID_TEXT];
    int rc;

    if (!weir_id_valid(ref->remote_id)) {
        return weir_fail(err, WEIR_E_INVALID, MODEL ": not an id that Personio gives");
    }
    weir_text_init(&url);
    weir_text_add(&url, "/v2/absence-periods/");
    weir_text_add_encoded(&url, ref->remote_id);
    told = json_object();
    call.url = &url;
    rc = client_send(&answer, &self->client, &call, err);
    if (rc == WEIR_E_NONE) {
        rc = sink->gone(sink, weir_str(MODEL), ref->remote_id, err);
    } else if (rc == 0 && (!weir_json_id(id, answer.json, "id") || !weir_str_is(ref->remote_id, id))) {
        rc = weir_fail(err, WEIR_E_INVALID, "GET %s: the answer is of another absence", call.name);
    } else if (rc == 0) {
        rc = absence_emit(self, told, answer.json, ref->hint, sink, err);
    }
    answer_fini(&answer);
    json_decref(told);
    return rc;
}

int absence_list(struct personio *self, int64_t since_ms, struct weir_str cursor,
                 const struct weir_sink *sink, struct weir_error *err)
{
    struct listing listing = {.name = "/v2/absence-periods", .right = ABSENCES_READ};
    struct page page;
    struct weir_text path;
    struct weir_text query;
    char since[WEIR_WHEN_TEXT];
    char state[PAGE_STATE_MAX];
    json_t *answer = NULL;
    json_t *told = NULL;
    const json_t *period;
    bool more = false;
    size_t i;
    int rc;

    rc = page_parse(&page, cursor, err);
    if (rc != 0) {
        return rc;
    }
    weir_text_init(&path);
    weir_text_add(&path, "/v2/absence-periods");
    weir_text_init(&query);
    weir_text_add(&query, "limit=100");
    if (since_ms > 0) {
        weir_when_format(since, since_ms, false);
        weir_text_add(&query, "&updated_at.gte=");
        weir_text_add_encoded(&query, weir_str(since));
    }
    weir_text_end(&query);
    told = json_object();
    listing.path = &path;
    listing.query = query.data;
    rc = page_read(&answer, &more, NULL, &page, &self->client, &listing, err);
    if (rc == WEIR_E_NONE) {
        rc = weir_fail(err, WEIR_E_UNSUPPORTED,
                       "GET /v2/absence-periods: HTTP 404, not offered to this account");
    }
    json_array_foreach(weir_json_array(answer, "_data"), i, period)
    {
        if (rc == 0) {
            rc = absence_emit(self, told, period, weir_str(""), sink, err);
        }
    }
    json_decref(told);
    json_decref(answer);
    return rc == 0 && more ? sink->next(sink, weir_str_n(state, page_write(state, &page)), err) : rc;
}
