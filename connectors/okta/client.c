#include "client.h"

#include "header.h"
#include "weir/pass.h"

#define ANSWER_MAX ((size_t)16 << 20) /* 200 users with every attribute are below 2 MiB */
#define TRIES_MAX 3
#define CODE_TEXT 16
#define REQUEST_ID_TEXT 64

#define READ_ROLE "the Read-only Administrator role"

const struct right right_hooks = {
    "okta.eventHooks.manage", "the Super Administrator role, or a custom role with okta.eventhooks.manage"};
const struct right right_users = {"okta.users.read", READ_ROLE};
const struct right right_groups = {"okta.groups.read", READ_ROLE};
const struct right right_logs = {"okta.logs.read", READ_ROLE};

int client_init(struct client *c, const struct weir_host *host, struct weir_error *err)
{
    memset(c, 0, sizeof *c);
    c->host = host;
    return auth_init(&c->auth, host, err);
}

void client_fini(struct client *c)
{
    auth_fini(&c->auth);
}

void client_log(const struct client *c, int level, const char *what, const struct weir_error *err)
{
    char line[480];

    (void)snprintf(line, sizeof line, "%s%s%s", what, err != NULL ? ": " : "",
                   err != NULL ? err->message : "");
    c->host->log(c->host, level, weir_str(line));
}

/* ---- what a refusal says ---- */

struct refusal {
    char code[CODE_TEXT];             /* "E0000006", or "" */
    char request_id[REQUEST_ID_TEXT]; /* that Okta's support asks for, or "" */
    bool scope_missing;
};

static void word_keep(char *out, size_t cap, struct weir_str text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len && n + 1 < cap; i++) {
        char c = text.data[i];

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
            c == '_') {
            out[n++] = c;
        }
    }
    out[n] = '\0';
}

/* The causes speak of what was sent to make a hook, never of a person's record. */
static void cause_keep(char *out, size_t cap, const json_t *problem)
{
    const json_t *first = json_array_get(weir_json_array(problem, "errorCauses"), 0);
    struct weir_str text = {NULL, 0};

    if (weir_json_str(&text, first, "errorSummary") == WEIR_JSON_VALUE ||
        weir_json_str(&text, problem, "errorSummary") == WEIR_JSON_VALUE) {
        (void)snprintf(out, cap, "%.*s", WEIR_STR_ARG(text));
        for (size_t i = 0; out[i] != '\0'; i++) {
            out[i] = out[i] >= ' ' && out[i] <= '~' ? out[i] : '?';
        }
    }
}

/* What it says; a body that says nothing is no failure. */
static int refusal_read(struct refusal *r, struct answer *out, const struct weir_http_response *response,
                        struct weir_error *err)
{
    static const char word[] = "insufficient_scope";
    struct weir_str text = {NULL, 0};
    json_t *problem = NULL;

    memset(r, 0, sizeof *r);
    if (header_find(&text, response, "x-okta-request-id")) {
        word_keep(r->request_id, sizeof r->request_id, text);
    }
    r->scope_missing = header_find(&text, response, "www-authenticate") && text.len > 0 &&
                       memmem(text.data, text.len, word, sizeof word - 1) != NULL;
    if (response->body.len > 0 &&
        weir_json_parse(&problem, response->body, ANSWER_MAX, "problem", NULL) == WEIR_E_MEMORY) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (weir_json_str(&text, problem, "errorCode") == WEIR_JSON_VALUE) {
        word_keep(r->code, sizeof r->code, text);
    }
    cause_keep(out->cause, sizeof out->cause, problem);
    json_decref(problem);
    return 0;
}

/* ---- from a status to a code ---- */

static int permission_fail(const struct call *call, const struct refusal *r, const char *tail,
                           struct weir_error *err)
{
    if (r->scope_missing) {
        return weir_fail(err, WEIR_E_PERMISSION,
                         "%s %s: HTTP 403: grant the scope %s to the service app (Okta API Scopes)%s",
                         call->method, call->name, call->right->scope, tail);
    }
    return weir_fail(err, WEIR_E_PERMISSION,
                     "%s %s: HTTP 403: assign %s to the service app or the token's owner%s", call->method,
                     call->name, call->right->role, tail);
}

