/* candidate: candidates and their placements, always read together: one fetch serves both. */
#include "recruitee.h"

#define SEARCH 1 /* the part of a listing that asks the search for what changed; 0 lists all */

static const struct weir_map email_map[] = {WEIR_MAP_TEXT("email_address", "."), WEIR_MAP_END};
static const struct weir_map phone_map[] = {WEIR_MAP_TEXT("phone_number", "."), WEIR_MAP_END};
static const struct weir_map link_map[] = {WEIR_MAP_TEXT("link", "."), WEIR_MAP_SITE("type", "."),
                                           WEIR_MAP_END};
static const struct weir_map candidate_map[] = {
    WEIR_MAP_FIRST_NAME("first_name", "name"),
    WEIR_MAP_LAST_NAME("last_name", "name"),
    WEIR_MAP_TEXT("source", "sources.0|source"),
    WEIR_MAP_LIST("email_addresses", "emails", email_map),
    WEIR_MAP_LIST("phone_numbers", "phones", phone_map),
    WEIR_MAP_LIST("social_media", "links|social_links", link_map),
    WEIR_MAP_TEXTS("tags", "tags", "name|."), /* texts or objects: the name, which both have, is the id */
    WEIR_MAP_TEXT("remote_url", "adminapp_url"),
    WEIR_MAP_TIME("remote_created_at", "created_at"),
    WEIR_MAP_TIME("remote_updated_at", "updated_at"),
    WEIR_MAP_END};
static const struct weir_map starts_map[] = {WEIR_MAP_DATE("job_starts_at", "job_starts_at"), WEIR_MAP_END};
static const struct weir_map placement_map[] = {WEIR_MAP_TEXT("job_id", "offer_id"),
                                                WEIR_MAP_TEXT("current_stage_id", "stage_id"),
                                                WEIR_MAP_OBJECT("custom_fields", starts_map),
                                                WEIR_MAP_TIME("remote_created_at", "created_at"),
                                                WEIR_MAP_TIME("remote_updated_at", "updated_at"),
                                                WEIR_MAP_END};

static const struct weir_map declined_map[] = {
    WEIR_MAP_TIME("rejected_at", "disqualified_at"),
    WEIR_MAP_TEXT("rejection_reason_name", "disqualify_reason.name|disqualify_reason"), WEIR_MAP_END};

/* ---- an application ---- */

/* The reason's name where the placement has its id alone: from what stands beside it, or from the event. */
static int reason_put(json_t *to, const json_t *placement, const json_t *references, struct weir_str reason)
{
    char id[WEIR_ID_TEXT];

    if (weir_json_id(id, placement, "disqualify_reason_id") ||
        weir_json_id(id, placement, "disqualify_reason.id")) {
        (void)weir_json_str(&reason, weir_json_item(references, "DisqualifyReason", id), "name");
    }
    return reason.len > 0 && !json_is_string(json_object_get(to, "rejection_reason_name"))
               ? weir_json_put_str(to, "rejection_reason_name", reason)
               : 0;
}

/* By which members a placement says that it is disqualified is not documented. Without those that were seen
 * the event tells ("5512 d Not enough experience", of webhook); without one the stored outcome stays. */
static int outcome_put(json_t *to, const json_t *placement, const json_t *references, struct weir_str hint,
                       const char *offer_id)
{
    size_t len = strlen(offer_id);
    bool hinted = hint.len >= len + 3 && memcmp(hint.data, offer_id, len) == 0 && hint.data[len] == ' ';
    json_t *value = NULL;
    bool hired = weir_map_find(&value, placement, "hired_at|hired_in_this_placement") == WEIR_JSON_VALUE &&
                 !json_is_false(value);
    enum weir_json_found known =
        weir_map_find(&value, placement, "disqualified_at|disqualify_reason|disqualify_reason_id");

    if (!hired && known == WEIR_JSON_MISSING && !hinted) {
        return 0;
    }
    if (!hired && (known == WEIR_JSON_VALUE || (known == WEIR_JSON_MISSING && hint.data[len + 1] == 'd'))) {
        hint = hinted ? weir_str_n(hint.data + len + 3, hint.len - len - 3) : weir_str(NULL);
        return json_object_set_new(to, "outcome", json_string("DECLINED")) |
               weir_map_put(to, placement, declined_map) | reason_put(to, placement, references, hint);
    }
    return json_object_set_new(to, "outcome", json_string(hired ? "HIRED" : "PENDING")) |
           weir_json_put_null(to, "rejected_at") | weir_json_put_null(to, "rejection_reason_name");
}

static int application_emit(struct recruitee *r, const json_t *placement, const char *candidate_id,
                            const json_t *references, struct weir_str hint, const struct weir_sink *sink,
                            struct weir_error *err)
{
    char id[WEIR_ID_TEXT];
    char offer_id[WEIR_ID_TEXT];
    json_t *record;
    bool is_job = true;
    int bad;
    int rc;

