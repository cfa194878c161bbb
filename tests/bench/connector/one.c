/*
 * one: the least that a connector does. One request reads one record, so that the benchmark measures Weir and
 * not what a tool asks of its connector: Personio wants two requests for a person, others want three.
 *
 * It speaks to the same simulated tool as personio.so (tests/bench/nginx.py, tool.py) and takes the same
 * deliveries.
 */
#include "weir/json.h"
#include "weir/verify.h"

#define ANSWER_MAX ((size_t)1 << 20)
#define ID_MAX 64

struct one {
    const struct weir_host *host;
};

static int one_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    struct one *one = calloc(1, sizeof *one);

    if (one == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    one->host = host;
    *self = one;
    return 0;
}

static void one_close(void *self)
{
    free(self);
}

/* ---- requests ---- */

static int ask(json_t **answer, struct one *one, const char *method, const char *path, struct weir_bytes body,
               struct weir_error *err)
{
    struct weir_header type = {weir_str("Content-Type"), weir_str("application/json")};
    struct weir_http_request request = {.size = sizeof request,
                                        .method = method,
                                        .url = weir_str(path),
                                        .headers = &type,
                                        .header_count = body.len > 0 ? 1 : 0,
                                        .body = body,
                                        .response_max = ANSWER_MAX,
                                        .repeatable = body.len == 0};
    struct weir_http_response response = {.size = sizeof response};
    int rc = one->host->http(one->host, &request, &response, err);

    if (rc != 0) {
        return rc;
    }
    if (response.status == 404) {
        rc = weir_fail(err, WEIR_E_NONE, "%s %s: HTTP 404", method, path);
    } else if (response.status < 200 || response.status > 299) {
        rc = weir_fail(err, WEIR_E_LATER, "%s %s: HTTP %d", method, path, (int)response.status);
    } else {
        rc = weir_json_parse(answer, response.body, ANSWER_MAX, path, err);
    }
    one->host->http_release(one->host, &response);
    return rc;
}

/* ---- subscribe ---- */

static bool is_made(json_t *hooks, struct weir_str url)
{
    const json_t *hook;
    size_t i;

    json_array_foreach(weir_json_array(hooks, "_data"), i, hook)
    {
        struct weir_str theirs = {NULL, 0};

        if (weir_json_str(&theirs, hook, "url") == WEIR_JSON_VALUE && weir_str_equal(theirs, url)) {
            return true;
        }
    }
    return false;
}

static int make(struct one *one, const struct weir_subscription_want *want, struct weir_error *err)
{
    json_t *wanted = json_object();
    json_t *answer = NULL;
    char *text = NULL;
    size_t len = 0;
    int rc;

    if ((weir_json_put_str(wanted, "url", want->callback_url) |
         weir_json_put_str(wanted, "token", want->secret)) != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
        goto out;
    }
    text = weir_json_dump_dup(&len, wanted, err);
    rc = text == NULL ? WEIR_E_MEMORY : ask(&answer, one, "POST", "/v2/webhooks", weir_bytes(text, len), err);

out:
    free(text);
    json_decref(answer);
    json_decref(wanted);
    return rc;
}

static int one_ensure(void *self, const struct weir_subscription_want *want, struct weir_subscription *have,
                      struct weir_error *err)
{
    json_t *hooks = NULL;
    int rc = ask(&hooks, self, "GET", "/v2/webhooks", weir_bytes(NULL, 0), err);

    if (rc == 0 && !is_made(hooks, want->callback_url)) {
        have->changed = true;
        rc = make(self, want, err);
    }
    have->state = WEIR_SUB_ACTIVE;
    json_decref(hooks);
    return rc;
}

static const struct weir_subscribe subscribe = {.size = sizeof subscribe, .ensure = one_ensure};

/* ---- verify ---- */

static int one_check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                     struct weir_error *err)
{
    const struct one *one = self;

    (void)err;
    weir_verify_token(verdict, one->host, request, "Authorization", NULL);
    verdict->dedup = WEIR_DEDUP_BODY;
    return 0;
}

