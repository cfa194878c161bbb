#include "fixture.h"

#include "base/buf.h"
#include "config/keys.h"
#include "config/small_file.h"

#define PAGE TEST_SOURCE_DIR "/../../../core/cli/man/weir.conf.5"

/* The page, terminated; the caller frees it. */
static char *page_read(void)
{
    struct small_file_facts facts;
    struct buf page;
    size_t len;

    buf_init(&page, 1 << 20);
    assert_int_equal(0, small_file_read(&page, &facts, PAGE, NULL));
    buf_add_char(&page, '\0');
    return buf_take(&len, &page);
}

static size_t missing(const char *page, const struct key *keys)
{
    size_t count = 0;

    for (const struct key *key = keys; key->name != NULL; key++) {
        if (strstr(page, key->name) == NULL) {
            (void)fprintf(stderr, "not in the manual: %s\n", key->name);
            count++;
        }
        count += key->keys != NULL ? missing(page, key->keys) : 0;
    }
    return count;
}

TEST(every_key_is_in_the_manual)
{
    char *page = page_read();

    UNUSED_STATE;
    EXPECT_INT(0, missing(page, ROOT_KEYS));
    free(page);
}

TEST(the_example_of_the_manual_is_a_config)
{
    static const char FOLDER[] = "@file:/etc/weir/";
    struct fixture f;
    char *page = page_read();
    char *text = strstr(page, ".Sh EXAMPLES");
    char *end;
    char *hit;

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT(text != NULL);
    text = strstr(text, ".Bd -literal\n");
    EXPECT(text != NULL);
    text += strlen(".Bd -literal\n");
    end = strstr(text, ".Ed");
    EXPECT(end != NULL);
    *end = '\0';
    /* Its secrets lie in the test's own folder. */
    while ((hit = strstr(text, FOLDER)) != NULL) {
        memmove(hit + 6, hit + strlen(FOLDER), strlen(hit + strlen(FOLDER)) + 1);
    }
    fixture_put_text(&f, "master.key", KEY_HEX "\n");
    fixture_put_text(&f, "acme.secret", "0123456789abcdef\n");
    EXPECT_INT(0, setenv("WEIR_API_KEY", "0123456789abcdefA", 1));
    EXPECT_INT(0, setenv("WEIR_ADMIN_KEY", "0123456789abcdefB", 1));
    EXPECT_INT(0, setenv("ACME_ID", "acme", 1));
    EXPECT_INT(0, setenv("WEIR_HOOK_SECRET", "0123456789abcdefC", 1));
    fixture_takes(&f, text);
    EXPECT_INT(0, f.report.warning_count);
    free(page);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(every_key_is_in_the_manual),
        UNIT(the_example_of_the_manual_is_a_config),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
