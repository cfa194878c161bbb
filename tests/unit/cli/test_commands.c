#include "fixture.h"

#include <jansson.h>

#define OK(data) "{\"status\":\"success\",\"data\":" data "}"
#define LIST(rows) OK("{\"results\":[" rows "],\"next\":null}")

#define STATUS                                                                                               \
    "{\"version\":\"1.2.3\",\"pid\":42,\"uptime_s\":11520,\"environment_id\":\"env_test\",\"ready\":%s,"     \
    "\"why\":%s,\"store\":{\"inbox_count\":12,\"inbox_bytes\":2048,\"inbox_oldest_ms\":1769999820000,"       \
    "\"outbox_count\":0,\"outbox_oldest_ms\":0,\"dead_count\":3,\"aside_count\":0,\"record_count\":12345,"   \
    "\"file_bytes\":1048576,\"used_bytes\":524288,\"disk_full\":false}}"

TEST(status_shows_what_waits_and_what_was_given_up)
{
    char ready[1024], not_ready[1024];
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    (void)snprintf(ready, sizeof ready, OK(STATUS), "true", "null");
    (void)snprintf(not_ready, sizeof not_ready, OK(STATUS), "false", "\"the disk of data_dir is full\"");
    fixture_can(&f, "GET /admin/v1/status", 200, ready);
    EXPECT_INT(CLI_OK, fixture_ask(&f, "status"));
    EXPECT_STR("state         ready\n"
               "version       1.2.3, process 42, up 3 h 12 min\n"
               "environment   env_test\n"
               "inbox         12 deliveries, 2.0 KiB, the oldest 3 min ago\n"
               "outbox        0 notifications\n"
               "dead letters  3 (see: weir notifications --dead)\n"
               "set aside     0\n"
               "store         12,345 records\n"
               "disk          512.0 KiB used in a file of 1.0 MiB\n",
               f.out);
    f.canned_count = 0;
    fixture_can(&f, "GET /admin/v1/status", 200, not_ready);
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "status"));
    fixture_contains(f.out, "not ready: the disk of data_dir is full\n");
    fixture_fini(&f);
}

