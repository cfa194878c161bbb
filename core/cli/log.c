/*
 * log: what happened, line by line, and what happens from now on.
 */
#include "base/datetime.h"
#include "cli/human.h"
#include "cli/list.h"

#define FOLLOW_MS 1000
#define FOLLOW_ROWS 1000 /* of one look; a busier second is told, not hidden */
#define LINE_MAX_BYTES 16384
#define PARAMS 12
#define SINCE (PARAMS - 1)
#define SLACK_MS (10 * 60 * 1000) /* between the daemon's clock and this one */

/* The entries already printed that have the newest time: several may share it. */
struct follow {
    json_t *newest;
    int64_t at_ms;
    int64_t began_ms;
    bool begun; /* the daemon answered once */
    bool lost;  /* it did not answer the last look */
};

static void write_member(struct buf *line, const char *key, const json_t *value)
{
    if (json_is_null(value) || strcmp(key, "at") == 0 || strcmp(key, "kind") == 0 ||
        strcmp(key, "integration") == 0) {
        return;
    }
    buf_add_char(line, ' ');
    human_text(line, weir_str(key));
    buf_add_char(line, '=');
    if (json_is_string(value) && strchr(json_string_value(value), ' ') != NULL) {
        buf_add_char(line, '"');
        list_write_value(line, value);
        buf_add_char(line, '"');
    } else {
        list_write_value(line, value);
    }
}

static int print_entry(const struct cli *cli, const json_t *entry)
{
    enum table_colour colour = TABLE_PLAIN;
    const char *outcome = json_string_value(list_member(entry, "outcome"));
    json_t *object = (json_t *)(uintptr_t)entry; /* jansson iterates through a plain pointer */
    const char *key;
    json_t *value;
    struct buf line;

    if (cli->opt.json) {
        return list_print_json(cli, entry, 0);
    }
    buf_init(&line, LINE_MAX_BYTES);
    list_write_value(&line, list_member(entry, "at"));
    buf_add_char(&line, ' ');
    list_write_value(&line, list_member(entry, "kind"));
    buf_add_char(&line, ' ');
    list_write_value(&line, list_member(entry, "integration"));
    json_object_foreach(object, key, value)
    {
        write_member(&line, key, value);
    }
    if (cli->io->colours && outcome != NULL) {
        colour = list_colour(outcome);
    }
    (void)fprintf(cli->io->out, "%s%.*s%s\n", table_colour_begin(colour), WEIR_STR_ARG(buf_str(&line)),
                  colour != TABLE_PLAIN ? table_colour_end() : "");
    buf_fini(&line);
    return CLI_OK;
}

/* ---- following ---- */

static bool is_printed(const struct follow *follow, const json_t *entry, int64_t at_ms)
{
    if (at_ms != follow->at_ms) {
        return at_ms < follow->at_ms;
    }
    for (size_t i = 0; i < json_array_size(follow->newest); i++) {
        if (json_equal(json_array_get(follow->newest, i), entry) != 0) {
            return true;
        }
    }
    return false;
}

/* How many of the rows, the newest first, are new. */
static size_t count_new(const struct follow *follow, const json_t *rows)
{
    size_t count = 0;

    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *entry = json_array_get(rows, i);
        int64_t at_ms = 0;

        (void)list_time(&at_ms, list_member(entry, "at"));
        if (at_ms < follow->at_ms) {
            break;
        }
        count = is_printed(follow, entry, at_ms) ? count : i + 1;
    }
    return count;
}

static int print_new(const struct cli *cli, struct follow *follow, const json_t *rows)
{
    int status = CLI_OK;

    for (size_t i = count_new(follow, rows); status == CLI_OK && i > 0; i--) {
        json_t *entry = json_array_get(rows, i - 1);
        int64_t at_ms = 0;

        (void)list_time(&at_ms, list_member(entry, "at"));
        if (is_printed(follow, entry, at_ms)) {
            continue;
        }
        status = print_entry(cli, entry);
        if (at_ms != follow->at_ms) {
            (void)json_array_clear(follow->newest);
            follow->at_ms = at_ms;
        }
        (void)json_array_append(follow->newest, entry);
    }
    return fflush(cli->io->out) == 0 ? status : CLI_FAILED;
}

