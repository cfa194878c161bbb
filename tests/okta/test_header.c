#include "fake_okta.h"
#include "header.h"

static void expect_next(const char *want, const struct weir_header *headers, size_t count)
{
    struct weir_http_response response = {.size = sizeof response, .headers = headers, .header_count = count};
    struct weir_str path = {NULL, 0};
    bool found = header_next_link(&path, &response);

    if (want == NULL) {
        if (found) {
            fail_msg("%.*s", WEIR_STR_ARG(path));
        }
        return;
    }
    EXPECT(found);
    if (!weir_str_is(path, want)) {
        fail_msg("%.*s instead of %s", WEIR_STR_ARG(path), want);
    }
}

static struct weir_header link_of(const char *value)
{
    return (struct weir_header){weir_str("Link"), weir_str(value)};
}

TEST(the_next_link_is_found_on_its_own_line_or_in_a_joined_one)
{
    UNUSED_STATE;
    static const char self[] = "<" ORG "/api/v1/users?limit=2>; rel=\"self\"";
    static const char next[] = "<" ORG "/api/v1/users?after=00u&limit=2>; rel=\"next\"";
    struct weir_header two[] = {link_of(self), link_of(next)};
    struct weir_header lower[] = {{weir_str("link"), weir_str(next)}};
    struct weir_header joined[] = {link_of("<" ORG "/api/v1/users?limit=2>; rel=\"self\", <" ORG
                                           "/api/v1/users?after=00u&limit=2>; rel=\"next\"")};

    expect_next("/api/v1/users?after=00u&limit=2", two, 2);
    expect_next(NULL, two, 1);
    expect_next("/api/v1/users?after=00u&limit=2", lower, 1);
    expect_next("/api/v1/users?after=00u&limit=2", joined, 1);
    expect_next(NULL, NULL, 0);
}

TEST(commas_in_a_link_and_parameters_in_any_order_do_not_confuse)
{
    UNUSED_STATE;
    struct weir_header comma[] = {link_of("<" ORG "/a?fields=id,status>; rel=\"self\",<" ORG
                                          "/b?fields=id,x>; title=\"a, b\"; rel=\"next\"")};
    struct weir_header order[] = {link_of("<" ORG "/b?c>;x=y ;  REL=\"NEXT\" ; z=1")};
    struct weir_header bare[] = {link_of("<" ORG "/b?c>; rel=next")};
    struct weir_header other[] = {link_of("<" ORG "/b?c>; rel=\"nextish\"; title=\"rel=next\"")};

    expect_next("/b?fields=id,x", comma, 1);
    expect_next("/b?c", order, 1);
    expect_next("/b?c", bare, 1);
    expect_next(NULL, other, 1);
}

TEST(of_another_host_path_and_query_are_kept)
{
    UNUSED_STATE;
    struct weir_header other[] = {
        link_of("<https://login.acme.example:8443/api/v1/users?after=x>; rel=\"next\"")};

    struct weir_header relative[] = {link_of("</api/v1/users?after=x>; rel=\"next\"")};

    expect_next("/api/v1/users?after=x", other, 1);
    expect_next("/api/v1/users?after=x", relative, 1);
}

TEST(what_is_no_link_is_passed_over)
{
    UNUSED_STATE;
    static const char *const bad[] = {"",
                                      "<",
                                      ">",
                                      "<>; rel=\"next\"",
                                      "<https://acme.okta.example>; rel=\"next\"",
                                      "<https://acme.okta.example/x; rel=\"next\"",
                                      "https://acme.okta.example/x; rel=\"next\"",
                                      ",,,;;;\"",
                                      "<" ORG "/x>; rel=\"next"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct weir_header header = link_of(bad[i]);

        expect_next(NULL, &header, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_next_link_is_found_on_its_own_line_or_in_a_joined_one),
        UNIT(commas_in_a_link_and_parameters_in_any_order_do_not_confuse),
        UNIT(of_another_host_path_and_query_are_kept),
        UNIT(what_is_no_link_is_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
