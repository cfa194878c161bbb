#include "events.h"

#include "page.h"
#include "verify.h"

#define NAME_TEXT 65
#define UPSTREAM_MAX 200
#define KEPT_MS (INT64_C(30) * 86400000)

/* What an event is about: its own resource, the names it has in payloads, and the record to look at. */
struct resource {
    const char *prefix;   /* of the event's name */
    const char *names[2]; /* members of the payload; NULL: no second spelling */
    const char *model;
};

static const struct resource resources[] = {
    {"person.", {"person", NULL}, "hris_employees"},
    {"employment.", {"employment", NULL}, "hris_employments"},
    {"absence-period.", {"absence_period", "absence-period"}, "hris_absences"},
};

/* One event, read. Ids are empty when they are not there. */
struct event {
    char name[NAME_TEXT];
    char company_id[WEIR_ID_TEXT];
    char occurred_at[NAME_TEXT];
    char own_id[WEIR_ID_TEXT];
    char person_id[WEIR_ID_TEXT];
    const struct resource *resource; /* NULL: a ping, or nothing we take */
};

/* Only for events of the table: a name that is not there is taken in and asks for nothing. */
static const struct resource *resource_find(const char *name)
{
    bool known = false;

    for (size_t i = 0; i < weir_connector.event_count; i++) {
        known = known || strcmp(name, weir_connector.events[i].name) == 0;
    }
    if (!known) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof resources / sizeof resources[0]; i++) {
        if (strncmp(name, resources[i].prefix, strlen(resources[i].prefix)) == 0) {
            return &resources[i];
        }
    }
    return NULL;
}

/* The first of payload.R.id, payload.R_id, and, for the event's own resource, payload.id. */
static bool payload_id(char out[WEIR_ID_TEXT], const json_t *payload, const char *const names[2], bool own)
{
    char path[64];

    for (size_t i = 0; i < 2 && names[i] != NULL; i++) {
        (void)snprintf(path, sizeof path, "%s.id", names[i]);
        if (weir_json_id(out, payload, path)) {
            return true;
        }
        (void)snprintf(path, sizeof path, "%s_id", names[i]);
        if (weir_json_id(out, payload, path)) {
            return true;
        }
    }
    if (own && weir_json_id(out, payload, "id")) {
        return true;
    }
    out[0] = '\0';
    return false;
}

static void person_find(char out[WEIR_ID_TEXT], const json_t *payload, const struct resource *resource)
{
    static const char *const person[2] = {"person", NULL};
    char path[64];

    if (payload_id(out, payload, person, false)) {
        return;
    }
    for (size_t i = 0; i < 2 && resource->names[i] != NULL; i++) {
        (void)snprintf(path, sizeof path, "%s.person.id", resource->names[i]);
        if (weir_json_id(out, payload, path)) {
            return;
        }
    }
    out[0] = '\0';
}

/* The members' names of a payload that was not understood, for the message; never their values. */
static void members_list(char *out, size_t cap, const json_t *payload)
{
    const char *key;
    json_t *value;
    size_t len = 0;
    size_t count = 0;

    out[0] = '\0';
    json_object_foreach((json_t *)(uintptr_t)payload, key, value)
    {
        size_t key_len = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

        if (count == 6 || key[key_len] != '\0' || key_len > 24 || len + key_len + 3 > cap) {
            continue;
        }
        len += (size_t)snprintf(out + len, cap - len, "%s%s", count > 0 ? ", " : "", key);
        count++;
    }
}

/* Text that goes into logs and into the event's id: visible and not empty. */
static bool word_read(char out[NAME_TEXT], const json_t *root, const char *member)
{
    if (weir_json_text(out, NAME_TEXT, root, member) != WEIR_JSON_VALUE) {
        return false;
    }
    for (size_t i = 0; out[i] != '\0'; i++) {
        if (out[i] <= ' ' || out[i] > '~') {
            return false;
        }
    }
    return out[0] != '\0';
}

