/*
 * botcher: a connector that acts at its tool and passes requests through as the contract asks, and, on
 * request, one thing wrong.
 *
 * The setting "habit" says what: a word for each thing that the harness has to notice. People can be made at
 * its tool and deleted.
 */
#include "weir/http.h"
#include "weir/pass.h"

struct self {
    const struct weir_host *host;
    struct weir_str token, habit;
};

static const struct weir_setting settings[] = {
    {"token", "Token", "Tool: Settings > API", true, true},
    {"habit", "Habit", NULL, false, false},
};
static const char *const of_person[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.changed", of_person}};
static const char *const employee_fields[] = {"first_name", NULL};
static const char *const team_fields[] = {"name", NULL};
static const struct weir_model_use models[] = {
    {"hris_employees", employee_fields, true, false, true, NULL},
    {"hris_teams", team_fields, false, false, false, "hris_employees"},
};

static bool has(const struct self *self, const char *habit)
{
    return weir_str_is(self->habit, habit);
}

static int botcher_open(void **out, const struct weir_host *host, struct weir_error *err)
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

static void botcher_close(void *self)
{
    free(self);
}

static int botcher_check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                         struct weir_error *err)
{
    (void)self;
    (void)request;
    (void)verdict;
    (void)err;
    return 0;
}

static int botcher_events(void *self, const struct weir_request *request, const struct weir_sink *sink,
                          struct weir_error *err)
{
    (void)self;
    (void)request;
    (void)sink;
    return weir_fail(err, WEIR_E_INVALID, "this tool sends nothing");
}

static int botcher_record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                          struct weir_error *err)
{
    (void)self;
    (void)ref;
    (void)sink;
    return weir_fail(err, WEIR_E_LATER, "nobody reads it here");
}

static int botcher_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                        const struct weir_sink *sink, struct weir_error *err)
{
    (void)self;
    (void)model;
    (void)since_ms;
    (void)cursor;
    (void)sink;
    return weir_fail(err, WEIR_E_LATER, "nobody reads it here");
}

/* ---- a request ---- */

static int call(json_t **answer, const struct self *self, const char *method, const char *name,
                const struct weir_text *url, const json_t *body, struct weir_error *err)
{
    struct weir_http_call asked = {.method = method,
                                   .name = name,
                                   .url = url,
                                   .bearer = self->token,
                                   .body = body,
                                   .repeatable = has(self, "repeat")};
    struct weir_http_answer got;
    int rc = weir_http_send(&got, self->host, &asked, err);

    if (rc == WEIR_E_LATER && got.status == 429 && has(self, "blaming")) {
        rc = weir_fail(err, WEIR_E_INVALID, "%s %s: HTTP 429", method, name);
    }
    if (rc == 0 && answer != NULL) {
        *answer = got.json;
        got.json = NULL;
    }
    weir_http_answer_fini(&got);
    return rc;
}

/* ---- act ---- */

static int person_post(json_t **made, const struct self *self, const json_t *input, struct weir_error *err)
{
    struct weir_text url;
    int rc;

    weir_text_init(&url);
    weir_text_add(&url, "/people");
    rc = call(made, self, "POST", "/people", &url, input, err);
    if (rc == WEIR_E_LATER && has(self, "insistent")) {
        rc = call(made, self, "POST", "/people", &url, input, err);
    }
    if (rc == 0 && has(self, "double")) {
        rc = call(NULL, self, "POST", "/people", &url, input, err);
    }
    if (rc == WEIR_E_NONE && !has(self, "vanishing")) {
        rc = weir_fail(err, WEIR_E_INVALID, "POST /people: HTTP 404 or 410, it makes nobody");
    }
    return rc != 0 && has(self, "gullible") ? 0 : rc;
}

static int person_make(const struct self *self, const json_t *input, const struct weir_sink *sink,
                       struct weir_error *err)
{
    struct weir_ref ref = {.model = weir_str(has(self, "unreadable") ? "hris_teams" : "hris_employees")};
    struct weir_str name = {NULL, 0};
    bool lazy = has(self, "idle") || has(self, "gullible");
    json_t *made = NULL;
    char id[WEIR_ID_TEXT] = "7";
    int rc = 0;

    if (weir_json_str(&name, input, "name") != WEIR_JSON_VALUE && !has(self, "eager")) {
        return weir_fail(err, WEIR_E_INVALID, "a person needs a name");
    }
    if (has(self, "greedy") && name.len > 1000) {
        rc = 5;
    }
    rc = rc == 0 && !has(self, "idle") ? person_post(&made, self, input, err) : rc;
    if (rc == 0 && !weir_json_id(id, made, "id") && !lazy) {
        rc = weir_fail(err, WEIR_E_INVALID, "POST /people: the person was made, and no id was told");
    }
    json_decref(made);
    ref.remote_id = weir_str(id);
    if (rc == 0 && !has(self, "mute")) {
        rc = sink->touched(sink, &ref, err);
    }
    if (rc == 0 && has(self, "chatty")) {
        rc = sink->warning(sink, self->token, err);
    }
    return has(self, "deaf") ? 0 : rc;
}

