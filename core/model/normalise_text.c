/* Texts: strings, e-mail addresses and the words of enums. */
#include "model/normalise.h"

#include <strings.h>

bool normalise_scalar(struct weir_str *text, char digits[NORMALISE_DIGITS], const json_t *value)
{
    if (json_is_string(value)) {
        *text = weir_str_n(json_string_value(value), json_string_length(value));
        return true;
    }
    if (!json_is_number(value)) {
        return false;
    }
    *text = weir_str_n(digits, normalise_number_text(digits, value));
    return true;
}

/* 0 and the text, or WEIR_E_INVALID. */
static int text_of(struct weir_str *text, char digits[NORMALISE_DIGITS], struct normaliser *n,
                   const struct model_field *field, const json_t *value)
{
    if (!normalise_scalar(text, digits, value)) {
        return normalise_wrong_class(n, field, value, "text");
    }
    if (text->len > NORMALISE_TEXT_MAX) {
        return normalise_fail(n, field, "text longer than 64 KiB");
    }
    return 0;
}

int normalise_string(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    char digits[NORMALISE_DIGITS];
    struct weir_str text;
    int rc = text_of(&text, digits, n, field, value);

    if (rc != 0) {
        return rc;
    }
    if (!json_is_string(value)) {
        normalise_note(n, field, "number turned into text");
    }
    buf_add_json_str(&n->json, text);
    return FIT_VALUE;
}

/* Bytes above ASCII are let through: addresses and domains may be international. */
static bool email_char(unsigned char c)
{
    return c > 0x20 && c != 0x7f && strchr("<>()[]\\,;:\"@", c) == NULL;
}

static bool domain_is(struct weir_str domain)
{
    size_t label = 0;
    bool dotted = false;

    for (size_t i = 0; i < domain.len; i++) {
        unsigned char c = (unsigned char)domain.data[i];

        if (c == '.') {
            if (label == 0) {
                return false;
            }
            dotted = true;
            label = 0;
            continue;
        }
        if (c < 0x80 && c != '-' && !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) {
            return false;
        }
        label++;
    }
    return dotted && label > 0;
}

/* Syntax only, and the usual one: no quoted local parts, no address literals. */
static bool email_is(struct weir_str text)
{
    const char *at = text.len > 0 ? memchr(text.data, '@', text.len) : NULL;
    size_t local = at != NULL ? (size_t)(at - text.data) : 0;

    if (local == 0 || local > 64 || text.len > 320) {
        return false;
    }
    for (size_t i = 0; i < local; i++) {
        if (!email_char((unsigned char)text.data[i])) {
            return false;
        }
    }
    return domain_is(weir_str_n(at + 1, text.len - local - 1));
}

int normalise_email(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    struct weir_str text;

    if (!json_is_string(value)) {
        return normalise_wrong_class(n, field, value, "text");
    }
    text = weir_str_n(json_string_value(value), json_string_length(value));
    if (!email_is(text)) {
        return normalise_to_null(n, field, "not an e-mail address");
    }
    buf_add_json_str(&n->json, text);
    return FIT_VALUE;
}

const char *normalise_word(const struct model_field *field, struct weir_str text)
{
    for (const char *const *word = field->values; *word != NULL; word++) {
        if (strlen(*word) == text.len && strncasecmp(*word, text.data, text.len) == 0) {
            return *word;
        }
    }
    return NULL;
}

static int enum_value(struct normaliser *n, const struct model_field *field, const json_t *value, bool open)
{
    char digits[NORMALISE_DIGITS];
    struct weir_str text;
    const char *word;
    int rc = text_of(&text, digits, n, field, value);

    if (rc != 0) {
        return rc;
    }
    if (text.len == 0) {
        return normalise_to_null(n, field, "empty word");
    }
    word = normalise_word(field, text);
    if (word == NULL && !open) {
        return normalise_to_null(n, field, "unknown word");
    }
    if (!json_is_string(value)) {
        normalise_note(n, field, "number turned into text");
    }
    buf_add_json_str(&n->json, word != NULL ? weir_str(word) : text);
    return FIT_VALUE;
}

int normalise_open_enum(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    return enum_value(n, field, value, true);
}

int normalise_closed_enum(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    return enum_value(n, field, value, false);
}
