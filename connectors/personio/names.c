#include "names.h"

#define DAY_MS INT64_C(86400000)
#define TYPES_MAX 2000

/* A kind of thing with a name: where it is listed and read. */
struct kind {
    const char *model;
    const char *group; /* prefix of the remote id, NULL: not a group */
    const char *type;  /* of a group: the unified word */
    const char *path;  /* of the list; a single one is below it, or asked for with ?id= */
    const char *name;  /* of the call */
    const char *single_name;
    const char *query;        /* of the list, and after "?" or "&" of a single one */
    const char *single_query; /* NULL: there is no single one, the list is asked with id= */
    const char *right;
    bool beta;
};

static const struct kind kinds[] = {
    {"hris_teams", "team", "TEAM", "/v2/org-units", "/v2/org-units", "/v2/org-units/{id}",
     "type=team&sort=id&limit=100", "?type=team", "the right to read org units", true},
    {"hris_teams", "department", "DEPARTMENT", "/v2/org-units", "/v2/org-units", "/v2/org-units/{id}",
     "type=department&sort=id&limit=100", "?type=department", "the right to read org units", true},
    {"hris_teams", "cost_center", "COST_CENTER", "/v2/cost-centers", "/v2/cost-centers", "/v2/cost-centers",
     "limit=100", NULL, "the right to read cost centers", true},
    {"hris_locations", NULL, NULL, "/v2/workplaces", "/v2/workplaces", "/v2/workplaces", "limit=100", NULL,
     "the right to read workplaces", true},
    {"hris_legal_entities", NULL, NULL, "/v2/legal-entities", "/v2/legal-entities", "/v2/legal-entities/{id}",
     "limit=100", "", "the right to read legal entities", false},
    {"hris_absence_types", NULL, NULL, "/v2/absence-types", "/v2/absence-types", "/v2/absence-types/{id}",
     "limit=100", "", ABSENCES_READ, false},
};

#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

/* ---- emitting ---- */

static const char *group_type(const char *kind)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (kinds[i].group != NULL && strcmp(kinds[i].group, kind) == 0) {
            return kinds[i].type;
        }
    }
    return NULL;
}

int names_emit_group(const struct weir_sink *sink, const json_t *item, const char *kind,
                     struct weir_error *err)
{
    json_t *record;
    json_t *parent = NULL;
    char id[WEIR_ID_TEXT];
    char parent_id[WEIR_ID_TEXT];
    char remote_id[WEIR_ID_TEXT + 16];
    int bad = 0;

    if (!weir_json_id(id, item, "id")) {
        return weir_fail(err, WEIR_E_INVALID, "a %s without an id that can be used", kind);
    }
    (void)snprintf(remote_id, sizeof remote_id, "%s:%s", kind, id);
    record = json_object();
    bad |= weir_json_put_text_from(record, "name", item, "name");
    bad |= json_object_set_new(record, "type", json_string(group_type(kind)));
    if (strcmp(kind, "cost_center") == 0 || weir_json_find(&parent, item, "parent_id") == WEIR_JSON_NULL) {
        bad |= weir_json_put_null(record, "parent_id");
    } else if (weir_json_id(parent_id, item, "parent_id")) {
        bad |= json_object_set_new(record, "parent_id", json_sprintf("%s:%s", kind, parent_id));
    }
    return weir_emit_take(sink, "hris_teams", remote_id, record, bad, false, err);
}

/* item: what is emitted of the type, NULL when it may not be read. */
static int types_remember(struct personio *self, const char *id, const json_t *item, struct weir_error *err)
{
    static const char *const members[] = {"id", "name", "unit"};
    json_t *kept = item != NULL ? json_object() : json_null();
    json_t *entry = json_object();
    int bad = 0;

    for (size_t i = 0; item != NULL && i < sizeof members / sizeof members[0]; i++) {
        json_t *value = json_object_get(item, members[i]);

        bad |= value != NULL ? json_object_set(kept, members[i], value) : 0;
    }
    if (self->types == NULL || json_object_size(self->types) >= TYPES_MAX) {
        json_decref(self->types);
        self->types = json_object();
    }
    bad |= json_object_set_new(entry, "item", kept);
    bad |= json_object_set_new(entry, "until", json_integer(self->host->now_ms(self->host) + DAY_MS));
    bad |= bad == 0 ? json_object_set(self->types, id, entry) : 0; /* whole, or not at all */
    json_decref(entry);
    return bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory") : 0;
}

