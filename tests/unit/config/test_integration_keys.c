#include "fixture.h"

static const struct weir_setting PERSONIO[] = {
    {.key = "client_id", .label = "Client ID", .required = true},
    {.key = "client_secret", .label = "Client secret", .secret = true, .required = true},
    {.key = "api_version", .label = "API version"},
    {.key = NULL},
};

struct asked {
    int read_count;
    size_t path_count;
};

static void connectors_read(void *ctx, const struct config_connectors *connectors)
{
    struct asked *asked = ctx;

    asked->read_count++;
    asked->path_count = connectors->path.count;
}

static enum config_tool connector(void *ctx, const char *tool, const struct weir_setting **settings)
{
    (void)ctx;
    if (strcmp(tool, "personio") == 0) {
        *settings = PERSONIO;
        return CONFIG_TOOL_KNOWN;
    }
    return strcmp(tool, "later") == 0 ? CONFIG_TOOL_UNCHECKED : CONFIG_TOOL_UNKNOWN;
}

static const char *tool_nth(void *ctx, size_t n)
{
    (void)ctx;
    return n == 0 ? "personio" : NULL;
}

static void load(struct fixture *f, struct asked *asked, const char *text)
{
    const struct config_names names = {
        .ctx = asked, .connectors_read = connectors_read, .connector = connector, .tool_nth = tool_nth};

    memset(asked, 0, sizeof *asked);
    fixture_load_with(f, text, &names);
}

#define URL "public_url = \"https://h.example.com\";\n"
#define ONE(id, rest) BASE URL "integrations = ( { id = \"" id "\"; organization = \"A\";\n" rest " } );\n"

TEST(settings_are_checked_against_the_connectors_table)
{
    struct fixture f;
    struct asked asked;

    UNUSED_STATE;
    fixture_init(&f);
    load(&f, &asked, ONE("personio:a", "settings = {\nclient_di = \"x\";\n};"));
    EXPECT_INT(WEIR_E_CONFIG, f.rc);
    EXPECT_INT(1, asked.read_count);
    EXPECT_INT(1, asked.path_count);
    fixture_says(&f, ":6: error: integrations[0].settings.client_di: personio has no such setting "
                     "\u2014 did you mean \"client_id\"?");
    fixture_says(&f, ":5: error: integrations[0].settings.client_secret: is missing, and personio needs it "
                     "\u2014 add client_secret = \"@file:...\"; (Client secret)");
    fixture_says(&f, "integrations[0].settings.client_id: is missing");

    load(&f, &asked, ONE("personio:a", ""));
    fixture_says(&f, ":4: error: integrations[0].settings.client_id: is missing, and personio needs it");

    load(&f, &asked, ONE("personio:a", "settings = { client_id = \"x\"; client_secret = \"y\"; };"));
    EXPECT_INT(0, f.rc);
    EXPECT_INT(0, f.report.warning_count);
    EXPECT(!f.cfg->integrations.items[0].settings.items[0].secret);
    EXPECT(f.cfg->integrations.items[0].settings.items[1].secret);
    fixture_fini(&f);
}

TEST(a_connector_that_is_not_there_is_a_warning_and_its_settings_are_taken_for_secrets)
{
    struct fixture f;
    struct asked asked;

    UNUSED_STATE;
    fixture_init(&f);
    load(&f, &asked, ONE("personia:a", "settings = { whatever = \"x\"; };"));
    EXPECT_INT(0, f.rc);
    fixture_says(&f, ":4: warning: integrations[0].id: no connector \"personia\" is loaded "
                     "\u2014 did you mean \"personio\"?");
    EXPECT(f.cfg->integrations.items[0].settings.items[0].secret);
    load(&f, &asked, ONE("later:a", "settings = { whatever = \"x\"; };"));
    EXPECT_INT(0, f.report.warning_count);
    load(&f, &asked, BASE URL "connectors = { enabled = [ \"personio\",\n\"okta\" ]; };\n");
    fixture_says(&f, ":5: warning: connectors.enabled[1]: no connector \"okta\" is loaded");
    load(&f, &asked,
         BASE URL "connectors = { enabled = [ ]; };\nintegrations = ( { id = \"later:a\";\n"
                  "organization = \"A\"; } );");
    fixture_says(&f, ":5: warning: integrations[0].id: the connector \"later\" is not in connectors.enabled");
    fixture_fini(&f);
}

TEST(faulty_connectors_are_not_loaded)
{
    struct fixture f;
    struct asked asked;

    UNUSED_STATE;
    fixture_init(&f);
    load(&f, &asked, BASE "connectors = { enabled = [ \"../evil\" ]; };\n");
    fixture_says(&f, ":3: error: connectors.enabled[0]: \"../evil\" is no connector's name");
    EXPECT_INT(0, asked.read_count);
    fixture_fini(&f);
}

