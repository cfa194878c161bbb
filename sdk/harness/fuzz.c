/*
 * fuzz: weir-harness fuzz, which runs weir-harness-fuzz over a connector and its cases.
 *
 * That one is a program of its own, since libFuzzer has its main, and is not there where clang was not. Here
 * are its folders, its command line, and what is said of what it found.
 */
#include "command.h"

#include "arena.h"
#include "base/buf.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARGS_MAX 64
#define SECONDS_DEFAULT 60
#define SECONDS_MOST 31536000
#define INSTRUMENTED "__sanitizer_cov_"

struct fuzz_options {
    const char *so, *corpus;
    char **cases;
    int case_count;
    char **rest; /* behind "--" */
    int rest_count;
    unsigned long seconds;
};

struct fuzz_run {
    const struct fuzz_options *o;
    char *program, *folder, *found, *seeds;
    char *artifact; /* what libFuzzer writes a crash to */
    bool instrumented;
    struct arena arena;
};

/* ---- the program ---- */

/* Beside this one in a build, in ../libexec/weir when it is installed. NULL: neither. */
static char *program_find(struct arena *arena)
{
    static const char *const places[] = {"weir-harness-fuzz", "../libexec/weir/weir-harness-fuzz"};
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    if (len <= 0) {
        return NULL;
    }
    self[len] = '\0';
    *strrchr(self, '/') = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char *path = arena_printf(arena, "%s/%s", self, places[i]);

        if (access(path, X_OK) == 0) {
            return path;
        }
    }
    return NULL;
}

static int program_missing(void)
{
    (void)fprintf(
        stderr,
        "weir-harness fuzz: weir-harness-fuzz is neither beside this program nor in ../libexec/weir. It is "
        "built with\nlibFuzzer, which was not there when this one was built: install clang and "
        "libclang-rt-14-dev, then build\nthe SDK again\n");
    return EXIT_USAGE;
}

/* Coverage shows libFuzzer which change led somewhere; without it, it only guesses. */
static bool is_instrumented(const char *so)
{
    FILE *file = fopen(so, "re");
    struct stat st;
    char *bytes = NULL;
    bool found = true; /* what cannot be read is for the loader to say */

    if (file != NULL && fstat(fileno(file), &st) == 0 && st.st_size > 0) {
        bytes = must_calloc(1, (size_t)st.st_size);
        found = fread(bytes, 1, (size_t)st.st_size, file) != (size_t)st.st_size ||
                memmem(bytes, (size_t)st.st_size, INSTRUMENTED, strlen(INSTRUMENTED)) != NULL;
    }
    if (!found) {
        (void)fprintf(stderr,
                      "%s is not instrumented, so inputs are changed blindly: build it with clang and "
                      "-DWEIR_CONNECTOR_FUZZ=ON,\nor with clang -fsanitize=fuzzer-no-link\n",
                      so);
    }
    free(bytes);
    if (file != NULL) {
        (void)fclose(file);
    }
    return found;
}

/* ---- its folders ---- */

