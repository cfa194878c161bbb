#include "config/check.h"

#include "config/address.h"
#include "config/endpoint_keys.h"
#include "config/scope_keys.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define UNIX_PREFIX "unix:"
#define UNIX_PATH_MAX (sizeof((struct sockaddr_un *)0)->sun_path - 1)
#define NAME_MAX_LEN 64
#define LABEL_MAX 256

/* ---- single values ---- */

void check_listen(struct reader *rd, config_setting_t *at, char *value)
{
    struct address_listen listen;
    const char *wrong = address_listen_read(&listen, value);

    if (wrong != NULL) {
        reader_report(rd, CONFIG_ERROR, at, NULL,
                      "write \"<address>:<port>\", such as \"127.0.0.1:8080\" or \"[::]:8080\"",
                      "the address %s", wrong);
    }
}

void check_admin_listen(struct reader *rd, config_setting_t *at, char *value)
{
    struct address_listen listen;
    const char *wrong;

    if (strncmp(value, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0) {
        if (value[strlen(UNIX_PREFIX)] == '\0') {
            reader_report(rd, CONFIG_ERROR, at, NULL, "write \"unix:/run/weir/admin.sock\"", "names no path");
        }
        return;
    }
    wrong = address_listen_read(&listen, value);
    if (wrong != NULL) {
        reader_report(rd, CONFIG_ERROR, at, NULL,
                      "write \"<address>:<port>\", such as \"127.0.0.1:8081\", or \"unix:<path>\"",
                      "the address %s", wrong);
    } else if (listen.reach != ADDRESS_LOOPBACK) {
        reader_report(rd, CONFIG_WARNING, at, NULL,
                      "listen on 127.0.0.1 or a Unix socket, or guard it with a firewall",
                      "other machines can reach the dashboard and the metrics");
    }
}

void check_public_url(struct reader *rd, config_setting_t *at, char *value)
{
    struct address_url url;
    const char *wrong = address_url_read(&url, value);
    size_t len = strlen(value);

    if (wrong == NULL && url.query) {
        wrong = "has a query";
    }
    if (wrong != NULL) {
        reader_report(rd, CONFIG_ERROR, at, NULL,
                      "write where tools reach this daemon, such as \"https://hooks.example.com\"",
                      "the URL %s", wrong);
        return;
    }
    if (!url.https && url.reach != ADDRESS_LOOPBACK) {
        reader_report(rd, CONFIG_WARNING, at, NULL, "write https://, most tools refuse anything else",
                      "deliveries travel unencrypted");
    }
    while (len > 0 && value[len - 1] == '/') {
        value[--len] = '\0';
    }
}

void check_origin(struct reader *rd, config_setting_t *at, char *value)
{
    struct address_url url;
    const char *wrong = address_url_read(&url, value);
    const char *host = strstr(value, "://");

    if (wrong == NULL && strpbrk(host + 3, "/?") != NULL) {
        wrong = "has a path, which an origin has not";
    }
    if (wrong == NULL && host[3] == '[') {
        wrong = "is an IPv6 address, which a Content-Security-Policy cannot name";
    }
    if (wrong == NULL && !url.https && url.reach != ADDRESS_LOOPBACK) {
        wrong = "does not begin with https://, and is not this machine";
    }
    if (wrong != NULL) {
        reader_report(rd, CONFIG_ERROR, at, NULL,
                      "write the scheme, host and port alone, such as \"https://app.example.com\"",
                      "the origin %s", wrong);
        return;
    }
    for (char *c = value; *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c; /* as browsers write it */
    }
}

bool config_name_is(const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < len; i++) {
        char c = name[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!plain && (i == 0 || strchr("._-", c) == NULL)) {
            return false;
        }
    }
    return len > 0 && len <= NAME_MAX_LEN;
}

void check_name(struct reader *rd, config_setting_t *at, char *value)
{
    char shown[READER_SHOWN];

    if (!config_name_is(value)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "use letters, digits, \".\", \"_\" and \"-\", at most 64",
                      "\"%s\" is no name", reader_shown(shown, config_setting_get_string(at)));
    }
}

void check_pattern(struct reader *rd, config_setting_t *at, char *value)
{
    char shown[READER_SHOWN];
    size_t len = strlen(value);
    bool good;

    /* "personio:*": with a letter for the star it is an id. */
    if (len > 2 && strcmp(value + len - 2, ":*") == 0) {
        value[len - 1] = 'x';
        good = config_integration_id_is(weir_str(value), NULL);
        value[len - 1] = '*';
    } else {
        good = config_integration_id_is(weir_str(value), NULL);
    }
    if (!good) {
        reader_report(rd, CONFIG_ERROR, at, NULL,
                      "write \"personio:acme\", or \"personio:*\" for all of a tool",
                      "\"%s\" is no integration's id and no pattern of some",
                      reader_shown(shown, config_setting_get_string(at)));
    }
}

