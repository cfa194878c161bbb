#include "web/link.h"

#include "web/json_out.h"

#include <jansson.h>

static const char *const stage_words[] = {"connect", "steps", "done"};

bool link_hash(uint8_t out[CRYPTO_SHA256], struct weir_str token)
{
    struct weir_bytes part = weir_str_bytes(token);

    return token.len == LINK_TOKEN_TEXT - 1 && crypto_sha256(out, &part, 1, NULL) == 0;
}

/* ---- as text ---- */

static void add(struct buf *out, const char *key, struct weir_str text)
{
    if (text.len > 0) {
        json_out_str(out, key, text);
    }
}

static int encode(struct buf *out, const struct link *link, struct weir_error *err)
{
    buf_add_char(out, '{');
    json_out_text(out, "stage", stage_words[link->stage]);
    add(out, "integration", link->integration);
    add(out, "organization", link->organization);
    add(out, "email", link->email);
    add(out, "origin_id", link->origin_id);
    add(out, "remote_environment", link->remote_environment);
    add(out, "category", link->category);
    add(out, "tool", link->tool);
    add(out, "language", link->language);
    add(out, "scope", link->scope);
    json_out_bool(out, "filtering", link->filtering);
    json_out_bool(out, "field_mapping", link->field_mapping);
    buf_add_char(out, '}');
    return buf_check(out, "a link", err);
}

static struct weir_str text_of(const json_t *root, const char *key)
{
    const json_t *value = json_object_get(root, key);

    return json_is_string(value) ? weir_str_n(json_string_value(value), json_string_length(value))
                                 : weir_str("");
}

static int decode(struct link *out, const struct store_link *stored, struct weir_error *err)
{
    json_t *root = json_loadb(stored->text.data, stored->text.len, 0, NULL);
    struct weir_str stage = text_of(root, "stage");

    if (root == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "what a stored link says is damaged");
    }
    *out = (struct link){.kind = stored->kind,
                         .number = stored->integration,
                         .expires_at_ms = stored->expires_at_ms,
                         .stage = weir_str_is(stage, "connect") ? LINK_STAGE_CONNECT
                                  : weir_str_is(stage, "steps") ? LINK_STAGE_STEPS
                                                                : LINK_STAGE_DONE,
                         .integration = text_of(root, "integration"),
                         .organization = text_of(root, "organization"),
                         .email = text_of(root, "email"),
                         .origin_id = text_of(root, "origin_id"),
                         .remote_environment = text_of(root, "remote_environment"),
                         .category = text_of(root, "category"),
                         .tool = text_of(root, "tool"),
                         .language = text_of(root, "language"),
                         .scope = text_of(root, "scope"),
                         .filtering = json_is_true(json_object_get(root, "filtering")),
                         .field_mapping = json_is_true(json_object_get(root, "field_mapping")),
                         .owner = root};
    return 0;
}

void link_free(struct link *link)
{
    json_decref(link->owner);
    link->owner = NULL;
}

/* ---- the store ---- */

static int write_hashed(struct store *st, const uint8_t hash[CRYPTO_SHA256], const struct link *link,
                        struct weir_error *err)
{
    struct store_link stored = {
        .kind = link->kind, .integration = link->number, .expires_at_ms = link->expires_at_ms};
    struct buf text;
    int rc;

    buf_init(&text, STORE_LINK_TEXT_MAX);
    rc = encode(&text, link, err);
    if (rc == 0) {
        stored.text = buf_str(&text);
        rc = store_link_put(st, hash, &stored, err);
    }
    buf_fini(&text);
    return rc;
}

int link_make(char token[LINK_TOKEN_TEXT], struct store *st, const struct link *link, struct weir_error *err)
{
    uint8_t random[32];
    uint8_t hash[CRYPTO_SHA256];
    struct buf text;
    int rc = crypto_random(random, sizeof random, err);

    buf_init(&text, LINK_TOKEN_TEXT);
    crypto_base64url(&text, weir_bytes(random, sizeof random));
    if (rc == 0 && !link_hash(hash, buf_str(&text))) {
        rc = weir_fail(err, WEIR_E_IO, "a link's token could not be made");
    }
    if (rc == 0) {
        rc = write_hashed(st, hash, link, err);
    }
    if (rc == 0) {
        memcpy(token, text.data, LINK_TOKEN_TEXT - 1);
        token[LINK_TOKEN_TEXT - 1] = '\0';
    }
    buf_fini(&text);
    crypto_wipe(random, sizeof random);
    return rc;
}

static int none(struct weir_error *err)
{
    return weir_fail(err, WEIR_E_NONE, "there is no such link");
}

int link_read(struct link *out, struct store *st, struct weir_str token, struct weir_error *err)
{
    uint8_t hash[CRYPTO_SHA256];
    struct store_link stored;
    struct buf text;
    int rc;

    if (!link_hash(hash, token)) {
        return none(err);
    }
    buf_init(&text, STORE_LINK_TEXT_MAX);
    rc = store_link_get(&stored, &text, st, hash, err);
    if (rc == 0) {
        rc = stored.kind == STORE_LINK_CODE ? none(err) : decode(out, &stored, err);
    }
    buf_fini(&text);
    return rc;
}

int link_write(struct store *st, struct weir_str token, const struct link *link, struct weir_error *err)
{
    uint8_t hash[CRYPTO_SHA256];

    return link_hash(hash, token) ? write_hashed(st, hash, link, err) : none(err);
}

int link_take_code(struct link *out, struct store *st, struct weir_str token, struct weir_error *err)
{
    uint8_t hash[CRYPTO_SHA256];
    struct store_link stored;
    struct buf text;
    int rc;

    if (!link_hash(hash, token)) {
        return none(err);
    }
    buf_init(&text, STORE_LINK_TEXT_MAX);
    rc = store_link_take(&stored, &text, st, hash, STORE_LINK_CODE, err);
    if (rc == 0) {
        rc = decode(out, &stored, err);
    }
    buf_fini(&text);
    return rc;
}
