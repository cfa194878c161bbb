/*
 * A connector that answers nonsense harms nobody: each call ends with a code of the contract, a message that
 * can be stored and shown, and nothing handed on. (One that writes where it must not, or follows a NULL of
 * its own, takes the process with it: that is the price of the same address space.)
 */
#include "fixture.h"

#include "base/utf8.h"

static void open_garbage(struct fixture *f, const char *mode)
{
    struct instance_setting settings[] = {{"mode", mode}};
    struct weir_error err = {0};

    EXPECT_INT(0, fixture_open(f, "garbage", settings, 1, &err));
}

static const struct weir_ref person = {{"hris_employees", 14}, {"1", 1}, {NULL, 0}};

enum which { CHECK, EVENTS, RECORD, LIST, ENSURE };

static int call(struct fixture *f, enum which which, struct weir_verdict *verdict,
                struct weir_subscription *have, struct weir_error *err)
{
    struct weir_str secret = weir_str("hook-secret");
    struct weir_request request = {.size = sizeof request,
                                   .method = weir_str("POST"),
                                   .body = weir_bytes("a body", 6),
                                   .secrets = &secret,
                                   .secret_count = 1};
    struct weir_subscription_want want = {.size = sizeof want, .secret = secret};
    struct call_sink sink = fixture_sink(f);

    switch (which) {
    case CHECK:
        return call_check(f->inst, &request, verdict, err);
    case EVENTS:
        return call_events(f->inst, &request, &sink, err);
    case RECORD:
        return call_record(f->inst, &person, &sink, err);
    case LIST:
        return call_list(f->inst, person.model, 0, weir_str("page-1"), &sink, err);
    case ENSURE:
        return call_ensure(f->inst, &want, have, err);
    }
    return 1;
}

/* One row: the mode, the call, the code it has to become, and words of the message. */
struct row {
    const char *mode;
    enum which which;
    int code;
    const char *said;
};

static void prove(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct weir_verdict verdict;
        struct weir_subscription have = {0};
        struct weir_error err = {0};
        struct fixture f;
        int rc;

        open_garbage(&f, rows[i].mode);
        rc = call(&f, rows[i].which, &verdict, &have, &err);
        if (rc != rows[i].code || err.code != rc || strstr(err.message, rows[i].said) == NULL) {
            fail_msg("%s: code %d, error %d: %s", rows[i].mode, rc, (int)err.code, err.message);
        }
        EXPECT(utf8_valid(weir_str(err.message)));
        if (rows[i].which == CHECK) {
            EXPECT_INT(WEIR_REFUSE, verdict.decision);
            EXPECT_INT(0, verdict.body_len);
        }
        fixture_close(&f);
    }
}

TEST(codes_and_messages_of_no_contract_become_some)
{
    static const struct row rows[] = {
        {"positive", CHECK, WEIR_E_INVALID, "connector garbage, verify.check: it returned 42"},
        {"positive", EVENTS, WEIR_E_INVALID, "connector garbage, verify.events: it returned 42"},
        {"positive", RECORD, WEIR_E_INVALID, "connector garbage, fetch.record: it returned 42"},
        {"positive", LIST, WEIR_E_INVALID, "connector garbage, fetch.list: it returned 42"},
        {"positive", ENSURE, WEIR_E_INVALID, "connector garbage, subscribe.ensure: it returned 42"},
        {"unknown_code", CHECK, WEIR_E_LATER, "a code of a later contract"},
        {"unknown_code", RECORD, WEIR_E_LATER, "a code of a later contract"},
        {"silent", CHECK, WEIR_E_AUTH, "it failed and gave no reason"},
        {"silent", LIST, WEIR_E_AUTH, "it failed and gave no reason"},
        {"unterminated", CHECK, WEIR_E_PERMISSION, "????????"},
        {"unterminated", EVENTS, WEIR_E_PERMISSION, "????????"},
        {"unterminated", ENSURE, WEIR_E_PERMISSION, "????????"},
        {"false_stop", RECORD, WEIR_E_LATER, "I had enough"},
    };

    UNUSED_STATE;
    prove(rows, sizeof rows / sizeof rows[0]);
}

TEST(a_verdict_that_makes_no_sense_is_a_failure_of_the_call)
{
    static const struct row rows[] = {
        {"decision", CHECK, WEIR_E_INVALID, "unknown decision 17"},
        {"status", CHECK, WEIR_E_INVALID, "the status 100"},
        {"kind_refusal", CHECK, WEIR_E_INVALID, "the status 200"},
        {"dedup", CHECK, WEIR_E_INVALID, "unknown dedup -5"},
        {"key_outside", CHECK, WEIR_E_INVALID, "does not lie within the request"},
        {"key_too_long", CHECK, WEIR_E_INVALID, "does not lie within the request"},
        {"key_null", CHECK, WEIR_E_INVALID, "has no dedup_key"},
        {"body_len", CHECK, WEIR_E_INVALID, "and 1024 fit"},
        {"content_type", CHECK, WEIR_E_INVALID, "content_type is no header value"},
        {"check_works", CHECK, WEIR_E_INVALID, "http may be used on the worker and during a call only"},
    };

    UNUSED_STATE;
    prove(rows, sizeof rows / sizeof rows[0]);
}

TEST(a_reason_that_is_no_text_becomes_one)
{
    struct weir_verdict verdict;
    struct weir_error err = {0};
    struct fixture f;

    UNUSED_STATE;
    open_garbage(&f, "reason");
    EXPECT_INT(0, call(&f, CHECK, &verdict, NULL, &err));
    EXPECT_INT(WEIR_REFUSE, verdict.decision);
    EXPECT(strnlen(verdict.reason, sizeof verdict.reason) < sizeof verdict.reason);
    EXPECT(utf8_valid(weir_str(verdict.reason)));
    EXPECT_INT(sizeof verdict, verdict.size);
    fixture_close(&f);
}

