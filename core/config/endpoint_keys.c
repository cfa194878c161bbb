#include "config/endpoint_keys.h"

#include "config/address.h"

#include <stdlib.h>
#include <strings.h>

const char *const ENDPOINT_EVENTS[] = {"data-changed",
                                       "sync-finished",
                                       "integration-created",
                                       "integration-deleted",
                                       "integration-state-changed",
                                       "connection-flow-failed",
                                       "endpoint-failing",
                                       "endpoint-disabled",
                                       NULL};
const char *const ENDPOINT_ORDERS[] = {"none", "strict", "integration", NULL};

const char *config_order_nth(size_t n)
{
    return n < sizeof ENDPOINT_ORDERS / sizeof ENDPOINT_ORDERS[0] ? ENDPOINT_ORDERS[n] : NULL;
}

const char *config_event_nth(size_t n)
{
    return n < sizeof ENDPOINT_EVENTS / sizeof ENDPOINT_EVENTS[0] ? ENDPOINT_EVENTS[n] : NULL;
}

/* ---- headers ---- */

/* RFC 9110, 5.6.2. */
static bool token_is(const char *name)
{
    for (const char *c = name; *c != '\0'; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');

        if (!plain && strchr("!#$%&'*+-.^_`|~", *c) == NULL) {
            return false;
        }
    }
    return name[0] != '\0';
}

bool config_header_is_free(const char *name)
{
    static const char *const TAKEN[] = {"Host",       "Content-Type", "Content-Length", "Content-Encoding",
                                        "Connection", "Expect",       "User-Agent",     "X-Kombo-Signature",
                                        "Keep-Alive", "TE",           "Trailer",        "Transfer-Encoding",
                                        "Upgrade"};

    for (size_t i = 0; i < sizeof TAKEN / sizeof TAKEN[0]; i++) {
        if (strcasecmp(name, TAKEN[i]) == 0) {
            return false;
        }
    }
    return token_is(name) && strchr(name, '*') == NULL && strncasecmp(name, "webhook-", 8) != 0 &&
           strncasecmp(name, "proxy-", 6) != 0;
}

static void check_header(struct reader *rd, config_setting_t *at, const struct config_headers *headers)
{
    const struct config_header *header = &headers->items[headers->count - 1];

    if (!config_header_is_free(header->name)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "choose another name", "this header cannot be set");
    }
    for (size_t i = 0; i + 1 < headers->count; i++) {
        if (strcasecmp(headers->items[i].name, header->name) == 0) {
            reader_report(rd, CONFIG_ERROR, at, NULL, "leave one of them out", "stands here twice");
        }
    }
    if (header->value == NULL) {
        return;
    }
    if (strlen(header->value) > CONFIG_HEADER_VALUE_MAX) {
        reader_report(rd, CONFIG_ERROR, at, NULL, NULL, "longer than %d bytes", CONFIG_HEADER_VALUE_MAX);
    }
    for (const char *c = header->value; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F) {
            reader_report(rd, CONFIG_ERROR, at, NULL, "write it on one line",
                          "holds a character that a header cannot carry");
            return;
        }
    }
}

void endpoint_keys_read_headers(struct reader *rd, config_setting_t *at, void *member, void *item)
{
    struct config_headers *headers = member;
    int count = config_setting_length(at);

    (void)item;
    if (!config_setting_is_group(at)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write { X-Name = \"value\"; }", "must be a group");
        return;
    }
    if (count > CONFIG_HEADERS_MAX) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "leave some out", "more than %d headers",
                      CONFIG_HEADERS_MAX);
    }
    headers->items = reader_room(rd, at, sizeof *headers->items);
    for (int i = 0; headers->items != NULL && i < count; i++) {
        config_setting_t *element = config_setting_get_elem(at, (unsigned)i);
        struct config_header *header = &headers->items[headers->count];

        header->name = strdup(config_setting_name(element));
        if (header->name == NULL) {
            rd->no_memory = true;
            return;
        }
        headers->count++;
        /* A value may well be a token. */
        header->value = reader_text(rd, element, true);
        check_header(rd, element, headers);
    }
}

