/* address: which ones are private. */
#include "expect.h"

#include "net/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

static bool private_text(const char *text)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
        return address_is_private((const struct sockaddr *)&four);
    }
    EXPECT_INT(1, inet_pton(AF_INET6, text, &six.sin6_addr));
    return address_is_private((const struct sockaddr *)&six);
}

static void expect_all(bool want, const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        if (private_text(*texts) != want) {
            fail_msg("%s should be %s", *texts, want ? "private" : "public");
        }
    }
}

TEST(special_ranges_are_private_to_their_edges)
{
    UNUSED_STATE;
    static const char *const texts[] = {"0.0.0.0",
                                        "0.255.255.255",
                                        "10.0.0.0",
                                        "10.255.255.255",
                                        "100.64.0.0",
                                        "100.127.255.255",
                                        "127.0.0.1",
                                        "127.255.255.254",
                                        "169.254.0.1",
                                        "169.254.169.254",
                                        "172.16.0.0",
                                        "172.31.255.255",
                                        "192.0.0.1",
                                        "192.0.2.1",
                                        "192.88.99.1",
                                        "192.168.0.1",
                                        "192.168.255.255",
                                        "198.18.0.1",
                                        "198.19.255.255",
                                        "198.51.100.1",
                                        "203.0.113.1",
                                        "224.0.0.1",
                                        "239.255.255.255",
                                        "240.0.0.1",
                                        "255.255.255.255",
                                        "::",
                                        "::1",
                                        "::7f00:1",
                                        "100::1",
                                        "2001::1",
                                        "2001:2::1",
                                        "2001:10::1",
                                        "2001:20::1",
                                        "2001:db8::1",
                                        "3fff::1",
                                        "3fff:fff::1",
                                        "5f00::1",
                                        "fc00::1",
                                        "fdff::1",
                                        "fe80::1",
                                        "febf::1",
                                        "fec0::1",
                                        "ff02::1",
                                        NULL};

    expect_all(true, texts);
}

TEST(neighbours_of_special_ranges_are_public)
{
    UNUSED_STATE;
    static const char *const texts[] = {"1.0.0.0",
                                        "9.255.255.255",
                                        "11.0.0.0",
                                        "100.63.255.255",
                                        "100.128.0.0",
                                        "126.255.255.255",
                                        "128.0.0.0",
                                        "169.253.255.255",
                                        "169.255.0.0",
                                        "172.15.255.255",
                                        "172.32.0.0",
                                        "191.255.255.255",
                                        "192.0.1.0",
                                        "192.0.3.0",
                                        "192.167.255.255",
                                        "192.169.0.0",
                                        "198.17.255.255",
                                        "198.20.0.0",
                                        "203.0.112.255",
                                        "223.255.255.255",
                                        "8.8.8.8",
                                        "2001:4860:4860::8888",
                                        "2606:4700::1111",
                                        "2a00:1450::1",
                                        "2001:200::1",
                                        "2001:db7:ffff::1",
                                        "3ffe::1",
                                        "3fff:1000::1",
                                        NULL};

    expect_all(false, texts);
}

TEST(an_ipv4_address_in_disguise_is_judged_by_itself)
{
    UNUSED_STATE;
    static const char *const hidden[] = {"::ffff:127.0.0.1", "::ffff:10.1.2.3",    "64:ff9b::169.254.169.254",
                                         "64:ff9b:1::1",     "2002:7f00:1::1",     "2002:c0a8:101::1",
                                         "::127.0.0.1",      "::ffff:0:127.0.0.1", NULL};
    static const char *const open[] = {"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", NULL};

    expect_all(true, hidden);
    expect_all(false, open);
}

TEST(an_unknown_family_is_private)
{
    UNUSED_STATE;
    struct sockaddr_un un = {.sun_family = AF_UNIX};

    EXPECT(address_is_private((const struct sockaddr *)&un));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(special_ranges_are_private_to_their_edges),
        UNIT(neighbours_of_special_ranges_are_public),
        UNIT(an_ipv4_address_in_disguise_is_judged_by_itself),
        UNIT(an_unknown_family_is_private),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
