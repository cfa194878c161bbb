#include "expect.h"

#include "cli/table.h"

#include <stdlib.h>

static const struct table_column COLUMNS[] = {
    {.title = "NAME"}, {.title = "COUNT", .right = true}, {.title = "MESSAGE", .flex = true}};

/* The table of these cells, as printed; the caller frees it. */
static char *printed(const char *const *cells, size_t width, bool colours, enum table_colour colour)
{
    struct table *table = table_new(COLUMNS, 3);
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    for (size_t i = 0; cells[i] != NULL; i++) {
        table_add(table, weir_str(cells[i]), colour);
    }
    assert_int_equal(0, table_print(out, table, width, colours, NULL));
    assert_int_equal(0, fclose(out));
    table_free(table);
    return text;
}

TEST(columns_are_as_wide_as_their_widest_cell_and_lines_have_no_end_blanks)
{
    static const char *const cells[] = {"M\xC3\xBCller", "7", "fine", "x", "12,345", "", NULL};
    char *text = printed(cells, 0, false, TABLE_PLAIN);

    UNUSED_STATE;
    EXPECT_STR("NAME     COUNT  MESSAGE\n"
               "M\xC3\xBCller       7  fine\n"
               "x       12,345\n",
               text);
    free(text);
}

TEST(on_a_narrow_terminal_running_text_is_cut_before_names)
{
    static const char *const cells[] = {"personio:acme-of-europe", "7",
                                        "the tool refused the credentials of this integration", NULL};
    char *text = printed(cells, 50, false, TABLE_PLAIN);

    UNUSED_STATE;
    EXPECT_STR("NAME                     COUNT  MESSAGE\n"
               "personio:acme-of-europe      7  the tool refused \xE2\x80\xA6\n",
               text);
    free(text);
    text = printed(cells, 24, false, TABLE_PLAIN);
    EXPECT_STR("NAME      COUNT  MESSAGE\n"
               "personi\xE2\x80\xA6      7  the to\xE2\x80\xA6\n",
               text);
    free(text);
    text = printed(cells, 12, false, TABLE_PLAIN);
    EXPECT_STR("NAME      C\xE2\x80\xA6\n"
               "personi\xE2\x80\xA6   7\n",
               text);
    free(text);
}

TEST(colours_are_there_when_asked_for_and_change_no_width)
{
    static const char *const cells[] = {"a", "1", "b", NULL};
    char *text = printed(cells, 0, true, TABLE_BAD);

    UNUSED_STATE;
    EXPECT(strstr(text, "\033[31ma\033[0m         \033[31m1\033[0m  \033[31mb\033[0m\n") != NULL);
    free(text);
    text = printed(cells, 0, false, TABLE_BAD);
    EXPECT(strchr(text, '\033') == NULL);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(columns_are_as_wide_as_their_widest_cell_and_lines_have_no_end_blanks),
        UNIT(on_a_narrow_terminal_running_text_is_cut_before_names),
        UNIT(colours_are_there_when_asked_for_and_change_no_width),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
