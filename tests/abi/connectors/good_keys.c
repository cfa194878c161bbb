/*
 * A connector of contract 1.1 that uses what it added. It must load for ever after.
 *
 * Its records say what the services gave: "digest", "sign", "key".
 */
#include "skeleton.h"

#include "weir/jwt.h"

#include <stdlib.h>

struct self {
    const struct weir_host *host;
};

static int keys_open(void **out, const struct weir_host *host, struct weir_error *err)
{
    struct self *self = NULL;

    if (!WEIR_HOST_HAS(host, key_public)) {
        return weir_fail(err, WEIR_E_UNSUPPORTED, "this needs a Weir of contract 1.1");
    }
    self = calloc(1, sizeof *self);
    if (self == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    self->host = host;
    *out = self;
    return 0;
}

static void keys_close(void *self)
{
    free(self);
}

/* A key made, and a token signed with it whose header is the key's public half. */
static int keys_record(void *opaque, const struct weir_ref *ref, const struct weir_sink *sink,
                       struct weir_error *err)
{
    const struct weir_host *host = ((struct self *)opaque)->host;
    char pem[WEIR_KEY_PEM_MAX];
    char jwk[WEIR_KEY_JWK_MAX];
    char token[4096];
    char id[WEIR_JWT_ID_TEXT];
    char json[64];
    uint8_t out[WEIR_DIGEST_MAX];
    struct weir_bytes part;
    size_t pem_len = 0;
    size_t jwk_len = 0;
    size_t out_len = 0;
    int signature = 0;
    int rc = host->key_new(host, WEIR_ES256, pem, &pem_len, err);

    if (rc == 0) {
        rc = host->key_public(host, weir_str_n(pem, pem_len), &signature, jwk, &jwk_len, err);
    }
    if (rc == 0) {
        rc = weir_jwt_id(id, host, err);
    }
    if (rc == 0) {
        rc = weir_jwt_sign(token, sizeof token, host, signature, weir_str_n(pem, pem_len),
                           weir_str_n(jwk, jwk_len), weir_str(id), err);
    }
    if (rc == 0) {
        part = weir_bytes(token, strlen(token));
        rc = host->digest(host, WEIR_SHA256, &part, 1, out, &out_len, err);
    }
    if (rc != 0) {
        return rc;
    }
    (void)snprintf(json, sizeof json, "{\"first_name\":\"%d of %zu\"}", signature, out_len);
    return sink->record(sink, ref->model, ref->remote_id, weir_bytes(json, strlen(json)), err);
}

static const struct weir_fetch fetch = {
    .size = sizeof(struct weir_fetch), .record = keys_record, .list = skeleton_list};

WEIR_EXPORT const struct weir_connector weir_connector = {.magic = WEIR_CONNECTOR_MAGIC,
                                                          .size = sizeof(struct weir_connector),
                                                          .abi_major = 1,
                                                          .abi_minor = 1,
                                                          SKELETON_SELF("good_keys"),
                                                          SKELETON_MODELS,
                                                          .open = keys_open,
                                                          .close = keys_close,
                                                          .verify = &skeleton_verify,
                                                          .fetch = &fetch};
