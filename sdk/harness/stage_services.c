/*
 * stage_services: the host's services, each wrapped to be counted and to fail when it is asked to.
 *
 * What is not played goes on to the host's own, which checks how it is used.
 */
#include "stage_internal.h"

const char *stage_service_word(enum stage_service service)
{
    static const char *const words[STAGE_SERVICES] = {
        [STAGE_HTTP] = "http",
        [STAGE_NOW] = "now_ms",
        [STAGE_LOG] = "log",
        [STAGE_SETTING] = "setting",
        [STAGE_STATE_GET] = "state_get",
        [STAGE_STATE_PUT] = "state_put",
        [STAGE_HMAC] = "hmac",
        [STAGE_EQUAL] = "equal",
        [STAGE_RANDOM] = "random",
        [STAGE_DIGEST] = "digest",
        [STAGE_SIGN] = "sign",
        [STAGE_KEY_NEW] = "key_new",
        [STAGE_KEY_PUBLIC] = "key_public",
    };

    return words[service];
}

bool stage_is_live(const struct stage *st)
{
    return st->meddler != NULL && st->meddler->client != NULL;
}

int stage_use(struct stage *st, enum stage_service service, struct weir_error *err)
{
    st->used[service]++;
    return st->meddler != NULL && st->meddler->before != NULL
               ? st->meddler->before(st->meddler->ctx, service, err)
               : 0;
}

static int64_t now(const struct weir_host *host)
{
    struct stage *st = host->ctx;

    (void)stage_use(st, STAGE_NOW, NULL);
    return st->real.now_ms(&st->real);
}

/* As it was written, secrets and all: the host's blanking would hide from an author what he did. */
static void log_line(const struct weir_host *host, int level, struct weir_str message)
{
    static const char *const words[] = {"debug", "info", "warn", "error"};
    struct stage *st = host->ctx;

    (void)stage_use(st, STAGE_LOG, NULL);
    buf_add_text(&st->log,
                 words[level >= WEIR_LOG_DEBUG && level <= WEIR_LOG_ERROR ? level : WEIR_LOG_ERROR]);
    buf_add_text(&st->log, ": ");
    buf_add_str(&st->log, message);
    buf_add_char(&st->log, '\n');
}

static bool setting(const struct weir_host *host, const char *key, struct weir_str *value)
{
    struct stage *st = host->ctx;

    return stage_use(st, STAGE_SETTING, NULL) == 0 && st->real.setting(&st->real, key, value);
}

static int state_get(const struct weir_host *host, const char *key, void *buf, size_t cap, size_t *len,
                     struct weir_error *err)
{
    struct stage *st = host->ctx;
    int rc = stage_use(st, STAGE_STATE_GET, err);

    return rc != 0 ? rc : st->real.state_get(&st->real, key, buf, cap, len, err);
}

static int state_put(const struct weir_host *host, const char *key, struct weir_bytes value,
                     struct weir_error *err)
{
    struct stage *st = host->ctx;
    int rc = stage_use(st, STAGE_STATE_PUT, err);

    return rc != 0 ? rc : st->real.state_put(&st->real, key, value, err);
}

static int hmac(const struct weir_host *host, int digest, struct weir_bytes key,
                const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                struct weir_error *err)
{
    struct stage *st = host->ctx;
    int rc = stage_use(st, STAGE_HMAC, err);

    return rc != 0 ? rc : st->real.hmac(&st->real, digest, key, parts, part_count, out, out_len, err);
}

static bool equal(const struct weir_host *host, struct weir_bytes a, struct weir_bytes b)
{
    struct stage *st = host->ctx;

    (void)stage_use(st, STAGE_EQUAL, NULL);
    return st->real.equal(&st->real, a, b);
}

/* No two draws are the same, and each play's are. */
static int random_bytes(const struct weir_host *host, void *buf, size_t len, struct weir_error *err)
{
    struct stage *st = host->ctx;
    int rc = stage_use(st, STAGE_RANDOM, err);

    if (rc == 0) {
        rc = st->real.random(&st->real, buf, len, err);
    }
    if (rc == 0 && !stage_is_live(st)) {
        memset(buf, ++st->drawn, len);
    }
    return rc;
}

static int digest_parts(const struct weir_host *host, int digest, const struct weir_bytes *parts,
                        size_t part_count, uint8_t *out, size_t *out_len, struct weir_error *err)
{
    struct stage *st = host->ctx;
    int rc = stage_use(st, STAGE_DIGEST, err);

    return rc != 0 ? rc : st->real.digest(&st->real, digest, parts, part_count, out, out_len, err);
}

static int sign(const struct weir_host *host, int signature, struct weir_str pem,
                const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                struct weir_error *err)
{
    struct stage *st = host->ctx;
    int rc = stage_use(st, STAGE_SIGN, err);

    return rc != 0 ? rc : st->real.sign(&st->real, signature, pem, parts, part_count, out, out_len, err);
}

static int key_new(const struct weir_host *host, int signature, char *pem, size_t *pem_len,
                   struct weir_error *err)
{
    struct stage *st = host->ctx;
    int rc = stage_use(st, STAGE_KEY_NEW, err);

    return rc != 0 ? rc : st->real.key_new(&st->real, signature, pem, pem_len, err);
}

static int key_public(const struct weir_host *host, struct weir_str pem, int *signature, char *jwk,
                      size_t *jwk_len, struct weir_error *err)
{
    struct stage *st = host->ctx;
    int rc = stage_use(st, STAGE_KEY_PUBLIC, err);

    return rc != 0 ? rc : st->real.key_public(&st->real, pem, signature, jwk, jwk_len, err);
}

void stage_lend(void *ctx, struct weir_host *host)
{
    struct stage *st = ctx;

    st->real = *host;
    host->ctx = st;
    host->http = stage_http;
    host->http_release = stage_http_release;
    host->now_ms = now;
    host->log = log_line;
    host->setting = setting;
    host->state_get = state_get;
    host->state_put = state_put;
    host->hmac = hmac;
    host->equal = equal;
    host->random = random_bytes;
    host->digest = digest_parts;
    host->sign = sign;
    host->key_new = key_new;
    host->key_public = key_public;
}