void check_bearer(struct reader *rd, config_setting_t *at, void *item)
{
    config_setting_t *integrations = config_setting_get_member(at, "integrations");

    (void)item;
    if (integrations != NULL && config_setting_is_aggregate(integrations) &&
        config_setting_length(integrations) == 0) {
        reader_report(rd, CONFIG_ERROR, integrations, NULL, "name some, or leave the key out for all of them",
                      "allows none");
    }
}

void check_label(struct reader *rd, config_setting_t *at, char *value)
{
    size_t len = strlen(value);

    if (len > LABEL_MAX) {
        reader_report(rd, CONFIG_ERROR, at, NULL, NULL, "longer than %d bytes", LABEL_MAX);
    }
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)value[i] < 0x20 || value[i] == 0x7F) {
            reader_report(rd, CONFIG_ERROR, at, NULL, "write it on one line", "holds a control character");
            return;
        }
    }
}

void check_email(struct reader *rd, config_setting_t *at, char *value)
{
    const char *sign = strchr(value, '@');

    check_label(rd, at, value);
    if (sign == NULL || sign == value || sign[1] == '\0' || strpbrk(value, " \t<>") != NULL) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write \"name@example.com\"", "is no e-mail address");
    }
}

void check_user_agent(struct reader *rd, config_setting_t *at, char *value)
{
    check_label(rd, at, value);
    for (const char *c = value; *c != '\0'; c++) {
        if ((unsigned char)*c >= 0x80) {
            reader_report(rd, CONFIG_ERROR, at, NULL, "write it in ASCII",
                          "holds a character that a header cannot carry");
            return;
        }
    }
}

/* ---- groups ---- */

void check_read_retry(struct reader *rd, config_setting_t *at, void *member, void *item)
{
    struct config_dispatch *dispatch = item;
    int count = config_setting_length(at);

    (void)member;
    if (!config_setting_is_array(at) && !config_setting_is_list(at)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write [ 10000, 60000 ]", "must be an array of numbers");
        return;
    }
    if (count > CONFIG_RETRY_MAX) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "leave some out", "%d retries, at most %d", count,
                      CONFIG_RETRY_MAX);
        return;
    }
    for (int i = 0; i < count; i++) {
        int64_t wait_ms;

        if (reader_integer(rd, config_setting_get_elem(at, (unsigned)i), 1, INT64_C(604800000), &wait_ms)) {
            dispatch->retry_ms[dispatch->retry_count++] = wait_ms;
        }
    }
}

void check_dispatch(struct reader *rd, config_setting_t *at, void *item)
{
    static const int64_t DEFAULT_MS[] = {10000, 60000, 300000, 1800000, 7200000};
    struct config_dispatch *dispatch = item;

    (void)rd;
    if (at == NULL || config_setting_get_member(at, "retry_ms") == NULL) {
        memcpy(dispatch->retry_ms, DEFAULT_MS, sizeof DEFAULT_MS);
        dispatch->retry_count = sizeof DEFAULT_MS / sizeof DEFAULT_MS[0];
    }
}

void check_workers(struct reader *rd, config_setting_t *at, void *item)
{
    const struct config_workers *workers = item;

    if (at != NULL && workers->backoff_first_ms > workers->backoff_max_ms) {
        reader_report(rd, CONFIG_ERROR, at, "backoff_max_ms", "raise it, or lower backoff_first_ms",
                      "%lld is less than backoff_first_ms (%lld)", (long long)workers->backoff_max_ms,
                      (long long)workers->backoff_first_ms);
    }
}

void check_sync(struct reader *rd, config_setting_t *at, void *item)
{
    const struct config_sync *sync = item;

    if (at != NULL && sync->interval_s > sync->relaxed_interval_s) {
        reader_report(rd, CONFIG_ERROR, at, "relaxed_interval_s", "raise it, or lower interval_s",
                      "%lld is less than interval_s (%lld)", (long long)sync->relaxed_interval_s,
                      (long long)sync->interval_s);
    }
}

static void check_readable(struct reader *rd, config_setting_t *at, const char *path, bool secret)
{
    struct stat st;

    if (stat(path, &st) != 0 || access(path, R_OK) != 0) {
        reader_report(rd, CONFIG_ERROR, at, NULL, NULL, "cannot open %.160s: %s", path, strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "name a PEM file", "%.160s is not a regular file", path);
    } else if (secret && (st.st_mode & 0007U) != 0) {
        reader_report(rd, CONFIG_WARNING, at, NULL, "chmod o-rwx, and give it to the daemon's user or group",
                      "every user of this machine can open %.160s (mode %04o)", path,
                      (unsigned)st.st_mode & 0777U);
    }
}

void check_tls(struct reader *rd, config_setting_t *at, void *item)
{
    const struct config_tls *tls = item;
    config_setting_t *certificate = at != NULL ? config_setting_get_member(at, "certificate") : NULL;
    config_setting_t *key = at != NULL ? config_setting_get_member(at, "key") : NULL;

    if (at == NULL) {
        return;
    }
    if ((certificate == NULL) != (key == NULL)) {
        reader_report(rd, CONFIG_ERROR, at, certificate == NULL ? "certificate" : "key",
                      "name both PEM files", "is missing, and TLS needs it");
    }
    if (tls->certificate != NULL) {
        check_readable(rd, certificate, tls->certificate, false);
    }
    if (tls->key != NULL) {
        check_readable(rd, key, tls->key, true);
    }
}

