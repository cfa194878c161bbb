#include "fake_personio.h"

#include "page.h"

#define PAGE(items, next) "{\"_data\":[" items "],\"_meta\":{\"links\":{\"self\":{\"href\":\"x\"}" next "}}}"
#define NEXT(link) ",\"next\":{\"href\":\"" link "\"}"

static int read_all(struct fake *f, size_t *count, struct weir_error *err)
{
    struct listing listing = {.name = "/v2/persons", .right = PERSONS_READ, .query = "limit=50"};
    struct weir_text path;
    json_t *items = NULL;
    int rc;

    weir_text_init(&path);
    weir_text_add(&path, "/v2/persons");
    listing.path = &path;
    rc = page_read_all(&items, &fake_personio(f)->client, &listing, 100, err);
    *count = json_array_size(items);
    json_decref(items);
    return rc;
}

TEST(pages_follow_the_cursor_alone_and_keep_its_plus)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    size_t count;

    fake_with_token(f);
    fake_script(
        f, "GET /v2/persons?limit=50", 200,
        PAGE("{\"id\":\"1\"}", NEXT("https://elsewhere.example/v2/wrong?cursor=cur_7H+d%2BKq%3D%3D%2f")));
    /* "+" and "%2B" are the same plus, and both travel encoded. */
    fake_script(f, "GET /v2/persons?limit=50&cursor=cur_7H%2Bd%2BKq%3D%3D%2F", 200,
                PAGE("{\"id\":\"2\"}", NEXT("/v2/persons?limit=1&cursor=cur_2#x")));
    fake_script(f, "GET /v2/persons?limit=50&cursor=cur_2", 200, PAGE("", ""));
    EXPECT_INT(0, read_all(f, &count, NULL));
    EXPECT_INT(2, count);
    fake_free(f);
}

TEST(a_cursor_that_wants_to_be_alone_is_left_alone_from_then_on)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    size_t count;

    fake_with_token(f);
    fake_script(f, "GET /v2/persons?limit=50", 200, PAGE("{\"id\":\"1\"}", NEXT("?cursor=a")));
    fake_script(f, "GET /v2/persons?limit=50&cursor=a", 400, "{}");
    fake_script(f, "GET /v2/persons?cursor=a", 200, PAGE("{\"id\":\"2\"}", NEXT("?cursor=b")));
    fake_script(f, "GET /v2/persons?cursor=b", 200, PAGE("{\"id\":\"3\"}", ""));
    EXPECT_INT(0, read_all(f, &count, NULL));
    EXPECT_INT(3, count);
    fake_free(f);
}

TEST(a_stale_cursor_starts_the_listing_again_once)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    size_t count;

    fake_with_token(f);
    fake_script(f, "GET /v2/persons?limit=50", 200, PAGE("{\"id\":\"1\"}", NEXT("?cursor=a")));
    fake_script(f, "GET /v2/persons?limit=50&cursor=a", 400, "{}");
    fake_script(f, "GET /v2/persons?cursor=a", 400, "{}");
    fake_script(f, "GET /v2/persons?limit=50", 200, PAGE("{\"id\":\"1\"}", NEXT("?cursor=b")));
    fake_script(f, "GET /v2/persons?limit=50&cursor=b", 200, PAGE("{\"id\":\"2\"}", ""));
    EXPECT_INT(0, read_all(f, &count, NULL));
    EXPECT_INT(2, count); /* what was read before the start again does not count twice */
    fake_script(f, "GET /v2/persons?limit=50", 200, PAGE("{\"id\":\"1\"}", NEXT("?cursor=a")));
    fake_script(f, "GET /v2/persons?limit=50&cursor=a", 400, "{}");
    fake_script(f, "GET /v2/persons?cursor=a", 400, "{}");
    fake_script(f, "GET /v2/persons?limit=50", 200, PAGE("{\"id\":\"1\"}", NEXT("?cursor=b")));
    fake_script(f, "GET /v2/persons?limit=50&cursor=b", 400, "{}");
    fake_script(f, "GET /v2/persons?cursor=b", 400, "{}");
    EXPECT_INT(WEIR_E_INVALID, read_all(f, &count, NULL));
    fake_free(f);
}

TEST(a_list_that_repeats_a_cursor_is_never_taken_as_complete)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};
    size_t count;

    fake_with_token(f);
    fake_script(f, "GET /v2/persons?limit=50", 200, PAGE("{\"id\":\"1\"}", NEXT("?cursor=a")));
    fake_script(f, "GET /v2/persons?limit=50&cursor=a", 200, PAGE("{\"id\":\"1\"}", NEXT("?cursor=a")));
    EXPECT_INT(WEIR_E_INVALID, read_all(f, &count, &err));
    EXPECT(strstr(err.message, "cursor") != NULL);
    fake_free(f);
}

