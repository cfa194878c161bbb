#include "base/log.h"

#include "base/datetime.h"
#include "base/utf8.h"
#include "expect.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <unistd.h>

struct sink {
    int fds[2];
    char text[8192]; /* the last line, without its time */
    size_t len;
};

static int sink_open(void **state)
{
    static struct sink sink;

    *state = &sink;
    return pipe(sink.fds);
}

static int sink_close(void **state)
{
    struct sink *sink = *state;

    log_setup(STDERR_FILENO, LOG_LOGFMT, WEIR_LOG_INFO);
    (void)close(sink->fds[0]);
    (void)close(sink->fds[1]);
    return 0;
}

static void sink_setup(struct sink *sink, enum log_format format)
{
    log_setup(sink->fds[1], format, WEIR_LOG_INFO);
}

/* What the one write of a line left in the pipe. */
static void sink_read(struct sink *sink)
{
    ssize_t got = read(sink->fds[0], sink->text, sizeof sink->text - 1);

    EXPECT(got > 0);
    sink->len = (size_t)got;
    sink->text[sink->len] = '\0';
    EXPECT(strchr(sink->text, '\n') == sink->text + sink->len - 1);
}

/* The line behind its time. */
static void expect_logfmt(struct sink *sink, const char *want)
{
    int64_t ms;

    sink_read(sink);
    EXPECT(strncmp(sink->text, "time=", 5) == 0);
    EXPECT(datetime_parse(&ms, weir_str_n(sink->text + 5, DATETIME_TEXT - 1)));
    EXPECT_STR(want, sink->text + 5 + DATETIME_TEXT);
}

TEST(a_logfmt_line_has_time_level_event_and_typed_fields)
{
    struct sink *sink = *state_;
    struct weir_error err;

    sink_setup(sink, LOG_LOGFMT);
    log_info("delivery accepted", LOG_TEXT("integration", "personio:acme"), LOG_INT("bytes", 412),
             LOG_INT("least", INT64_MIN), LOG_REAL("seconds", 0.25), LOG_BOOL("first", true),
             LOG_BOOL("again", false));
    expect_logfmt(sink, "level=info event=\"delivery accepted\" integration=personio:acme bytes=412 "
                        "least=-9223372036854775808 seconds=0.25 first=true again=false\n");
    (void)weir_fail(&err, WEIR_E_IO, "disk full");
    log_error("stopped", LOG_ERR(&err));
    expect_logfmt(sink, "level=error event=stopped error=\"disk full\"\n");
    log_warn("slow", LOG_REAL("seconds", (double)INFINITY));
    expect_logfmt(sink, "level=warn event=slow seconds=nan\n");
}

TEST(nothing_from_outside_breaks_a_line_or_forges_a_field)
{
    static const struct {
        const char *value;
        size_t len;
        const char *want;
    } cases[] = {
        {"", 0, "\"\""},
        {"a b", 3, "\"a b\""},
        {"a=b", 3, "\"a=b\""},
        {"a\"b", 3, "\"a\\\"b\""},
        {"a\\b", 3, "\"a\\\\b\""},
        {"x\nlevel=error", 13, "\"x\\nlevel=error\""},
        {"\r\t", 2, "\"\\r\\t\""},
        {"a\0b", 3, "\"a\\x00b\""},
        {"\x1b[31m", 5, "\"\\x1b[31m\""},
        {"\x7f", 1, "\"\\x7f\""},
        {"Zo\xc3\xab", 4, "\"Zo\xc3\xab\""},
        {"\xc3", 1, "\"\\xc3\""},
        {"\xff\xc3\xab", 3, "\"\\xff\xc3\xab\""},
        {"\xed\xa0\x80", 3, "\"\\xed\\xa0\\x80\""},
        {"\xc2\x9b"
         "31m",
         5, "\"\\xc2\\x9b31m\""},
    };
    struct sink *sink = *state_;
    size_t i;

    sink_setup(sink, LOG_LOGFMT);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char want[100];

        log_info("x", LOG_STR("v", weir_str_n(cases[i].value, cases[i].len)));
        (void)snprintf(want, sizeof want, "level=info event=x v=%s\n", cases[i].want);
        expect_logfmt(sink, want);
    }
}

static json_t *sink_json(struct sink *sink)
{
    json_t *json;

    sink_read(sink);
    json = json_loadb(sink->text, sink->len, JSON_REJECT_DUPLICATES, NULL);
    EXPECT(json != NULL);
    return json;
}

