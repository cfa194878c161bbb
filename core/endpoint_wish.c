/*
 * endpoint_wish: what a person may ask for when an endpoint is made or changed at run time.
 */
#include "app_internal.h"

#include "config/address.h"

#include <stdlib.h>
#include <strings.h>

#define URL_MAX_BYTES 1000
#define SECRET_LEAST 16
#define SECRET_RANDOM 32
#define FILTER_MAX 256
#define CONCURRENCY_MAX 256
#define TIMEOUT_LEAST_MS 100
#define TIMEOUT_MOST_MS (5 * 60 * 1000)

static int no_memory(struct weir_error *err)
{
    return weir_fail(err, WEIR_E_MEMORY, "no memory for an endpoint");
}

/* As text of one line; NULL: it is none, or there is no memory. */
static char *line_dup(struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7F) {
            return NULL;
        }
    }
    return text.data != NULL ? strndup(text.data, text.len) : NULL;
}

/* ---- the URL ---- */

/* As the file's is checked; the address that a request really goes to is looked at again then. */
static int check_url(const struct config_endpoint *config, struct weir_error *err)
{
    struct address_url url;
    const char *wrong = config->url == NULL                   ? "is missing, or has a control character"
                        : strlen(config->url) > URL_MAX_BYTES ? "is longer than 1000 bytes"
                                                              : address_url_read(&url, config->url);

    if (wrong != NULL) {
        return weir_fail(err, WEIR_E_INVALID,
                         "the URL %s; give the application's address, such as https://app.example.com/weir",
                         wrong);
    }
    if (config->allow_private) {
        return 0;
    }
    if (url.reach == ADDRESS_LOOPBACK || url.reach == ADDRESS_PRIVATE) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "%.100s is a private or loopback address; allow it (allow_private) if the application "
            "runs in your own network",
            url.host);
    }
    if (!url.https) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "notifications would travel unencrypted: write https://, or allow it (allow_private) for "
            "an application in your own network");
    }
    return 0;
}

/* ---- secrets ---- */

static int make_secret(char **out, char told[WEB_SECRET_TEXT], struct weir_error *err)
{
    uint8_t random[SECRET_RANDOM];
    struct buf text;
    int rc = crypto_random(random, sizeof random, err);

    if (rc != 0) {
        return rc;
    }
    buf_init(&text, WEB_SECRET_TEXT - 1);
    buf_add_text(&text, "whsec_");
    crypto_base64(&text, weir_bytes(random, sizeof random));
    crypto_wipe(random, sizeof random);
    rc = buf_check(&text, "a secret", err);
    if (rc == 0) {
        memcpy(told, text.data, text.len);
        told[text.len] = '\0';
        *out = strdup(told);
        rc = *out != NULL ? 0 : no_memory(err);
        crypto_wipe(text.data, text.len);
    }
    buf_fini(&text);
    return rc;
}

static bool is_base64(struct weir_str text)
{
    struct buf bytes;
    bool good;

    buf_init(&bytes, 512);
    good = crypto_base64_decode(&bytes, text) && bytes.len >= SECRET_LEAST;
    if (bytes.data != NULL) {
        crypto_wipe(bytes.data, bytes.len);
    }
    buf_fini(&bytes);
    return good;
}

int endpoint_wish_secret(char **out, char told[WEB_SECRET_TEXT], struct weir_str secret,
                         struct weir_error *err)
{
    bool visible = true;

    told[0] = '\0';
    if (secret.data == NULL) {
        return make_secret(out, told, err);
    }
    for (size_t i = 0; i < secret.len; i++) {
        visible = visible && secret.data[i] > 0x20 && secret.data[i] < 0x7F;
    }
    if (!visible || secret.len < SECRET_LEAST || secret.len > 256) {
        return weir_fail(err, WEIR_E_INVALID,
                         "a secret has 16 to 256 visible ASCII characters; leave it out to have "
                         "one made");
    }
    if (secret.len > 6 && memcmp(secret.data, "whsec_", 6) == 0 &&
        !is_base64(weir_str_n(secret.data + 6, secret.len - 6))) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "what follows whsec_ is not base64 of at least 16 bytes; leave the secret out to have one "
            "made");
    }
    *out = strndup(secret.data, secret.len);
    return *out != NULL ? 0 : no_memory(err);
}

/* ---- lists ---- */

static void strings_clear(struct config_strings *strings)
{
    for (size_t i = 0; i < strings->count; i++) {
        free(strings->items[i]);
    }
    free(strings->items);
    *strings = (struct config_strings){.items = NULL};
}

static int strings_take(struct config_strings *out, const struct weir_str *texts, size_t count,
                        struct weir_error *err)
{
    strings_clear(out);
    out->items = calloc(count + 1, sizeof *out->items);
    for (size_t i = 0; out->items != NULL && i < count; i++) {
        out->items[i] = strndup(texts[i].data, texts[i].len);
        if (out->items[i] == NULL) {
            return no_memory(err);
        }
        out->count++;
    }
    return out->items != NULL ? 0 : no_memory(err);
}

static int take_events(struct config_endpoint *config, const struct web_endpoint_wish *wish,
                       struct weir_error *err)
{
    static const struct weir_str by_default = {"data-changed", 12};

