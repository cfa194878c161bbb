/*
 * proof: is a message that an application got one of an endpoint's, and if not, why not?
 *
 * For developers whose check fails: the secret stays here, they paste what they have. The usual mistakes are
 * tried: white space around the body, a time in milliseconds, a secret that was replaced.
 */
#include "flow/flow_internal.h"

#include "flow/dispatch_internal.h"

#include "base/sign.h"

#define SIGNATURES_MAX 8
#define TRIES_MAX 3
#define SIGNATURE_ROOM 256

struct
try {
    const char *hint;
    int64_t timestamp_s;
    struct weir_bytes body;
};

static bool read_seconds(int64_t *out, struct weir_str text)
{
    int64_t value = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || value > INT64_MAX / 10 - 9) {
            return false;
        }
        value = value * 10 + (text.data[i] - '0');
    }
    *out = value;
    return text.len > 0;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static struct weir_bytes trimmed(struct weir_bytes body)
{
    while (body.len > 0 && is_space(body.data[body.len - 1])) {
        body.len--;
    }
    while (body.len > 0 && is_space(body.data[0])) {
        body.data++;
        body.len--;
    }
    return body;
}

/* Is the wanted one among those that were given, with blanks between them? */
static bool is_among(struct weir_str given, struct weir_str wanted)
{
    bool found = false;

    for (size_t n = 0; n < SIGNATURES_MAX && given.len > 0; n++) {
        const char *blank = memchr(given.data, ' ', given.len);
        size_t len = blank != NULL ? (size_t)(blank - given.data) : given.len;

        found |= crypto_equal(weir_str_bytes(weir_str_n(given.data, len)), weir_str_bytes(wanted));
        given = weir_str_n(given.data + len + (blank != NULL), given.len - len - (blank != NULL));
    }
    return found;
}

static int try_secret(const char **scheme, const char *secret, const struct flow_claim *claim,
                      const struct try *try, struct weir_error *err)
{
    struct buf text;
    int rc;

    buf_init(&text, SIGNATURE_ROOM);
    rc = sign_standard(&text, weir_str(secret), claim->id, try->timestamp_s, try->body, err);
    if (rc == 0 && is_among(claim->signature, buf_str(&text))) {
        *scheme = "standard";
    }
    buf_clear(&text);
    rc = rc == 0 ? sign_kombo(&text, weir_str(secret), try->body, err) : rc;
    if (rc == 0 && *scheme == NULL && is_among(claim->signature, buf_str(&text))) {
        *scheme = "kombo";
    }
    buf_fini(&text);
    return rc;
}

/* With the lock. */
static int try_all(struct flow_proof *out, const struct endpoint *e, const struct flow_claim *claim,
                   const struct try *tries, int64_t now_ms, struct weir_error *err)
{
    int rc = 0;

    for (size_t t = 0; rc == 0 && t < TRIES_MAX; t++) {
        for (size_t i = 0; rc == 0 && i < e->secret_count && out->scheme == NULL; i++) {
            bool ended = i > 0 && e->secret_until_ms[i] != 0 && e->secret_until_ms[i] <= now_ms;

            rc = try_secret(&out->scheme, e->secrets[i], claim, &tries[t], err);
            if (out->scheme != NULL) {
                out->secret = ended ? "ended" : i > 0 ? "former" : "newest";
                out->hint = tries[t].hint;
            }
        }
    }
    return rc;
}

int flow_prove(struct flow_proof *out, struct flow *flow, struct weir_str name,
               const struct flow_claim *claim, struct weir_error *err)
{
    struct dispatch *d = flow->dispatch;
    int64_t seconds = 0;
    struct try tries[TRIES_MAX];
    bool found = false;
    int rc = 0;

    *out = (struct flow_proof){.hint = "other"};
    (void)read_seconds(&seconds, claim->timestamp);
    tries[0] = (struct try){.hint = "none", .timestamp_s = seconds, .body = claim->body};
    tries[1] = (struct try){.hint = "whitespace", .timestamp_s = seconds, .body = trimmed(claim->body)};
    tries[2] = (struct try){.hint = "milliseconds", .timestamp_s = seconds / 1000, .body = claim->body};
    pthread_mutex_lock(&d->lock);
    for (const struct endpoint *e = d->endpoints; e != NULL && !found; e = e->next) {
        if (!e->retired && weir_str_is(name, e->row.name)) {
            found = true;
            rc = try_all(out, e, claim, tries, clock_now_ms(d->clock), err);
        }
    }
    pthread_mutex_unlock(&d->lock);
    return found ? rc : weir_fail(err, WEIR_E_NONE, "there is no endpoint %.*s", WEIR_STR_ARG(name));
}
