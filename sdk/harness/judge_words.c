/*
 * judge_words: what a failure may say.
 */
#include "judge.h"

#define SECRET_LEAST 6 /* a shorter one is in many a word */

static bool holds_secret(const char *message, struct weir_str secret)
{
    return secret.len >= SECRET_LEAST && memmem(message, strlen(message), secret.data, secret.len) != NULL;
}

static bool is_secret_setting(const struct weir_connector *connector, const char *key)
{
    for (size_t i = 0; i < connector->setting_count; i++) {
        if (strcmp(connector->settings[i].key, key) == 0) {
            return connector->settings[i].secret;
        }
    }
    return false;
}

/* A value of an authorization header, with its scheme or without. */
static bool holds_credential(const char *message, struct weir_str lines)
{
    while (lines.len > 0) {
        const char *end = memchr(lines.data, '\n', lines.len);
        size_t len = end != NULL ? (size_t)(end - lines.data) : lines.len;
        const char *blank = memchr(lines.data, ' ', len);
        size_t skip = blank != NULL ? (size_t)(blank + 1 - lines.data) : 0;

        if (holds_secret(message, weir_str_n(lines.data + skip, len - skip))) {
            return true;
        }
        len += end != NULL ? 1 : 0;
        lines = weir_str_n(lines.data + len, lines.len - len);
    }
    return false;
}

void judge_words(const struct spot *spot, const struct trial *t, const char *what)
{
    const char *message = t->border.err.message;
    const struct test_case *c = spot->c;

    if (message[0] == '\0') {
        spot_fail(spot, "%s: it fails with %s and gives no reason", what, case_code_word(t->border.rc));
    } else if (t->border.err.code != t->border.rc) {
        spot_fail(spot, "%s: it returns %s, and the code in its error is %d", what,
                  case_code_word(t->border.rc), (int)t->border.err.code);
    }
    for (size_t i = 0; i < c->setting_count; i++) {
        if (is_secret_setting(spot->connector, c->settings[i].key) &&
            holds_secret(message, weir_str(c->settings[i].value))) {
            spot_fail(spot, "%s: its message shows the secret setting %s", what, c->settings[i].key);
        }
    }
    for (size_t i = 0; i < c->secret_count; i++) {
        if (holds_secret(message, c->secrets[i])) {
            spot_fail(spot, "%s: its message shows a webhook secret", what);
        }
    }
    if (holds_credential(message, buf_str(&t->answers.credentials))) {
        spot_fail(spot, "%s: its message shows a credential that it sends", what);
    }
}
