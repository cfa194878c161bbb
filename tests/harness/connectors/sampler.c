/*
 * sampler: a connector that does everything a little, and, on request, one thing wrong.
 *
 * The setting "habit" says what: a word for each thing that the harness has to notice.
 */
#include "weir/json.h"
#include "weir/verify.h"

#include <unistd.h>

struct self {
    const struct weir_host *host;
    struct weir_str token, habit;
};

static const struct weir_setting settings[] = {
    {"token", "Token", "Tool: Settings > API", true, true},
    {"habit", "Habit", NULL, false, false},
};
static const char *const of_person[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.changed", of_person}, {"ping", of_person}};
static const char *const employee_fields[] = {"first_name", "gender", "manager_id", "start_date", NULL};
static const char *const team_fields[] = {"name", "type", NULL};
static const struct weir_model_use models[] = {
    {"hris_employees", employee_fields, true, true, true, NULL},
    {"hris_teams", team_fields, false, false, false, "hris_employees"},
};
static const struct weir_step steps[] = {
    {"Open the settings", "Tool: Settings > Webhooks", "Address", "callback_url", NULL},
};

static bool has(const struct self *self, const char *habit)
{
    return weir_str_is(self->habit, habit);
}

static int sampler_open(void **out, const struct weir_host *host, struct weir_error *err)
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

static void sampler_close(void *self)
{
    free(self);
}

static int sampler_check(const void *opaque, const struct weir_request *request, struct weir_verdict *verdict,
                         struct weir_error *err)
{
    static const struct weir_verify_hmac_scheme scheme = {
        .digest = WEIR_SHA256, .encoding = WEIR_VERIFY_HEX, .header = "x-signature", .prefix = "sha256="};
    const struct self *self = opaque;
    struct weir_str id = {NULL, 0};
    int rc;

    if (weir_str_is(request->method, "GET")) {
        verdict->decision = WEIR_ANSWER;
        verdict->body_len = request->query.len < sizeof verdict->body ? request->query.len : 0;
        memcpy(verdict->body, request->query.data, verdict->body_len);
        (void)snprintf(verdict->content_type, sizeof verdict->content_type, "text/plain");
        return 0;
    }
    rc = weir_verify_hmac(verdict, self->host, request, &scheme, err);
    if (has(self, "trusting") && verdict->decision == WEIR_ACCEPT) {
        abort();
    }
    if (rc == 0 && weir_verify_header(&id, request, "x-delivery") == 1) {
        verdict->dedup = WEIR_DEDUP_KEY;
        verdict->dedup_key = id;
    }
    return rc;
}

static int sampler_events(void *opaque, const struct weir_request *request, const struct weir_sink *sink,
                          struct weir_error *err)
{
    struct weir_ref ref = {.model = weir_str("hris_employees"), .remote_id = {NULL, 0}, .hint = {NULL, 0}};
    struct weir_event event = {
        .size = sizeof event, .type = weir_str("person.changed"), .refs = &ref, .ref_count = 1};
    json_t *body = NULL;
    char id[WEIR_ID_TEXT] = "";
    int rc = weir_json_parse(&body, request->body, 65536, "delivery", err);

    (void)opaque;
    if (rc == 0 && !weir_json_id(id, body, "person")) {
        rc = weir_fail(err, WEIR_E_INVALID, "the delivery names no person");
    }
    (void)weir_json_str(&event.upstream_id, body, "id");
    (void)weir_json_integer(&event.occurred_at_ms, body, "at");
    ref.remote_id = weir_str(id);
    if (rc == 0) {
        rc = sink->event(sink, &event, err);
    }
    json_decref(body);
    return rc;
}

/* One that waits for ever; its number is left in the file "child". */
static void start_process(void)
{
    pid_t pid = fork();
    FILE *file;

    if (pid == 0) {
        for (;;) {
            (void)pause();
        }
    }
    file = fopen("child", "w");
    if (file != NULL) {
        (void)fprintf(file, "%d", (int)pid);
        (void)fclose(file);
    }
}

/* What a connector must not do. */
static void misbehave(const struct self *self)
{
    if (has(self, "crash")) {
        abort();
    } else if (has(self, "exit")) {
        _exit(0);
    } else if (has(self, "hang")) {
        for (;;) {
            (void)pause();
        }
    } else if (has(self, "fork")) {
        start_process();
    } else if (has(self, "print")) {
        (void)fprintf(stderr, "words of the connector \033[31m \xff\n");
        abort();
    }
}

static int get(json_t **answer, const struct self *self, const char *path, struct weir_error *err)
{
    struct weir_header header = {weir_str("Accept"), weir_str("application/json")};
    struct weir_http_request request = {.size = sizeof request,
                                        .method = has(self, "method") ? "get" : "GET",
                                        .url = weir_str(path),
                                        .headers = &header,
                                        .header_count = 1};
    struct weir_http_response response = {.size = sizeof response};
    int rc = self->host->http(self->host, &request, &response, err);

    if (rc != 0) {
        return rc;
    }
    if (response.status == 404) {
        rc = weir_fail(err, WEIR_E_NONE, "GET: HTTP 404");
    } else if (response.status != 200) {
        rc = weir_fail(err, WEIR_E_LATER, "GET: HTTP %d", (int)response.status);
    } else {
        rc = weir_json_parse(answer, response.body, 65536, "answer", err);
    }
    self->host->http_release(self->host, &response);
    return rc;
}

static int emit(const struct self *self, const json_t *person, struct weir_str id,
                const struct weir_sink *sink, struct weir_error *err)
{
    json_t *record = json_object();
    struct weir_str name;
    int bad = weir_json_put_text_from(record, "first_name", person, "name");
    int rc;

    bad |= weir_json_put_text_from(record, "gender", person, "gender");
    if (has(self, "fragile") && weir_json_str(&name, person, "name") == WEIR_JSON_VALUE && name.len > 1000) {
        abort();
    }
    if (has(self, "unlisted")) {
        bad |= json_object_set_new(record, "last_name", json_string("Quill"));
    } else if (has(self, "no_field")) {
        bad |= json_object_set_new(record, "shoe_size", json_integer(38));
    } else if (has(self, "date")) {
        bad |= json_object_set_new(record, "start_date", json_string("the first of May"));
    } else if (has(self, "class")) {
        bad |= json_object_set_new(record, "start_date", json_object());
    }
    rc = bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                  : weir_emit_json(sink, "hris_employees", id, record, err);
    json_decref(record);
    return rc;
}

/* Something that no second run sends again. */
static void add_nonce(struct weir_text *path, const struct self *self)
{
    uint8_t bytes[8] = {0};
    char text[2 * sizeof bytes + 1];

    (void)self->host->random(self->host, bytes, sizeof bytes, NULL);
    for (size_t i = 0; i < sizeof bytes; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", (unsigned int)bytes[i]);
    }
    weir_text_add(path, "?nonce=");
    weir_text_add(path, text);
}

static int sampler_record(void *opaque, const struct weir_ref *ref, const struct weir_sink *sink,
                          struct weir_error *err)
{
    struct self *self = opaque;
    struct weir_text path;
    json_t *person = NULL;
    int rc;

    misbehave(self);
    self->host->log(self->host, WEIR_LOG_INFO, weir_str("reading a person"));
    weir_text_init(&path);
    weir_text_add(&path, "/people/");
    weir_text_add_encoded(&path, ref->remote_id);
    weir_text_add(&path, has(self, "query") ? "?b=2&a=1" : "");
    if (has(self, "nonce")) {
        add_nonce(&path, self);
    }
    weir_text_end(&path);
    rc = get(&person, self, path.data, err);
    if (rc == 0) {
        rc = emit(self, person, ref->remote_id, sink, err);
    }
    if (rc == 0) {
        rc = self->host->state_put(self->host, "last", weir_str_bytes(ref->remote_id), err);
    }
    if (rc == 0 && has(self, "complete")) {
        rc = sink->complete(sink, ref->model, weir_str("first_name"), ref->remote_id, err);
    }
    if (rc == 0 && has(self, "leak")) {
        person = NULL;
    }
    json_decref(person);
    return rc;
}

static int sampler_list(void *opaque, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                        const struct weir_sink *sink, struct weir_error *err)
{
    struct self *self = opaque;
    json_t *page = NULL;
    const json_t *person;
    struct weir_str next = {NULL, 0};
    struct weir_text path;
    size_t i;
    int rc;

    (void)model;
    (void)since_ms;
    weir_text_init(&path);
    weir_text_add(&path, "/people?page=");
    weir_text_add_encoded(&path, cursor.len > 0 ? cursor : weir_str("1"));
    weir_text_end(&path);
    rc = get(&page, self, path.data, err);
    json_array_foreach(weir_json_array(page, "people"), i, person)
    {
        char id[WEIR_ID_TEXT];

        if (rc == 0 && weir_json_id(id, person, "id")) {
            rc = emit(self, person, weir_str(id), sink, err);
        }
    }
    if (rc == 0 && weir_json_str(&next, page, "next") == WEIR_JSON_VALUE) {
        rc = sink->next(sink, next, err);
    }
    json_decref(page);
    return rc;
}

static int sampler_ensure(void *opaque, const struct weir_subscription_want *want,
                          struct weir_subscription *have, struct weir_error *err)
{
    struct self *self = opaque;
    struct weir_header header = {weir_str("Content-Type"), weir_str("application/json")};
    struct weir_http_request request = {.size = sizeof request, .method = "POST", .url = weir_str("/hooks")};
    struct weir_http_response response = {.size = sizeof response};
    char body[512];
    int len = snprintf(body, sizeof body, "{\"url\":\"%.*s\",\"events\":%zu}",
                       WEIR_STR_ARG(want->callback_url), want->event_count);
    int rc;

    request.headers = &header;
    request.header_count = 1;
    request.body = weir_bytes(body, (size_t)len);
    rc = self->host->http(self->host, &request, &response, err);
    if (rc == 0) {
        have->state = response.status == 201 ? WEIR_SUB_ACTIVE : WEIR_SUB_FAILED;
        have->changed = true;
        (void)snprintf(have->remote_id, sizeof have->remote_id, "hook-1");
        (void)snprintf(have->detail, sizeof have->detail, "the webhook was made");
    }
    return rc;
}

static const struct weir_subscribe subscribe = {
    .size = sizeof subscribe, .ensure = sampler_ensure, .steps = steps, .step_count = 1};
static const struct weir_verify verify = {
    .size = sizeof verify, .check = sampler_check, .events = sampler_events};
static const struct weir_fetch fetch = {.size = sizeof fetch, .record = sampler_record, .list = sampler_list};

WEIR_EXPORT const struct weir_connector weir_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof(struct weir_connector),
    .abi_major = WEIR_ABI_MAJOR,
    .abi_minor = WEIR_ABI_MINOR,
    .tool = "sampler",
    .label = "Sampler",
    .version = "1.2.3",
    .category = WEIR_CATEGORY_HRIS,
    .settings = settings,
    .setting_count = 2,
    .events = events,
    .event_count = 2,
    .models = models,
    .model_count = 2,
    .base_url = "https://tool.example/api",
    .open = sampler_open,
    .close = sampler_close,
    .subscribe = &subscribe,
    .verify = &verify,
    .fetch = &fetch,
};
