#include "fake_host.h"

#include "weir/rest.h"
#include "weir/setting.h"

static int self_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    (void)host;
    (void)err;
    *self = NULL;
    return 0;
}

static void self_close(void *self)
{
    (void)self;
}

static const struct weir_connector connector = {.open = self_open, .close = self_close};

static const struct weir_map name_map[] = {WEIR_MAP_TEXT("name", "name"), WEIR_MAP_END};
static const struct weir_listing parts[] = {
    {.name = "/items",
     .query = "?a=1&",
     .member = "items",
     .limit = 3,
     .model = "m",
     .id = "id",
     .map = name_map},
    {.name = "/old", .query = "?", .member = "items", .limit = 3, .model = "m", .id = "id", .map = name_map}};

static struct fake *fake_new(struct weir_rest *api)
{
    struct fake *f = fake_for(&connector, "https://api.example");

    memset(api, 0, sizeof *api);
    api->host = fake_host(f);
    (void)snprintf(api->prefix, sizeof api->prefix, "/c/4711");
    return f;
}

/* A page of these ids is asked for at cursor, and answers with them. What was told before is forgotten. */
static int page(struct fake *f, const struct weir_rest *api, char *cursor, const char *request,
                const char *ids, struct weir_error *err)
{
    char body[400] = "{\"items\":[";
    char id[16];
    int rc;

    for (; *ids != '\0'; ids++) {
        (void)snprintf(id, sizeof id, "{\"id\":%c},", *ids);
        strncat(body, id, sizeof body - strlen(body) - 1);
    }
    body[strlen(body) - (body[strlen(body) - 1] == ',' ? 1 : 0)] = '\0';
    strncat(body, "]}", sizeof body - strlen(body) - 1);
    fake_script(f, request, 200, body);
    fake_forget(f);
    rc = weir_rest_list(api, parts, 2, weir_str(cursor), fake_sink(f), err);
    (void)snprintf(cursor, 100, "%s", fake_next(f) != NULL ? fake_next(f) : "");
    return rc;
}

TEST(pages_overlap_and_a_short_one_ends_the_part)
{
    UNUSED_STATE;
    struct weir_rest api;
    struct fake *f = fake_new(&api);
    char cursor[100] = "";

    EXPECT_INT(0, page(f, &api, cursor, "GET /c/4711/items?a=1&limit=3&offset=0", "123", NULL));
    EXPECT_INT(3, fake_told(f, "record", "m"));
    EXPECT_INT(0, page(f, &api, cursor, "GET /c/4711/items?a=1&limit=3&offset=2", "34", NULL));
    EXPECT_INT(0, page(f, &api, cursor, "GET /c/4711/old?limit=3&offset=0", "", NULL));
    EXPECT_STR("", cursor);
    fake_free(f);
}

TEST(a_record_deleted_meanwhile_lets_none_slip_through)
{
    UNUSED_STATE;
    struct weir_rest api;
    struct fake *f = fake_new(&api);
    char cursor[100] = "";

    EXPECT_INT(0, page(f, &api, cursor, "GET /c/4711/items?a=1&limit=3&offset=0", "123", NULL));
    /* 1 was deleted: 4 would stand where nobody looks. */
    EXPECT_INT(0, page(f, &api, cursor, "GET /c/4711/items?a=1&limit=3&offset=2", "456", NULL));
    EXPECT_INT(0, page(f, &api, cursor, "GET /c/4711/items?a=1&limit=3&offset=0", "234", NULL));
    EXPECT_INT(0, page(f, &api, cursor, "GET /c/4711/items?a=1&limit=3&offset=2", "456", NULL));
    /* One more came in front: nothing is lost, the overlap grows. */
    EXPECT_INT(0, page(f, &api, cursor, "GET /c/4711/items?a=1&limit=3&offset=4", "56", NULL));
    EXPECT(strncmp(cursor, "1|0|", 4) == 0);
    fake_free(f);
}

TEST(an_ignored_offset_is_no_end)
{
    UNUSED_STATE;
    struct weir_rest api;
    struct fake *f = fake_new(&api);
    char cursor[100] = "";
    struct weir_error err = {0};

    EXPECT_INT(0, page(f, &api, cursor, "GET /c/4711/items?a=1&limit=3&offset=0", "123", NULL));
    EXPECT_INT(WEIR_E_INVALID, page(f, &api, cursor, "GET /c/4711/items?a=1&limit=3&offset=2", "123", &err));
    EXPECT(strstr(err.message, "GET") == NULL && strstr(err.message, "offset were ignored") != NULL);
    EXPECT_STR("", cursor);
    fake_free(f);
}

TEST(a_list_without_order_fails_in_the_end)
{
    UNUSED_STATE;
    struct weir_page at = {.offset = 2, .first = 1, .last = 9};
    json_t *items = json_loads("[{\"id\":5},{\"id\":6},{\"id\":7}]", 0, NULL);
    bool more = false;
    int rc = 0;
    int count = 0;

    for (; rc == 0 && count < 1000; count++) {
        at.last = 9;
        at.first = 1;
        rc = weir_page_advance(&more, &at, items, 3, "items", NULL);
    }
    EXPECT_INT(WEIR_E_INVALID, rc);
    EXPECT_INT(WEIR_PAGE_BACKS_MAX + 1, count);
    json_decref(items);
}