static enum names_unit type_unit(const json_t *item)
{
    if (weir_json_word_is(item, "unit", "DAY")) {
        return NAMES_UNIT_DAYS;
    }
    return weir_json_word_is(item, "unit", "HOUR") ? NAMES_UNIT_HOURS : NAMES_UNIT_UNKNOWN;
}

static int type_emit(const struct weir_sink *sink, const json_t *item, const char *id, struct weir_error *err)
{
    json_t *record = json_object();
    json_t *given = NULL;
    enum names_unit unit = type_unit(item);
    int bad = weir_json_put_text_from(record, "name", item, "name");

    if (unit != NAMES_UNIT_UNKNOWN) {
        bool days = unit == NAMES_UNIT_DAYS;

        bad |= json_object_set_new(record, "unit", json_string(days ? "DAYS" : "HOURS"));
        bad |= json_object_set_new(record, "half_days_supported", json_boolean(days));
        bad |= json_object_set_new(record, "exact_times_supported", json_boolean(!days));
    } else if (weir_json_find(&given, item, "unit") != WEIR_JSON_MISSING) {
        bad |= weir_json_put_null(record, "unit");
        bad |= weir_json_put_null(record, "half_days_supported");
        bad |= weir_json_put_null(record, "exact_times_supported");
    }
    return weir_emit_take(sink, "hris_absence_types", id, record, bad, false, err);
}

int names_emit_type(struct personio *self, const struct weir_sink *sink, const json_t *item,
                    struct weir_error *err)
{
    char id[WEIR_ID_TEXT];
    int rc;

    if (!weir_json_id(id, item, "id")) {
        return weir_fail(err, WEIR_E_INVALID, "an absence type without an id that can be used");
    }
    rc = types_remember(self, id, item, err);
    return rc == 0 ? type_emit(sink, item, id, err) : rc;
}

int names_emit_place(const struct weir_sink *sink, const char *model, const json_t *item,
                     struct weir_error *err)
{
    json_t *record;
    json_t *address;
    char id[WEIR_ID_TEXT];
    int bad = 0;

    if (!weir_json_id(id, item, "id")) {
        return weir_fail(err, WEIR_E_INVALID, "a record of %s without an id that can be used", model);
    }
    record = json_object();
    bad |= weir_json_put_text_from(record, "name", item, "name");
    if (strcmp(model, "hris_legal_entities") == 0) {
        struct weir_str country = {NULL, 0};

        /* Of an address only the country is known by its member's name. */
        switch (weir_json_str(&country, item, "country")) {
        case WEIR_JSON_VALUE:
            address = json_object();
            bad |= weir_json_put_str(address, "country", country);
            bad |= json_object_set_new(record, "address", address);
            break;
        case WEIR_JSON_NULL:
            bad |= weir_json_put_null(record, "address");
            break;
        case WEIR_JSON_MISSING:
            break;
        }
    }
    return weir_emit_take(sink, model, id, record, bad, false, err);
}

int names_group_placeholder(const struct weir_sink *sink, const char *remote_id, const char *kind,
                            struct weir_error *err)
{
    json_t *record = json_object();
    int bad = weir_json_put_null(record, "name");

    bad |= json_object_set_new(record, "type", json_string(group_type(kind)));
    bad |= weir_json_put_null(record, "parent_id");
    return weir_emit_take(sink, "hris_teams", remote_id, record, bad, true, err);
}

int names_placeholder(const struct weir_sink *sink, const char *model, const char *remote_id,
                      struct weir_error *err)
{
    json_t *record = json_object();
    int bad = weir_json_put_null(record, "name");

    return weir_emit_take(sink, model, remote_id, record, bad, true, err);
}

static int kind_emit(struct personio *self, const struct kind *kind, const json_t *item,
                     const struct weir_sink *sink, struct weir_error *err)
{
    if (kind->group != NULL) {
        if (strcmp(kind->group, "cost_center") == 0) {
            names_cost_centers_seen(self);
        }
        return names_emit_group(sink, item, kind->group, err);
    }
    if (strcmp(kind->model, "hris_absence_types") == 0) {
        return names_emit_type(self, sink, item, err);
    }
    return names_emit_place(sink, kind->model, item, err);
}

/* ---- one by id ---- */

/* The kind of model whose prefix the remote id has; *id is what follows it. */
static const struct kind *kind_find(struct weir_str *id, struct weir_str model, struct weir_str remote_id)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        size_t len = kinds[i].group != NULL ? strlen(kinds[i].group) : 0;

        if (!weir_str_is(model, kinds[i].model)) {
            continue;
        }
        if (len == 0) {
            *id = remote_id;
            return &kinds[i];
        }
        if (remote_id.len > len && memcmp(remote_id.data, kinds[i].group, len) == 0 &&
            remote_id.data[len] == ':') {
            *id = weir_str_n(remote_id.data + len + 1, remote_id.len - len - 1);
            return &kinds[i];
        }
    }
    return NULL;
}

