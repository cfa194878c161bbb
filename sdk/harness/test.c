/*
 * test: weir-harness test, all that is proved of a connector.
 */
#include "command.h"

#include "check_delivery.h"
#include "check_fault.h"
#include "reporter.h"
#include "suite.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#define PATTERNS_MAX 64
#define DEADLINE_MS 30000
#define JOBS_MAX 256

struct test_options {
    const char *patterns[PATTERNS_MAX];
    size_t pattern_count;
    bool list, verbose;
    enum report_format format;
    const char *output;
    size_t jobs;
    uint32_t deadline_ms;
};

static bool number_read(unsigned long *out, const char *text, unsigned long most)
{
    char *end = NULL;

    errno = 0;
    *out = strtoul(text, &end, 10);
    return errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9' && *out > 0 && *out <= most;
}

/* 0: go on. */
static int option_take(struct test_options *o, const struct command *command, int option)
{
    unsigned long number;

    switch (option) {
    case 'o':
        if (o->pattern_count == PATTERNS_MAX) {
            return command_misuse(command, "--only may be given %d times", PATTERNS_MAX);
        }
        o->patterns[o->pattern_count++] = optarg;
        return 0;
    case 'l':
        o->list = true;
        return 0;
    case 'v':
        o->verbose = true;
        return 0;
    case 'f':
        return report_format_find(&o->format, optarg)
                   ? 0
                   : command_misuse(command, "there is no format %s; there is: human, tap, junit", optarg);
    case 'O':
        o->output = optarg;
        return 0;
    case 'j':
        if (!number_read(&number, optarg, JOBS_MAX)) {
            return command_misuse(command, "--jobs has to be a number from 1 to %d", JOBS_MAX);
        }
        o->jobs = number;
        return 0;
    case 'd':
        if (!number_read(&number, optarg, 86400000)) {
            return command_misuse(command, "--deadline-ms has to be a number of milliseconds");
        }
        o->deadline_ms = (uint32_t)number;
        return 0;
    default:
        return command_bad_option(command);
    }
}

static int suite_collect(struct suite *s, char **paths, int count, struct weir_error *err)
{
    int rc = 0;

    if (count == 0 && access("cases", F_OK) == 0) {
        rc = suite_find_cases(s, "cases", err);
    }
    for (int i = 0; rc == 0 && i < count; i++) {
        rc = suite_find_cases(s, paths[i], err);
    }
    suite_add_load(s);
    suite_add_cases(s);
    suite_add_delivery_checks(s);
    suite_add_fault_checks(s);
    return rc;
}

static void began(void *ctx, const struct task *task)
{
    reporter_began(ctx, task);
}

static void ended(void *ctx, const struct task *task, const struct task_result *result)
{
    reporter_ended(ctx, task, result);
}

static int suite_run(const struct suite *s, const struct command *command, const struct test_options *o)
{
    FILE *out = stdout;
    struct reporter *reporter;
    struct weir_error err = {0};
    struct children_listener listener = {.began = began, .ended = ended};
    int rc;

    if (o->output != NULL) {
        out = fopen(o->output, "we");
        if (out == NULL) {
            return command_misuse(command, "%s cannot be written: %s", o->output, strerror(errno));
        }
    }
    reporter = reporter_new(out, o->format, s->name, s->count, isatty(fileno(out)) != 0, o->verbose);
    listener.ctx = reporter;
    rc = children_run(s->tasks, s->count, o->jobs, o->deadline_ms, &listener, &err);
    if (rc != 0) {
        (void)fprintf(stderr, "weir-harness: %s\n", err.message);
    }
    rc = reporter_finish(reporter) ? EXIT_GOOD : EXIT_FOUND;
    if (out != stdout && fclose(out) != 0) {
        (void)fprintf(stderr, "weir-harness: %s cannot be written: %s\n", o->output, strerror(errno));
        rc = EXIT_USAGE;
    }
    return rc;
}

static int list(const struct suite *s)
{
    for (size_t i = 0; i < s->count; i++) {
        (void)printf("%s%s%s\n", s->tasks[i].name, s->tasks[i].title != NULL ? ": " : "",
                     s->tasks[i].title != NULL ? s->tasks[i].title : "");
    }
    return EXIT_GOOD;
}

int test_command(const struct command *command, int argc, char **argv)
{
    static const struct option longs[] = {{"only", required_argument, NULL, 'o'},
                                          {"list", no_argument, NULL, 'l'},
                                          {"format", required_argument, NULL, 'f'},
                                          {"output", required_argument, NULL, 'O'},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"deadline-ms", required_argument, NULL, 'd'},
                                          {"verbose", no_argument, NULL, 'v'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct test_options o = {.jobs = processors > 0 ? (size_t)processors : 1, .deadline_ms = DEADLINE_MS};
    struct weir_error err = {0};
    struct suite s;
    int option;
    int rc;

    while ((option = getopt_long(argc, argv, "hv", longs, NULL)) >= 0) {
        rc = option == 'h' ? command_help(command) : option_take(&o, command, option);
        if (rc != 0 || option == 'h') {
            return rc;
        }
    }
    if (optind >= argc) {
        return command_misuse(command, "which connector? Name its .so");
    }
    suite_init(&s, argv[optind]);
    if (suite_collect(&s, argv + optind + 1, argc - optind - 1, &err) != 0) {
        rc = command_misuse(command, "%s", err.message);
        goto out;
    }
    if (o.pattern_count > 0) {
        suite_select(&s, o.patterns, o.pattern_count);
    }
    if (s.count == 0) {
        rc = command_misuse(command, "no test matches %s; --list shows them", o.patterns[0]);
    } else {
        rc = o.list ? list(&s) : suite_run(&s, command, &o);
    }

out:
    suite_fini(&s);
    return rc;
}
