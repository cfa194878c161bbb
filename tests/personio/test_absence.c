#include "fake_personio.h"

#include "absence.h"
#include "fetch.h"

#define PERIOD_WITH(dates)                                                                                   \
    "{\"id\":\"fd19\",\"person\":{\"id\":\"3003\"}," dates ",\"timezone_id\":\"Europe/"                      \
    "Berlin\",\"comment\":\"Summer\",\"absence_type\":{\"id\":\"abc6\"},\"approval\":"                       \
    "{\"status\":\"APPROVED\"},\"created_at\":\"2026-04-02T07:00:00Z\",\"updated_at\":\"2026-04-03T07:30:"   \
    "00Z\"}"
#define PERIOD                                                                                               \
    PERIOD_WITH(                                                                                             \
        "\"starts_from\":{\"date_time\":\"2026-06-10T00:00:00\",\"type\":\"FIRST_HALF\"},\"ends_at\":"       \
        "{\"date_time\":\"2026-06-13T00:00:00\",\"type\":\"FIRST_HALF\"}")
#define DAYS                                                                                                 \
    "{\"_data\":[{\"date\":\"2026-06-10\",\"effective_duration\":{\"unit\":\"DAY\",\"value\":1}},{\"date\":" \
    "\"2026-06-11\",\"effective_duration\":{\"unit\":\"DAY\",\"value\":1}},{\"date\":\"2026-06-12\","        \
    "\"effective_duration\":{\"unit\":\"DAY\",\"value\":0.5}}],\"_meta\":{\"links\":{}}}"
#define TYPE "{\"id\":\"abc6\",\"name\":\"Vacation\",\"category\":\"PAID_VACATION\",\"unit\":\"DAY\"}"

static int fetch(struct fake *f, const char *id, const char *hint)
{
    struct weir_ref ref = {weir_str("hris_absences"), weir_str(id), weir_str(hint)};

    return personio_fetch.record(fake_personio(f), &ref, fake_sink(f), NULL);
}

static int list(struct fake *f, int64_t since_ms, const char *cursor)
{
    return personio_fetch.list(fake_personio(f), weir_str("hris_absences"), since_ms, weir_str(cursor),
                               fake_sink(f), NULL);
}

/* The record of a period, a breakdown ("" for none) and a unit is `want`, within the fields that want names.
 */
static void expect_period(const char *want, const char *period_text, const char *breakdown_text,
                          enum names_unit unit)
{
    json_t *period = json_loads(period_text, 0, NULL);
    json_t *breakdown = breakdown_text[0] != '\0' ? json_loads(breakdown_text, 0, NULL) : NULL;
    json_t *wanted = json_loads(want, 0, NULL);
    json_t *record;
    json_t *part = json_object();
    const char *key;
    json_t *value;

    assert_non_null(period);
    assert_non_null(wanted);
    record = absence_map(period, breakdown, unit, weir_str(""));
    assert_non_null(record);
    json_object_foreach(wanted, key, value)
    {
        json_t *got = json_object_get(record, key);

        EXPECT_INT(0,
                   json_object_set_new(part, key, got != NULL ? json_incref(got) : json_string("missing")));
    }
    expect_json(want, part);
    json_decref(period);
    json_decref(breakdown);
    json_decref(wanted);
    json_decref(record);
    json_decref(part);
}

TEST(a_period_its_breakdown_and_its_type_become_an_absence)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/absence-periods/fd19", 200, PERIOD);
    fake_script(f, "GET /v2/absence-types/abc6", 200, TYPE);
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 200, DAYS);
    EXPECT_INT(0, fetch(f, "fd19", ""));
    expect_json(
        "{\"employee_id\":\"3003\",\"type_id\":\"abc6\",\"start_date\":\"2026-06-10\",\"end_date\":\"2026-06-"
        "12\","
        "\"start_half_day\":false,\"end_half_day\":true,\"start_time\":null,\"end_time\":null,\"amount\":2.5,"
        "\"unit\":\"DAYS\",\"status\":\"APPROVED\",\"employee_note\":\"Summer\",\"remote_created_at\":"
        "\"2026-04-02T07:00:00Z\",\"remote_updated_at\":\"2026-04-03T07:30:00Z\"}",
        fake_json(f, "record", "hris_absences", "fd19"));
    expect_json("{\"name\":\"Vacation\",\"unit\":\"DAYS\",\"half_days_supported\":true,\"exact_times_"
                "supported\":false}",
                fake_json(f, "record", "hris_absence_types", "abc6"));
    /* The type is known for a day. */
    fake_script(f, "GET /v2/absence-periods/fd19", 200, PERIOD);
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 200, DAYS);
    EXPECT_INT(0, fetch(f, "fd19", ""));
    fake_clock(f, FAKE_NOW + INT64_C(86400000));
    fake_script_token(f, "papi-next-day", 86400);
    fake_script(f, "GET /v2/absence-periods/fd19", 200, PERIOD);
    fake_script(f, "GET /v2/absence-types/abc6", 200, TYPE);
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 200, DAYS);
    EXPECT_INT(0, fetch(f, "fd19", ""));
    fake_free(f);
}

