/* What the process holds of the file in memory is let go, and nothing is lost by it. */
#include "fixture.h"

#define MANY 12000
#define CONTENT 6000 /* bytes */

/* File pages in memory, in bytes. */
static size_t resident(void)
{
    unsigned long shared = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    EXPECT(file != NULL);
    EXPECT_INT(1, fscanf(file, "%*u %*u %lu", &shared));
    (void)fclose(file);
    return shared * (size_t)sysconf(_SC_PAGESIZE);
}

static bool count_record(void *ctx, const struct store_record *record)
{
    size_t *bytes = ctx;

    for (size_t i = 0; i < record->json.len; i += 64) {
        *bytes += record->json.data[i] != '\0' ? 64 : 0;
    }
    return true;
}

/* Look at all of them: every page is in memory then. */
static size_t read_all(struct fixture *f)
{
    struct store_reader *reader = NULL;
    size_t bytes = 0;

    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    EXPECT_INT(0, store_records_by_id(reader, f->one, EMPLOYEE, weir_str(""), count_record, &bytes, NULL));
    store_reader_close(reader);
    return bytes;
}

static void put_all(struct fixture *f)
{
    char *content = malloc(CONTENT + 1);

    memset(content, 'x', CONTENT);
    content[CONTENT] = '\0';
    for (int i = 0; i < MANY / 200; i++) {
        struct given *given = calloc(200, sizeof *given);
        struct store_record_in records[200];
        struct store_apply in = {.integration = f->one, .records = records, .record_count = 200};
        char names[200][16];

        for (int j = 0; j < 200; j++) {
            (void)snprintf(names[j], sizeof names[j], "x%05d", i * 200 + j);
            give(&given[j], EMPLOYEE, names[j], "a");
            given[j].in.json = weir_str(content);
            records[j] = given[j].in;
        }
        EXPECT_INT(0, apply(f, &in).rc);
        free(given);
    }
    free(content);
}

TEST(a_large_file_does_not_stay_in_memory_and_is_read_as_before)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    size_t before;
    size_t bytes;

    store_trim(f->st); /* as before the first page of a sync */
    before = resident();
    put_all(f); /* the map grows meanwhile, and moves */
    bytes = read_all(f);
    EXPECT(bytes >= (size_t)MANY * (CONTENT - 64));
    EXPECT(resident() > before + ((size_t)48 << 20));

    store_trim(f->st);
    EXPECT(resident() < before + ((size_t)8 << 20));
    EXPECT_INT(bytes, read_all(f));
    EXPECT(resident() > before + ((size_t)48 << 20));
    fixture_free(f);
}

TEST(a_small_file_is_left_alone)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    size_t before;

    store_trim(f->st);
    (void)put(f, EMPLOYEE, "e1", "a");
    (void)read_all(f);
    before = resident();
    store_trim(f->st);
    EXPECT_INT(before, resident());
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_large_file_does_not_stay_in_memory_and_is_read_as_before),
        UNIT(a_small_file_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
