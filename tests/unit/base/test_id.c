#include "base/id.h"

#include "expect.h"

static void expect_derived(const char *want, const char *integration, const char *model, const char *remote)
{
    char id[ID_TEXT];

    id_derive(id, weir_str(integration), weir_str(model), weir_str(remote));
    EXPECT_STR(want, id);
    EXPECT(id_is(weir_str(id)));
}

TEST(derived_ids_never_change)
{
    UNUSED_STATE;
    /* Applications keep these ids: a change here is a change for all of them. */
    expect_derived("EHdiXT5P6mJLsjRQDjY2HPvm", "personio:acme", "hris_employees", "3003");
    expect_derived("ZrpZQ417wGLScNko6QqXCsnz", "personio:acme", "hris_employees", "3004");
    expect_derived("trBhyysuxTdwMaDJ8jKqooSF", "", "", "");
}

TEST(the_border_between_the_three_parts_counts)
{
    char a[ID_TEXT];
    char b[ID_TEXT];

    UNUSED_STATE;
    id_derive(a, weir_str("ab"), weir_str("c"), weir_str("d"));
    id_derive(b, weir_str("a"), weir_str("bc"), weir_str("d"));
    EXPECT(strcmp(a, b) != 0);
    id_derive(b, weir_str("ab"), weir_str(""), weir_str("cd"));
    EXPECT(strcmp(a, b) != 0);
}

TEST(random_ids_differ_and_use_the_whole_alphabet)
{
    unsigned int seen[256] = {0};
    char before[ID_TEXT] = "";
    size_t used = 0;
    size_t i;

    UNUSED_STATE;
    for (i = 0; i < 1000; i++) {
        char id[ID_TEXT];
        size_t at;

        id_new(id);
        EXPECT(id_is(weir_str(id)));
        EXPECT(strcmp(id, before) != 0);
        memcpy(before, id, sizeof id);
        for (at = 0; at < ID_LEN; at++) {
            seen[(uint8_t)id[at]]++;
        }
    }
    for (i = 0; i < 256; i++) {
        /* 24,000 characters, 414 of each to be expected: 200 is ten standard deviations away. */
        EXPECT(seen[i] == 0 || (seen[i] > 200 && seen[i] < 700));
        used += seen[i] > 0 ? 1 : 0;
    }
    EXPECT_INT(58, used);
}

TEST(only_24_characters_of_base58_look_like_an_id)
{
    UNUSED_STATE;
    EXPECT(id_is(weir_str("123456789ABCDEFGHJKLMNPQ")));
    EXPECT(!id_is(weir_str("123456789ABCDEFGHJKLMNP")));
    EXPECT(!id_is(weir_str("123456789ABCDEFGHJKLMNPQR")));
    EXPECT(!id_is(weir_str("023456789ABCDEFGHJKLMNPQ")));
    EXPECT(!id_is(weir_str("O23456789ABCDEFGHJKLMNPQ")));
    EXPECT(!id_is(weir_str("I23456789ABCDEFGHJKLMNPQ")));
    EXPECT(!id_is(weir_str("l23456789ABCDEFGHJKLMNPQ")));
    EXPECT(!id_is(weir_str_n("1234\0"
                             "6789ABCDEFGHJKLMNPQ",
                             24)));
    EXPECT(!id_is(weir_str_n(NULL, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(derived_ids_never_change),
        UNIT(the_border_between_the_three_parts_counts),
        UNIT(random_ids_differ_and_use_the_whole_alphabet),
        UNIT(only_24_characters_of_base58_look_like_an_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
