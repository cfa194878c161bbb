#include "fixture.h"

TEST(a_small_file_gives_a_config_with_the_documented_defaults)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, BASE);

    EXPECT_STR(f.path, f.cfg->file);
    EXPECT_STR("/var/lib/weir", f.cfg->data_dir);
    EXPECT_STR("127.0.0.1:8080", f.cfg->listen);
    EXPECT_STR("127.0.0.1:8081", f.cfg->admin_listen);
    EXPECT_STR("/var/lib/weir/admin.sock", f.cfg->admin_socket);
    EXPECT(f.cfg->public_url == NULL);
    EXPECT_STR("env_production", f.cfg->environment_id);
    EXPECT_STR("weir", f.cfg->http_user_agent);
    EXPECT_INT(10000, f.cfg->stop_timeout_ms);
    EXPECT_INT(1, f.cfg->connectors.path.count);
    EXPECT_STR("/usr/lib/weir/connectors", f.cfg->connectors.path.items[0]);
    EXPECT(f.cfg->connectors.enabled_all);
    EXPECT_INT(4194304, f.cfg->limits.body_max);
    EXPECT_INT(5120, f.cfg->limits.header_max);
    EXPECT_INT(10000, f.cfg->limits.connections_max);
    EXPECT_INT(0, f.cfg->limits.connections_per_address_max);
    EXPECT_INT(256, f.cfg->limits.streams_max);
    EXPECT_INT(10000, f.cfg->limits.first_byte_timeout_ms);
    EXPECT_INT(30000, f.cfg->limits.request_timeout_ms);
    EXPECT_INT(1000000, f.cfg->limits.inbox_max);
    EXPECT_INT(INT64_C(4294967296), f.cfg->limits.inbox_bytes_max);
    EXPECT_INT(67108864, f.cfg->limits.disk_free_min_bytes);
    EXPECT_INT(16, f.cfg->workers.count);
    EXPECT_INT(30000, f.cfg->workers.fetch_timeout_ms);
    EXPECT_INT(8, f.cfg->workers.tries_max);
    EXPECT_INT(1000, f.cfg->workers.backoff_first_ms);
    EXPECT_INT(300000, f.cfg->workers.backoff_max_ms);
    EXPECT_INT(0, f.cfg->workers.settle_ms);
    EXPECT_INT(1000, f.cfg->dispatch.coalesce_ms);
    EXPECT_INT(10000, f.cfg->dispatch.timeout_ms);
    EXPECT_INT(5, f.cfg->dispatch.retry_count);
    EXPECT_INT(10000, f.cfg->dispatch.retry_ms[0]);
    EXPECT_INT(7200000, f.cfg->dispatch.retry_ms[4]);
    EXPECT_INT(20, f.cfg->dispatch.jitter_percent);
    EXPECT_INT(60000, f.cfg->dispatch.probe_ms);
    EXPECT_INT(100, f.cfg->dispatch.max_changed_records);
    EXPECT_INT(10800, f.cfg->sync.interval_s);
    EXPECT_INT(86400, f.cfg->sync.relaxed_interval_s);
    EXPECT_INT(21600, f.cfg->sync.ensure_interval_s);
    EXPECT_INT(1073741824, f.cfg->store.map_initial_bytes);
    EXPECT_INT(30, f.cfg->store.retention.deliveries_days);
    EXPECT_INT(30, f.cfg->store.retention.log_days);
    EXPECT_INT(60, f.cfg->store.retention.dead_letters_days);
    EXPECT_INT(6, f.cfg->store.retention.seen_days);
    EXPECT_INT(14, f.cfg->store.retention.deleted_days);
    EXPECT_INT(365, f.cfg->store.retention.audit_days);
    EXPECT_INT(2, f.cfg->web.threads);
    EXPECT_INT(CONFIG_LOG_LOGFMT, f.cfg->log.format);
    EXPECT_INT(WEIR_LOG_INFO, f.cfg->log.level);
    EXPECT(f.cfg->tls.certificate == NULL);
    EXPECT_INT(0, f.report.error_count);
    EXPECT_INT(0, f.report.warning_count);
    fixture_fini(&f);
}

