/*
 * blame: what a connector says when it fails, made fit to pass on.
 *
 * Its messages are bytes from outside: they are ended, made valid, and freed of secrets here, before anybody
 * stores or logs them. Where it broke the contract the message names it and the call.
 */
#include "host/instance_internal.h"

#include "base/utf8.h"

#define SECRET_LEAST 4 /* a shorter one would blank half of the language */

const char *call_word(enum call_kind kind)
{
    static const char *const words[CALL_KINDS] = {
        [CALL_OPEN] = "open",
        [CALL_CHECK] = "verify.check",
        [CALL_EVENTS] = "verify.events",
        [CALL_RECORD] = "fetch.record",
        [CALL_LIST] = "fetch.list",
        [CALL_MISSED] = "fetch.missed",
        [CALL_ENSURE] = "subscribe.ensure",
        [CALL_INSPECT] = "subscribe.inspect",
        [CALL_REMOVE] = "subscribe.remove",
        [CALL_ACT] = "act.run",
        [CALL_PASS] = "pass.send",
        [CALL_CLOSE] = "close",
    };

    return words[kind];
}

int blame(const struct instance *inst, enum call_kind kind, struct weir_error *err, const char *format, ...)
{
    char what[200];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return weir_fail(err, WEIR_E_INVALID, "connector %s, %s: %s", inst->connector->tool, call_word(kind),
                     what);
}

/* The length of the well-formed character at the front; 0: there is none. */
static size_t front_len(const char *text, size_t left)
{
    for (size_t len = 1; len <= 4 && len <= left; len++) {
        if (utf8_valid(weir_str_n(text, len))) {
            return len;
        }
    }
    return 0;
}

void blame_clean(char *text, size_t size)
{
    size_t len = strnlen(text, size);

    if (len == size) {
        len = size - 1;
        text[len] = '\0';
    }
    for (size_t i = 0; i < len;) {
        size_t one = front_len(text + i, len - i);

        if (one == 0) {
            /* A character that was cut off at the end is left out, what is none at all is shown to be. */
            text[i] = len == size - 1 && len - i < 4 ? '\0' : '?';
            one = 1;
        } else if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
            text[i] = ' ';
        }
        i += one;
    }
}

static void blank_one(char *text, size_t *len, bool cut, struct weir_str secret)
{
    static const char mask[] = "***";
    const size_t mask_len = sizeof mask - 1;
    size_t at = 0;

    if (secret.len < SECRET_LEAST) {
        return;
    }
    while (*len - at >= secret.len) {
        char *hit = memmem(text + at, *len - at, secret.data, secret.len);

        if (hit == NULL) {
            break;
        }
        memcpy(hit, mask, mask_len);
        memmove(hit + mask_len, hit + secret.len, *len - (size_t)(hit - text) - secret.len);
        *len -= secret.len - mask_len;
        at = (size_t)(hit - text) + mask_len;
    }
    for (size_t n = secret.len - 1; cut && n >= SECRET_LEAST; n--) {
        if (n <= *len - at && memcmp(text + *len - n, secret.data, n) == 0) {
            memcpy(text + *len - n, mask, mask_len);
            *len -= n - mask_len;
            break;
        }
    }
}

void blame_blank(char *text, size_t *len, bool cut, const struct instance *inst,
                 const struct weir_str *secrets, size_t secret_count)
{
    for (size_t i = 0; i < inst->setting_count; i++) {
        if (inst->settings[i].secret) {
            blank_one(text, len, cut, weir_str(inst->settings[i].value));
        }
    }
    for (size_t i = 0; i < secret_count; i++) {
        blank_one(text, len, cut, secrets[i]);
    }
}

void blame_clean_secret(char *text, size_t size, const struct instance *inst, const struct weir_str *secrets,
                        size_t secret_count)
{
    size_t len = strnlen(text, size - 1);

    blame_blank(text, &len, len == size - 1, inst, secrets, secret_count);
    text[len] = '\0';
    blame_clean(text, size);
}

int blame_settle(const struct instance *inst, enum call_kind kind, int rc, struct weir_error *theirs,
                 bool *misbehaved, struct weir_error *err)
{
    if (rc > 0) {
        *misbehaved = true;
        return blame(inst, kind, err, "it returned %d, which is no code of the contract (0 or negative)", rc);
    }
    if (rc < WEIR_E_STOPPING) {
        /* A newer contract may have codes that we do not know: not its fault. */
        rc = WEIR_E_LATER;
    }
    if (theirs->message[0] == '\0') {
        return weir_fail(err, rc, "connector %s, %s: it failed and gave no reason", inst->connector->tool,
                         call_word(kind));
    }
    return weir_fail(err, rc, "%s", theirs->message);
}