/* The envelope and the ids. WEIR_E_INVALID: not an event, or one that names no record though it should. */
static int event_parse(struct event *e, const json_t *root, struct weir_error *err)
{
    json_t *payload = weir_json_object(root, "payload");
    char members[128];

    memset(e, 0, sizeof *e);
    if (!json_is_object(root) || !word_read(e->name, root, "event_name") ||
        !weir_json_id(e->company_id, root, "company_id") || !word_read(e->occurred_at, root, "occurred_at")) {
        return weir_fail(err, WEIR_E_INVALID,
                         "not an event of Personio's: company_id, event_name or occurred_at "
                         "is missing or has another type");
    }
    e->resource = resource_find(e->name);
    if (e->resource == NULL) {
        return 0;
    }
    person_find(e->person_id, payload, e->resource);
    if (!payload_id(e->own_id, payload, e->resource->names, true) &&
        !(e->resource == &resources[1] && e->person_id[0] != '\0')) {
        members_list(members, sizeof members, payload);
        return weir_fail(err, WEIR_E_INVALID, "%s names no record that can be looked at; its payload has: %s",
                         e->name, members[0] != '\0' ? members : "nothing");
    }
    return 0;
}

/* ---- whose event ---- */

/* The state holds "<company>\n<client id>": other credentials may be of another company. */
static int company_check(struct personio *self, const struct event *e, struct weir_error *err)
{
    char want[WEIR_ID_TEXT + 1100];
    char have[WEIR_ID_TEXT + 1100];
    size_t len = 0;
    int n = snprintf(want, sizeof want, "%s\n%.*s", e->company_id, WEIR_STR_ARG(self->client.client_id));
    const char *line;
    int rc;

    rc = self->host->state_get(self->host, STATE_COMPANY_ID, have, sizeof have - 1, &len, err);
    if (rc != 0 && rc != WEIR_E_NONE) {
        return rc;
    }
    if (rc == 0) {
        have[len] = '\0';
        line = strchr(have, '\n');
        if (line != NULL && weir_str_is(self->client.client_id, line + 1)) {
            return strcmp(have, want) == 0
                       ? 0
                       : weir_fail(err, WEIR_E_REJECT,
                                   "the event is of another company than this integration's");
        }
    }
    return self->host->state_put(self->host, STATE_COMPANY_ID, weir_bytes(want, (size_t)n), err);
}

/* ---- telling ---- */

/* Personio gives an event no id. This text names it: bytes may differ between retries, these do not. */
static int upstream_id(struct weir_str *id, char out[UPSTREAM_MAX], const struct personio *self,
                       const struct event *e, struct weir_error *err)
{
    char text[3 * WEIR_ID_TEXT + 2 * NAME_TEXT + 16];
    uint8_t mac[WEIR_DIGEST_MAX];
    struct weir_bytes part;
    size_t mac_len = 0;
    int len = snprintf(text, sizeof text, "%s|%s|%s|%s|%s", e->company_id, e->name, e->occurred_at, e->own_id,
                       e->person_id);
    int rc;

    if (len < UPSTREAM_MAX) {
        memcpy(out, text, (size_t)len);
        *id = weir_str_n(out, (size_t)len);
        return 0;
    }
    part = weir_bytes(text, (size_t)len);
    rc = self->host->hmac(self->host, WEIR_SHA256, weir_str_bytes(weir_str("personio event")), &part, 1, mac,
                          &mac_len, err);
    if (rc != 0) {
        return rc;
    }
    for (size_t i = 0; i < mac_len && i < 32; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", mac[i]);
    }
    *id = weir_str_n(out, 64);
    return 0;
}

static int event_tell(struct personio *self, const struct event *e, const struct weir_sink *sink,
                      struct weir_error *err)
{
    struct weir_event event = {.size = sizeof event};
    struct weir_ref ref = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    char upstream[UPSTREAM_MAX];
    int rc;

    rc = upstream_id(&event.upstream_id, upstream, self, e, err);
    if (rc != 0) {
        return rc;
    }
    event.type = weir_str(e->name);
    if (!weir_when_parse(&event.occurred_at_ms, weir_str(e->occurred_at))) {
        event.occurred_at_ms = 0;
    }
    if (e->resource != NULL) {
        ref.model = weir_str(e->resource->model);
        ref.remote_id = weir_str(e->own_id);
        ref.hint = weir_str(e->person_id);
        if (e->resource == &resources[0]) {
            ref.hint = weir_str("");
        } else if (e->resource == &resources[1] && e->person_id[0] != '\0') {
            /* The whole employee is read, so that a burst for one person is one fetch. */
            ref.model = weir_str("hris_employees");
            ref.remote_id = weir_str(e->person_id);
            ref.hint = weir_str("");
        }
        event.refs = &ref;
        event.ref_count = 1;
    }
    return sink->event(sink, &event, err);
}