static bool id_is(const json_t *item, struct weir_str id)
{
    char found[WEIR_ID_TEXT];

    return weir_json_id(found, item, "id") && weir_str_is(id, found);
}

/* A kind without a call for a single one: its list, asked for the id. */
static int record_from_list(struct personio *self, const struct kind *kind, struct weir_str id,
                            const struct weir_sink *sink, struct weir_error *err)
{
    struct call call = {.method = "GET", .name = kind->name, .right = kind->right, .beta = kind->beta};
    struct answer answer;
    struct weir_text url;
    const json_t *items;
    const json_t *item;
    size_t i;
    int rc;

    weir_text_init(&url);
    weir_text_add(&url, kind->path);
    weir_text_add(&url, "?id=");
    weir_text_add_encoded(&url, id);
    call.url = &url;
    rc = client_send(&answer, &self->client, &call, err);
    if (rc == 0) {
        items = weir_json_array(answer.json, "_data");
        if (items == NULL) {
            rc = weir_fail(err, WEIR_E_INVALID, "GET %s: the answer has no _data list", kind->name);
        } else {
            rc = weir_fail(err, WEIR_E_NONE, "GET %s: there is none with this id", kind->name);
        }
        json_array_foreach(items, i, item)
        {
            if (id_is(item, id)) {
                rc = kind_emit(self, kind, item, sink, err);
                break;
            }
        }
    } else if (rc == WEIR_E_NONE) {
        /* On a list a 404 means that the account has no such resource: that says nothing of the record. */
        rc = weir_fail(err, WEIR_E_UNSUPPORTED, "GET %s: HTTP 404, not offered to this account", kind->name);
    }
    answer_fini(&answer);
    return rc;
}

int names_record(struct personio *self, struct weir_str model, struct weir_str remote_id,
                 const struct weir_sink *sink, struct weir_error *err)
{
    struct weir_str id = {NULL, 0};
    const struct kind *kind = kind_find(&id, model, remote_id);
    struct call call = {.method = "GET"};
    struct answer answer;
    struct weir_text url;
    int rc;

    if (kind == NULL || !weir_id_valid(id)) {
        return weir_fail(err, WEIR_E_INVALID, "%.*s: not an id that this connector gave",
                         WEIR_STR_ARG(model));
    }
    if (kind->single_query == NULL) {
        rc = record_from_list(self, kind, id, sink, err);
        return rc == WEIR_E_NONE ? sink->gone(sink, model, remote_id, err) : rc;
    }
    weir_text_init(&url);
    weir_text_add(&url, kind->path);
    weir_text_add(&url, "/");
    weir_text_add_encoded(&url, id);
    weir_text_add(&url, kind->single_query);
    call.name = kind->single_name;
    call.right = kind->right;
    call.url = &url;
    rc = client_send(&answer, &self->client, &call, err);
    if (rc == WEIR_E_NONE) {
        rc = sink->gone(sink, model, remote_id, err);
    } else if (rc == 0 && json_object_get(answer.json, "id") == NULL) {
        rc = weir_fail(err, WEIR_E_LATER, "GET %s: HTTP %d without a record", kind->single_name,
                       answer.status);
    } else if (rc == 0 && !id_is(answer.json, id)) {
        rc = weir_fail(err, WEIR_E_INVALID, "GET %s: the answer is of another id", kind->single_name);
    } else if (rc == 0) {
        rc = kind_emit(self, kind, answer.json, sink, err);
    }
    answer_fini(&answer);
    return rc;
}

/* Fetched, emitted and remembered; gone when it is not there, and then not remembered. */
static int type_meet(struct personio *self, const char *id, const struct weir_sink *sink,
                     struct weir_error *err)
{
    struct weir_error why = {0};
    int rc = names_record(self, weir_str("hris_absence_types"), weir_str(id), sink, &why);

    if (rc == WEIR_E_PERMISSION || rc == WEIR_E_UNSUPPORTED || rc == WEIR_E_INVALID) {
        client_log(&self->client, WEIR_LOG_WARN, "an absence type stays without a name for a day", &why);
        return types_remember(self, id, NULL, err);
    }
    return rc != 0 ? weir_fail(err, rc, "%s", why.message) : 0;
}

