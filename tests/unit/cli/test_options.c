#include "fixture.h"

#include "cli/help.h"

TEST(an_unknown_command_or_option_names_the_nearest_one)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, "stauts", "there is no command \"stauts\"; did you mean \"status\"?");
    fixture_refuses(&f, "help inegrations", "did you mean \"integrations\"?");
    fixture_refuses(&f, "xyzzy", "there is no command \"xyzzy\"\n");
    fixture_refuses(&f, "status --jsn", "there is no option --jsn here; did you mean --json?");
    fixture_refuses(&f, "status -x", "there is no option -x");
    fixture_refuses(&f, "replay --dea x", "--dea may mean several options");
    fixture_fini(&f);
}

TEST(what_the_options_ask_of_each_other_is_told_before_anything_is_sent)
{
    static const struct {
        const char *words, *said;
    } cases[] = {
        {"events --limit 0", "--limit takes a whole number from 1 to 1000000"},
        {"events --limit -3", "--limit takes a whole number"},
        {"events --limit 3x", "--limit takes a whole number"},
        {"events --limit", "--limit needs a value: --limit N"},
        {"events --aside=yes", "--aside takes no value"},
        {"events --integration=", "--integration is empty"},
        {"events --kind delivery", "there is no option --kind here"},
        {"serve --json", "there is no option --json here"},
        {"--socket /x serve", "--socket means nothing to \"serve\""},
        {"status more", "\"more\" is one word too many"},
        {"replay", "replay needs exactly one of"},
        {"replay --dead-all --events-all", "replay needs exactly one of"},
        {"replay --dead-all --integration a:b", "--integration with --events-all"},
        {"replay --event 1 --endpoint app", "--endpoint goes with --dead-all"},
        {"notifications --dead --log", "exclude one another"},
        {"sync", "sync needs the id of an integration"},
        {"sync status --delta", "--delta means nothing"},
        {"sync a:b --limit 3", "--limit belongs to \"sync status\""},
        {"sync a:b c:d", "\"c:d\" is one word too many"},
        {"integrations show", "show needs the id of an integration"},
        {"integrations drop a:b", "there are list, show, ensure, enable, disable, pass-qa, create, set and delete"},
        {"integrations create a:b x=1", "create needs --organization NAME"},
        {"integrations create --organization A", "create needs the id of an integration"},
        {"integrations set a:b", "set needs a <key>=<value>"},
        {"integrations set a:b secret", "word 1 behind the id is no <key>=<value>"},
        {"integrations set a:b =secret", "word 1 behind the id is no <key>=<value>"},
        {"integrations set a:b x=- y=-", "only one value can come from the standard input"},
        {"integrations set a:b x=1 --scope s", "the options of \"create\" mean nothing to \"set\""},
        {"integrations show a:b --scope s", "the options of \"create\" mean nothing to \"show\""},
        {"integrations delete a:b c:d", "delete takes no further word"},
        {"subscriptions remove", "remove needs the id of an integration"},
        {"subscriptions drop a:b", "there are list, show, ensure and remove"},
        {"subscriptions list a:b", "list takes no further word"},
        {"endpoints enable", "enable needs the name of an endpoint"},
        {"endpoints list app", "list takes no further word"},
        {"connectors show", "there are list, inspect and reload"},
        {"connectors inspect", "inspect needs the name of a tool"},
        {"connectors list personio", "list takes no further word"},
        {"backup", "backup needs the path"},
        {"restore", "restore needs the path"},
        {"status --url http://127.0.0.1:1", "--url needs an admin key: set WEIR_ADMIN_KEY"},
        {"status --url http://127.0.0.1:1 --socket /x", "exclude one another"},
        {"status --key-file /x", "--key-file goes with --url"},
        {"status --url ftp://127.0.0.1", "--url: "},
        {"status --url http://127.0.0.1/?a=1", "--url takes no query"},
    };
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture_refuses(&f, cases[i].words, cases[i].said);
    }
    fixture_fini(&f);
}