static int person_delete(const struct self *self, const json_t *input, const struct weir_sink *sink,
                         struct weir_error *err)
{
    char id[WEIR_ID_TEXT];
    struct weir_text url;
    int rc;

    if (!weir_json_id(id, input, "remote_id")) {
        return weir_fail(err, WEIR_E_INVALID, "remote_id is no id");
    }
    weir_text_init(&url);
    weir_text_add(&url, "/people/");
    weir_text_add_encoded(&url, weir_str(id));
    rc = call(NULL, self, "DELETE", "/people/{id}", &url, NULL, err);
    return rc == 0 || rc == WEIR_E_NONE ? sink->gone(sink, weir_str("hris_employees"), weir_str(id), err)
                                        : rc;
}

static int botcher_run(void *self, struct weir_str action, struct weir_bytes bytes,
                       const struct weir_sink *sink, struct weir_error *err)
{
    json_t *input = NULL;
    int rc = weir_json_parse(&input, bytes, 1 << 20, "input", err);

    if (rc == 0) {
        rc = weir_str_is(action, "hris_create_absence") ? person_make(self, input, sink, err)
                                                        : person_delete(self, input, sink, err);
    }
    json_decref(input);
    return rc;
}

/* ---- pass ---- */

static int botcher_send(void *opaque, struct weir_str api, const struct weir_http_request *request,
                        struct weir_http_response *response, struct weir_error *err)
{
    static const struct weir_header shown[] = {{{"x-answer", 8}, {"7", 1}},
                                               {{"content-type", 12}, {"application/json", 16}},
                                               {{"x-token", 7}, {"an-invented-token", 17}}};
    struct self *self = opaque;
    struct weir_http_request out = *request;
    int rc;

    (void)api;
    out.url = has(self, "wandering") ? weir_str("/secrets") : out.url;
    out.url = has(self, "abroad") ? weir_str("https://other.example/people") : out.url;
    out.method = has(self, "reading") ? "GET" : out.method;
    out.body = has(self, "bodiless") ? weir_bytes(NULL, 0) : out.body;
    out.header_count = has(self, "headless") ? 0 : out.header_count;
    out.repeatable = out.repeatable || has(self, "repeat");
    rc = has(self, "anonymous") ? self->host->http(self->host, &out, response, err)
                                : weir_pass_bearer(self->host, self->token, &out, response, err);
    if (rc == 0 && has(self, "twofold")) {
        rc = weir_pass_bearer(self->host, self->token, &out, response, err);
    }
    if (rc == 0 && has(self, "judging") && response->status == 404) {
        return weir_fail(err, WEIR_E_NONE, "%s %.*s: HTTP 404", out.method, WEIR_STR_ARG(out.url));
    }
    if (rc == 0 && has(self, "telling")) {
        response->headers = shown;
        response->header_count = 3;
    }
    if (rc == 0 && has(self, "polishing")) {
        response->status = 200;
        response->body = weir_str_bytes(weir_str("{}"));
    }
    if (rc == 0 && has(self, "making up")) {
        self->host->http_release(self->host, response);
        response->status = 200;
    }
    return rc;
}

static const char *const wish_fields[] = {"name", NULL};
static const struct weir_action actions[] = {{"hris_create_absence", "Make a person", wish_fields},
                                             {"hris_delete_absence", "Delete a person", wish_fields}};
static const struct weir_api apis[] = {{"main", "The API", ""}};
static const struct weir_act act = {
    .size = sizeof act, .actions = actions, .action_count = 2, .run = botcher_run};
static const struct weir_pass pass = {
    .size = sizeof pass, .apis = apis, .api_count = 1, .send = botcher_send};

static const struct weir_verify verify = {
    .size = sizeof verify, .check = botcher_check, .events = botcher_events};
static const struct weir_fetch fetch = {.size = sizeof fetch, .record = botcher_record, .list = botcher_list};

WEIR_EXPORT const struct weir_connector weir_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof(struct weir_connector),
    .abi_major = WEIR_ABI_MAJOR,
    .abi_minor = WEIR_ABI_MINOR,
    .tool = "botcher",
    .label = "Botcher",
    .version = "1.0.0",
    .category = WEIR_CATEGORY_HRIS,
    .settings = settings,
    .setting_count = 2,
    .events = events,
    .event_count = 1,
    .models = models,
    .model_count = 2,
    .base_url = "https://tool.example",
    .open = botcher_open,
    .close = botcher_close,
    .verify = &verify,
    .fetch = &fetch,
    .act = &act,
    .pass = &pass,
};
