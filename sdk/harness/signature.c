#include "signature.h"

#include "base/crypto.h"

struct form {
    int digest;
    const char *digest_word;
    const char *encoding;
};

static const struct form forms[] = {
    {WEIR_SHA256, "sha256", "hex"}, {WEIR_SHA256, "sha256", "base64"}, {WEIR_SHA256, "sha256", "base64url"},
    {WEIR_SHA1, "sha1", "hex"},     {WEIR_SHA1, "sha1", "base64"},     {WEIR_SHA1, "sha1", "base64url"},
    {WEIR_SHA512, "sha512", "hex"}, {WEIR_SHA512, "sha512", "base64"}, {WEIR_SHA512, "sha512", "base64url"},
};

static void encode(struct buf *out, const struct form *form, struct weir_bytes mac)
{
    if (strcmp(form->encoding, "hex") == 0) {
        crypto_hex(out, mac);
    } else if (strcmp(form->encoding, "base64") == 0) {
        crypto_base64(out, mac);
    } else {
        crypto_base64url(out, mac);
    }
}

/* The value ends with the MAC: what stands in front of it is *prefix_len long. */
static bool ends_with_mac(size_t *prefix_len, struct weir_str value, const struct form *form,
                          struct weir_str secret, const struct weir_bytes parts[3])
{
    uint8_t mac[WEIR_DIGEST_MAX];
    size_t mac_len = 0;
    struct buf text;
    bool same = false;

    if (crypto_hmac(mac, &mac_len, form->digest, weir_str_bytes(secret), parts, 3, NULL) != 0) {
        return false;
    }
    buf_init(&text, 256);
    encode(&text, form, weir_bytes(mac, mac_len));
    if (value.len >= text.len && memcmp(value.data + value.len - text.len, text.data, text.len) == 0) {
        *prefix_len = value.len - text.len;
        same = true;
    }
    buf_fini(&text);
    return same;
}

static bool is_number(struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.len > 0;
}

/* time_header may be NULL. The description of the MAC, or NULL. */
static json_t *try_forms(struct weir_str value, struct weir_str secret, struct weir_bytes body,
                         const char *time_header, struct weir_str time)
{
    static const char *const joints[] = {".", ":", ""};

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        for (size_t j = 0; j < (time_header != NULL ? 3 : 1); j++) {
            const struct weir_bytes parts[3] = {
                weir_str_bytes(time_header != NULL ? time : weir_str("")),
                weir_str_bytes(weir_str(time_header != NULL ? joints[j] : "")), body};
            size_t prefix_len = 0;
            json_t *found;

            if (!ends_with_mac(&prefix_len, value, &forms[i], secret, parts)) {
                continue;
            }
            found = json_pack("{s:s, s:s}", "digest", forms[i].digest_word, "encoding", forms[i].encoding);
            if (prefix_len > 0) {
                (void)json_object_set_new(found, "prefix", json_stringn(value.data, prefix_len));
            }
            if (time_header != NULL) {
                (void)json_object_set_new(found, "time_header", json_string(time_header));
                (void)json_object_set_new(found, "joint", json_string(joints[j]));
            }
            return found;
        }
    }
    return NULL;
}

static json_t *find_in(const json_t *headers, struct weir_str value, struct weir_str secret,
                       struct weir_bytes body)
{
    json_t *found = try_forms(value, secret, body, NULL, weir_str(""));
    const char *name;
    json_t *other;

    json_object_foreach((json_t *)(uintptr_t)headers, name, other)
    {
        struct weir_str time = weir_str_n(json_string_value(other), json_string_length(other));

        if (found == NULL && is_number(time)) {
            found = try_forms(value, secret, body, name, time);
        }
    }
    return found;
}

bool signature_find(json_t *headers, struct weir_str secret, struct weir_bytes body)
{
    const char *name;
    json_t *value;

    json_object_foreach(headers, name, value)
    {
        struct weir_str text = weir_str_n(json_string_value(value), json_string_length(value));
        json_t *found = text.len > 0 ? find_in(headers, text, secret, body) : NULL;

        if (found != NULL) {
            (void)json_object_set_new(headers, name, json_pack("{s:o}", "hmac", found));
            return true;
        }
    }
    return false;
}
