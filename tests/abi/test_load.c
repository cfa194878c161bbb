#include "expect.h"

#include "host/registry.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each wrong connector, and what its entry has to tell whoever installed it. */
static const struct {
    const char *tool, *said, *also;
} wrong[] = {
    {"wrong_major", "built for contract 2.3 and this Weir speaks 1.x",
     "rebuild it against the SDK of contract 1.x"},
    {"too_short", "its table has 48 bytes and contract 1.0 has 144",
     "rebuild it against the SDK of contract 1.x"},
    {"lying_size", "its table says 1048576 bytes and has ", "set .size"},
    {"missing_symbol", "exports no weir_connector", "WEIR_EXPORT"},
    {"symbol_is_code", "is no struct weir_connector", "template"},
    {"unresolved", "cannot load unresolved.so", "no_library_has_this"},
    {"not_an_elf", "is not a shared object", "-shared -fPIC"},
    {"empty", "is not a shared object", "-shared -fPIC"},
    {"wrong_magic", "WEIR_CONNECTOR_MAGIC", "wrong_magic"},
    {"wrong_tool_name", "holds the connector of \"somebody_else\"", "name it somebody_else.so"},
    {"duplicate_names", "the event person.created is there twice", "make it one entry"},
    {"no_verify", "has no verify, which is required", "no_verify"},
};

static struct registry *load_all(const char *const *enabled)
{
    struct registry *reg = registry_new();
    struct weir_error err = {0};

    assert_non_null(reg);
    EXPECT_INT(0, registry_load_dir(reg, ABI_CONNECTORS, enabled, &err));
    return reg;
}

TEST(a_wrong_connector_is_listed_with_what_is_wrong_and_what_to_do)
{
    struct registry *reg = load_all(NULL);

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct registry_entry *entry = registry_find(reg, weir_str(wrong[i].tool));

        assert_non_null(entry);
        assert_null(entry->connector);
        EXPECT(entry->error.code < 0);
        if (strstr(entry->error.message, wrong[i].said) == NULL ||
            strstr(entry->error.message, wrong[i].also) == NULL) {
            fail_msg("%s: the message is: %s", wrong[i].tool, entry->error.message);
        }
        EXPECT(strstr(entry->path, wrong[i].tool) != NULL);
    }
    registry_free(reg);
}

TEST(the_good_ones_beside_them_load)
{
    static const char *const tools[] = {"good", "good_act", "good_keys", "good_minimal", "newer_minor", "garbage"};
    struct registry *reg = load_all(NULL);
    size_t count = 0;

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++) {
        const struct registry_entry *entry = registry_find(reg, weir_str(tools[i]));

        assert_non_null(entry);
        if (entry->connector == NULL) {
            fail_msg("%s: %s", tools[i], entry->error.message);
        }
        EXPECT_STR(tools[i], entry->connector->tool);
        EXPECT_INT(0, entry->error.code);
    }
    while (registry_nth(reg, count) != NULL) {
        EXPECT(count == 0 || strcmp(registry_nth(reg, count - 1)->path, registry_nth(reg, count)->path) < 0);
        count++;
    }
    EXPECT_INT(sizeof wrong / sizeof wrong[0] + sizeof tools / sizeof tools[0], count);
    registry_free(reg);
}

TEST(of_a_newer_minor_the_host_takes_what_it_knows)
{
    struct registry *reg = load_all(NULL);
    const struct weir_connector *c = registry_find(reg, weir_str("newer_minor"))->connector;

    UNUSED_STATE;
    EXPECT_INT(sizeof *c, c->size);
    EXPECT_INT(WEIR_ABI_MINOR + 1, c->abi_minor);
    EXPECT_INT(sizeof(struct weir_fetch), c->fetch->size);
    assert_non_null(c->fetch->record);
    assert_null(c->fetch->missed);
    assert_null(c->subscribe);
    registry_free(reg);
}

TEST(a_connector_of_the_first_contract_still_loads)
{
    struct registry *reg = load_all(NULL);

    UNUSED_STATE;
    EXPECT_INT(0, registry_find(reg, weir_str("good"))->connector->abi_minor);
    EXPECT_INT(1, registry_find(reg, weir_str("good_keys"))->connector->abi_minor);
    EXPECT(WEIR_ABI_MINOR >= 1);
    registry_free(reg);
}

TEST(settings_end_with_one_that_has_no_key)
{
    struct registry *reg = load_all(NULL);
    const struct weir_connector *good = registry_find(reg, weir_str("good"))->connector;
    const struct weir_connector *minimal = registry_find(reg, weir_str("good_minimal"))->connector;

    UNUSED_STATE;
    EXPECT_INT(2, good->setting_count);
    EXPECT_STR("token", good->settings[0].key);
    assert_null(good->settings[2].key);
    assert_null(minimal->settings[0].key);
    registry_free(reg);
}

