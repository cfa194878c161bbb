/*
 * admin_keys: API keys, listed, made and revoked while the daemon runs.
 *
 * A key is shown once, in the answer that made it; from then on only its hash and its first characters are
 * known. Those of the configuration file are listed, and changed there.
 */
#include "web/admin.h"
#include "web/admission.h"
#include "web/body.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/list_query.h"

#include <stdlib.h>

#define KEY_BYTES 32 /* 256 bits, so that guessing is no road to it */
#define KEY_HEAD "weir_"
#define KEY_TEXT_MAX 64
#define PREFIX_LEN (sizeof KEY_HEAD - 1 + 6)
#define PATTERNS_MAX 64
#define DAY_MS (24LL * 60 * 60 * 1000)
#define DAYS_MAX 36500

/* ---- one as the API shows it ---- */

void admin_put_filter(struct buf *out, const char *filter)
{
    json_out_open(out, "integrations", '[');
    while (*filter != '\0') {
        size_t len = strcspn(filter, ",");

        json_out_item(out);
        json_out_str_value(out, weir_str_n(filter, len));
        filter += len + (filter[len] == ',');
    }
    buf_add_char(out, ']');
}

static void write_filter(struct buf *out, const char *filter)
{
    if (filter[0] == '\0') {
        json_out_null(out, "integrations");
    } else {
        admin_put_filter(out, filter);
    }
}

static void write_head(struct buf *out, const char *name, const char *prefix, bool admin, enum web_role role,
                       const char *filter)
{
    json_out_text(out, "name", name);
    json_out_text(out, "prefix", prefix);
    json_out_text(out, "surface", admin ? "admin" : "app");
    json_out_text(out, "role", admission_role_word(role));
    write_filter(out, filter);
}

static void write_of_file(struct buf *out, struct auth_key *key)
{
    write_head(out, key->name, NULL, key->kind == AUTH_ADMIN, key->role, key->filter);
    json_out_text(out, "kept_in", "file");
    json_out_text(out, "state", "active");
    json_out_null(out, "created_at");
    json_out_null(out, "created_by");
    json_out_null(out, "expires_at");
    json_out_null(out, "revoked_at");
    json_out_time(out, "last_used_at", atomic_load(&key->last_used_ms));
}

static void write_stored(struct buf *out, const struct store_bearer *row, int64_t now_ms)
{
    bool expired = row->expires_at_ms != 0 && row->expires_at_ms <= now_ms;

    write_head(out, row->name, row->prefix, row->surface == STORE_BEARER_ADMIN, (enum web_role)row->role,
               row->filter);
    json_out_text(out, "kept_in", "store");
    json_out_text(out, "state", row->revoked_at_ms != 0 ? "revoked" : expired ? "expired" : "active");
    json_out_time(out, "created_at", row->created_at_ms);
    json_out_text(out, "created_by", row->made_by[0] != '\0' ? row->made_by : "local");
    json_out_time(out, "expires_at", row->expires_at_ms);
    json_out_time(out, "revoked_at", row->revoked_at_ms);
    json_out_time(out, "last_used_at", row->last_used_ms);
}

/* ---- all ---- */

struct keys {
    struct admin_list list;
    uint64_t place; /* of the next */
};

/* true: it is one of this page, and opened. *more: the page has room. */
static bool open_row(struct keys *all, bool *more)
{
    uint64_t place = ++all->place;

    *more = true;
    if (place <= all->list.after[0]) {
        return false;
    }
    *more = admin_list_row(&all->list, place, 0);
    return *more;
}

static bool write_row(void *ctx, const struct store_bearer *row)
{
    struct keys *all = ctx;
    bool more;

    if (open_row(all, &more)) {
        write_stored(all->list.out, row, clock_now_ms(all->list.r->web->options.clock));
        buf_add_char(all->list.out, '}');
    }
    return more;
}

void admin_keys(struct request *r)
{
    static const char *const params[] = {NULL};
    struct keys all = {.place = 0};
    struct weir_error err = {0};
    struct auth_key *key;
    bool more = true;
    int rc = 0;

    if (!admin_list_begin(&all.list, r, params)) {
        return;
    }
    for (size_t n = 0; more && (key = auth_nth(&r->web->auth, AUTH_FILE, n)) != NULL; n++) {
        if (open_row(&all, &more)) {
            write_of_file(all.list.out, key);
            buf_add_char(all.list.out, '}');
        }
        auth_key_unref(key);
    }
    if (more) {
        rc = store_bearers(r->web->options.store, write_row, &all, &err);
    }
    admin_list_end(&all.list, rc, &err);
}

