/* Newer files of connectors that are loaded: generations, and what is refused. */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

struct folder {
    char dir[32];
    char path[64]; /* of good.so in it */
    struct registry *reg;
    enum registry_news last;
    unsigned told;
    uint32_t before; /* generation of what was told last */
};

static void on_news(void *ctx, enum registry_news news, const struct registry_entry *entry,
                    const struct registry_entry *before)
{
    struct folder *f = ctx;

    (void)entry;
    f->last = news;
    f->told++;
    f->before = before != NULL ? before->generation : 0;
}

/* The whole of a file; free() it. */
static char *read_whole(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes;

    assert_non_null(file);
    EXPECT_INT(0, fseek(file, 0, SEEK_END));
    *size = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*size);
    assert_non_null(bytes);
    EXPECT_INT(*size, fread(bytes, 1, *size, file));
    (void)fclose(file);
    return bytes;
}

/* Write over the file in place: part of good.so, and behind it as many bytes as make it another file. */
static void put(const struct folder *f, double part, size_t more)
{
    size_t size;
    char *bytes = read_whole(ABI_CONNECTORS "/good.so", &size);
    FILE *file = fopen(f->path, "wb");

    assert_non_null(file);
    size = (size_t)((double)size * part);
    EXPECT_INT(size, fwrite(bytes, 1, size, file));
    for (; more > 0; more--) {
        (void)fputc(0, file);
    }
    EXPECT_INT(0, fclose(file));
    free(bytes);
}

static void folder_init(struct folder *f)
{
    *f = (struct folder){.dir = "/tmp/weir-abi-XXXXXX", .reg = registry_new()};
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->path, sizeof f->path, "%s/good.so", f->dir);
    registry_listen(f->reg, on_news, f);
    put(f, 1, 0);
    EXPECT_INT(0, registry_load_dir(f->reg, f->dir, NULL, NULL));
    EXPECT_INT(REGISTRY_LOADED, f->last);
}

static void folder_fini(struct folder *f)
{
    (void)unlink(f->path);
    (void)rmdir(f->dir);
    registry_free(f->reg);
}

static const struct registry_entry *look_again(struct folder *f)
{
    (void)registry_load_dir(f->reg, f->dir, NULL, NULL);
    registry_load_known(f->reg, weir_str(""));
    return registry_find(f->reg, weir_str("good"));
}

TEST(a_file_with_other_content_is_the_next_generation_and_the_earlier_one_stays_as_it_is)
{
    struct folder f;
    const struct registry_entry *first;
    const struct registry_entry *second;
    struct instance_setting token = {"token", "t"};
    struct instance_options options = {
        .integration = "good:acme", .settings = &token, .setting_count = 1, .state_put = fixture_no_state};
    struct instance *old = NULL;
    struct fixture heard = {.reg = NULL};
    struct call_sink sink = fixture_sink(&heard);
    struct weir_ref ref = {.model = weir_str("hris_employees"), .remote_id = weir_str("7")};

    UNUSED_STATE;
    folder_init(&f);
    first = registry_find(f.reg, weir_str("good"));
    EXPECT_INT(1, first->generation);
    options.health = first->health;
    EXPECT_INT(0, instance_open(&old, first->connector, &options, NULL));
    put(&f, 1, 1); /* over what was mapped, had it been mapped from there */
    second = look_again(&f);
    EXPECT_INT(REGISTRY_RELOADED, f.last);
    EXPECT_INT(1, f.before);
    EXPECT_INT(2, second->generation);
    EXPECT(second->connector != first->connector);
    EXPECT(second->connector->fetch->record != first->connector->fetch->record); /* its own code */
    EXPECT(second->health == first->health);
    EXPECT_INT(0, call_record(old, &ref, &sink, NULL));
    EXPECT(strstr(heard.heard, "record(hris_employees,7)") != NULL);
    instance_close(old);
    assert_null(registry_nth(f.reg, 1));
    folder_fini(&f);
}

TEST(the_same_content_is_no_news_however_it_comes)
{
    struct folder f;
    const struct registry_entry *first;

    UNUSED_STATE;
    folder_init(&f);
    first = registry_find(f.reg, weir_str("good"));
    (void)unlink(f.path);
    put(&f, 1, 0);
    assert_ptr_equal(first, look_again(&f));
    EXPECT_INT(0, registry_load(f.reg, f.path, NULL));
    EXPECT_INT(1, f.told);
    folder_fini(&f);
}

TEST(a_bad_file_leaves_the_one_before_it_in_force_and_says_so_once)
{
    struct folder f;
    const struct registry_entry *first;
    const struct registry_entry *now;
    struct weir_error err = {0};

    UNUSED_STATE;
    folder_init(&f);
    first = registry_find(f.reg, weir_str("good"));
    for (double part = 0.05; part < 1; part += 0.1) {
        put(&f, part, 0);
        now = look_again(&f);
        assert_ptr_equal(first->connector, now->connector);
        EXPECT_INT(1, now->generation);
        EXPECT_INT(WEIR_E_INVALID, now->error.code);
        EXPECT(strstr(now->error.message, "cut short") != NULL);
    }
    EXPECT_INT(REGISTRY_REFUSED, f.last);
    EXPECT_INT(2, f.told);
    EXPECT_INT(WEIR_E_INVALID, registry_load(f.reg, f.path, &err));
    EXPECT(strstr(err.message, "cut short") != NULL);
    EXPECT_INT(0, first->error.code); /* an entry never changes */
    put(&f, 1, 0);
    now = look_again(&f);
    EXPECT_INT(0, now->error.code);
    EXPECT_INT(1, now->generation);
    folder_fini(&f);
}

