/*
 * types: spans, codes and the one error type that Weir and its connectors share.
 *
 * Plain C11, usable from C++. Nothing here allocates and nothing here is exported, so a
 * connector links to nothing of Weir's.
 */
#ifndef WEIR_TYPES_H
#define WEIR_TYPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Text: UTF-8, not terminated, lent. data may be NULL only if len is 0. */
struct weir_str {
    const char *data;
    size_t len;
};

/* Bytes: as weir_str, without a promise of encoding. */
struct weir_bytes {
    const uint8_t *data;
    size_t len;
};

/*
 * What a failure asks of whoever called. 0 is success; values never change meaning, new ones
 * are added at the end. A caller that meets a code it does not know treats it as WEIR_E_LATER.
 */
enum weir_code {
    WEIR_OK = 0,
    WEIR_E_NONE = -1,        /* it does not exist (any more): take it as gone */
    WEIR_E_LATER = -2,       /* transient: try again, with back-off */
    WEIR_E_AUTH = -3,        /* the credentials were refused: a person must renew them */
    WEIR_E_PERMISSION = -4,  /* the credentials are good, but lack a right that the message names */
    WEIR_E_REJECT = -5,      /* the other side is not who it claims to be: drop it, say why */
    WEIR_E_INVALID = -6,     /* the data makes no sense: repeating will not help, set it aside */
    WEIR_E_UNSUPPORTED = -7, /* not offered */
    WEIR_E_LIMIT = -8,       /* a bound was reached: size, count, time, quota */
    WEIR_E_MEMORY = -9,      /* out of memory */
    WEIR_E_IO = -10,         /* disk or operating system */
    WEIR_E_CONFIG = -11,     /* a setting is wrong: a person must change it */
    WEIR_E_STOPPING = -12    /* the daemon is going down: leave at once, nothing is lost */
};

/* One sentence for a person, without a full stop, without a secret, without personal data. */
struct weir_error {
    int32_t code; /* enum weir_code */
    char message[252];
};

/* printf checks the format of every message at compile time. */
#if defined(__GNUC__)
#define WEIR_PRINTF(fmt_at, args_at) __attribute__((format(printf, fmt_at, args_at)))
#else
#define WEIR_PRINTF(fmt_at, args_at)
#endif

/* Set err (may be NULL) and return code, so that the two cannot drift apart. Thread: any. */
static inline int weir_fail(struct weir_error *err, int code, const char *format, ...) WEIR_PRINTF(3, 4);

static inline int weir_fail(struct weir_error *err, int code, const char *format, ...)
{
    if (err != NULL) {
        size_t end = sizeof err->message - 1;
        va_list args;
        int len;

        err->code = code;
        va_start(args, format);
        len = vsnprintf(err->message, sizeof err->message, format, args);
        va_end(args);
        if (len > (int)end) { /* cut off, but not within a character of UTF-8 */
            while (end > 0 && ((unsigned char)err->message[end - 1] & 0xC0u) == 0x80u) {
                end--;
            }
            if (end > 0 && (unsigned char)err->message[end - 1] >= 0xC0u) {
                end--;
            }
            err->message[end] = '\0';
        }
    }
    return code;
}

/* A terminated string as a span; NULL is the empty one. */
static inline struct weir_str weir_str(const char *text)
{
    struct weir_str s;

    s.data = text;
    s.len = text != NULL ? strlen(text) : 0;
    return s;
}

static inline struct weir_str weir_str_n(const char *data, size_t len)
{
    struct weir_str s;

    s.data = data;
    s.len = len;
    return s;
}

static inline struct weir_bytes weir_bytes(const void *data, size_t len)
{
    struct weir_bytes b;

    b.data = (const uint8_t *)data;
    b.len = len;
    return b;
}

static inline struct weir_bytes weir_str_bytes(struct weir_str s)
{
    return weir_bytes(s.data, s.len);
}

/* Not constant time: for names, never for secrets (those go through host->equal). */
static inline bool weir_str_equal(struct weir_str a, struct weir_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* The same, where the letters of ASCII are equal to their capitals: names of headers, words that tools write
 * in either way. */
static inline bool weir_str_equal_nocase(struct weir_str a, struct weir_str b)
{
    size_t i;

    for (i = 0; a.len == b.len && i < a.len; i++) {
        char x = a.data[i];
        char y = b.data[i];

        x = x >= 'A' && x <= 'Z' ? (char)(x - 'A' + 'a') : x;
        y = y >= 'A' && y <= 'Z' ? (char)(y - 'A' + 'a') : y;
        if (x != y) {
            return false;
        }
    }
    return a.len == b.len;
}

static inline bool weir_str_is(struct weir_str a, const char *text)
{
    return weir_str_equal(a, weir_str(text));
}

/* For printf: printf("%.*s", WEIR_STR_ARG(s)). */
#define WEIR_STR_ARG(s) ((int)((s).len > INT32_MAX ? INT32_MAX : (s).len)), ((s).len > 0 ? (s).data : "")

#ifdef __cplusplus
}
#endif

#endif