/* ---- the whole file ---- */

/* The key's own place when the file has it. */
static void report_key(struct reader *rd, const char *name, const char *cure, const char *message)
{
    config_setting_t *member = config_setting_get_member(rd->root, name);

    reader_report(rd, CONFIG_ERROR, member != NULL ? member : rd->root, member != NULL ? NULL : name, cure,
                  "%s", message);
}

static void replace(struct reader *rd, char **text, char *with)
{
    if (with == NULL) {
        rd->no_memory = true;
        return;
    }
    free(*text);
    *text = with;
}

static void settle_sockets(struct reader *rd)
{
    struct config *cfg = rd->cfg;
    char *path = NULL;

    if (cfg->admin_socket == NULL && cfg->data_dir != NULL) {
        replace(rd, &cfg->admin_socket, asprintf(&path, "%s/admin.sock", cfg->data_dir) >= 0 ? path : NULL);
    }
    if (cfg->admin_socket != NULL && strlen(cfg->admin_socket) > UNIX_PATH_MAX) {
        report_key(rd, "admin_socket", "name a shorter one", "the path is too long for a Unix socket");
    }
    if (cfg->admin_listen == NULL || strncmp(cfg->admin_listen, UNIX_PREFIX, strlen(UNIX_PREFIX)) != 0) {
        return;
    }
    path = source_path_dup(rd->source, cfg->admin_listen + strlen(UNIX_PREFIX));
    if (path != NULL && strlen(path) > UNIX_PATH_MAX) {
        report_key(rd, "admin_listen", "name a shorter one", "the path is too long for a Unix socket");
    }
    if (path != NULL) {
        char *whole = NULL;

        replace(rd, &cfg->admin_listen, asprintf(&whole, UNIX_PREFIX "%s", path) >= 0 ? whole : NULL);
        if (cfg->admin_socket != NULL && strcmp(cfg->admin_socket, path) == 0) {
            report_key(rd, "admin_listen", "name another path, or listen on 127.0.0.1",
                       "the same path as admin_socket");
        }
    }
    rd->no_memory = rd->no_memory || path == NULL;
    free(path);
}

static void check_two_listeners(struct reader *rd)
{
    struct address_listen public_one;
    struct address_listen admin_one;

    if (rd->cfg->listen == NULL || rd->cfg->admin_listen == NULL ||
        address_listen_read(&public_one, rd->cfg->listen) != NULL ||
        address_listen_read(&admin_one, rd->cfg->admin_listen) != NULL) {
        return;
    }
    if (public_one.port == admin_one.port && public_one.port != 0 &&
        strcmp(public_one.host, admin_one.host) == 0) {
        report_key(rd, "admin_listen", "give it another port", "the same address as listen");
    }
}

static void check_bearers_apart(struct reader *rd)
{
    const struct config_bearers *api = &rd->cfg->api_keys;
    const struct config_bearers *admin = &rd->cfg->admin_keys;
    config_setting_t *list = config_setting_get_member(rd->root, "admin_keys");

    for (size_t i = 0; i < admin->count; i++) {
        for (size_t j = 0; j < api->count; j++) {
            if (admin->items[i].key != NULL && api->items[j].key != NULL &&
                strcmp(admin->items[i].key, api->items[j].key) == 0) {
                reader_report(rd, CONFIG_ERROR, config_setting_get_elem(list, (unsigned)i), "key",
                              "the application is not an operator: give each its own",
                              "the same as in api_keys[%zu]", j);
            }
        }
    }
}

static void check_origins(struct reader *rd)
{
    const struct config_strings *origins = &rd->cfg->connect_origins;
    size_t len = 0;

    for (size_t i = 0; i < origins->count; i++) {
        len += strlen(origins->items[i]) + 1;
    }
    if (origins->count > CONFIG_ORIGINS_MAX) {
        report_key(rd, "connect_origins", "name those that show the pages alone", "has more than 16 origins");
    } else if (len > CONFIG_ORIGINS_BYTES) {
        report_key(rd, "connect_origins", "name those that show the pages alone",
                   "has more than 1,000 bytes of origins");
    }
}

void check_all(struct reader *rd)
{
    struct config *cfg = rd->cfg;

    if (cfg->integrations.count > 0 && config_setting_get_member(rd->root, "public_url") == NULL) {
        report_key(rd, "public_url", "public_url = \"https://hooks.example.com\";",
                   "is missing, and tools need to know where to send deliveries");
    }
    settle_sockets(rd);
    check_two_listeners(rd);
    check_origins(rd);
    check_bearers_apart(rd);
    scope_keys_add_default(rd);
    scope_keys_check_references(rd);
    endpoint_keys_check_references(rd);
}
