/*
 * services: what an instance lends to its connector, but for HTTP.
 *
 * Each call arrives from code we do not trust to be right: spans are checked before they are read, and what
 * is not marked [pure] in the contract only works on the thread of a running call.
 */
#include "base/crypto.h"
#include "base/keypair.h"
#include "base/log.h"
#include "host/instance_internal.h"
#include "host/table_check.h"

#include <stdlib.h>

#define STATE_MAX 16384
#define LOG_MESSAGE_MAX 16384
#define LOG_LINES_MAX 500 /* of one call */
#define PARTS_MAX 64
#define RANDOM_MAX 4096

static int service_misuse(struct weir_error *err, const struct instance *inst, const char *what)
{
    return weir_fail(err, WEIR_E_INVALID, "connector %s: %s", inst->connector->tool, what);
}

static int64_t now_service(const struct weir_host *host)
{
    const struct instance *inst = host->ctx;

    return clock_now_ms(inst->clock);
}

static void log_line(const struct instance *inst, int level, struct weir_str message)
{
    level = level < WEIR_LOG_DEBUG ? WEIR_LOG_DEBUG : level > WEIR_LOG_ERROR ? WEIR_LOG_ERROR : level;
    LOG_LINE((enum weir_level)level, "connector says", LOG_TEXT("integration", inst->integration),
             LOG_TEXT("connector", inst->connector->tool), LOG_STR("message", message));
}

static void log_service(const struct weir_host *host, int level, struct weir_str message)
{
    struct instance *inst = host->ctx;
    char *copy = NULL;
    size_t len;

    /* check may not log: one line per delivery would be the sender's to choose. */
    if (!instance_in_call(inst) || (message.data == NULL && message.len > 0)) {
        return;
    }
    inst->call.log_lines++;
    if (inst->call.log_lines > LOG_LINES_MAX) {
        if (inst->call.log_lines == LOG_LINES_MAX + 1) {
            log_line(inst, WEIR_LOG_WARN, weir_str("(further lines of this call are left out)"));
        }
        return;
    }
    if (message.len > LOG_MESSAGE_MAX) {
        message.len = LOG_MESSAGE_MAX;
    }
    copy = malloc(message.len + 1);
    if (copy == NULL) {
        return;
    }
    len = message.len;
    if (len > 0) {
        memcpy(copy, message.data, len);
    }
    blame_blank(copy, &len, len == LOG_MESSAGE_MAX, inst, inst->webhook_secrets, WEBHOOK_SECRETS);
    log_line(inst, level, weir_str_n(copy, len));
    crypto_wipe(copy, message.len);
    free(copy);
}

static bool setting_service(const struct weir_host *host, const char *key, struct weir_str *value)
{
    const struct instance *inst = host->ctx;

    if (key == NULL || value == NULL) {
        return false;
    }
    if (strcmp(key, "base_url") == 0) {
        *value = weir_str(inst->base_url);
        return true;
    }
    for (size_t i = 0; i < inst->setting_count; i++) {
        if (strcmp(inst->settings[i].key, key) == 0) {
            *value = weir_str(inst->settings[i].value);
            return true;
        }
    }
    return false;
}

static int check_state_use(struct instance *inst, const char *key, bool offered, struct weir_error *err)
{
    if (!instance_in_call(inst)) {
        return service_misuse(err, inst, "state may be used on the worker and during a call only");
    }
    if (!name_is_word(key, 1, TABLE_KEY_MAX)) {
        return service_misuse(err, inst,
                              "a state's key has to be 1 to 32 of a-z, 0-9 and _, beginning with a letter");
    }
    return offered ? 0 : weir_fail(err, WEIR_E_UNSUPPORTED, "%s keeps no state", inst->integration);
}

static int state_get_service(const struct weir_host *host, const char *key, void *buf, size_t cap,
                             size_t *len, struct weir_error *err)
{
    struct instance *inst = host->ctx;
    size_t got = 0;
    int rc = check_state_use(inst, key, inst->state_get != NULL, err);

    if (rc != 0) {
        return rc;
    }
    if (len == NULL || (buf == NULL && cap > 0)) {
        return service_misuse(err, inst, "state_get needs a buffer and a length");
    }
    rc = inst->state_get(inst->state_ctx, weir_str(key), buf, cap, &got, err);
    if (rc == 0 || rc == WEIR_E_LIMIT) {
        *len = got;
    }
    return rc;
}

static int state_put_service(const struct weir_host *host, const char *key, struct weir_bytes value,
                             struct weir_error *err)
{
    struct instance *inst = host->ctx;
    int rc = check_state_use(inst, key, inst->state_put != NULL, err);

    if (rc != 0) {
        return rc;
    }
    if (value.len > STATE_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "connector %s: the state %s has %zu bytes, and %d are the most",
                         inst->connector->tool, key, value.len, STATE_MAX);
    }
    if (value.data == NULL && value.len > 0) {
        return service_misuse(err, inst, "a state's value is at NULL");
    }
    return inst->state_put(inst->state_ctx, weir_str(key), value, err);
}

static bool is_span(struct weir_bytes span)
{
    return span.data != NULL || span.len == 0;
}

static bool are_spans(const struct weir_bytes *parts, size_t part_count)
{
    bool fits = part_count <= PARTS_MAX && (parts != NULL || part_count == 0);

    for (size_t i = 0; fits && i < part_count; i++) {
        fits = is_span(parts[i]);
    }
    return fits;
}