static int folder_make(struct fuzz_run *r)
{
    const char *tmp = getenv("TMPDIR");

    r->folder =
        arena_printf(&r->arena, "%s/weir-harness-fuzz-XXXXXX", tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
    if (mkdtemp(r->folder) == NULL) {
        (void)fprintf(stderr, "weir-harness fuzz: %s cannot be made: %s\n", r->folder, strerror(errno));
        r->folder = NULL;
        return EXIT_USAGE;
    }
    r->found = arena_printf(&r->arena, "%s/found", r->folder);
    r->seeds = arena_printf(&r->arena, "%s/seeds", r->folder);
    if (mkdir(r->found, 0700) != 0 || mkdir(r->seeds, 0700) != 0) {
        (void)fprintf(stderr, "weir-harness fuzz: a folder in %s cannot be made: %s\n", r->folder,
                      strerror(errno));
        return EXIT_USAGE;
    }
    if (r->o->corpus != NULL && mkdir(r->o->corpus, 0777) != 0 && errno != EEXIST) {
        (void)fprintf(stderr, "weir-harness fuzz: %s cannot be made: %s\n", r->o->corpus, strerror(errno));
        return EXIT_USAGE;
    }
    return 0;
}

static void folder_empty(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    (void)rmdir(path);
}

/* ---- its command line ---- */

/* Does an argument behind "--" name an input? Then it is played and nothing is looked for. */
static bool plays_inputs(const struct fuzz_options *o)
{
    for (int i = 0; i < o->rest_count; i++) {
        if (o->rest[i][0] != '-') {
            return true;
        }
    }
    return false;
}

static void arguments_make(char *args[ARGS_MAX], struct fuzz_run *r)
{
    const struct fuzz_options *o = r->o;
    size_t count = 0;

    args[count++] = r->program;
    args[count++] = arena_printf(&r->arena, "-max_total_time=%lu", o->seconds);
    args[count++] = arena_printf(&r->arena, "-timeout=10");
    args[count++] = arena_printf(&r->arena, "-rss_limit_mb=2048");
    /* Without coverage no input is of interest, and libFuzzer would have none to begin with. */
    args[count++] = arena_printf(&r->arena, "-keep_seed=%d", r->instrumented ? 0 : 1);
    args[count++] = arena_printf(&r->arena, "-exact_artifact_path=%s", r->artifact);
    /* The last of several counts. */
    for (int i = 0; i < o->rest_count; i++) {
        args[count++] = o->rest[i];
    }
    if (!plays_inputs(o)) {
        args[count++] = o->corpus != NULL ? arena_text(&r->arena, weir_str(o->corpus)) : r->found;
        args[count++] = r->seeds;
    }
    args[count] = NULL;
}

static void environment_set(const struct fuzz_run *r)
{
    struct buf cases;

    buf_init(&cases, 1u << 20);
    for (int i = 0; i < r->o->case_count; i++) {
        buf_add_text(&cases, i > 0 ? "\n" : "");
        buf_add_text(&cases, r->o->cases[i]);
    }
    if (r->o->case_count == 0) {
        buf_add_text(&cases, "cases");
    }
    buf_add_char(&cases, '\0');
    (void)setenv("WEIR_FUZZ_TOOL", r->o->so, 1);
    (void)setenv("WEIR_FUZZ_CASES", cases.data, 1);
    if (!plays_inputs(r->o)) {
        (void)setenv("WEIR_FUZZ_SEEDS", r->seeds, 1);
    }
    buf_fini(&cases);
}

/* Its exit status, or -1. */
static int program_run(struct fuzz_run *r)
{
    char *args[ARGS_MAX];
    int status = -1;
    pid_t pid;

    arguments_make(args, r);
    (void)fflush(stdout);
    pid = fork();
    if (pid == 0) {
        environment_set(r);
        (void)execv(r->program, args);
        (void)fprintf(stderr, "weir-harness fuzz: %s cannot be started: %s\n", r->program, strerror(errno));
        _exit(EXIT_USAGE);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1;
        }
    }
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- what came of it ---- */

static int tell(const struct fuzz_run *r, int status)
{
    const struct fuzz_options *o = r->o;

    if (status == 0) {
        return EXIT_GOOD;
    }
    if (plays_inputs(o) && status != EXIT_USAGE) {
        return EXIT_FOUND;
    }
    if (access(r->artifact, F_OK) != 0) {
        if (status != EXIT_USAGE) {
            (void)fprintf(stderr,
                          "weir-harness fuzz: weir-harness-fuzz ended with status %d and found nothing\n",
                          status);
        }
        return EXIT_USAGE;
    }
    (void)printf("found: %s\nagain: weir-harness fuzz %s", r->artifact, o->so);
    for (int i = 0; i < o->case_count; i++) {
        (void)printf(" %s", o->cases[i]);
    }
    (void)printf(" -- %s\n", r->artifact);
    return EXIT_FOUND;
}

/* In the current folder: "personio-found-20260302T091510Z". */
static char *artifact_name(struct arena *arena, const char *so)
{
    const char *slash = strrchr(so, '/');
    const char *name = slash != NULL ? slash + 1 : so;
    time_t now = time(NULL);
    struct tm tm;
    char stamp[32] = "";

    if (gmtime_r(&now, &tm) != NULL) {
        (void)strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &tm);
    }
    return arena_printf(arena, "./%.*s-found-%s", (int)strcspn(name, "."), name, stamp);
}

static int fuzz(const struct fuzz_options *o)
{
    struct fuzz_run r = {.o = o};
    int rc;

    r.program = program_find(&r.arena);
    if (r.program == NULL) {
        rc = program_missing();
        goto out;
    }
    r.instrumented = is_instrumented(o->so);
    r.artifact = artifact_name(&r.arena, o->so);
    rc = folder_make(&r);
    if (rc == 0) {
        rc = tell(&r, program_run(&r));
    }

out:
    if (r.folder != NULL) {
        folder_empty(r.found);
        folder_empty(r.seeds);
        (void)rmdir(r.folder);
    }
    arena_fini(&r.arena);
    return rc;
}

/* What is behind "--" is kept from getopt, which would mix it with the cases. */
static int rest_split(struct fuzz_options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            o->rest = argv + i + 1;
            o->rest_count = argc - i - 1;
            return i;
        }
    }
    return argc;
}

int fuzz_command(const struct command *command, int argc, char **argv)
{
    static const struct option longs[] = {{"seconds", required_argument, NULL, 's'},
                                          {"corpus", required_argument, NULL, 'c'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    struct fuzz_options o = {.seconds = SECONDS_DEFAULT};
    char *end = NULL;
    int option;

    argc = rest_split(&o, argc, argv);
    while ((option = getopt_long(argc, argv, "h", longs, NULL)) >= 0) {
        if (option == 's') {
            o.seconds = strtoul(optarg, &end, 10);
            if (*end != '\0' || o.seconds == 0 || o.seconds > SECONDS_MOST) {
                return command_misuse(command, "--seconds has to be a number from 1 to %d", SECONDS_MOST);
            }
        } else if (option == 'c') {
            o.corpus = optarg;
        } else {
            return option == 'h' ? command_help(command) : command_bad_option(command);
        }
    }
    if (optind >= argc) {
        return command_misuse(command, "which connector? Name its .so");
    }
    if (o.rest_count > ARGS_MAX - 16) {
        return command_misuse(command, "at most %d arguments may follow --", ARGS_MAX - 16);
    }
    o.so = argv[optind];
    o.cases = argv + optind + 1;
    o.case_count = argc - optind - 1;
    return fuzz(&o);
}
