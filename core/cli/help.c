#include "cli/help.h"

#define LEFT 24 /* columns of what stands before an explanation */

void help_all(FILE *out)
{
    (void)fputs("Weir takes the webhooks of HR tools, fetches what changed and tells your application.\n\n"
                "usage: weir [<options>] <command> [<options>]\n\n",
                out);
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        (void)fprintf(out, "  %-15s%s\n", command->name, command->summary);
    }
    (void)fputs("\n\"weir help <command>\" tells more of one. Exit status: 0 done, 1 failed, 2 wrong usage,\n"
                "3 no daemon answers.\n",
                out);
}

static void print_options(FILE *out, const struct option_spec *specs)
{
    for (; specs != NULL && specs->name != NULL; specs++) {
        char left[64];
        char letter[5] = "";

        if (specs->letter != '\0') {
            (void)snprintf(letter, sizeof letter, "-%c, ", specs->letter);
        }
        (void)snprintf(left, sizeof left, "%s--%s%s%s", letter, specs->name, specs->value != NULL ? " " : "",
                       specs->value != NULL ? specs->value : "");
        (void)fprintf(out, "  %-*s%s\n", LEFT, left, specs->help);
    }
}

void help_command(FILE *out, const struct command *command)
{
    for (size_t i = 0; command->forms[i] != NULL; i++) {
        (void)fprintf(out, "%s weir %s%s%s\n", i == 0 ? "usage:" : "      ", command->name,
                      command->forms[i][0] != '\0' ? " " : "", command->forms[i]);
    }
    (void)fprintf(out, "\n%s\n", command->summary);
    if (command->help != NULL) {
        (void)fprintf(out, "%s\n", command->help);
    }
    (void)fputc('\n', out);
    print_options(out, command->options);
    if (command->needs == NEEDS_CONFIG) {
        print_options(out, CONFIG_OPTIONS);
    } else {
        print_options(out, command->needs == NEEDS_DAEMON ? DAEMON_OPTIONS : NULL);
        print_options(out, JSON_OPTIONS);
    }
    print_options(out, HELP_OPTIONS);
}