/* A daemon that does not answer is waited for: it may be starting again. Another failure ends. */
static int look(struct cli *cli, struct follow *follow, struct list_param *params)
{
    char since[DATETIME_TEXT];
    struct weir_error err = {0};
    json_t *rows = NULL;
    json_t *next = NULL;
    bool first = !follow->begun;
    /* What comes is behind what was printed: a rare filter is not to look through the whole log each time. */
    int64_t since_ms = follow->at_ms > 0 ? follow->at_ms : follow->began_ms - SLACK_MS;
    uint64_t limit = first ? (cli->opt.limit > 0 ? cli->opt.limit : LIST_LIMIT) : FOLLOW_ROWS;
    int status;
    int rc;

    if (!first) {
        datetime_format(since, since_ms);
        params[SINCE].value = since;
    }
    rc = list_fetch(&rows, &next, cli, "/admin/v1/log", params, PARAMS, limit, &err);
    if (rc != 0) {
        if (first || (rc != WEIR_E_IO && rc != WEIR_E_LATER)) {
            return cli_fail(cli, &err);
        }
        if (!follow->lost) {
            (void)fprintf(cli->io->err, "weir: %s; asking again\n", err.message);
        }
        follow->lost = true;
        return CLI_OK;
    }
    if (follow->lost) {
        (void)fprintf(cli->io->err, "weir: the daemon answers again\n");
    }
    follow->lost = false;
    follow->begun = true;
    if (!first && json_is_string(next) && count_new(follow, rows) == json_array_size(rows)) {
        (void)fprintf(cli->io->err, "weir: more than %d entries at once; the older ones are left out\n",
                      FOLLOW_ROWS);
    }
    status = print_new(cli, follow, rows);
    json_decref(next);
    json_decref(rows);
    return status;
}

static int follow_log(struct cli *cli, struct list_param *params)
{
    struct follow follow = {.newest = json_array(), .began_ms = clock_now_ms(cli->io->clock)};
    int status = CLI_OK;

    do {
        status = look(cli, &follow, params);
    } while (status == CLI_OK && cli->io->pause(cli->io->ctx, FOLLOW_MS));
    json_decref(follow.newest);
    return status;
}

/* ---- the command ---- */

int run_log(struct cli *cli)
{
    const struct options *opt = &cli->opt;
    struct list_param params[PARAMS] = {{"kind", opt->kind},
                                        {"integration", opt->integration},
                                        {"tool", opt->tool},
                                        {"endpoint", opt->endpoint},
                                        {"outcome", opt->outcome},
                                        {"id", opt->id},
                                        {"delivery", opt->delivery},
                                        {"event", opt->upstream_event},
                                        {"notification", opt->notification},
                                        {"text", opt->text},
                                        {"until", opt->until},
                                        {"since", opt->since}};
    struct weir_error err = {0};
    json_t *rows = NULL;
    json_t *next = NULL;
    int status = CLI_OK;

    if (cli->opt.follow) {
        return follow_log(cli, params);
    }
    if (list_fetch(&rows, &next, cli, "/admin/v1/log", params, PARAMS,
                   cli->opt.limit > 0 ? cli->opt.limit : LIST_LIMIT, &err) != 0) {
        return cli_fail(cli, &err);
    }
    if (cli->opt.json) {
        json_t *all = json_pack("{s:O, s:O}", "results", rows, "next", next);

        status = list_print_json(cli, all, 2);
        json_decref(all);
    } else if (json_array_size(rows) == 0) {
        cli_note(cli, "nothing happened yet");
    }
    for (size_t i = cli->opt.json ? 0 : json_array_size(rows); status == CLI_OK && i > 0; i--) {
        status = print_entry(cli, json_array_get(rows, i - 1));
    }
    json_decref(next);
    json_decref(rows);
    return status;
}