/* ---- one ---- */

/* With a reference; NULL: the file has none of that name. */
static struct auth_key *of_file(struct web *web, struct weir_str name)
{
    struct auth_key *key;

    for (size_t n = 0; (key = auth_nth(&web->auth, AUTH_FILE, n)) != NULL; n++) {
        if (weir_str_is(name, key->name)) {
            return key;
        }
        auth_key_unref(key);
    }
    return NULL;
}

struct one {
    struct weir_str name;
    struct store_bearer row;
    bool found;
};

static bool take_one(void *ctx, const struct store_bearer *row)
{
    struct one *one = ctx;

    if (weir_str_is(one->name, row->name)) {
        one->row = *row;
        one->found = true;
    }
    return !one->found;
}

void admin_key(struct request *r)
{
    struct one one = {.name = r->params[0]};
    struct auth_key *key = of_file(r->web, r->params[0]);
    struct weir_error err = {0};
    struct buf *out;
    int rc = key == NULL ? store_bearers(r->web->options.store, take_one, &one, &err) : 0;

    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else if (key == NULL && !one.found) {
        answer_error(r, ANSWER_NOT_FOUND, "there is no key of that name");
    } else {
        out = answer_begin(r);
        buf_add_char(out, '{');
        if (key != NULL) {
            write_of_file(out, key);
        } else {
            write_stored(out, &one.row, clock_now_ms(r->web->options.clock));
        }
        buf_add_char(out, '}');
        answer_end(r);
    }
    auth_key_unref(key);
}

/* ---- making one ---- */

bool admin_name_is(struct weir_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!plain && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
            return false;
        }
    }
    return name.len > 0 && name.len < STORE_BEARER_NAME;
}

static void read_who(struct store_bearer *row, const struct body *body, struct weir_error *err)
{
    struct weir_str name = weir_str("");
    struct weir_str surface = weir_str("");
    struct weir_str role = weir_str("");

    (void)body_text(&name, body, "name", err);
    (void)body_text(&surface, body, "surface", err);
    (void)body_text(&role, body, "role", err);
    if (err->code != 0) {
        return;
    }
    if (!admin_name_is(name)) {
        weir_fail(err, WEIR_E_INVALID,
                  "\"name\" in the body has to be 1 to %d letters, digits, \".\", \"_\" or \"-\"",
                  STORE_BEARER_NAME - 1);
        return;
    }
    memcpy(row->name, name.data, name.len);
    row->surface = weir_str_is(surface, "admin") ? STORE_BEARER_ADMIN : STORE_BEARER_API;
    row->role = weir_str_is(role, "admin")     ? WEB_ADMIN
                : weir_str_is(role, "operate") ? WEB_OPERATE
                                               : WEB_READ;
    if (!weir_str_is(surface, "admin") && !weir_str_is(surface, "app")) {
        weir_fail(err, WEIR_E_INVALID, "\"surface\" in the body has to be \"app\" or \"admin\"");
    } else if (!weir_str_is(role, admission_role_word((enum web_role)row->role)) ||
               (row->role == WEB_ADMIN && row->surface == STORE_BEARER_API)) {
        weir_fail(err, WEIR_E_INVALID, "\"role\" in the body has to be \"read\" or \"operate\"%s",
                  row->surface == STORE_BEARER_ADMIN ? ", or \"admin\"" : " for the surface app");
    }
}

static void read_filter(struct store_bearer *row, const struct body *body, struct weir_error *err)
{
    struct weir_str patterns[PATTERNS_MAX];
    size_t count = body_texts(patterns, PATTERNS_MAX, body, "integrations", err);
    size_t len = 0;

    for (size_t i = 0; err->code == 0 && i < count; i++) {
        if (!auth_pattern_is(patterns[i])) {
            weir_fail(err, WEIR_E_INVALID,
                      "\"integrations\" in the body takes ids and patterns, as \"personio:acme\" or "
                      "\"personio:*\"");
        } else if (len + patterns[i].len + 1 < sizeof row->filter) {
            len += (size_t)snprintf(row->filter + len, sizeof row->filter - len, "%s%.*s", i > 0 ? "," : "",
                                    WEIR_STR_ARG(patterns[i]));
        } else {
            weir_fail(err, WEIR_E_LIMIT, "\"integrations\" in the body is too long");
        }
    }
    if (err->code == 0 && count == 0 && body_has(body, "integrations")) {
        weir_fail(err, WEIR_E_INVALID, "\"integrations\" in the body is empty: leave it out for all of them");
    }
}