TEST(a_file_that_is_gone_stays_in_force_where_it_was_loaded_and_else_is_listed_no_more)
{
    struct folder f;
    const struct registry_entry *now;
    char broken[64];
    FILE *file;

    UNUSED_STATE;
    folder_init(&f);
    (void)snprintf(broken, sizeof broken, "%s/broken.so", f.dir);
    file = fopen(broken, "wb");
    assert_non_null(file);
    (void)fclose(file);
    (void)look_again(&f);
    assert_non_null(registry_find(f.reg, weir_str("broken")));
    (void)unlink(broken);
    (void)unlink(f.path);
    now = look_again(&f);
    assert_null(registry_find(f.reg, weir_str("broken")));
    assert_non_null(now->connector);
    EXPECT(strstr(now->error.message, "is there no more") != NULL);
    put(&f, 1, 3);
    now = look_again(&f);
    EXPECT_INT(2, now->generation);
    EXPECT_INT(0, now->error.code);
    folder_fini(&f);
}

TEST(one_that_did_not_load_is_loaded_once_it_can_be)
{
    struct folder f;

    UNUSED_STATE;
    folder_init(&f);
    registry_free(f.reg);
    f.reg = registry_new();
    put(&f, 0.5, 0);
    EXPECT_INT(0, registry_load_dir(f.reg, f.dir, NULL, NULL));
    assert_null(registry_find(f.reg, weir_str("good"))->connector);
    assert_null(registry_find(f.reg, weir_str("good"))->health);
    put(&f, 1, 0);
    registry_load_tool(f.reg, f.dir, weir_str("good"));
    EXPECT_INT(1, registry_find(f.reg, weir_str("good"))->generation);
    registry_load_tool(f.reg, f.dir, weir_str("not/a tool"));
    registry_load_tool(f.reg, f.dir, weir_str("nowhere"));
    assert_null(registry_nth(f.reg, 1));
    folder_fini(&f);
}

struct readers {
    struct registry *reg;
    atomic_bool over;
    atomic_uint reads;
};

static void *read_on(void *arg)
{
    struct readers *r = arg;
    uint32_t last = 0;

    while (!atomic_load(&r->over)) {
        const struct registry_entry *entry = registry_find(r->reg, weir_str("good"));
        const struct registry_entry *nth = registry_nth(r->reg, 0);

        /* Whole at any time, and never an earlier one behind a later one. */
        if (entry->connector == NULL || entry->generation < last ||
            strcmp(entry->connector->version, "1.0.0") != 0 || nth->connector->settings[0].key == NULL) {
            abort();
        }
        last = entry->generation;
        atomic_fetch_add(&r->reads, 1);
    }
    return NULL;
}

TEST(the_registry_is_read_from_any_thread_while_files_are_loaded)
{
    struct folder f;
    struct readers r = {.reads = 0};
    pthread_t threads[3];

    UNUSED_STATE;
    folder_init(&f);
    r.reg = f.reg;
    for (size_t i = 0; i < 3; i++) {
        EXPECT_INT(0, pthread_create(&threads[i], NULL, read_on, &r));
    }
    for (size_t i = 1; i <= 20; i++) {
        put(&f, 1, i);
        EXPECT_INT(1 + i, look_again(&f)->generation);
    }
    atomic_store(&r.over, true);
    for (size_t i = 0; i < 3; i++) {
        EXPECT_INT(0, pthread_join(threads[i], NULL));
    }
    EXPECT(atomic_load(&r.reads) > 0);
    folder_fini(&f);
}

TEST(the_health_of_a_connector_tells_failures_from_answers)
{
    static const struct instance_setting settings[] = {{"token", "a-secret-token"}, {"script", "fail"}};
    struct fixture f;
    struct call_sink sink = fixture_sink(&f);
    struct weir_request request = {
        .size = sizeof request, .method = weir_str("POST"), .body = weir_bytes("7", 1)};
    struct weir_ref ref = {.model = weir_str("hris_employees"), .remote_id = weir_str("7")};
    struct health_view view;

    UNUSED_STATE;
    EXPECT_INT(0, fixture_open(&f, "good", settings, 2, NULL));
    sink = fixture_sink(&f);
    EXPECT_INT(0, call_record(f.inst, &ref, &sink, NULL));
    EXPECT_INT(WEIR_E_AUTH, call_events(f.inst, &request, &sink, NULL));
    instance_health(&view, f.inst);
    EXPECT_INT(3, view.calls); /* with its opening */
    EXPECT_INT(1, view.failures);
    EXPECT_INT(2, view.outcomes[-WEIR_OK]);
    EXPECT_INT(1, view.outcomes[-WEIR_E_AUTH]);
    EXPECT_STR("verify.events", view.call);
    EXPECT(strstr(view.message, "the tool refused the token") != NULL);
    EXPECT(strstr(view.message, "a-secret-token") == NULL);
    EXPECT(view.failed_at_ms > 0);
    fixture_close(&f);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        UNIT(a_file_with_other_content_is_the_next_generation_and_the_earlier_one_stays_as_it_is),
        UNIT(the_same_content_is_no_news_however_it_comes),
        UNIT(a_bad_file_leaves_the_one_before_it_in_force_and_says_so_once),
        UNIT(a_file_that_is_gone_stays_in_force_where_it_was_loaded_and_else_is_listed_no_more),
        UNIT(one_that_did_not_load_is_loaded_once_it_can_be),
        UNIT(the_registry_is_read_from_any_thread_while_files_are_loaded),
        UNIT(the_health_of_a_connector_tells_failures_from_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
