/* job: Recruitee's offers of the kind job, with their stages. For a talent pool there is no record. */
#include "recruitee.h"

#define KINDS_MAX 20000 /* offers remembered; then it begins anew */

static const struct weir_map_word status_words[] = {
    {"published", "OPEN"},    {"internal", "OPEN"}, {"draft", "DRAFT"}, {"closed", "CLOSED"},
    {"archived", "ARCHIVED"}, {"", NULL},           {NULL, NULL}};
static const struct weir_map_word visibility_words[] = {
    {"published", "PUBLIC"}, {"internal", "INTERNAL"}, {NULL, NULL}};
static const struct weir_map_word type_words[] = {{"fulltime", "FULL_TIME"},    {"parttime", "PART_TIME"},
                                                  {"contract", "CONTRACT"},     {"freelance", "CONTRACT"},
                                                  {"internship", "INTERNSHIP"}, {NULL, NULL}};
static const struct weir_map address_map[] = {WEIR_MAP_TEXT("street_1", "street"),
                                              WEIR_MAP_TEXT("zip_code", "postal_code"),
                                              WEIR_MAP_TEXT("city", "city"),
                                              WEIR_MAP_TEXT("state", "state_name"),
                                              WEIR_MAP_TEXT("country", "country_code"),
                                              WEIR_MAP_TEXT("raw", "location"),
                                              WEIR_MAP_END};
static const struct weir_map stage_map[] = {WEIR_MAP_TEXT("name", "name"),
                                            WEIR_MAP_NUMBER("index", "position"), WEIR_MAP_END};
static const struct weir_map job_map[] = {WEIR_MAP_TEXT("name", "title"),
                                          WEIR_MAP_JOINED("description", "description|requirements"),
                                          WEIR_MAP_WORD("status", "status", status_words),
                                          WEIR_MAP_WORD("visibility", "status", visibility_words),
                                          WEIR_MAP_WORD("employment_type", "employment_type", type_words),
                                          WEIR_MAP_TEXT("department", "department.name|department"),
                                          WEIR_MAP_OBJECT("location", address_map),
                                          WEIR_MAP_TEXTS("stages", "pipeline_template.stages", "id"),
                                          WEIR_MAP_TEXT("post_url", "careers_url"),
                                          WEIR_MAP_TEXT("remote_url", "adminapp_url"),
                                          WEIR_MAP_TIME("opened_at", "published_at"),
                                          WEIR_MAP_TIME("closed_at", "closed_at"),
                                          WEIR_MAP_TIME("remote_created_at", "created_at"),
                                          WEIR_MAP_TIME("remote_updated_at", "updated_at"),
                                          WEIR_MAP_END};

static int team_put(json_t *to, const json_t *offer)
{
    static const char *const roles[][2] = {{"hiring_manager_id", "HIRING_MANAGER"},
                                           {"recruiter_id", "RECRUITER"}};
    json_t *team = json_array();
    char id[WEIR_ID_TEXT];
    int bad = 0;

    for (size_t i = 0; i < 2; i++) {
        if (weir_json_id(id, offer, roles[i][0])) {
            bad |= json_array_append_new(
                team, json_pack("{s:s, s:[s]}", "user_id", id, "hiring_team_roles", roles[i][1]));
        }
    }
    return bad | json_object_set_new(to, "hiring_team", team);
}

static int kind_keep(struct recruitee *r, const char *offer_id, bool is_job, struct weir_error *err)
{
    if (json_object_size(r->kinds) >= KINDS_MAX) {
        (void)json_object_clear(r->kinds);
    }
    return json_object_set_new(r->kinds, offer_id, json_boolean(is_job)) == 0
               ? 0
               : weir_fail(err, WEIR_E_MEMORY, "out of memory");
}

/* An offer, whole. WEIR_E_NONE: it is a talent pool. */
static int job_emit(struct recruitee *r, const json_t *offer, const struct weir_sink *sink,
                    struct weir_error *err)
{
    bool is_job = weir_json_word_is(offer, "kind", "job");
    json_t *record;
    char id[WEIR_ID_TEXT];
    int bad, rc;

    if (!weir_json_id(id, offer, "id")) {
        return weir_fail(err, WEIR_E_INVALID, "an offer without an id that can be used");
    }
    rc = kind_keep(r, id, is_job, err);
    if (rc != 0 || !is_job) {
        return rc != 0 ? rc : weir_fail(err, WEIR_E_NONE, "the offer is a talent pool and no job");
    }
    /* Jobs may share a pipeline: then the same stages come again. */
    rc = weir_map_emit_all(sink, "ats_application_stages", weir_json_array(offer, "pipeline_template.stages"),
                           "id", stage_map, false, err);
    if (rc != 0) {
        return rc;
    }
    record = json_object();
    bad = weir_map_put(record, offer, job_map) | team_put(record, offer) |
          weir_remote_data_put(record, r->api.host, "ats_jobs", "/offers", offer);
    return weir_emit_take(sink, "ats_jobs", id, record, bad, false, err);
}

int job_record(struct recruitee *r, struct weir_str id, const struct weir_sink *sink, struct weir_error *err)
{
    const json_t *offer = NULL;
    json_t *answer = NULL;
    int rc = weir_rest_record(&answer, &offer, &r->api, "/offers/{id}", id, "offer", err);

    rc = rc == 0 ? job_emit(r, offer, sink, err) : rc;
    json_decref(answer);
    return rc;
}

int job_kind(bool *is_job, struct recruitee *r, const char *offer_id, const json_t *references,
             const struct weir_sink *sink, struct weir_error *err)
{
    struct weir_str kind = {NULL, 0};
    int rc = 0;

    if (weir_json_str(&kind, weir_json_item(references, "Offer", offer_id), "kind") == WEIR_JSON_VALUE) {
        rc = kind_keep(r, offer_id, weir_str_is(kind, "job"), err);
    } else if (json_object_get(r->kinds, offer_id) == NULL) {
        rc = job_record(r, weir_str(offer_id), sink, err);
        if (rc == WEIR_E_NONE || rc == WEIR_E_PERMISSION) {
            rc = json_object_get(r->kinds, offer_id) != NULL ? 0 : kind_keep(r, offer_id, true, err);
        }
    }
    *is_job = !json_is_false(json_object_get(r->kinds, offer_id));
    return rc;
}

static int list_one(void *r, const json_t *item, const json_t *answer, const struct weir_sink *sink,
                    struct weir_error *err)
{
    char id[WEIR_ID_TEXT];
    int rc;

    (void)answer;
    /* Of a short form, without the pipeline, the stages would pass for gone. */
    rc = json_object_get(item, "pipeline_template") == NULL && weir_json_id(id, item, "id")
             ? job_record(r, weir_str(id), sink, err)
             : job_emit(r, item, sink, err);
    return rc == WEIR_E_NONE ? 0 : rc;
}

int job_list(struct recruitee *r, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
             struct weir_error *err)
{
    /* There is no scope for all. */
    struct weir_listing parts[2] = {{.name = "/offers",
                                     .query = "?scope=not_archived&kind=job&",
                                     .member = "offers",
                                     .each = list_one,
                                     .ctx = r,
                                     .changed = "updated_at",
                                     .since_ms = since_ms}};

    parts[1] = parts[0];
    parts[1].query = "?scope=archived&kind=job&";
    return weir_rest_list(&r->api, parts, 2, cursor, sink, err);
}
