#include "fake_okta.h"

static json_t *user_of(const char *login, const char *number)
{
    return json_pack("{s:{s:s,s:s,s:s?}}", "profile", "login", login, "email", login, "employeeNumber",
                     number);
}

static void learn(struct people *p, const char *login, const char *number, const char *id)
{
    json_t *user = user_of(login, number);

    EXPECT_INT(0, people_learn(p, user, weir_str(id)));
    json_decref(user);
}

static void expect_found(const struct people *p, const char *text, const char *want)
{
    char id[PEOPLE_ID_TEXT] = "";

    EXPECT(people_find(id, p, weir_str(text)));
    EXPECT_STR(want, id);
}

TEST(somebody_is_found_by_login_and_number_in_any_case)
{
    UNUSED_STATE;
    struct people p = {0};
    char id[PEOPLE_ID_TEXT];

    EXPECT(!people_find(id, &p, weir_str("kim@acme.example")));
    learn(&p, "Kim@Acme.example", "7", BOSS_ID);
    expect_found(&p, "kim@acme.EXAMPLE", BOSS_ID);
    expect_found(&p, "7", BOSS_ID);
    EXPECT(!people_find(id, &p, weir_str("8")));
    learn(&p, "kim@acme.example", NULL, USER_ID); /* the address went to somebody else */
    expect_found(&p, "kim@acme.example", USER_ID);
    EXPECT_INT(0, people_learn_nobody(&p, weir_str("8")));
    expect_found(&p, "8", "");
    learn(&p, "new@acme.example", "8", USER_ID);
    expect_found(&p, "8", USER_ID);
    people_fini(&p);
}

TEST(tens_of_thousands_are_remembered_and_no_more_than_fit)
{
    UNUSED_STATE;
    struct people p = {0};
    char login[40];
    char id[PEOPLE_ID_TEXT];
    size_t found = 0;

    for (int i = 0; i < 150000; i++) {
        (void)snprintf(login, sizeof login, "p%d@acme.example", i);
        (void)snprintf(id, sizeof id, "00u%d", i);
        learn(&p, login, NULL, id);
    }
    EXPECT(p.cap <= PEOPLE_KNOWN_MAX && p.count < p.cap);
    for (int i = 0; i < 150000; i++) {
        char want[PEOPLE_ID_TEXT];

        (void)snprintf(login, sizeof login, "p%d@acme.example", i);
        (void)snprintf(want, sizeof want, "00u%d", i);
        if (people_find(id, &p, weir_str(login))) {
            EXPECT_STR(want, id);
            found++;
        }
    }
    EXPECT(found > 100000);
    people_fini(&p);
}

TEST(who_waits_is_given_out_once_and_can_be_forgotten)
{
    UNUSED_STATE;
    struct people p = {0};
    json_t *boss = user_of("kim@acme.example", "7");
    char id[PEOPLE_ID_TEXT];

    EXPECT_INT(0, people_wait(&p, weir_str("KIM@acme.example"), weir_str("a")));
    EXPECT_INT(0, people_wait(&p, weir_str("7"), weir_str("b")));
    EXPECT_INT(0, people_wait(&p, weir_str("7"), weir_str("c")));
    EXPECT_INT(0, people_wait(&p, weir_str("8"), weir_str("d")));
    people_forget_waiting(&p, weir_str("c"));
    EXPECT(people_take_waiting(id, &p, boss));
    EXPECT_STR("a", id);
    EXPECT(people_take_waiting(id, &p, boss));
    EXPECT_STR("b", id);
    EXPECT(!people_take_waiting(id, &p, boss));
    EXPECT_INT(1, p.waiting_count);
    for (int i = 0; i < 3 * PEOPLE_WAITING_MAX; i++) {
        EXPECT_INT(0, people_wait(&p, weir_str("9"), weir_str("e")));
    }
    EXPECT(p.waiting_count <= PEOPLE_WAITING_MAX);
    json_decref(boss);
    people_fini(&p);
}

TEST(of_those_who_leave_the_latest_are_remembered)
{
    UNUSED_STATE;
    struct people p = {0};
    char id[PEOPLE_ID_TEXT];

    EXPECT(!people_is_leaving(&p, weir_str("")));
    for (int i = 0; i <= PEOPLE_LEAVING_MAX; i++) {
        (void)snprintf(id, sizeof id, "00u%d", i);
        people_leave(&p, weir_str(id));
        people_leave(&p, weir_str(id));
        EXPECT(people_is_leaving(&p, weir_str(id)));
    }
    EXPECT(!people_is_leaving(&p, weir_str("00u0")));
    EXPECT(people_is_leaving(&p, weir_str("00u1")));
    people_leave(&p, weir_str("an-id-far-longer-than-any-that-okta-gives"));
    EXPECT(!people_is_leaving(&p, weir_str("an-id-far-longer-than-any-that-okta-gives")));
    people_fini(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(somebody_is_found_by_login_and_number_in_any_case),
        UNIT(tens_of_thousands_are_remembered_and_no_more_than_fit),
        UNIT(who_waits_is_given_out_once_and_can_be_forgotten),
        UNIT(of_those_who_leave_the_latest_are_remembered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
