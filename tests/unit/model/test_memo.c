#include "expect.h"

#include "base/id.h"
#include "model/memo.h"

static const char form[] = "a";
static const char other_form[] = "b";

TEST(what_was_put_is_found_by_form_and_id)
{
    struct memo *memo = memo_new();
    struct weir_str text;
    char id[ID_TEXT], other[ID_TEXT];

    UNUSED_STATE;
    id_new(id);
    id_new(other);
    memo_put(memo, form, weir_str(id), weir_str("{}"));
    assert_true(memo_get(&text, memo, form, weir_str(id)));
    assert_true(weir_str_is(text, "{}"));
    assert_true(!memo_get(&text, memo, other_form, weir_str(id)));
    assert_true(!memo_get(&text, memo, form, weir_str(other)));
    assert_true(!memo_get(&text, NULL, form, weir_str(id)));
    memo_free(memo);
}

TEST(a_full_memo_forgets_and_never_tells_anothers_text)
{
    struct memo *memo = memo_new();
    char long_text[4096];
    int known = 0;

    UNUSED_STATE;
    memset(long_text, 'x', sizeof long_text);
    for (int i = 0; i < 5000; i++) {
        struct weir_str text;
        char id[ID_TEXT];

        id_new(id);
        memcpy(long_text, id, ID_LEN);
        assert_true(!memo_get(&text, memo, form, weir_str(id)));
        memo_put(memo, form, weir_str(id), weir_str_n(long_text, sizeof long_text));
        if (memo_get(&text, memo, form, weir_str(id))) {
            EXPECT_INT(sizeof long_text, text.len);
            assert_true(memcmp(text.data, id, ID_LEN) == 0);
            known++;
        }
    }
    EXPECT_INT(5000, known);
    memo_free(memo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_was_put_is_found_by_form_and_id),
        UNIT(a_full_memo_forgets_and_never_tells_anothers_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