TEST(foreign_cursors_are_refused)
{
    UNUSED_STATE;
    static const char *const bad[] = {"x", "0|0|0|0|", "2|0|0|0|0|", "0|0|0|0|0|0|", "0|ffffffffff|0|0|0|"};
    struct weir_page at;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT_INT(WEIR_E_INVALID, weir_page_parse(&at, weir_str(bad[i]), 1, NULL));
    }
    EXPECT_INT(0, weir_page_parse(&at, weir_str("1|63|ffffffffffffffff|2|0|"), 1, NULL));
    EXPECT(at.part == 1 && at.offset == 99 && at.first == UINT64_MAX && at.last == 2);
}

TEST(an_answer_without_its_list_is_an_outage)
{
    UNUSED_STATE;
    struct weir_rest api;
    struct fake *f = fake_new(&api);

    fake_script(f, "GET /c/4711/items?a=1&limit=3&offset=0", 200, "{\"error\":\"x\"}");
    EXPECT_INT(WEIR_E_LATER, weir_rest_list(&api, parts, 2, weir_str(""), fake_sink(f), NULL));
    EXPECT(fake_next(f) == NULL);
    fake_free(f);
}

TEST(what_did_not_change_since_is_passed_over)
{
    UNUSED_STATE;
    struct weir_listing all = {.name = "/tags",
                               .member = "tags",
                               .model = "m",
                               .id = "id",
                               .map = name_map,
                               .changed = "at",
                               .since_ms = INT64_C(1770113729000)};
    struct weir_rest api;
    struct fake *f = fake_new(&api);

    fake_script(
        f, "GET /c/4711/tags", 200,
        "{\"tags\":[{\"id\":1,\"at\":\"2026-02-03T10:15:28Z\"},{\"id\":2,\"at\":\"2026-02-03T10:15:29Z\"},"
        "{\"id\":3}]}");
    EXPECT_INT(0, weir_rest_list(&api, &all, 1, weir_str(""), fake_sink(f), NULL));
    EXPECT_INT(2, fake_told(f, "record", "m"));
    EXPECT(fake_next(f) == NULL);
    fake_free(f);
}

TEST(a_record_is_the_one_that_was_asked_for)
{
    UNUSED_STATE;
    struct weir_rest api;
    struct fake *f = fake_new(&api);
    const json_t *record = NULL;
    json_t *answer = NULL;

    fake_script(f, "GET /c/4711/items/7/notes", 200, "{\"item\":{\"id\":7}}");
    EXPECT_INT(0, weir_rest_record(&answer, &record, &api, "/items/{id}/notes", weir_str("7"), "item", NULL));
    EXPECT(record != NULL);
    json_decref(answer);
    answer = NULL;
    fake_script(f, "GET /c/4711/items/7", 200, "{\"item\":{\"id\":8}}");
    EXPECT_INT(WEIR_E_LATER,
               weir_rest_record(&answer, &record, &api, "/items/{id}", weir_str("7"), "item", NULL));
    json_decref(answer);
    answer = NULL;
    EXPECT_INT(WEIR_E_INVALID,
               weir_rest_record(&answer, &record, &api, "/items/{id}", weir_str("../7"), "item", NULL));
    EXPECT(answer == NULL);
    fake_free(f);
}

TEST(settings_are_trimmed_and_checked)
{
    UNUSED_STATE;
    struct fake *f = fake_for(&connector, "https://api.example");
    struct weir_str value = {NULL, 0};
    struct weir_error err = {0};

    fake_set(f, "token", " \tinvented-token\n");
    fake_set(f, "blank", "  \n");
    fake_set(f, "two", "two words");
    EXPECT_INT(0, weir_setting_word(&value, fake_host(f), "token", "there", NULL));
    EXPECT(weir_str_is(value, "invented-token"));
    EXPECT_INT(0, weir_setting(fake_host(f), "blank").len);
    EXPECT_INT(WEIR_E_CONFIG, weir_setting_word(&value, fake_host(f), "blank", "there", &err));
    EXPECT_STR("the setting blank is missing: there", err.message);
    EXPECT_INT(WEIR_E_CONFIG, weir_setting_word(&value, fake_host(f), "none", "there", NULL));
    EXPECT_INT(WEIR_E_CONFIG, weir_setting_word(&value, fake_host(f), "two", "there", &err));
    EXPECT(strstr(err.message, "words") == NULL);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(pages_overlap_and_a_short_one_ends_the_part),
        UNIT(a_record_deleted_meanwhile_lets_none_slip_through),
        UNIT(an_ignored_offset_is_no_end),
        UNIT(a_list_without_order_fails_in_the_end),
        UNIT(foreign_cursors_are_refused),
        UNIT(an_answer_without_its_list_is_an_outage),
        UNIT(what_did_not_change_since_is_passed_over),
        UNIT(a_record_is_the_one_that_was_asked_for),
        UNIT(settings_are_trimmed_and_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
