#include "web/auth.h"

#include <stdlib.h>
#include <strings.h>

#define SCHEME "bearer "
#define SCHEME_LEN (sizeof SCHEME - 1)

void auth_init(struct auth *auth)
{
    *auth = (struct auth){0};
    (void)pthread_rwlock_init(&auth->lock, NULL);
}

void auth_fini(struct auth *auth)
{
    for (int kind = 0; kind < AUTH_KINDS; kind++) {
        free(auth->keys[kind].digests);
    }
    (void)pthread_rwlock_destroy(&auth->lock);
}

static bool has_scheme(struct weir_str text)
{
    return text.len >= SCHEME_LEN && strncasecmp(text.data, SCHEME, SCHEME_LEN) == 0;
}

/* The key alone. The client does not prefix a key that already reads "bearer …", so a configured key and
 * a header are both taken without that word. */
static struct weir_str bare_key(struct weir_str text)
{
    if (has_scheme(text)) {
        text = weir_str_n(text.data + SCHEME_LEN, text.len - SCHEME_LEN);
    }
    while (text.len > 0 && text.data[0] == ' ') {
        text = weir_str_n(text.data + 1, text.len - 1);
    }
    while (text.len > 0 && text.data[text.len - 1] == ' ') {
        text.len--;
    }
    return text;
}

static int digests_of(struct auth_keys *out, const struct web_key *keys, size_t count, struct weir_error *err)
{
    uint8_t(*digests)[CRYPTO_SHA256] = calloc(count > 0 ? count : 1, sizeof *digests);
    int rc = 0;

    if (digests == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the keys");
    }
    for (size_t i = 0; i < count && rc == 0; i++) {
        struct weir_str bare = bare_key(weir_str(keys[i].key));
        struct weir_bytes part = weir_str_bytes(bare);

        if (bare.len == 0) {
            rc = weir_fail(err, WEIR_E_CONFIG, "the key \"%s\" is empty: anybody could use it",
                           keys[i].name != NULL ? keys[i].name : "");
        } else {
            rc = crypto_sha256(digests[i], &part, 1, err);
        }
    }
    if (rc != 0) {
        free(digests);
        return rc;
    }
    *out = (struct auth_keys){.digests = digests, .count = count};
    return 0;
}

int auth_set(struct auth *auth, const struct web_key *api, size_t api_count, const struct web_key *admin,
             size_t admin_count, struct weir_error *err)
{
    struct auth_keys fresh[AUTH_KINDS] = {{0}};
    struct auth_keys old[AUTH_KINDS];
    int rc = digests_of(&fresh[AUTH_API], api, api_count, err);

    if (rc == 0) {
        rc = digests_of(&fresh[AUTH_ADMIN], admin, admin_count, err);
    }
    if (rc != 0) {
        free(fresh[AUTH_API].digests);
        return rc;
    }
    (void)pthread_rwlock_wrlock(&auth->lock);
    memcpy(old, auth->keys, sizeof old);
    memcpy(auth->keys, fresh, sizeof fresh);
    (void)pthread_rwlock_unlock(&auth->lock);
    for (int kind = 0; kind < AUTH_KINDS; kind++) {
        free(old[kind].digests);
    }
    return 0;
}

bool auth_allows(struct auth *auth, enum auth_kind kind, struct weir_str authorization)
{
    struct weir_bytes part;
    uint8_t digest[CRYPTO_SHA256];
    bool found = false;

    if (!has_scheme(authorization)) {
        return false;
    }
    part = weir_str_bytes(bare_key(authorization));
    if (part.len == 0 || crypto_sha256(digest, &part, 1, NULL) != 0) {
        return false;
    }
    (void)pthread_rwlock_rdlock(&auth->lock);
    for (size_t i = 0; i < auth->keys[kind].count; i++) {
        /* Each is compared, whatever the ones before said. */
        found |= crypto_equal(weir_bytes(digest, sizeof digest),
                              weir_bytes(auth->keys[kind].digests[i], CRYPTO_SHA256));
    }
    (void)pthread_rwlock_unlock(&auth->lock);
    return found;
}