static int status_fail(const struct call *call, int status, const struct refusal *r, struct weir_error *err)
{
    char tail[REQUEST_ID_TEXT + CODE_TEXT + 16] = "";

    if (r->code[0] != '\0' || r->request_id[0] != '\0') {
        (void)snprintf(tail, sizeof tail, " (%s%s%s)", r->code, r->request_id[0] != '\0' ? " request " : "",
                       r->request_id);
    }
    switch (status) {
    case 401:
        return strcmp(r->code, "E0000015") == 0
                   ? weir_fail(err, WEIR_E_UNSUPPORTED, "%s %s: HTTP 401, not enabled in this org%s",
                               call->method, call->name, tail)
                   : weir_fail(err, WEIR_E_AUTH, "%s %s: HTTP 401, Okta refuses the credentials%s",
                               call->method, call->name, tail);
    case 403:
        return permission_fail(call, r, tail, err);
    case 404:
        /* A record is given up on a 404, so it has to be the API's own, and of an object, not of a path. */
        return strcmp(r->code, "E0000007") == 0
                   ? weir_fail(err, WEIR_E_NONE, "%s %s: HTTP 404%s", call->method, call->name, tail)
                   : weir_fail(err, WEIR_E_LATER,
                               "%s %s: HTTP 404 that is not of Okta's API: check base_url%s", call->method,
                               call->name, tail);
    default:
        break;
    }
    if (status >= 300 && status < 400) {
        return weir_fail(err, WEIR_E_CONFIG, "%s %s: HTTP %d, a redirect: base_url is not the org's address",
                         call->method, call->name, status);
    }
    if (status == 408 || status == 429 || status >= 500 || status < 200) {
        return weir_fail(err, WEIR_E_LATER, "%s %s: HTTP %d%s", call->method, call->name, status, tail);
    }
    return weir_fail(err, WEIR_E_INVALID, "%s %s: HTTP %d%s", call->method, call->name, status, tail);
}

/* ---- a request ---- */

static int answer_read(struct answer *out, const struct call *call, const struct weir_http_response *response,
                       struct weir_error *err)
{
    struct weir_str next = {NULL, 0};
    int rc;

    if (header_next_link(&next, response)) {
        out->next = strndup(next.data, next.len);
        if (out->next == NULL) {
            return weir_fail(err, WEIR_E_MEMORY, "out of memory");
        }
    }
    if (response->body.len == 0 || response->status == 204) {
        return 0;
    }
    rc = weir_json_parse(&out->json, response->body, ANSWER_MAX, call->name, err);
    if (rc == WEIR_E_INVALID) {
        /* Most likely a gateway's page: the same request may do better later. */
        rc = weir_fail(err, WEIR_E_LATER, "%s %s: HTTP %d with a body that is not JSON", call->method,
                       call->name, (int)response->status);
    }
    return rc;
}

static size_t headers_add(struct weir_header *headers, size_t n, const struct call *call)
{
    headers[n].name = weir_str("Accept");
    headers[n++].value = weir_str("application/json");
    if (call->body != NULL) {
        headers[n].name = weir_str("Content-Type");
        headers[n++].value = weir_str("application/json");
    } else if (call->bare) {
        /* Yes, on a GET: so Okta is asked to leave things out. */
        headers[n].name = weir_str("Content-Type");
        headers[n++].value =
            weir_str("application/json; okta-response=\"omitCredentials,omitCredentialsLinks\"");
    }
    return n;
}

static bool is_repeatable(const struct client *c, const struct call *call)
{
    return !call->once && strcmp(call->method, "POST") != 0 && !auth_proves_each_request(&c->auth);
}

/* *asked: a nonce is asked for, and kept: the same request may do better with it. */
static int send_once(struct answer *out, bool *asked, struct client *c, const struct call *call,
                     struct weir_bytes body, struct weir_error *err)
{
    struct auth_headers *auth = malloc(sizeof *auth);
    struct weir_header headers[4];
    struct weir_http_request request = {.size = sizeof request};
    struct weir_http_response response = {.size = sizeof response};
    struct refusal refusal;
    int rc = auth == NULL ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                          : auth_headers_make(auth, &c->auth, call->method, weir_text_str(call->url), err);

