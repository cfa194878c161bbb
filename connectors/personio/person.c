#include "person.h"

#include "employment.h"
#include "names.h"

#include "weir/remote_data.h"

#define EMPLOYMENTS_MAX 1000
#define PERSONS "/v2/persons"
#define EMPLOYMENTS "/v2/persons/{id}/employments"
#define GROUPS_MAX 200 /* of one employment */

/* ---- mapping ---- */

static bool group_read(struct person_group *group, const json_t *employment, size_t at, size_t unit_count)
{
    char id[WEIR_ID_TEXT];
    const json_t *item;

    if (at < unit_count) {
        item = json_array_get(weir_json_array(employment, "org_units"), at);
        if (weir_json_word_is(item, "type", "team")) {
            (void)snprintf(group->kind, sizeof group->kind, "team");
        } else if (weir_json_word_is(item, "type", "department")) {
            (void)snprintf(group->kind, sizeof group->kind, "department");
        } else {
            return false;
        }
    } else {
        item = json_array_get(weir_json_array(employment, "cost_centers"), at - unit_count);
        (void)snprintf(group->kind, sizeof group->kind, "cost_center");
    }
    if (!weir_json_id(id, item, "id")) {
        return false;
    }
    (void)snprintf(group->remote_id, sizeof group->remote_id, "%s:%s", group->kind, id);
    return true;
}

bool person_group_next(struct person_group *group, size_t *at, const json_t *employment)
{
    size_t unit_count = json_array_size(weir_json_array(employment, "org_units"));
    size_t count = unit_count + json_array_size(weir_json_array(employment, "cost_centers"));
    struct person_group before;

    while (*at < count && *at < GROUPS_MAX) {
        bool fresh = group_read(group, employment, *at, unit_count);

        for (size_t i = 0; fresh && i < *at; i++) {
            fresh = !group_read(&before, employment, i, unit_count) ||
                    strcmp(before.remote_id, group->remote_id) != 0;
        }
        (*at)++;
        if (fresh) {
            return true;
        }
    }
    return false;
}

/* The ready-made name, else the two joined; nothing when neither may be read. */
static int display_name_put(json_t *to, const json_t *person)
{
    struct weir_str preferred = {NULL, 0};
    struct weir_str first = {NULL, 0};
    struct weir_str last = {NULL, 0};
    enum weir_json_found found = weir_json_str(&preferred, person, "preferred_name");

    if (found == WEIR_JSON_VALUE && preferred.len > 0) {
        return weir_json_put_str(to, "display_full_name", preferred);
    }
    (void)weir_json_str(&first, person, "first_name");
    (void)weir_json_str(&last, person, "last_name");
    if (first.len > 0 || last.len > 0) {
        const char *blank = first.len > 0 && last.len > 0 ? " " : "";

        return json_object_set_new(
            to, "display_full_name",
            json_sprintf("%.*s%s%.*s", WEIR_STR_ARG(first), blank, WEIR_STR_ARG(last)));
    }
    return found == WEIR_JSON_MISSING ? 0 : weir_json_put_null(to, "display_full_name");
}

static int gender_put(json_t *to, const json_t *person)
{
    static const char *const words[][2] = {{"MALE", "MALE"}, {"FEMALE", "FEMALE"}, {"DIVERSE", "NON_BINARY"}};
    json_t *value = NULL;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (weir_json_word_is(person, "gender", words[i][0])) {
            return json_object_set_new(to, "gender", json_string(words[i][1]));
        }
    }
    return weir_json_find(&value, person, "gender") == WEIR_JSON_MISSING ? 0
                                                                         : weir_json_put_null(to, "gender");
}

static bool attribute_is(const json_t *attribute, struct weir_str wanted)
{
    struct weir_str id = {NULL, 0};
    struct weir_str global_id = {NULL, 0};

    (void)weir_json_str(&id, attribute, "id");
    (void)weir_json_str(&global_id, attribute, "global_id");
    return wanted.len > 0 && (weir_str_equal(global_id, wanted) || weir_str_equal(id, wanted));
}

/* An attribute that a setting maps fills its field and no custom field, so that the scope of the field holds.
 */
static int attribute_put(bool *mapped, json_t *to, const struct personio *self, const json_t *attribute)
{
    *mapped = false;
    for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
        if (attribute_is(attribute, self->attributes[i])) {
            *mapped = true;
            return weir_json_put_text_from(to, attribute_fields[i].field, attribute, "value");
        }
    }
    return 0;
}

