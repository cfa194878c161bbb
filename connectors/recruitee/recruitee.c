#include "recruitee.h"

/* ---- what the connector says of itself ---- */

static const char where[] = "Recruitee: Settings > Apps and plugins > Personal API tokens";
static const struct weir_setting settings[] = {
    {"company_id", "Company ID",
     "A number, shown in Recruitee under Settings > Apps and plugins > Personal API tokens", false, true},
    {"api_token", "Personal API token",
     "On the same page: of an admin who sees all jobs and candidates; it ends with them", true, true},
    {"webhook_secret", "Webhook secret", "Once the webhook is made: open it, then Show secret", true, false},
};

static const char *const of_candidate[] = {"ats_candidates", "ats_applications", NULL};
static const char *const of_offer[] = {"ats_jobs", "ats_application_stages", NULL};
static const struct weir_event_type events[] = {
    {"new_candidate", of_candidate},   {"candidate_assigned", of_candidate},
    {"candidate_moved", of_candidate}, {"candidate_deleted", of_candidate},
    {"offer_published", of_offer},     {"offer_unpublished", of_offer},
    {"offer_updated", of_offer},
};

static const char *const user_fields[] = {"first_name", "last_name", "email", NULL};
static const char *const name_fields[] = {"name", NULL};
static const char *const stage_fields[] = {"name", "index", NULL};
#define TIMES_AND_DATA "remote_created_at", "remote_updated_at", "remote_data", NULL
static const char *const job_fields[] = {
    "name",     "description", "status",    "visibility", "employment_type", "department",  "location",
    "post_url", "opened_at",   "closed_at", "remote_url", "stages",          "hiring_team", TIMES_AND_DATA};
static const char *const candidate_fields[] = {"first_name",    "last_name",       "source",
                                               "phone_numbers", "email_addresses", "social_media",
                                               "tags",          "remote_url",      TIMES_AND_DATA};
static const char *const application_fields[] = {
    "outcome", "rejection_reason_name", "rejected_at",   "current_stage_id",
    "job_id",  "candidate_id",          "custom_fields", TIMES_AND_DATA};

/* Names and jobs come first in a sync, so that what refers to them finds them. */
static const struct weir_model_use models[] = {
    {"ats_users", user_fields, true, false, false, NULL},
    {"ats_tags", name_fields, true, false, false, NULL},
    {"ats_rejection_reasons", name_fields, true, false, false, NULL},
    {"ats_jobs", job_fields, true, true, true, NULL},
    {"ats_application_stages", stage_fields, false, false, false, "ats_jobs"},
    {"ats_candidates", candidate_fields, true, true, true, NULL},
    {"ats_applications", application_fields, false, false, false, "ats_candidates"},
};

/* ---- reading ---- */

static const struct weir_map user_map[] = {WEIR_MAP_TEXT("first_name", "first_name"),
                                           WEIR_MAP_TEXT("last_name", "last_name"),
                                           WEIR_MAP_TEXT("email", "email"), WEIR_MAP_END};
const struct weir_map name_map[] = {WEIR_MAP_TEXT("name", "name|."), WEIR_MAP_END};
/* Without a known paging. A tag's id is its name, as candidates have it. */
static const struct weir_listing short_lists[] = {
    {.name = "/admins", .member = "admins", .model = "ats_users", .id = "id", .map = user_map},
    {.name = "/tags", .member = "tags", .model = "ats_tags", .id = "name", .map = name_map},
    {.name = "/disqualify_reasons",
     .member = "disqualify_reasons",
     .model = "ats_rejection_reasons",
     .id = "id",
     .map = name_map},
};

static int fetch_record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                        struct weir_error *err)
{
    if (weir_str_is(ref->model, "ats_candidates")) {
        return candidate_record(self, ref->remote_id, ref->hint, sink, err);
    }
    return weir_str_is(ref->model, "ats_jobs")
               ? job_record(self, ref->remote_id, sink, err)
               : weir_fail(err, WEIR_E_UNSUPPORTED, "records of this model are not read one by one");
}

static int fetch_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                      const struct weir_sink *sink, struct weir_error *err)
{
    const struct recruitee *r = self;
    int rc = WEIR_E_NONE;

    if (weir_str_is(model, "ats_candidates")) {
        rc = candidate_list(self, since_ms, cursor, sink, err);
    } else if (weir_str_is(model, "ats_jobs")) {
        rc = job_list(self, since_ms, cursor, sink, err);
    }
    for (size_t i = 0; i < sizeof short_lists / sizeof short_lists[0]; i++) {
        if (weir_str_is(model, short_lists[i].model)) {
            rc = weir_rest_list(&r->api, &short_lists[i], 1, cursor, sink, err);
        }
    }
    return rc == WEIR_E_NONE
               ? weir_fail(err, WEIR_E_UNSUPPORTED, "HTTP 404 or 410: this account has no such list")
               : rc;
}

/* ---- an instance ---- */

static void close_instance(void *self)
{
    struct recruitee *r = self;

    if (r != NULL) {
        json_decref(r->kinds);
        free(r);
    }
}

static int open_instance(void **self, const struct weir_host *host, struct weir_error *err)
{
    struct recruitee *r = calloc(1, sizeof *r);
    struct weir_str company = {NULL, 0};
    int rc;

    if (r == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    r->api = (struct weir_rest){.host = host,
                                .right = "the rights of an admin who sees all jobs and candidates",
                                .answer_max = (size_t)32 << 20};
    r->webhook_secret = weir_setting(host, "webhook_secret");
    r->kinds = json_object();
    rc = r->kinds == NULL ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                          : weir_setting_word(&company, host, "company_id", where, err);
    rc = rc == 0 ? weir_setting_word(&r->api.bearer, host, "api_token", where, err) : rc;
    if (rc == 0 && !weir_id_valid(company)) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the setting company_id is none: a number, or the subdomain (%s)",
                       where);
    }
    if (rc != 0) {
        close_instance(r);
        return rc;
    }
    (void)snprintf(r->api.prefix, sizeof r->api.prefix, "/c/%.*s", WEIR_STR_ARG(company));
    *self = r;
    return 0;
}

static const struct weir_api apis[] = {{"default", "Recruitee API", "/c/{company_id}"}};
#define TABLE(table, count) .table = table, .count = sizeof table / sizeof table[0]

WEIR_EXPORT const struct weir_connector weir_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof(struct weir_connector),
    .abi_major = WEIR_ABI_MAJOR,
    .abi_minor = WEIR_ABI_MINOR,
    .tool = "recruitee",
    .label = "Recruitee",
    .version = "1.1.0",
    .category = WEIR_CATEGORY_ATS,
    TABLE(settings, setting_count),
    TABLE(events, event_count),
    TABLE(models, model_count),
    .base_url = "https://api.recruitee.com",
    .open = open_instance,
    .close = close_instance,
    .subscribe = &recruitee_subscribe,
    .verify = &recruitee_verify,
    /* It keeps no events that could be asked for: a sweep finds what was missed. */
    .fetch = &(const struct weir_fetch){sizeof(struct weir_fetch), fetch_record, fetch_list, NULL},
    .pass = &(const struct weir_pass){sizeof(struct weir_pass), apis, 1, weir_rest_pass},
};
