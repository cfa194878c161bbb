/*
 * setting: for authors of connectors: the settings of an integration, as people paste them.
 *
 * Header-only. Thread of all calls: any.
 */
#ifndef WEIR_SETTING_H
#define WEIR_SETTING_H

#include "weir/connector.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_SETTING_MAX 1024 /* of a setting that goes into a header */

/* A setting without the blanks at its ends that copying leaves; empty: it is not set. Lent as host->setting
 * does. */
static inline struct weir_str weir_setting(const struct weir_host *host, const char *key)
{
    struct weir_str value = {NULL, 0};

    if (!host->setting(host, key, &value)) {
        return weir_str_n(NULL, 0);
    }
    while (value.len > 0 && (unsigned char)value.data[value.len - 1] <= ' ') {
        value.len--;
    }
    while (value.len > 0 && (unsigned char)value.data[0] <= ' ') {
        value = weir_str_n(value.data + 1, value.len - 1);
    }
    return value;
}

/* The same for what goes into an address or a header and has to be there. WEIR_E_CONFIG: it is missing or has
 * characters that none has; where says where a person finds it. */
static inline int weir_setting_word(struct weir_str *out, const struct weir_host *host, const char *key,
                                    const char *where, struct weir_error *err)
{
    struct weir_str value = weir_setting(host, key);
    size_t i;

    if (value.len == 0) {
        return weir_fail(err, WEIR_E_CONFIG, "the setting %s is missing: %s", key, where);
    }
    for (i = 0; i < value.len; i++) {
        if (value.data[i] <= ' ' || value.data[i] > '~' || value.len > WEIR_SETTING_MAX) {
            return weir_fail(
                err, WEIR_E_CONFIG,
                "the setting %s has blanks or characters that no such value has, copy it again: %s", key,
                where);
        }
    }
    *out = value;
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
