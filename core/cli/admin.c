#include "cli/admin.h"

#include "base/crypto.h"
#include "cli/human.h"
#include "net/client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANSWER_MAX ((size_t)64 << 20)
#define TIMEOUT_MS 30000
#define URL_MAX 8192
#define HEADERS_MAX 3
#define SILENCE_MS 45000 /* of a stream; the daemon's heartbeat comes three times as often */

struct admin {
    const struct target *target;
    struct metrics *metrics;
    struct client *client;
    char *authorization; /* "Bearer <key>"; NULL: none */
    char user_agent[64];
    struct admin_stream stream; /* the one under way */
};

int admin_open(struct admin **out, const struct target *target, const char *version, struct weir_error *err)
{
    struct admin *admin = calloc(1, sizeof *admin);
    struct client_options options = {.connections_max = 1};
    int rc;

    if (admin == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory to talk to the daemon");
    }
    admin->target = target;
    admin->metrics = metrics_new();
    (void)snprintf(admin->user_agent, sizeof admin->user_agent, "weir-cli/%s", version);
    options.user_agent = admin->user_agent;
    if (target->key != NULL && asprintf(&admin->authorization, "Bearer %s", target->key) < 0) {
        admin->authorization = NULL;
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the admin key");
        goto out;
    }
    rc = client_open(&admin->client, &options, admin->metrics, err);

out:
    if (rc != 0) {
        admin_close(admin);
        return rc;
    }
    *out = admin;
    return 0;
}

void admin_close(struct admin *admin)
{
    if (admin == NULL) {
        return;
    }
    if (admin->client != NULL) {
        client_stop(admin->client);
        client_close(admin->client);
    }
    metrics_free(admin->metrics);
    if (admin->authorization != NULL) {
        crypto_wipe(admin->authorization, strlen(admin->authorization));
    }
    free(admin->authorization);
    free(admin);
}

/* ---- why there is no answer ---- */

static int fail_socket(const char *path, const char *detail, struct weir_error *err)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        if (errno == EACCES) {
            return weir_fail(err, WEIR_E_PERMISSION, "permission denied on %s: its folder is closed to you",
                             path);
        }
        return weir_fail(err, WEIR_E_IO, "no daemon answers at %s: %s", path,
                         errno == ENOENT || errno == ENOTDIR ? "there is no such socket" : strerror(errno));
    }
    if (!S_ISSOCK(st.st_mode)) {
        return weir_fail(err, WEIR_E_IO, "no daemon answers at %s: it is not a socket", path);
    }
    if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0 && errno == EACCES) {
        return weir_fail(err, WEIR_E_PERMISSION, "permission denied on %s: only its owner may use it", path);
    }
    return weir_fail(err, WEIR_E_IO, "no daemon answers at %s: %s", path, detail);
}

static int fail_unanswered(const struct admin *admin, const struct client_response *response,
                           uint32_t timeout_ms, struct weir_error *err)
{
    const struct target *target = admin->target;
    char detail[160];

    (void)snprintf(detail, sizeof detail, "%s", response->detail);
    if (response->outcome == CLIENT_TIMEOUT) {
        (void)snprintf(detail, sizeof detail, "nothing came within %u s", timeout_ms / 1000);
    } else if (response->outcome == CLIENT_REFUSED && target->url == NULL) {
        (void)snprintf(detail, sizeof detail, "the socket is left over, nobody listens");
    }
    if (response->outcome == CLIENT_TOO_LONG) {
        return weir_fail(err, WEIR_E_LIMIT, "%s; ask for less with --limit", detail);
    }
    if (target->url == NULL) {
        return fail_socket(target->socket, detail, err);
    }
    return weir_fail(err, WEIR_E_IO, "no daemon answers at %.100s: %.120s", target->url, detail);
}

