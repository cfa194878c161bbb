#include "new.h"

#include "command.h"
#include "host/table_check.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPLATE_FILE_MAX ((size_t)256 << 10)
#define TEMPLATE_DEPTH_MAX 4
#define NAME_TEXT (TABLE_TOOL_MAX + 1)

/* The four ways in which the template writes its name, and what stands there instead. */
enum { NAME_WORD, NAME_LABEL, NAME_DASHED, NAME_UPPER, NAME_COUNT };
static const char *const template_names[NAME_COUNT] = {"sample_tool", "Sample tool", "sample-tool",
                                                       "SAMPLE_TOOL"};

struct names {
    char own[NAME_COUNT][NAME_TEXT];
};

static void names_init(struct names *names, const char *tool)
{
    for (size_t i = 0; i <= strlen(tool); i++) {
        bool gap = tool[i] == '_';

        names->own[NAME_WORD][i] = tool[i];
        names->own[NAME_LABEL][i] = gap ? ' ' : tool[i];
        names->own[NAME_DASHED][i] = gap ? '-' : tool[i];
        names->own[NAME_UPPER][i] = (char)toupper((unsigned char)tool[i]);
    }
    names->own[NAME_LABEL][0] = names->own[NAME_UPPER][0];
}

/* The template's name that data begins with, or NAME_COUNT. */
static size_t names_at(const char *data, size_t len)
{
    for (size_t i = 0; i < NAME_COUNT; i++) {
        size_t name_len = strlen(template_names[i]);

        if (len >= name_len && memcmp(data, template_names[i], name_len) == 0) {
            return i;
        }
    }
    return NAME_COUNT;
}

static int path_join(char out[PATH_MAX], const char *folder, const char *name, struct weir_error *err)
{
    int len = snprintf(out, PATH_MAX, "%s/%s", folder, name);

    return len > 0 && len < PATH_MAX
               ? 0
               : weir_fail(err, WEIR_E_LIMIT, "%.100s...: the path is longer than %d bytes", folder,
                           PATH_MAX);
}

/* ---- one file ---- */

/* *data is yours: free it. */
static int file_read(char **data, size_t *len, const char *path, struct weir_error *err)
{
    FILE *in = fopen(path, "rbe");
    char *read = malloc(TEMPLATE_FILE_MAX + 1);
    int rc = 0;

    if (read == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
        goto out;
    }
    if (in == NULL) {
        rc = weir_fail(err, WEIR_E_IO, "cannot read %s: %s", path, strerror(errno));
        goto out;
    }
    *len = fread(read, 1, TEMPLATE_FILE_MAX + 1, in);
    if (ferror(in) != 0) {
        rc = weir_fail(err, WEIR_E_IO, "cannot read %s: %s", path, strerror(errno));
    } else if (*len > TEMPLATE_FILE_MAX) {
        rc = weir_fail(err, WEIR_E_LIMIT, "%s: %zu bytes are more than a template's file may have", path,
                       *len);
    } else {
        *data = read;
        read = NULL;
    }

out:
    if (in != NULL) {
        (void)fclose(in);
    }
    free(read);
    return rc;
}

static void text_write(FILE *out, const struct names *names, const char *data, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t name = names_at(data + i, len - i);

        if (name < NAME_COUNT) {
            (void)fputs(names->own[name], out);
            i += strlen(template_names[name]);
        } else {
            (void)fputc(data[i++], out);
        }
    }
}

static int file_copy(const char *to, const char *from, const struct names *names, struct weir_error *err)
{
    char *data = NULL;
    size_t len = 0;
    FILE *out;
    bool failed;
    int rc = file_read(&data, &len, from, err);

    if (rc != 0) {
        return rc;
    }
    out = fopen(to, "wbxe");
    if (out == NULL) {
        rc = weir_fail(err, WEIR_E_IO, "cannot write %s: %s", to, strerror(errno));
        goto out;
    }
    text_write(out, names, data, len);
    failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        rc = weir_fail(err, WEIR_E_IO, "cannot write %s: %s; delete the folder and try again", to,
                       strerror(errno));
    }

out:
    free(data);
    return rc;
}

/* ---- a folder ---- */

static int name_write(char out[NAME_MAX + 1], const char *name, const struct names *names,
                      struct weir_error *err)
{
    size_t n = 0;

    for (size_t i = 0; name[i] != '\0';) {
        size_t found = names_at(name + i, strlen(name + i));
        const char *add = found < NAME_COUNT ? names->own[found] : name + i;
        size_t len = found < NAME_COUNT ? strlen(add) : 1;

        if (n + len > NAME_MAX) {
            return weir_fail(err, WEIR_E_LIMIT, "%s: the name becomes too long", name);
        }
        memcpy(out + n, add, len);
        n += len;
        i += found < NAME_COUNT ? strlen(template_names[found]) : 1;
    }
    out[n] = '\0';
    return 0;
}