TEST(json_is_the_data_of_the_api_and_stays_harmless_to_a_terminal)
{
    struct fixture f;
    json_t *out;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "GET /admin/v1/endpoints", 200,
                LIST("{\"name\":\"a\",\"reason\":\"\xC2\x9B\x7F\xC3\xBC\"}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "--json endpoints"));
    fixture_contains(f.out, "\"reason\": \"\\u009b\\u007f\xC3\xBC\"");
    out = json_loads(f.out, 0, NULL);
    EXPECT_STR(
        "a", json_string_value(json_object_get(json_array_get(json_object_get(out, "results"), 0), "name")));
    EXPECT(json_is_null(json_object_get(out, "next")));
    json_decref(out);
    fixture_fini(&f);
}

TEST(pages_are_followed_until_the_limit)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "GET /admin/v1/syncs?integration=a%3Ab&limit=3", 200,
                OK("{\"results\":[{\"type\":\"FULL\"},{\"type\":\"DELTA\"}],\"next\":\"x=1\"}"));
    fixture_can(&f, "GET /admin/v1/syncs?integration=a%3Ab&limit=1&cursor=x%3D1", 200,
                OK("{\"results\":[{\"type\":\"FULL\"}],\"next\":\"y\"}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "sync status a:b --limit 3 --json"));
    EXPECT_INT(2, f.asked_count);
    fixture_contains(f.out, "\"next\": \"y\"");
    EXPECT_INT(CLI_OK, fixture_ask(&f, "sync status a:b --limit 3"));
    fixture_contains(f.err, "there are more");
    fixture_fini(&f);
}

TEST(a_cursor_that_leads_nowhere_does_not_loop)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "GET /admin/v1/integrations", 200, OK("{\"results\":[],\"next\":\"again\"}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "integrations"));
    EXPECT_INT(2, f.asked_count);
    EXPECT_STR("", f.out);
    EXPECT_STR("no integrations yet\n", f.err);
    fixture_fini(&f);
}

TEST(each_list_asks_its_own_path_and_prints_what_came)
{
    static const struct {
        const char *words, *request, *body;
        const char *said;
    } cases[] = {
        {"connectors", "GET /admin/v1/connectors?limit=500",
         LIST("{\"tool\":\"personio\",\"label\":\"Personio\",\"version\":\"1.0\",\"loaded\":false,\"error\":"
              "\"no symbol\",\"integrations\":2,\"calls\":1234,\"failures\":3,\"last_failure\":{\"at\":"
              "\"2026-02-02T02:37:00.000Z\"}}"),
         "personio  Personio  1.0      not loaded             2  1,234       3  3 min ago     no symbol\n"},
        {"connectors list", "GET /admin/v1/connectors?limit=500",
         LIST("{\"tool\":\"okta\",\"label\":\"Okta\",\"version\":\"2.0\",\"loaded\":true,\"error\":null,"
              "\"integrations\":2,\"behind\":1,\"path\":\"/lib/okta.so\"}"),
         "1 on an earlier version; see: weir connectors inspect okta\n"},
        {"integrations list", "GET /admin/v1/integrations?limit=500",
         LIST("{\"id\":\"personio:acme\",\"organization\":\"Acme\",\"state\":\"ACTIVE\",\"paused\":true,"
              "\"subscription\":{\"state\":\"active\",\"detail\":null},\"connector\":{\"error\":null},"
              "\"last_full_sync\":\"2026-02-02T00:40:00.000Z\",\"last_delivery\":null,\"problem\":null}"),
         "personio:acme  Acme          paused  active        2 h ago         -              -\n"},
        {"subscriptions", "GET /admin/v1/subscriptions?limit=500",
         LIST("{\"integration\":\"personio:acme\",\"state\":\"needs_permission\",\"reason\":\"grant "
              "webhooks:write\",\"last_delivery\":\"2026-02-02T00:40:00.000Z\",\"checked_at\":"
              "\"2026-02-02T02:37:00.000Z\",\"missed_changes\":1234}"),
         "personio:acme  needs_permission  2 h ago        3 min ago   1,234  grant webhooks:write\n"},
        {"deliveries --integration personio:acme --limit 7",
         "GET /admin/v1/deliveries?integration=personio%3Aacme&limit=7",
         LIST("{\"at\":\"2026-02-02T02:37:00.000Z\",\"integration\":\"personio:acme\",\"delivery\":17,"
              "\"outcome\":\"ok\","
              "\"event_count\":3,\"events\":[{\"type\":\"a\"},{\"type\":\"b\"},{\"type\":\"a\"}]}"),
         "3 min ago  personio:acme  17        ok            3  a \xC3\x97"
         "2, b  -\n"},
        {"events", "GET /admin/v1/events?limit=50",
         LIST("{\"at\":\"2026-02-02T02:40:00.000Z\",\"integration\":null,\"kind\":\"fetch\",\"model\":\"hris_"
              "employees\","
              "\"remote_id\":\"7\",\"outcome\":\"updated\",\"tries\":1,\"fetch_us\":1500}"),
         "just now  -            fetch  hris_employees 7  updated      1  2 ms  -\n"},
        {"events --aside", "GET /admin/v1/events?state=aside&limit=50",
         LIST("{\"number\":5,\"kind\":\"record\",\"what\":\"hris_employees 7\",\"tries\":9,\"message\":\"no "
              "such person\"}"),
         "5       -   -            record  hris_employees 7      9  no such person\n"},
        {"notifications --endpoint app", "GET /admin/v1/notifications?state=waiting&endpoint=app&limit=50",
         LIST("{\"id\":\"n1\",\"type\":\"data-changed\",\"attempts\":2,\"last_status\":500,\"last_error\":"
              "null,"
              "\"due_at\":\"2026-02-02T02:45:00.000Z\"}"),
         "n1  -         -            data-changed  -        in 5 min         2  HTTP 500\n"},
        {"notifications --dead", "GET /admin/v1/notifications?state=dead&limit=50",
         LIST("{\"id\":\"n1\",\"last_error\":\"timed out\"}"), "timed out\n"},
        {"notifications --log", "GET /admin/v1/notifications?state=log&limit=50",
         LIST("{\"notification\":\"n1\",\"attempt\":2,\"outcome\":\"retry\",\"status\":503,\"ms\":1234,"
              "\"next_at_ms\":1770000060000}"),
         "-   -         n1                  2  retry    503     1,234  in 1 min  -\n"},
        {"endpoints", "GET /admin/v1/endpoints?limit=500",
         LIST(
             "{\"name\":\"app\",\"state\":\"probing\",\"failures\":10,\"waiting\":1234,\"kept_in\":\"store\","
             "\"last_24_hours\":{\"attempts\":40,\"success_percent\":75,\"p95_ms\":128},"
             "\"url\":\"https://app.example.com\",\"last_error\":\"HTTP 503\"}"),
         "app   probing    1,234  75 % of 40  128        10  -              store    https://app.example.com "
         " HTTP 503\n"},
        {"sync status", "GET /admin/v1/syncs?limit=50",
         LIST("{\"type\":\"FULL\",\"state\":\"SUCCEEDED\",\"records\":1234,\"started_at\":\"2026-02-02T02:38:"
              "00.000Z\","
              "\"ended_at\":\"2026-02-02T02:39:30.000Z\"}"),
         "2 min ago  -            FULL  SUCCEEDED  -         -          -    1,234  -           -     -  1 "
         "min  "
         "-\n"},
    };
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f.canned_count = 0;
        fixture_can(&f, cases[i].request, 200, cases[i].body);
        EXPECT_INT(CLI_OK, fixture_ask(&f, cases[i].words));
        EXPECT_STR(cases[i].request, f.asked[0]);
        fixture_contains(f.out, cases[i].said);
        EXPECT_STR("", f.err);
    }
    fixture_fini(&f);
}