static int hmac_service(const struct weir_host *host, int digest, struct weir_bytes key,
                        const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                        struct weir_error *err)
{
    const struct instance *inst = host->ctx;

    if (!is_span(key) || out == NULL || out_len == NULL || !are_spans(parts, part_count) ||
        digest < WEIR_SHA1 || digest > WEIR_SHA512) {
        return service_misuse(err, inst,
                              "hmac was asked with an unknown digest, a span at NULL or too many parts");
    }
    return crypto_hmac(out, out_len, digest, key, parts, part_count, err);
}

static bool equal_service(const struct weir_host *host, struct weir_bytes a, struct weir_bytes b)
{
    (void)host;
    return is_span(a) && is_span(b) && crypto_equal(a, b);
}

static int random_service(const struct weir_host *host, void *buf, size_t len, struct weir_error *err)
{
    const struct instance *inst = host->ctx;

    if (buf == NULL || len > RANDOM_MAX) {
        return service_misuse(err, inst, "random was asked for more than 4096 bytes, or at NULL");
    }
    return crypto_random(buf, len, err);
}

static int digest_service(const struct weir_host *host, int digest, const struct weir_bytes *parts,
                          size_t part_count, uint8_t *out, size_t *out_len, struct weir_error *err)
{
    const struct instance *inst = host->ctx;

    if (out == NULL || out_len == NULL || !are_spans(parts, part_count) || digest < WEIR_SHA1 ||
        digest > WEIR_SHA512) {
        return service_misuse(err, inst,
                              "digest was asked with an unknown digest, a span at NULL or too many parts");
    }
    return crypto_digest(out, out_len, digest, parts, part_count, err);
}

/* ---- private keys: too slow for the thread that takes requests in ---- */

static int check_key_use(const struct instance *inst, struct weir_str pem, struct weir_error *err)
{
    if (!instance_in_call(inst)) {
        return service_misuse(err, inst, "keys may be used on the worker and during a call only");
    }
    if (pem.data == NULL && pem.len > 0) {
        return service_misuse(err, inst, "a private key is at NULL");
    }
    return 0;
}

static int sign_service(const struct weir_host *host, int signature, struct weir_str pem,
                        const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                        struct weir_error *err)
{
    const struct instance *inst = host->ctx;
    int rc = check_key_use(inst, pem, err);

    if (rc == 0 && (out == NULL || out_len == NULL || !are_spans(parts, part_count) ||
                    (signature != WEIR_RS256 && signature != WEIR_ES256))) {
        rc = service_misuse(err, inst,
                            "sign was asked with an unknown signature, a span at NULL or too many parts");
    }
    return rc != 0 ? rc : keypair_sign(out, out_len, signature, pem, parts, part_count, err);
}

/* What was written, if it fits into what the contract says the connector has. */
static int key_lend(char *out, size_t *out_len, int rc, struct buf *b)
{
    if (rc == 0) {
        memcpy(out, b->data, b->len);
        *out_len = b->len;
    }
    crypto_wipe(b->data, b->len);
    buf_fini(b);
    return rc;
}

static int key_new_service(const struct weir_host *host, int signature, char *pem, size_t *pem_len,
                           struct weir_error *err)
{
    const struct instance *inst = host->ctx;
    struct buf made;
    int rc = check_key_use(inst, weir_str(""), err);

    if (rc == 0 && (pem == NULL || pem_len == NULL || (signature != WEIR_RS256 && signature != WEIR_ES256))) {
        rc = service_misuse(err, inst, "key_new was asked with an unknown signature or without a buffer");
    }
    if (rc != 0) {
        return rc;
    }
    buf_init(&made, WEIR_KEY_PEM_MAX);
    return key_lend(pem, pem_len, keypair_new(&made, signature, err), &made);
}

static int key_public_service(const struct weir_host *host, struct weir_str pem, int *signature, char *jwk,
                              size_t *jwk_len, struct weir_error *err)
{
    const struct instance *inst = host->ctx;
    struct buf made;
    int rc = check_key_use(inst, pem, err);

    if (rc == 0 && (signature == NULL || jwk == NULL || jwk_len == NULL)) {
        rc = service_misuse(err, inst, "key_public needs a place for the signature and a buffer");
    }
    if (rc != 0) {
        return rc;
    }
    buf_init(&made, WEIR_KEY_JWK_MAX);
    return key_lend(jwk, jwk_len, keypair_public(signature, &made, pem, err), &made);
}

void services_lend(struct instance *inst)
{
    inst->host = (struct weir_host){.size = sizeof inst->host,
                                    .abi_major = WEIR_ABI_MAJOR,
                                    .abi_minor = WEIR_ABI_MINOR,
                                    .ctx = inst,
                                    .http = http_service,
                                    .http_release = http_service_release,
                                    .now_ms = now_service,
                                    .log = log_service,
                                    .setting = setting_service,
                                    .state_get = state_get_service,
                                    .state_put = state_put_service,
                                    .hmac = hmac_service,
                                    .equal = equal_service,
                                    .random = random_service,
                                    .digest = digest_service,
                                    .sign = sign_service,
                                    .key_new = key_new_service,
                                    .key_public = key_public_service};
}
