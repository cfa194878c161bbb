#include "config/integration_keys.h"

#include "config/address.h"
#include "config/nearest.h"

#include <stdlib.h>

#define CONNECTORS_PATH "/usr/lib/weir/connectors"
#define TOOL_MAX 32
#define NAME_MAX_LEN 64
#define SETTING_MAX 32

/* ---- names ---- */

static bool small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* [a-z][a-z0-9_]{least,most} */
static bool word_is(struct weir_str text, size_t least, size_t most)
{
    if (text.len < least + 1 || text.len > most + 1 || !small(text.data[0])) {
        return false;
    }
    for (size_t i = 1; i < text.len; i++) {
        if (!small(text.data[i]) && !digit(text.data[i]) && text.data[i] != '_') {
            return false;
        }
    }
    return true;
}

bool config_integration_id_is(struct weir_str id, size_t *tool_len)
{
    const char *colon = id.len > 0 ? memchr(id.data, ':', id.len) : NULL;
    struct weir_str name;
    size_t len;

    if (colon == NULL) {
        return false;
    }
    len = (size_t)(colon - id.data);
    name = weir_str_n(colon + 1, id.len - len - 1);
    if (!word_is(weir_str_n(id.data, len), 1, TOOL_MAX - 1) || name.len == 0 || name.len > NAME_MAX_LEN) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        bool plain = small((char)(c | 0x20)) || digit(c);

        if (!plain && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
            return false;
        }
    }
    if (tool_len != NULL) {
        *tool_len = len;
    }
    return true;
}

void integration_keys_check_id(struct reader *rd, config_setting_t *at, char *value)
{
    char shown[READER_SHOWN];

    if (!config_integration_id_is(weir_str(value), NULL)) {
        reader_report(
            rd, CONFIG_ERROR, at, NULL,
            "write \"<tool>:<name>\", such as \"personio:acme\", with letters, digits, \".\", \"_\", \"-\"",
            "\"%s\" is no integration id", reader_shown(shown, config_setting_get_string(at)));
    }
}

void integration_keys_check_tool(struct reader *rd, config_setting_t *at, char *value)
{
    char shown[READER_SHOWN];

    if (!word_is(weir_str(value), 1, TOOL_MAX - 1)) {
        reader_report(rd, CONFIG_ERROR, at, NULL,
                      "write the tool's name in small letters, without folder and \".so\"",
                      "\"%s\" is no connector's name", reader_shown(shown, config_setting_get_string(at)));
    }
}

/* ---- connectors ---- */

static enum config_tool ask_connector(struct reader *rd, const char *tool,
                                      const struct weir_setting **settings)
{
    *settings = NULL;
    return rd->names->connector != NULL ? rd->names->connector(rd->names->ctx, tool, settings)
                                        : CONFIG_TOOL_UNCHECKED;
}

static void report_no_connector(struct reader *rd, config_setting_t *at, const char *tool)
{
    const struct config_names *names = rd->names;
    char cure[READER_CURE];
    struct nearest near;

    nearest_init(&near, tool);
    for (size_t i = 0; names->tool_nth != NULL && names->tool_nth(names->ctx, i) != NULL; i++) {
        nearest_try(&near, names->tool_nth(names->ctx, i));
    }
    reader_report(rd, CONFIG_WARNING, at, NULL,
                  nearest_best(&near) != NULL
                      ? reader_did_you_mean(cure, nearest_best(&near))
                      : "look at connectors.path; its integrations answer 503 until then",
                  "no connector \"%s\" is loaded", tool);
}

static bool has_error(const struct reader *rd, const char *key)
{
    for (size_t i = 0; i < rd->report->count; i++) {
        const struct config_finding *finding = &rd->report->items[i];

        if (finding->severity == CONFIG_ERROR && finding->key != NULL &&
            strncmp(finding->key, key, strlen(key)) == 0) {
            return true;
        }
    }
    return false;
}

static void connectors_default(struct reader *rd, struct config_connectors *connectors)
{
    char **items = calloc(1, sizeof *items);

    if (items != NULL) {
        items[0] = strdup(CONNECTORS_PATH);
    }
    if (items == NULL || items[0] == NULL) {
        free(items);
        rd->no_memory = true;
        return;
    }
    connectors->path.items = items;
    connectors->path.count = 1;
}