TEST(a_loop_of_several_pages_is_found_too)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct listing listing = {.name = "/v2/persons", .right = PERSONS_READ, .query = "limit=50"};
    struct page page = {0};
    struct weir_text path;
    json_t *answer = NULL;
    bool more = true;
    int rc = 0;
    int pages = 0;

    fake_with_token(f);
    weir_text_init(&path);
    weir_text_add(&path, "/v2/persons");
    listing.path = &path;
    while (rc == 0 && pages < 20) {
        char request[80];
        char next[160];

        (void)snprintf(next, sizeof next, PAGE("{}", NEXT("?cursor=c%d")), pages % 5);
        if (pages == 0) {
            (void)snprintf(request, sizeof request, "GET /v2/persons?limit=50");
        } else {
            (void)snprintf(request, sizeof request, "GET /v2/persons?limit=50&cursor=c%d", (pages - 1) % 5);
        }
        fake_script(f, request, 200, next);
        rc = page_read(&answer, &more, NULL, &page, &fake_personio(f)->client, &listing, NULL);
        if (rc == 0) {
            json_decref(answer);
        }
        pages++;
    }
    EXPECT_INT(WEIR_E_INVALID, rc);
    EXPECT(pages <= 15);
    fake_free(f);
}

TEST(an_empty_page_with_a_next_link_is_a_failure)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    size_t count;

    fake_with_token(f);
    fake_script(f, "GET /v2/persons?limit=50", 200, PAGE("", NEXT("?cursor=a")));
    EXPECT_INT(WEIR_E_INVALID, read_all(f, &count, NULL));
    fake_free(f);
}

TEST(what_is_no_page_is_a_failure)
{
    UNUSED_STATE;
    static const char *const bodies[] = {"{}",
                                         "[]",
                                         "{\"_data\":{}}",
                                         PAGE("{}", NEXT("https://x.example/no-cursor")),
                                         PAGE("{}", NEXT("?cursor=")),
                                         PAGE("{}", NEXT("?cursor=%00")),
                                         PAGE("{}", ",\"next\":{\"url\":\"x\"}")};

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct fake *f = fake_new();
        size_t count;

        fake_with_token(f);
        fake_script(f, "GET /v2/persons?limit=50", 200, bodies[i]);
        EXPECT_INT(WEIR_E_INVALID, read_all(f, &count, NULL));
        fake_free(f);
    }
}

TEST(a_null_or_empty_next_link_is_the_end)
{
    UNUSED_STATE;
    static const char *const bodies[] = {"{\"_data\":[{}]}", PAGE("{}", ",\"next\":null"),
                                         PAGE("{}", ",\"next\":{}"), PAGE("{}", ",\"next\":{\"href\":null}")};

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct fake *f = fake_new();
        size_t count;

        fake_with_token(f);
        fake_script(f, "GET /v2/persons?limit=50", 200, bodies[i]);
        EXPECT_INT(0, read_all(f, &count, NULL));
        EXPECT_INT(1, count);
        fake_free(f);
    }
}

TEST(a_place_in_a_listing_survives_being_written_and_parsed)
{
    UNUSED_STATE;
    struct page page = {.number = 7, .mark = UINT64_MAX, .alone = true, .restarted = true, .phase = 2};
    struct page back;
    char text[PAGE_STATE_MAX];
    size_t len;

    memcpy(page.cursor, "a|b+c", 5);
    page.cursor_len = 5;
    len = page_write(text, &page);
    EXPECT_INT(0, page_parse(&back, weir_str_n(text, len), NULL));
    EXPECT(back.number == 7 && back.mark == UINT64_MAX && back.alone && back.restarted && back.phase == 2);
    EXPECT(back.cursor_len == 5 && memcmp(back.cursor, "a|b+c", 5) == 0);
}

TEST(a_place_that_nobody_wrote_is_refused)
{
    UNUSED_STATE;
    static const char *const wrong[] = {"x",
                                        "|",
                                        "0|0|0|0|",
                                        "0|2|0|0|0|a",
                                        "99|0|0|0|0|a",
                                        "0|0|0|99999999999|0|a",
                                        "0|0|0|0|fffffffffffffffff|a",
                                        "-1|0|0|0|0|a"};
    struct page page;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        EXPECT_INT(WEIR_E_INVALID, page_parse(&page, weir_str(wrong[i]), NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(pages_follow_the_cursor_alone_and_keep_its_plus),
        UNIT(a_cursor_that_wants_to_be_alone_is_left_alone_from_then_on),
        UNIT(a_stale_cursor_starts_the_listing_again_once),
        UNIT(a_list_that_repeats_a_cursor_is_never_taken_as_complete),
        UNIT(a_loop_of_several_pages_is_found_too),
        UNIT(an_empty_page_with_a_next_link_is_a_failure),
        UNIT(what_is_no_page_is_a_failure),
        UNIT(a_null_or_empty_next_link_is_the_end),
        UNIT(a_place_in_a_listing_survives_being_written_and_parsed),
        UNIT(a_place_that_nobody_wrote_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
