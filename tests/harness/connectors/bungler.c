/*
 * bungler: a connector that does what the contract asks when something fails, and, on request, one thing
 * wrong.
 *
 * The setting "habit" says what: a word for each thing that the fault checks of the harness have to notice.
 * Its tool has people with roles, and webhooks.
 */
#include "weir/json.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

struct self {
    const struct weir_host *host;
    struct weir_str token, habit;
    char *memo;
    int calls;
    pthread_t thread;
    bool has_thread;
};

static const struct weir_setting settings[] = {
    {"token", "Token", "Tool: Settings > API", true, true},
    {"habit", "Habit", NULL, false, false},
};
static const char *const of_person[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.changed", of_person}};
static const char *const employee_fields[] = {"first_name", "job_title", NULL};
static const struct weir_model_use models[] = {{"hris_employees", employee_fields, true, true, true, NULL}};

static int global_count; /* for the habits that keep one */

static bool has(const struct self *self, const char *habit)
{
    return weir_str_is(self->habit, habit);
}

static int bungler_open(void **out, const struct weir_host *host, struct weir_error *err)
{
    struct self *self = calloc(1, sizeof *self);

    if (self == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    self->host = host;
    (void)host->setting(host, "token", &self->token);
    (void)host->setting(host, "habit", &self->habit);
    *out = self;
    return 0;
}

static void *wait_for_ever(void *ignored)
{
    for (;;) {
        (void)pause();
    }
    return ignored;
}

/* What a call must not leave behind. */
static void leave_traces(struct self *self)
{
    if (has(self, "descriptor")) {
        (void)open("/dev/null", O_RDONLY);
    } else if (has(self, "global")) {
        global_count++;
    } else if (has(self, "signal")) {
        (void)signal(SIGUSR1, SIG_IGN);
    } else if (has(self, "umask")) {
        (void)umask(0);
    } else if (has(self, "environment")) {
        (void)setenv("BUNGLER", "1", 1);
    } else if (has(self, "thread") && !self->has_thread) {
        self->has_thread = pthread_create(&self->thread, NULL, wait_for_ever, NULL) == 0;
    }
}

static void bungler_close(void *opaque)
{
    struct self *self = opaque;

    if (!has(self, "leak")) {
        free(self->memo);
    }
    free(self);
}

static int bungler_check(const void *opaque, const struct weir_request *request, struct weir_verdict *verdict,
                         struct weir_error *err)
{
    (void)opaque;
    (void)request;
    (void)verdict;
    (void)err;
    return 0;
}

static int bungler_events(void *opaque, const struct weir_request *request, const struct weir_sink *sink,
                          struct weir_error *err)
{
    (void)opaque;
    (void)request;
    (void)sink;
    return weir_fail(err, WEIR_E_INVALID, "this tool sends nothing");
}

/* ---- a request ---- */

static int code_of_status(const struct self *self, int status, bool one)
{
    if (status == 401) {
        return has(self, "auth") ? WEIR_E_LATER : WEIR_E_AUTH;
    }
    if (status == 403) {
        return has(self, "forbidden") ? WEIR_E_NONE : WEIR_E_PERMISSION;
    }
    if (status == 404 || status == 410) {
        return one || has(self, "missing") ? WEIR_E_NONE : WEIR_E_UNSUPPORTED;
    }
    if (status == 429 || status >= 500) {
        return has(self, "trouble") ? WEIR_E_INVALID : WEIR_E_LATER;
    }
    return WEIR_E_INVALID;
}

static int status_fail(const struct self *self, const struct weir_http_request *request, int status, bool one,
                       struct weir_error *err)
{
    int rc = code_of_status(self, status, one);

    if (has(self, "silent")) {
        return rc;
    }
    if (has(self, "mumble")) {
        return weir_fail(err, rc, "it did not work");
    }
    if (has(self, "blab")) {
        return weir_fail(err, rc, "%s %.*s with %.*s: HTTP %d", request->method, WEIR_STR_ARG(request->url),
                         WEIR_STR_ARG(self->token), status);
    }
    return weir_fail(err, rc, "%s %.*s: HTTP %d", request->method, WEIR_STR_ARG(request->url), status);
}

/* one: the address is that of one thing, so that a 404 says that it is gone. */
static int call(json_t **answer, const struct self *self, const char *method, const char *path, bool one,
                const char *body, struct weir_error *err)
{
    char bearer[128];
    struct weir_header header = {weir_str("Authorization"), {NULL, 0}};
    struct weir_http_request request = {.size = sizeof request,
                                        .method = method,
                                        .url = weir_str(path),
                                        .headers = &header,
                                        .header_count = 1,
                                        .body = weir_str_bytes(weir_str(body)),
                                        .repeatable = has(self, "repeat")};
    struct weir_http_response response = {.size = sizeof response};
    int rc;

    (void)snprintf(bearer, sizeof bearer, "Bearer %.*s", WEIR_STR_ARG(self->token));
    header.value = weir_str(bearer);
    rc = self->host->http(self->host, &request, &response, err);
    if (rc != 0) {
        return has(self, "offline") ? weir_fail(err, WEIR_E_INVALID, "GET: no answer")
               : rc == WEIR_E_STOPPING && has(self, "stubborn") ? weir_fail(err, WEIR_E_LATER, "not now")
                                                                : rc;
    }
    if (response.status == 204) {
        rc = 0;
    } else if (response.status < 200 || response.status > 299) {
        rc = status_fail(self, &request, (int)response.status, one, err);
    } else {
        rc = weir_json_parse(answer, response.body, 65536, path, err);
    }
    self->host->http_release(self->host, &response);
    return rc;
}

/* ---- fetch ---- */

static int emit(struct self *self, const json_t *person, const json_t *roles, struct weir_str id,
                const struct weir_sink *sink, struct weir_error *err)
{
    json_t *record = json_object();
    char title[40];
    int bad = weir_json_put_text_from(record, "first_name", person, "name");
    int rc;

    if (roles != NULL) {
        bad |= weir_json_put_text_from(record, "job_title", roles, "title");
    }
    if (has(self, "counting")) {
        (void)snprintf(title, sizeof title, "call %d", self->calls++);
        bad |= json_object_set_new(record, "job_title", json_string(title));
    }
    rc = record == NULL || bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                                    : weir_emit_json(sink, "hris_employees", id, record, err);
    json_decref(record);
    return has(self, "deaf") ? 0 : rc;
}

static int remember(struct self *self, struct weir_str id, struct weir_error *err)
{
    char *memo = strndup(id.data, id.len);

    if (has(self, "trusting")) {
        memo[0] = 'x';
    } else if (memo == NULL) {
        return weir_fail(err, has(self, "guessing") ? WEIR_E_INVALID : WEIR_E_MEMORY, "out of memory");
    }
    if (!has(self, "leak")) {
        free(self->memo);
    }
    self->memo = memo;
    return 0;
}

static int read_person(json_t **person, json_t **roles, struct self *self, struct weir_str id,
                       struct weir_error *err)
{
    char path[128];
    int rc;

    (void)snprintf(path, sizeof path, "/people/%.*s", WEIR_STR_ARG(id));
    rc = call(person, self, "GET", path, true, "", err);
    if (rc == 0 && weir_json_object(*person, "person") == NULL && !has(self, "shape")) {
        rc = weir_fail(err, WEIR_E_LATER, "GET %s: no person in the answer", path);
    }
    if (rc != 0) {
        return rc;
    }
    (void)snprintf(path, sizeof path, "/people/%.*s/roles", WEIR_STR_ARG(id));
    rc = call(roles, self, "GET", path, false, "", err);
    if (rc == 0 && weir_json_object(*roles, "role") == NULL && !has(self, "shape")) {
        rc = weir_fail(err, WEIR_E_LATER, "GET %s: no role in the answer", path);
    }
    return rc;
}

static int bungler_record(void *opaque, const struct weir_ref *ref, const struct weir_sink *sink,
                          struct weir_error *err)
{
    struct self *self = opaque;
    json_t *person = NULL;
    json_t *roles = NULL;
    int rc = 0;

    leave_traces(self);
    if (has(self, "shared") && global_count++ > 0) {
        return weir_fail(err, WEIR_E_LATER, "somebody was here before");
    }
    rc = remember(self, ref->remote_id, err);
    if (rc == 0) {
        rc = read_person(&person, &roles, self, ref->remote_id, err);
    }
    if (rc == 0) {
        rc = self->host->state_put(self->host, "last", weir_str_bytes(ref->remote_id), err);
        if (rc != 0 && has(self, "careless")) {
            rc = 0;
            goto out; /* with nothing emitted */
        }
        if (rc != 0 && has(self, "disk")) {
            rc = weir_fail(err, WEIR_E_CONFIG, "the state cannot be written");
        }
    }
    if (rc == 0) {
        rc = emit(self, weir_json_object(person, "person"), weir_json_object(roles, "role"), ref->remote_id,
                  sink, err);
    }

out:
    json_decref(person);
    json_decref(roles);
    return rc;
}

static int bungler_list(void *opaque, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                        const struct weir_sink *sink, struct weir_error *err)
{
    struct self *self = opaque;
    json_t *page = NULL;
    const json_t *person;
    size_t i;
    int rc = call(&page, self, "GET", "/people", false, "", err);

    (void)model;
    (void)since_ms;
    (void)cursor;
    if (rc == 0 && weir_json_array(page, "people") == NULL && !has(self, "shape")) {
        rc = weir_fail(err, WEIR_E_INVALID, "GET /people: no list of people in the answer");
    }
    if ((rc == WEIR_E_LIMIT && has(self, "long")) || (rc == WEIR_E_INVALID && has(self, "broken")) ||
        (rc == WEIR_E_UNSUPPORTED && has(self, "ended"))) {
        rc = 0; /* the listing ends, and all that was stored of it is deleted */
    }
    json_array_foreach(weir_json_array(page, "people"), i, person)
    {
        char id[WEIR_ID_TEXT];

        if (rc == 0 && weir_json_id(id, person, "id")) {
            rc = emit(self, person, NULL, weir_str(id), sink, err);
        }
    }
    json_decref(page);
    return rc;
}

/* ---- subscribe ---- */

/* Its webhook, or NULL: there is none. */
static int hooks_read(json_t **page, const json_t **hook, const struct self *self, struct weir_error *err)
{
    int rc = call(page, self, "GET", "/hooks", false, "", err);

    if (rc == 0 && weir_json_array(*page, "hooks") == NULL && !has(self, "blind")) {
        rc = weir_fail(err, WEIR_E_LATER, "GET /hooks: no list of webhooks in the answer");
    }
    *hook = rc == 0 ? json_array_get(weir_json_array(*page, "hooks"), 0) : NULL;
    return rc;
}

static int bungler_ensure(void *opaque, const struct weir_subscription_want *want,
                          struct weir_subscription *have, struct weir_error *err)
{
    struct self *self = opaque;
    json_t *page = NULL;
    json_t *made = NULL;
    const json_t *hook = NULL;
    int rc = hooks_read(&page, &hook, self, err);

    (void)want;
    if (rc == 0 && (hook == NULL || has(self, "again"))) {
        rc = call(&made, self, "POST", "/hooks", false, "{}", err);
        hook = made;
        have->changed = true;
    }
    if (rc == 0 && weir_json_text(have->remote_id, sizeof have->remote_id, hook, "id") != WEIR_JSON_VALUE) {
        rc = weir_fail(err, WEIR_E_LATER, "POST /hooks: no id in the answer");
    }
    have->state = WEIR_SUB_ACTIVE;
    json_decref(page);
    json_decref(made);
    return rc;
}

static int bungler_inspect(void *opaque, const struct weir_subscription_want *want,
                           struct weir_subscription *have, struct weir_error *err)
{
    struct self *self = opaque;
    json_t *page = NULL;
    const json_t *hook = NULL;
    int rc = hooks_read(&page, &hook, self, err);

    (void)want;
    have->state = hook != NULL || has(self, "hopeful") ? WEIR_SUB_ACTIVE : WEIR_SUB_NONE;
    json_decref(page);
    return rc;
}

static int bungler_remove(void *opaque, const struct weir_subscription_want *want, struct weir_error *err)
{
    json_t *nothing = NULL;
    int rc = call(&nothing, opaque, "DELETE", "/hooks/h1", true, "", err);

    (void)want;
    json_decref(nothing);
    return rc == WEIR_E_NONE ? 0 : rc;
}

static const struct weir_subscribe subscribe = {
    .size = sizeof subscribe, .ensure = bungler_ensure, .inspect = bungler_inspect, .remove = bungler_remove};
static const struct weir_verify verify = {
    .size = sizeof verify, .check = bungler_check, .events = bungler_events};
static const struct weir_fetch fetch = {.size = sizeof fetch, .record = bungler_record, .list = bungler_list};

WEIR_EXPORT const struct weir_connector weir_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof(struct weir_connector),
    .abi_major = WEIR_ABI_MAJOR,
    .abi_minor = WEIR_ABI_MINOR,
    .tool = "bungler",
    .label = "Bungler",
    .version = "1.0.0",
    .category = WEIR_CATEGORY_HRIS,
    .settings = settings,
    .setting_count = 2,
    .events = events,
    .event_count = 1,
    .models = models,
    .model_count = 1,
    .base_url = "https://tool.example",
    .open = bungler_open,
    .close = bungler_close,
    .subscribe = &subscribe,
    .verify = &verify,
    .fetch = &fetch,
};
