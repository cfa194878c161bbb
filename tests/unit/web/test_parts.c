/* parts: a form with files, as bytes. */
#include "expect.h"

#include "web/parts.h"

#include <stdlib.h>
#include <string.h>

struct made {
    struct buf body;
    char type[PARTS_TYPE_MAX], why[PARTS_WHY_MAX];
    bool good;
};

static void make(struct made *m, const char *list, size_t max)
{
    json_t *parsed = json_loads(list, JSON_DECODE_ANY, NULL);

    assert_non_null(parsed);
    *m = (struct made){.type = "", .why = ""};
    buf_init(&m->body, max);
    m->good = parts_write(&m->body, m->type, parsed, m->why);
    json_decref(parsed);
}

static const char *boundary_of(const struct made *m)
{
    const char *at = strstr(m->type, "boundary=");

    assert_non_null(at);
    return at + strlen("boundary=");
}

/* "B" stands for the boundary. */
static void expect_body(const char *want, const char *list)
{
    struct made m;
    struct buf text;

    make(&m, list, PARTS_BODY_MAX);
    EXPECT_STR("", m.why);
    EXPECT(m.good);
    buf_init(&text, 65536);
    for (const char *c = want; *c != '\0'; c++) {
        if (*c == 'B') {
            buf_add_text(&text, boundary_of(&m));
        } else {
            buf_add_char(&text, *c);
        }
    }
    EXPECT_INT(text.len, m.body.len);
    assert_memory_equal(text.data, m.body.data, text.len);
    buf_fini(&text);
    buf_fini(&m.body);
}

TEST(texts_and_files_become_parts_in_their_order)
{
    UNUSED_STATE;
    expect_body("--B\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx y\r\n"
                "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n"
                "Content-Type: application/pdf\r\n\r\n%PDF\r\n--B--\r\n",
                "[{\"name\":\"title\",\"value\":\"x y\"},{\"name\":\"file\",\"value\":{\"name\":\"a.pdf\","
                "\"content_type\":\"application/pdf\",\"data\":\"JVBERg==\"}}]");
    expect_body("--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n"
                "Content-Type: application/octet-stream\r\n\r\n\r\n--B--\r\n",
                "[{\"name\":\"f\",\"value\":{\"name\":\"a\",\"data\":\"\"}}]");
    expect_body("--B\r\nContent-Disposition: form-data; name=\"e\"\r\n\r\n\r\n--B--\r\n",
                "[{\"name\":\"e\",\"value\":\"\"}]");
}

TEST(a_name_ends_neither_its_quotes_nor_its_line)
{
    UNUSED_STATE;
    expect_body(
        "--B\r\nContent-Disposition: form-data; name=\"a%22; x=%22%0D%0Ay\"; filename=\"%22%0A\"\r\n"
        "Content-Type: a/b\r\n\r\n1\r\n--B--\r\n",
        "[{\"name\":\"a\\\"; x=\\\"\\r\\ny\",\"value\":{\"name\":\"\\\"\\n\",\"content_type\":\"a/b\","
        "\"data\":\"MQ\"}}]");
}

TEST(each_body_has_a_boundary_of_its_own)
{
    static const char list[] = "[{\"name\":\"a\",\"value\":\"b\"}]";
    struct made one;
    struct made other;

    UNUSED_STATE;
    make(&one, list, PARTS_BODY_MAX);
    make(&other, list, PARTS_BODY_MAX);
    EXPECT(one.good && other.good);
    EXPECT(strncmp(one.type, "multipart/form-data; boundary=weir----", 38) == 0);
    EXPECT(strlen(boundary_of(&one)) == 56 && strcmp(one.type, other.type) != 0);
    buf_fini(&one.body);
    buf_fini(&other.body);
}

TEST(what_is_no_part_is_named_with_its_number)
{
    static const char *const wrong[][2] = {
        {"[]", "1 to 100 parts"},
        {"{}", "1 to 100 parts"},
        {"[7]", "Part 1 of \"multipart_form_data\": it needs a \"name\""},
        {"[{\"name\":\"\",\"value\":\"x\"}]", "it needs a \"name\""},
        {"[{\"name\":\"a\"}]", "\"value\" has to be a text or a file"},
        {"[{\"name\":\"a\",\"value\":\"b\"},{\"name\":\"a\",\"value\":7}]", "Part 2 of"},
        {"[{\"name\":\"a\",\"value\":{\"data\":\"\"}}]", "a file needs a \"name\""},
        {"[{\"name\":\"a\",\"value\":{\"name\":\"b\"}}]", "a file needs \"data\""},
        {"[{\"name\":\"a\",\"value\":{\"name\":\"b\",\"data\":\"*\"}}]", "\"data\" is not base64"},
        {"[{\"name\":\"a\",\"value\":{\"name\":\"b\",\"data_url\":\"https://x.example/\"}}]", "fetches no"},
        {"[{\"name\":\"a\",\"value\":{\"name\":\"b\",\"data\":\"\",\"content_type\":\"pdf\"}}]",
         "content_type"},
        {"[{\"name\":\"a\",\"value\":{\"name\":\"b\",\"data\":\"\",\"content_type\":\"a/b\\r\\nX: y\"}}]",
         "content_type"},
        {"[{\"name\":\"a\",\"value\":{\"name\":\"b\",\"data\":\"\",\"content_type\":7}}]", "content_type"},
    };
    struct made m;

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        make(&m, wrong[i][0], PARTS_BODY_MAX);
        if (m.good || strstr(m.why, wrong[i][1]) == NULL) {
            fail_msg("%s: %s", wrong[i][0], m.good ? "was taken" : m.why);
        }
        buf_fini(&m.body);
    }
}

TEST(a_body_that_is_too_long_is_refused_whole)
{
    struct made m;

    UNUSED_STATE;
    make(&m, "[{\"name\":\"a\",\"value\":\"b\"}]", 100);
    EXPECT(!m.good && strstr(m.why, "16 MiB") != NULL);
    buf_fini(&m.body);
    make(&m, "[{\"name\":\"a\",\"value\":{\"name\":\"b\",\"data\":\"MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=\"}}]", 200);
    EXPECT(!m.good && strstr(m.why, "16 MiB") != NULL);
    buf_fini(&m.body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(texts_and_files_become_parts_in_their_order), UNIT(a_name_ends_neither_its_quotes_nor_its_line),
        UNIT(each_body_has_a_boundary_of_its_own),         UNIT(what_is_no_part_is_named_with_its_number),
        UNIT(a_body_that_is_too_long_is_refused_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