TEST(an_absence_that_is_not_there_is_gone)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/absence-periods/fd19", 404, "{}");
    EXPECT_INT(0, fetch(f, "fd19", "3003"));
    EXPECT_STR("gone hris_absences fd19", fake_line(f, 0));
    fake_script(f, "GET /v2/absence-periods/fd19", 403, "{}");
    EXPECT_INT(WEIR_E_PERMISSION, fetch(f, "fd19", "3003"));
    fake_free(f);
}

TEST(the_events_person_stands_in_when_the_period_does_not_say)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/absence-periods/fd19", 200, "{\"id\":\"fd19\"}");
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 200, "{\"_data\":[]}");
    EXPECT_INT(0, fetch(f, "fd19", "3003"));
    expect_json("{\"employee_id\":\"3003\",\"amount\":0}", fake_json(f, "record", "hris_absences", "fd19"));
    fake_script(f, "GET /v2/absence-periods/fd19", 200, "{\"id\":\"fd19\"}");
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 200, "{\"_data\":[]}");
    EXPECT_INT(0, fetch(f, "fd19", ""));
    expect_json("{\"amount\":0}", fake_json(f, "record", "hris_absences", "fd19"));
    fake_free(f);
}

TEST(a_breakdown_that_may_not_be_read_costs_the_amount_alone)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    const json_t *record;

    fake_with_token(f);
    fake_script(f, "GET /v2/absence-periods/fd19", 200, PERIOD);
    fake_script(f, "GET /v2/absence-types/abc6", 200, TYPE);
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 403, "");
    EXPECT_INT(0, fetch(f, "fd19", ""));
    record = fake_json(f, "record", "hris_absences", "fd19");
    EXPECT(json_object_get(record, "amount") == NULL);
    EXPECT_STR("2026-06-12", json_string_value(json_object_get(record, "end_date")));
    fake_script(f, "GET /v2/absence-periods/fd19", 200, PERIOD);
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 503, "");
    EXPECT_INT(WEIR_E_LATER, fetch(f, "fd19", ""));
    fake_free(f);
}

TEST(a_type_that_may_not_be_read_is_not_asked_for_again_the_same_day)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    for (int i = 0; i < 2; i++) {
        fake_script(f, "GET /v2/absence-periods/fd19", 200, PERIOD);
        if (i == 0) {
            fake_script(f, "GET /v2/absence-types/abc6", 403, "");
        }
        fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 200, DAYS);
        EXPECT_INT(0, fetch(f, "fd19", ""));
        EXPECT_STR("DAYS", json_string_value(
                               json_object_get(fake_json(f, "record", "hris_absences", "fd19"), "unit")));
    }
    fake_free(f);
}

TEST(a_type_is_told_anew_since_what_a_failed_call_told_is_not_stored)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/absence-periods/fd19", 200, PERIOD);
    fake_script(f, "GET /v2/absence-types/abc6", 200, TYPE);
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 503, "");
    EXPECT_INT(WEIR_E_LATER, fetch(f, "fd19", ""));
    fake_script(f, "GET /v2/absence-periods/fd19", 200, PERIOD);
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 200, DAYS);
    EXPECT_INT(0, fetch(f, "fd19", ""));
    expect_json("{\"name\":\"Vacation\",\"unit\":\"DAYS\",\"half_days_supported\":true,\"exact_times_"
                "supported\":false}",
                fake_json(f, "record", "hris_absence_types", "abc6"));
    fake_free(f);
}

