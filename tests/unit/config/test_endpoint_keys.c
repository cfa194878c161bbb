#include "fixture.h"

#define ENDPOINT(url, rest)                                                                                  \
    BASE "endpoints = ( { name = \"app\"; secret = \"0123456789abcdef\"; url = \"" url "\";\n" rest " } "    \
         ");\n"

TEST(an_endpoint_is_public_and_encrypted_unless_private_is_allowed)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, ENDPOINT("http://app.example.com", ""),
                    ":3: error: endpoints[0].url: notifications would travel");
    fixture_refuses(
        &f, ENDPOINT("https://127.0.0.1:9000/", ""),
        "endpoints[0].url: 127.0.0.1 is a private or loopback address \u2014 set allow_private = true;");
    fixture_takes(&f, ENDPOINT("http://127.0.0.1:9000/", "allow_private = true;"));
    EXPECT_INT(0, f.report.warning_count);
    fixture_takes(&f, ENDPOINT("https://app/", ""));
    fixture_says(&f, "warning: endpoints[0].url: app looks like a host of your own network");
    fixture_takes(&f, ENDPOINT("http://app.example.com/", "allow_private = true;"));
    fixture_says(&f, "warning: endpoints[0].url: notifications travel unencrypted to app.example.com");
    fixture_fini(&f);
}

TEST(an_endpoint_takes_data_changed_unless_it_says_otherwise)
{
    struct fixture f;
    size_t count = 0;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, ENDPOINT("https://app.example.com", ""));
    EXPECT_INT(1, f.cfg->endpoints.items[0].events.count);
    EXPECT_STR("data-changed", f.cfg->endpoints.items[0].events.items[0]);
    EXPECT_INT(4, f.cfg->endpoints.items[0].concurrency);
    EXPECT_INT(0, f.cfg->endpoints.items[0].timeout_ms);
    EXPECT_INT(CONFIG_ANY_ORDER, f.cfg->endpoints.items[0].order);
    EXPECT_INT(5, f.cfg->dispatch.endpoint_disable_days);
    EXPECT(f.cfg->endpoints.items[0].enabled);
    fixture_refuses(&f, ENDPOINT("https://app.example.com", "events = [ ];"),
                    "endpoints[0].events: asks for nothing");
    fixture_takes(&f,
                  ENDPOINT("https://app.example.com", "events = [ \"data-changed\",\n\"data-changed\" ];"));
    fixture_says(&f, ":5: warning: endpoints[0].events[1]: stands here twice");
    EXPECT_INT(1, f.cfg->endpoints.items[0].events.count);
    while (config_event_nth(count) != NULL) {
        count++;
    }
    EXPECT_INT(8, count);
    fixture_fini(&f);
}

TEST(an_endpoints_filter_headers_and_old_secrets_are_checked)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, ENDPOINT("https://a.example.com", "integrations = [ \"okta:none\" ];"));
    fixture_says(&f, ":4: warning: endpoints[0].integrations[0]: the file has no integration \"okta:none\"");
    fixture_refuses(&f, ENDPOINT("https://a.example.com", "integrations = [ \"none\" ];"),
                    "is no integration id");
    fixture_refuses(&f, ENDPOINT("https://a.example.com", "headers = { Webhook-Id = \"x\"; };"),
                    ":4: error: endpoints[0].headers.Webhook-Id: this header cannot be set");
    fixture_refuses(&f, ENDPOINT("https://a.example.com", "headers = { A = \"x\\r\\nB: y\"; };"),
                    "headers.A: holds a character that a header cannot carry");
    fixture_refuses(&f, ENDPOINT("https://a.example.com", "headers = { A = \"x\"; a = \"y\"; };"),
                    "stands here twice");
    fixture_takes(&f, ENDPOINT("https://a.example.com", "secrets_old = [ \"0123456789abcdef\" ];"));
    fixture_says(&f, "warning: endpoints[0].secrets_old: holds the secret that is in force");
    fixture_fini(&f);
}

TEST(neither_our_headers_nor_those_of_the_connection_are_free)
{
    static const char *const TAKEN[] = {"webhook-id",
                                        "Webhook-Signature",
                                        "x-kombo-signature",
                                        "HOST",
                                        "Connection",
                                        "te",
                                        "Trailer",
                                        "Transfer-Encoding",
                                        "Upgrade",
                                        "Keep-Alive",
                                        "Proxy-Authorization",
                                        "content-length",
                                        "",
                                        "a b",
                                        "a:b",
                                        "a\r\nb"};

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof TAKEN / sizeof TAKEN[0]; i++) {
        EXPECT(!config_header_is_free(TAKEN[i]));
    }
    EXPECT(config_header_is_free("Authorization") && config_header_is_free("X-Tenant"));
}

TEST(an_endpoints_order_and_time_out_are_checked)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, ENDPOINT("https://a.example.com", "order = \"integration\"; timeout_ms = 2500;"));
    EXPECT_INT(CONFIG_ORDER_INTEGRATION, f.cfg->endpoints.items[0].order);
    EXPECT_INT(2500, f.cfg->endpoints.items[0].timeout_ms);
    fixture_refuses(&f, ENDPOINT("https://a.example.com", "order = \"fifo\";"), "endpoints[0].order");
    fixture_refuses(&f, ENDPOINT("https://a.example.com", "timeout_ms = 5;"), "endpoints[0].timeout_ms");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_endpoint_is_public_and_encrypted_unless_private_is_allowed),
        UNIT(an_endpoint_takes_data_changed_unless_it_says_otherwise),
        UNIT(an_endpoints_filter_headers_and_old_secrets_are_checked),
        UNIT(neither_our_headers_nor_those_of_the_connection_are_free),
        UNIT(an_endpoints_order_and_time_out_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