TEST(every_group_of_the_file_arrives_in_the_struct)
{
    struct fixture f;
    const struct config_endpoint *endpoint;
    const struct config_integration *integration;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(
        &f,
        BASE "listen = \"[::]:80\"; admin_listen = \"unix:admin-http.sock\"; admin_socket = \"run/a.sock\";\n"
             "public_url = \"https://hooks.example.com/weir//\";\n"
             "environment_id = \"env_test\"; http_user_agent = \"weir test/1\"; stop_timeout_ms = 5;\n"
             "connectors = { path = [ \"lib\", \"/opt/weir\" ]; enabled = [ \"personio\", \"okta\" ]; };\n"
             "api_keys = ( { name = \"app\"; key = \"0123456789abcdefA\"; } );\n"
             "admin_keys = ( { name = \"ops\"; key = \"0123456789abcdefB\"; } );\n"
             "integrations = ( { id = \"personio:acme\"; organization = \"Acme GmbH\"; origin_id = \"c-1\";\n"
             "  creator_email = \"hr@example.com\"; base_url = \"https://api.example.com/\"; paused = true;\n"
             "  settings = { client_id = \"me\"; client_secret = \"s3cr3t\"; }; opted_out = [ "
             "\"hris_absences\" ]; } );\n"
             "endpoints = ( { name = \"app\"; url = \"https://app.example.com/weir?x=1\";\n"
             "  secret = \"0123456789abcdefC\"; secrets_old = [ \"0123456789abcdefD\" ];\n"
             "  events = [ \"data-changed\", \"sync-finished\" ]; integrations = [ \"personio:acme\" ];\n"
             "  headers = { X-Team = \"hr\"; }; concurrency = 7; enabled = false; } );\n"
             "limits = { body_max = 4096; inbox_bytes_max = 99999999999; };\n"
             "dispatch = { retry_ms = [ 5, 50 ]; }; store = { retention = { seen_days = 9; }; };\n"
             "log = { format = \"json\"; level = \"warn\"; }; web = { threads = 3; };\n");

    EXPECT_STR("https://hooks.example.com/weir", f.cfg->public_url);
    EXPECT_INT(0, strncmp(f.cfg->admin_listen, "unix:/tmp/weir-config-", 22));
    EXPECT_INT(0, strncmp(f.cfg->admin_socket, f.dir, strlen(f.dir)));
    EXPECT_INT(2, f.cfg->connectors.path.count);
    EXPECT_INT(0, strncmp(f.cfg->connectors.path.items[0], f.dir, strlen(f.dir)));
    EXPECT_STR("/opt/weir", f.cfg->connectors.path.items[1]);
    EXPECT(!f.cfg->connectors.enabled_all);
    EXPECT_STR("okta", f.cfg->connectors.enabled.items[1]);
    EXPECT_STR("0123456789abcdefA", f.cfg->api_keys.items[0].key);
    EXPECT_STR("ops", f.cfg->admin_keys.items[0].name);

    integration = &f.cfg->integrations.items[0];
    EXPECT_STR("personio", integration->tool);
    EXPECT_STR("default", integration->scope);
    EXPECT_STR("https://api.example.com", integration->base_url);
    EXPECT(integration->paused);
    EXPECT(!integration->allow_private);
    EXPECT_STR("client_secret", integration->settings.items[1].key);
    EXPECT_STR("s3cr3t", integration->settings.items[1].value);
    EXPECT_STR("hris_absences", integration->opted_out.items[0]);

    endpoint = &f.cfg->endpoints.items[0];
    EXPECT_STR("0123456789abcdefD", endpoint->secrets_old.items[0]);
    EXPECT_INT(2, endpoint->events.count);
    EXPECT_STR("X-Team", endpoint->headers.items[0].name);
    EXPECT_INT(7, endpoint->concurrency);
    EXPECT(!endpoint->enabled);

    EXPECT_INT(4096, f.cfg->limits.body_max);
    EXPECT_INT(5120, f.cfg->limits.header_max);
    EXPECT_INT(2, f.cfg->dispatch.retry_count);
    EXPECT_INT(9, f.cfg->store.retention.seen_days);
    EXPECT_INT(CONFIG_LOG_JSON, f.cfg->log.format);
    EXPECT_INT(WEIR_LOG_WARN, f.cfg->log.level);
    fixture_fini(&f);
}

