#include "group.h"

#include "weir/when.h"

#define MODEL "hris_teams"

int group_emit(const struct weir_sink *sink, const json_t *group, bool placeholder, struct weir_error *err)
{
    char id[WEIR_ID_TEXT];
    json_t *record;
    int bad = 0;
    int rc;

    if (!weir_json_id(id, group, "id")) {
        return weir_fail(err, WEIR_E_INVALID, "a group without an id that can be used");
    }
    record = json_object();
    bad |= weir_json_put_text_from(record, "name", group, "profile.name");
    bad |= json_object_set_new(record, "type", json_string("TEAM"));
    bad |= weir_json_put_null(record, "parent_id"); /* Okta's groups do not nest */
    if (bad != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    } else if (placeholder) {
        rc = weir_emit_json_placeholder(sink, MODEL, weir_str(id), record, err);
    } else {
        rc = weir_emit_json(sink, MODEL, weir_str(id), record, err);
    }
    json_decref(record);
    return rc;
}

int group_record(struct okta *self, struct weir_str group_id, const struct weir_sink *sink,
                 struct weir_error *err)
{
    struct call call = {.method = "GET", .name = "/api/v1/groups/{id}", .right = &right_groups};
    struct answer answer;
    struct weir_text url;
    char id[WEIR_ID_TEXT];
    int rc;

    if (!weir_id_valid(group_id)) {
        return weir_fail(err, WEIR_E_INVALID, MODEL ": not an id that Okta gives");
    }
    weir_text_init(&url);
    weir_text_add(&url, "/api/v1/groups/");
    weir_text_add_encoded(&url, group_id);
    call.url = &url;
    rc = client_send(&answer, &self->client, &call, err);
    if (rc == WEIR_E_NONE) {
        rc = sink->gone(sink, weir_str(MODEL), group_id, err);
    } else if (rc == 0 && (!weir_json_id(id, answer.json, "id") || !weir_str_is(group_id, id))) {
        rc = weir_fail(err, WEIR_E_INVALID, "GET %s: the answer is of another group", call.name);
    } else if (rc == 0) {
        rc = options_is_team(&self->options, answer.json) ? group_emit(sink, answer.json, false, err)
                                                          : sink->gone(sink, weir_str(MODEL), group_id, err);
    }
    answer_fini(&answer);
    return rc;
}

static void first_page(struct weir_text *url, int64_t since_ms)
{
    char since[WEIR_WHEN_TEXT];

    weir_text_init(url);
    weir_text_add(url, "/api/v1/groups?limit=200");
    if (since_ms > 0) {
        weir_when_format(since, since_ms, true);
        weir_text_add(url, "&filter=");
        weir_text_add_encoded(url, weir_str("lastUpdated gt \""));
        weir_text_add_encoded(url, weir_str(since));
        weir_text_add_encoded(url, weir_str("\" or lastMembershipUpdated gt \""));
        weir_text_add_encoded(url, weir_str(since));
        weir_text_add_encoded(url, weir_str("\""));
    }
}

int group_page(bool *more, struct page *page, struct okta *self, int64_t since_ms,
               const struct weir_sink *sink, struct weir_error *err)
{
    struct listing listing = {.name = "/api/v1/groups", .right = &right_groups, .path = "/api/v1/groups"};
    struct weir_text url;
    json_t *groups = NULL;
    const json_t *group;
    char id[WEIR_ID_TEXT];
    size_t i;
    int rc;

    first_page(&url, since_ms);
    listing.first = &url;
    rc = page_read(&groups, more, NULL, page, &self->client, &listing, err);
    json_array_foreach(groups, i, group)
    {
        bool team = options_is_team(&self->options, group);

        if (rc == 0 && team) {
            rc = group_emit(sink, group, false, err);
        }
        if (rc == 0 && weir_json_id(id, group, "id") &&
            (team || weir_str_is(self->options.employee_group, id)) &&
            members_add_group(&self->members, weir_str(id), team) != 0) {
            rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
        }
    }
    json_decref(groups);
    return rc;
}
