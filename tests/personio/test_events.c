#include "fake_personio.h"

#include "events.h"
#include "fetch.h"

static int read_delivery(struct fake *f, const char *body, struct weir_error *err)
{
    struct weir_request request = {.size = sizeof request, .body = weir_bytes(body, strlen(body))};

    return events_read(fake_personio(f), &request, fake_sink(f), err);
}

static void expect_event(const char *body, const char *want)
{
    struct fake *f = fake_new();

    EXPECT_INT(0, read_delivery(f, body, NULL));
    EXPECT_STR(want, fake_line(f, 0));
    fake_free(f);
}

#define ENVELOPE(event, payload)                                                                             \
    "{\"company_id\":\"4711\",\"event_name\":\"" event                                                       \
    "\",\"occurred_at\":\"2026-02-03T10:15:29.120Z\",\"payload\":" payload "}"

TEST(each_kind_of_event_names_the_record_to_look_at)
{
    UNUSED_STATE;

    expect_event(ENVELOPE("person.updated", "{\"person\":{\"id\":\"3003\"}}"),
                 "event person.updated 4711|person.updated|2026-02-03T10:15:29.120Z|3003|3003 1770113729120"
                 " -> hris_employees 3003 ()");
    expect_event(
        ENVELOPE("employment.terminated", "{\"employment\":{\"id\":\"5f0c\"},\"person\":{\"id\":\"3003\"}}"),
        "event employment.terminated 4711|employment.terminated|2026-02-03T10:15:29.120Z|5f0c|3003"
        " 1770113729120 -> hris_employees 3003 ()");
    expect_event(ENVELOPE("absence-period.updated.status",
                          "{\"absence_period\":{\"id\":\"fd19\"},\"person\":{\"id\":\"3003\"}}"),
                 "event absence-period.updated.status "
                 "4711|absence-period.updated.status|2026-02-03T10:15:29.120Z|fd19|3003"
                 " 1770113729120 -> hris_absences fd19 (3003)");
}

TEST(other_spellings_and_numbers_name_the_same_record)
{
    UNUSED_STATE;
    static const char *const payloads[] = {
        "{\"absence-period\":{\"id\":\"fd19\"},\"person\":{\"id\":3003}}",
        "{\"absence_period_id\":\"fd19\",\"person_id\":\"3003\"}",
        "{\"id\":\"fd19\",\"person_id\":3003}",
        "{\"absence_period\":{\"id\":\"fd19\",\"person\":{\"id\":\"3003\"}},\"more\":[1]}",
        "{\"person\":{\"id\":\"3003\"},\"absence-period_id\":\"fd19\"}",
    };
    const char *want =
        "event absence-period.created 4711|absence-period.created|2026-02-03T10:15:29Z|fd19|3003"
        " 1770113729000 -> hris_absences fd19 (3003)";

    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        char body[600];

        (void)snprintf(body, sizeof body,
                       "{\"meta\":{\"x\":1},\"payload\":%s,\"occurred_at\":\"2026-02-03T10:15:29Z\","
                       "\"company_id\":4711,\"extra\":null,\"event_name\":\"absence-period.created\"}",
                       payloads[i]);
        expect_event(body, want);
    }
}

TEST(an_employment_without_its_person_is_named_itself)
{
    UNUSED_STATE;

    expect_event(
        ENVELOPE("employment.updated", "{\"employment\":{\"id\":\"5f0c\"}}"),
        "event employment.updated 4711|employment.updated|2026-02-03T10:15:29.120Z|5f0c| 1770113729120"
        " -> hris_employments 5f0c ()");
    expect_event(
        ENVELOPE("employment.updated", "{\"person\":{\"id\":\"3003\"}}"),
        "event employment.updated 4711|employment.updated|2026-02-03T10:15:29.120Z||3003 1770113729120"
        " -> hris_employees 3003 ()");
}

TEST(a_ping_and_an_unknown_event_ask_for_nothing)
{
    UNUSED_STATE;

    expect_event(ENVELOPE("ping", "{}"), "event ping 4711|ping|2026-02-03T10:15:29.120Z|| 1770113729120");
    expect_event(ENVELOPE("person.merged", "{}"),
                 "event person.merged 4711|person.merged|2026-02-03T10:15:29.120Z|| 1770113729120");
    expect_event(ENVELOPE("document.created", "{\"document\":{\"id\":\"88123\"}}"),
                 "event document.created 4711|document.created|2026-02-03T10:15:29.120Z|| 1770113729120");
    expect_event("{\"company_id\":\"4711\",\"event_name\":\"ping\",\"occurred_at\":\"today\"}",
                 "event ping 4711|ping|today|| 0");
}

