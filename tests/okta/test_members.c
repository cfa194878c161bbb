#include "fake_okta.h"

static size_t groups_of(const struct members *m, const char *user, const char *last)
{
    const struct members_group *group;
    const struct members_group *found = NULL;
    size_t at = 0;
    size_t count = 0;

    while ((group = members_next(m, weir_str(user), &at)) != NULL) {
        found = group;
        count++;
    }
    if (last != NULL) {
        EXPECT_STR(last, found->id);
    }
    return count;
}

TEST(each_user_has_the_groups_that_were_gathered)
{
    UNUSED_STATE;
    struct members m = {0};

    EXPECT_INT(0, members_begin(&m));
    EXPECT_INT(0, members_add_group(&m, weir_str("00g1"), true));
    EXPECT_INT(0, members_add_group(&m, weir_str("00g2"), false));
    EXPECT_INT(0, members_add_group(&m, weir_str("00g2"), true)); /* once, and a team after all */
    EXPECT_INT(2, m.group_count);
    EXPECT(m.groups[1].team);
    EXPECT(!members_know(&m, weir_str("a")));
    EXPECT_INT(0, members_add(&m, weir_str("a")));
    EXPECT_INT(0, members_add(&m, weir_str("b")));
    EXPECT_INT(0, members_add(&m, weir_str("a"))); /* a page that came twice */
    m.at = 1;
    EXPECT_INT(0, members_add(&m, weir_str("a")));
    members_close(&m);
    EXPECT(members_know(&m, weir_str("a")) && members_know(&m, weir_str("nobody")));
    EXPECT_INT(2, groups_of(&m, "a", "00g2"));
    EXPECT_INT(1, groups_of(&m, "b", "00g1"));
    EXPECT_INT(0, groups_of(&m, "nobody", NULL));
    members_fini(&m);
    EXPECT(!members_know(&m, weir_str("a")));
}

TEST(who_changed_meanwhile_is_not_known)
{
    UNUSED_STATE;
    struct members m = {0};
    char id[MEMBERS_ID_TEXT];

    members_touch(&m, weir_str("a")); /* nothing is gathered: nothing happens */
    EXPECT_INT(0, members_begin(&m));
    members_touch(&m, weir_str("a"));
    members_touch(&m, weir_str("a"));
    members_close(&m);
    EXPECT(!members_know(&m, weir_str("a")));
    EXPECT(members_know(&m, weir_str("b")));
    EXPECT_INT(1, m.touched_count);
    for (int i = 0; i < MEMBERS_TOUCHED_MAX; i++) {
        (void)snprintf(id, sizeof id, "00u%d", i);
        members_touch(&m, weir_str(id));
    }
    EXPECT(!members_know(&m, weir_str("b"))); /* too many: all are asked for */
    members_fini(&m);
}

TEST(what_is_too_much_is_given_up)
{
    UNUSED_STATE;
    struct members m = {0};
    char id[MEMBERS_ID_TEXT];

    EXPECT_INT(0, members_begin(&m));
    for (int i = 0; i <= MEMBERS_GROUPS_MAX; i++) {
        (void)snprintf(id, sizeof id, "00g%d", i);
        EXPECT_INT(0, members_add_group(&m, weir_str(id), true));
    }
    EXPECT(!m.gathering && m.group_count == 0);
    EXPECT_INT(0, members_begin(&m));
    EXPECT_INT(0, members_add_group(&m, weir_str("00g1"), true));
    for (int i = 0; i <= MEMBERS_MAX && m.gathering; i++) {
        EXPECT_INT(0, members_add(&m, weir_str("a")));
    }
    EXPECT(!m.gathering && m.count == 0);
    members_close(&m);
    EXPECT(!members_know(&m, weir_str("a")));
    members_fini(&m);
}

TEST(hundreds_of_thousands_are_found)
{
    UNUSED_STATE;
    struct members m = {0};
    char id[MEMBERS_ID_TEXT];

    EXPECT_INT(0, members_begin(&m));
    for (int g = 0; g < 3; g++) {
        (void)snprintf(id, sizeof id, "00g%d", g);
        EXPECT_INT(0, members_add_group(&m, weir_str(id), true));
        m.at = (size_t)g;
        for (int i = 0; i < 100000; i += g + 1) {
            (void)snprintf(id, sizeof id, "00u%d", i);
            EXPECT_INT(0, members_add(&m, weir_str(id)));
        }
    }
    members_close(&m);
    for (int i = 0; i < 100000; i += 997) {
        (void)snprintf(id, sizeof id, "00u%d", i);
        EXPECT_INT(1 + (i % 2 == 0) + (i % 3 == 0), groups_of(&m, id, NULL));
    }
    members_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_user_has_the_groups_that_were_gathered),
        UNIT(who_changed_meanwhile_is_not_known),
        UNIT(what_is_too_much_is_given_up),
        UNIT(hundreds_of_thousands_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
