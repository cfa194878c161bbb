#include "config/secret.h"

#include "base/crypto.h"
#include "config/value.h"

#include <stdlib.h>

#define KEY_LEN 32

_Static_assert(sizeof(((struct config_key *)0)->bytes) == KEY_LEN && KEY_LEN == CRYPTO_KEY, "a master key");

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool from_hex(uint8_t out[KEY_LEN], struct weir_str text)
{
    uint8_t bytes[KEY_LEN];
    bool ok = text.len == sizeof bytes * 2;

    for (size_t i = 0; ok && i < sizeof bytes; i++) {
        int high = hex_digit(text.data[2 * i]);
        int low = hex_digit(text.data[2 * i + 1]);

        ok = high >= 0 && low >= 0;
        bytes[i] = (uint8_t)(ok ? high * 16 + low : 0);
    }
    if (ok) {
        memcpy(out, bytes, KEY_LEN);
    }
    crypto_wipe(bytes, sizeof bytes);
    return ok;
}

/* No memory is told apart: the text must not be taken for a passphrase then. */
static bool from_base64(uint8_t out[KEY_LEN], bool *no_memory, struct weir_str text)
{
    struct buf bytes;
    bool ok = false;

    /* 32 bytes are 43 digits and perhaps one "="; anything else is no base64 of a key. */
    if (text.len != 43 && text.len != 44) {
        return false;
    }
    buf_init(&bytes, 64);
    if (crypto_base64_decode(&bytes, text) && !bytes.failed && bytes.len == KEY_LEN) {
        memcpy(out, bytes.data, KEY_LEN);
        ok = true;
    }
    *no_memory = bytes.no_memory;
    crypto_wipe(bytes.data, bytes.cap);
    buf_fini(&bytes);
    return ok;
}

/* Does it hold a byte that nobody types? */
static bool binary(struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if ((c < 0x20 && c != '\n' && c != '\r') || c >= 0x7F) {
            return true;
        }
    }
    return false;
}

static bool key_make(struct config_key *key, struct reader *rd, config_setting_t *at, struct weir_str text,
                     size_t of_file)
{
    struct weir_error why = {0};
    struct weir_bytes part;
    bool no_memory = false;

    /* 32 random bytes may end in what looks like a line end: then all of the file is the key. */
    if (of_file == KEY_LEN && text.len < of_file && binary(weir_str_n(text.data, of_file))) {
        text.len = of_file;
    }
    if (from_hex(key->bytes, text)) {
        key->form = CONFIG_KEY_HEX;
    } else if (from_base64(key->bytes, &no_memory, text)) {
        key->form = CONFIG_KEY_BASE64;
    } else if (no_memory) {
        rd->no_memory = true;
        return false;
    } else if (text.len == KEY_LEN) {
        memcpy(key->bytes, text.data, KEY_LEN);
        key->form = CONFIG_KEY_RAW;
    } else if (text.len > KEY_LEN) {
        part = weir_str_bytes(text);
        if (crypto_sha256(key->bytes, &part, 1, &why) != 0) {
            reader_report(rd, CONFIG_ERROR, at, NULL, NULL, "%s", why.message);
            return false;
        }
        key->form = CONFIG_KEY_DERIVED;
    } else {
        reader_report(rd, CONFIG_ERROR, at, NULL, "make one with: openssl rand -hex 32",
                      "too short: %zu bytes, and a key has 32", text.len);
        return false;
    }
    return true;
}

static bool master_read(struct config_key *key, struct reader *rd, config_setting_t *at)
{
    struct buf value;
    size_t of_file = 0;
    bool ok;

    buf_init(&value, VALUE_FILE_MAX);
    ok = value_resolve(&value, &of_file, rd, at, true) &&
         key_make(key, rd, at, weir_str_n(value.data != NULL ? value.data : "", value.len), of_file);
    crypto_wipe(value.data, value.cap);
    buf_fini(&value);
    if (ok) {
        reader_report(rd, CONFIG_NOTE, at, NULL, NULL, "read as %s", config_key_form_text(key->form));
    }
    return ok;
}

