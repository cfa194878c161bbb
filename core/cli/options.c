#include "cli/options.h"

#include "config/nearest.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#define SPECS_MAX 24
#define FIRST_VALUE 256

struct parse {
    struct cli *cli;
    const struct option_spec *specs[SPECS_MAX];
    size_t count;
    struct option longs[SPECS_MAX + 1];
    char shorts[2 * SPECS_MAX + 3];
};

static void add_specs(struct parse *parse, const struct option_spec *specs)
{
    for (; specs != NULL && specs->name != NULL && parse->count < SPECS_MAX; specs++) {
        parse->specs[parse->count++] = specs;
    }
}

/* The options that a command takes, apart from its own. */
static void add_common(struct parse *parse, enum command_needs needs)
{
    if (needs == NEEDS_CONFIG) {
        add_specs(parse, CONFIG_OPTIONS);
    } else if (needs == NEEDS_DAEMON) {
        add_specs(parse, DAEMON_OPTIONS);
    }
    if (needs != NEEDS_CONFIG) {
        add_specs(parse, JSON_OPTIONS);
    }
    add_specs(parse, HELP_OPTIONS);
}

/* getopt's own form of the specs. */
static void prepare(struct parse *parse, bool stop_at_word)
{
    size_t used = 0;

    if (stop_at_word) {
        parse->shorts[used++] = '+';
    }
    parse->shorts[used++] = ':';
    for (size_t i = 0; i < parse->count; i++) {
        const struct option_spec *spec = parse->specs[i];
        int argument = spec->kind == OPTION_FLAG ? no_argument : required_argument;

        parse->longs[i] = (struct option){spec->name, argument, NULL, FIRST_VALUE + (int)i};
        if (spec->letter != '\0') {
            parse->shorts[used++] = spec->letter;
            if (argument == required_argument) {
                parse->shorts[used++] = ':';
            }
        }
    }
    parse->shorts[used] = '\0';
}

static const struct option_spec *spec_of(const struct parse *parse, int value)
{
    if (value >= FIRST_VALUE) {
        return parse->specs[value - FIRST_VALUE];
    }
    for (size_t i = 0; i < parse->count; i++) {
        if (parse->specs[i]->letter == value) {
            return parse->specs[i];
        }
    }
    return NULL;
}

static bool read_number(uint64_t *out, const char *text, uint64_t most)
{
    char *end = NULL;
    unsigned long long value;

    if (text[0] < '0' || text[0] > '9') {
        return false; /* strtoull takes a sign and blanks, too */
    }
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < 1 || value > most) {
        return false;
    }
    *out = value;
    return true;
}

static bool take(struct parse *parse, const struct option_spec *spec, const char *value)
{
    char *at = (char *)&parse->cli->opt + spec->offset;
    uint64_t number = 0;
    bool yes = true;

    switch (spec->kind) {
    case OPTION_FLAG:
        memcpy(at, &yes, sizeof yes);
        return true;
    case OPTION_TEXT:
        if (value[0] == '\0') {
            (void)cli_usage(parse->cli, "--%s is empty", spec->name);
            return false;
        }
        memcpy(at, &value, sizeof value);
        return true;
    case OPTION_NUMBER:
        break;
    }
    if (!read_number(&number, value, spec->most)) {
        (void)cli_usage(parse->cli, "--%s takes a whole number from 1 to %llu", spec->name,
                        (unsigned long long)spec->most);
        return false;
    }
    memcpy(at, &number, sizeof number);
    return true;
}

