#include "expect.h"

#include "weir/json.h"
#include "weir/text.h"
#include "weir/when.h"

#define NOW INT64_C(1770113729000) /* 2026-02-03T10:15:29Z */

TEST(times_are_read_in_every_form_that_was_met)
{
    UNUSED_STATE;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"2026-02-03T10:15:29.120Z", INT64_C(1770113729120)},
                {"2026-02-03T10:15:29Z", NOW},
                {"2026-02-03T10:15:29", NOW},
                {"2026-02-03T11:15:29+01:00", NOW},
                {"2026-02-03T05:15:29-0500", NOW},
                {"2026-02-03T10:15:29.1239999Z", NOW + 123},
                {"1970-01-01T00:00:00Z", 0},
                {"2026-02-03 10:15:29 UTC", NOW},
                {"2000-02-29T00:00Z", INT64_C(951782400000)},
                {"1969-12-31T23:59:59Z", -1000}};
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-02-03",
                                      "2026-02-30T00:00:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-02-03T24:00:00Z",
                                      "2026-02-03T10:60:00Z",
                                      "2026-02-03T10:15:29+1",
                                      "2026-02-03T10:15:29 Z",
                                      "2026-02-03T10:15:29Zz",
                                      "02/03/2026"};
    int64_t ms;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        EXPECT(weir_when_parse(&ms, weir_str(good[i].text)));
        EXPECT(ms == good[i].ms);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT(!weir_when_parse(&ms, weir_str(bad[i])));
    }
}

TEST(a_time_that_was_written_is_read_back)
{
    UNUSED_STATE;
    char text[WEIR_WHEN_TEXT];
    int64_t back;

    for (int64_t day = 0; day < 40000; day++) {
        int64_t ms = day * 86400000 + 3723004;

        weir_when_format(text, ms, true);
        EXPECT(weir_when_parse(&back, weir_str(text)) && back == ms);
    }
    weir_when_format(text, NOW, false);
    EXPECT_STR("2026-02-03T10:15:29Z", text);
    weir_when_format(text, INT64_MAX, true);
    EXPECT_STR("9999-12-31T23:59:59.999Z", text);
    weir_when_format(text, INT64_MIN, false);
    EXPECT_STR("1970-01-01T00:00:00Z", text);
}

TEST(the_day_before_crosses_months_and_years)
{
    UNUSED_STATE;
    static const char *const days[][2] = {{"2026-06-13", "2026-06-12"}, {"2027-01-01", "2026-12-31"},
                                          {"2028-03-01", "2028-02-29"}, {"2026-03-01", "2026-02-28"},
                                          {"2100-03-01", "2100-02-28"}, {"0000-01-01", "0000-01-01"}};
    char before[WEIR_DATE_TEXT];

    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        weir_when_day_before(before, days[i][0]);
        EXPECT_STR(days[i][1], before);
    }
}

TEST(only_ids_that_cannot_bend_a_path_are_ids)
{
    UNUSED_STATE;
    char long_id[WEIR_ID_TEXT + 1];

    memset(long_id, 'a', sizeof long_id);
    EXPECT(weir_id_valid(weir_str("3003")) && weir_id_valid(weir_str("018f3a6c-1b2c-7d4e")) &&
           weir_id_valid(weir_str("dynamic_a.2")));
    EXPECT(weir_id_valid(weir_str_n(long_id, WEIR_ID_TEXT - 1)) &&
           !weir_id_valid(weir_str_n(long_id, WEIR_ID_TEXT)));
    EXPECT(!weir_id_valid(weir_str("")) && !weir_id_valid(weir_str(".")) && !weir_id_valid(weir_str("..")));
    EXPECT(!weir_id_valid(weir_str("a/b")) && !weir_id_valid(weir_str("a?b")) &&
           !weir_id_valid(weir_str("a b")));
    EXPECT(!weir_id_valid(weir_str("a%2f")) && !weir_id_valid(weir_str("\xc3\xa4")));
}

TEST(a_text_that_does_not_fit_is_marked)
{
    UNUSED_STATE;
    struct weir_text *t = malloc(sizeof *t);

    assert_non_null(t);
    weir_text_init(t);
    for (int i = 0; i < WEIR_TEXT_MAX; i++) {
        weir_text_add(t, "a");
    }
    EXPECT(!t->failed);
    weir_text_add(t, "b");
    EXPECT(t->failed && t->len == WEIR_TEXT_MAX);
    free(t);
}

