/*
 * client_transfer: one request on one easy handle, and what came back.
 *
 * The address is checked twice: when a socket is made, and before the request goes out on a
 * connection that was made for somebody else. Both see the address itself, not the name.
 */
#include "net/client_internal.h"

#include "base/thread.h"
#include "net/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>

#define TIMEOUT_MS 30000
#define CONNECT_TIMEOUT_MS 5000
#define URL_MAX 8192
#define HEAD_LEAST (16 * 1024) /* a policy header alone may have some kilobytes */
#define HEAD_MOST (64 * 1024)
#define UPLOAD_BUFFER 16384L    /* the least that curl takes */
#define CONNECTION_LIFE_S 3600L /* so that a changed address is noticed */

/* ---- the copy of a request ---- */

static char *keep(struct weir_str s)
{
    char *text = malloc(s.len + 1);

    check_bug(text != NULL);
    if (s.len > 0) {
        memcpy(text, s.data, s.len);
    }
    text[s.len] = '\0';
    return text;
}

static bool has_control(struct weir_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.data[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return true;
        }
    }
    return false;
}

/* Not printf: these are most of what a request's headers cost beside curl's own work. */
static struct curl_slist *add_header(struct curl_slist *list, struct weir_str name, struct weir_str value)
{
    struct curl_slist *longer;
    size_t len = name.len;
    char *line = malloc(name.len + value.len + 3);

    check_bug(line != NULL);
    memcpy(line, name.data, name.len);
    if (value.len > 0) {
        line[len++] = ':';
        line[len++] = ' ';
        memcpy(line + len, value.data, value.len);
        len += value.len;
    } else {
        line[len++] = ';'; /* curl's way to write an empty one */
    }
    line[len] = '\0';
    longer = curl_slist_append(list, line);
    check_bug(longer != NULL);
    free(line);
    return longer;
}

static bool takes_body(struct weir_str method)
{
    return weir_str_is(method, "POST") || weir_str_is(method, "PUT") || weir_str_is(method, "PATCH");
}

static bool name_is(struct weir_str name, const char *lower)
{
    return name.len == strlen(lower) && strncasecmp(name.data, lower, name.len) == 0;
}

/* curl has an opinion on each of these; "name:" takes it away. What it is left to say itself it formats
 * twice, a character at a time. */
static void add_manners(struct transfer *t, const struct client_request *request, bool has_agent,
                        bool has_encoding)
{
    const char *agent = t->client->user_agent;

    if (agent != NULL && !has_agent) {
        t->headers = add_header(t->headers, weir_str("User-Agent"), weir_str(agent));
    }
    if (!has_encoding) {
        t->headers =
            curl_slist_append(t->headers, request->compressed ? "Accept-Encoding: gzip" : "Accept-Encoding:");
        check_bug(t->headers != NULL);
    }
}

static bool keep_headers(struct transfer *t, const struct client_request *request)
{
    bool has_type = false;
    bool has_agent = false;
    bool has_encoding = false;

    for (size_t i = 0; i < request->header_count; i++) {
        struct weir_str name = request->headers[i].name, value = request->headers[i].value;

        if (name.len == 0 || has_control(name) || has_control(value) ||
            memchr(name.data, ':', name.len) != NULL) {
            return false;
        }
        has_type = has_type || name_is(name, "content-type");
        has_agent = has_agent || name_is(name, "user-agent");
        has_encoding = has_encoding || name_is(name, "accept-encoding");
        t->headers = add_header(t->headers, name, value);
    }
    add_manners(t, request, has_agent, has_encoding);
    if (t->sends_body) {
        t->headers = curl_slist_append(t->headers, "Expect:");
        if (!has_type) {
            t->headers = curl_slist_append(t->headers, "Content-Type:");
        }
        check_bug(t->headers != NULL);
    }
    return true;
}

struct transfer *transfer_new(struct client *client, const struct client_request *request)
{
    struct transfer *t = calloc(1, sizeof *t);
    struct weir_str method = weir_str(request->method);