TEST(the_same_event_in_other_bytes_has_the_same_id)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    EXPECT_INT(0, read_delivery(f, ENVELOPE("person.updated", "{\"person\":{\"id\":\"3003\"}}"), NULL));
    EXPECT_INT(0,
               read_delivery(
                   f,
                   " {\"payload\" : {\"person\":{\"id\":3003}}, \"occurred_at\":"
                   "\"2026-02-03T10:15:29.120Z\",\"event_name\":\"person.updated\",\"company_id\":\"4711\"}",
                   NULL));
    EXPECT_STR(fake_line(f, 0), fake_line(f, 1));
    fake_free(f);
}

TEST(the_first_company_is_pinned_and_others_are_rejected)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    const char *other = "{\"company_id\":\"4712\",\"event_name\":\"person.updated\",\"occurred_at\":"
                        "\"2026-02-03T10:15:29Z\",\"payload\":{\"person\":{\"id\":\"3003\"}}}";

    EXPECT_INT(0, read_delivery(f, ENVELOPE("ping", "{}"), NULL));
    EXPECT_INT(WEIR_E_REJECT, read_delivery(f, other, NULL));
    fake_restart(f);
    EXPECT_INT(WEIR_E_REJECT, read_delivery(f, other, NULL));
    EXPECT_INT(1, fake_told(f, "event", ""));
    /* Other credentials may be of another company. */
    fake_restart(f);
    fake_set(f, "client_id", "papi-9999");
    EXPECT_INT(0, read_delivery(f, other, NULL));
    fake_free(f);
}

TEST(what_is_no_event_is_set_aside)
{
    UNUSED_STATE;
    static const char *const bodies[] = {
        "",
        "{",
        "[]",
        "7",
        "{}",
        "{\"company_id\":\"4711\",\"event_name\":\"person.updated\",\"payload\":{}}",
        "{\"company_id\":\"4711\",\"occurred_at\":\"x\",\"payload\":{}}",
        "{\"company_id\":\"4711\",\"event_name\":\"\",\"occurred_at\":\"x\",\"payload\":{}}",
        "{\"company_id\":\"4711\",\"event_name\":\"a\\nb\",\"occurred_at\":\"x\",\"payload\":{}}",
        "{\"event_name\":\"ping\",\"occurred_at\":\"x\",\"payload\":{}}",
        "{\"company_id\":{},\"event_name\":\"ping\",\"occurred_at\":\"x\",\"payload\":{}}",
        "{\"company_id\":\"4711\",\"event_name\":[],\"occurred_at\":\"x\",\"payload\":{}}"};
    struct fake *f = fake_new();

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        EXPECT_INT(WEIR_E_INVALID, read_delivery(f, bodies[i], NULL));
    }
    EXPECT_INT(0, fake_told(f, "event", ""));
    fake_free(f);
}

TEST(a_payload_without_an_id_is_set_aside_with_its_members_names)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};

    EXPECT_INT(
        WEIR_E_INVALID,
        read_delivery(f, ENVELOPE("person.updated", "{\"profile\":{\"mail\":\"ada@x.example\"},\"a b\":1}"),
                      &err));
    EXPECT(strstr(err.message, "profile") != NULL);
    EXPECT(strstr(err.message, "ada@") == NULL && strstr(err.message, "a b") == NULL);
    EXPECT_INT(WEIR_E_INVALID,
               read_delivery(f, ENVELOPE("person.updated", "{\"person\":{\"id\":\"../x\"}}"), &err));
    EXPECT_INT(WEIR_E_INVALID,
               read_delivery(f, ENVELOPE("person.updated", "{\"person\":{\"id\":\"..\"}}"), &err));
    EXPECT_INT(WEIR_E_INVALID, read_delivery(f, ENVELOPE("person.updated", "null"), &err));
    fake_free(f);
}

