#include "fixture.h"

#include "config/address.h"

static enum address_reach reach(const char *text)
{
    struct address_url url;

    assert_null(address_url_read(&url, text));
    return url.reach;
}

TEST(private_addresses_are_known_in_all_their_spellings)
{
    static const char *const PRIVATE[] = {"https://10.0.0.1",          "https://172.16.0.1",
                                          "https://172.31.255.255",    "https://192.168.1.1",
                                          "https://169.254.1.1",       "https://100.64.0.1",
                                          "https://0.0.0.0",           "https://224.0.0.1",
                                          "https://255.255.255.255",   "https://198.18.0.1",
                                          "https://192.0.2.1",         "https://[::]",
                                          "https://[fd00::1]",         "https://[fe80::1]",
                                          "https://[ff02::1]",         "https://[2001:db8::1]",
                                          "https://[::ffff:10.0.0.1]", "https://[64:ff9b::10.0.0.1]",
                                          "https://[2002:a00:1::]",    "https://0xa.0.0.1",
                                          "https://167772161",         "https://10.1"};
    static const char *const LOOPBACK[] = {"https://127.0.0.1",   "https://127.1",
                                           "https://localhost",   "https://[::1]",
                                           "https://2130706433",  "https://[::ffff:127.0.0.1]",
                                           "https://x.localhost", "https://0x7f000001"};
    static const char *const PUBLIC[] = {"https://example.com",       "https://8.8.8.8",
                                         "https://172.32.0.1",        "https://[2606:4700::1]",
                                         "https://11.0.0.1:8443/x?y", "HTTPS://Example.COM"};

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof PRIVATE / sizeof PRIVATE[0]; i++) {
        EXPECT_INT(ADDRESS_PRIVATE, reach(PRIVATE[i]));
    }
    for (size_t i = 0; i < sizeof LOOPBACK / sizeof LOOPBACK[0]; i++) {
        EXPECT_INT(ADDRESS_LOOPBACK, reach(LOOPBACK[i]));
    }
    for (size_t i = 0; i < sizeof PUBLIC / sizeof PUBLIC[0]; i++) {
        EXPECT_INT(ADDRESS_PUBLIC, reach(PUBLIC[i]));
    }
    EXPECT_INT(ADDRESS_LOCAL_NAME, reach("https://app"));
    EXPECT_INT(ADDRESS_LOCAL_NAME, reach("https://app.internal"));
}

TEST(what_is_no_url_is_refused)
{
    static const char *const BAD[] = {"",
                                      "example.com",
                                      "ftp://example.com",
                                      "https://",
                                      "https:///x",
                                      "https://a b",
                                      "https://a\\b",
                                      "https://u:p@example.com",
                                      "https://example.com#x",
                                      "https://example.com:",
                                      "https://example.com:0",
                                      "https://example.com:65536",
                                      "https://example.com:8x",
                                      "https://[::1",
                                      "https://[zz]",
                                      "https://[::1]x",
                                      "https://exam..ple.com",
                                      "https://\xC3\xA4.example.com"};
    struct address_url url;

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        EXPECT(address_url_read(&url, BAD[i]) != NULL);
    }
}

TEST(a_url_is_read_into_its_parts)
{
    struct address_url url;

    UNUSED_STATE;
    EXPECT(address_url_read(&url, "http://[::1]:8080/a?b") == NULL);
    EXPECT(!url.https);
    EXPECT(url.query);
    EXPECT_STR("::1", url.host);
    EXPECT_INT(8080, url.port);
    EXPECT(address_url_read(&url, "https://example.com") == NULL);
    EXPECT_INT(443, url.port);
}

