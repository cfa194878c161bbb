#include "user.h"

#include "weir/when.h"

/* Attributes that fill a field, or a record of their own (names.h), and so are no custom fields. managerId is
 * one only as long as nobody is found by it. */
static const char *const mapped[] = {
    "employeeNumber", "firstName",  "lastName",    "displayName",  "email",         "mobilePhone",
    "title",          "department", "costCenter",  "organization", "streetAddress", "city",
    "state",          "zipCode",    "countryCode", "userType",     "secondEmail"};

/* ---- status ---- */

const char *user_status(const struct options *o, const json_t *user)
{
    static const char *const words[][2] = {{"STAGED", "PENDING"},    {"ACTIVE", "ACTIVE"},
                                           {"RECOVERY", "ACTIVE"},   {"PASSWORD_EXPIRED", "ACTIVE"},
                                           {"LOCKED_OUT", "ACTIVE"}, {"DEPROVISIONED", "INACTIVE"}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (weir_json_word_is(user, "status", words[i][0])) {
            return words[i][1];
        }
    }
    if (weir_json_word_is(user, "status", "PROVISIONED")) {
        return o->provisioned_active ? "ACTIVE" : "PENDING";
    }
    if (weir_json_word_is(user, "status", "SUSPENDED")) {
        return o->suspended_inactive ? "INACTIVE" : "LEAVE";
    }
    return NULL;
}

static int status_put(json_t *to, const struct options *o, const json_t *user)
{
    const char *status = user_status(o, user);

    return status != NULL ? json_object_set_new(to, "employment_status", json_string(status)) : 0;
}

/* ---- fields ---- */

/* Absent and null are the same with Okta, and both mean empty. */
static int text_put(json_t *to, const char *field, const json_t *user, const char *path)
{
    json_t *value = NULL;

    if (weir_json_find(&value, user, path) != WEIR_JSON_VALUE || json_is_object(value) ||
        json_is_array(value) || json_is_boolean(value)) {
        return weir_json_put_null(to, field);
    }
    return weir_json_put_text_from(to, field, user, path);
}

static int display_name_put(json_t *to, const json_t *user)
{
    struct weir_str ready = {NULL, 0};
    struct weir_str first = {NULL, 0};
    struct weir_str last = {NULL, 0};

    if (weir_json_str(&ready, user, "profile.displayName") == WEIR_JSON_VALUE && ready.len > 0) {
        return weir_json_put_str(to, "display_full_name", ready);
    }
    (void)weir_json_str(&first, user, "profile.firstName");
    (void)weir_json_str(&last, user, "profile.lastName");
    if (first.len == 0 && last.len == 0) {
        return weir_json_put_null(to, "display_full_name");
    }
    return json_object_set_new(to, "display_full_name",
                               json_sprintf("%.*s%s%.*s", WEIR_STR_ARG(first),
                                            first.len > 0 && last.len > 0 ? " " : "", WEIR_STR_ARG(last)));
}

static int employment_type_put(json_t *to, const struct options *o, const json_t *user)
{
    struct weir_str type = {NULL, 0};

    if (weir_json_str(&type, user, "profile.userType") != WEIR_JSON_VALUE || type.len == 0) {
        return weir_json_put_null(to, "employment_type");
    }
    return weir_json_put_str(to, "employment_type", options_employment_type(o, type));
}

/* A profile's attribute by the name that a setting gives. */
static const json_t *attribute(const json_t *user, struct weir_str name)
{
    char key[256];

    if (name.len == 0 || name.len >= sizeof key) {
        return NULL;
    }
    memcpy(key, name.data, name.len);
    key[name.len] = '\0';
    return json_object_get(weir_json_object(user, "profile"), key);
}

static int date_put(json_t *to, const char *field, const json_t *value)
{
    return json_is_string(value) && json_string_length(value) > 0
               ? json_object_set(to, field, (json_t *)(uintptr_t)value)
               : weir_json_put_null(to, field);
}

/* Okta has no hire date of its own; "created" is the age of the account. Of the end the deactivation is a
 * guess. */
static int dates_put(json_t *to, const struct options *o, const json_t *user)
{
    int bad = 0;

    if (o->start_date_attribute.len > 0) {
        bad |= date_put(to, "start_date", attribute(user, o->start_date_attribute));
    }
    if (json_is_string(attribute(user, o->end_date_attribute))) {
        bad |= date_put(to, "termination_date", attribute(user, o->end_date_attribute));
    } else if (weir_json_word_is(user, "status", "DEPROVISIONED")) {
        bad |= date_put(to, "termination_date", json_object_get(user, "statusChanged"));
    } else {
        bad |= weir_json_put_null(to, "termination_date");
    }
    return bad;
}

static bool is_mapped(const struct options *o, const char *key, bool manager_found)
{
    for (size_t i = 0; i < sizeof mapped / sizeof mapped[0]; i++) {
        if (strcmp(key, mapped[i]) == 0) {
            return true;
        }
    }
    return (manager_found && strcmp(key, "managerId") == 0) || weir_str_is(o->start_date_attribute, key) ||
           weir_str_is(o->end_date_attribute, key);
}

static int custom_put(json_t *to, const struct options *o, const json_t *user, bool manager_found)
{
    json_t *profile = weir_json_object(user, "profile");
    json_t *fields = json_object();
    const char *key;
    json_t *value;
    int bad = 0;

    json_object_foreach(profile, key, value)
    {
        if (!is_mapped(o, key, manager_found)) {
            bad |= json_object_set(fields, key, value);
        }
    }
    return bad | json_object_set_new(to, "custom_fields", fields);
}

json_t *user_map(const struct options *o, const json_t *user, const char *manager_id)
{
    json_t *record = json_object();
    int bad = 0;

    bad |= text_put(record, "employee_number", user, "profile.employeeNumber");
    bad |= text_put(record, "first_name", user, "profile.firstName");
    bad |= text_put(record, "last_name", user, "profile.lastName");
    bad |= display_name_put(record, user);
    bad |= text_put(record, "work_email", user, "profile.email");
    if (o->second_email) {
        bad |= text_put(record, "personal_email", user, "profile.secondEmail");
    }
    bad |= text_put(record, "mobile_phone_number", user, "profile.mobilePhone");
    bad |= text_put(record, "job_title", user, "profile.title");
    bad |= employment_type_put(record, o, user);
    bad |= status_put(record, o, user);
    bad |= dates_put(record, o, user);
    bad |= manager_id != NULL ? json_object_set_new(record, "manager_id", json_string(manager_id))
                              : weir_json_put_null(record, "manager_id");
    bad |= date_put(record, "remote_created_at", json_object_get(user, "created"));
    bad |= custom_put(record, o, user, manager_id != NULL);
    if (bad != 0) {
        json_decref(record);
        return NULL;
    }
    return record;
}
