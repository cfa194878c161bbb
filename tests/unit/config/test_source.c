#include "fixture.h"

#include "config/source.h"

TEST(an_included_file_is_read_relative_to_the_main_file)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_put_text(&f, "more.conf", "listen = \"127.0.0.1:1\";\nworkers = { count = 3; };");
    fixture_takes(&f, BASE "@include \"more.conf\" # and\nstop_timeout_ms = 7;\n");
    EXPECT_STR("127.0.0.1:1", f.cfg->listen);
    EXPECT_INT(3, f.cfg->workers.count);
    EXPECT_INT(7, f.cfg->stop_timeout_ms);
    fixture_fini(&f);
}

TEST(an_absolute_name_and_a_name_within_a_list_are_included)
{
    struct fixture f;
    char text[512];

    UNUSED_STATE;
    fixture_init(&f);
    fixture_put_text(&f, "keys.conf", "{ name = \"app\"; key = \"0123456789abcdef\"; }\n");
    (void)snprintf(text, sizeof text, BASE "api_keys = (\n  @include \"%s/keys.conf\"\n);\n", f.dir);
    fixture_takes(&f, text);
    EXPECT_STR("app", f.cfg->api_keys.items[0].name);
    fixture_fini(&f);
}

TEST(a_finding_names_the_included_file_and_its_line_and_the_main_file_goes_on_right)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_put_text(&f, "more.conf", "\nlisten = 1;\n@include \"deep.conf\"\nlog = 1;\n");
    fixture_put_text(&f, "deep.conf", "# deep\n\n\nweb = 1;");
    fixture_refuses(&f, BASE "\n@include \"more.conf\"\n\nworkers = 1;\n", "/more.conf:2: error: listen:");
    fixture_says(&f, "/deep.conf:4: error: web:");
    fixture_says(&f, "/more.conf:4: error: log:");
    fixture_says(&f, "/weir.conf:6: error: workers:");
    fixture_put_text(&f, "deep.conf", "web = ;");
    fixture_refuses(&f, BASE "\n@include \"more.conf\"\n", "/deep.conf:1: error: syntax error");
    fixture_fini(&f);
}

TEST(an_include_in_a_comment_or_a_string_is_none)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, BASE "# @include \"no1\"\n/*\n@include \"no2\"\n*/\n// \"\n");
    fixture_refuses(&f, BASE "environment_id = \"a\\\"\n@include \";\n",
                    "environment_id: \"a\"?@include \" is no name");
    EXPECT_INT(1, f.report.error_count);
    fixture_fini(&f);
}

TEST(an_include_that_cannot_be_read_is_told_where_it_stands)
{
    struct fixture f;
    char path[96];

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, BASE "\n@include \"none.conf\"\n", "/weir.conf:4: error: cannot open ");
    /* libconfig itself would end the process on a folder. */
    fixture_refuses(&f, BASE "@include \".\"\n", "/weir.conf:3: error: ");
    fixture_refuses(&f, BASE "@include \"\"\n", "/weir.conf:3: error: @include names no file");
    (void)snprintf(path, sizeof path, "%s/pipe", f.dir);
    assert_int_equal(0, mkfifo(path, 0600));
    fixture_refuses(&f, BASE "@include \"pipe\"\n", "is not a regular file");
    fixture_fini(&f);
}

TEST(a_file_that_includes_itself_is_refused)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, BASE "@include \"weir.conf\"\n",
                    "/weir.conf:3: error: too many files include one another");
    EXPECT_INT(1, f.report.error_count);
    fixture_fini(&f);
}

TEST(a_text_beyond_its_bound_is_refused)
{
    struct fixture f;
    size_t len = ((size_t)3 << 20);
    char *text;

    UNUSED_STATE;
    fixture_init(&f);
    text = malloc(len);
    EXPECT(text != NULL);
    memset(text, '\n', len);
    fixture_put(&f, "big.conf", text, len, 0600);
    fixture_takes(&f, BASE "@include \"big.conf\"\n");
    fixture_refuses(&f, BASE "@include \"big.conf\"\n@include \"big.conf\"\n", "longer than 4 MiB");
    free(text);
    fixture_fini(&f);
}

TEST(a_string_of_an_array_is_found_on_its_own_line)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f,
                    BASE "endpoints = ( {\n"
                         "  events = [\n"
                         "    \"data-changed\",\n"
                         "    \"x-1\",\n"
                         "    \"x-2\"\n"
                         "\n"
                         "  ];\n"
                         "} );\n",
                    "/weir.conf:6: error: endpoints[0].events[1]: unknown word \"x-1\"");
    fixture_says(&f, "/weir.conf:7: error: endpoints[0].events[2]: unknown word \"x-2\"");
    fixture_fini(&f);
}

TEST(numbers_are_marked_as_wide_and_nothing_else_is)
{
    static const char TEXT[] =
        "a=1;b=-22;c=0x1F;d=1.5;e=1e5;f=3L;g=\"7\";h1-2=8;# 9\n/*10*/i=[1,2];j=1.5e-3;";
    struct source source;
    struct config_report report = {0};
    struct weir_str text = weir_str(TEXT);

    UNUSED_STATE;
    EXPECT_INT(0, source_init(&source, &report, "x.conf", &text));
    EXPECT_STR("a=1L;b=-22L;c=0x1FL;d=1.5;e=1e5;f=3L;g=\"7\";h1-2=8L;# 9\n/*10*/i=[1L,2L];j=1.5e-3;\n",
               source.text.data);
    source_fini(&source);
    config_report_fini(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_included_file_is_read_relative_to_the_main_file),
        UNIT(an_absolute_name_and_a_name_within_a_list_are_included),
        UNIT(a_finding_names_the_included_file_and_its_line_and_the_main_file_goes_on_right),
        UNIT(an_include_in_a_comment_or_a_string_is_none),
        UNIT(an_include_that_cannot_be_read_is_told_where_it_stands),
        UNIT(a_file_that_includes_itself_is_refused),
        UNIT(a_text_beyond_its_bound_is_refused),
        UNIT(a_string_of_an_array_is_found_on_its_own_line),
        UNIT(numbers_are_marked_as_wide_and_nothing_else_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