static int folder_copy(const char *to, const char *from, const struct names *names, unsigned int depth,
                       struct weir_error *err);

static int entry_copy(const char *to_folder, const char *from_folder, const char *name,
                      const struct names *names, unsigned int depth, struct weir_error *err)
{
    char from[PATH_MAX];
    char to[PATH_MAX];
    char own[NAME_MAX + 1];
    struct stat st;
    int rc = name_write(own, name, names, err);

    rc = rc != 0 ? rc : path_join(from, from_folder, name, err);
    rc = rc != 0 ? rc : path_join(to, to_folder, own, err);
    if (rc == 0 && stat(from, &st) != 0) {
        rc = weir_fail(err, WEIR_E_IO, "cannot look at %s: %s", from, strerror(errno));
    }
    if (rc == 0 && S_ISDIR(st.st_mode)) {
        return folder_copy(to, from, names, depth + 1, err);
    }
    return rc != 0 ? rc : file_copy(to, from, names, err);
}

static int folder_copy(const char *to, const char *from, const struct names *names, unsigned int depth,
                       struct weir_error *err)
{
    const struct dirent *entry;
    DIR *dir;
    int rc = 0;

    if (depth > TEMPLATE_DEPTH_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "%s: a template has no folders that deep", from);
    }
    dir = opendir(from);
    if (dir == NULL) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "there is no template at %s: %s; --template names another folder", from,
                         strerror(errno));
    }
    if (mkdir(to, 0777) != 0) {
        rc = errno == EEXIST
                 ? weir_fail(err, WEIR_E_CONFIG, "%s is there already: choose another name, or move it away",
                             to)
                 : weir_fail(err, WEIR_E_IO, "cannot make the folder %s: %s", to, strerror(errno));
    }
    while (rc == 0 && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            rc = entry_copy(to, from, entry->d_name, names, depth, err);
        }
    }
    (void)closedir(dir);
    return rc;
}

/* ---- the command ---- */

int new_template_folder(char *out, size_t cap, struct weir_error *err)
{
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    int n;

    if (len <= 0) {
        return weir_fail(err, WEIR_E_NONE,
                         "cannot tell where this program lies; --template names the folder");
    }
    program[len] = '\0';
    /* <prefix>/bin/weir-harness: two names back is the prefix. */
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(program, '/');

        if (slash != NULL) {
            *slash = '\0';
        }
    }
    n = snprintf(out, cap, "%s/share/weir/template", program);
    return n > 0 && (size_t)n < cap ? 0
                                    : weir_fail(err, WEIR_E_LIMIT, "the path of this program is too long");
}

int new_connector(const char *tool, const char *template_folder, struct weir_error *err)
{
    static const char *const parts[] = {"client", "verify", "fetch", "subscribe"};
    struct names names;

    if (!name_is_word(tool, 2, TABLE_TOOL_MAX)) {
        return weir_fail(
            err, WEIR_E_INVALID,
            "\"%.64s\" is no name of a tool: 2 to %d small letters, digits and _, a letter first", tool,
            TABLE_TOOL_MAX);
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(tool, parts[i]) == 0) {
            return weir_fail(err, WEIR_E_INVALID,
                             "%s.c is the name of another file of a connector: try %s_hr", tool, tool);
        }
    }
    names_init(&names, tool);
    return folder_copy(tool, template_folder, &names, 0, err);
}

int new_command(const struct command *command, int argc, char **argv)
{
    static const struct option options[] = {
        {"template", required_argument, NULL, 't'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    const char *folder = NULL;
    struct weir_error err = {0};
    char installed[PATH_MAX];
    int option;
    int rc = 0;

    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (option == 'h') {
            return command_help(command);
        }
        if (option != 't') {
            return command_bad_option(command);
        }
        folder = optarg;
    }
    if (argc - optind != 1) {
        return command_misuse(command, "it takes one name, that of the tool");
    }
    if (folder == NULL) {
        rc = new_template_folder(installed, sizeof installed, &err);
        folder = installed;
    }
    rc = rc != 0 ? rc : new_connector(argv[optind], folder, &err);
    if (rc != 0) {
        (void)fprintf(stderr, "weir-harness new: %s\n", err.message);
        return EXIT_USAGE;
    }
    (void)printf("%s is a connector that builds and passes its cases:\n\n"
                 "  cd %s\n  cmake -B build\n  cmake --build build\n  weir-harness test build/%s.so cases/\n",
                 argv[optind], argv[optind], argv[optind]);
    return EXIT_GOOD;
}