TEST(an_answer_without_a_type_says_nothing_of_it)
{
    UNUSED_STATE;
    static const char *const bodies[] = {"", "{}", "[]"};
    struct fake *f = fake_new();

    fake_with_token(f);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        fake_script(f, "GET /v2/absence-periods/fd19", 200, PERIOD);
        fake_script(f, "GET /v2/absence-types/abc6", 200, bodies[i]);
        EXPECT_INT(WEIR_E_LATER, fetch(f, "fd19", ""));
    }
    fake_free(f);
}

TEST(a_long_breakdown_is_read_to_its_end)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    double amount;

    fake_with_token(f);
    fake_script(f, "GET /v2/absence-periods/fd19", 200, PERIOD);
    fake_script(f, "GET /v2/absence-types/abc6", 200, TYPE);
    fake_script(
        f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 200,
        "{\"_data\":[{\"date\":\"2026-06-10\",\"effective_duration\":{\"value\":1}}],\"_meta\":{\"links\":"
        "{\"next\":{\"href\":\"?cursor=b%2B2\"}}}}");
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28&cursor=b%2B2", 200,
                "{\"_data\":[{\"date\":\"2026-07-31\",\"effective_duration\":{\"value\":0.1}},{\"date\":"
                "\"2026-07-30\","
                "\"effective_duration\":{\"value\":0.2}}]}");
    EXPECT_INT(0, fetch(f, "fd19", ""));
    EXPECT_STR("2026-07-31", json_string_value(json_object_get(
                                 fake_json(f, "record", "hris_absences", "fd19"), "end_date")));
    amount = json_real_value(json_object_get(fake_json(f, "record", "hris_absences", "fd19"), "amount"));
    EXPECT(amount > 1.2999999 && amount < 1.3000001);
    fake_free(f);
}

TEST(a_day_tracked_end_is_the_day_before_its_midnight)
{
    UNUSED_STATE;
#define DATES(from, from_type, to, to_type)                                                                  \
    PERIOD_WITH("\"starts_from\":{\"date_time\":\"" from "\",\"type\":" from_type                            \
                "},\"ends_at\":{\"date_time\":\"" to "\",\"type\":" to_type "}")

    expect_period("{\"start_date\":\"2026-06-05\",\"end_date\":\"2026-06-05\",\"start_half_day\":false,\"end_"
                  "half_day\":false}",
                  DATES("2026-06-05T00:00:00", "\"FIRST_HALF\"", "2026-06-06T00:00:00", "\"SECOND_HALF\""),
                  "", NAMES_UNIT_DAYS);
    expect_period("{\"start_date\":\"2026-12-28\",\"end_date\":\"2026-12-31\"}",
                  DATES("2026-12-28T00:00:00", "null", "2027-01-01T00:00:00", "null"), "", NAMES_UNIT_DAYS);
    expect_period("{\"end_date\":\"2028-02-29\"}",
                  DATES("2028-02-28T00:00:00.000Z", "null", "2028-03-01T00:00:00.000Z", "null"), "",
                  NAMES_UNIT_UNKNOWN);
    /* An end at midday is no midnight. */
    expect_period("{\"end_date\":\"2026-06-12\",\"start_half_day\":true,\"end_half_day\":true}",
                  DATES("2026-06-10T12:00:00", "\"SECOND_HALF\"", "2026-06-12T12:00:00", "\"FIRST_HALF\""),
                  "[]", NAMES_UNIT_DAYS);
}

TEST(an_hour_tracked_absence_has_times_and_no_half_days)
{
    UNUSED_STATE;

    expect_period(
        "{\"start_date\":\"2026-04-01\",\"end_date\":\"2026-04-01\",\"start_time\":\"13:00:00\",\"end_time\":"
        "\"14:30:00\",\"start_half_day\":null,\"end_half_day\":null,\"amount\":1.5,\"unit\":\"HOURS\"}",
        DATES("2026-04-01T13:00:00", "\"SECOND_HALF\"", "2026-04-01T14:30:00", "\"FIRST_HALF\""),
        "[{\"date\":\"2026-04-01\",\"effective_duration\":{\"unit\":\"HOUR\",\"value\":1.5}}]",
        NAMES_UNIT_UNKNOWN);
    /* Until midnight: that day's end is the next day's start, and no day is taken off. */
    expect_period("{\"end_date\":\"2026-04-02\",\"end_time\":\"00:00:00\"}",
                  DATES("2026-04-01T20:00:00", "null", "2026-04-02T00:00:00", "null"), "", NAMES_UNIT_HOURS);
}

