#include "expect.h"

#include "web/cursor.h"

#include <stdlib.h>

static const uint8_t place[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

static struct buf make(const char *list, const char *owner)
{
    struct buf text;

    buf_init(&text, 200);
    cursor_encode(&text, weir_str(list), weir_str(owner), place, sizeof place);
    EXPECT(!text.failed);
    return text;
}

static int read(uint8_t out[sizeof place], struct weir_str text, const char *list, const char *owner)
{
    struct weir_error err = {0};
    int rc = cursor_decode(out, sizeof place, text, weir_str(list), weir_str(owner), &err);

    EXPECT_INT(rc, err.code);
    return rc;
}

TEST(a_cursor_comes_back_as_it_was)
{
    struct buf text = make("hris_employees", "personio:acme");
    uint8_t out[sizeof place];

    UNUSED_STATE;
    EXPECT_INT(0, read(out, buf_str(&text), "hris_employees", "personio:acme"));
    EXPECT(memcmp(out, place, sizeof place) == 0);
    buf_fini(&text);
}

TEST(a_cursor_of_another_list_or_owner_is_refused)
{
    struct buf text = make("hris_employees", "personio:acme");
    uint8_t out[sizeof place];

    UNUSED_STATE;
    EXPECT_INT(WEIR_E_INVALID, read(out, buf_str(&text), "hris_teams", "personio:acme"));
    EXPECT_INT(WEIR_E_INVALID, read(out, buf_str(&text), "hris_employees", "personio:other"));
    /* Names do not run into each other. */
    EXPECT_INT(WEIR_E_INVALID, read(out, buf_str(&text), "hris_employeesp", "ersonio:acme"));
    buf_fini(&text);
}

TEST(a_cursor_with_any_byte_changed_is_refused)
{
    struct buf text = make("a", "b");
    uint8_t out[sizeof place];

    UNUSED_STATE;
    for (size_t i = 0; i < text.len; i++) {
        char kept = text.data[i];

        text.data[i] = kept == 'A' ? 'B' : 'A';
        EXPECT_INT(WEIR_E_INVALID, read(out, buf_str(&text), "a", "b"));
        text.data[i] = kept;
    }
    for (size_t len = 0; len < text.len; len++) {
        EXPECT_INT(WEIR_E_INVALID, read(out, weir_str_n(text.data, len), "a", "b"));
    }
    buf_fini(&text);
}

TEST(what_is_no_cursor_is_refused)
{
    static const char *const bad[] = {"", "x", "null", "!!!!", "AAAA", "0"};
    uint8_t out[sizeof place];
    char *endless = malloc(100000);

    UNUSED_STATE;
    memset(endless, 'A', 100000);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT_INT(WEIR_E_INVALID, read(out, weir_str(bad[i]), "a", "b"));
    }
    EXPECT_INT(WEIR_E_INVALID, read(out, weir_str_n(endless, 100000), "a", "b"));
    free(endless);
}

TEST(numbers_keep_their_value)
{
    uint8_t at[8];

    UNUSED_STATE;
    cursor_put_u64(at, UINT64_C(0x0102030405060708));
    EXPECT_INT(1, at[0]);
    EXPECT_INT(8, at[7]);
    EXPECT(cursor_get_u64(at) == UINT64_C(0x0102030405060708));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_cursor_comes_back_as_it_was),
        UNIT(a_cursor_of_another_list_or_owner_is_refused),
        UNIT(a_cursor_with_any_byte_changed_is_refused),
        UNIT(what_is_no_cursor_is_refused),
        UNIT(numbers_keep_their_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