void integration_keys_connectors_done(struct reader *rd, config_setting_t *at, void *item)
{
    struct config_connectors *connectors = item;
    config_setting_t *enabled = at != NULL ? config_setting_get_member(at, "enabled") : NULL;
    const struct weir_setting *settings;

    connectors->enabled_all = enabled == NULL;
    if (connectors->path.count == 0) {
        connectors_default(rd, connectors);
    }
    if (has_error(rd, "connectors")) {
        return;
    }
    if (rd->names->connectors_read != NULL) {
        rd->names->connectors_read(rd->names->ctx, connectors);
    }
    for (int i = 0; enabled != NULL && i < config_setting_length(enabled); i++) {
        config_setting_t *element = config_setting_get_elem(enabled, (unsigned)i);
        const char *tool = config_setting_get_string(element);

        if (tool != NULL && tool[0] != '@' && ask_connector(rd, tool, &settings) == CONFIG_TOOL_UNKNOWN) {
            report_no_connector(rd, element, tool);
        }
    }
}

/* ---- settings ---- */

/* The tool of an id, or that is named, into out; false: it is none, and has its finding. */
static bool tool_of(char out[TOOL_MAX + 1], const struct config_integration *integration)
{
    size_t len;

    if (integration->tool != NULL) {
        (void)snprintf(out, TOOL_MAX + 1, "%s", integration->tool);
        return word_is(weir_str(integration->tool), 1, TOOL_MAX - 1);
    }
    if (integration->id == NULL || !config_integration_id_is(weir_str(integration->id), &len)) {
        return false;
    }
    memcpy(out, integration->id, len);
    out[len] = '\0';
    return true;
}

static const struct weir_setting *setting_find(const struct weir_setting *settings, const char *key)
{
    for (; settings != NULL && settings->key != NULL; settings++) {
        if (strcmp(settings->key, key) == 0) {
            return settings;
        }
    }
    return NULL;
}

/* Is the key of this setting one that may be? known: the connector's table was asked. */
static void check_setting(struct reader *rd, config_setting_t *at, const char *tool,
                          const struct weir_setting *settings, bool known)
{
    const char *key = config_setting_name(at);
    char cure[READER_CURE];
    struct nearest near;

    if (strcmp(key, "base_url") == 0) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write it beside settings, in the integration itself",
                      "is not the connector's");
    } else if (!word_is(weir_str(key), 0, SETTING_MAX - 1)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "use small letters, digits and _, at most 32",
                      "is no name of a setting");
    } else if (known && setting_find(settings, key) == NULL) {
        nearest_init(&near, key);
        for (const struct weir_setting *s = settings; s != NULL && s->key != NULL; s++) {
            nearest_try(&near, s->key);
        }
        reader_report(rd, CONFIG_ERROR, at, NULL, reader_did_you_mean(cure, nearest_best(&near)),
                      "%s has no such setting", tool);
    }
}

void integration_keys_read_settings(struct reader *rd, config_setting_t *at, void *member, void *item)
{
    struct config_values *values = member;
    const struct weir_setting *settings = NULL;
    char tool[TOOL_MAX + 1] = "";
    bool known = tool_of(tool, item) && ask_connector(rd, tool, &settings) == CONFIG_TOOL_KNOWN;
    int count = config_setting_length(at);

    if (!config_setting_is_group(at)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write { client_id = \"...\"; }", "must be a group");
        return;
    }
    values->items = reader_room(rd, at, sizeof *values->items);
    for (int i = 0; values->items != NULL && i < count; i++) {
        config_setting_t *element = config_setting_get_elem(at, (unsigned)i);
        const char *key = config_setting_name(element);
        const struct weir_setting *setting = setting_find(settings, key);
        struct config_value *value = &values->items[values->count++];

        check_setting(rd, element, tool, settings, known);
        /* What nobody knows is taken for a secret. */
        value->secret = setting == NULL || setting->secret;
        value->value = reader_text(rd, element, value->secret);
        value->key = strdup(key);
        rd->no_memory = rd->no_memory || value->key == NULL;
    }
}

void integration_keys_fini_settings(void *member)
{
    struct config_values *values = member;

    for (size_t i = 0; i < values->count; i++) {
        free(values->items[i].key);
        reader_secret_free(values->items[i].value);
    }
    free(values->items);
    values->items = NULL;
    values->count = 0;
}