static int one_events(void *self, const struct weir_request *request, const struct weir_sink *sink,
                      struct weir_error *err)
{
    struct weir_event event = {.size = sizeof event, .ref_count = 1};
    struct weir_ref ref = {.model = weir_str("hris_employees")};
    json_t *root = NULL;
    int rc = weir_json_parse(&root, request->body, ANSWER_MAX, "delivery", err);

    (void)self;
    if (rc == 0 && (weir_json_str(&event.type, root, "event_name") != WEIR_JSON_VALUE ||
                    weir_json_str(&ref.remote_id, root, "payload.person.id") != WEIR_JSON_VALUE)) {
        rc = weir_fail(err, WEIR_E_INVALID, "a delivery without event_name or payload.person.id");
    }
    event.refs = &ref;
    if (rc == 0) {
        rc = sink->event(sink, &event, err);
    }
    json_decref(root);
    return rc;
}

static const struct weir_verify verify = {.size = sizeof verify, .check = one_check, .events = one_events};

/* ---- fetch ---- */

static int emit(const json_t *person, const struct weir_sink *sink, struct weir_error *err)
{
    json_t *record = json_object();
    char id[ID_MAX];
    int rc;

    if (weir_json_text(id, sizeof id, person, "id") != WEIR_JSON_VALUE) {
        rc = weir_fail(err, WEIR_E_INVALID, "a person without an id");
    } else if ((weir_json_put_text_from(record, "first_name", person, "first_name") |
                weir_json_put_text_from(record, "last_name", person, "last_name") |
                weir_json_put_text_from(record, "display_full_name", person, "preferred_name") |
                weir_json_put_text_from(record, "work_email", person, "email") |
                weir_json_put_text_from(record, "gender", person, "gender") |
                weir_json_put_text_from(record, "remote_created_at", person, "created_at")) != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    } else {
        rc = weir_emit_json(sink, "hris_employees", weir_str(id), record, err);
    }
    json_decref(record);
    return rc;
}

static int one_record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                      struct weir_error *err)
{
    char path[ID_MAX + 16];
    json_t *person = NULL;
    int rc;

    if (ref->remote_id.len >= ID_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "an id of %zu bytes", ref->remote_id.len);
    }
    (void)snprintf(path, sizeof path, "/v2/persons/%.*s", WEIR_STR_ARG(ref->remote_id));
    rc = ask(&person, self, "GET", path, weir_bytes(NULL, 0), err);
    if (rc == 0) {
        rc = emit(person, sink, err);
    }
    json_decref(person);
    return rc;
}

static int one_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                    const struct weir_sink *sink, struct weir_error *err)
{
    json_t *people = NULL;
    const json_t *person;
    size_t i;
    int rc = ask(&people, self, "GET", "/v2/persons", weir_bytes(NULL, 0), err);

    (void)model;
    (void)since_ms;
    (void)cursor;
    json_array_foreach(weir_json_array(people, "_data"), i, person)
    {
        rc = rc == 0 ? emit(person, sink, err) : rc;
    }
    json_decref(people);
    return rc;
}

static const struct weir_fetch fetch = {.size = sizeof fetch, .record = one_record, .list = one_list};

/* ---- the table ---- */

static const char *const of_person[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.updated", of_person}};
static const char *const fields[] = {
    "first_name", "last_name", "display_full_name", "work_email", "gender", "remote_created_at", NULL};
static const struct weir_model_use models[] = {{"hris_employees", fields, true, false, true, NULL}};

WEIR_EXPORT const struct weir_connector weir_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof(struct weir_connector),
    .abi_major = WEIR_ABI_MAJOR,
    .abi_minor = WEIR_ABI_MINOR,
    .tool = "one",
    .label = "One request",
    .version = "1.0.0",
    .category = WEIR_CATEGORY_HRIS,
    .events = events,
    .event_count = 1,
    .models = models,
    .model_count = 1,
    .open = one_open,
    .close = one_close,
    .subscribe = &subscribe,
    .verify = &verify,
    .fetch = &fetch,
};