TEST(settings_of_the_wrong_name_or_type_are_refused)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, ONE("okta:a", "settings = { base_url = \"https://x.example.com\"; };"),
                    ":5: error: integrations[0].settings.base_url: is not the connector's");
    fixture_refuses(&f, ONE("okta:a", "settings = { Token = \"x\"; };"),
                    "settings.Token: is no name of a setting");
    fixture_refuses(&f, ONE("okta:a", "settings = { port = 80; };"),
                    "settings.port: must be a string \u2014 write it in quotes");
    fixture_refuses(&f, ONE("okta:a", "settings = ( );"), "settings: must be a group");
    fixture_fini(&f);
}

TEST(an_id_of_another_form_is_refused)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(
        &f, ONE("acme", ""),
        ":4: error: integrations[0].id: \"acme\" is no integration id \u2014 write \"<tool>:<name>\"");
    fixture_refuses(&f, BASE URL "integrations = ( { organization = \"A\"; } );",
                    "integrations[0].id: is missing");
    fixture_refuses(&f, BASE URL "integrations = ( { id = \"okta:a\"; } );",
                    "integrations[0].organization: is missing");
    fixture_fini(&f);
}

TEST(a_base_url_is_public_and_encrypted_unless_private_is_allowed)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, ONE("okta:a", "base_url = \"http://api.example.com\";"),
                    ":5: error: integrations[0].base_url: credentials would travel unencrypted");
    fixture_refuses(
        &f, ONE("okta:a", "base_url = \"https://10.1.2.3\";"),
        "integrations[0].base_url: 10.1.2.3 is a private or loopback address \u2014 set allow_private");
    fixture_refuses(&f, ONE("okta:a", "base_url = \"api.example.com\";"),
                    "the URL does not begin with https://");
    fixture_refuses(&f, ONE("okta:a", "base_url = \"https://api.example.com/?a=b\";"), "the URL has a query");
    fixture_takes(&f, ONE("okta:a", "base_url = \"http://127.0.0.1:8089/\"; allow_private = true;"));
    EXPECT_STR("http://127.0.0.1:8089", f.cfg->integrations.items[0].base_url);
    EXPECT_INT(0, f.report.warning_count);
    fixture_takes(&f, ONE("okta:a", "base_url = \"https://hr\";"));
    fixture_says(&f, "warning: integrations[0].base_url: hr looks like a host of your own network");
    fixture_fini(&f);
}

TEST(a_tool_is_given_settings_once_for_all_that_customers_connect)
{
    struct fixture f;
    struct asked asked;

    UNUSED_STATE;
    fixture_init(&f);
    load(&f, &asked,
         BASE
         "tools = ( { tool = \"personio\"; base_url = \"http://127.0.0.1:8089/\"; allow_private = true;\n"
         "settings = { api_version = \"2\"; client_secret = \"x\"; }; } );");
    EXPECT_INT(0, f.rc);
    EXPECT_INT(0, f.report.warning_count);
    EXPECT_STR("http://127.0.0.1:8089", f.cfg->tools.items[0].base_url);
    EXPECT_STR("2", f.cfg->tools.items[0].settings.items[0].value);
    EXPECT(!f.cfg->tools.items[0].settings.items[0].secret);
    EXPECT(f.cfg->tools.items[0].settings.items[1].secret);
    load(&f, &asked, BASE "tools = ( { tool = \"personia\"; } );");
    fixture_says(&f, "warning: tools[0].tool: no connector \"personia\" is loaded");
    load(&f, &asked, BASE "tools = ( { tool = \"personio\"; settings = { client_di = \"x\"; }; } );");
    fixture_says(&f, "error: tools[0].settings.client_di: personio has no such setting");
    fixture_refuses(&f, BASE "tools = ( { tool = \"okta\"; base_url = \"http://x.example.com\"; } );",
                    "tools[0].base_url: credentials would travel unencrypted");
    fixture_refuses(&f, BASE "tools = ( { tool = \"../x\"; } );", "is no connector's name");
    fixture_refuses(&f, BASE "tools = ( { allow_private = true; } );", "tools[0].tool: is missing");
    fixture_refuses(&f, BASE "tools = ( { tool = \"okta\"; }, { tool = \"okta\"; } );",
                    "the same as in tools[0]");
    fixture_fini(&f);
}

TEST(integrations_need_a_public_url)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, BASE "integrations = ( { id = \"okta:a\"; organization = \"A\"; } );\n",
                    "/weir.conf:1: error: public_url: is missing, and tools need to know");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(settings_are_checked_against_the_connectors_table),
        UNIT(a_connector_that_is_not_there_is_a_warning_and_its_settings_are_taken_for_secrets),
        UNIT(faulty_connectors_are_not_loaded),
        UNIT(settings_of_the_wrong_name_or_type_are_refused),
        UNIT(an_id_of_another_form_is_refused),
        UNIT(a_base_url_is_public_and_encrypted_unless_private_is_allowed),
        UNIT(a_tool_is_given_settings_once_for_all_that_customers_connect),
        UNIT(integrations_need_a_public_url),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