TEST(an_integration_is_made_changed_and_deleted)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "POST /admin/v1/integrations", 200,
                OK("{\"id\":\"personio:acme\",\"callback_url\":\"https://h/x\"}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "integrations create personio:acme --organization Acme --scope narrow "
                                       "--base-url https://a.example --allow-private client_id=one"));
    EXPECT_STR("POST /admin/v1/integrations {\"settings\":{\"client_id\":\"one\"},\"id\":\"personio:acme\","
               "\"organization\":\"Acme\",\"scope\":\"narrow\",\"base_url\":\"https://"
               "a.example\",\"allow_private\":true}",
               f.asked[0]);
    fixture_contains(f.out, "personio:acme is made");
    fixture_contains(f.out, "delivers to https://h/x\n");
    fixture_can(&f, "POST /admin/v1/integrations/personio%3Aacme/settings", 200, OK("{}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "integrations set personio:acme client_id=a=b partner_id="));
    EXPECT_STR("POST /admin/v1/integrations/personio%3Aacme/settings "
               "{\"settings\":{\"client_id\":\"a=b\",\"partner_id\":null}}",
               f.asked[0]);
    fixture_contains(f.out, "in force");
    fixture_can(&f, "DELETE /admin/v1/integrations/personio%3Aacme", 200, OK("{}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "integrations delete personio:acme"));
    fixture_contains(f.out, "personio:acme is deleted");
    fixture_fini(&f);
}

TEST(a_secret_is_read_from_a_file_or_the_standard_input_without_its_line_end)
{
    struct fixture f;
    char words[256];

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "POST /admin/v1/integrations/a%3Ab/settings", 200, OK("{}"));
    fixture_put(&f, "secret", "from a file\r\n");
    (void)snprintf(words, sizeof words, "integrations set a:b x=@file:%s/secret y=-", f.dir);
    f.in = "two\nlines\n";
    EXPECT_INT(CLI_OK, fixture_ask(&f, words));
    EXPECT_STR("POST /admin/v1/integrations/a%3Ab/settings "
               "{\"settings\":{\"x\":\"from a file\",\"y\":\"two\\nlines\"}}",
               f.asked[0]);
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "integrations set a:b x=@file:/nonexistent/secret"));
    fixture_contains(f.err, "/nonexistent/secret");
    EXPECT_INT(0, f.asked_count);
    fixture_fini(&f);
}

