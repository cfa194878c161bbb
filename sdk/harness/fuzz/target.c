/*
 * target: weir-harness-fuzz, a libFuzzer program over one connector and its cases.
 *
 * Which ones stands in the environment, since libFuzzer keeps the command line for itself: WEIR_FUZZ_TOOL
 * names the .so, WEIR_FUZZ_CASES the files and folders of cases, a line each, and WEIR_FUZZ_SEEDS a folder to
 * which the cases are written as inputs before anything else. weir-harness fuzz starts it so. Everything here
 * lives as long as the process.
 */
#include "fuzz_play.h"
#include "suite.h"
#include "tool.h"

#include "base/log.h"

#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct target {
    struct tool tool;
    struct suite suite;
    struct test_case **cases;
    size_t case_count;
    struct findings findings;
};

/* libFuzzer has no place for a context: written once, before the first input. */
static struct target *the_target;

static void give_up(const struct target *t, const char *why)
{
    (void)fprintf(stderr, "weir-harness-fuzz: %s\n%.*s", why, WEIR_STR_ARG(buf_str(&t->findings.text)));
    exit(2);
}

static void cases_load(struct target *t, const char *paths)
{
    struct weir_error err = {0};

    while (*paths != '\0') {
        size_t len = strcspn(paths, "\n");

        if (suite_find_cases(&t->suite, arena_text(&t->suite.arena, weir_str_n(paths, len)), &err) != 0) {
            give_up(t, err.message);
        }
        paths += paths[len] != '\0' ? len + 1 : len;
    }
    t->cases = must_calloc(t->suite.case_count, sizeof *t->cases);
    for (size_t i = 0; i < t->suite.case_count; i++) {
        t->cases[t->case_count] = case_read(t->suite.cases[i], &t->findings);
        t->case_count += t->cases[t->case_count] != NULL ? 1 : 0;
    }
    if (t->case_count == 0) {
        give_up(t, "there is no case that can be read");
    }
}

/* By the connector itself, which is why it is done here: an instrumented one loads nowhere else. */
static void seeds_write(struct target *t, const char *folder)
{
    struct buf seed;

    buf_init(&seed, CASE_FILE_MAX);
    for (size_t i = 0; i < t->case_count; i++) {
        char path[4096];
        FILE *file;

        if (!fuzz_seed(&seed, t->tool.connector, t->cases[i])) {
            (void)fprintf(stderr, "weir-harness-fuzz: %s does not pass; weir-harness test says why\n",
                          t->cases[i]->name);
        }
        (void)snprintf(path, sizeof path, "%s/%s", folder, t->cases[i]->name);
        file = fopen(path, "we");
        if (file == NULL || fwrite(seed.data, 1, seed.len, file) != seed.len) {
            give_up(t, "an input cannot be written");
        }
        if (fclose(file) != 0) {
            give_up(t, "an input cannot be written");
        }
    }
    buf_fini(&seed);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *seeds = getenv("WEIR_FUZZ_SEEDS");
    const char *tool = getenv("WEIR_FUZZ_TOOL");
    const char *cases = getenv("WEIR_FUZZ_CASES");
    struct target *t = must_calloc(1, sizeof *t);

    (void)argc;
    (void)argv;
    log_setup(STDERR_FILENO, LOG_LOGFMT, WEIR_LOG_ERROR);
    findings_init(&t->findings);
    if (tool == NULL || cases == NULL) {
        give_up(t, "it is started by weir-harness fuzz, or with WEIR_FUZZ_TOOL and WEIR_FUZZ_CASES");
    }
    suite_init(&t->suite, tool);
    if (!tool_load(&t->tool, tool, &t->findings)) {
        give_up(t, "the connector cannot be loaded");
    }
    cases_load(t, cases);
    if (seeds != NULL) {
        seeds_write(t, seeds);
    }
    the_target = t;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct target *t = the_target;
    const struct test_case *c = t->cases[0];
    struct fuzz_input in;

    fuzz_input_init(&in, data, size);
    for (size_t i = 0; i < t->case_count; i++) {
        if (weir_str_is(in.name, t->cases[i]->name)) {
            c = t->cases[i];
        }
    }
    fuzz_play(t->tool.connector, c, &in);
    return 0;
}
