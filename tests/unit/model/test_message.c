#include "expect.h"

#include "model/message.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_created(struct message_out *m, struct buf *out)
{
    message_begin(m, out, MESSAGE_INTEGRATION_CREATED, "iEc8iiES3EFBGofJBe9tdqrP");
    message_text(m, "id", "personio:knrkhuLe5q9Cpo42mJK2hT7d");
    message_text(m, "tool", "personio");
    message_text(m, "category", "HRIS");
    message_open(m, "end_user");
    message_str(m, "organization_name", weir_str("Zoë \"Łódź\""));
    message_text(m, "creator_email", NULL);
    message_str(m, "origin_id", weir_str(""));
    message_close(m);
}

TEST(a_body_is_compact_in_the_published_order_and_null_where_that_fits)
{
    struct message_out m;
    struct buf out;

    UNUSED_STATE;
    buf_init(&out, 4096);
    write_created(&m, &out);
    message_end(&m);
    buf_add_char(&out, '\0');
    EXPECT_STR("{\"id\":\"iEc8iiES3EFBGofJBe9tdqrP\",\"type\":\"integration-created\",\"data\":{"
               "\"id\":\"personio:knrkhuLe5q9Cpo42mJK2hT7d\",\"tool\":\"personio\",\"category\":\"HRIS\","
               "\"end_user\":{\"organization_name\":\"Zoë \\\"Łódź\\\"\",\"creator_email\":null,"
               "\"origin_id\":null}}}",
               out.data);
    buf_fini(&out);
}

TEST(lists_of_objects_and_what_may_be_left_out)
{
    struct message_out m;
    struct buf out;

    UNUSED_STATE;
    buf_init(&out, 4096);
    message_begin(&m, &out, MESSAGE_DATA_CHANGED, "x");
    message_text(&m, "integration_id", "okta:a");
    message_text(&m, "integration_tool", "okta");
    message_text(&m, "integration_category", "HRIS");
    message_open(&m, "changed_models");
    for (size_t i = 0; i < 2; i++) {
        message_item(&m);
        message_text(&m, "name", i == 0 ? "hris_teams" : "hris_join_employees_teams");
        message_close(&m);
    }
    message_close(&m);
    message_open(&m, "changed_records");
    message_close(&m);
    message_true(&m, "test");
    message_end(&m);
    buf_add_char(&out, '\0');
    EXPECT_STR(
        "{\"id\":\"x\",\"type\":\"data-changed\",\"data\":{\"integration_id\":\"okta:a\","
        "\"integration_tool\":\"okta\",\"integration_category\":\"HRIS\",\"changed_models\":[{\"name\":"
        "\"hris_teams\"},{\"name\":\"hris_join_employees_teams\"}],\"changed_records\":[],\"test\":true}}",
        out.data);
    buf_fini(&out);
}

TEST(each_type_has_its_word)
{
    UNUSED_STATE;
    for (size_t i = 0; i < MESSAGE_TYPES; i++) {
        EXPECT_STR(message_nth(i)->type, message_word(UINT32_C(1) << i));
        for (size_t j = 0; j < i; j++) {
            EXPECT(strcmp(message_nth(i)->type, message_nth(j)->type) != 0);
        }
    }
    EXPECT(message_nth(MESSAGE_TYPES) == NULL);
    EXPECT_STR("unknown", message_word(UINT32_C(1) << MESSAGE_TYPES));
    EXPECT_STR("unknown", message_word(3));
}

/* ---- what a description would not tell of ---- */

static void leaves_one_out(struct message_out *m, struct buf *out)
{
    message_begin(m, out, MESSAGE_INTEGRATION_CREATED, "x");
    message_text(m, "id", "okta:a");
    message_text(m, "category", "HRIS");
}

static void adds_one(struct message_out *m, struct buf *out)
{
    write_created(m, out);
    message_text(m, "more", "x");
}

static void ends_early(struct message_out *m, struct buf *out)
{
    message_begin(m, out, MESSAGE_INTEGRATION_CREATED, "x");
    message_text(m, "id", "okta:a");
    message_end(m);
}

static void has_another_word(struct message_out *m, struct buf *out)
{
    message_begin(m, out, MESSAGE_INTEGRATION_CREATED, "x");
    message_text(m, "id", "okta:a");
    message_text(m, "tool", "okta");
    message_text(m, "category", "PAYROLL");
}

static void has_another_kind(struct message_out *m, struct buf *out)
{
    message_begin(m, out, MESSAGE_INTEGRATION_CREATED, "x");
    message_integer(m, "id", 7);
}

static bool dies(void (*what)(struct message_out *m, struct buf *out))
{
    struct message_out m;
    struct buf out;
    int status = 0;
    pid_t child = fork();

    EXPECT(child >= 0);
    if (child == 0) {
        (void)signal(SIGABRT, SIG_DFL);
        (void)close(STDERR_FILENO);
        buf_init(&out, 4096);
        what(&m, &out);
        _exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

TEST(a_body_that_is_otherwise_than_its_table_is_a_bug)
{
    UNUSED_STATE;
    EXPECT(dies(leaves_one_out));
    EXPECT(dies(adds_one));
    EXPECT(dies(ends_early));
    EXPECT(dies(has_another_word));
    EXPECT(dies(has_another_kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_body_is_compact_in_the_published_order_and_null_where_that_fits),
        UNIT(lists_of_objects_and_what_may_be_left_out),
        UNIT(each_type_has_its_word),
        UNIT(a_body_that_is_otherwise_than_its_table_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
