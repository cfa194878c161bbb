#include "cli/cli.h"

#include "cli/admin.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/human.h"
#include "cli/options.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define TERMINAL_LEAST 40

/* ---- what is said beside the result ---- */

int cli_usage(const struct cli *cli, const char *format, ...)
{
    char text[512];
    va_list args;
    struct buf clean;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_init(&clean, 2 * sizeof text);
    human_text(&clean, weir_str(text));
    (void)fprintf(cli->io->err, "weir: %.*s\n      see: weir help%s%s\n", WEIR_STR_ARG(buf_str(&clean)),
                  cli->command != NULL ? " " : "", cli->command != NULL ? cli->command->name : "");
    buf_fini(&clean);
    return CLI_USAGE;
}

int cli_fail(const struct cli *cli, const struct weir_error *err)
{
    (void)fprintf(cli->io->err, "weir: %s\n", err->message);
    if (cli->admin != NULL) {
        admin_print_hint(cli->io->err, cli->admin, err->code);
    }
    return cli->admin != NULL && (err->code == WEIR_E_IO || err->code == WEIR_E_PERMISSION) ? CLI_UNREACHABLE
                                                                                            : CLI_FAILED;
}

void cli_note(const struct cli *cli, const char *format, ...)
{
    va_list args;

    if (cli->opt.json) {
        return;
    }
    va_start(args, format);
    (void)vfprintf(cli->io->err, format, args);
    va_end(args);
    (void)fputc('\n', cli->io->err);
}

/* ---- running a command ---- */

static int run_with_daemon(struct cli *cli)
{
    struct weir_error err = {0};
    struct target target;
    int status = target_find(&target, cli);

    if (status == CLI_OK && admin_open(&cli->admin, &target, cli->app->version, &err) != 0) {
        status = cli_fail(cli, &err);
    }
    if (status == CLI_OK) {
        status = cli->command->run(cli);
    }
    admin_close(cli->admin);
    cli->admin = NULL;
    target_fini(&target);
    return status;
}

static int tell_unknown(const struct cli *cli, const char *name)
{
    const char *nearest = command_nearest(name);

    if (nearest != NULL) {
        return cli_usage(cli, "there is no command \"%.60s\"; did you mean \"%s\"?", name, nearest);
    }
    return cli_usage(cli, "there is no command \"%.60s\"", name);
}

static int run(struct cli *cli, int argc, char **argv)
{
    int first = options_read_first(cli, argc, argv);

    if (first < 0) {
        return CLI_USAGE;
    }
    if (cli->opt.version) {
        return run_version(cli);
    }
    if (first == argc) {
        help_all(cli->opt.help ? cli->io->out : cli->io->err);
        return cli->opt.help ? CLI_OK : CLI_USAGE;
    }
    cli->command = command_find(argv[first]);
    if (cli->command == NULL) {
        return tell_unknown(cli, argv[first]);
    }
    if (cli->opt.help) {
        help_command(cli->io->out, cli->command);
        return CLI_OK;
    }
    if (!options_read(cli, argc - first, argv + first)) {
        return CLI_USAGE;
    }
    if (cli->opt.help) {
        help_command(cli->io->out, cli->command);
        return CLI_OK;
    }
    if (cli->command->accept != NULL && cli->command->accept(cli) != CLI_OK) {
        return CLI_USAGE;
    }
    return cli->command->needs == NEEDS_DAEMON ? run_with_daemon(cli) : cli->command->run(cli);
}

int cli_run_with(int argc, char **argv, const struct cli_app *app, const struct cli_io *io)
{
    struct cli cli = {.app = app, .io = io};
    int status = run(&cli, argc, argv);

    /* A result that went nowhere (a full disk behind ">") is no success. */
    if ((fflush(io->out) != 0 || ferror(io->out) != 0) && status == CLI_OK) {
        (void)fprintf(io->err, "weir: the output could not be written\n");
        status = CLI_FAILED;
    }
    return status;
}

/* ---- the real terminal ---- */

static size_t terminal_width(void)
{
    struct winsize size = {0};

    if (isatty(STDOUT_FILENO) == 0) {
        return 0;
    }
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < TERMINAL_LEAST) {
        return 80;
    }
    return size.ws_col;
}

static bool pause_ms(void *ctx, uint32_t ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    (void)ctx;
    (void)nanosleep(&time, NULL);
    return true;
}

int cli_run(int argc, char **argv, const struct cli_app *app)
{
    const char *no_color = getenv("NO_COLOR");
    struct cli_io io = {
        .in = stdin, .out = stdout, .err = stderr, .clock = clock_system(), .pause = pause_ms};

    io.width = terminal_width();
    io.colours = io.width > 0 && (no_color == NULL || no_color[0] == '\0');
    return cli_run_with(argc, argv, app, &io);
}
