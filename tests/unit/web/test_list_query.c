#include "expect.h"

#include "web/list_query.h"

#include "base/datetime.h"

static const char *const fields[] = {"first_name", "work_email", "groups", NULL};
static const struct weir_model_use use = {"hris_employees", fields, true, true, true, NULL};

struct asked {
    struct scope *scope;
    struct list_subject subject;
    struct query query;
    struct list_query list;
    struct weir_error err;
    int rc;
};

static struct asked *ask(struct asked *a, const char *text)
{
    *a = (struct asked){.scope = scope_new("s")};
    (void)scope_set_model(a->scope, weir_str("hris_employees"), SCOPE_ENABLED);
    (void)scope_set_field(a->scope, weir_str("hris_employees"), weir_str("work_email"), SCOPE_DISABLED);
    a->subject = (struct list_subject){.model = model_find(weir_str("hris_employees")),
                                       .scope = a->scope,
                                       .uses = &use,
                                       .use_count = 1,
                                       .integration = weir_str("personio:acme")};
    EXPECT_INT(0, query_init(&a->query, weir_str(text), &a->err));
    a->rc = list_query_init(&a->list, &a->query, &a->subject, &a->err);
    return a;
}

static void forget(struct asked *a)
{
    list_query_fini(&a->list);
    query_fini(&a->query);
    scope_free(a->scope);
}

static void expect_refused(const char *text)
{
    struct asked a;

    EXPECT_INT(WEIR_E_INVALID, ask(&a, text)->rc);
    EXPECT(a.err.message[0] != '\0');
    forget(&a);
}

TEST(without_parameters_the_defaults_hold)
{
    struct asked a;

    UNUSED_STATE;
    EXPECT_INT(0, ask(&a, "")->rc);
    EXPECT_INT(100, a.list.page_size);
    EXPECT(!a.list.include_deleted && !a.list.has_updated_after && !a.list.nothing && !a.list.by_ids);
    EXPECT_INT(LIST_BY_ID, a.list.order);
    forget(&a);
}

TEST(all_that_the_client_sends_is_taken)
{
    struct asked a;

    UNUSED_STATE;
    EXPECT_INT(0, ask(&a, "page_size=250&include_deleted=true&ignore_unsupported_filters=false&"
                          "updated_after=2023-12-31T22%3A00%3A00.000Z&cursor=")
                      ->rc);
    EXPECT_INT(250, a.list.page_size);
    EXPECT(a.list.include_deleted && a.list.has_updated_after);
    EXPECT_INT(LIST_BY_CHANGE, a.list.order);
    EXPECT(a.list.updated_after_ms == INT64_C(1704060000000));
    forget(&a);
}

TEST(bad_parameters_are_refused)
{
    static const char *const bad[] = {"page_size=0",
                                      "page_size=251",
                                      "page_size=x",
                                      "page_size=",
                                      "include_deleted=yes",
                                      "ignore_unsupported_filters=1",
                                      "updated_after=now",
                                      "updated_after=",
                                      "cursor=abc",
                                      "no_such_filter=1",
                                      "ids=",
                                      "employment_statuses=BORED"};

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect_refused(bad[i]);
    }
}

static void expect_time(const char *text, const char *want)
{
    char shown[DATETIME_TEXT];
    int64_t ms = -1;

    EXPECT(list_time_parse(&ms, weir_str(text)));
    datetime_format(shown, ms);
    EXPECT_STR(want, shown);
}

TEST(times_are_read_as_the_contract_says)
{
    static const char *const bad[] = {"",
                                      "Z",
                                      "2026",
                                      "2026-02-30",
                                      "2026-02-11T07:30",
                                      "2026-02-11T07:30Z",
                                      "2026-02-11T07:30:05+01:00",
                                      "2026-02-11 07:30:05",
                                      "2026-02-11t07:30:05z",
                                      "2026-02-11T07:30:05.",
                                      "2026-02-11T07:30:05.Z",
                                      "2026-02-11T24:00:00Z",
                                      "2026-02-11T07:30:60Z",
                                      "2026-02-11T07:30:05ZZ",
                                      "2026-02-11T",
                                      " 2026-02-11"};
    int64_t ms;

    UNUSED_STATE;
    expect_time("2026-02-11", "2026-02-11T00:00:00.000Z");
    expect_time("2026-02-11Z", "2026-02-11T00:00:00.000Z");
    expect_time("2026-02-11T07:30:05", "2026-02-11T07:30:05.000Z");
    expect_time("2026-02-11T07:30:05Z", "2026-02-11T07:30:05.000Z");
    expect_time("2026-02-11T07:30:05.2", "2026-02-11T07:30:05.200Z");
    expect_time("2026-02-11T07:30:05.217999Z", "2026-02-11T07:30:05.217Z");
    expect_time("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT(!list_time_parse(&ms, weir_str(bad[i])));
    }
}

TEST(a_filter_on_what_cannot_be_delivered_matches_nothing_unless_it_may_be_ignored)
{
    struct asked a;

    UNUSED_STATE;
    EXPECT_INT(0, ask(&a, "employment_statuses=ACTIVE")->rc); /* not in the connector's list */
    EXPECT(a.list.nothing);
    forget(&a);
    EXPECT_INT(0, ask(&a, "work_emails=a%40x.example")->rc); /* taken away by scope */
    EXPECT(a.list.nothing);
    forget(&a);
    EXPECT_INT(0, ask(&a, "employment_statuses=ACTIVE&work_emails=x&ignore_unsupported_filters=true")->rc);
    EXPECT(!a.list.nothing);
    forget(&a);
    EXPECT_INT(0, ask(&a, "group_ids=x")->rc); /* delivered, though no key of its own */
    EXPECT(!a.list.nothing);
    forget(&a);
}

TEST(a_cursor_belongs_to_the_order_it_was_made_in)
{
    struct list_place place = {.ms = 17, .id = "x2tsSmXYiCKPVQJD23L7KzBA"};
    struct asked a;
    struct buf text;

    UNUSED_STATE;
    buf_init(&text, 400);
    (void)ask(&a, "");
    buf_add_text(&text, "updated_after=2026-01-01&cursor=");
    list_place_encode(&text, &place, LIST_BY_CHANGE, &a.subject);
    forget(&a);
    buf_add_char(&text, '\0');
    EXPECT_INT(0, ask(&a, text.data)->rc);
    EXPECT_INT(17, a.list.after.ms);
    EXPECT_STR(place.id, a.list.after.id);
    forget(&a);
    expect_refused(text.data + strlen("updated_after=2026-01-01&"));
    buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(without_parameters_the_defaults_hold),
        UNIT(all_that_the_client_sends_is_taken),
        UNIT(bad_parameters_are_refused),
        UNIT(times_are_read_as_the_contract_says),
        UNIT(a_filter_on_what_cannot_be_delivered_matches_nothing_unless_it_may_be_ignored),
        UNIT(a_cursor_belongs_to_the_order_it_was_made_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
