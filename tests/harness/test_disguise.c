/* What a recorded case has in the place of secrets and people. */
#include "disguise.h"

#include "mask.h"

#include "expect.h"

#include <stdlib.h>

struct shown {
    struct disguise d;
    char text[512];
};

static void setup(struct shown *s)
{
    disguise_init(&s->d);
}

static const char *show(struct shown *s, const char *text)
{
    struct buf out;

    buf_init(&out, sizeof s->text - 1);
    disguise_text(&out, &s->d, weir_str(text));
    memcpy(s->text, out.len > 0 ? out.data : "", out.len);
    s->text[out.len] = '\0';
    buf_fini(&out);
    return s->text;
}

TEST(a_secret_is_found_within_a_word_an_escape_and_base64)
{
    struct shown s;

    UNUSED_STATE;
    setup(&s);
    disguise_secret(&s.d, weir_str("s3cr3t/+="), "client_secret");
    EXPECT_STR("xinvented-client-secretx", show(&s, "xs3cr3t/+=x"));
    EXPECT_STR("a=invented-client-secret&b=1", show(&s, "a=s3cr3t%2F%2B%3D&b=1"));
    /* "me:s3cr3t/+=" and "me:invented-client-secret" */
    EXPECT_STR("Basic bWU6aW52ZW50ZWQtY2xpZW50LXNlY3JldA==", show(&s, "Basic bWU6czNjcjN0Lys9"));
    disguise_fini(&s.d);
}

TEST(two_secrets_of_one_name_stay_two)
{
    struct shown s;

    UNUSED_STATE;
    setup(&s);
    disguise_secret(&s.d, weir_str("first-token"), "token");
    disguise_secret(&s.d, weir_str("second-token"), "token");
    disguise_secret(&s.d, weir_str("first-token"), "token");
    EXPECT_STR("invented-token invented-token-2", show(&s, "first-token second-token"));
    disguise_fini(&s.d);
}

TEST(a_name_is_replaced_word_by_word_and_in_its_own_letters)
{
    struct shown s;

    UNUSED_STATE;
    setup(&s);
    disguise_person(&s.d, PERSONAL_NAME, weir_str("Ada von Quill"));
    EXPECT_STR("Bador Dodor", show(&s, "Ada Quill"));
    EXPECT_STR("Dodor, Bador", show(&s, "Quill, Ada"));
    EXPECT_STR("DODOR", show(&s, "QUILL"));
    EXPECT_STR("bador.dodor", show(&s, "ada.quill"));
    EXPECT_STR("Adalbert von quill", show(&s, "Adalbert von quill"));
    disguise_fini(&s.d);
}

TEST(an_e_mail_address_is_one_wherever_it_stands)
{
    struct shown s;

    UNUSED_STATE;
    setup(&s);
    EXPECT_STR("<person1@example.com>, person2@example.com.", show(&s, "<ada@acme.test>, bo.b+x@acme.test."));
    EXPECT_STR("GET /users?filter=mail%20eq%20%22person1%40example.com%22",
               show(&s, "GET /users?filter=mail%20eq%20%22Ada%40Acme.test%22"));
    EXPECT_STR("nobody@home", show(&s, "nobody@home"));
    disguise_fini(&s.d);
}

TEST(a_phone_number_keeps_its_shape_and_a_time_is_none)
{
    struct shown s;

    UNUSED_STATE;
    setup(&s);
    EXPECT_STR("call +10 10 100000 now", show(&s, "call +49 30 901820 now"));
    EXPECT_STR("2026-02-03T10:15:29+01:00", show(&s, "2026-02-03T10:15:29+01:00"));
    EXPECT_STR("030 901821", show(&s, "030 901821"));
    disguise_person(&s.d, PERSONAL_PHONE, weir_str("030 901821"));
    EXPECT_STR("000 100001", show(&s, "030 901821"));
    EXPECT_STR("000-100001", show(&s, "030-901821"));
    disguise_fini(&s.d);
}