TEST(why_settings_are_refused_is_said)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "POST /admin/v1/integrations/a%3Ab/settings", 409,
                "{\"status\":\"error\",\"error\":{\"code\":\"CONFLICT\",\"message\":\"it is in the file\"}}");
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "integrations set a:b x=1"));
    fixture_contains(f.err, "it is in the file");
    fixture_fini(&f);
}

TEST(a_subscription_is_shown_in_full)
{
    static const char body[] =
        OK("{\"integration\":\"personio:acme\",\"state\":\"manual_setup\",\"reason\":null,\"usual_pause_ms\":"
           "7200000,\"missed_changes\":0,\"events\":[\"person.created\",\"person.updated\"],\"steps\":[{"
           "\"title\":"
           "\"Make a webhook\",\"text\":\"under Settings\"}]}");
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "GET /admin/v1/subscriptions/personio%3Aacme", 200, body);
    EXPECT_INT(CLI_OK, fixture_ask(&f, "subscriptions show personio:acme"));
    fixture_contains(f.out, "state             manual_setup\n");
    fixture_contains(f.out, "reason            -\n");
    fixture_contains(f.out, "longest pause     2 h\n");
    fixture_contains(f.out, "events            person.created\n                  person.updated\n");
    fixture_contains(f.out, "step 1            Make a webhook: under Settings\n");
    EXPECT_INT(CLI_OK, fixture_ask(&f, "subscriptions show personio:acme --json"));
    fixture_contains(f.out, "\"usual_pause_ms\": 7200000");
    fixture_fini(&f);
}