void admin_print_hint(FILE *out, const struct admin *admin, int code)
{
    const struct target *target = admin->target;

    if (code == WEIR_E_PERMISSION) {
        (void)fputs("      run this as the user of the daemon or as root, or use --url with an admin key\n",
                    out);
    }
    if (code != WEIR_E_IO) {
        return;
    }
    if (target->url != NULL) {
        (void)fputs("      --url has to be the daemon's admin_listen address, as reached from here\n", out);
    } else {
        (void)fprintf(out, "      start it with: weir serve%s%s\n", target->config != NULL ? " -c " : "",
                      target->config != NULL ? target->config : "");
        (void)fputs("      or name a running one with -c, --socket or --url\n", out);
    }
}

/* ---- one request ---- */

static int fail_key(const struct target *target, struct weir_error *err)
{
    if (target->url == NULL) {
        return weir_fail(err, WEIR_E_AUTH, "%s asks for an admin key, so it is not the daemon's admin socket",
                         target->socket);
    }
    return weir_fail(
        err, WEIR_E_AUTH,
        "the daemon refuses the admin key of %.120s: it has to be one of admin_keys, or of weir keys",
        target->key_file != NULL ? target->key_file : "WEIR_ADMIN_KEY");
}

/* The error of the envelope as ours. */
static int fail_refused(json_t **refusal, int status, json_t *root, struct weir_error *err)
{
    json_t *error = json_object_get(root, "error");
    const char *message = json_string_value(json_object_get(error, "message"));
    bool later = status == 503 || status == 429;
    struct buf clean;

    buf_init(&clean, 4096);
    human_text(&clean, weir_str(message != NULL ? message : "the daemon gives no reason"));
    weir_fail(err, later ? WEIR_E_LATER : WEIR_E_REJECT, "%.*s%s", WEIR_STR_ARG(buf_str(&clean)),
              later ? "; try again" : "");
    buf_fini(&clean);
    if (refusal != NULL && error != NULL && !later) {
        *refusal = json_incref(error);
    }
    return err != NULL ? err->code : WEIR_E_REJECT;
}

static int open_envelope(json_t **data, json_t **refusal, const struct admin *admin,
                         const struct client_response *response, struct weir_error *err)
{
    json_t *root = json_loadb((const char *)response->body.data, response->body.len, 0, NULL);
    json_t *inner = json_object_get(root, "data");
    bool error = json_is_object(json_object_get(root, "error"));
    int rc = 0;

    if (response->status == 401) {
        rc = fail_key(admin->target, err);
    } else if (error) {
        rc = fail_refused(refusal, response->status, root, err);
    } else if (response->status != 200 || inner == NULL) {
        rc = weir_fail(
            err, WEIR_E_INVALID, "%.120s answers HTTP %d in a form of its own: is it Weir's admin address?",
            admin->target->url != NULL ? admin->target->url : admin->target->socket, response->status);
    } else {
        *data = json_incref(inner);
    }
    json_decref(root);
    return rc;
}

/* Where it goes, and with which key; headers has room for one more. url has to live until it is sent. */
static int address_it(struct client_request *request, struct weir_header *headers, struct buf *url,
                      const struct admin *admin, struct weir_str path, struct weir_error *err)
{
    const struct target *target = admin->target;

    buf_add_str(url, target->url != NULL ? weir_str_n(target->url, target->url_len)
                                         : weir_str("http://localhost"));
    buf_add_str(url, path);
    request->url = buf_str(url);
    request->unix_socket = target->url == NULL ? target->socket : NULL;
    request->response_max = ANSWER_MAX;
    request->allow_private = true;
    if (admin->authorization != NULL) {
        headers[request->header_count++] =
            (struct weir_header){weir_str("Authorization"), weir_str(admin->authorization)};
    }
    return buf_check(url, "the URL of the request", err);
}

static int call(json_t **data, json_t **refusal, struct admin *admin, const char *method,
                struct weir_str path, struct weir_str body, uint32_t timeout_ms, struct weir_error *err)
{
    struct client_response *response = NULL;
    struct weir_header headers[HEADERS_MAX];
    struct client_request request = {.method = method,
                                     .headers = headers,
                                     .body = weir_str_bytes(body),
                                     .timeout_ms = timeout_ms > 0 ? timeout_ms : TIMEOUT_MS};
    struct buf url;
    int rc;