    for (size_t i = 0; i < wish->event_count; i++) {
        size_t n = 0;

        while (config_event_nth(n) != NULL && !weir_str_is(wish->events[i], config_event_nth(n))) {
            n++;
        }
        if (config_event_nth(n) == NULL) {
            return weir_fail(err, WEIR_E_INVALID,
                             "there is no event type \"%.40s\"; there are data-changed, sync-finished, "
                             "integration-created, integration-deleted, integration-state-changed, "
                             "connection-flow-failed, endpoint-failing, endpoint-disabled",
                             wish->events[i].len <= 40 ? wish->events[i].data : "(too long)");
        }
    }
    return wish->event_count > 0 ? strings_take(&config->events, wish->events, wish->event_count, err)
                                 : strings_take(&config->events, &by_default, 1, err);
}

static int take_integrations(struct app *app, struct config_endpoint *config,
                             const struct web_endpoint_wish *wish, struct weir_error *err)
{
    if (wish->integration_count > FILTER_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "at most %d integrations can be named", FILTER_MAX);
    }
    for (size_t i = 0; i < wish->integration_count; i++) {
        struct integration *it = directory_find(app->directory, wish->integrations[i]);

        if (it == NULL) {
            return weir_fail(err, WEIR_E_INVALID, "there is no integration \"%.*s\"; see: weir integrations",
                             wish->integrations[i].len < 100 ? (int)wish->integrations[i].len : 100,
                             wish->integrations[i].data);
        }
        integration_unref(it);
    }
    return strings_take(&config->integrations, wish->integrations, wish->integration_count, err);
}

/* ---- headers ---- */

static void header_free(struct config_header *header)
{
    free(header->name);
    if (header->value != NULL) {
        crypto_wipe(header->value, strlen(header->value));
        free(header->value);
    }
}

static void header_remove(struct config_headers *headers, struct weir_str name)
{
    for (size_t i = 0; i < headers->count; i++) {
        if (strlen(headers->items[i].name) == name.len &&
            strncasecmp(headers->items[i].name, name.data, name.len) == 0) {
            header_free(&headers->items[i]);
            headers->items[i] = headers->items[--headers->count];
            return;
        }
    }
}

static int header_add(struct config_headers *headers, const struct web_setting *given, struct weir_error *err)
{
    struct config_header header = {
        .name = strndup(given->key.data, given->key.len),
        .value = given->value.len <= CONFIG_HEADER_VALUE_MAX ? line_dup(given->value) : NULL};
    struct config_header *items = realloc(headers->items, (headers->count + 1) * sizeof *items);
    int rc = 0;

    headers->items = items != NULL ? items : headers->items;
    if (header.name == NULL || items == NULL) {
        rc = no_memory(err);
    } else if (!config_header_is_free(header.name)) {
        rc = weir_fail(
            err, WEIR_E_INVALID,
            "the header \"%.60s\" cannot be set: Weir or the connection needs it; choose another name",
            header.name);
    } else if (header.value == NULL) {
        rc =
            weir_fail(err, WEIR_E_INVALID, "the value of header %.60s has to be one line of at most %d bytes",
                      header.name, CONFIG_HEADER_VALUE_MAX);
    } else if (headers->count >= CONFIG_HEADERS_MAX) {
        rc = weir_fail(err, WEIR_E_INVALID, "an endpoint has at most %d headers of its own",
                       CONFIG_HEADERS_MAX);
    }
    if (rc != 0) {
        header_free(&header);
        return rc;
    }
    headers->items[headers->count++] = header;
    return 0;
}

/* ---- the whole ---- */

static int take_numbers(struct config_endpoint *config, const struct web_endpoint_wish *wish,
                        struct weir_error *err)
{
    if (wish->has_concurrency) {
        if (wish->concurrency < 1 || wish->concurrency > CONCURRENCY_MAX) {
            return weir_fail(err, WEIR_E_INVALID, "concurrency is 1 to %d", CONCURRENCY_MAX);
        }
        config->concurrency = (int64_t)wish->concurrency;
    }
    if (wish->has_timeout) {
        if (wish->timeout_ms != 0 &&
            (wish->timeout_ms < TIMEOUT_LEAST_MS || wish->timeout_ms > TIMEOUT_MOST_MS)) {
            return weir_fail(err, WEIR_E_INVALID, "timeout_ms is %d to %d, or 0 for dispatch.timeout_ms",
                             TIMEOUT_LEAST_MS, TIMEOUT_MOST_MS);
        }
        config->timeout_ms = (int64_t)wish->timeout_ms;
    }
    if (wish->order.data != NULL) {
        size_t n = 0;

        while (config_order_nth(n) != NULL && !weir_str_is(wish->order, config_order_nth(n))) {
            n++;
        }
        if (config_order_nth(n) == NULL) {
            return weir_fail(err, WEIR_E_INVALID, "order is \"none\", \"strict\" or \"integration\"");
        }
        config->order = (int)n;
    }
    return 0;
}

int endpoint_wish_take(struct app *app, struct endpoint_definition *d, const struct web_endpoint_wish *wish,
                       struct weir_error *err)
{
    struct config_endpoint *config = &d->config;
    int rc = 0;

    if (wish->url.data != NULL) {
        free(config->url);
        config->url = line_dup(wish->url);
    }
    if (wish->has_allow_private) {
        config->allow_private = wish->allow_private;
    }
    rc = check_url(config, err);
    if (rc == 0 && (wish->has_events || config->events.count == 0)) {
        rc = take_events(config, wish, err);
    }
    if (rc == 0 && wish->has_integrations) {
        rc = take_integrations(app, config, wish, err);
    }
    for (size_t i = 0; rc == 0 && i < wish->header_count; i++) {
        header_remove(&config->headers, wish->headers[i].key);
        if (wish->headers[i].value.data != NULL) {
            rc = header_add(&config->headers, &wish->headers[i], err);
        }
    }
    return rc == 0 ? take_numbers(config, wish, err) : rc;
}