TEST(an_iban_is_known_by_its_check_digits)
{
    struct shown s;

    UNUSED_STATE;
    setup(&s);
    EXPECT_STR("DE10 1000 0000 0000 0000 00", show(&s, "DE89 3704 0044 0532 0130 00"));
    EXPECT_STR("DE88 3704 0044 0532 0130 00", show(&s, "DE88 3704 0044 0532 0130 00"));
    disguise_fini(&s.d);
}

TEST(a_date_of_birth_is_replaced_with_what_is_behind_it)
{
    struct shown s;

    UNUSED_STATE;
    setup(&s);
    disguise_person(&s.d, PERSONAL_BIRTH, weir_str("1990-05-17"));
    EXPECT_STR("1951-01-01T00:00:00Z", show(&s, "1990-05-17T00:00:00Z"));
    EXPECT_STR("1990-05-18", show(&s, "1990-05-18"));
    disguise_fini(&s.d);
}

TEST(the_number_of_an_address_is_not_the_year_of_a_date)
{
    struct shown s;

    UNUSED_STATE;
    setup(&s);
    disguise_person(&s.d, PERSONAL_ADDRESS, weir_str("2026 Berlin"));
    EXPECT_STR("1000 Dodor", show(&s, "2026 Berlin"));
    EXPECT_STR("2026-03-02T20:26:00", show(&s, "2026-03-02T20:26:00"));
    disguise_fini(&s.d);
}

TEST(hidden_ids_stay_different_and_of_their_kind)
{
    struct shown s;

    UNUSED_STATE;
    setup(&s);
    for (int i = 3000; i < 3200; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "%d", i);
        disguise_id(&s.d, weir_str(id));
    }
    EXPECT_INT(200, json_object_size(s.d.taken));
    EXPECT(disguise_integer(&s.d, 3001) != 3001);
    EXPECT_INT(7, disguise_integer(&s.d, 7));
    disguise_id(&s.d, weir_str("team:5f0c-44aa"));
    EXPECT(strcmp("5f0c-44aa", show(&s, "5f0c-44aa")) != 0);
    EXPECT_INT(9, strlen(s.text));
    disguise_fini(&s.d);
}

TEST(a_token_is_told_by_its_three_parts)
{
    UNUSED_STATE;
    EXPECT(mask_has_jwt(weir_str("Bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln")));
    EXPECT(!mask_has_jwt(weir_str("eyJhbGciOiJFUzI1NiJ9")));
    EXPECT(!mask_has_jwt(weir_str("Bearer opaque.token.here")));
}

TEST(what_a_member_is_shows_in_its_name)
{
    struct weir_str value = weir_str("x");

    UNUSED_STATE;
    EXPECT_INT(PERSONAL_NAME, personal_kind("firstName", value));
    EXPECT_INT(PERSONAL_BIRTH, personal_kind("Date of birth", value));
    EXPECT_INT(PERSONAL_MAIL, personal_kind("email_address", value));
    EXPECT_INT(PERSONAL_ADDRESS, personal_kind("home_address", value));
    EXPECT_INT(PERSONAL_NONE, personal_kind("capacity", value));
    EXPECT_INT(PERSONAL_NONE, personal_kind("name", value));
    EXPECT_INT(PERSONAL_NONE, personal_kind("description", value));
    EXPECT(personal_is_secret("access_token") && personal_is_secret("clientSecret"));
    EXPECT(!personal_is_secret("token_type") && !personal_is_secret("passwordChanged"));
    EXPECT(personal_is_somebody("emergency_contact") && !personal_is_somebody("department"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_secret_is_found_within_a_word_an_escape_and_base64),
        UNIT(two_secrets_of_one_name_stay_two),
        UNIT(a_name_is_replaced_word_by_word_and_in_its_own_letters),
        UNIT(an_e_mail_address_is_one_wherever_it_stands),
        UNIT(a_phone_number_keeps_its_shape_and_a_time_is_none),
        UNIT(an_iban_is_known_by_its_check_digits),
        UNIT(a_date_of_birth_is_replaced_with_what_is_behind_it),
        UNIT(the_number_of_an_address_is_not_the_year_of_a_date),
        UNIT(hidden_ids_stay_different_and_of_their_kind),
        UNIT(a_token_is_told_by_its_three_parts),
        UNIT(what_a_member_is_shows_in_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
