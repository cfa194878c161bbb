/* url: percent-encoding, queries, whole URLs. */
#include "expect.h"

#include "net/url.h"

static void expect_decoded(const char *text, const char *want)
{
    struct buf b;

    buf_init(&b, 100);
    EXPECT(url_decode(&b, weir_str(text)));
    EXPECT(weir_str_is(buf_str(&b), want));
    buf_fini(&b);
}

static void expect_undecodable(struct weir_str text)
{
    struct buf b;

    buf_init(&b, 100);
    EXPECT(!url_decode(&b, text));
    buf_fini(&b);
}

TEST(escapes_are_decoded_and_a_plus_stays)
{
    UNUSED_STATE;
    expect_decoded("", "");
    expect_decoded("abc", "abc");
    expect_decoded("a%2Fb%2fc", "a/b/c");
    expect_decoded("%41%e2%82%ac", "A\xe2\x82\xac");
    expect_decoded("a+b%20c", "a+b c");
}

TEST(broken_escapes_and_nuls_are_refused)
{
    UNUSED_STATE;
    expect_undecodable(weir_str("%"));
    expect_undecodable(weir_str("a%4"));
    expect_undecodable(weir_str("%zz"));
    expect_undecodable(weir_str("%4g"));
    expect_undecodable(weir_str("a%00b"));
    expect_undecodable(weir_str_n("a\0b", 3));
}

TEST(what_is_encoded_decodes_to_itself)
{
    UNUSED_STATE;
    struct buf once, twice;
    char all[255];

    for (int i = 0; i < 255; i++) {
        all[i] = (char)(i + 1);
    }
    buf_init(&once, 1000);
    buf_init(&twice, 1000);
    url_encode(&once, weir_str_n(all, sizeof all));
    EXPECT(url_decode(&twice, buf_str(&once)));
    EXPECT(weir_str_equal(weir_str_n(all, sizeof all), buf_str(&twice)));
    buf_clear(&once);
    url_encode(&once, weir_str("aZ09-._~ /+%"));
    EXPECT(weir_str_is(buf_str(&once), "aZ09-._~%20%2F%2B%25"));
    buf_fini(&once);
    buf_fini(&twice);
}

TEST(a_query_is_walked_pair_by_pair)
{
    UNUSED_STATE;
    struct weir_str rest = weir_str("a=1&&b&=c&d=e=f&"), name, value;

    EXPECT(url_query_next(&name, &value, &rest));
    EXPECT(weir_str_is(name, "a") && weir_str_is(value, "1"));
    EXPECT(url_query_next(&name, &value, &rest));
    EXPECT(weir_str_is(name, "b") && weir_str_is(value, ""));
    EXPECT(url_query_next(&name, &value, &rest));
    EXPECT(weir_str_is(name, "") && weir_str_is(value, "c"));
    EXPECT(url_query_next(&name, &value, &rest));
    EXPECT(weir_str_is(name, "d") && weir_str_is(value, "e=f"));
    EXPECT(!url_query_next(&name, &value, &rest));
    rest = weir_str(NULL);
    EXPECT(!url_query_next(&name, &value, &rest));
}

static void expect_parts(const char *url, const char *scheme, const char *host, int port, const char *path)
{
    struct url_parts p;
    struct weir_error err = {0};

    if (url_parse(&p, weir_str(url), &err) != 0) {
        fail_msg("%s: %s", url, err.message);
    }
    EXPECT_STR(scheme, p.scheme);
    EXPECT_STR(host, p.host);
    EXPECT_INT(port, p.port);
    EXPECT_STR(path, p.path);
}

TEST(a_url_is_taken_apart)
{
    UNUSED_STATE;
    expect_parts("https://example.com", "https", "example.com", 443, "/");
    expect_parts("http://example.com/", "http", "example.com", 80, "/");
    expect_parts("HTTPS://example.com:8443/a/b?x=1&y#part", "https", "example.com", 8443, "/a/b?x=1&y");
    expect_parts("http://[::1]:80/x", "http", "::1", 80, "/x");
    expect_parts("https://127.0.0.1?q", "https", "127.0.0.1", 443, "/?q");
}

static void expect_bad(struct weir_str url)
{
    struct url_parts p = {.port = 7};
    struct weir_error err = {0};

    EXPECT_INT(WEIR_E_CONFIG, url_parse(&p, url, &err));
    EXPECT(err.message[0] != '\0');
    EXPECT(strstr(err.message, "secret") == NULL);
    EXPECT_INT(7, p.port);
}

TEST(what_is_no_absolute_http_url_is_refused_without_repeating_it)
{
    UNUSED_STATE;
    static char longer[3000];

    expect_bad(weir_str(""));
    expect_bad(weir_str("example.com/secret"));
    expect_bad(weir_str("/secret"));
    expect_bad(weir_str("ftp://example.com/secret"));
    expect_bad(weir_str("file:///etc/secret"));
    expect_bad(weir_str("https://"));
    expect_bad(weir_str("https:///secret"));
    expect_bad(weir_str("https://user:secret@example.com/"));
    expect_bad(weir_str("https://user@example.com/"));
    expect_bad(weir_str("https://example.com:99999/secret"));
    expect_bad(weir_str("https://exa mple.com/secret"));
    expect_bad(weir_str("https://example.com/\nsecret"));
    expect_bad(weir_str_n("https://example.com/\0secret", 27));
    memset(longer, 'a', sizeof longer);
    memcpy(longer, "https://a/", 10);
    expect_bad(weir_str_n(longer, 1500));
    expect_bad(weir_str_n(longer, sizeof longer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(escapes_are_decoded_and_a_plus_stays),
        UNIT(broken_escapes_and_nuls_are_refused),
        UNIT(what_is_encoded_decodes_to_itself),
        UNIT(a_query_is_walked_pair_by_pair),
        UNIT(a_url_is_taken_apart),
        UNIT(what_is_no_absolute_http_url_is_refused_without_repeating_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