TEST(only_what_is_enabled_is_looked_at)
{
    static const char *const enabled[] = {"good", "no_such_tool", "wrong_magic", NULL};
    struct registry *reg = load_all(enabled);
    const struct registry_entry *missing = registry_find(reg, weir_str("no_such_tool"));

    UNUSED_STATE;
    assert_non_null(registry_find(reg, weir_str("good"))->connector);
    assert_null(registry_find(reg, weir_str("wrong_magic"))->connector);
    assert_null(registry_find(reg, weir_str("good_minimal")));
    assert_non_null(missing);
    EXPECT_INT(WEIR_E_NONE, missing->error.code);
    EXPECT(strstr(missing->error.message, "there is no no_such_tool.so in ") != NULL);
    EXPECT(strstr(missing->error.message, "take it out of the enabled ones") != NULL);
    assert_null(registry_nth(reg, 3));
    registry_free(reg);
}

TEST(a_name_is_missing_only_when_no_folder_has_it)
{
    static const char *const enabled[] = {"good", "no_such_tool", NULL};
    char empty[] = "/tmp/weir-abi-XXXXXX";
    struct registry *reg = registry_new();
    struct weir_error err = {0};

    UNUSED_STATE;
    assert_non_null(mkdtemp(empty));
    EXPECT_INT(0, registry_load_dir(reg, empty, enabled, &err));
    assert_null(registry_find(reg, weir_str("good"))->connector);
    EXPECT_INT(0, registry_load_dir(reg, ABI_CONNECTORS, enabled, &err));
    assert_non_null(registry_find(reg, weir_str("good"))->connector);
    EXPECT(strstr(registry_find(reg, weir_str("no_such_tool"))->error.message, "nor in the folders before") !=
           NULL);
    assert_null(registry_nth(reg, 2));
    (void)rmdir(empty);
    registry_free(reg);
}

TEST(of_two_files_for_a_tool_the_first_is_used_and_the_second_says_so)
{
    char folder[] = "/tmp/weir-abi-XXXXXX";
    char path[64];
    struct registry *reg = load_all(NULL);
    const struct weir_connector *first = registry_find(reg, weir_str("good"))->connector;
    const struct registry_entry *second = NULL;
    struct weir_error err = {0};

    UNUSED_STATE;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/good.so", folder);
    EXPECT_INT(0, symlink(ABI_CONNECTORS "/good.so", path));
    EXPECT_INT(WEIR_E_INVALID, registry_load(reg, path, &err));
    EXPECT(strstr(err.message, "already loaded from ") != NULL);
    assert_ptr_equal(first, registry_find(reg, weir_str("good"))->connector);
    for (size_t i = 0; registry_nth(reg, i) != NULL; i++) {
        second = registry_nth(reg, i);
    }
    EXPECT_STR(path, second->path);
    EXPECT_STR("good", second->tool);
    assert_null(second->connector);
    (void)unlink(path);
    (void)rmdir(folder);
    registry_free(reg);
}

TEST(what_is_no_file_or_has_no_tool_s_name_is_refused)
{
    char folder[] = "/tmp/weir-abi-XXXXXX";
    char path[64];
    struct registry *reg = registry_new();
    struct weir_error err = {0};

    UNUSED_STATE;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/folder.so", folder);
    EXPECT_INT(0, mkdir(path, 0700));
    EXPECT_INT(WEIR_E_INVALID, registry_load(reg, path, &err));
    EXPECT(strstr(err.message, "not a regular file") != NULL);
    (void)rmdir(path);
    /* Opening a pipe that nobody writes must not wait. */
    (void)snprintf(path, sizeof path, "%s/pipe.so", folder);
    EXPECT_INT(0, mkfifo(path, 0600));
    EXPECT_INT(WEIR_E_INVALID, registry_load(reg, path, &err));
    (void)unlink(path);
    EXPECT_INT(WEIR_E_NONE, registry_load(reg, path, &err));
    EXPECT_INT(WEIR_E_INVALID, registry_load(reg, "/tmp/Not-A-Tool.so", &err));
    EXPECT(strstr(err.message, "not named as a connector is") != NULL);
    EXPECT_INT(WEIR_E_INVALID, registry_load(reg, "/usr/bin/env", &err));
    EXPECT_INT(WEIR_E_CONFIG, registry_load_dir(reg, "/no/such/folder", NULL, &err));
    EXPECT(strstr(err.message, "/no/such/folder") != NULL);
    (void)rmdir(folder);
    registry_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_wrong_connector_is_listed_with_what_is_wrong_and_what_to_do),
        UNIT(the_good_ones_beside_them_load),
        UNIT(a_connector_of_the_first_contract_still_loads),
        UNIT(of_a_newer_minor_the_host_takes_what_it_knows),
        UNIT(settings_end_with_one_that_has_no_key),
        UNIT(only_what_is_enabled_is_looked_at),
        UNIT(a_name_is_missing_only_when_no_folder_has_it),
        UNIT(of_two_files_for_a_tool_the_first_is_used_and_the_second_says_so),
        UNIT(what_is_no_file_or_has_no_tool_s_name_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
