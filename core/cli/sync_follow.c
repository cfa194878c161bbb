/*
 * sync_follow: the syncs that are under way, until all of them ended.
 */
#include "cli/human.h"
#include "cli/sync_view.h"

#define FOLLOW_MS 1000
#define ROWS_LOOKED_AT 200 /* the newest; what is under way is among them */
#define LINE_MAX_BYTES 4096

struct following {
    json_t *open;     /* id to the row last shown, of those that were under way */
    size_t bars;      /* lines at the end of the screen that are written over */
    bool begun, lost; /* the daemon answered once; it did not answer the last look */
    bool any_failed;
};

static void print_line(const struct cli *cli, const json_t *row)
{
    struct weir_str text;
    struct buf line;

    buf_init(&line, LINE_MAX_BYTES);
    sync_view_line(&line, row, cli->io->width > 0);
    text = buf_str(&line);
    if (cli->io->width > 0) {
        text = human_cut(text, cli->io->width - 1);
    }
    (void)fprintf(cli->io->out, "%.*s%s\n", WEIR_STR_ARG(text), cli->io->width > 0 ? "\033[K" : "");
    buf_fini(&line);
}

static void print_row(const struct cli *cli, const json_t *row)
{
    if (cli->opt.json) {
        (void)list_print_json(cli, row, 0);
    } else {
        print_line(cli, row);
    }
}

/* Back to where the bars begin: those of ended syncs are written once more and stay. */
static void rewind_bars(const struct cli *cli, struct following *f)
{
    if (cli->io->width > 0 && !cli->opt.json && f->bars > 0) {
        (void)fprintf(cli->io->out, "\033[%zuA", f->bars);
    }
    f->bars = 0;
}

static void show_ended(const struct cli *cli, struct following *f, const json_t *rows)
{
    for (size_t i = json_array_size(rows); i > 0; i--) {
        const json_t *row = json_array_get(rows, i - 1);
        const char *id = json_string_value(list_member(row, "id"));

        if (id == NULL || sync_view_is_running(row) || json_object_get(f->open, id) == NULL) {
            continue;
        }
        print_row(cli, row);
        f->any_failed = f->any_failed || !sync_view_is_good(row);
        (void)json_object_del(f->open, id);
    }
}

/* On a terminal all of them, each time; else those of which there is news. */
static void show_running(const struct cli *cli, struct following *f, const json_t *rows)
{
    bool bars = cli->io->width > 0 && !cli->opt.json;

    for (size_t i = json_array_size(rows); i > 0; i--) {
        json_t *row = json_array_get(rows, i - 1);
        const char *id = json_string_value(list_member(row, "id"));

        if (id == NULL || !sync_view_is_running(row)) {
            continue;
        }
        if (bars || json_equal(json_object_get(f->open, id), row) == 0) {
            print_row(cli, row);
            f->bars += bars ? 1 : 0;
        }
        (void)json_object_set(f->open, id, row);
    }
}

/* A daemon that does not answer is waited for: the sync goes on when it is there again. */
static int look(const struct cli *cli, struct following *f, const struct list_param *of_integration)
{
    struct weir_error err = {0};
    json_t *rows = NULL;
    json_t *next = NULL;
    int rc = list_fetch(&rows, &next, cli, "/admin/v1/syncs", of_integration, 1, ROWS_LOOKED_AT, &err);

    if (rc != 0) {
        if (!f->begun || (rc != WEIR_E_IO && rc != WEIR_E_LATER)) {
            return cli_fail(cli, &err);
        }
        if (!f->lost) {
            (void)fprintf(cli->io->err, "weir: %s; asking again\n", err.message);
            f->bars = 0;
        }
        f->lost = true;
        return CLI_OK;
    }
    f->lost = false;
    f->begun = true;
    rewind_bars(cli, f);
    show_ended(cli, f, rows);
    show_running(cli, f, rows);
    json_decref(next);
    json_decref(rows);
    return fflush(cli->io->out) == 0 ? CLI_OK : CLI_FAILED;
}

int sync_follow(const struct cli *cli, const struct list_param *of_integration)
{
    struct following f = {.open = json_object()};
    int status = look(cli, &f, of_integration);

    if (status == CLI_OK && json_object_size(f.open) == 0) {
        cli_note(cli, "no sync is under way");
    }
    while (status == CLI_OK && json_object_size(f.open) > 0 && cli->io->pause(cli->io->ctx, FOLLOW_MS)) {
        status = look(cli, &f, of_integration);
    }
    json_decref(f.open);
    return status == CLI_OK && f.any_failed ? CLI_FAILED : status;
}