/* The option that was probably meant; the command's own and the common ones are looked at. */
static void tell_unknown(const struct parse *parse, const char *word, int letter)
{
    const char *name = word != NULL && strncmp(word, "--", 2) == 0 ? word + 2 : "";
    size_t len = strcspn(name, "=");
    char cut[64];
    struct nearest near;

    if (letter != 0) {
        (void)cli_usage(parse->cli, "there is no option -%c", letter > 0x20 && letter < 0x7F ? letter : '?');
        return;
    }
    (void)snprintf(cut, sizeof cut, "%.*s", (int)(len < sizeof cut ? len : sizeof cut - 1), name);
    nearest_init(&near, cut);
    for (size_t i = 0; i < parse->count; i++) {
        if (len > 0 && strncmp(parse->specs[i]->name, cut, len) == 0) {
            (void)cli_usage(parse->cli, "--%s may mean several options", cut);
            return;
        }
        nearest_try(&near, parse->specs[i]->name);
    }
    if (nearest_best(&near) != NULL) {
        (void)cli_usage(parse->cli, "there is no option --%s here; did you mean --%s?", cut,
                        nearest_best(&near));
    } else {
        (void)cli_usage(parse->cli, "there is no option --%s here", cut);
    }
}

static void tell_mistake(const struct parse *parse, int got, const char *word)
{
    const struct option_spec *spec = optopt != 0 ? spec_of(parse, optopt) : NULL;

    if (spec == NULL) {
        tell_unknown(parse, word, optopt);
    } else if (got == ':') {
        (void)cli_usage(parse->cli, "--%s needs a value: --%s %s", spec->name, spec->name,
                        spec->value != NULL ? spec->value : "");
    } else {
        (void)cli_usage(parse->cli, "--%s takes no value", spec->name);
    }
}

/* false: the mistake is told. Ends with optind at the first word that is no option. */
static bool run_getopt(struct parse *parse, int argc, char **argv)
{
    int got;

    opterr = 0;
    optind = 0; /* glibc's way to start over */
    for (;;) {
        const char *word;

        got = getopt_long(argc, argv, parse->shorts, parse->longs, NULL);
        if (got == -1) {
            return true;
        }
        word = optind > 0 && optind <= argc ? argv[optind - 1] : NULL;
        if (got == '?' || got == ':') {
            tell_mistake(parse, got, word);
            return false;
        }
        if (!take(parse, spec_of(parse, got), optarg != NULL ? optarg : "")) {
            return false;
        }
    }
}

int options_read_first(struct cli *cli, int argc, char **argv)
{
    struct parse parse = {.cli = cli};

    add_common(&parse, NEEDS_DAEMON);
    add_specs(&parse, VERSION_OPTIONS);
    prepare(&parse, true);
    return run_getopt(&parse, argc, argv) ? optind : -1;
}

/* Of the options that stood before the command, one that the command does not take. */
static const struct option_spec *misplaced(const struct parse *parse)
{
    struct parse all = {.cli = parse->cli};

    add_common(&all, NEEDS_DAEMON);
    for (size_t i = 0; i < all.count; i++) {
        const struct option_spec *spec = all.specs[i];
        const char *at = (const char *)&parse->cli->opt + spec->offset;
        const char *text = NULL;
        bool flag = false;
        bool known = false;

        if (spec->kind == OPTION_FLAG) {
            memcpy(&flag, at, sizeof flag);
        } else {
            memcpy(&text, at, sizeof text);
        }
        for (size_t j = 0; j < parse->count; j++) {
            known = known || parse->specs[j]->offset == spec->offset;
        }
        if ((flag || text != NULL) && !known) {
            return spec;
        }
    }
    return NULL;
}

bool options_read(struct cli *cli, int argc, char **argv)
{
    struct parse parse = {.cli = cli};
    const struct option_spec *wrong;

    add_specs(&parse, cli->command->options);
    add_common(&parse, cli->command->needs);
    prepare(&parse, false);
    wrong = misplaced(&parse);
    if (wrong != NULL) {
        (void)cli_usage(cli, "--%s means nothing to \"%s\"", wrong->name, cli->command->name);
        return false;
    }
    if (!run_getopt(&parse, argc, argv)) {
        return false;
    }
    cli->args = argv + optind;
    cli->arg_count = argc - optind;
    if (!cli->opt.help && cli->arg_count > cli->command->args_max) {
        (void)cli_usage(cli, "\"%s\" is one word too many", cli->args[cli->command->args_max]);
        return false;
    }
    return true;
}
