#include "cli/target.h"

#include "base/crypto.h"
#include "config/address.h"
#include "config/peek.h"
#include "config/small_file.h"

#include <stdlib.h>

const char *target_config(const struct options *opt)
{
    const char *env = getenv("WEIR_CONFIG");

    if (opt->config != NULL) {
        return opt->config;
    }
    return env != NULL && env[0] != '\0' ? env : TARGET_CONFIG;
}

/* One line of visible ASCII, so that it can stand in a header. */
static bool key_is(const char *key)
{
    size_t len = strlen(key);

    for (size_t i = 0; i < len; i++) {
        if (key[i] <= 0x20 || key[i] >= 0x7F) {
            return false;
        }
    }
    return len > 0 && len <= TARGET_KEY_MAX;
}

static int key_from_file(struct target *target, const struct cli *cli)
{
    struct small_file_facts facts;
    struct weir_error err = {0};
    struct buf content;
    int rc;

    buf_init(&content, TARGET_KEY_MAX + 2);
    rc = small_file_read(&content, &facts, target->key_file, &err);
    if (rc != 0) {
        rc = cli_fail(cli, &err);
        goto out;
    }
    while (content.len > 0 &&
           (content.data[content.len - 1] == '\n' || content.data[content.len - 1] == '\r')) {
        content.len--;
    }
    target->key = strndup(content.len > 0 ? content.data : "", content.len);

out:
    crypto_wipe(content.data, content.cap);
    buf_fini(&content);
    return rc;
}

static int find_key(struct target *target, const struct cli *cli)
{
    struct weir_error err = {0};
    const char *env = getenv("WEIR_ADMIN_KEY");
    int rc = CLI_OK;

    target->key_file = cli->opt.key_file;
    if (target->key_file != NULL) {
        rc = key_from_file(target, cli);
    } else if (env != NULL && env[0] != '\0') {
        target->key = strdup(env);
    } else {
        return cli_usage(cli, "--url needs an admin key: set WEIR_ADMIN_KEY, or name a file with --key-file");
    }
    if (rc == CLI_OK && target->key == NULL) {
        weir_fail(&err, WEIR_E_MEMORY, "no memory for the admin key");
        return cli_fail(cli, &err);
    }
    if (rc == CLI_OK && !key_is(target->key)) {
        weir_fail(&err, WEIR_E_CONFIG, "the admin key of %.160s is not one line of visible ASCII",
                  target->key_file != NULL ? target->key_file : "WEIR_ADMIN_KEY");
        return cli_fail(cli, &err);
    }
    return rc;
}

static int find_url(struct target *target, const struct cli *cli)
{
    struct address_url url;
    const char *wrong = address_url_read(&url, cli->opt.url);

    if (wrong != NULL) {
        return cli_usage(cli, "--url: %s", wrong);
    }
    if (url.query) {
        return cli_usage(cli, "--url takes no query: write http://host:port");
    }
    if (!url.https && url.reach == ADDRESS_PUBLIC) {
        cli_note(cli, "warning: the admin key goes over plain http to a public address; use https");
    }
    target->url = cli->opt.url;
    target->url_len = strlen(target->url);
    while (target->url[target->url_len - 1] == '/') {
        target->url_len--;
    }
    return find_key(target, cli);
}

int target_find(struct target *target, const struct cli *cli)
{
    const struct options *opt = &cli->opt;
    struct weir_error err = {0};

    *target = (struct target){.config = NULL};
    if (opt->url != NULL && opt->socket != NULL) {
        return cli_usage(cli, "--url and --socket exclude one another");
    }
    if (opt->key_file != NULL && opt->url == NULL) {
        return cli_usage(cli, "--key-file goes with --url; a Unix socket needs no key");
    }
    if (opt->url != NULL) {
        return find_url(target, cli);
    }
    if (opt->socket != NULL) {
        if (strlen(opt->socket) >= sizeof target->socket) {
            return cli_usage(cli, "--socket: at most %zu bytes fit a Unix socket's path",
                             sizeof target->socket - 1);
        }
        memcpy(target->socket, opt->socket, strlen(opt->socket) + 1);
        return CLI_OK;
    }
    target->config = target_config(opt);
    if (config_peek_admin_socket(target->socket, sizeof target->socket, target->config, &err) != 0) {
        int status = cli_fail(cli, &err);

        (void)fputs("      name the configuration with -c, or the daemon with --socket or --url\n",
                    cli->io->err);
        return status;
    }
    return CLI_OK;
}

void target_fini(struct target *target)
{
    if (target->key != NULL) {
        crypto_wipe(target->key, strlen(target->key));
    }
    free(target->key);
    *target = (struct target){.config = NULL};
}
