#include "personio.h"

#include "act.h"
#include "events.h"
#include "fetch.h"
#include "pass.h"
#include "subscribe.h"
#include "verify.h"

/* ---- what the connector says of itself ---- */

static const struct weir_setting settings[] = {
    {"client_id", "Client ID",
     "Personio: Settings > Integrations > API credentials > Generate new credential; it is shown with them",
     false, true},
    {"client_secret", "Client secret",
     "Shown beside the client ID, once, when the credentials are made; if it is lost, make new ones", true,
     true},
    {"partner_id", "Partner ID",
     "Your company's name at Personio, in upper case; sent along, as Personio asks", false, false},
    {"app_id", "App ID", "Your application's name at Personio, in upper case; sent along", false, false},
    {"employee_number_attribute", "Attribute with the employee number",
     "global_id or id of a custom attribute (dynamic_305)", false, false},
    {"personal_email_attribute", "Attribute with the private e-mail address",
     "global_id or id of a custom attribute", false, false},
    {"mobile_phone_attribute", "Attribute with the mobile phone number",
     "global_id or id of a custom attribute", false, false},
    {"date_of_birth_attribute", "Attribute with the date of birth", "global_id or id of a custom attribute",
     false, false},
    {"nationality_attribute", "Attribute with the nationality", "global_id or id of a custom attribute",
     false, false},
};

const struct attribute_field attribute_fields[ATTRIBUTE_COUNT] = {
    [ATTRIBUTE_EMPLOYEE_NUMBER] = {"employee_number_attribute", "employee_number"},
    [ATTRIBUTE_PERSONAL_EMAIL] = {"personal_email_attribute", "personal_email"},
    [ATTRIBUTE_MOBILE_PHONE] = {"mobile_phone_attribute", "mobile_phone_number"},
    [ATTRIBUTE_DATE_OF_BIRTH] = {"date_of_birth_attribute", "date_of_birth"},
    [ATTRIBUTE_NATIONALITY] = {"nationality_attribute", "nationality"},
};

static const char *const of_person[] = {"hris_employees", "hris_employments", NULL};
static const char *const of_absence[] = {"hris_absences", NULL};

/* Attendances and documents have no model here, so their events are not asked for. */
static const struct weir_event_type events[] = {
    {"person.created", of_person},
    {"person.updated", of_person},
    {"person.deleted", of_person},
    {"employment.created", of_person},
    {"employment.updated", of_person},
    {"employment.updated.cost-centers", of_person},
    {"employment.deleted", of_person},
    {"employment.started", of_person},
    {"employment.terminated", of_person},
    {"absence-period.created", of_absence},
    {"absence-period.updated.status", of_absence},
    {"absence-period.updated.timerange", of_absence},
    {"absence-period.deleted", of_absence},
};

static const char *const employee_fields[] = {"first_name",        "last_name",           "display_full_name",
                                              "job_title",         "work_email",          "gender",
                                              "employment_status", "employment_type",     "weekly_hours",
                                              "start_date",        "termination_date",    "manager_id",
                                              "work_location_id",  "legal_entity_id",     "groups",
                                              "remote_created_at", "custom_fields",       "employee_number",
                                              "personal_email",    "mobile_phone_number", "date_of_birth",
                                              "nationality",       "remote_data",         NULL};
static const char *const employment_fields[] = {"employee_id",    "job_title",   "employment_type",
                                                "effective_date", "remote_data", NULL};
static const char *const absence_fields[] = {
    "employee_id",       "type_id",           "start_date",  "end_date", "start_half_day", "end_half_day",
    "start_time",        "end_time",          "amount",      "unit",     "status",         "employee_note",
    "remote_created_at", "remote_updated_at", "remote_data", NULL};
static const char *const type_fields[] = {"name", "unit", "half_days_supported", "exact_times_supported",
                                          NULL};
static const char *const team_fields[] = {"name", "type", "parent_id", NULL};
static const char *const entity_fields[] = {"name", "address", NULL};
static const char *const location_fields[] = {"name", NULL};

/* Names come first in a sync, so that what refers to them finds them. */
static const struct weir_model_use models[] = {
    {"hris_legal_entities", entity_fields, true, false, true, NULL},
    {"hris_locations", location_fields, true, false, true, NULL},
    {"hris_teams", team_fields, true, false, true, NULL},
    {"hris_employees", employee_fields, true, true, true, NULL},
    {"hris_employments", employment_fields, false, false, true, "hris_employees"},
    {"hris_absence_types", type_fields, true, false, true, NULL},
    {"hris_absences", absence_fields, true, true, true, NULL},
};

static const struct weir_verify verify = {
    .size = sizeof(struct weir_verify), .check = verify_check, .events = events_read};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

WEIR_EXPORT const struct weir_connector weir_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof(struct weir_connector),
    .abi_major = WEIR_ABI_MAJOR,
    .abi_minor = WEIR_ABI_MINOR,
    .tool = "personio",
    .label = "Personio",
    .version = "1.1.0",
    .category = WEIR_CATEGORY_HRIS,
    .settings = settings,
    .setting_count = COUNT(settings),
    .events = events,
    .event_count = COUNT(events),
    .models = models,
    .model_count = COUNT(models),
    .base_url = "https://api.personio.de",
    .open = personio_open,
    .close = personio_close,
    .subscribe = &personio_subscribe,
    .verify = &verify,
    .fetch = &personio_fetch,
    .act = &personio_act,
    .pass = &personio_pass,
};

/* ---- an instance ---- */

int personio_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    struct personio *p = calloc(1, sizeof *p);
    int rc;

    if (p == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    p->host = host;
    rc = client_init(&p->client, host, err);
    for (size_t i = 0; rc == 0 && i < ATTRIBUTE_COUNT; i++) {
        if (!host->setting(host, attribute_fields[i].setting, &p->attributes[i])) {
            p->attributes[i] = weir_str_n(NULL, 0);
        }
    }
    if (rc != 0) {
        personio_close(p);
        return rc;
    }
    *self = p;
    return 0;
}

void personio_close(void *self)
{
    struct personio *p = self;

    if (p != NULL) {
        client_fini(&p->client);
        pass_fini(p);
        kin_fini(&p->kin);
        json_decref(p->types);
        free(p);
    }
}