void endpoint_keys_fini_headers(void *member)
{
    struct config_headers *headers = member;

    for (size_t i = 0; i < headers->count; i++) {
        free(headers->items[i].name);
        reader_secret_free(headers->items[i].value);
    }
    free(headers->items);
    headers->items = NULL;
    headers->count = 0;
}

/* ---- the whole ---- */

static void check_url(struct reader *rd, config_setting_t *at, const struct config_endpoint *endpoint)
{
    config_setting_t *member = config_setting_get_member(at, "url");
    struct address_url url;
    const char *wrong = address_url_read(&url, endpoint->url);

    if (wrong != NULL) {
        reader_report(rd, CONFIG_ERROR, member, NULL,
                      "write the application's address, such as \"https://app.example.com/weir\"",
                      "the URL %s", wrong);
        return;
    }
    if (endpoint->allow_private) {
        if (!url.https && url.reach == ADDRESS_PUBLIC) {
            reader_report(rd, CONFIG_WARNING, member, NULL, "write https://",
                          "notifications travel unencrypted to %s", url.host);
        }
        return;
    }
    if (url.reach == ADDRESS_LOOPBACK || url.reach == ADDRESS_PRIVATE) {
        reader_report(rd, CONFIG_ERROR, member, NULL,
                      "set allow_private = true; if the application runs in your own network",
                      "%s is a private or loopback address", url.host);
    } else if (!url.https) {
        reader_report(rd, CONFIG_ERROR, member, NULL,
                      "write https://, or set allow_private = true; for an application in your own network",
                      "notifications would travel unencrypted");
    } else if (url.reach == ADDRESS_LOCAL_NAME) {
        reader_report(rd, CONFIG_WARNING, member, NULL,
                      "set allow_private = true; if it is, or notifications to it will be refused",
                      "%s looks like a host of your own network", url.host);
    }
}

static void default_events(struct reader *rd, struct config_strings *events)
{
    char **items = calloc(1, sizeof *items);

    if (items != NULL) {
        items[0] = strdup(ENDPOINT_EVENTS[0]);
    }
    if (items == NULL || items[0] == NULL) {
        free(items);
        rd->no_memory = true;
        return;
    }
    events->items = items;
    events->count = 1;
}

void endpoint_keys_done(struct reader *rd, config_setting_t *at, void *item)
{
    struct config_endpoint *endpoint = item;
    config_setting_t *events = config_setting_get_member(at, "events");

    if (endpoint->url != NULL) {
        check_url(rd, at, endpoint);
    }
    if (events == NULL) {
        default_events(rd, &endpoint->events);
    } else if (config_setting_is_aggregate(events) && config_setting_length(events) == 0) {
        reader_report(rd, CONFIG_ERROR, events, NULL,
                      "name some, leave the key out for data-changed, or set enabled = false;",
                      "asks for nothing");
    }
    for (size_t i = 0; endpoint->secret != NULL && i < endpoint->secrets_old.count; i++) {
        if (strcmp(endpoint->secrets_old.items[i], endpoint->secret) == 0) {
            reader_report(rd, CONFIG_WARNING, at, "secrets_old", "take it out of secrets_old",
                          "holds the secret that is in force");
        }
    }
}

static bool integration_known(const struct config *cfg, const char *id)
{
    for (size_t i = 0; i < cfg->integrations.count; i++) {
        if (cfg->integrations.items[i].id != NULL && strcmp(cfg->integrations.items[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

void endpoint_keys_check_references(struct reader *rd)
{
    config_setting_t *list = config_setting_get_member(rd->root, "endpoints");

    for (size_t i = 0; i < rd->cfg->endpoints.count; i++) {
        config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        config_setting_t *filter = config_setting_get_member(at, "integrations");

        for (int j = 0; filter != NULL && j < config_setting_length(filter); j++) {
            config_setting_t *element = config_setting_get_elem(filter, (unsigned)j);
            const char *id = config_setting_get_string(element);

            if (id != NULL && config_integration_id_is(weir_str(id), NULL) &&
                !integration_known(rd->cfg, id)) {
                reader_report(rd, CONFIG_WARNING, element, NULL, "fine if it was made at run time",
                              "the file has no integration \"%s\"", id);
            }
        }
    }
}
