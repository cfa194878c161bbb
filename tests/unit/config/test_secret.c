#include "fixture.h"

#define SECRET "a-secret-nobody-may-see-0123456789"

static void master(struct fixture *f, const char *value)
{
    char text[512];

    (void)snprintf(text, sizeof text, "data_dir = \"/d\";\nmaster_key = \"%s\";\n", value);
    fixture_load(f, text);
}

TEST(a_master_key_may_be_hex_base64_raw_or_long_and_the_config_says_which)
{
    static const char HEX_UPPER[] = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    master(&f, HEX_UPPER);
    EXPECT_INT(CONFIG_KEY_HEX, f.cfg->master_key.form);
    EXPECT_INT(0x1F, f.cfg->master_key.bytes[31]);
    fixture_says(&f, ":2: note: master_key: read as 64 hex digits");

    master(&f, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    EXPECT_INT(CONFIG_KEY_BASE64, f.cfg->master_key.form);
    EXPECT_INT(0x1F, f.cfg->master_key.bytes[31]);

    master(&f, "0123456789 123456789 123456789 1");
    EXPECT_INT(CONFIG_KEY_RAW, f.cfg->master_key.form);
    EXPECT_INT('1', f.cfg->master_key.bytes[31]);

    master(&f, "abc but this one is longer than thirty-two bytes");
    EXPECT_INT(CONFIG_KEY_DERIVED, f.cfg->master_key.form);

    master(&f, "0123456789 123456789 123456789 ");
    EXPECT_INT(WEIR_E_CONFIG, f.rc);
    fixture_says(
        &f, ":2: error: master_key: too short: 31 bytes, and a key has 32 \u2014 make one with: openssl");
    fixture_fini(&f);
}

TEST(random_bytes_of_a_file_are_a_master_key_even_when_they_end_in_a_line_end)
{
    struct fixture f;
    char raw[32];

    UNUSED_STATE;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof raw; i++) {
        raw[i] = (char)(i == 31 ? '\n' : 0x80 + i);
    }
    raw[5] = '\0';
    fixture_put(&f, "master.key", raw, sizeof raw, 0600);
    master(&f, "@file:master.key");
    EXPECT_INT(0, f.rc);
    EXPECT_INT(CONFIG_KEY_RAW, f.cfg->master_key.form);
    EXPECT_INT('\n', f.cfg->master_key.bytes[31]);

    fixture_put_text(&f, "master.key", KEY_HEX "\n");
    master(&f, "@file:master.key");
    EXPECT_INT(CONFIG_KEY_HEX, f.cfg->master_key.form);
    fixture_fini(&f);
}

TEST(old_master_keys_are_read_one_by_one)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, BASE "old_master_keys = [ \"" KEY_HEX "\",\n\"0123456789 123456789 123456789 1\" ];");
    EXPECT_INT(2, f.cfg->old_master_keys.count);
    EXPECT_INT(CONFIG_KEY_RAW, f.cfg->old_master_keys.items[1].form);
    fixture_refuses(&f, BASE "old_master_keys = [ \"" KEY_HEX "\",\n\"x\" ];",
                    ":4: error: old_master_keys[1]: too short");
    fixture_fini(&f);
}

TEST(an_environment_variable_is_resolved_and_an_unset_one_named)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT_INT(0, setenv("WEIR_TEST_KEY", SECRET, 1));
    EXPECT_INT(0, setenv("WEIR_TEST_EMPTY", "", 1));
    EXPECT_INT(0, unsetenv("WEIR_TEST_UNSET"));
    fixture_takes(&f, BASE "api_keys = ( { name = \"app\"; key = \"@env:WEIR_TEST_KEY\"; } );\n");
    EXPECT_STR(SECRET, f.cfg->api_keys.items[0].key);
    fixture_refuses(&f, BASE "\nlisten = \"@env:WEIR_TEST_UNSET\";",
                    ":4: error: listen: the environment variable WEIR_TEST_UNSET is not set");
    fixture_refuses(&f, BASE "listen = \"@env:WEIR_TEST_EMPTY\";", "WEIR_TEST_EMPTY is empty");
    fixture_refuses(&f, BASE "listen = \"@env:a b\";", "@env: is not followed by the name");
    EXPECT_INT(0, unsetenv("WEIR_TEST_KEY"));
    fixture_fini(&f);
}

TEST(a_file_is_resolved_without_its_last_line_end_and_relative_to_the_config)
{
    struct fixture f;
    char *big;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_put_text(&f, "key", SECRET "\r\n");
    fixture_takes(&f, BASE "api_keys = ( { name = \"app\"; key = \"@file:key\"; } );\n");
    EXPECT_STR(SECRET, f.cfg->api_keys.items[0].key);
    EXPECT_INT(0, f.report.warning_count);

    fixture_refuses(&f, BASE "listen = \"@file:none\";", ":3: error: listen: cannot open ");
    fixture_refuses(&f, BASE "listen = \"@file:.\";", "is not a regular file");
    fixture_refuses(&f, BASE "listen = \"@file:\";", "@file: names no file");
    fixture_put(&f, "key", "a\0b", 3, 0600);
    fixture_refuses(&f, BASE "listen = \"@file:key\";", "listen: holds bytes that are not text");
    fixture_put_text(&f, "key", "\n");
    fixture_refuses(&f, BASE "listen = \"@file:key\";", "listen: is empty");

    big = malloc(65537);
    EXPECT(big != NULL);
    memset(big, 'a', 65537);
    fixture_put(&f, "key", big, 65536, 0600);
    fixture_takes(&f, BASE "old_master_keys = [ \"@file:key\" ];");
    fixture_put(&f, "key", big, 65537, 0600);
    fixture_refuses(&f, BASE "old_master_keys = [ \"@file:key\" ];", "is longer than 65536 bytes");
    free(big);
    fixture_fini(&f);
}