TEST(an_open_end_stays_open_whatever_the_breakdown_says)
{
    UNUSED_STATE;

    expect_period(
        "{\"start_date\":\"2026-06-10\",\"end_date\":null,\"end_half_day\":null,\"end_time\":null,\"amount\":"
        "1}",
        PERIOD_WITH("\"starts_from\":{\"date_time\":\"2026-06-10T00:00:00\",\"type\":null},\"ends_at\":null"),
        "[{\"date\":\"2026-06-10\",\"effective_duration\":{\"unit\":\"DAY\",\"value\":1}}]", NAMES_UNIT_DAYS);
}

TEST(each_status_has_its_word_and_others_go_through)
{
    UNUSED_STATE;

    expect_period("{\"status\":\"APPROVED\"}", "{\"approval\":{\"status\":\"APPROVED\"}}", "",
                  NAMES_UNIT_DAYS);
    expect_period("{\"status\":\"REQUESTED\"}", "{\"approval\":{\"status\":\"PENDING\"}}", "",
                  NAMES_UNIT_DAYS);
    expect_period("{\"status\":\"DECLINED\"}", "{\"approval\":{\"status\":\"REJECTED\"}}", "",
                  NAMES_UNIT_DAYS);
    expect_period("{\"status\":\"CANCELLED\"}", "{\"approval\":{\"status\":\"CANCELED_BY_EMPLOYEE\"}}", "",
                  NAMES_UNIT_DAYS);
    expect_period("{\"status\":\"ON_HOLD\"}", "{\"approval\":{\"status\":\"ON_HOLD\"}}", "", NAMES_UNIT_DAYS);
    expect_period("{\"status\":null}", "{\"approval\":null}", "", NAMES_UNIT_DAYS);
    expect_period("{\"status\":\"missing\"}", "{}", "", NAMES_UNIT_DAYS);
    expect_period("{\"employee_note\":null,\"type_id\":null}", "{\"comment\":null,\"absence_type\":null}", "",
                  NAMES_UNIT_DAYS);
}

TEST(a_list_asks_for_each_breakdown_and_for_each_type_once)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/absence-periods?limit=100&updated_at.gte=2026-02-03T10%3A15%3A29Z", 200,
                "{\"_data\":[" PERIOD
                ",{\"id\":\"fd20\",\"person\":{\"id\":3004},\"absence_type\":{\"id\":\"abc6\"}}],"
                "\"_meta\":{\"links\":{\"next\":{\"href\":\"?cursor=n\"}}}}");
    fake_script(f, "GET /v2/absence-types/abc6", 200, TYPE);
    fake_script(f, "GET /v2/absence-periods/fd19/breakdowns?limit=28", 200, DAYS);
    fake_script(f, "GET /v2/absence-periods/fd20/breakdowns?limit=28", 200, "{\"_data\":[]}");
    EXPECT_INT(0, list(f, FAKE_NOW + 120, ""));
    EXPECT_INT(2, fake_told(f, "record", "hris_absences"));
    EXPECT_INT(1, fake_told(f, "record", "hris_absence_types"));
    fake_script(f, "GET /v2/absence-periods?limit=100&updated_at.gte=2026-02-03T10%3A15%3A29Z&cursor=n", 200,
                "{\"_data\":[]}");
    EXPECT_INT(0, list(f, FAKE_NOW + 120, fake_next(f)));
    fake_script(f, "GET /v2/absence-periods?limit=100", 403, "");
    EXPECT_INT(WEIR_E_PERMISSION, list(f, 0, ""));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_period_its_breakdown_and_its_type_become_an_absence),
        UNIT(an_absence_that_is_not_there_is_gone),
        UNIT(the_events_person_stands_in_when_the_period_does_not_say),
        UNIT(a_breakdown_that_may_not_be_read_costs_the_amount_alone),
        UNIT(a_type_that_may_not_be_read_is_not_asked_for_again_the_same_day),
        UNIT(a_type_is_told_anew_since_what_a_failed_call_told_is_not_stored),
        UNIT(an_answer_without_a_type_says_nothing_of_it),
        UNIT(a_long_breakdown_is_read_to_its_end),
        UNIT(a_day_tracked_end_is_the_day_before_its_midnight),
        UNIT(an_hour_tracked_absence_has_times_and_no_half_days),
        UNIT(an_open_end_stays_open_whatever_the_breakdown_says),
        UNIT(each_status_has_its_word_and_others_go_through),
        UNIT(a_list_asks_for_each_breakdown_and_for_each_type_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