    if (!weir_json_id(id, placement, "id") || !weir_json_id(offer_id, placement, "offer_id")) {
        return weir_fail(err, WEIR_E_INVALID, "a candidate's placement without an id or an offer");
    }
    rc = job_kind(&is_job, r, offer_id, references, sink, err);
    if (rc != 0 || !is_job) {
        return rc;
    }
    record = json_object();
    bad = weir_map_put(record, placement, placement_map);
    bad |= outcome_put(record, placement, references, hint, offer_id);
    bad |= json_object_set_new(record, "candidate_id", json_string(candidate_id));
    bad |= weir_remote_data_put(record, r->api.host, "ats_applications", "/candidates.placements", placement);
    return weir_emit_take(sink, "ats_applications", id, record, bad, false, err);
}

/* ---- a candidate ---- */

static int candidate_emit(struct recruitee *r, const json_t *candidate, const json_t *references,
                          struct weir_str hint, const struct weir_sink *sink, struct weir_error *err)
{
    const json_t *placements = weir_json_array(candidate, "placements");
    const json_t *item;
    char id[WEIR_ID_TEXT];
    size_t i;
    int rc;

    if (!weir_json_id(id, candidate, "id") || placements == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "a candidate without an id or placements");
    }
    rc = weir_remote_data_emit(sink, r->api.host, "ats_candidates", id, candidate, candidate_map,
                               "/candidates", err);
    rc = rc == 0 ? weir_map_emit_all(sink, "ats_tags", weir_json_array(candidate, "tags"), "name|.", name_map,
                                     true, err)
                 : rc;
    json_array_foreach(references, i, item)
    {
        /* It may be new: of stages, too, no event tells. */
        if (rc == 0 && weir_json_word_is(item, "type", "Stage")) {
            rc = weir_map_emit_one(sink, "ats_application_stages", item, "id", name_map, true, err);
        }
    }
    json_array_foreach(placements, i, item)
    {
        rc = rc == 0 ? application_emit(r, item, id, references, hint, sink, err) : rc;
    }
    /* The others that are stored were removed, of which no event tells. */
    return rc == 0 ? sink->complete(sink, weir_str("ats_applications"), weir_str("candidate_id"),
                                    weir_str(id), err)
                   : rc;
}

int candidate_record(struct recruitee *r, struct weir_str id, struct weir_str hint,
                     const struct weir_sink *sink, struct weir_error *err)
{
    const json_t *candidate = NULL;
    json_t *answer = NULL;
    int rc = weir_rest_record(&answer, &candidate, &r->api, "/candidates/{id}", id, "candidate", err);

    if (rc == 0) {
        rc = candidate_emit(r, candidate, weir_json_array(answer, "references"), hint, sink, err);
    } else if (rc == WEIR_E_NONE) {
        rc = sink->gone(sink, weir_str("ats_candidates"), id, err);
        rc = rc == 0 ? sink->complete(sink, weir_str("ats_applications"), weir_str("candidate_id"), id, err)
                     : rc;
    }
    json_decref(answer);
    return rc;
}

/* ---- lists ---- */

static int list_one(void *r, const json_t *item, const json_t *answer, const struct weir_sink *sink,
                    struct weir_error *err)
{
    char id[WEIR_ID_TEXT];

    if (weir_json_array(item, "placements") == NULL && weir_json_id(id, item, "id")) {
        return candidate_record(r, weir_str(id), weir_str(NULL), sink, err); /* the search shows none */
    }
    return candidate_emit(r, item, weir_json_array(answer, "references"), weir_str(NULL), sink, err);
}

int candidate_list(struct recruitee *r, int64_t since_ms, struct weir_str cursor,
                   const struct weir_sink *sink, struct weir_error *err)
{
    struct weir_listing l = {.name = "/candidates",
                             .query = "?",
                             .member = "candidates",
                             .each = list_one,
                             .ctx = r,
                             .changed = "updated_at",
                             .since_ms = since_ms};
    struct weir_page page;
    char query[160];
    bool more;
    size_t old = 0;
    int rc = weir_page_parse(&page, cursor, SEARCH, err);

    if (rc != 0) {
        return rc;
    }
    page.part = cursor.len == 0 && since_ms > 0 ? SEARCH : page.part;
    if (page.part == SEARCH) {
        /* [{"field":"updated_at","gte":1772442900}] */
        (void)snprintf(
            query, sizeof query,
            "?filters_json=%%5B%%7B%%22field%%22%%3A%%22updated_at%%22%%2C%%22gte%%22%%3A%lld%%7D%%5D&",
            (long long)(since_ms / 1000));
        l.name = "/search/new/candidates";
        l.query = query;
        l.member = "hits";
    }
    rc = weir_rest_page(&more, &old, &page, &r->api, &l, sink, err);
    if (page.part == SEARCH && (rc == WEIR_E_INVALID || rc == WEIR_E_NONE || old > 0)) {
        /* The filter is refused or ignored: all are listed instead, and their times compared. */
        memset(&page, 0, sizeof page);
        more = true;
        rc = 0;
    }
    return rc == 0 && more ? weir_page_next(sink, &page, err) : rc;
}