TEST(a_secret_that_everybody_can_read_is_a_warning)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_put(&f, "key", SECRET, strlen(SECRET), 0644);
    fixture_takes(&f, BASE
                  "api_keys = ( { name = \"app\";\nkey = \"@file:key\"; } );\nlisten = \"127.0.0.1:1\";");
    fixture_says(&f, ":4: warning: api_keys[0].key: every user of this machine can open key (mode 0644)");
    EXPECT_INT(1, f.report.warning_count);

    /* the config itself */
    fixture_put(&f, "weir.conf", BASE, strlen(BASE), 0644);
    fixture_forget(&f);
    EXPECT_INT(0, config_load(&f.cfg, &f.report, f.path, NULL, &f.err));
    fixture_says(&f, ":2: warning: master_key: a secret in a file that every user of this machine can open");
    EXPECT_INT(1, f.report.warning_count);
    fixture_fini(&f);
}

TEST(secrets_that_are_too_short_or_unfit_are_refused)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, BASE "api_keys = ( { name = \"app\"; key = \"0123456789abcde\"; } );",
                    "api_keys[0].key: too short: 15 characters, at least 16");
    fixture_refuses(&f, BASE "admin_keys = ( { name = \"app\"; key = \"0123456789 abcdef\"; } );",
                    "admin_keys[0].key: holds a space");
    fixture_refuses(
        &f, BASE "endpoints = ( { name = \"a\"; url = \"https://a.example.com\"; secret = \"short\"; } );",
        "endpoints[0].secret: too short");
    fixture_refuses(&f,
                    BASE "endpoints = ( { name = \"a\"; url = \"https://a.example.com\"; secret = "
                         "\"whsec_!!!!!!!!!!!!!\"; } );",
                    "endpoints[0].secret: what follows whsec_ is not base64");
    fixture_refuses(&f,
                    BASE "endpoints = ( { name = \"a\"; url = \"https://a.example.com\"; secret = "
                         "\"whsec_QUJDREVGR0g=\"; } );",
                    "endpoints[0].secret: too short: whsec_ with 8 bytes");
    fixture_fini(&f);
}

TEST(no_message_holds_a_secret)
{
    struct fixture f;
    char *text = NULL;
    size_t len = 0;
    FILE *out;

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT_INT(0, setenv("WEIR_TEST_KEY", "no " SECRET "\x01", 1));
    fixture_put(&f, "key", SECRET "\x01", strlen(SECRET) + 1, 0644);
    /* Everything about these is wrong, and each has something to be said of. */
    fixture_load(
        &f, "data_dir = \"/d\";\n"
            "master_key = \"nobody-may-see\";\n"
            "old_master_keys = [ \"nobody-may-see\", \"@file:key\" ];\n"
            "listen = \"@env:WEIR_TEST_KEY\";\n"
            "public_url = \"https://u:nobody-may-see@h.example.com\";\n"
            "environment_id = \"@env:WEIR_TEST_KEY\";\n"
            "http_user_agent = \"@file:key\";\n"
            "log = { level = \"@env:WEIR_TEST_KEY\"; };\n"
            "api_keys = ( { name = \"a\"; key = \"no body-may-see-xxxxxxxx\"; },\n"
            "  { name = \"b\"; key = \"nobody-may-see-xxxxxxxx\"; },\n"
            "  { name = \"c\"; key = \"nobody-may-see-xxxxxxxx\"; } );\n"
            "admin_keys = ( { name = \"a\"; key = \"nobody-may-see-xxxxxxxx\"; } );\n"
            "endpoints = ( { name = \"@env:WEIR_TEST_KEY\"; url = \"ftp://nobody-may-see\";\n"
            "   secret = \"whsec_nobody-may-see!!!!\"; secrets_old = [ \"nobody-may-see\" ];\n"
            "   events = [ \"@env:WEIR_TEST_KEY\" ];\n"
            "   headers = { Authorization = \"nobody-may-see\\n\"; Host = \"nobody-may-see\"; }; } );\n"
            "integrations = ( { id = \"@env:WEIR_TEST_KEY\"; organization = \"@file:key\";\n"
            "   scope = \"@env:WEIR_TEST_KEY\"; creator_email = \"@env:WEIR_TEST_KEY\";\n"
            "   base_url = \"http://x.example.com/nobody-may-see\";\n"
            "   settings = { base_url = \"nobody-may-see\"; Client = \"nobody-may-see\"; x = 1; }; } );\n");
    EXPECT_INT(WEIR_E_CONFIG, f.rc);
    EXPECT(f.report.error_count > 20);
    out = open_memstream(&text, &len);
    EXPECT(out != NULL);
    config_report_print(out, &f.report, CONFIG_NOTE);
    (void)fclose(out);
    EXPECT(strstr(text, "may-see") == NULL);
    EXPECT(strstr(f.err.message, "may-see") == NULL);
    free(text);
    EXPECT_INT(0, unsetenv("WEIR_TEST_KEY"));
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_master_key_may_be_hex_base64_raw_or_long_and_the_config_says_which),
        UNIT(random_bytes_of_a_file_are_a_master_key_even_when_they_end_in_a_line_end),
        UNIT(old_master_keys_are_read_one_by_one),
        UNIT(an_environment_variable_is_resolved_and_an_unset_one_named),
        UNIT(a_file_is_resolved_without_its_last_line_end_and_relative_to_the_config),
        UNIT(a_secret_that_everybody_can_read_is_a_warning),
        UNIT(secrets_that_are_too_short_or_unfit_are_refused),
        UNIT(no_message_holds_a_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
