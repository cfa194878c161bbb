#include "events.h"

#include "kinds.h"
#include "verify.h"

#define WORD_TEXT 129
#define REFS_MAX 64 /* targets of one event; real ones have one or two */

/* ---- one event ---- */

static bool is_visible(const char *text)
{
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return false;
        }
    }
    return text[0] != '\0';
}

/* A failed or skipped outcome changed nothing. Words come in either case, and new ones may come. */
static bool has_happened(const json_t *event)
{
    return !weir_json_word_is(event, "outcome.result", "FAILURE") &&
           !weir_json_word_is(event, "outcome.result", "SKIPPED") &&
           !weir_json_word_is(event, "outcome.result", "DENY");
}

struct targets {
    struct weir_ref refs[REFS_MAX];
    char ids[REFS_MAX][WEIR_ID_TEXT];
    size_t count;
};

/* All targets of that type, each once. */
static void targets_find(struct targets *t, const json_t *event, const char *type, const char *model,
                         const char *hint)
{
    const json_t *target;
    size_t i;

    t->count = 0;
    json_array_foreach(weir_json_array(event, "target"), i, target)
    {
        char *id = t->ids[t->count];
        bool fresh = weir_json_word_is(target, "type", type) && weir_json_id(id, target, "id");

        for (size_t k = 0; fresh && k < t->count; k++) {
            fresh = strcmp(t->ids[k], id) != 0;
        }
        if (fresh) {
            t->refs[t->count].model = weir_str(model);
            t->refs[t->count].remote_id = weir_str(id);
            t->refs[t->count].hint = weir_str(hint);
            if (++t->count == REFS_MAX) {
                break;
            }
        }
    }
}

static void refs_find(struct targets *t, struct okta *self, const json_t *event, struct weir_str type)
{
    t->count = 0;
    switch (kind_action(type)) {
    case KIND_USER:
        targets_find(t, event, "User", "hris_employees", "");
        for (size_t i = 0; i < t->count; i++) {
            members_touch(&self->members, t->refs[i].remote_id);
        }
        break;
    case KIND_USER_GONE:
        targets_find(t, event, "User", "hris_employees", EVENTS_HINT_GONE);
        for (size_t i = 0; i < t->count; i++) {
            people_leave(&self->people, t->refs[i].remote_id);
        }
        break;
    case KIND_GROUP:
        targets_find(t, event, "UserGroup", "hris_teams", "");
        break;
    case KIND_IMPORT:
        t->refs[0].model = weir_str("hris_employees");
        t->refs[0].remote_id = weir_str(EVENTS_IMPORT);
        t->refs[0].hint = weir_str("");
        t->count = 1;
        break;
    default:
        break;
    }
}

int events_tell(bool *told, struct okta *self, const json_t *event, const struct weir_sink *sink,
                struct weir_error *err)
{
    struct weir_event e = {.size = sizeof e};
    struct targets *targets = NULL;
    struct weir_str published = {NULL, 0};
    char type[WORD_TEXT] = "";
    char uuid[WORD_TEXT] = "";
    int rc;

    *told = false;
    if (weir_json_text(type, sizeof type, event, "eventType") != WEIR_JSON_VALUE || !is_visible(type)) {
        return 0;
    }
    if (weir_json_text(uuid, sizeof uuid, event, "uuid") != WEIR_JSON_VALUE || !is_visible(uuid)) {
        uuid[0] = '\0';
    }
    targets = malloc(sizeof *targets);
    if (targets == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    targets->count = 0;
    if (has_happened(event)) {
        refs_find(targets, self, event, weir_str(type));
    }
    e.type = weir_str(type);
    e.upstream_id = weir_str(uuid);
    if (weir_json_str(&published, event, "published") != WEIR_JSON_VALUE ||
        !weir_when_parse(&e.occurred_at_ms, published) || e.occurred_at_ms < 0) {
        e.occurred_at_ms = 0;
    }
    e.refs = targets->refs;
    e.ref_count = targets->count;
    rc = sink->event(sink, &e, err);
    *told = rc == 0;
    free(targets);
    return rc;
}

/* ---- a delivery ---- */

/* Two hooks with our secret would be a double that ensure deletes; the secret is proof enough to take it. */
static void source_compare(const struct okta *self, const json_t *root)
{
    struct weir_str source = {NULL, 0};
    char id[WEIR_ID_TEXT];
    size_t len = 0;
    size_t at;

    if (weir_json_str(&source, root, "source") != WEIR_JSON_VALUE ||
        self->host->state_get(self->host, STATE_HOOK_ID, id, sizeof id, &len, NULL) != 0) {
        return;
    }
    for (at = source.len; at > 0 && source.data[at - 1] != '/'; at--) {
    }
    if (!weir_str_equal(weir_str_n(source.data + at, source.len - at), weir_str_n(id, len))) {
        client_log(&self->client, WEIR_LOG_WARN,
                   "a delivery is of another event hook than the one of this integration", NULL);
    }
}

int events_read(void *self_, const struct weir_request *request, const struct weir_sink *sink,
                struct weir_error *err)
{
    struct okta *self = self_;
    const json_t *events;
    const json_t *event;
    json_t *root = NULL;
    size_t passed_over = 0;
    size_t i;
    int rc = weir_json_parse(&root, request->body, VERIFY_BODY_MAX, "the delivery", err);

    if (rc == WEIR_E_LIMIT) {
        rc = weir_fail(err, WEIR_E_INVALID, "the delivery is longer than any of Okta's");
    }
    if (rc == 0 && !weir_json_word_is(root, "eventType", "com.okta.event_hook")) {
        rc = weir_fail(err, WEIR_E_INVALID, "not a delivery of an Okta event hook: its eventType is another");
    }
    events = rc == 0 ? weir_json_array(root, "data.events") : NULL;
    if (rc == 0 && events == NULL) {
        rc = weir_fail(err, WEIR_E_INVALID, "a delivery of an Okta event hook without data.events");
    }
    if (rc == 0) {
        source_compare(self, root);
    }
    json_array_foreach(events, i, event)
    {
        bool told = false;

        if (rc == 0) {
            rc = events_tell(&told, self, event, sink, err);
            passed_over += told || rc != 0 ? 0 : 1;
        }
    }
    if (rc == 0 && passed_over > 0 && passed_over == json_array_size(events)) {
        rc = weir_fail(err, WEIR_E_INVALID, "a delivery of an Okta event hook whose events have no type");
    }
    json_decref(root);
    return rc;
}