int events_read(void *self_, const struct weir_request *request, const struct weir_sink *sink,
                struct weir_error *err)
{
    struct personio *self = self_;
    struct event e;
    json_t *root = NULL;
    int rc;

    rc = weir_json_parse(&root, request->body, VERIFY_BODY_MAX, "the delivery", err);
    if (rc == WEIR_E_LIMIT) {
        return weir_fail(err, WEIR_E_INVALID, "the delivery is longer than any event of Personio's");
    }
    if (rc == 0) {
        rc = event_parse(&e, root, err);
    }
    if (rc == 0) {
        rc = company_check(self, &e, err);
    }
    if (rc == 0) {
        rc = event_tell(self, &e, sink, err);
    }
    json_decref(root);
    return rc;
}

/* ---- what was kept while we were away ---- */

static int missed_path(struct weir_text *path, struct personio *self, struct weir_error *err)
{
    char id[WEIR_ID_TEXT];
    size_t len = 0;
    int rc = self->host->state_get(self->host, STATE_WEBHOOK_ID, id, sizeof id - 1, &len, err);

    if (rc == WEIR_E_NONE || (rc == 0 && !weir_id_valid(weir_str_n(id, len)))) {
        return weir_fail(err, WEIR_E_UNSUPPORTED,
                         "there is no webhook at Personio yet, and so no kept events");
    }
    if (rc != 0) {
        return rc;
    }
    weir_text_init(path);
    weir_text_add(path, "/v2/webhooks/");
    weir_text_add_encoded(path, weir_str_n(id, len));
    weir_text_add(path, "/events");
    return 0;
}

static void missed_query(struct weir_text *query, const struct personio *self, int64_t since_ms)
{
    char since[WEIR_WHEN_TEXT];
    int64_t oldest = self->host->now_ms(self->host) - KEPT_MS;

    weir_when_format(since, since_ms > oldest ? since_ms : oldest, true);
    weir_text_init(query);
    weir_text_add(query, "occurred_at.gte=");
    weir_text_add_encoded(query, weir_str(since));
    weir_text_add(query, "&limit=100");
    weir_text_end(query);
}

/* One item. What would be set aside as a delivery is logged here, so that it does not hold up the rest. */
static int missed_tell(struct personio *self, const json_t *item, const struct weir_sink *sink,
                       struct weir_error *err)
{
    struct event e;
    struct weir_error why = {0};
    int rc = event_parse(&e, item, &why);

    if (rc == 0) {
        rc = company_check(self, &e, &why);
    }
    if (rc == WEIR_E_INVALID || rc == WEIR_E_REJECT) {
        client_log(&self->client, WEIR_LOG_WARN, "a kept event is passed over", &why);
        return 0;
    }
    if (rc != 0) {
        if (err != NULL) {
            *err = why;
        }
        return rc;
    }
    return event_tell(self, &e, sink, err);
}

int events_missed(struct personio *self, int64_t since_ms, struct weir_str cursor,
                  const struct weir_sink *sink, struct weir_error *err)
{
    struct listing listing = {.name = "/v2/webhooks/{id}/events", .right = WEBHOOKS_READ};
    struct page page;
    struct weir_text path;
    struct weir_text query;
    char state[PAGE_STATE_MAX];
    json_t *answer = NULL;
    const json_t *item;
    bool more = false;
    size_t i;
    int rc;

    rc = page_parse(&page, cursor, err);
    if (rc == 0) {
        rc = missed_path(&path, self, err);
    }
    if (rc != 0) {
        return rc;
    }
    missed_query(&query, self, since_ms);
    listing.path = &path;
    listing.query = query.data;
    rc = page_read(&answer, &more, NULL, &page, &self->client, &listing, err);
    if (rc == WEIR_E_NONE) {
        rc = weir_fail(err, WEIR_E_UNSUPPORTED,
                       "GET /v2/webhooks/{id}/events: HTTP 404: the webhook is not there at Personio "
                       "any more, and so are its kept events");
    }
    json_array_foreach(weir_json_array(answer, "_data"), i, item)
    {
        if (rc == 0) {
            rc = missed_tell(self, item, sink, err);
        }
    }
    json_decref(answer);
    return rc == 0 && more ? sink->next(sink, weir_str_n(state, page_write(state, &page)), err) : rc;
}
