/* Which fields of a record differ, by name. */
#include "model/differ.h"

#include "model/model.h"

#include "expect.h"

static void differ_is(const char *want, const char *before, const char *now)
{
    struct buf out;

    buf_init(&out, 4096);
    differ_names(&out, model_find(weir_str("hris_employees"))->number, weir_str(before), weir_str(now));
    EXPECT(weir_str_is(buf_str(&out), want));
    buf_fini(&out);
}

TEST(fields_that_differ_come_or_go_are_named_and_no_value_is)
{
    UNUSED_STATE;
    differ_is("\"first_name\"", "{\"first_name\":\"Ada\",\"last_name\":\"B\"}",
              "{\"first_name\":\"Eva\",\"last_name\":\"B\"}");
    differ_is("\"first_name\",\"last_name\"", "{\"first_name\":\"Ada\"}", "{\"last_name\":\"Ada\"}");
    differ_is("", "{\"first_name\":\"Ada\"}", "{\"first_name\":\"Ada\"}");
    differ_is("", "", "{}");
}

TEST(the_tools_own_payload_is_no_change)
{
    UNUSED_STATE;
    differ_is("", "{\"remote_data\":{\"a\":1}}", "{\"remote_data\":{\"a\":2}}");
}

static bool own(const char *before, const char *now)
{
    return differ_own(model_find(weir_str("hris_employees"))->number, weir_str(before), weir_str(now));
}

TEST(who_belongs_to_a_record_is_no_change_of_its_own)
{
    UNUSED_STATE;
    EXPECT(!own("{\"first_name\":\"Ada\",\"groups\":[\"a\"]}",
                "{\"first_name\":\"Ada\",\"groups\":[\"a\",\"b\"]}"));
    EXPECT(own("{\"first_name\":\"Ada\",\"groups\":[\"a\"]}", "{\"first_name\":\"Eva\"}"));
    EXPECT(own("{\"legal_entity_id\":\"a\"}", "{\"legal_entity_id\":\"b\"}"));
    EXPECT(differ_own(200, weir_str("{}"), weir_str("{}")));
}

TEST(a_model_that_is_not_there_has_no_fields)
{
    struct buf out;

    UNUSED_STATE;
    buf_init(&out, 64);
    differ_names(&out, 200, weir_str("{\"a\":1}"), weir_str("{\"a\":2}"));
    EXPECT_INT(0, out.len);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(fields_that_differ_come_or_go_are_named_and_no_value_is),
        UNIT(the_tools_own_payload_is_no_change),
        UNIT(who_belongs_to_a_record_is_no_change_of_its_own),
        UNIT(a_model_that_is_not_there_has_no_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