    check_bug(t != NULL);
    t->result = calloc(1, sizeof *t->result);
    check_bug(t->result != NULL);
    t->client = client;
    t->part = request->part;
    t->part_ctx = request->part_ctx;
    t->timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : TIMEOUT_MS;
    t->connect_timeout_ms =
        request->connect_timeout_ms > 0 ? request->connect_timeout_ms : CONNECT_TIMEOUT_MS;
    t->response_max = request->response_max;
    t->head_max = request->response_max / 2 < HEAD_LEAST ? HEAD_LEAST : request->response_max / 2;
    t->head_max = t->head_max > HEAD_MOST ? HEAD_MOST : t->head_max;
    t->allow_private = request->allow_private;
    buf_init(&t->result->body, request->response_max);
    buf_init(&t->result->head, t->head_max);
    buf_init(&t->request_body, request->body.len);
    buf_add(&t->request_body, request->body.data, request->body.len);
    check_bug(!t->request_body.failed);
    t->method = keep(method);
    t->sends_body = request->body.len > 0 || takes_body(method);
    if (request->unix_socket != NULL) {
        t->unix_socket = keep(weir_str(request->unix_socket));
    }
    if (request->url.len <= URL_MAX && !has_control(request->url)) {
        t->url = keep(request->url);
    }
    if (method.len == 0 || has_control(method) || !keep_headers(t, request)) {
        free(t->url);
        t->url = NULL;
    }
    return t;
}

void result_free(struct result *result)
{
    if (result == NULL) {
        return;
    }
    buf_fini(&result->body);
    buf_fini(&result->head);
    free(result->headers);
    free(result);
}

void transfer_free(struct transfer *t)
{
    curl_slist_free_all(t->headers);
    buf_fini(&t->request_body);
    result_free(t->result);
    free(t->lines);
    free(t->url);
    free(t->method);
    free(t->unix_socket);
    free(t);
}

/* ---- curl's callbacks ---- */

static curl_socket_t on_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct transfer *t = ctx;

    (void)purpose;
    if (!t->allow_private && t->unix_socket == NULL && address_is_private(&to->addr)) {
        t->forbidden = true;
        return CURL_SOCKET_BAD;
    }
    t->opened = true;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static int on_request(void *ctx, char *primary_ip, char *local_ip, int primary_port, int local_port)
{
    struct transfer *t = ctx;
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    bool private = true;

    (void)local_ip;
    (void)primary_port;
    (void)local_port;
    if (t->allow_private || t->unix_socket != NULL) {
        return CURL_PREREQFUNC_OK;
    }
    if (inet_pton(AF_INET, primary_ip, &four.sin_addr) == 1) {
        private = address_is_private((const struct sockaddr *)&four);
    } else if (inet_pton(AF_INET6, primary_ip, &six.sin6_addr) == 1) {
        private = address_is_private((const struct sockaddr *)&six);
    }
    t->forbidden = t->forbidden || private;
    return private ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static size_t on_body(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    struct buf *body = &t->result->body;
    long status = 0;

    if (t->part != NULL && curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
        status == 200) {
        return t->part(t->part_ctx, weir_bytes(data, size * count)) ? size * count : CURL_WRITEFUNC_ERROR;
    }
    buf_add(body, data, size * count);
    if (body->failed) {
        t->too_long = true;
        return CURL_WRITEFUNC_ERROR;
    }
    return size * count;
}

/* Room for one more; NULL: there are too many. */
static struct head_line *next_line(struct transfer *t)
{
    if (t->line_count == CLIENT_HEADERS_MAX) {
        return NULL;
    }
    if (t->line_count == t->line_cap) {
        t->line_cap = t->line_cap == 0 ? CLIENT_LINES_FIRST : t->line_cap * 2;
        t->lines = realloc(t->lines, t->line_cap * sizeof *t->lines);
        check_bug(t->lines != NULL);
    }
    return &t->lines[t->line_count];
}

static size_t on_header(char *data, size_t size, size_t count, void *ctx)
{
    struct transfer *t = ctx;
    struct buf *head = &t->result->head;
    size_t len = size * count, used = len;
    struct head_line *line;
    const char *colon;

    if (len >= 5 && memcmp(data, "HTTP/", 5) == 0) {
        t->line_count = 0; /* what came before was a provisional answer's */
        buf_clear(head);
        return used;
    }
    while (len > 0 && isspace((unsigned char)data[len - 1])) {
        len--;
    }
    colon = memchr(data, ':', len);
    if (colon == NULL) {
        return used;
    }
    line = next_line(t);
    if (line == NULL) {
        t->too_long = true;
        return 0;
    }
    line->name_at = head->len;
    line->name_len = (size_t)(colon - data);
    for (size_t i = 0; i < line->name_len; i++) {
        buf_add_char(head, (char)tolower((unsigned char)data[i]));
    }
    for (colon++; colon < data + len && (*colon == ' ' || *colon == '\t'); colon++) {
        continue;
    }
    line->value_at = head->len;
    line->value_len = (size_t)(data + len - colon);
    buf_add(head, colon, line->value_len);
    if (head->failed) {
        t->too_long = true;
        return 0;
    }
    t->line_count++;
    return used;
}

/* ---- before and after ---- */

static void set_method(struct transfer *t)
{
    CURL *e = t->easy;
    const char *custom = t->method; /* what curl says by itself need not be copied */

    if (t->sends_body) {
        (void)curl_easy_setopt(e, CURLOPT_POST, 1L);
        (void)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->request_body.len);
        (void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->request_body.len > 0 ? t->request_body.data : "");
        custom = strcmp(t->method, "POST") == 0 ? NULL : custom;
    } else if (strcmp(t->method, "HEAD") == 0) {
        (void)curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
        custom = NULL;
    } else {
        (void)curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
        custom = strcmp(t->method, "GET") == 0 ? NULL : custom;
    }
    (void)curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, custom);
}