int names_type_unit(enum names_unit *unit, struct personio *self, json_t *told, struct weir_str type_id,
                    const struct weir_sink *sink, struct weir_error *err)
{
    char id[WEIR_ID_TEXT];
    const json_t *entry;
    const json_t *item;
    int64_t until = 0;
    int rc = 0;

    (void)snprintf(id, sizeof id, "%.*s", WEIR_STR_ARG(type_id));
    entry = json_object_get(self->types, id);
    item = json_object_get(entry, "item");
    (void)weir_json_integer(&until, entry, "until");
    if (json_object_get(told, id) == NULL) {
        if (entry == NULL || until <= self->host->now_ms(self->host)) {
            (void)json_object_del(self->types, id);
            rc = type_meet(self, id, sink, err);
        } else if (json_is_object(item)) {
            /* What an earlier call told may not have been stored. */
            rc = type_emit(sink, item, id, err);
        }
        if (rc == 0 && json_object_set_new(told, id, json_true()) != 0) {
            rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
        }
    }
    *unit = type_unit(json_object_get(json_object_get(self->types, id), "item"));
    return rc;
}

/* ---- lists ---- */

void names_cost_centers_seen(struct personio *self)
{
    struct weir_error err = {0};

    if (!self->cost_centers_seen) {
        self->cost_centers_seen = true;
        if (self->host->state_put(self->host, STATE_COST_CENTERS, weir_bytes("1", 1), &err) != 0) {
            client_log(&self->client, WEIR_LOG_WARN, "that there are cost centers could not be kept", &err);
        }
    }
}

static bool cost_centers_known(struct personio *self)
{
    char value[8];
    size_t len = 0;

    if (!self->cost_centers_seen) {
        self->cost_centers_seen =
            self->host->state_get(self->host, STATE_COST_CENTERS, value, sizeof value, &len, NULL) == 0;
    }
    return self->cost_centers_seen;
}

/* A list that cannot be had. Returning 0 would declare all that is stored of it gone. */
static int list_refused(struct personio *self, const struct kind *kind, int rc, struct weir_error *err)
{
    bool cost_centers = kind->group != NULL && strcmp(kind->group, "cost_center") == 0;

    if (cost_centers && (rc == WEIR_E_PERMISSION || rc == WEIR_E_NONE)) {
        if (!cost_centers_known(self)) {
            return 0;
        }
        return weir_fail(err, WEIR_E_UNSUPPORTED,
                         "GET %s: the names of cost centers may not be read, so deleted "
                         "groups are not found; grant %s",
                         kind->name, kind->right);
    }
    if (rc == WEIR_E_NONE) {
        return weir_fail(err, WEIR_E_UNSUPPORTED, "GET %s: HTTP 404, not offered to this account",
                         kind->name);
    }
    return rc;
}

static int list_emit(struct personio *self, const struct kind *kind, const json_t *answer,
                     const struct weir_sink *sink, struct weir_error *err)
{
    const json_t *item;
    size_t i;
    int rc;

    json_array_foreach(weir_json_array(answer, "_data"), i, item)
    {
        rc = kind_emit(self, kind, item, sink, err);
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

int names_list(struct personio *self, struct weir_str model, struct weir_str cursor,
               const struct weir_sink *sink, struct weir_error *err)
{
    struct listing listing = {0};
    struct page page;
    struct weir_text path;
    char state[PAGE_STATE_MAX];
    const struct kind *kind = NULL;
    json_t *answer = NULL;
    bool more = false;
    size_t at = 0;
    int rc;

    rc = page_parse(&page, cursor, err);
    if (rc != 0) {
        return rc;
    }
    while (at < KIND_COUNT && !weir_str_is(model, kinds[at].model)) {
        at++;
    }
    at += (size_t)page.phase;
    if (at >= KIND_COUNT || !weir_str_is(model, kinds[at].model)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "the place in the listing is not one that this connector wrote");
    }
    kind = &kinds[at];
    weir_text_init(&path);
    weir_text_add(&path, kind->path);
    listing.name = kind->name;
    listing.right = kind->right;
    listing.beta = kind->beta;
    listing.path = &path;
    listing.query = kind->query;
    rc = page_read(&answer, &more, NULL, &page, &self->client, &listing, err);
    if (rc == 0) {
        rc = list_emit(self, kind, answer, sink, err);
        json_decref(answer);
    } else {
        rc = list_refused(self, kind, rc, err);
        more = false;
    }
    if (rc == 0 && !more && at + 1 < KIND_COUNT && strcmp(kinds[at + 1].model, kind->model) == 0) {
        char phase = (char)(page.phase + 1);

        memset(&page, 0, sizeof page);
        page.phase = phase;
        more = true;
    }
    return rc == 0 && more ? sink->next(sink, weir_str_n(state, page_write(state, &page)), err) : rc;
}
