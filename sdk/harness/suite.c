#include "suite.h"

#include "play.h"
#include "tool.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <sys/stat.h>

struct case_task {
    const char *so, *path;
};

void suite_init(struct suite *s, const char *so)
{
    memset(s, 0, sizeof *s);
    s->so = so;
    s->name = case_name(&s->arena, so);
    if (strlen(s->name) > 3 && strcmp(s->name + strlen(s->name) - 3, ".so") == 0) {
        s->name = arena_text(&s->arena, weir_str_n(s->name, strlen(s->name) - 3));
    }
}

void suite_fini(struct suite *s)
{
    free(s->tasks);
    free(s->cases);
    arena_fini(&s->arena);
}

/* Room for one more; what was there is kept. */
static void *grow(void *list, size_t count, size_t *room, size_t size)
{
    void *grown;

    if (count < *room) {
        return list;
    }
    *room = *room > 0 ? *room * 2 : 32;
    grown = must_calloc(*room, size);
    if (count > 0) {
        memcpy(grown, list, count * size);
    }
    free(list);
    return grown;
}

void suite_add(struct suite *s, const char *name, const char *title,
               void (*run)(const struct task *task, struct findings *f), const void *arg)
{
    s->tasks = grow(s->tasks, s->count, &s->room, sizeof *s->tasks);
    s->tasks[s->count++] = (struct task){.name = name, .title = title, .run = run, .arg = arg};
}

/* ---- finding cases ---- */

static void add_case(struct suite *s, const char *path)
{
    s->cases = grow(s->cases, s->case_count, &s->case_room, sizeof *s->cases);
    s->cases[s->case_count++] = path;
}

static bool is_file(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool is_case_folder(const char *path)
{
    char inner[4096];

    (void)snprintf(inner, sizeof inner, "%s/case.json", path);
    return is_file(inner);
}

static bool ends_with_json(const char *name)
{
    size_t len = strlen(name);

    return len > 5 && strcmp(name + len - 5, ".json") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int find_in_folder(struct suite *s, const char *path, struct weir_error *err)
{
    struct dirent **names = NULL;
    size_t before = s->case_count;
    int count = scandir(path, &names, NULL, by_name);

    if (count < 0) {
        return weir_fail(err, WEIR_E_CONFIG, "%.150s cannot be read: %s", path, strerror(errno));
    }
    for (int i = 0; i < count; i++) {
        char *inner = arena_printf(&s->arena, "%s/%s", path, names[i]->d_name);

        if (names[i]->d_name[0] != '.' && (ends_with_json(inner) ? is_file(inner) : is_case_folder(inner))) {
            add_case(s, inner);
        }
        free(names[i]);
    }
    free(names);
    if (s->case_count == before) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "%.150s holds no case: cases are *.json, or folders with a case.json", path);
    }
    return 0;
}

int suite_find_cases(struct suite *s, const char *path, struct weir_error *err)
{
    size_t len = strlen(path);
    char *own;

    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    own = arena_text(&s->arena, weir_str_n(path, len));
    if (is_file(own) || is_case_folder(own)) {
        add_case(s, own);
        return 0;
    }
    return find_in_folder(s, own, err);
}

/* ---- the tests ---- */

static void run_load(const struct task *task, struct findings *f)
{
    struct tool tool;

    if (tool_load(&tool, task->arg, f)) {
        tool_check(tool.connector, f);
    }
    tool_fini(&tool);
}

void suite_add_load(struct suite *s)
{
    suite_add(s, "load", "the table is one that the host can work with", run_load, s->so);
}

static void run_case(const struct task *task, struct findings *f)
{
    const struct case_task *own = task->arg;
    struct tool tool;
    struct test_case *c = NULL;

    if (tool_load(&tool, own->so, f)) {
        c = case_read(own->path, f);
    }
    if (c != NULL) {
        play_case(tool.connector, c, f);
    }
    case_free(c);
    tool_fini(&tool);
}

/* A case that cannot be read has no title; why is what its test will say. */
static const char *title_of(struct suite *s, const char *path)
{
    struct findings f;
    struct test_case *c;
    const char *title = NULL;

    findings_init(&f);
    c = case_read(path, &f);
    if (c != NULL) {
        title = arena_text(&s->arena, weir_str(c->title));
    }
    case_free(c);
    findings_fini(&f);
    return title;
}

void suite_add_cases(struct suite *s)
{
    for (size_t i = 0; i < s->case_count; i++) {
        struct case_task *own = arena_alloc(&s->arena, 1, sizeof *own);

        own->so = s->so;
        own->path = s->cases[i];
        suite_add(s, case_name(&s->arena, own->path), title_of(s, own->path), run_case, own);
    }
}

void suite_select(struct suite *s, const char *const *patterns, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->count; i++) {
        bool match = false;

        for (size_t j = 0; j < count; j++) {
            match = match || fnmatch(patterns[j], s->tasks[i].name, 0) == 0;
        }
        if (match) {
            s->tasks[kept++] = s->tasks[i];
        }
    }
    s->count = kept;
}