TEST(each_action_posts_its_body_and_says_what_it_did)
{
    static const struct {
        const char *words, *request, *body, *said;
    } cases[] = {
        {"sync personio:acme", "POST /admin/v1/integrations/personio%3Aacme/sync {\"type\":\"FULL\"}",
         OK("{\"type\":\"FULL\",\"already_queued\":false}"), "full sync of personio:acme is under way"},
        {"sync personio:acme --delta",
         "POST /admin/v1/integrations/personio%3Aacme/sync {\"type\":\"DELTA\"}",
         OK("{\"type\":\"FULL\",\"already_queued\":true}"),
         "full sync of personio:acme was under way already"},
        {"sync cancel personio:acme", "POST /admin/v1/integrations/personio%3Aacme/sync/cancel {}",
         OK("{\"sync_id\":\"s1\"}"), "the sync of personio:acme ends behind the page that is being read\n"},
        {"integrations ensure personio:acme", "POST /admin/v1/integrations/personio%3Aacme/ensure {}",
         OK("{}"), "the subscription of personio:acme is checked now"},
        {"subscriptions ensure personio:acme", "POST /admin/v1/subscriptions/personio%3Aacme/ensure {}",
         OK("{}"), "the subscription of personio:acme is checked now"},
        {"subscriptions remove personio:acme", "POST /admin/v1/subscriptions/personio%3Aacme/remove {}",
         OK("{}"), "the subscription of personio:acme is being removed at the tool now"},
        {"endpoints enable app", "POST /admin/v1/endpoints/app/enable", OK("{}"),
         "endpoint app is enabled\n"},
        {"endpoints disable a/b", "POST /admin/v1/endpoints/a%2Fb/disable", OK("{}"),
         "endpoint a/b is disabled\n"},
        {"endpoints add app https://a.example.com/w --events data-changed,sync-finished --order strict X-A=b",
         "POST /admin/v1/endpoints "
         "{\"name\":\"app\",\"url\":\"https://a.example.com/w\",\"headers\":{\"X-A\":\"b\"},"
         "\"events\":[\"data-changed\",\"sync-finished\"],\"order\":\"strict\"}",
         OK("{\"secret\":\"whsec_bWFkZQ==\"}"), "its secret, which is not shown again: whsec_bWFkZQ==\n"},
        {"endpoints rotate app --now", "POST /admin/v1/endpoints/app/rotate {\"overlap_hours\":0}",
         OK("{\"secret\":null}"), "endpoint app has another secret\n"},
        {"endpoints rotate app --overlap 48", "POST /admin/v1/endpoints/app/rotate {\"overlap_hours\":48}",
         OK("{\"secret\":null}"), "endpoint app has another secret\n"},
        {"endpoints test app", "POST /admin/v1/endpoints/app/test",
         OK("{\"delivered\":true,\"outcome\":\"answered\",\"status\":204,\"ms\":12,\"answer\":\"\"}"),
         "taken: HTTP 204 after 12 ms\n"},
        {"replay --dead n1", "POST /admin/v1/notifications/replay {\"id\":\"n1\"}", OK("{\"replayed\":1}"),
         "1 notification is tried again\n"},
        {"replay --dead-all", "POST /admin/v1/notifications/replay {\"all\":true}", OK("{\"replayed\":0}"),
         "0 notifications are tried again\n"},
        {"replay --dead-all --endpoint app", "POST /admin/v1/notifications/replay {\"endpoint\":\"app\"}",
         OK("{\"replayed\":2}"), "2 notifications are tried again\n"},
        {"replay --event 17", "POST /admin/v1/events/replay {\"number\":17}", OK("{\"replayed\":1}"),
         "1 event is tried again\n"},
        {"replay --events-all", "POST /admin/v1/events/replay {\"all\":true}", OK("{\"replayed\":3}"),
         "3 events are tried again\n"},
        {"replay --events-all --integration a:b", "POST /admin/v1/events/replay {\"integration\":\"a:b\"}",
         OK("{\"replayed\":3}"), "3 events are tried again\n"},
        {"backup /var/backups/weir.mdb --compact",
         "POST /admin/v1/backup {\"path\":\"/var/backups/weir.mdb\",\"compact\":true}", OK("{}"),
         "backup written to /var/backups/weir.mdb\n"},
        {"reload", "POST /admin/v1/reload", OK("{\"report\":[\"weir.conf:3: warning: listen: changed\"]}"),
         "weir.conf:3: warning: listen: changed\nconfiguration reloaded\n"},
    };
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[128];

        f.canned_count = 0;
        (void)snprintf(path, sizeof path, "%.*s", (int)(5 + strcspn(cases[i].request + 5, " ")),
                       cases[i].request);
        fixture_can(&f, path, 200, cases[i].body);
        EXPECT_INT(CLI_OK, fixture_ask(&f, cases[i].words));
        EXPECT_STR(cases[i].request, f.asked[0]);
        fixture_contains(f.out, cases[i].said);
    }
    fixture_fini(&f);
}

TEST(what_an_endpoints_word_does_not_take_is_refused_and_values_are_not_shown)
{
    static const char *const WRONG[] = {"endpoints add app",
                                        "endpoints add app secretword",
                                        "endpoints set app secretword",
                                        "endpoints test app more",
                                        "endpoints list --force",
                                        "endpoints remove app --order strict",
                                        "endpoints rotate app --now --overlap 3",
                                        "endpoints set app --secret-file x",
                                        "endpoints enable app --now",
                                        "endpoints add app https://a.example.com A=- B=-",
                                        "endpoints rotate app --overlap 0",
                                        "endpoints paint app"};
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        EXPECT_INT(CLI_USAGE, fixture_run(&f, WRONG[i]));
        EXPECT(strstr(f.err, "secretword") == NULL);
    }
    fixture_fini(&f);
}

TEST(a_backup_to_a_relative_path_starts_from_here_but_not_on_another_machine)
{
    struct fixture f;
    char here[1024];

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "POST /admin/v1/backup", 200, OK("{}"));
    EXPECT(getcwd(here, sizeof here) != NULL);
    EXPECT_INT(CLI_OK, fixture_ask(&f, "backup weir.mdb"));
    fixture_contains(f.out, here);
    fixture_contains(f.asked[0], "/weir.mdb\"");
    EXPECT_INT(CLI_USAGE, fixture_run(&f, "backup weir.mdb --url http://127.0.0.1:1"));
    fixture_contains(f.err, "has to be absolute");
    fixture_fini(&f);
}