TEST(a_json_line_is_one_valid_object_whatever_the_bytes)
{
    struct sink *sink = *state_;
    char bytes[256];
    json_t *json;
    size_t i;

    sink_setup(sink, LOG_JSON);
    log_warn("a \"b\"", LOG_TEXT("who", "Zo\xc3\xab\n"), LOG_INT("n", -7), LOG_REAL("r", 1e300),
             LOG_REAL("none", (double)NAN), LOG_BOOL("yes", 1),
             LOG_TEXT("bad", "a\xff"
                             "b"),
             LOG_TEXT("c1", "\xc2\x9b"), LOG_STR("empty", weir_str_n(NULL, 0)));
    json = sink_json(sink);
    EXPECT_STR("warn", json_string_value(json_object_get(json, "level")));
    EXPECT_STR("a \"b\"", json_string_value(json_object_get(json, "event")));
    EXPECT_STR("Zo\xc3\xab\n", json_string_value(json_object_get(json, "who")));
    EXPECT_INT(-7, json_integer_value(json_object_get(json, "n")));
    EXPECT(json_is_real(json_object_get(json, "r")));
    EXPECT(json_is_null(json_object_get(json, "none")));
    EXPECT(json_is_true(json_object_get(json, "yes")));
    EXPECT_STR("a\xef\xbf\xbd"
               "b",
               json_string_value(json_object_get(json, "bad")));
    EXPECT(strstr(sink->text, "\\u009b") != NULL);
    EXPECT_STR("", json_string_value(json_object_get(json, "empty")));
    json_decref(json);

    for (i = 0; i < 256; i++) {
        bytes[i] = (char)(uint8_t)(i == 0 ? 'x' : i);
    }
    log_info("x", LOG_STR("all", weir_str_n(bytes, sizeof bytes)));
    json_decref(sink_json(sink));
}

TEST(a_long_value_is_cut_at_the_border_of_a_character)
{
    struct sink *sink = *state_;
    char value[600];
    json_t *json;

    memset(value, 'a', sizeof value);
    memcpy(value + 511, "\xc3\xab", 2);
    sink_setup(sink, LOG_JSON);
    log_info("x", LOG_STR("v", weir_str_n(value, sizeof value)));
    json = sink_json(sink);
    EXPECT_INT(511, json_string_length(json_object_get(json, "v")));
    EXPECT(json_object_get(json, "cut") == NULL);
    json_decref(json);
}

TEST(a_line_that_would_be_too_long_loses_whole_fields_and_says_so)
{
    struct sink *sink = *state_;
    char value[512];
    json_t *json;

    memset(value, 1, sizeof value);
    sink_setup(sink, LOG_JSON);
    log_info("x", LOG_INT("n", 1), LOG_STR("a", weir_str_n(value, sizeof value)),
             LOG_STR("b", weir_str_n(value, sizeof value)), LOG_INT("m", 1));
    json = sink_json(sink);
    EXPECT(sink->len <= 4096);
    EXPECT_INT(1, json_integer_value(json_object_get(json, "n")));
    EXPECT_INT(512, json_string_length(json_object_get(json, "a")));
    EXPECT(json_object_get(json, "b") == NULL);
    EXPECT(json_is_true(json_object_get(json, "cut")));
    json_decref(json);

    sink_setup(sink, LOG_LOGFMT);
    log_info("x", LOG_STR("a", weir_str_n(value, sizeof value)),
             LOG_STR("b", weir_str_n(value, sizeof value)), LOG_STR("c", weir_str_n(value, sizeof value)),
             LOG_INT("m", 1));
    sink_read(sink);
    EXPECT(sink->len <= 4096);
    EXPECT(strstr(sink->text, " b=") == NULL);
    EXPECT_STR(" cut=true\n", strstr(sink->text, " cut="));
}

TEST(a_level_below_the_least_writes_nothing_and_errno_is_kept)
{
    struct sink *sink = *state_;

    sink_setup(sink, LOG_LOGFMT);
    errno = ENOSPC;
    log_debug("hidden", LOG_INT("n", 1));
    log_info("seen", LOG_INT("n", 2));
    EXPECT_INT(ENOSPC, errno);
    expect_logfmt(sink, "level=info event=seen n=2\n");
    log_setup(sink->fds[1], LOG_LOGFMT, WEIR_LOG_DEBUG);
    log_debug("seen", LOG_INT("n", 3));
    expect_logfmt(sink, "level=debug event=seen n=3\n");
    log_setup(-1, LOG_LOGFMT, WEIR_LOG_INFO);
    log_info("to nowhere", LOG_INT("n", 4));
    EXPECT_INT(ENOSPC, errno);
}

TEST(a_sentence_that_is_too_long_ends_with_a_whole_character)
{
    struct weir_error err;
    size_t room = sizeof err.message - 1;

    UNUSED_STATE;
    for (size_t before = room - 4; before <= room; before++) {
        (void)weir_fail(&err, WEIR_E_IO, "%0*d\u2014 what to do", (int)before, 0);
        EXPECT(strlen(err.message) <= room);
        EXPECT(utf8_valid(weir_str(err.message)));
        EXPECT(strlen(err.message) >= room - 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_sentence_that_is_too_long_ends_with_a_whole_character),
        UNIT(a_logfmt_line_has_time_level_event_and_typed_fields),
        UNIT(nothing_from_outside_breaks_a_line_or_forges_a_field),
        UNIT(a_json_line_is_one_valid_object_whatever_the_bytes),
        UNIT(a_long_value_is_cut_at_the_border_of_a_character),
        UNIT(a_line_that_would_be_too_long_loses_whole_fields_and_says_so),
        UNIT(a_level_below_the_least_writes_nothing_and_errno_is_kept),
    };

    return cmocka_run_group_tests(tests, sink_open, sink_close);
}
