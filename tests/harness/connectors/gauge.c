/*
 * gauge: a connector that keeps the contract, and, on request, breaks one rule of it.
 *
 * The setting "habit" says which: a word for each thing that the contract checks have to notice. It signs as
 * many tools do: "sha256=" and the MAC over time, a dot and the body.
 */
#include "weir/json.h"
#include "weir/verify.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define SPINS_MAX 200000000L

struct self {
    const struct weir_host *host;
    struct weir_str token, habit;
    /* What no connector should have: check and the other calls share them. */
    atomic_bool busy, seen_busy;
    atomic_long asked;
    long unguarded;
};

static const struct weir_setting settings[] = {
    {"token", "Token", "Tool: Settings > API", true, true},
    {"habit", "Habit", NULL, false, false},
};
static const char *const of_person[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {{"person.changed", of_person}};
static const char *const employee_fields[] = {"first_name", "work_email", NULL};
static const char *const team_fields[] = {"name", NULL};
static const struct weir_model_use models[] = {
    {"hris_employees", employee_fields, true, false, true, NULL},
    {"hris_teams", team_fields, false, false, false, "hris_employees"},
};

static bool has(const struct self *self, const char *habit)
{
    return weir_str_is(self->habit, habit);
}

/* A habit of a kind: "equal: memcmp". */
static bool has_some(const struct self *self, const char *kind)
{
    return self->habit.len >= strlen(kind) && memcmp(self->habit.data, kind, strlen(kind)) == 0;
}

static void say(const struct self *self, const char *words, struct weir_str what)
{
    char line[256];
    int len = snprintf(line, sizeof line, "%s %.*s", words, WEIR_STR_ARG(what));

    self->host->log(self->host, WEIR_LOG_INFO, weir_str_n(line, (size_t)len));
}

static int gauge_open(void **out, const struct weir_host *host, struct weir_error *err)
{
    struct self *self = calloc(1, sizeof *self);

    if (self == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    self->host = host;
    (void)host->setting(host, "token", &self->token);
    (void)host->setting(host, "habit", &self->habit);
    *out = self;
    if (has(self, "leak: log in open")) {
        say(self, "opened with", self->token);
    }
    return 0;
}

static void gauge_close(void *self)
{
    free(self);
}

/* ---- check ---- */

static const struct weir_verify_hmac_scheme scheme = {.header = "x-signature",
                                                      .prefix = "sha256=",
                                                      .digest = WEIR_SHA256,
                                                      .encoding = WEIR_VERIFY_HEX,
                                                      .time_header = "x-time",
                                                      .time_unit_ms = 1000,
                                                      .window_ms = 300000,
                                                      .joint = "."};

/* The MAC that the sender should have sent, as text. */
static int mac_text(char out[2 * WEIR_DIGEST_MAX + 1], const struct self *self,
                    const struct weir_request *request, struct weir_str secret)
{
    struct weir_str sent = {NULL, 0};
    struct weir_bytes parts[3];
    uint8_t mac[WEIR_DIGEST_MAX];
    size_t len = 0;
    int rc;

    (void)weir_verify_header(&sent, request, "x-time");
    parts[0] = weir_str_bytes(sent);
    parts[1] = weir_str_bytes(weir_str("."));
    parts[2] = request->body;
    rc = self->host->hmac(self->host, WEIR_SHA256, weir_str_bytes(secret), parts, 3, mac, &len, NULL);
    for (size_t i = 0; rc == 0 && i < len; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", mac[i]);
    }
    return rc;
}

/* In one of the wrong ways: is the signature right? */
static bool compares_badly(const struct self *self, const struct weir_request *request)
{
    struct weir_str secret = request->secret_count > 0 ? request->secrets[0] : weir_str("");
    char want[2 * WEIR_DIGEST_MAX + 1] = "";
    struct weir_str got = {NULL, 0};

    if (mac_text(want, self, request, secret) != 0 || weir_verify_header(&got, request, "x-signature") != 1 ||
        !weir_verify_strip(&got, "sha256=") || got.len > 64) {
        return false;
    }
    if (has(self, "flips: prefix")) {
        return self->host->equal(self->host, weir_str_bytes(got), weir_bytes(want, got.len));
    }
    if (got.len != 64) {
        return false;
    }
    if (has(self, "flips: half")) {
        return self->host->equal(self->host, weir_bytes(got.data, 32), weir_bytes(want, 32));
    }
    if (has(self, "equal: memcmp")) {
        return memcmp(got.data, want, 64) == 0;
    }
    if (has(self, "equal: memcmp first") && memcmp(got.data, want, 64) != 0) {
        return false;
    }
    return self->host->equal(self->host, weir_bytes(got.data, 64), weir_bytes(want, 64));
}

static void impure(const struct self *self)
{
    struct weir_error err;
    char buf[8];
    size_t len;

    if (has(self, "pure: file")) {
        int fd = open("/etc/hostname", O_RDONLY | O_CLOEXEC);

        if (fd >= 0) {
            (void)close(fd);
        }
    } else if (has(self, "pure: log")) {
        say(self, "a delivery", weir_str("came"));
    } else if (has(self, "pure: state")) {
        (void)self->host->state_get(self->host, "last", buf, sizeof buf, &len, &err);
    } else if (has(self, "cost")) {
        for (volatile long i = 0; i < 1000000; i = i + 1) {
        }
    }
}

/* It remembers: a connector that does so casts the const away. */
static bool moody(struct self *self)
{
    if (has(self, "race")) {
        self->unguarded++;
    }
    if (has(self, "beside: busy") && atomic_load(&self->busy)) {
        atomic_store(&self->seen_busy, true);
        return true;
    }
    return has(self, "pure: moody") && atomic_fetch_add(&self->asked, 1) % 2 == 1;
}

static int verify_well(const struct self *self, const struct weir_request *request,
                       struct weir_verdict *verdict, struct weir_error *err)
{
    struct weir_request own = *request;
    struct weir_verify_hmac_scheme s = scheme;

    if (has(self, "time: none")) {
        s.window_ms = INT64_C(1) << 60;
    } else if (has(self, "secrets: newest alone") && own.secret_count > 1) {
        own.secret_count = 1;
    } else if (has(self, "secrets: own setting")) {
        own.secrets = &self->token;
        own.secret_count = 1;
    }
    return weir_verify_hmac(verdict, self->host, &own, &s, err);
}

static int gauge_check(const void *opaque, const struct weir_request *request, struct weir_verdict *verdict,
                       struct weir_error *err)
{
    const struct self *self = opaque;
    struct weir_str value = {NULL, 0};
    int rc;

    impure(self);
    if (has(self, "secrets: waits") && request->secret_count == 0) {
        return weir_fail(err, WEIR_E_LATER, "there is no secret yet");
    }
    if (moody((struct self *)(uintptr_t)opaque)) {
        weir_verify_refuse(verdict, 503, "not now");
        return 0;
    }
    if (has(self, "flips: half") || has(self, "flips: prefix") || has_some(self, "equal: ") ||
        has(self, "secrets: empty")) {
        verdict->decision = compares_badly(self, request) ? WEIR_ACCEPT : WEIR_REFUSE;
        return 0;
    }
    if (has(self, "odd: long") && request->body.len > 1000000) {
        return weir_fail(err, WEIR_E_LIMIT, "the body is too long");
    }
    rc = verify_well(self, request, verdict, err);
    if (rc == 0 && verdict->decision == WEIR_REFUSE) {
        if (has(self, "flips: believes") && weir_verify_header(&value, request, "x-signature") == 1) {
            verdict->decision = WEIR_ACCEPT;
        } else if (has(self, "flips: optional") && weir_verify_header(&value, request, "x-signature") == 0) {
            verdict->decision = WEIR_ACCEPT;
        } else if (has(self, "flips: fails")) {
            return weir_fail(err, WEIR_E_REJECT, "the signature is wrong");
        } else if (has(self, "secrets: none needed") && request->secret_count == 0) {
            verdict->decision = WEIR_ACCEPT;
        }
    }
    if (has(self, "leak: reason")) {
        (void)snprintf(verdict->reason, sizeof verdict->reason, "not %.*s",
                       WEIR_STR_ARG(request->secrets[0]));
    }
    return rc;
}

/* ---- events ---- */

static int emit_event(const struct self *self, struct weir_str id, const struct weir_sink *sink,
                      struct weir_error *err)
{
    char hint[300];
    struct weir_ref ref = {.model = weir_str("hris_employees"), .remote_id = id, .hint = {NULL, 0}};
    struct weir_event event = {
        .size = sizeof event, .type = weir_str("person.changed"), .refs = &ref, .ref_count = 1};
    int rc;

    memset(hint, 'h', sizeof hint);
    if (has(self, "emitted: stranger")) {
        event.type = weir_str("person.vanished");
    } else if (has(self, "emitted: row")) {
        ref.model = weir_str("hris_teams");
    } else if (has(self, "emitted: hint")) {
        ref.hint = weir_str_n(hint, sizeof hint);
    }
    rc = sink->event(sink, &event, err);
    if (rc == 0 && has(self, "emitted: twice")) {
        rc = sink->event(sink, &event, err);
    }
    return rc;
}

static int gauge_events(void *opaque, const struct weir_request *request, const struct weir_sink *sink,
                        struct weir_error *err)
{
    const struct self *self = opaque;
    json_t *body = NULL;
    char id[WEIR_ID_TEXT] = "";
    int rc = weir_json_parse(&body, request->body, 65536, "delivery", err);

    if (rc != 0 && has(self, "odd: code")) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the delivery is no JSON");
    } else if (rc != 0 && has(self, "odd: positive")) {
        rc = 5;
    } else if (request->body.len == 0 && has(self, "odd: crash")) {
        abort();
    }
    if (rc == 0 && !weir_json_id(id, body, "person")) {
        rc = weir_fail(err, WEIR_E_INVALID, "the delivery names no person");
    }
    if (rc == 0) {
        rc = emit_event(self, weir_str(id), sink, err);
    }
    json_decref(body);
    return rc;
}

/* ---- fetch ---- */

static int get(json_t **answer, const struct self *self, const char *path, const char *token,
               struct weir_error *err)
{
    char value[128];
    struct weir_header header = {weir_str("Authorization"), {NULL, 0}};
    struct weir_http_request request = {.size = sizeof request,
                                        .method = "GET",
                                        .url = weir_str(path),
                                        .headers = &header,
                                        .header_count = 1};
    struct weir_http_response response = {.size = sizeof response};
    int rc;

    (void)snprintf(value, sizeof value, "Bearer %s", token);
    header.value = weir_str(value);
    rc = self->host->http(self->host, &request, &response, err);
    if (rc == 0) {
        rc = weir_json_parse(answer, response.body, 65536, "answer", err);
        self->host->http_release(self->host, &response);
    }
    return rc;
}

static int emit(const struct self *self, const json_t *person, struct weir_str id, const char *token,
                const struct weir_sink *sink, struct weir_error *err)
{
    json_t *record = json_object();
    int bad = weir_json_put_text_from(record, "first_name", person, "name");
    int rc;

    bad |= weir_json_put_text_from(record, "work_email", person, "email");
    if (has(self, "emitted: field")) {
        bad |= json_object_set_new(record, "last_name", json_string("Quill"));
    } else if (has(self, "leak: record")) {
        bad |= json_object_set_new(record, "first_name", json_string(token));
    }
    rc = bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                  : weir_emit_json(sink, "hris_employees", id, record, err);
    json_decref(record);
    return rc;
}

/* Until check has seen it, or for long enough. */
static void be_busy(struct self *self)
{
    if (has(self, "race")) {
        self->unguarded++;
    }
    if (has(self, "beside: busy")) {
        atomic_store(&self->busy, true);
        for (long i = 0; i < SPINS_MAX && !atomic_load(&self->seen_busy); i++) {
        }
        atomic_store(&self->busy, false);
    }
}

static int gauge_record(void *opaque, const struct weir_ref *ref, const struct weir_sink *sink,
                        struct weir_error *err)
{
    struct self *self = opaque;
    char token[64] = "";
    char path[192];
    json_t *grant = NULL;
    json_t *person = NULL;
    struct weir_str email = {NULL, 0};
    int rc;

    (void)snprintf(path, sizeof path, "%.*s", WEIR_STR_ARG(self->token));
    rc = get(&grant, self, "/token", path, err);
    if (rc == 0) {
        (void)weir_json_text(token, sizeof token, grant, "access_token");
        (void)snprintf(path, sizeof path, "/people/%.*s%s%s", WEIR_STR_ARG(ref->remote_id),
                       has(self, "leak: url") ? "?key=" : "", has(self, "leak: url") ? token : "");
        rc = get(&person, self, path, token, err);
    }
    be_busy(self);
    if (rc == 0) {
        rc = emit(self, person, ref->remote_id, token, sink, err);
    }
    (void)weir_json_str(&email, person, "email");
    if (has(self, "leak: setting")) {
        say(self, "the token is", self->token);
    } else if (has(self, "leak: answer")) {
        say(self, "the new token is", weir_str(token));
    } else if (has(self, "leak: email")) {
        say(self, "this is", email);
    } else if (has(self, "leak: state")) {
        size_t len = 0;

        (void)self->host->state_get(self->host, "kept_token", path, sizeof path, &len, NULL);
        say(self, "the kept token is", weir_str_n(path, len));
    } else if (has(self, "leak: error")) {
        rc = weir_fail(err, WEIR_E_AUTH, "the token %.*s is wrong", WEIR_STR_ARG(self->token));
    } else if (has(self, "leak: error of an answer")) {
        rc = weir_fail(err, WEIR_E_AUTH, "the token %s is wrong", token);
    }
    json_decref(grant);
    json_decref(person);
    return rc;
}

static int gauge_list(void *opaque, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                      const struct weir_sink *sink, struct weir_error *err)
{
    (void)opaque;
    (void)model;
    (void)since_ms;
    (void)cursor;
    (void)sink;
    (void)err;
    return 0;
}

/* What a tool kept may be named by types that its deliveries do not have. */
static int gauge_missed(void *opaque, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                        struct weir_error *err)
{
    struct weir_ref ref = {
        .model = weir_str("hris_employees"), .remote_id = weir_str("7"), .hint = {NULL, 0}};
    struct weir_event event = {
        .size = sizeof event, .type = weir_str("person.vanished"), .refs = &ref, .ref_count = 1};

    (void)opaque;
    (void)since_ms;
    (void)cursor;
    return sink->event(sink, &event, err);
}

/* ---- subscribe ---- */

static int gauge_ensure(void *opaque, const struct weir_subscription_want *want,
                        struct weir_subscription *have, struct weir_error *err)
{
    struct self *self = opaque;

    (void)err;
    have->state = WEIR_SUB_MANUAL_SETUP;
    if (has(self, "leak: detail")) {
        (void)snprintf(have->detail, sizeof have->detail, "enter %.*s", WEIR_STR_ARG(want->secret));
    }
    return 0;
}

static const struct weir_subscribe subscribe = {.size = sizeof subscribe, .ensure = gauge_ensure};
static const char *const kept_headers[] = {"x-time", NULL};
static const struct weir_verify verify = {
    .size = sizeof verify, .check = gauge_check, .events = gauge_events, .kept_headers = kept_headers};
static const struct weir_fetch fetch = {
    .size = sizeof fetch, .record = gauge_record, .list = gauge_list, .missed = gauge_missed};

WEIR_EXPORT const struct weir_connector weir_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof(struct weir_connector),
    .abi_major = WEIR_ABI_MAJOR,
    .abi_minor = WEIR_ABI_MINOR,
    .tool = "gauge",
    .label = "Gauge",
    .version = "1.0.0",
    .category = WEIR_CATEGORY_HRIS,
    .settings = settings,
    .setting_count = 2,
    .events = events,
    .event_count = 1,
    .models = models,
    .model_count = 2,
    .base_url = "https://tool.example/api",
    .open = gauge_open,
    .close = gauge_close,
    .subscribe = &subscribe,
    .verify = &verify,
    .fetch = &fetch,
};