TEST(a_connector_is_shown_in_full_without_a_value_of_its_settings)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(
        &f, "GET /admin/v1/connectors/okta", 200,
        OK("{\"tool\":\"okta\",\"version\":\"2.0\",\"generation\":2,\"outcomes\":{\"ok\":1234,\"later\":2},"
           "\"offers\":{\"subscribe\":true,\"steps\":0,\"missed\":true},"
           "\"settings\":[{\"key\":\"token\",\"label\":\"API token\",\"secret\":true,\"required\":true}],"
           "\"events\":[{\"name\":\"user.updated\",\"models\":[\"hris_employees\",\"hris_teams\"]}],"
           "\"models\":[{\"model\":\"hris_employees\",\"fields\":[\"first_name\",\"last_name\"]}],"
           "\"on_it\":[{\"id\":\"okta:a\",\"state\":\"ACTIVE\",\"version\":\"1.0\",\"generation\":1,"
           "\"held_back\":\"the setting x is missing\",\"last_failure\":{\"call\":\"fetch.list\","
           "\"message\":\"HTTP 500\"}}]}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "connectors inspect okta"));
    EXPECT(strstr(f.out, "  outcomes        ok 1,234, later 2\n") != NULL);
    EXPECT(strstr(f.out, "settings          token: API token (required, secret)\n") != NULL);
    EXPECT(strstr(f.out, "events            user.updated: hris_employees, hris_teams\n") != NULL);
    EXPECT(strstr(f.out, "models            hris_employees: first_name, last_name\n") != NULL);
    EXPECT(strstr(f.out,
                  "in use by         okta:a: ACTIVE, version 1.0, generation 1, stays there: the setting x "
                  "is missing, last failure in fetch.list: HTTP 500\n") != NULL);
    fixture_fini(&f);
}

TEST(a_reload_of_connectors_fails_when_one_was_refused_or_an_integration_stayed)
{
    static const char good[] =
        OK("{\"results\":[{\"tool\":\"okta\",\"result\":\"reloaded\",\"version\":\"2.0\",\"generation\":2,"
           "\"error\":null,\"held_back\":[]}]}");
    static const char stayed[] =
        OK("{\"results\":[{\"tool\":\"okta\",\"result\":\"unchanged\",\"version\":\"2.0\",\"generation\":2,"
           "\"held_back\":[{\"id\":\"okta:a\",\"generation\":1,\"reason\":\"no x\"}]}]}");
    static const char refused[] =
        OK("{\"results\":[{\"tool\":\"okta\",\"result\":\"refused\",\"version\":\"1.0\",\"generation\":1,"
           "\"error\":\"it is cut short\",\"held_back\":[]}]}");
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "POST /admin/v1/connectors/reload", 200, good);
    EXPECT_INT(CLI_OK, fixture_ask(&f, "connectors reload"));
    EXPECT_STR("okta              reloaded, version 2.0, generation 2 in force\n", f.out);
    fixture_can(&f, "POST /admin/v1/connectors/okta/reload", 200, stayed);
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "connectors reload okta"));
    EXPECT(strstr(f.out, "\n  okta:a stays on generation 1: no x\n") != NULL);
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "--json connectors reload okta"));
    fixture_fini(&f);
    fixture_init(&f);
    fixture_can(&f, "POST /admin/v1/connectors/okta/reload", 200, refused);
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "connectors reload okta"));
    EXPECT_STR("okta              refused, version 1.0, generation 1 in force: it is cut short\n", f.out);
    fixture_fini(&f);
}

TEST(a_refused_reload_prints_the_whole_report_and_fails)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(
        &f, "POST /admin/v1/reload", 409,
        "{\"status\":\"error\",\"error\":{\"code\":\"CONFLICT\",\"message\":\"weir.conf: 2 mistakes\","
        "\"report\":[\"weir.conf:1: error: a\",\"weir.conf:2: error: b\"]}}");
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "reload"));
    EXPECT_STR("", f.out);
    EXPECT_STR("weir.conf:1: error: a\nweir.conf:2: error: b\nweir: weir.conf: 2 mistakes\n"
               "      the configuration that was in force stays so\n",
               f.err);
    fixture_fini(&f);
}