static void read_end(struct store_bearer *row, const struct body *body, int64_t now_ms,
                     struct weir_error *err)
{
    struct weir_str at;
    uint64_t days = 0;
    bool has_at = body_text(&at, body, "expires_at", err);
    bool has_days = body_number(&days, body, "expires_in_days", err);

    if (err->code == 0 && has_at &&
        (has_days || !list_time_parse(&row->expires_at_ms, at) || row->expires_at_ms <= now_ms)) {
        weir_fail(
            err, WEIR_E_INVALID,
            "\"expires_at\" in the body has to be a time to come, as 2030-01-01T00:00:00Z, and stand alone");
    } else if (err->code == 0 && has_days && (days == 0 || days > DAYS_MAX)) {
        weir_fail(err, WEIR_E_INVALID, "\"expires_in_days\" in the body has to be from 1 to %d", DAYS_MAX);
    } else if (has_days) {
        row->expires_at_ms = now_ms + (int64_t)days * DAY_MS;
    }
}

/* The key as text, which is wiped by the caller. */
static int make_key(char out[KEY_TEXT_MAX], struct store_bearer *row, struct weir_error *err)
{
    uint8_t random[KEY_BYTES];
    struct weir_bytes part;
    struct buf text;
    int rc = crypto_random(random, sizeof random, err);

    if (rc != 0) {
        return rc;
    }
    buf_init(&text, KEY_TEXT_MAX - 1);
    buf_add_text(&text, KEY_HEAD);
    crypto_base64url(&text, weir_bytes(random, sizeof random));
    crypto_wipe(random, sizeof random);
    rc = buf_check(&text, "a key", err);
    if (rc == 0) {
        memcpy(out, text.data, text.len);
        out[text.len] = '\0';
        memcpy(row->prefix, text.data, PREFIX_LEN);
        part = buf_bytes(&text);
        rc = crypto_sha256(row->digest, &part, 1, err);
    }
    if (text.data != NULL) {
        crypto_wipe(text.data, text.cap);
    }
    buf_fini(&text);
    return rc;
}

static int create(struct store_bearer *row, char key[KEY_TEXT_MAX], struct request *r, struct weir_error *err)
{
    struct auth_key *taken = of_file(r->web, weir_str(row->name));
    int rc;

    if (taken != NULL) {
        auth_key_unref(taken);
        return weir_fail(err, WEIR_E_CONFIG, "the configuration file has a key \"%s\" already", row->name);
    }
    (void)snprintf(row->made_by, sizeof row->made_by, "%s", r->key != NULL ? r->key->name : "");
    rc = make_key(key, row, err);
    if (rc == 0) {
        rc = store_bearer_add(row, r->web->options.store, err);
    }
    return rc == 0 ? admission_load(r->web, err) : rc;
}

void admin_key_create(struct request *r)
{
    struct store_bearer row = {.surface = 0};
    struct weir_error err = {0};
    struct body *body = NULL;
    char key[KEY_TEXT_MAX] = "";
    int64_t now_ms = clock_now_ms(r->web->options.clock);
    int rc = body_parse(&body, exchange_body(r->x), &err);

    if (rc == 0) {
        read_who(&row, body, &err);
        admission_target(r, weir_str(row.name));
        read_filter(&row, body, &err);
        read_end(&row, body, now_ms, &err);
        rc = err.code;
    }
    if (rc == 0) {
        rc = create(&row, key, r, &err);
    }
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        struct buf *out = answer_begin(r);

        buf_add_char(out, '{');
        write_stored(out, &row, now_ms);
        json_out_text(out, "key", key);
        buf_add_char(out, '}');
        answer_end(r);
    }
    crypto_wipe(key, sizeof key);
    body_free(body);
}

void admin_key_revoke(struct request *r)
{
    struct auth_key *key = of_file(r->web, r->params[0]);
    struct weir_error err = {0};
    int rc;

    if (key != NULL) {
        rc = weir_fail(&err, WEIR_E_CONFIG,
                       "the key \"%s\" is in the configuration file: take it out there, then: weir reload",
                       key->name);
        auth_key_unref(key);
    } else {
        rc = store_bearer_revoke(r->web->options.store, r->params[0], &err);
        if (rc == 0) {
            rc = admission_load(r->web, &err);
        }
    }
    admin_answer_done(r, rc, &err);
}