/* Both kinds each time: the handle may have had the other one before. */
static void set_timeouts(struct transfer *t)
{
    bool goes_on = t->part != NULL;

    (void)curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)t->connect_timeout_ms);
    (void)curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, goes_on ? 0L : (long)t->timeout_ms);
    (void)curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_LIMIT, goes_on ? 1L : 0L);
    (void)curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_TIME,
                           goes_on ? (long)(t->timeout_ms + 999) / 1000 : 0L);
}

void transfer_set_manners(CURL *e, const struct client *client)
{
    (void)curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(e, CURLOPT_PROXY, "");           /* whatever the environment says */
    (void)curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, ""); /* decode; what is asked for: add_manners */
    (void)curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
    (void)curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
    (void)curl_easy_setopt(e, CURLOPT_MAXLIFETIME_CONN, CONNECTION_LIFE_S);
    (void)curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    /* Made for each body that is sent; by default it is four times as big as most of them need. */
    (void)curl_easy_setopt(e, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BUFFER);
    (void)curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open);
    (void)curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_request);
    (void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
    if (client->ca_file != NULL) {
        (void)curl_easy_setopt(e, CURLOPT_CAINFO, client->ca_file);
        (void)curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
    }
}

bool transfer_prepare(struct transfer *t)
{
    CURL *e = t->easy;

    if (t->url == NULL ||
        (strncasecmp(t->url, "http://", 7) != 0 && strncasecmp(t->url, "https://", 8) != 0)) {
        transfer_fail(t, CLIENT_BAD_URL, "not an http or https URL, or a header that cannot be sent");
        return false;
    }
    set_method(t);
    (void)curl_easy_setopt(e, CURLOPT_URL, t->url);
    (void)curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
    set_timeouts(t);
    (void)curl_easy_setopt(e, CURLOPT_UNIX_SOCKET_PATH, t->unix_socket);
    (void)curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->complaint);
    (void)curl_easy_setopt(e, CURLOPT_PRIVATE, (void *)t);
    (void)curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, (void *)t);
    (void)curl_easy_setopt(e, CURLOPT_PREREQDATA, (void *)t);
    (void)curl_easy_setopt(e, CURLOPT_WRITEDATA, (void *)t);
    (void)curl_easy_setopt(e, CURLOPT_HEADERDATA, (void *)t);
    return true;
}