TEST(listening_addresses_are_checked)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, BASE "listen = \"0.0.0.0:8080\"; admin_listen = \"[::1]:8081\";");
    EXPECT_INT(0, f.report.warning_count);
    fixture_takes(&f, BASE "listen = \"127.0.0.1:0\"; admin_listen = \"127.0.0.1:0\";");
    fixture_refuses(&f, BASE "listen = \"8080\";", ":3: error: listen: the address has no port \u2014 write");
    fixture_refuses(&f, BASE "listen = \"127.0.0.1:99999\";", "listen: the address has a port outside");
    fixture_refuses(&f, BASE "listen = \"hooks.example.com:80\";",
                    "listen: the address is not an address of this");
    fixture_refuses(&f, BASE "listen = \":80\";", "listen: the address names no host");
    fixture_refuses(&f, BASE "admin_listen = \"unix:\";", "admin_listen: names no path");
    fixture_refuses(&f, BASE "listen = \"127.0.0.1:8081\";",
                    "error: admin_listen: the same address as listen");
    fixture_takes(&f, BASE "admin_listen = \"0.0.0.0:8081\";");
    fixture_says(&f, ":3: warning: admin_listen: other machines can reach");
    fixture_fini(&f);
}

TEST(a_socket_path_has_to_fit)
{
    struct fixture f;
    char text[600];
    char path[200];

    UNUSED_STATE;
    fixture_init(&f);
    memset(path, 'x', sizeof path);
    path[0] = '/';
    path[108] = '\0';
    (void)snprintf(text, sizeof text, BASE "admin_socket = \"%s\";\n", path);
    fixture_refuses(&f, text, ":3: error: admin_socket: the path is too long for a Unix socket");
    (void)snprintf(text, sizeof text, BASE "admin_listen = \"unix:%s\";\n", path);
    fixture_refuses(&f, text, ":3: error: admin_listen: the path is too long for a Unix socket");
    path[107] = '\0';
    (void)snprintf(text, sizeof text, BASE "admin_socket = \"%s\";\n", path);
    fixture_takes(&f, text);
    fixture_refuses(&f, BASE "admin_listen = \"unix:/var/lib/weir/admin.sock\";",
                    "the same path as admin_socket");
    fixture_fini(&f);
}

TEST(a_public_url_without_encryption_is_a_warning_unless_it_is_this_machine)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, BASE "public_url = \"http://hooks.example.com\";");
    fixture_says(&f, ":3: warning: public_url: deliveries travel unencrypted");
    fixture_takes(&f, BASE "public_url = \"http://localhost:8080/\";");
    EXPECT_INT(0, f.report.warning_count);
    EXPECT_STR("http://localhost:8080", f.cfg->public_url);
    fixture_refuses(&f, BASE "public_url = \"hooks.example.com\";",
                    ":3: error: public_url: the URL does not begin");
    fixture_fini(&f);
}

TEST(tls_needs_two_files_and_a_key_of_its_own)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_put(&f, "cert.pem", "x", 1, 0644);
    fixture_put(&f, "key.pem", "x", 1, 0644);
    fixture_refuses(&f, BASE "tls = { certificate = \"cert.pem\"; };", ":3: error: tls.key: is missing");
    fixture_refuses(&f, BASE "tls = { certificate = \"cert.pem\";\nkey = \"none.pem\"; };",
                    ":4: error: tls.key: cannot open");
    fixture_takes(&f, BASE "tls = { certificate = \"cert.pem\"; key = \"key.pem\"; };");
    fixture_says(&f, ":3: warning: tls.key: every user of this machine can open");
    EXPECT_INT(1, f.report.warning_count);
    EXPECT_INT(0, strncmp(f.dir, f.cfg->tls.key, strlen(f.dir)));
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(private_addresses_are_known_in_all_their_spellings),
        UNIT(what_is_no_url_is_refused),
        UNIT(a_url_is_read_into_its_parts),
        UNIT(listening_addresses_are_checked),
        UNIT(a_socket_path_has_to_fit),
        UNIT(a_public_url_without_encryption_is_a_warning_unless_it_is_this_machine),
        UNIT(tls_needs_two_files_and_a_key_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