static int custom_put(json_t *to, const struct personio *self, const json_t *person)
{
    const json_t *attributes = weir_json_array(person, "custom_attributes");
    const json_t *attribute;
    json_t *fields;
    size_t i;
    int bad = 0;

    if (attributes == NULL) {
        return 0;
    }
    fields = json_object();
    json_array_foreach(attributes, i, attribute)
    {
        char key[256] = "";
        json_t *value = NULL;
        bool mapped;

        bad |= attribute_put(&mapped, to, self, attribute);
        if (mapped || weir_json_find(&value, attribute, "value") == WEIR_JSON_MISSING) {
            continue;
        }
        (void)weir_json_text(key, sizeof key, attribute, "global_id");
        if (key[0] == '\0' || json_object_get(fields, key) != NULL) {
            (void)weir_json_text(key, sizeof key, attribute, "id");
        }
        if (key[0] != '\0') {
            bad |= json_object_set(fields, key, value);
        }
    }
    return bad | json_object_set_new(to, "custom_fields", fields);
}

json_t *person_map(const struct personio *self, const json_t *person, const json_t *employments,
                   const char *person_id)
{
    json_t *record = json_object();
    int bad = 0;

    bad |= weir_json_put_text_from(record, "first_name", person, "first_name");
    bad |= weir_json_put_text_from(record, "last_name", person, "last_name");
    bad |= display_name_put(record, person);
    bad |= weir_json_put_text_from(record, "work_email", person, "email");
    bad |= gender_put(record, person);
    bad |= weir_json_put_text_from(record, "remote_created_at", person, "created_at");
    bad |= custom_put(record, self, person);
    bad |= employment_put(record, employment_current(employments), person_id);
    bad |= weir_remote_data_put(record, self->host, "hris_employees", PERSONS, person);
    bad |= weir_remote_data_put(record, self->host, "hris_employees", EMPLOYMENTS, employments);
    if (bad != 0) {
        json_decref(record);
        return NULL;
    }
    return record;
}

/* ---- emitting ---- */

static int emit_placeholders(struct personio *self, const json_t *employment, const struct weir_sink *sink,
                             struct weir_error *err)
{
    struct person_group group;
    char id[WEIR_ID_TEXT];
    int rc = 0;

    for (size_t at = 0; rc == 0 && person_group_next(&group, &at, employment);) {
        rc = names_group_placeholder(sink, group.remote_id, group.kind, err);
        if (strcmp(group.kind, "cost_center") == 0) {
            names_cost_centers_seen(self);
        }
    }
    if (rc == 0 && weir_json_id(id, employment, "office.id")) {
        rc = names_placeholder(sink, "hris_locations", id, err);
    }
    if (rc == 0 && weir_json_id(id, employment, "legal_entity.id")) {
        rc = names_placeholder(sink, "hris_legal_entities", id, err);
    }
    return rc;
}

static int emit_employments(struct personio *self, const json_t *employments, const char *person_id,
                            const struct weir_sink *sink, struct weir_error *err)
{
    const json_t *item;
    size_t i;
    int rc = 0;

    json_array_foreach(employments, i, item)
    {
        char id[WEIR_ID_TEXT];
        json_t *record;

        if (!weir_json_id(id, item, "id")) {
            return weir_fail(err, WEIR_E_INVALID, "an employment without an id that can be used");
        }
        record = employment_map(item, person_id);
        rc = record == NULL ||
                     weir_remote_data_put(record, self->host, "hris_employments", EMPLOYMENTS, item) != 0
                 ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                 : weir_emit_json(sink, "hris_employments", weir_str(id), record, err);
        json_decref(record);
        if (rc != 0) {
            return rc;
        }
        kin_put(&self->kin, weir_str(id), weir_str(person_id));
    }
    return sink->complete(sink, weir_str("hris_employments"), weir_str("employee_id"), weir_str(person_id),
                          err);
}