    if (rc != 0) {
        free(auth);
        return rc;
    }
    memcpy(headers, auth->list, auth->count * sizeof headers[0]);
    request.header_count = headers_add(headers, auth->count, call);
    request.method = call->method;
    request.url = weir_text_str(call->url);
    request.headers = headers;
    request.body = body;
    request.timeout_ms = call->timeout_ms;
    request.response_max = ANSWER_MAX;
    request.repeatable = is_repeatable(c, call);
    request.limit = weir_str(call->name);
    rc = c->host->http(c->host, &request, &response, err);
    auth_headers_fini(auth);
    free(auth);
    if (rc != 0) {
        return rc;
    }
    out->status = (int)response.status;
    if (out->status >= 200 && out->status < 300) {
        rc = answer_read(out, call, &response, err);
    } else {
        *asked = auth_nonce_asked(&c->auth, &response);
        rc = refusal_read(&refusal, out, &response, err);
        rc = rc == 0 ? status_fail(call, out->status, &refusal, err) : rc;
    }
    c->host->http_release(c->host, &response);
    return rc;
}

/* What the host would do for requests without a proof: it waits for the bucket by itself. */
static bool worth_another(const struct client *c, const struct call *call, const struct answer *out, int rc)
{
    return rc == WEIR_E_LATER && auth_proves_each_request(&c->auth) && !call->once &&
           strcmp(call->method, "POST") != 0 &&
           (out->status == 0 || out->status == 429 || out->status == 500 ||
            (out->status >= 502 && out->status <= 504));
}

static int send_trying(struct answer *out, struct client *c, const struct call *call, struct weir_bytes body,
                       struct weir_error *err)
{
    bool renewed = false;
    bool asked = false;
    int rc = auth_ensure(&c->auth, err);

    for (int i = 0; rc == 0 && i < TRIES_MAX; i++) {
        bool had_nonce = asked;

        answer_fini(out);
        out->status = 0;
        rc = send_once(out, &asked, c, call, body, err);
        if (asked && !had_nonce) {
            rc = 0; /* once more, with the nonce */
        } else if (out->status == 401 && rc == WEIR_E_AUTH && !renewed) {
            /* The token may have ended early: a new one tells. */
            renewed = true;
            rc = auth_renew(&c->auth, err);
        } else if (i + 1 < TRIES_MAX && worth_another(c, call, out, rc)) {
            rc = 0;
        } else {
            return rc;
        }
    }
    return rc != 0 ? rc
                   : weir_fail(err, WEIR_E_LATER, "%s %s: HTTP %d again and again", call->method, call->name,
                               out->status);
}

int client_send(struct answer *out, struct client *c, const struct call *call, struct weir_error *err)
{
    char *body = NULL;
    size_t len = 0;
    int rc;

    memset(out, 0, sizeof *out);
    if (call->url->failed) {
        return weir_fail(err, WEIR_E_LIMIT, "%s %s: the address is longer than %d bytes", call->method,
                         call->name, WEIR_TEXT_MAX);
    }
    if (call->body != NULL) {
        body = weir_json_dump_dup(&len, call->body, err);
        if (body == NULL) {
            return WEIR_E_MEMORY;
        }
    }
    rc = send_trying(out, c, call, weir_bytes(body, len), err);
    if (body != NULL) {
        explicit_bzero(body, len); /* a hook's carries its secret */
        free(body);
    }
    return rc;
}

/* ---- passing through ---- */

static int pass_once(struct client *c, const struct weir_http_request *request,
                     struct weir_http_response *response, struct weir_error *err)
{
    struct auth_headers *auth = malloc(sizeof *auth);
    int rc;

    if (auth == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    rc = auth_headers_make(auth, &c->auth, request->method, request->url, err);
    if (rc == 0) {
        rc = weir_pass_send(c->host, auth->list, auth->count, request, response, err);
        auth_headers_fini(auth);
    }
    free(auth);
    return rc;
}

int client_pass(struct client *c, const struct weir_http_request *request,
                struct weir_http_response *response, struct weir_error *err)
{
    struct weir_http_request once = *request;
    bool renewed = false;
    bool asked = false;
    int rc = auth_ensure(&c->auth, err);

    once.repeatable = request->repeatable && !auth_proves_each_request(&c->auth);
    while (rc == 0) {
        rc = pass_once(c, &once, response, err);
        if (rc != 0) {
            break;
        }
        if (!asked && auth_nonce_asked(&c->auth, response)) {
            asked = true; /* once more, with the nonce */
        } else if (response->status == 401 && !renewed && auth_renews(&c->auth)) {
            renewed = true; /* the token may have ended early: a new one tells */
            rc = auth_renew(&c->auth, err);
        } else {
            break;
        }
        c->host->http_release(c->host, response);
    }
    return rc;
}

void answer_fini(struct answer *a)
{
    json_decref(a->json);
    a->json = NULL;
    free(a->next);
    a->next = NULL;
}