TEST(a_cursor_s_fields_are_read_back_and_nothing_else_is)
{
    UNUSED_STATE;
    static const char *const wrong[] = {"",    "|",   "12", "1a|",  "-1|",
                                        " 1|", "+1|", "A|", "300|", "99999999999999999|"};
    struct weir_str text = weir_str("12|ff|18446744073709551615|rest");
    uint64_t n = 0;
    size_t at = 0;

    EXPECT(weir_text_field(&n, text, &at, 10, 255) && n == 12);
    EXPECT(weir_text_field(&n, text, &at, 16, 255) && n == 255);
    EXPECT(!weir_text_field(&n, text, &at, 10, UINT64_MAX)); /* more than 16 digits */
    EXPECT(at == 6 && n == 255);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        at = 0;
        EXPECT(!weir_text_field(&n, weir_str(wrong[i]), &at, 10, 255));
        EXPECT(at == 0 && n == 255);
    }
    text = weir_str("ffffffffffffffff|");
    EXPECT(weir_text_field(&n, text, &at, 16, UINT64_MAX) && n == UINT64_MAX);
}

TEST(a_query_value_is_found_by_its_whole_name)
{
    UNUSED_STATE;
    struct weir_str value = {NULL, 0};

    EXPECT(
        weir_text_query_value(&value, weir_str("https://h/p?xcursor=1&cursor=a%2Bb&c=2#cursor=z"), "cursor"));
    EXPECT(weir_str_is(value, "a%2Bb"));
    EXPECT(weir_text_query_value(&value, weir_str("?cursor="), "cursor") && value.len == 0);
    EXPECT(!weir_text_query_value(&value, weir_str("/cursor=1"), "cursor"));
    EXPECT(!weir_text_query_value(&value, weir_str("/p?cursor"), "cursor"));
    EXPECT(!weir_text_query_value(&value, weir_str("/p#?cursor=1"), "cursor"));
    EXPECT(!weir_text_query_value(&value, weir_str(""), "cursor"));
}

/* ---- weir/json.h -------------------------------------------------------------------------------- */

TEST(readers_tell_missing_null_and_value_apart)
{
    UNUSED_STATE;
    const char *text =
        "{\"a\":{\"s\":\"x\",\"i\":7,\"n\":null,\"f\":1.5,\"w\":90.0,\"t\":\"32.5\",\"b\":\"true\","
        "\"big\":1e300,\"o\":{}},\"z\":null}";
    json_t *root = NULL;
    struct weir_str s = {NULL, 0};
    char small[2];
    char buf[16];
    double d = 0;
    int64_t i = 0;
    bool b = false;
    json_t *v = NULL;

    EXPECT_INT(0, weir_json_parse(&root, weir_bytes(text, strlen(text)), 1000, "test", NULL));
    EXPECT_INT(WEIR_JSON_VALUE, weir_json_str(&s, root, "a.s"));
    EXPECT(weir_str_is(s, "x"));
    EXPECT_INT(WEIR_JSON_NULL, weir_json_str(&s, root, "a.n"));
    EXPECT_INT(WEIR_JSON_NULL, weir_json_str(&s, root, "z.deeper.still"));
    EXPECT_INT(WEIR_JSON_MISSING, weir_json_str(&s, root, "a.none"));
    EXPECT_INT(WEIR_JSON_MISSING, weir_json_str(&s, root, "a.s.deeper"));
    EXPECT_INT(WEIR_JSON_MISSING, weir_json_str(&s, root, "a.i"));
    EXPECT_INT(WEIR_JSON_MISSING, weir_json_find(&v, NULL, "a"));
    EXPECT_INT(WEIR_JSON_VALUE, weir_json_text(buf, sizeof buf, root, "a.i"));
    EXPECT_STR("7", buf);
    EXPECT_INT(WEIR_JSON_VALUE, weir_json_text(small, sizeof small, root, "a.i"));
    EXPECT_INT(WEIR_JSON_MISSING, weir_json_text(small, 1, root, "a.i"));
    EXPECT_INT(WEIR_JSON_MISSING, weir_json_text(buf, sizeof buf, root, "a.f"));
    EXPECT_INT(WEIR_JSON_VALUE, weir_json_real(&d, root, "a.t"));
    EXPECT(d > 32.49 && d < 32.51);
    EXPECT_INT(WEIR_JSON_MISSING, weir_json_real(&d, root, "a.s"));
    EXPECT_INT(WEIR_JSON_VALUE, weir_json_integer(&i, root, "a.w"));
    EXPECT(i == 90);
    EXPECT_INT(WEIR_JSON_MISSING, weir_json_integer(&i, root, "a.f"));
    EXPECT_INT(WEIR_JSON_MISSING, weir_json_integer(&i, root, "a.big"));
    EXPECT_INT(WEIR_JSON_VALUE, weir_json_bool(&b, root, "a.b"));
    EXPECT(b);
    EXPECT_INT(WEIR_JSON_MISSING, weir_json_bool(&b, root, "a.i"));
    EXPECT(weir_json_object(root, "a.o") != NULL && weir_json_object(root, "a.s") == NULL);
    EXPECT(weir_json_array(root, "a.o") == NULL);
    json_decref(root);
}