int person_emit(struct personio *self, const json_t *person, const json_t *employments,
                const struct weir_sink *sink, struct weir_error *err)
{
    char id[WEIR_ID_TEXT];
    json_t *record;
    int rc;

    if (!weir_json_id(id, person, "id")) {
        return weir_fail(err, WEIR_E_INVALID, "a person without an id that can be used");
    }
    record = person_map(self, person, employments, id);
    if (record == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    rc = emit_placeholders(self, employment_current(employments), sink, err);
    if (rc == 0) {
        rc = weir_emit_json(sink, "hris_employees", weir_str(id), record, err);
    }
    if (rc == 0) {
        rc = emit_employments(self, employments, id, sink, err);
    }
    json_decref(record);
    return rc;
}

/* ---- fetching ---- */

static int person_get(struct answer *answer, struct personio *self, struct weir_str person_id,
                      struct weir_error *err)
{
    struct call call = {.method = "GET", .name = "/v2/persons/{id}", .right = PERSONS_READ};
    struct weir_text url;
    char id[WEIR_ID_TEXT];
    int rc;

    weir_text_init(&url);
    weir_text_add(&url, "/v2/persons/");
    weir_text_add_encoded(&url, person_id);
    call.url = &url;
    rc = client_send(answer, &self->client, &call, err);
    if (rc == 0 && (!weir_json_id(id, answer->json, "id") || !weir_str_is(person_id, id))) {
        rc = weir_fail(err, WEIR_E_INVALID, "GET %s: the answer is of another person", call.name);
    }
    return rc;
}

static int employments_get(json_t **employments, struct personio *self, struct weir_str person_id,
                           struct weir_error *err)
{
    struct listing listing = {
        .name = "/v2/persons/{id}/employments", .right = PERSONS_READ, .query = "limit=50"};
    struct weir_text path;

    weir_text_init(&path);
    weir_text_add(&path, "/v2/persons/");
    weir_text_add_encoded(&path, person_id);
    weir_text_add(&path, "/employments");
    listing.path = &path;
    return page_read_all(employments, &self->client, &listing, EMPLOYMENTS_MAX, err);
}

static int person_gone(struct weir_str person_id, const struct weir_sink *sink, struct weir_error *err)
{
    int rc = sink->gone(sink, weir_str("hris_employees"), person_id, err);

    if (rc == 0) {
        rc = sink->complete(sink, weir_str("hris_employments"), weir_str("employee_id"), person_id, err);
    }
    if (rc == 0) {
        rc = sink->complete(sink, weir_str("hris_absences"), weir_str("employee_id"), person_id, err);
    }
    return rc;
}

int person_record(struct personio *self, struct weir_str person_id, const struct weir_sink *sink,
                  struct weir_error *err)
{
    struct answer answer = {0};
    json_t *employments = NULL;
    int rc;

    if (!weir_id_valid(person_id)) {
        return weir_fail(err, WEIR_E_INVALID, "hris_employees: not an id that Personio gives");
    }
    rc = person_get(&answer, self, person_id, err);
    if (rc == WEIR_E_NONE) {
        rc = person_gone(person_id, sink, err);
        goto out;
    }
    if (rc == 0) {
        rc = employments_get(&employments, self, person_id, err);
        if (rc == WEIR_E_NONE) {
            /* Deleted between the two calls, most likely: the next try sees the person's own 404. */
            rc = weir_fail(err, WEIR_E_LATER,
                           "GET /v2/persons/{id}/employments: HTTP 404 of a person just read");
        }
    }
    if (rc == 0) {
        rc = person_emit(self, answer.json, employments, sink, err);
    }

out:
    json_decref(employments);
    answer_fini(&answer);
    return rc;
}

/* One person of a page. Gone since the page was read: passed over, if the person's own 404 says so. */
static int list_one(struct personio *self, const json_t *person, const struct weir_sink *sink,
                    struct weir_error *err)
{
    struct answer answer = {0};
    json_t *employments = NULL;
    char id[WEIR_ID_TEXT];
    int rc;

    if (!weir_json_id(id, person, "id")) {
        return weir_fail(err, WEIR_E_INVALID, "GET /v2/persons: a person without an id that can be used");
    }
    rc = employments_get(&employments, self, weir_str(id), err);
    if (rc == 0) {
        rc = person_emit(self, person, employments, sink, err);
    } else if (rc == WEIR_E_NONE) {
        rc = person_get(&answer, self, weir_str(id), err);
        answer_fini(&answer);
        if (rc == WEIR_E_NONE) {
            rc = 0;
        } else if (rc == 0) {
            rc = weir_fail(err, WEIR_E_LATER,
                           "GET /v2/persons/{id}/employments: HTTP 404 of a person that exists");
        }
    }
    json_decref(employments);
    return rc;
}

int person_list(struct personio *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                struct weir_error *err)
{
    struct listing listing = {.name = "/v2/persons", .right = PERSONS_READ};
    struct page page;
    struct weir_text path;
    struct weir_text query;
    char since[WEIR_WHEN_TEXT];
    char state[PAGE_STATE_MAX];
    json_t *answer = NULL;
    const json_t *person;
    bool more = false;
    size_t i;
    int rc;

    rc = page_parse(&page, cursor, err);
    if (rc != 0) {
        return rc;
    }
    weir_text_init(&path);
    weir_text_add(&path, "/v2/persons");
    weir_text_init(&query);
    weir_text_add(&query, "limit=50");
    if (since_ms > 0) {
        /* The filter is strict and we ask in whole seconds. */
        weir_when_format(since, since_ms - 1000, false);
        weir_text_add(&query, "&updated_at.gt=");
        weir_text_add_encoded(&query, weir_str(since));
    }
    weir_text_end(&query);
    listing.path = &path;
    listing.query = query.data;
    rc = page_read(&answer, &more, NULL, &page, &self->client, &listing, err);
    if (rc == WEIR_E_NONE) {
        rc = weir_fail(err, WEIR_E_LATER, "GET /v2/persons: HTTP 404 of a list that every account has");
    }
    json_array_foreach(weir_json_array(answer, "_data"), i, person)
    {
        if (rc == 0) {
            rc = list_one(self, person, sink, err);
        }
    }
    json_decref(answer);
    return rc == 0 && more ? sink->next(sink, weir_str_n(state, page_write(state, &page)), err) : rc;
}
