/*
 * admin_session: signing in to the dashboard, and out.
 */
#include "web/admin.h"
#include "web/admission.h"
#include "web/body.h"
#include "web/cookie.h"
#include "web/envelope.h"
#include "web/forgery.h"
#include "web/json_out.h"

#include <strings.h>

#define RETRY_AFTER_S 600

/* ---- what is told of it ---- */

static void answer_session(struct request *r, const struct auth_key *key, const char *csrf)
{
    struct buf *out = answer_begin(r);

    buf_add_char(out, '{');
    json_out_text(out, "name", key->name);
    json_out_text(out, "role", admission_role_word(key->role));
    admin_put_filter(out, key->filter);
    json_out_text(out, "csrf", csrf);
    buf_add_char(out, '}');
    answer_end(r);
}

/* ---- the cookie ---- */

static bool is_over_tls(const struct request *r)
{
    struct weir_str proto;

    return exchange_is_tls(r->x) || (exchange_header(&proto, r->x, "X-Forwarded-Proto") && proto.len >= 5 &&
                                     strncasecmp(proto.data, "https", 5) == 0);
}

/* An empty token takes it away. */
static void set_cookie(struct request *r, const char *token)
{
    buf_clear(&r->header_text);
    buf_printf(&r->header_text, SESSION_COOKIE "=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
               token, token[0] != '\0' ? SESSION_MS / 1000 : 0, is_over_tls(r) ? "; Secure" : "");
    buf_add_char(&r->header_text, '\0');
    if (!r->header_text.failed) {
        request_header(r, "Set-Cookie", r->header_text.data);
    }
}

bool session_token(struct weir_str *token, const struct request *r)
{
    struct weir_str header;

    return exchange_header(&header, r->x, "Cookie") && cookie_get(token, header, SESSION_COOKIE);
}

/* ---- signing in ---- */

static void begin(struct request *r, struct auth_key *key)
{
    struct weir_error err = {0};
    char token[SESSION_TEXT];
    char csrf[SESSION_TEXT];
    struct weir_str former;
    int rc = session_begin(token, csrf, &r->web->sessions, key, clock_now_ms(r->web->options.clock), &err);

    if (rc != 0) {
        answer_failure(r, rc, &err);
        return;
    }
    if (session_token(&former, r)) {
        session_end(&r->web->sessions, former); /* its cookie is overwritten: nobody could end it any more */
    }
    answer_session(r, key, csrf);
    set_cookie(r, token);
    crypto_wipe(token, sizeof token);
    crypto_wipe(csrf, sizeof csrf);
}

/* Who guesses, by the address: some wrong keys, and then none for a while. */
static uint64_t place_of(const struct request *r)
{
    struct weir_bytes peer = weir_str_bytes(exchange_peer(r->x));
    uint8_t digest[CRYPTO_SHA256];
    uint64_t place = 1;

    if (crypto_sha256(digest, &peer, 1, NULL) == 0) {
        memcpy(&place, digest, sizeof place);
    }
    return place;
}

static void try_key(struct request *r, struct weir_str text)
{
    int64_t now_ms = clock_now_ms(r->web->options.clock);
    uint64_t place = place_of(r);

    if (!tries_left(&r->web->sign_ins, place, now_ms)) {
        r->quiet = true; /* whoever is held off does not fill the audit log */
        answer_error(r, ANSWER_TOO_OFTEN, "Too many wrong keys came from your address: wait ten minutes.");
        r->retry_after_s = RETRY_AFTER_S;
        return;
    }
    r->key = auth_find_bare(&r->web->auth, AUTH_ADMIN, text, now_ms);
    if (r->key == NULL) {
        tries_count(&r->web->sign_ins, place, now_ms);
        answer_error(r, ANSWER_KEY_INVALID, "This is none of the admin keys that are in force.");
        return;
    }
    admission_note_use(r);
    begin(r, r->key);
}

static void sign_in(struct request *r)
{
    static const char *const members[] = {"key", NULL};
    struct weir_error err = {0};
    struct body *body = NULL;
    struct weir_str key = weir_str("");
    int rc;

    if (r->local) {
        answer_error(r, ANSWER_CONFLICT, "The local socket asks for no key: nobody signs in here.");
        return;
    }
    if (!forgery_check_origin(r)) {
        return;
    }
    rc = body_parse(&body, exchange_body(r->x), &err);
    if (rc == 0) {
        rc = body_only(body, members, &err);
    }
    if (rc == 0 && !body_text(&key, body, "key", &err)) {
        rc = err.code != 0 ? err.code : weir_fail(&err, WEIR_E_INVALID, "\"key\" in the body is missing");
    }
    if (rc != 0) {
        r->quiet = true; /* nobody tried anything */
        answer_failure(r, rc, &err);
    } else {
        try_key(r, key);
    }
    body_free(body);
}

/* ---- while it lasts ---- */

static void show(struct request *r)
{
    if (r->local) {
        answer_error(r, ANSWER_CONFLICT, "The local socket asks for no key: nobody signs in here.");
    } else {
        answer_session(r, r->key, r->csrf);
    }
}

static void sign_out(struct request *r)
{
    struct weir_str token;

    if (session_token(&token, r)) {
        session_end(&r->web->sessions, token);
    }
    admin_answer_done(r, 0, NULL);
    set_cookie(r, "");
}

/* ---- the table ---- */

/* Apart from the others: the first comes before there is a key, and the last is everybody's own affair. */
const struct route session_routes[] = {
    {"POST", "/admin/v1/session", sign_in, false, ROUTE_OPEN},
    {"GET", "/admin/v1/session", show, false, ROUTE_READ},
    {"DELETE", "/admin/v1/session", sign_out, false, ROUTE_READ},
    {.method = NULL},
};