TEST(a_number_beyond_32_bits_is_not_cut)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f,
                  BASE "limits = { inbox_bytes_max = 99999999999; disk_free_min_bytes = 0x2000000000; };\n");
    EXPECT(f.cfg->limits.inbox_bytes_max == INT64_C(99999999999));
    EXPECT(f.cfg->limits.disk_free_min_bytes == INT64_C(0x2000000000));
    fixture_takes(&f, BASE "limits = { inbox_bytes_max = 99999999999L; };\n");
    EXPECT(f.cfg->limits.inbox_bytes_max == INT64_C(99999999999));
    fixture_fini(&f);
}

TEST(windows_line_ends_and_a_byte_order_mark_are_read)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, "\xEF\xBB\xBF"
                      "data_dir = \"/d\";\r\nmaster_key = \"" KEY_HEX "\";\r\n");
    EXPECT_STR("/d", f.cfg->data_dir);
    fixture_fini(&f);
}

TEST(a_text_at_hand_is_loaded_like_a_file)
{
    struct config *cfg = NULL;
    struct config_report report = {0};

    UNUSED_STATE;
    EXPECT_INT(0, config_load_text(&cfg, &report, weir_str(BASE), "/etc/weir/weir.conf", NULL, NULL));
    EXPECT_STR("/var/lib/weir", cfg->data_dir);
    config_free(cfg);
    config_report_fini(&report);
}

TEST(a_reload_names_what_needs_a_restart_and_nothing_else)
{
    struct fixture f;
    struct config *old;
    struct config_report report = {0};

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, BASE);
    old = f.cfg;
    f.cfg = NULL;
    fixture_takes(&f, "data_dir = \"/other\"; master_key = \"" KEY_HEX "\";\n"
                      "workers = { count = 3; tries_max = 2; }; web = { threads = 5; };\n"
                      "listen = \"127.0.0.1:9\"; dispatch = { coalesce_ms = 1; };\n"
                      "connectors = { enabled = [ \"okta\" ]; };\n");

    /* admin_socket follows data_dir; connectors that are named anew are loaded at once */
    EXPECT_INT(5, config_restart_needed(&report, old, f.cfg));
    EXPECT_STR("data_dir", report.items[0].key);
    EXPECT_INT(CONFIG_WARNING, report.items[0].severity);
    EXPECT_INT(0, config_restart_needed(&report, old, old));
    EXPECT_INT(5, report.count);
    config_report_fini(&report);

    fixture_takes(&f, "data_dir = \"/var/lib/weir\"; master_key = \"1" KEY_HEX "\";\n");
    EXPECT_INT(1, config_restart_needed(&report, old, f.cfg));
    EXPECT_STR("master_key", report.items[0].key);
    config_report_fini(&report);
    config_free(old);
    fixture_fini(&f);
}

TEST(integration_ids_have_one_form)
{
    size_t len = 0;

    UNUSED_STATE;
    EXPECT(config_integration_id_is(weir_str("personio:acme"), &len));
    EXPECT_INT(8, len);
    EXPECT(config_integration_id_is(weir_str("a1:A"), NULL));
    EXPECT(config_integration_id_is(weir_str("okta:9.b_C-d"), NULL));
    EXPECT(!config_integration_id_is(weir_str("personio"), NULL));
    EXPECT(!config_integration_id_is(weir_str("p:acme"), NULL));
    EXPECT(!config_integration_id_is(weir_str("Personio:acme"), NULL));
    EXPECT(!config_integration_id_is(weir_str("personio:"), NULL));
    EXPECT(!config_integration_id_is(weir_str("personio:-a"), NULL));
    EXPECT(!config_integration_id_is(weir_str("personio:a/b"), NULL));
    EXPECT(!config_integration_id_is(weir_str("personio:a:b"), NULL));
    EXPECT(!config_integration_id_is(weir_str(""), NULL));
    EXPECT(!config_integration_id_is(weir_str_n("okta:a\0b", 8), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_small_file_gives_a_config_with_the_documented_defaults),
        UNIT(every_group_of_the_file_arrives_in_the_struct),
        UNIT(a_number_beyond_32_bits_is_not_cut),
        UNIT(windows_line_ends_and_a_byte_order_mark_are_read),
        UNIT(a_text_at_hand_is_loaded_like_a_file),
        UNIT(a_reload_names_what_needs_a_restart_and_nothing_else),
        UNIT(integration_ids_have_one_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