TEST(each_command_has_help_with_its_forms_and_options)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT_INT(CLI_OK, fixture_run(&f, "--help"));
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        fixture_contains(f.out, command->name);
        fixture_contains(f.out, command->summary);
    }
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        char words[64];
        char *help;

        (void)snprintf(words, sizeof words, "%s --help", command->name);
        EXPECT_INT(CLI_OK, fixture_run(&f, words));
        fixture_contains(f.out, "usage: weir ");
        for (const struct option_spec *spec = command->options; spec != NULL && spec->name != NULL; spec++) {
            fixture_contains(f.out, spec->name);
        }
        help = strdup(f.out);
        (void)snprintf(words, sizeof words, "help %s", command->name);
        EXPECT_INT(CLI_OK, fixture_run(&f, words));
        EXPECT_STR(help, f.out);
        free(help);
    }
    EXPECT_INT(CLI_USAGE, fixture_run(&f, ""));
    fixture_contains(f.err, "usage: weir");
    fixture_fini(&f);
}

TEST(the_manual_names_every_command_and_every_option)
{
    static const char PAGE[] = TEST_SOURCE_DIR "/../../../core/cli/man/weir.8";
    const struct option_spec *const common[] = {CONFIG_OPTIONS, DAEMON_OPTIONS, JSON_OPTIONS, HELP_OPTIONS,
                                                VERSION_OPTIONS};
    char text[65536];
    char name[64];
    FILE *page = fopen(PAGE, "r");
    size_t len;

    UNUSED_STATE;
    EXPECT(page != NULL);
    len = fread(text, 1, sizeof text - 1, page);
    text[len] = '\0';
    EXPECT_INT(0, fclose(page));
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        (void)snprintf(name, sizeof name, "Ic %s", command->name);
        fixture_contains(text, name);
        for (const struct option_spec *spec = command->options; spec != NULL && spec->name != NULL; spec++) {
            (void)snprintf(name, sizeof name, "-%s", spec->name);
            fixture_contains(text, name);
        }
    }
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        for (const struct option_spec *spec = common[i]; spec->name != NULL; spec++) {
            (void)snprintf(name, sizeof name, "-%s", spec->name);
            fixture_contains(text, name);
        }
    }
}

static int last_force = -1;
static char last_config[64], last_backup[64];

static int keep_config(const char *config_path)
{
    (void)snprintf(last_config, sizeof last_config, "%s", config_path);
    return 70;
}

static int keep_restore(const char *config_path, const char *backup_path, bool force)
{
    (void)snprintf(last_backup, sizeof last_backup, "%s", backup_path);
    last_force = force ? 1 : 0;
    return keep_config(config_path);
}

TEST(commands_of_this_process_get_the_configuration_and_their_status_is_the_result)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    f.app.serve = f.app.check = keep_config;
    f.app.restore = keep_restore;
    EXPECT_INT(70, fixture_run(&f, "serve"));
    EXPECT_STR("/etc/weir/weir.conf", last_config);
    setenv("WEIR_CONFIG", "/from/env", 1);
    EXPECT_INT(70, fixture_run(&f, "check"));
    EXPECT_STR("/from/env", last_config);
    EXPECT_INT(70, fixture_run(&f, "-c /first serve"));
    EXPECT_STR("/first", last_config);
    EXPECT_INT(70, fixture_run(&f, "restore /backup.mdb --force --config=/last"));
    EXPECT_STR("/last", last_config);
    EXPECT_STR("/backup.mdb", last_backup);
    EXPECT_INT(1, last_force);
    EXPECT_INT(70, fixture_run(&f, "restore -- --odd"));
    EXPECT_STR("--odd", last_backup);
    EXPECT_INT(0, last_force);
    fixture_fini(&f);
}

TEST(the_version_is_told_by_command_and_by_option)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT_INT(CLI_OK, fixture_run(&f, "version"));
    fixture_contains(f.out, "weir 1.2.3 (");
    EXPECT_INT(CLI_OK, fixture_run(&f, "-V"));
    fixture_contains(f.out, "weir 1.2.3 (");
    EXPECT_INT(CLI_OK, fixture_run(&f, "version --json"));
    fixture_contains(f.out, "\"version\": \"1.2.3\"");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_unknown_command_or_option_names_the_nearest_one),
        UNIT(what_the_options_ask_of_each_other_is_told_before_anything_is_sent),
        UNIT(each_command_has_help_with_its_forms_and_options),
        UNIT(the_manual_names_every_command_and_every_option),
        UNIT(commands_of_this_process_get_the_configuration_and_their_status_is_the_result),
        UNIT(the_version_is_told_by_command_and_by_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