TEST(nothing_is_accepted_while_there_is_no_secret)
{
    struct weir_request request = {.size = sizeof request, .method = weir_str("POST")};
    struct weir_verdict verdict;
    struct weir_error err = {0};
    struct fixture f;

    UNUSED_STATE;
    open_garbage(&f, "accepts_all");
    EXPECT_INT(WEIR_E_INVALID, call_check(f.inst, &request, &verdict, &err));
    EXPECT(strstr(err.message, "there is no secret") != NULL);
    EXPECT_INT(WEIR_REFUSE, verdict.decision);
    fixture_close(&f);
}

TEST(what_it_emits_is_checked_before_anybody_reads_it)
{
    static const struct row rows[] = {
        {"event_null", EVENTS, WEIR_E_INVALID, "an event whose size is not set"},
        {"event_size", EVENTS, WEIR_E_INVALID, "an event whose size is not set"},
        {"event_type", EVENTS, WEIR_E_INVALID, "an event type of 12 bytes at NULL"},
        {"event_time", EVENTS, WEIR_E_INVALID, "which is none"},
        {"refs_null", EVENTS, WEIR_E_INVALID, "3 refs at NULL"},
        {"refs_many", EVENTS, WEIR_E_INVALID, "10000 are the most"},
        {"ref_model", EVENTS, WEIR_E_INVALID,
         "it emitted the model hris_ghosts that its table does not list"},
        {"record_in_events", EVENTS, WEIR_E_INVALID, "which this call has no use for"},
        {"model", RECORD, WEIR_E_INVALID,
         "connector garbage, fetch.record: it emitted the model hris_ghosts that its table does not list"},
        {"model_null", RECORD, WEIR_E_INVALID, "a model of 14 bytes at NULL"},
        {"id_empty", RECORD, WEIR_E_INVALID, "a remote_id that is empty"},
        {"id_nul", RECORD, WEIR_E_INVALID, "a remote_id that is not UTF-8 text"},
        {"id_long", RECORD, WEIR_E_INVALID, "and 256 are the most"},
        {"json_null", RECORD, WEIR_E_INVALID, "a record of 100 bytes at NULL"},
        {"json_long", RECORD, WEIR_E_INVALID, "and 1048576 are the most"},
        {"json_latin1", RECORD, WEIR_E_INVALID, "a record that is not UTF-8 text"},
        {"lost_failure", RECORD, WEIR_E_INVALID, "hris_ghosts"},
        {"same_page", LIST, WEIR_E_INVALID, "this would not end"},
        {"two_cursors", LIST, WEIR_E_INVALID, "two cursors in one call"},
        {"cursor_long", LIST, WEIR_E_INVALID, "and 4096 are the most"},
        {"endless", LIST, WEIR_E_LIMIT, "more than 100000 things in one call"},
        {"state", ENSURE, WEIR_E_INVALID, "unknown state"},
    };

    UNUSED_STATE;
    prove(rows, sizeof rows / sizeof rows[0]);
}

TEST(a_subscription_s_texts_are_ended_and_valid)
{
    struct weir_subscription have = {0};
    struct weir_error err = {0};
    struct fixture f;

    UNUSED_STATE;
    open_garbage(&f, "detail");
    EXPECT_INT(0, call(&f, ENSURE, NULL, &have, &err));
    EXPECT_INT(WEIR_SUB_FAILED, have.state);
    EXPECT_INT(sizeof have, have.size);
    EXPECT(have.changed);
    EXPECT(strnlen(have.detail, sizeof have.detail) < sizeof have.detail &&
           utf8_valid(weir_str(have.detail)));
    EXPECT(strnlen(have.remote_id, sizeof have.remote_id) < sizeof have.remote_id);
    fixture_close(&f);
}

TEST(an_open_that_fails_leaves_no_instance)
{
    static const struct instance_setting settings[] = {{"mode", "open_fails"}};
    struct weir_error err = {0};
    struct fixture f;

    UNUSED_STATE;
    EXPECT_INT(WEIR_E_INVALID, fixture_open(&f, "garbage", settings, 1, &err));
    EXPECT(strstr(err.message, "connector garbage, open: it returned 7") != NULL);
    assert_null(f.inst);
    fixture_close(&f);
}

TEST(misbehaviour_is_counted_apart_from_failures)
{
    struct weir_error err = {0};
    struct fixture f;

    UNUSED_STATE;
    open_garbage(&f, "model");
    EXPECT_INT(WEIR_E_INVALID, call(&f, RECORD, NULL, NULL, &err));
    EXPECT_INT(1, metric_value(metrics_counter(f.metrics, "weir_connector_calls_total", "",
                                               "connector=\"garbage\",call=\"fetch.record\","
                                               "outcome=\"misbehaved\"")));
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(codes_and_messages_of_no_contract_become_some),
        UNIT(a_verdict_that_makes_no_sense_is_a_failure_of_the_call),
        UNIT(a_reason_that_is_no_text_becomes_one),
        UNIT(nothing_is_accepted_while_there_is_no_secret),
        UNIT(what_it_emits_is_checked_before_anybody_reads_it),
        UNIT(a_subscription_s_texts_are_ended_and_valid),
        UNIT(an_open_that_fails_leaves_no_instance),
        UNIT(misbehaviour_is_counted_apart_from_failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