    buf_init(&url, URL_MAX);
    rc = address_it(&request, headers, &url, admin, path, err);
    if (rc != 0) {
        goto out;
    }
    if (body.len > 0) {
        headers[request.header_count++] =
            (struct weir_header){weir_str("Content-Type"), weir_str("application/json")};
    }
    client_call(admin->client, &request, &response);
    rc = response->outcome == CLIENT_ANSWERED ? open_envelope(data, refusal, admin, response, err)
                                              : fail_unanswered(admin, response, request.timeout_ms, err);

out:
    client_response_free(response);
    buf_fini(&url);
    return rc;
}

int admin_get(json_t **data, struct admin *admin, struct weir_str path, struct weir_error *err)
{
    return call(data, NULL, admin, "GET", path, weir_str(NULL), 0, err);
}

static int send_body(json_t **data, json_t **refusal, struct admin *admin, const char *method,
                     struct weir_str path, const json_t *body, uint32_t timeout_ms, struct weir_error *err)
{
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    int rc;

    if (body != NULL && text == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the request");
    }
    rc = call(data, refusal, admin, method, path, weir_str(text), timeout_ms, err);
    if (text != NULL) {
        crypto_wipe(text, strlen(text)); /* there may be credentials in it */
    }
    free(text);
    return rc;
}

int admin_put(json_t **data, struct admin *admin, struct weir_str path, const json_t *body,
              struct weir_error *err)
{
    return send_body(data, NULL, admin, "PUT", path, body, 0, err);
}

int admin_post(json_t **data, json_t **refusal, struct admin *admin, struct weir_str path, const json_t *body,
               uint32_t timeout_ms, struct weir_error *err)
{
    return send_body(data, refusal, admin, "POST", path, body, timeout_ms, err);
}

int admin_patch(json_t **data, struct admin *admin, struct weir_str path, const json_t *body,
                struct weir_error *err)
{
    return send_body(data, NULL, admin, "PATCH", path, body, 0, err);
}

int admin_delete(json_t **data, struct admin *admin, struct weir_str path, struct weir_error *err)
{
    return call(data, NULL, admin, "DELETE", path, weir_str(NULL), 0, err);
}

/* ---- a stream ---- */

static void on_followed(void *ctx, const struct client_response *response)
{
    struct admin *admin = ctx;
    struct weir_error err = {0};
    json_t *data = NULL;
    int rc = 0;

    if (response->outcome != CLIENT_ANSWERED) {
        rc = fail_unanswered(admin, response, SILENCE_MS, &err);
    } else if (response->status != 200) {
        rc = open_envelope(&data, NULL, admin, response, &err);
    }
    json_decref(data);
    admin->stream.done(admin->stream.ctx, rc, &err);
}

int admin_follow(struct admin *admin, struct weir_str path, struct weir_str last_id,
                 const struct admin_stream *stream, struct weir_error *err)
{
    struct weir_header headers[HEADERS_MAX];
    struct client_request request = {.method = "GET",
                                     .headers = headers,
                                     .timeout_ms = SILENCE_MS,
                                     .part = stream->part,
                                     .part_ctx = stream->ctx};
    struct buf url;
    int rc;

    admin->stream = *stream;
    buf_init(&url, URL_MAX);
    rc = address_it(&request, headers, &url, admin, path, err);
    if (rc == 0) {
        headers[request.header_count++] =
            (struct weir_header){weir_str("Accept"), weir_str("text/event-stream")};
        if (last_id.len > 0) {
            headers[request.header_count++] = (struct weir_header){weir_str("Last-Event-ID"), last_id};
        }
        client_send(admin->client, &request, on_followed, admin);
    }
    buf_fini(&url);
    return rc;
}

void admin_stop(struct admin *admin)
{
    client_stop(admin->client);
}
