#include "fake_okta.h"
#include "page.h"

#define FIRST "/api/v1/users?limit=2"
#define NEXT(after) "Link: <" ORG "/api/v1/users?after=" after "&limit=2>; rel=\"next\""

static int read_all(size_t *count, struct fake *f, size_t max, struct weir_error *err)
{
    struct listing listing = {.name = "/api/v1/users", .right = &right_users, .path = "/api/v1/users"};
    struct weir_text first;
    json_t *items = NULL;
    int rc;

    weir_text_init(&first);
    weir_text_add(&first, FIRST);
    listing.first = &first;
    rc = page_read_all(&items, &fake_okta(f)->client, &listing, max, err);
    *count = json_array_size(items);
    json_decref(items);
    return rc;
}

TEST(a_listing_follows_its_links_to_the_end)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    size_t count = 0;

    fake_script(f, "GET " FIRST, 200, "[1,2]");
    fake_script_header(f, "Link: <" ORG FIRST ">; rel=\"self\"");
    fake_script_header(f, NEXT("b"));
    fake_script(f, "GET /api/v1/users?after=b&limit=2", 200, "[]"); /* an empty page may have a next one */
    fake_script_header(f, NEXT("c"));
    fake_script(f, "GET /api/v1/users?after=c&limit=2", 200, "[3]");
    EXPECT_INT(0, read_all(&count, f, 10, NULL));
    EXPECT_INT(3, count);
    fake_free(f);
}

TEST(a_link_that_comes_again_is_no_end)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};
    size_t count = 0;

    fake_script(f, "GET " FIRST, 200, "[1]");
    fake_script_header(f, NEXT("b"));
    fake_script(f, "GET /api/v1/users?after=b&limit=2", 200, "[1]");
    fake_script_header(f, NEXT("c"));
    fake_script(f, "GET /api/v1/users?after=c&limit=2", 200, "[1]");
    fake_script_header(f, NEXT("b"));
    fake_script(f, "GET /api/v1/users?after=b&limit=2", 200, "[1]");
    fake_script_header(f, NEXT("c"));
    EXPECT_INT(WEIR_E_INVALID, read_all(&count, f, 10, &err));
    assert_non_null(strstr(err.message, "has no end"));
    fake_free(f);
}

TEST(a_link_that_leads_elsewhere_is_not_followed)
{
    UNUSED_STATE;
    static const char *const bad[] = {"Link: <" ORG "/api/v1/meta?after=b>; rel=\"next\"",
                                      "Link: <" ORG "/api/v1/users/me?after=b>; rel=\"next\"",
                                      "Link: <" ORG "/api/v1/users?after= b>; rel=\"next\"",
                                      "Link: <" ORG "/api/v1/users>; rel=\"next\""};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct fake *f = fake_new();
        struct weir_error err = {0};
        size_t count = 0;

        fake_script(f, "GET " FIRST, 200, "[1]");
        fake_script_header(f, bad[i]);
        EXPECT_INT(WEIR_E_INVALID, read_all(&count, f, 10, &err));
        assert_non_null(strstr(err.message, "leads elsewhere"));
        fake_free(f);
    }
}

TEST(a_stale_link_starts_the_listing_again_once)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    size_t count = 0;

    fake_script(f, "GET " FIRST, 200, "[1,2]");
    fake_script_header(f, NEXT("b"));
    fake_script(f, "GET /api/v1/users?after=b&limit=2", 400, ERROR("E0000031"));
    fake_script(f, "GET " FIRST, 200, "[1,2]");
    fake_script_header(f, NEXT("d"));
    fake_script(f, "GET /api/v1/users?after=d&limit=2", 200, "[3]");
    EXPECT_INT(0, read_all(&count, f, 10, NULL));
    EXPECT_INT(3, count);
    fake_script(f, "GET " FIRST, 200, "[1,2]");
    fake_script_header(f, NEXT("b"));
    fake_script(f, "GET /api/v1/users?after=b&limit=2", 400, ERROR("E0000031"));
    fake_script(f, "GET " FIRST, 200, "[1,2]");
    fake_script_header(f, NEXT("b"));
    fake_script(f, "GET /api/v1/users?after=b&limit=2", 400, ERROR("E0000031"));
    EXPECT_INT(WEIR_E_INVALID, read_all(&count, f, 10, NULL));
    fake_free(f);
}

TEST(a_listing_is_bounded_and_has_to_be_a_list)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    size_t count = 0;

    fake_script(f, "GET " FIRST, 200, "[1,2,3]");
    EXPECT_INT(WEIR_E_LIMIT, read_all(&count, f, 2, NULL));
    fake_script(f, "GET " FIRST, 200, "{}");
    EXPECT_INT(WEIR_E_INVALID, read_all(&count, f, 2, NULL));
    fake_script(f, "GET " FIRST, 200, "");
    EXPECT_INT(WEIR_E_INVALID, read_all(&count, f, 2, NULL));
    fake_free(f);
}

TEST(a_place_in_a_listing_is_written_and_read_back)
{
    UNUSED_STATE;
    struct page page = {.number = 7, .mark = UINT64_C(0xfedcba9876543210), .restarted = true, .phase = 1};
    struct page back;
    char text[PAGE_STATE_MAX];
    size_t len;

    page.link_len = strlen("/api/v1/users?after=b|c");
    memcpy(page.link, "/api/v1/users?after=b|c", page.link_len);
    len = page_write(text, &page);
    EXPECT_INT(0, page_parse(&back, weir_str_n(text, len), NULL));
    EXPECT_INT(7, back.number);
    EXPECT(back.mark == page.mark && back.restarted && back.phase == 1);
    EXPECT(weir_str_is(weir_str_n(back.link, back.link_len), "/api/v1/users?after=b|c"));
    EXPECT_INT(0, page_parse(&back, weir_str(""), NULL));
    EXPECT_INT(0, back.link_len);
}

TEST(a_place_that_nobody_wrote_is_refused)
{
    UNUSED_STATE;
    static const char *const bad[] = {"x",
                                      "|",
                                      "1|0|7",
                                      "1|0|7|0",
                                      "10|0|7|0|",
                                      "1|2|7|0|",
                                      "1|0|99999999999|0|",
                                      "1|0|7|g|",
                                      "1|0|7|00000000000000000|",
                                      "1|0|7|0|/api/v1/apps?x",
                                      "1|0|7|0|https://evil.example/api/v1/users?x",
                                      "1|0|7|0|/api/v1/users?x y"};
    struct page page;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT_INT(WEIR_E_INVALID, page_parse(&page, weir_str(bad[i]), NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_listing_follows_its_links_to_the_end),
        UNIT(a_link_that_comes_again_is_no_end),
        UNIT(a_link_that_leads_elsewhere_is_not_followed),
        UNIT(a_stale_link_starts_the_listing_again_once),
        UNIT(a_listing_is_bounded_and_has_to_be_a_list),
        UNIT(a_place_in_a_listing_is_written_and_read_back),
        UNIT(a_place_that_nobody_wrote_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