TEST(long_ids_are_hashed_into_the_events_id)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char id[121];
    char body[800];

    memset(id, 'a', 120);
    id[120] = '\0';
    (void)snprintf(body, sizeof body,
                   "{\"company_id\":\"4711\",\"event_name\":\"absence-period.created\",\"occurred_at\":"
                   "\"2026-02-03T10:15:29Z\",\"payload\":{\"absence_period\":{\"id\":\"%s\"},\"person\":{"
                   "\"id\":\"%s\"}}}",
                   id, id);
    EXPECT_INT(0, read_delivery(f, body, NULL));
    EXPECT(strchr(fake_line(f, 0), '|') == NULL);
    fake_free(f);
}

/* ---- missed ---------------------------------------------------------------------------------- */

TEST(kept_events_are_read_page_by_page_with_the_ids_of_deliveries)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[100];

    fake_with_token(f);
    fake_state(f, "webhook_id", "018f3a6c");
    fake_script(
        f, "GET /v2/webhooks/018f3a6c/events?occurred_at.gte=2026-02-03T09%3A00%3A00.000Z&limit=100", 200,
        "{\"_data\":[" ENVELOPE(
            "person.updated",
            "{\"person\":{\"id\":\"3003\"}}") ",{\"broken\":1}],"
                                              "\"_meta\":{\"links\":{\"next\":{\"href\":\"https://"
                                              "api.personio.de/v2/webhooks/x/events?cursor=cur_9a\"}}}}");
    EXPECT_INT(0,
               personio_fetch.missed(fake_personio(f), FAKE_NOW - 4529000, weir_str(""), fake_sink(f), NULL));
    EXPECT_STR("event person.updated 4711|person.updated|2026-02-03T10:15:29.120Z|3003|3003 1770113729120"
               " -> hris_employees 3003 ()",
               fake_line(f, 0));
    EXPECT_INT(1, fake_told(f, "event", ""));
    EXPECT(strstr(fake_log(f), "passed over") != NULL);
    (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
    fake_forget(f);
    fake_script(
        f,
        "GET "
        "/v2/webhooks/018f3a6c/events?occurred_at.gte=2026-02-03T09%3A00%3A00.000Z&limit=100&cursor=cur_9a",
        200, "{\"_data\":[" ENVELOPE("ping", "{}") "],\"_meta\":{\"links\":{}}}");
    EXPECT_INT(
        0, personio_fetch.missed(fake_personio(f), FAKE_NOW - 4529000, weir_str(cursor), fake_sink(f), NULL));
    EXPECT(fake_next(f) == NULL);
    EXPECT_INT(1, fake_told(f, "event", "ping"));
    fake_free(f);
}

TEST(no_more_than_the_thirty_days_that_are_kept_are_asked_for)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_state(f, "webhook_id", "018f3a6c");
    fake_script(f, "GET /v2/webhooks/018f3a6c/events?occurred_at.gte=2026-01-04T10%3A15%3A29.000Z&limit=100",
                200, "{\"_data\":[]}");
    EXPECT_INT(0, personio_fetch.missed(fake_personio(f), 1, weir_str(""), fake_sink(f), NULL));
    fake_free(f);
}

TEST(without_a_webhook_there_are_no_kept_events)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    EXPECT_INT(WEIR_E_UNSUPPORTED,
               personio_fetch.missed(fake_personio(f), 1, weir_str(""), fake_sink(f), NULL));
    fake_state(f, "webhook_id", "018f3a6c");
    fake_script(f, "GET /v2/webhooks/018f3a6c/events?occurred_at.gte=2026-01-04T10%3A15%3A29.000Z&limit=100",
                404, "");
    EXPECT_INT(WEIR_E_UNSUPPORTED,
               personio_fetch.missed(fake_personio(f), 1, weir_str(""), fake_sink(f), NULL));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_kind_of_event_names_the_record_to_look_at),
        UNIT(other_spellings_and_numbers_name_the_same_record),
        UNIT(an_employment_without_its_person_is_named_itself),
        UNIT(a_ping_and_an_unknown_event_ask_for_nothing),
        UNIT(the_same_event_in_other_bytes_has_the_same_id),
        UNIT(the_first_company_is_pinned_and_others_are_rejected),
        UNIT(what_is_no_event_is_set_aside),
        UNIT(a_payload_without_an_id_is_set_aside_with_its_members_names),
        UNIT(long_ids_are_hashed_into_the_events_id),
        UNIT(kept_events_are_read_page_by_page_with_the_ids_of_deliveries),
        UNIT(no_more_than_the_thirty_days_that_are_kept_are_asked_for),
        UNIT(without_a_webhook_there_are_no_kept_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