void secret_read_master(struct reader *rd, config_setting_t *at, void *member, void *item)
{
    (void)item;
    (void)master_read(member, rd, at);
}

void secret_fini_master(void *member)
{
    crypto_wipe(member, sizeof(struct config_key));
}

bool secret_equal_master(const void *a, const void *b)
{
    const struct config_key *left = a;
    const struct config_key *right = b;

    return crypto_equal(weir_bytes(left->bytes, KEY_LEN), weir_bytes(right->bytes, KEY_LEN));
}

void secret_read_masters(struct reader *rd, config_setting_t *at, void *member, void *item)
{
    struct config_keys *keys = member;
    int count = config_setting_length(at);

    (void)item;
    if (!config_setting_is_array(at) && !config_setting_is_list(at)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write [ \"@file:...\" ]", "must be an array of strings");
        return;
    }
    keys->items = reader_room(rd, at, sizeof *keys->items);
    for (int i = 0; keys->items != NULL && i < count; i++) {
        if (master_read(&keys->items[keys->count], rd, config_setting_get_elem(at, (unsigned)i))) {
            keys->count++;
        }
    }
}

void secret_fini_masters(void *member)
{
    struct config_keys *keys = member;

    crypto_wipe(keys->items, keys->count * sizeof *keys->items);
    free(keys->items);
}

bool secret_equal_masters(const void *a, const void *b)
{
    const struct config_keys *left = a;
    const struct config_keys *right = b;
    bool equal = left->count == right->count;

    for (size_t i = 0; equal && i < left->count; i++) {
        equal = secret_equal_master(&left->items[i], &right->items[i]);
    }
    return equal;
}

const char *config_key_form_text(enum config_key_form form)
{
    switch (form) {
    case CONFIG_KEY_HEX:
        return "64 hex digits";
    case CONFIG_KEY_BASE64:
        return "base64 of 32 bytes";
    case CONFIG_KEY_RAW:
        return "32 raw bytes";
    case CONFIG_KEY_DERIVED:
        break;
    }
    return "a passphrase longer than 32 bytes; the key is its SHA-256";
}

static bool long_enough(struct reader *rd, config_setting_t *at, const char *value, const char *cure)
{
    if (strlen(value) >= SECRET_LEAST) {
        return true;
    }
    reader_report(rd, CONFIG_ERROR, at, NULL, cure, "too short: %zu characters, at least %d", strlen(value),
                  SECRET_LEAST);
    return false;
}

void secret_check_bearer(struct reader *rd, config_setting_t *at, char *value)
{
    static const char CURE[] = "make one with: openssl rand -hex 32";

    if (!long_enough(rd, at, value, CURE)) {
        return;
    }
    for (const char *c = value; *c != '\0'; c++) {
        if (*c <= ' ' || *c >= 0x7F) {
            reader_report(rd, CONFIG_ERROR, at, NULL, CURE,
                          "holds a space or a character that a header cannot carry");
            return;
        }
    }
}

void secret_check_endpoint(struct reader *rd, config_setting_t *at, char *value)
{
    static const char PREFIX[] = "whsec_";
    struct weir_str rest = weir_str(value);
    struct buf bytes;
    bool decoded;

    if (!long_enough(rd, at, value, "make one with: openssl rand -hex 32") ||
        strncmp(value, PREFIX, sizeof PREFIX - 1) != 0) {
        return;
    }
    rest.data += sizeof PREFIX - 1;
    rest.len -= sizeof PREFIX - 1;
    buf_init(&bytes, VALUE_FILE_MAX);
    decoded = crypto_base64_decode(&bytes, rest);
    if (bytes.no_memory) {
        rd->no_memory = true;
    } else if (!decoded) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "take one that does not begin with whsec_, or whole base64",
                      "what follows whsec_ is not base64");
    } else if (bytes.len < SECRET_LEAST) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "make one with: openssl rand -base64 32",
                      "too short: whsec_ with %zu bytes, at least %d", bytes.len, SECRET_LEAST);
    }
    crypto_wipe(bytes.data, bytes.cap);
    buf_fini(&bytes);
}
