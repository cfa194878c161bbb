/*
 * daemon: the commands about the daemon itself, and those that run in this process.
 */
#include "cli/help.h"
#include "cli/human.h"
#include "cli/list.h"

#include "weir/connector.h" /* the contract's version */

#include <stdlib.h>
#include <unistd.h>

#define RELOAD_TIMEOUT_MS (5u * 60 * 1000)
#define BACKUP_TIMEOUT_MS (12u * 3600 * 1000)
#define CELL_MAX 1024

/* ---- in this process ---- */

int run_serve(struct cli *cli)
{
    return cli->app->serve(target_config(&cli->opt));
}

int run_check(struct cli *cli)
{
    return cli->app->check(target_config(&cli->opt));
}

int accept_restore(const struct cli *cli)
{
    return cli->arg_count == 1 ? CLI_OK : cli_usage(cli, "restore needs the path of a backup");
}

int run_restore(struct cli *cli)
{
    return cli->app->restore(target_config(&cli->opt), cli->args[0], cli->opt.force);
}

int run_openapi(struct cli *cli)
{
    return cli->app->openapi(cli->io->out, cli->opt.admin);
}

int run_version(struct cli *cli)
{
    if (cli->opt.json) {
        json_t *version = json_pack("{s:s, s:i, s:i}", "version", cli->app->version, "abi_major",
                                    WEIR_ABI_MAJOR, "abi_minor", WEIR_ABI_MINOR);
        int status = list_print_json(cli, version, 2);

        json_decref(version);
        return status;
    }
    (void)fprintf(cli->io->out, "weir %s (connectors: contract %d.%d)\n", cli->app->version, WEIR_ABI_MAJOR,
                  WEIR_ABI_MINOR);
    return CLI_OK;
}

int run_help(struct cli *cli)
{
    const struct command *command;
    const char *nearest;

    if (cli->arg_count == 0) {
        help_all(cli->io->out);
        return CLI_OK;
    }
    command = command_find(cli->args[0]);
    if (command != NULL) {
        help_command(cli->io->out, command);
        return CLI_OK;
    }
    nearest = command_nearest(cli->args[0]);
    return cli_usage(cli, "there is no command \"%.60s\"%s%s%s", cli->args[0],
                     nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "\"?" : "");
}

/* ---- status ---- */

static uint64_t count_of(const json_t *status, const char *key)
{
    json_int_t value = json_integer_value(list_member(status, key));

    return value > 0 ? (uint64_t)value : 0;
}

static void print_line(const struct cli *cli, const char *name, const struct buf *text,
                       enum table_colour colour)
{
    bool colours = cli->io->colours && colour != TABLE_PLAIN;

    (void)fprintf(cli->io->out, "%-14s%s%.*s%s\n", name, colours ? table_colour_begin(colour) : "",
                  WEIR_STR_ARG(buf_str(text)), colours ? table_colour_end() : "");
}

/* "12 deliveries, 34.2 KiB, the oldest 3 min ago" */
static void print_queue(const struct cli *cli, const json_t *status, const char *name, const char *what,
                        const char *count_key, const char *bytes_key, const char *oldest_key)
{
    uint64_t count = count_of(status, count_key);
    struct buf text;
    int64_t oldest_ms;

    buf_init(&text, CELL_MAX);
    human_count(&text, count);
    buf_printf(&text, " %s", what);
    if (count > 0 && bytes_key != NULL) {
        buf_add_text(&text, ", ");
        human_bytes(&text, count_of(status, bytes_key));
    }
    if (count > 0 && list_time(&oldest_ms, list_member(status, oldest_key))) {
        buf_add_text(&text, ", the oldest ");
        human_when(&text, oldest_ms, clock_now_ms(cli->io->clock));
    }
    print_line(cli, name, &text, TABLE_PLAIN);
    buf_fini(&text);
}

/* What a person has to look at: how many, and how to see them. */
static void print_given_up(const struct cli *cli, const json_t *status, const char *name, const char *key,
                           const char *look)
{
    uint64_t count = count_of(status, key);
    struct buf text;

    buf_init(&text, CELL_MAX);
    human_count(&text, count);
    if (count > 0) {
        buf_printf(&text, " (see: %s)", look);
    }
    print_line(cli, name, &text, count > 0 ? TABLE_WARN : TABLE_PLAIN);
    buf_fini(&text);
}

static void print_head(const struct cli *cli, const json_t *status, bool ready)
{
    struct buf text;

    buf_init(&text, CELL_MAX);
    buf_add_text(&text, ready ? "ready" : "not ready: ");
    if (!ready) {
        list_write_value(&text, list_member(status, "why"));
    }
    print_line(cli, "state", &text, ready ? TABLE_GOOD : TABLE_BAD);
    buf_clear(&text);
    list_write_value(&text, list_member(status, "version"));
    buf_add_text(&text, ", process ");
    list_write_value(&text, list_member(status, "pid"));
    buf_add_text(&text, ", up ");
    human_duration(&text, (int64_t)count_of(status, "uptime_s") * 1000);
    print_line(cli, "version", &text, TABLE_PLAIN);
    buf_clear(&text);
    list_write_value(&text, list_member(status, "environment_id"));
    print_line(cli, "environment", &text, TABLE_PLAIN);
    buf_fini(&text);
}

