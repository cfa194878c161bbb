#include "employment.h"

#include "person.h"

const json_t *employment_current(const json_t *employments)
{
    const json_t *item;
    size_t i;

    json_array_foreach(employments, i, item)
    {
        if (weir_json_word_is(item, "status", "ACTIVE") || weir_json_word_is(item, "status", "LEAVE")) {
            return item;
        }
    }
    json_array_foreach(employments, i, item)
    {
        if (weir_json_word_is(item, "status", "ONBOARDING")) {
            return item;
        }
    }
    return json_array_get(employments, 0);
}

/* Personio has no such word; the hours tell. INTERNAL and EXTERNAL are about something else, but an
 * external person is under contract. */
static int type_put(json_t *to, const json_t *employment)
{
    double weekly = 0;
    double full = 0;
    enum weir_json_found weekly_found = weir_json_real(&weekly, employment, "weekly_working_hours");
    enum weir_json_found full_found = weir_json_real(&full, employment, "full_time_weekly_working_hours");

    if (weir_json_word_is(employment, "type", "EXTERNAL")) {
        return json_object_set_new(to, "employment_type", json_string("CONTRACT"));
    }
    if (weekly_found == WEIR_JSON_MISSING || full_found == WEIR_JSON_MISSING) {
        return 0;
    }
    if (weekly_found == WEIR_JSON_NULL || full_found == WEIR_JSON_NULL || !(full > 0)) {
        return weir_json_put_null(to, "employment_type");
    }
    return json_object_set_new(to, "employment_type", json_string(weekly < full ? "PART_TIME" : "FULL_TIME"));
}

json_t *employment_map(const json_t *employment, const char *person_id)
{
    json_t *record = json_object();
    int bad = 0;

    bad |= json_object_set_new(record, "employee_id", json_string(person_id));
    bad |= weir_json_put_text_from(record, "job_title", employment, "position.title");
    bad |= type_put(record, employment);
    bad |= weir_json_put_text_from(record, "effective_date", employment, "employment_start_date");
    if (bad != 0) {
        json_decref(record);
        return NULL;
    }
    return record;
}

static int status_put(json_t *to, const json_t *employment)
{
    static const char *const words[][2] = {
        {"ACTIVE", "ACTIVE"}, {"LEAVE", "LEAVE"}, {"ONBOARDING", "PENDING"}, {"INACTIVE", "INACTIVE"}};
    json_t *value = NULL;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (weir_json_word_is(employment, "status", words[i][0])) {
            return json_object_set_new(to, "employment_status", json_string(words[i][1]));
        }
    }
    return weir_json_find(&value, employment, "status") == WEIR_JSON_MISSING
               ? 0
               : weir_json_put_null(to, "employment_status");
}

/* The termination's date, else the employment's end. contract_end_date is a plan and says nothing. */
static int end_put(json_t *to, const json_t *employment)
{
    struct weir_str date = {NULL, 0};
    enum weir_json_found terminated = weir_json_str(&date, employment, "termination.termination_date");
    enum weir_json_found ended;

    if (terminated == WEIR_JSON_VALUE) {
        return weir_json_put_str(to, "termination_date", date);
    }
    ended = weir_json_str(&date, employment, "employment_end_date");
    if (ended == WEIR_JSON_VALUE) {
        return weir_json_put_str(to, "termination_date", date);
    }
    if (terminated == WEIR_JSON_MISSING && ended == WEIR_JSON_MISSING) {
        return 0;
    }
    return weir_json_put_null(to, "termination_date");
}

/* A reference: the id at `member`.id, null when the member is. */
static int reference_put(json_t *to, const char *field, const json_t *employment, const char *member,
                         const char *not_this)
{
    char path[64];
    char id[WEIR_ID_TEXT];
    json_t *value = NULL;

    (void)snprintf(path, sizeof path, "%s.id", member);
    if (weir_json_id(id, employment, path)) {
        /* Somebody who is their own supervisor has none. */
        if (not_this != NULL && strcmp(id, not_this) == 0) {
            return weir_json_put_null(to, field);
        }
        return json_object_set_new(to, field, json_string(id));
    }
    return weir_json_find(&value, employment, path) == WEIR_JSON_NULL ? weir_json_put_null(to, field) : 0;
}

static int groups_put(json_t *to, const json_t *employment)
{
    json_t *groups;
    struct person_group group;
    json_t *value = NULL;
    int bad = 0;

    if (weir_json_find(&value, employment, "org_units") == WEIR_JSON_MISSING &&
        weir_json_find(&value, employment, "cost_centers") == WEIR_JSON_MISSING) {
        return 0;
    }
    groups = json_array();
    for (size_t at = 0; person_group_next(&group, &at, employment);) {
        bad |= json_array_append_new(groups, json_string(group.remote_id));
    }
    return bad | json_object_set_new(to, "groups", groups);
}

int employment_put(json_t *employee, const json_t *current, const char *person_id)
{
    static const char *const fields[] = {"job_title",        "employment_status", "employment_type",
                                         "weekly_hours",     "start_date",        "termination_date",
                                         "work_location_id", "legal_entity_id",   "manager_id"};
    int bad = 0;

    if (current == NULL) {
        for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
            bad |= weir_json_put_null(employee, fields[i]);
        }
        return bad | json_object_set_new(employee, "groups", json_array());
    }
    bad |= weir_json_put_text_from(employee, "job_title", current, "position.title");
    bad |= status_put(employee, current);
    bad |= type_put(employee, current);
    bad |= weir_json_put_real_from(employee, "weekly_hours", current, "weekly_working_hours");
    bad |= weir_json_put_text_from(employee, "start_date", current, "employment_start_date");
    bad |= end_put(employee, current);
    bad |= reference_put(employee, "manager_id", current, "supervisor", person_id);
    bad |= reference_put(employee, "work_location_id", current, "office", NULL);
    bad |= reference_put(employee, "legal_entity_id", current, "legal_entity", NULL);
    return bad | groups_put(employee, current);
}
