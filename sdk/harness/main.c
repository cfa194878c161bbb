/*
 * main: weir-harness, the program with which authors of connectors test them.
 */
#include "command.h"

#include "base/log.h"
#include "config/nearest.h"

#include <unistd.h>

static const struct command commands[] = {
    {"test", "<tool>.so [<cases>...]", "run a connector's cases, each in a process of its own",
     "  --only <pattern>     only tests whose name matches (may be given again)\n"
     "  --list               show the tests and run none\n"
     "  --format <format>    human, tap or junit\n"
     "  --output <file>      write the results there\n"
     "  --jobs <number>      so many at once (default: one for each processor)\n"
     "  --deadline-ms <ms>   for each test (default: 30000)\n"
     "  -v, --verbose        notes of tests that passed, too\n",
     test_command},
    {"run", "<tool>.so", "play one delivery, and print what would be stored",
     "  --settings <file>    settings of the integration, or a case\n"
     "  --delivery <file>    the delivery, as in a case; else the first one of the case\n"
     "  --exchanges <file>   a case that answers requests, too (may be given again)\n"
     "  --json               as JSON\n",
     run_command},
    {"fuzz", "<tool>.so [<cases>...] [-- <libFuzzer option or input>...]",
     "look for deliveries and answers that break a connector",
     "  --seconds <number>   how long (default: 60)\n"
     "  --corpus <folder>    inputs that reach further are kept there, and used again\n"
     "behind --, the name of an input plays it once, and all else is for libFuzzer (-help=1)\n",
     fuzz_command},
    {"record", "<tool>.so",
     "run a connector against its real tool, and write a case without secrets and people",
     "  --settings <file>          settings of the integration, or a case with them\n"
     "  --base-url <url>           the tool's address\n"
     "  --allow-private            it may be a private address\n"
     "  --out <file>               the case that is written\n"
     "  --title <sentence>         what the case proves\n"
     "  --hide-ids                 replace ids, too\n"
     "  --replace <real>=<other>   replace this, too: the name of a company (may be given again)\n"
     "  --keep-header <name>       keep this header of answers, too\n"
     "what is asked, in this order; each may be given again:\n"
     "  --record <model> <id>      fetch a record\n"
     "  --list <model>             list a model; --pages <n> of it; --since <time>\n"
     "  --missed <time>            the events that the tool kept since then\n"
     "  --delivery <file>          a delivery as in a case, and the records it names\n"
     "  --ensure <url>, --inspect <url>, --remove <url>\n"
     "                             the subscription that sends there\n"
     "  --act <action> <file>      do something at the tool, with the input of the file\n"
     "  --pass <api> <file>        pass a request through: path, method, headers, body\n",
     record_command},
    {"describe", "<tool>.so", "show what a connector offers", "  --json               as JSON\n",
     describe_command},
    {"new", "<tool>", "write the folder of a new connector, which builds and passes",
     "  --template <folder>  another template than the installed one\n", new_command},
};
static const size_t command_count = sizeof commands / sizeof commands[0];

int command_bad_option(const struct command *command)
{
    (void)fprintf(stderr, "usage: weir-harness %s [option...] %s\n", command->name, command->arguments);
    return EXIT_USAGE;
}

int command_misuse(const struct command *command, const char *format, ...)
{
    va_list args;

    (void)fprintf(stderr, "weir-harness %s: ", command->name);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    return command_bad_option(command);
}

int command_help(const struct command *command)
{
    (void)printf("usage: weir-harness %s [option...] %s\n\n%s\n\n%s", command->name, command->arguments,
                 command->summary, command->options);
    return EXIT_GOOD;
}

static void usage(FILE *out)
{
    (void)fputs("usage: weir-harness <command> [argument...]\n\n", out);
    for (size_t i = 0; i < command_count; i++) {
        (void)fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
    }
    (void)fputs("\nweir-harness <command> --help has more, and man weir-harness has the format of cases.\n",
                out);
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int unknown(const char *name)
{
    struct nearest near;

    nearest_init(&near, name);
    for (size_t i = 0; i < command_count; i++) {
        nearest_try(&near, commands[i].name);
    }
    (void)fprintf(stderr, "weir-harness: there is no command %s%s%s%s\n", name,
                  nearest_best(&near) != NULL ? "; did you mean " : "",
                  nearest_best(&near) != NULL ? nearest_best(&near) : "",
                  nearest_best(&near) != NULL ? "?" : "");
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    const struct command *command;

    log_setup(STDERR_FILENO, LOG_LOGFMT, WEIR_LOG_WARN);
    if (argc < 2) {
        usage(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        usage(stdout);
        return EXIT_GOOD;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        (void)printf("weir-harness %s (contract %d.%d)\n", WEIR_VERSION, WEIR_ABI_MAJOR, WEIR_ABI_MINOR);
        return EXIT_GOOD;
    }
    command = find(argv[1]);
    return command != NULL ? command->run(command, argc - 1, argv + 1) : unknown(argv[1]);
}