static void print_store(const struct cli *cli, const json_t *status)
{
    bool full = json_is_true(list_member(status, "store.disk_full"));
    struct buf text;

    print_queue(cli, status, "inbox", "deliveries", "store.inbox_count", "store.inbox_bytes",
                "store.inbox_oldest_ms");
    print_queue(cli, status, "outbox", "notifications", "store.outbox_count", NULL, "store.outbox_oldest_ms");
    print_given_up(cli, status, "dead letters", "store.dead_count", "weir notifications --dead");
    print_given_up(cli, status, "set aside", "store.aside_count", "weir events --aside");
    if (count_of(status, "endpoints.failing") > 0) {
        print_given_up(cli, status, "failing", "endpoints.failing", "weir endpoints");
    }
    if (count_of(status, "endpoints.disabled") > 0) {
        print_given_up(cli, status, "disabled", "endpoints.disabled", "weir endpoints");
    }
    print_queue(cli, status, "store", "records", "store.record_count", NULL, "");
    buf_init(&text, CELL_MAX);
    human_bytes(&text, count_of(status, "store.used_bytes"));
    buf_add_text(&text, " used in a file of ");
    human_bytes(&text, count_of(status, "store.file_bytes"));
    buf_add_text(&text, full ? ", the disk is full" : "");
    print_line(cli, "disk", &text, full ? TABLE_BAD : TABLE_PLAIN);
    buf_fini(&text);
}

int run_status(struct cli *cli)
{
    struct weir_error err = {0};
    json_t *status = NULL;
    bool ready;
    int exit_status = CLI_OK;

    if (admin_get(&status, cli->admin, weir_str("/admin/v1/status"), &err) != 0) {
        return cli_fail(cli, &err);
    }
    ready = json_is_true(list_member(status, "ready"));
    if (cli->opt.json) {
        exit_status = list_print_json(cli, status, 2);
    } else {
        print_head(cli, status, ready);
        print_store(cli, status);
    }
    json_decref(status);
    return exit_status == CLI_OK && !ready ? CLI_FAILED : exit_status;
}

/* ---- reload ---- */

static void print_report(FILE *out, const json_t *holder)
{
    const json_t *report = list_member(holder, "report");
    struct buf line;

    buf_init(&line, 4 * CELL_MAX);
    for (size_t i = 0; i < json_array_size(report); i++) {
        buf_clear(&line);
        list_write_value(&line, json_array_get(report, i));
        (void)fprintf(out, "%.*s\n", WEIR_STR_ARG(buf_str(&line)));
    }
    buf_fini(&line);
}

int run_reload(struct cli *cli)
{
    struct weir_error err = {0};
    json_t *refusal = NULL;
    json_t *data = NULL;
    int status = CLI_OK;

    if (admin_post(&data, &refusal, cli->admin, weir_str("/admin/v1/reload"), NULL, RELOAD_TIMEOUT_MS,
                   &err) != 0) {
        print_report(cli->io->err, refusal);
        status = cli_fail(cli, &err);
        if (refusal != NULL) {
            cli_note(cli, "      the configuration that was in force stays so");
        }
    } else if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    } else {
        print_report(cli->io->out, data);
        (void)fprintf(cli->io->out, "configuration reloaded\n");
    }
    json_decref(refusal);
    json_decref(data);
    return status;
}

/* ---- backup ---- */

/* The path as the daemon has to see it. NULL: it is told why. */
static char *absolute_dup(const struct cli *cli, const char *path)
{
    char *here = NULL;
    char *whole = NULL;
    struct weir_error err = {0};

    if (path[0] == '/') {
        whole = strdup(path);
    } else {
        here = getcwd(NULL, 0);
        if (here != NULL && asprintf(&whole, "%s/%s", here, path) < 0) {
            whole = NULL;
        }
    }
    if (whole == NULL) {
        weir_fail(&err, WEIR_E_MEMORY,
                  "the folder that the path starts from cannot be told: give the whole path");
        (void)cli_fail(cli, &err);
    }
    free(here);
    return whole;
}

int accept_backup(const struct cli *cli)
{
    if (cli->arg_count != 1) {
        return cli_usage(cli, "backup needs the path of the file to write");
    }
    if (cli->args[0][0] != '/' && cli->opt.url != NULL) {
        return cli_usage(cli, "with --url the path has to be absolute: it is one of the daemon's machine");
    }
    return CLI_OK;
}

int run_backup(struct cli *cli)
{
    struct weir_error err = {0};
    json_t *data = NULL;
    json_t *body = NULL;
    char *path;
    int status = CLI_OK;

    path = absolute_dup(cli, cli->args[0]);
    if (path == NULL) {
        return CLI_FAILED;
    }
    body = json_pack("{s:s, s:b}", "path", path, "compact", (int)cli->opt.compact);
    if (body == NULL) {
        status = cli_usage(cli, "the path is not UTF-8 text");
    } else if (admin_post(&data, NULL, cli->admin, weir_str("/admin/v1/backup"), body, BACKUP_TIMEOUT_MS,
                          &err) != 0) {
        status = cli_fail(cli, &err);
    } else if (cli->opt.json) {
        status = list_print_json(cli, data, 2);
    } else {
        (void)fprintf(cli->io->out, "backup written to %s\n", path);
    }
    json_decref(data);
    json_decref(body);
    free(path);
    return status;
}
