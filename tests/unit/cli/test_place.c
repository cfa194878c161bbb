/* place: what "listen" remembers, and finds again. */
#include "expect.h"

#include "cli/place.h"

#include <stdlib.h>
#include <unistd.h>

struct folder {
    char dir[64], file[96];
};

static void folder_open(struct folder *f)
{
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/weir-place-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->file, sizeof f->file, "%s/place", f->dir);
}

static void folder_close(struct folder *f)
{
    (void)unlink(f->file);
    EXPECT_INT(0, rmdir(f->dir)); /* nothing else was left there */
}

static void write_file(const struct folder *f, const char *text)
{
    FILE *file = fopen(f->file, "we");

    assert_non_null(file);
    EXPECT(fputs(text, file) >= 0);
    EXPECT_INT(0, fclose(file));
}

TEST(what_is_saved_is_found_again)
{
    struct folder f;
    struct place p, q;

    UNUSED_STATE;
    folder_open(&f);
    EXPECT_INT(0, place_init(&p, NULL));
    EXPECT_INT(0, place_init(&q, NULL));
    EXPECT_INT(WEIR_E_NONE, place_load(&q, f.file, NULL));
    buf_add_text(&p.stream, "here");
    EXPECT(place_add(&p, "one") && place_add(&p, "two") && place_add(&p, "three"));
    EXPECT(!place_add(&p, "two"));
    place_drop(&p, "two");
    EXPECT_INT(0, place_save(&p, f.file, NULL));
    EXPECT_INT(0, place_load(&q, f.file, NULL));
    EXPECT(weir_str_is(buf_str(&q.stream), "here"));
    EXPECT(!place_add(&q, "one") && !place_add(&q, "three") && place_add(&q, "two"));
    place_fini(&p);
    place_fini(&q);
    folder_close(&f);
}

TEST(the_oldest_ids_are_forgotten_first_over_a_file_too)
{
    struct folder f;
    struct place p, q;
    char id[16];

    UNUSED_STATE;
    folder_open(&f);
    EXPECT_INT(0, place_init(&p, NULL));
    EXPECT_INT(0, place_init(&q, NULL));
    for (int i = 0; i < PLACE_IDS_MAX + 2; i++) {
        (void)snprintf(id, sizeof id, "n%d", i);
        EXPECT(place_add(&p, id));
    }
    EXPECT_INT(0, place_save(&p, f.file, NULL));
    EXPECT_INT(0, place_load(&q, f.file, NULL));
    EXPECT(!place_add(&q, "n2"));
    EXPECT(place_add(&q, "n0")); /* in the place of n2, which is now the oldest */
    EXPECT(place_add(&q, "n2"));
    EXPECT(!place_add(&q, "n4"));
    place_fini(&p);
    place_fini(&q);
    folder_close(&f);
}

TEST(a_file_of_something_else_is_refused)
{
    static const char *const texts[] = {
        "",
        "weir listen 2\nhere\n",
        "weir listen 1\n",
        "weir listen 1\nhere",
        "weir listen 1\nhe re\n",
        "weir listen 1\nhere\none\n\n",
        "weir listen 1\nhere\ncut off",
        "weir listen 1\nhere\nan_id_that_is_longer_than_any_that_the_daemon_makes\n",
    };
    struct folder f;

    UNUSED_STATE;
    folder_open(&f);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct weir_error err = {0};
        struct place p;

        write_file(&f, texts[i]);
        EXPECT_INT(0, place_init(&p, NULL));
        EXPECT_INT(WEIR_E_INVALID, place_load(&p, f.file, &err));
        EXPECT(strstr(err.message, f.file) != NULL);
        place_fini(&p);
    }
    folder_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_is_saved_is_found_again),
        UNIT(the_oldest_ids_are_forgotten_first_over_a_file_too),
        UNIT(a_file_of_something_else_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
