#include "okta.h"

#include "events.h"
#include "fetch.h"
#include "kinds.h"
#include "subscribe.h"
#include "verify.h"

/* ---- what the connector says of itself ---- */

static const struct weir_setting settings[] = {
    {"api_token", "API token",
     "Okta: Security > API > Tokens > Create token, as a Super Administrator. Instead of the three below",
     true, false},
    {"client_id", "Client ID", "Okta: Applications > an app of the type API Services > General", false,
     false},
    {"key_id", "Key ID", "The KID beside the app's public key, under General > Client Credentials", false,
     false},
    {"private_key", "Private key", "Of that key, in PEM format with its lines BEGIN and END; RSA or EC P-256",
     true, false},
    {"team_groups", "Groups that are teams",
     "Names separated by commas, each with * at its end if wanted; all groups when empty", false, false},
    {"app_groups", "Groups from apps and directories are teams too", "true or false", false, false},
    {"employee_group", "Group of the employees", "ID of a group; everybody when empty", false, false},
    {"employee_user_types", "User types that are employees", "Values of userType, separated by commas", false,
     false},
    {"employee_type_id", "User type ID of employees", "type.id of a user (oty...)", false, false},
    {"employee_number_required", "Only users with an employee number", "true or false", false, false},
    {"employment_types", "Employment types by userType", "Employee=FULL_TIME, Contractor=CONTRACT", false,
     false},
    {"start_date_attribute", "Attribute with the first day of work", "A custom attribute (startDate)", false,
     false},
    {"end_date_attribute", "Attribute with the last day of work", "A custom attribute (endDate)", false,
     false},
    {"manager_relation", "Linked object of the manager", "Its name, if the hierarchy is kept so (manager)",
     false, false},
    {"second_email", "The secondary e-mail address is the private one", "true or false", false, false},
    {"provisioned_status", "Status of users who have not signed in yet", "PENDING or ACTIVE", false, false},
    {"suspended_status", "Status of suspended users", "LEAVE or INACTIVE", false, false},
};

static const char *const employee_fields[] = {
    "employee_number",   "first_name",      "last_name",        "display_full_name",
    "job_title",         "work_email",      "personal_email",   "mobile_phone_number",
    "employment_status", "employment_type", "work_location_id", "legal_entity_id",
    "manager_id",        "start_date",      "termination_date", "remote_created_at",
    "custom_fields",     "groups",          "remote_data",      NULL};
static const char *const team_fields[] = {"name", "type", "parent_id", NULL};
static const char *const entity_fields[] = {"name", NULL};
static const char *const location_fields[] = {"name", "address", NULL};

/* All come with the users: departments and their like only they name, and what a listing did not meet is
 * gone, so that none of the others may end without it. */
static const struct weir_model_use models[] = {
    {"hris_employees", employee_fields, true, true, true, NULL},
    {"hris_teams", team_fields, false, false, true, "hris_employees"},
    {"hris_legal_entities", entity_fields, false, false, true, "hris_employees"},
    {"hris_locations", location_fields, false, false, false, "hris_employees"},
};

static const struct weir_verify verify = {
    .size = sizeof(struct weir_verify), .check = verify_check, .events = events_read};

static const struct weir_api apis[] = {{"v1", "Okta API, v1", "/api/v1"}};

static int pass_send(void *self, struct weir_str api, const struct weir_http_request *request,
                     struct weir_http_response *response, struct weir_error *err)
{
    struct okta *o = self;

    (void)api;
    return client_pass(&o->client, request, response, err);
}

static const struct weir_pass pass = {
    .size = sizeof(struct weir_pass), .apis = apis, .api_count = 1, .send = pass_send};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

WEIR_EXPORT const struct weir_connector weir_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof(struct weir_connector),
    .abi_major = WEIR_ABI_MAJOR,
    .abi_minor = WEIR_ABI_MINOR,
    .tool = "okta",
    .label = "Okta",
    .version = "1.1.0",
    .category = WEIR_CATEGORY_HRIS,
    .settings = settings,
    .setting_count = COUNT(settings),
    .events = kind_table,
    .event_count = KIND_COUNT,
    .models = models,
    .model_count = COUNT(models),
    .base_url = NULL, /* each org has its own */
    .open = okta_open,
    .close = okta_close,
    .subscribe = &okta_subscribe,
    .verify = &verify,
    .fetch = &okta_fetch,
    .pass = &pass,
};

/* ---- an instance ---- */

int okta_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    struct okta *o = calloc(1, sizeof *o);
    int rc;

    if (o == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    o->host = host;
    rc = options_read(&o->options, host, err);
    if (rc == 0) {
        rc = client_init(&o->client, host, err);
    }
    if (rc != 0) {
        okta_close(o);
        return rc;
    }
    *self = o;
    return 0;
}

void okta_close(void *self)
{
    struct okta *o = self;

    if (o != NULL) {
        client_fini(&o->client);
        people_fini(&o->people);
        members_fini(&o->members);
        free(o);
    }
}