static void check_required(struct reader *rd, config_setting_t *at, const char *tool,
                           const struct weir_setting *settings)
{
    config_setting_t *group = config_setting_get_member(at, "settings");

    for (const struct weir_setting *s = settings; s != NULL && s->key != NULL; s++) {
        char child[64];
        char cure[READER_CURE];

        if (!s->required || (group != NULL && (!config_setting_is_group(group) ||
                                               config_setting_get_member(group, s->key) != NULL))) {
            continue;
        }
        (void)snprintf(child, sizeof child, "%s%.40s", group != NULL ? "" : "settings.", s->key);
        (void)snprintf(cure, sizeof cure, "add %.40s = \"%s...\"; (%.80s)", s->key, s->secret ? "@file:" : "",
                       s->label != NULL ? s->label : "see the connector's page");
        reader_report(rd, CONFIG_ERROR, group != NULL ? group : at, child, cure,
                      "is missing, and %s needs it", tool);
    }
}

static void check_base_url(struct reader *rd, config_setting_t *at, struct config_integration *integration)
{
    config_setting_t *member = config_setting_get_member(at, "base_url");
    struct address_url url;
    const char *wrong = address_url_read(&url, integration->base_url);
    size_t len = strlen(integration->base_url);

    if (wrong == NULL && url.query) {
        wrong = "has a query";
    }
    if (wrong != NULL) {
        reader_report(rd, CONFIG_ERROR, member, NULL,
                      "write the tool's address, such as \"https://api.example.com\"", "the URL %s", wrong);
        return;
    }
    while (len > 0 && integration->base_url[len - 1] == '/') {
        integration->base_url[--len] = '\0';
    }
    if (integration->allow_private) {
        return;
    }
    if (url.reach == ADDRESS_LOOPBACK || url.reach == ADDRESS_PRIVATE) {
        reader_report(rd, CONFIG_ERROR, member, NULL,
                      "set allow_private = true; if the tool runs in your own network",
                      "%s is a private or loopback address", url.host);
    } else if (!url.https) {
        reader_report(rd, CONFIG_ERROR, member, NULL, "write https://",
                      "credentials would travel unencrypted");
    } else if (url.reach == ADDRESS_LOCAL_NAME) {
        reader_report(rd, CONFIG_WARNING, member, NULL,
                      "set allow_private = true; if it is, or requests to it will be refused",
                      "%s looks like a host of your own network", url.host);
    }
}

void integration_keys_done(struct reader *rd, config_setting_t *at, void *item)
{
    struct config_integration *integration = item;
    config_setting_t *id = config_setting_get_member(at, "id");
    const struct config_connectors *connectors = &rd->cfg->connectors;
    const struct weir_setting *settings;
    char tool[TOOL_MAX + 1];
    bool enabled = connectors->enabled_all;
    enum config_tool known;

    if (integration->base_url != NULL) {
        check_base_url(rd, at, integration);
    }
    if (!tool_of(tool, integration)) {
        return;
    }
    integration->tool = strdup(tool);
    rd->no_memory = rd->no_memory || integration->tool == NULL;
    for (size_t i = 0; i < connectors->enabled.count; i++) {
        enabled = enabled || strcmp(connectors->enabled.items[i], tool) == 0;
    }
    known = ask_connector(rd, tool, &settings);
    if (!enabled) {
        reader_report(rd, CONFIG_WARNING, id, NULL, "add it there; its integrations answer 503 until then",
                      "the connector \"%s\" is not in connectors.enabled", tool);
    } else if (known == CONFIG_TOOL_UNKNOWN) {
        report_no_connector(rd, id, tool);
    }
    if (known == CONFIG_TOOL_KNOWN) {
        check_required(rd, at, tool, settings);
    }
}

void integration_keys_tool_done(struct reader *rd, config_setting_t *at, void *item)
{
    struct config_integration *tool = item;
    const struct weir_setting *settings;

    if (tool->base_url != NULL) {
        check_base_url(rd, at, tool);
    }
    if (tool->tool != NULL && ask_connector(rd, tool->tool, &settings) == CONFIG_TOOL_UNKNOWN) {
        report_no_connector(rd, config_setting_get_member(at, "tool"), tool->tool);
    }
}