TEST(an_integration_is_shown_line_by_line)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "GET /admin/v1/integrations/personio%3Aacme", 200,
                OK("{\"id\":\"personio:acme\",\"organization\":\"Acme\\u001b "
                   "GmbH\",\"state\":\"ACTIVE\",\"paused\":false,"
                   "\"next_sync\":\"2026-02-02T05:40:00.000Z\",\"subscription\":{\"state\":\"failed\","
                   "\"detail\":\"no "
                   "right\"}}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "integrations show personio:acme"));
    fixture_contains(f.out, "organization      Acme? GmbH\n");
    fixture_contains(f.out, "subscription      failed\n");
    fixture_contains(f.out, "  detail          no right\n");
    fixture_contains(f.out, "next sync         in 3 h  (2026-02-02T05:40:00.000Z)\n");
    fixture_contains(f.out, "problem           -\n");
    EXPECT(strchr(f.out, '\033') == NULL);
    f.io.colours = true;
    EXPECT_INT(CLI_OK, fixture_ask(&f, "integrations show personio:acme"));
    fixture_contains(f.out, "subscription      \033[31mfailed\033[0m\n");
    EXPECT_INT(CLI_OK, fixture_ask(&f, "integrations show personio:acme --json"));
    fixture_contains(f.out, "\"detail\": \"no right\"");
    fixture_fini(&f);
}

TEST(a_result_that_cannot_be_written_is_a_failure)
{
    struct cli_app app = {.version = "1.2.3"};
    struct cli_io io = {.out = fopen("/dev/full", "w"), .clock = clock_system()};
    char name[] = "weir", command[] = "version";
    char *argv[] = {name, command, NULL};
    char *text = NULL;
    size_t len;

    UNUSED_STATE;
    if (io.out == NULL) {
        skip();
    }
    io.err = open_memstream(&text, &len);
    EXPECT_INT(CLI_FAILED, cli_run_with(2, argv, &app, &io));
    (void)fclose(io.out);
    EXPECT_INT(0, fclose(io.err));
    fixture_contains(text, "the output could not be written");
    free(text);
}

TEST(the_description_of_the_api_needs_no_daemon)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT_INT(CLI_OK, fixture_run(&f, "openapi"));
    EXPECT_STR("{\"all\":false}\n", f.out);
    EXPECT_INT(CLI_OK, fixture_run(&f, "openapi --admin"));
    EXPECT_STR("{\"all\":true}\n", f.out);
    EXPECT_INT(0, f.asked_count);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(status_shows_what_waits_and_what_was_given_up),
        UNIT(json_is_the_data_of_the_api_and_stays_harmless_to_a_terminal),
        UNIT(pages_are_followed_until_the_limit),
        UNIT(a_cursor_that_leads_nowhere_does_not_loop),
        UNIT(each_list_asks_its_own_path_and_prints_what_came),
        UNIT(an_integration_is_made_changed_and_deleted),
        UNIT(a_secret_is_read_from_a_file_or_the_standard_input_without_its_line_end),
        UNIT(why_settings_are_refused_is_said),
        UNIT(a_subscription_is_shown_in_full),
        UNIT(each_action_posts_its_body_and_says_what_it_did),
        UNIT(what_an_endpoints_word_does_not_take_is_refused_and_values_are_not_shown),
        UNIT(a_backup_to_a_relative_path_starts_from_here_but_not_on_another_machine),
        UNIT(a_connector_is_shown_in_full_without_a_value_of_its_settings),
        UNIT(a_reload_of_connectors_fails_when_one_was_refused_or_an_integration_stayed),
        UNIT(a_refused_reload_prints_the_whole_report_and_fails),
        UNIT(an_integration_is_shown_line_by_line),
        UNIT(the_description_of_the_api_needs_no_daemon),
        UNIT(a_result_that_cannot_be_written_is_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