TEST(documents_are_bounded_and_their_faults_located)
{
    UNUSED_STATE;
    struct weir_error err = {0};
    json_t *root = NULL;
    char *deep = malloc(10000);

    assert_non_null(deep);
    memset(deep, '[', 10000);
    EXPECT_INT(WEIR_E_LIMIT, weir_json_parse(&root, weir_bytes("{}", 2), 1, "test", &err));
    EXPECT_INT(WEIR_E_INVALID, weir_json_parse(&root, weir_bytes("", 0), 10, "test", &err));
    EXPECT_INT(WEIR_E_INVALID, weir_json_parse(&root, weir_bytes("{\"secret\"", 9), 10, "test", &err));
    EXPECT(strstr(err.message, "secret") == NULL && strstr(err.message, "line 1") != NULL);
    EXPECT_INT(WEIR_E_INVALID, weir_json_parse(&root, weir_bytes("7", 1), 10, "test", &err));
    EXPECT_INT(WEIR_E_INVALID, weir_json_parse(&root, weir_bytes(deep, 10000), 10000, "test", &err));
    EXPECT(root == NULL);
    free(deep);
}

TEST(a_record_is_written_short_and_numbers_stay_what_they_were)
{
    UNUSED_STATE;
    json_t *from = json_loads("{\"i\":42,\"f\":0.1,\"s\":\"\\u00e4/\",\"n\":null,\"o\":{}}", 0, NULL);
    json_t *to = json_object();
    size_t len = 0;
    char *text;
    int bad = 0;

    bad |= weir_json_put_text_from(to, "a", from, "i");
    bad |= weir_json_put_text_from(to, "b", from, "s");
    bad |= weir_json_put_text_from(to, "c", from, "n");
    bad |= weir_json_put_text_from(to, "d", from, "o");
    bad |= weir_json_put_text_from(to, "e", from, "none");
    bad |= weir_json_put_text_from(to, "f", from, "f");
    bad |= weir_json_put_real_from(to, "g", from, "f");
    bad |= weir_json_put_real_from(to, "h", from, "i");
    bad |= weir_json_put_real_from(to, "j", from, "n");
    EXPECT_INT(0, bad);
    text = weir_json_dump_dup(&len, to, NULL);
    EXPECT_STR("{\"a\":\"42\",\"b\":\"\xc3\xa4/\",\"c\":null,\"f\":\"0.1\",\"g\":0.1,\"h\":42,\"j\":null}",
               text);
    EXPECT_INT(strlen(text), len);
    free(text);
    json_decref(from);
    json_decref(to);
}

TEST(a_record_that_is_too_long_is_not_handed_over)
{
    UNUSED_STATE;
    struct weir_sink sink = {.size = sizeof sink}; /* with nothing that could be called */
    struct weir_error err = {0};
    char *big = malloc(WEIR_JSON_RECORD_MAX);
    json_t *record;

    assert_non_null(big);
    memset(big, 'x', WEIR_JSON_RECORD_MAX);
    record = json_pack("{s:s%}", "a", big, WEIR_JSON_RECORD_MAX);
    assert_non_null(record);
    EXPECT_INT(WEIR_E_LIMIT, weir_emit_json(&sink, "hris_teams", weir_str("1"), record, &err));
    EXPECT(strstr(err.message, "hris_teams") != NULL);
    json_decref(record);
    free(big);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(times_are_read_in_every_form_that_was_met),
        UNIT(a_time_that_was_written_is_read_back),
        UNIT(the_day_before_crosses_months_and_years),
        UNIT(only_ids_that_cannot_bend_a_path_are_ids),
        UNIT(a_text_that_does_not_fit_is_marked),
        UNIT(a_cursor_s_fields_are_read_back_and_nothing_else_is),
        UNIT(a_query_value_is_found_by_its_whole_name),
        UNIT(readers_tell_missing_null_and_value_apart),
        UNIT(documents_are_bounded_and_their_faults_located),
        UNIT(a_record_is_written_short_and_numbers_stay_what_they_were),
        UNIT(a_record_that_is_too_long_is_not_handed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