void transfer_release(CURL *e)
{
    /* What transfer_prepare sets by pointer; the rest is curl's own copy, or a number, and is set anew each
     * time.
     */
    (void)curl_easy_setopt(e, CURLOPT_HTTPHEADER, NULL);
    (void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, NULL);
    (void)curl_easy_setopt(e, CURLOPT_ERRORBUFFER, NULL);
    (void)curl_easy_setopt(e, CURLOPT_PRIVATE, NULL);
    (void)curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, NULL);
    (void)curl_easy_setopt(e, CURLOPT_PREREQDATA, NULL);
    (void)curl_easy_setopt(e, CURLOPT_WRITEDATA, NULL);
    (void)curl_easy_setopt(e, CURLOPT_HEADERDATA, NULL);
}

static enum client_outcome outcome_of(const struct transfer *t, CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return CLIENT_ANSWERED;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return CLIENT_RESOLVE;
    case CURLE_COULDNT_CONNECT:
        return t->forbidden && !t->opened ? CLIENT_FORBIDDEN : CLIENT_REFUSED;
    case CURLE_ABORTED_BY_CALLBACK:
        return t->forbidden ? CLIENT_FORBIDDEN : CLIENT_BROKEN;
    case CURLE_OPERATION_TIMEDOUT:
        return CLIENT_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return CLIENT_TLS;
    case CURLE_URL_MALFORMAT:
        return CLIENT_BAD_URL;
    default:
        return t->too_long ? CLIENT_TOO_LONG : CLIENT_BROKEN;
    }
}

static void set_detail(struct client_response *response, const char *text)
{
    size_t i;

    /* A query may carry a token, so nothing behind a question mark is told. */
    for (i = 0; i < sizeof response->detail - 1 && text[i] != '\0' && text[i] != '?'; i++) {
        response->detail[i] = isprint((unsigned char)text[i]) ? text[i] : ' ';
    }
    response->detail[i] = '\0';
}

void transfer_fail(struct transfer *t, enum client_outcome outcome, const char *detail)
{
    struct client_response *response = &t->result->response;

    buf_fini(&t->result->body);
    *response = (struct client_response){.outcome = outcome};
    set_detail(response, detail);
}

static void lend(struct transfer *t)
{
    struct result *result = t->result;
    struct client_response *response = &result->response;

    result->headers = calloc(t->line_count + 1, sizeof *result->headers);
    check_bug(result->headers != NULL);
    for (size_t i = 0; i < t->line_count; i++) {
        const struct head_line *line = &t->lines[i];

        result->headers[i].name = weir_str_n(result->head.data + line->name_at, line->name_len);
        result->headers[i].value = weir_str_n(result->head.data + line->value_at, line->value_len);
    }
    response->headers = result->headers;
    response->header_count = t->line_count;
    response->body = buf_bytes(&result->body);
}

void transfer_conclude(struct transfer *t, CURLcode code)
{
    enum client_outcome outcome = outcome_of(t, code);
    struct client_response *response = &t->result->response;
    curl_off_t total_us = 0;
    long status = 0;

    (void)curl_easy_getinfo(t->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    if (outcome == CLIENT_ANSWERED) {
        (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
        response->outcome = CLIENT_ANSWERED;
        response->status = (int)status;
        lend(t);
    } else if (outcome == CLIENT_FORBIDDEN) {
        transfer_fail(t, outcome, "the name resolves to a private address, which is not allowed here");
    } else if (outcome == CLIENT_TOO_LONG) {
        char text[80];

        (void)snprintf(text, sizeof text, "the answer is longer than %zu bytes", t->response_max);
        transfer_fail(t, outcome, text);
    } else {
        transfer_fail(t, outcome, t->complaint[0] != '\0' ? t->complaint : curl_easy_strerror(code));
    }
    response->transfer_us = (int64_t)total_us;
}
