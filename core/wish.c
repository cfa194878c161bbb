/*
 * wish: what a person may ask for when an integration is made at run time.
 */
#include "app_internal.h"

#include "config/address.h"

#include <stdlib.h>

#define TEXT_MAX 1024

/* ---- what may be wished for ---- */

static int check_text(struct weir_str text, const char *what, bool required, struct weir_error *err)
{
    if (required && text.len == 0) {
        return weir_fail(err, WEIR_E_INVALID, "the %s is missing", what);
    }
    if (text.len > TEXT_MAX || (text.len > 0 && memchr(text.data, '\0', text.len) != NULL)) {
        return weir_fail(err, WEIR_E_INVALID, "the %s is longer than %d bytes", what, TEXT_MAX);
    }
    return 0;
}

/* As the file's is checked; the address that a request really goes to is looked at again then. */
int wish_check_base_url(const struct config_integration *config, struct weir_error *err)
{
    struct address_url url;
    const char *wrong;

    if (config->base_url == NULL) {
        return 0;
    }
    wrong = address_url_read(&url, config->base_url);
    if (wrong != NULL || url.query) {
        return weir_fail(err, WEIR_E_INVALID, "base_url: the URL %s", wrong != NULL ? wrong : "has a query");
    }
    if (!config->allow_private && (url.reach == ADDRESS_LOOPBACK || url.reach == ADDRESS_PRIVATE)) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "base_url: %.100s is a private or loopback address; allow it if the tool runs in your own "
            "network",
            url.host);
    }
    if (!config->allow_private && !url.https) {
        return weir_fail(err, WEIR_E_INVALID, "base_url: write https://, or credentials travel unencrypted");
    }
    return 0;
}

int wish_check(struct app *app, const struct web_integration_wish *wish, struct weir_error *err)
{
    const struct registry_entry *entry;
    size_t tool_len = 0;
    int rc;

    if (!config_integration_id_is(wish->id, &tool_len)) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "an integration's id is \"<tool>:<name>\", such as \"personio:acme\", with letters, digits, "
            "\".\", \"_\" and \"-\"");
    }
    entry = registry_find(app->registry, weir_str_n(wish->id.data, tool_len));
    if (entry == NULL || entry->connector == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "no connector \"%.*s\" is loaded; see: weir connectors",
                         (int)tool_len, wish->id.data);
    }
    rc = check_text(wish->organization, "organization", true, err);
    if (rc == 0) {
        rc = check_text(wish->origin_id, "origin_id", false, err);
    }
    if (rc == 0) {
        rc = check_text(wish->creator_email, "creator_email", false, err);
    }
    if (rc == 0) {
        rc = check_text(wish->scope, "scope", false, err);
    }
    return rc == 0 ? check_text(wish->base_url, "base_url", false, err) : rc;
}

static char *dup_or_null(struct weir_str text)
{
    return text.len > 0 ? strndup(text.data, text.len) : NULL;
}

int wish_take(struct definition *out, const struct web_integration_wish *wish, struct weir_error *err)
{
    struct config_integration *config = &out->config;
    size_t tool_len = 0;
    int rc = 0;

    memset(out, 0, sizeof *out);
    (void)config_integration_id_is(wish->id, &tool_len);
    config->id = dup_or_null(wish->id);
    config->tool = dup_or_null(weir_str_n(wish->id.data, tool_len));
    config->organization = dup_or_null(wish->organization);
    config->origin_id = dup_or_null(wish->origin_id);
    config->creator_email = dup_or_null(wish->creator_email);
    config->scope = dup_or_null(wish->scope.len > 0 ? wish->scope : weir_str("default"));
    config->base_url = dup_or_null(wish->base_url);
    config->allow_private = wish->allow_private;
    if (config->id == NULL || config->tool == NULL || config->organization == NULL || config->scope == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the integration");
    }
    for (size_t i = 0; rc == 0 && i < wish->setting_count; i++) {
        rc = definition_set(out, wish->settings[i].key, wish->settings[i].value, err);
    }
    if (rc != 0) {
        definition_fini(out);
    }
    return rc;
}
