/*
 * source: the text of a configuration file with its @include lines unfolded, and where each of its lines
 * came from.
 *
 * Unfolded here and not by libconfig, because that ends the process when an included name is a folder,
 * takes no absolute path, and knows no bound. The rules stay its own: @include "name" at the start of a
 * line, outside comments and strings. A relative name starts from the folder of the main file.
 */
#ifndef WEIR_CONFIG_SOURCE_H
#define WEIR_CONFIG_SOURCE_H

#include "base/buf.h"
#include "config/report.h"

struct source_file {
    char *path;
    unsigned mode; /* permission bits; 0: not from a file */
    bool warned;   /* that it is too open for the secrets in it */
};

struct source_line {
    unsigned file; /* index into files */
    int line;
};

struct source {
    struct buf text;           /* terminated, the end not counted */
    struct source_line *lines; /* lines[i] tells of line i + 1 of text */
    size_t line_count;
    size_t line_cap;
    struct source_file *files; /* the main file first */
    size_t file_count;
    char *dir; /* what relative names start from: "." or "/etc/weir" */
};

/* Read path, or take text where that is not NULL. Mistakes go to the report. 0, WEIR_E_CONFIG, WEIR_E_MEMORY.
 * After a failure source_fini is due too. Thread: any, as all calls here. */
int source_init(struct source *source, struct config_report *report, const char *path,
                const struct weir_str *text);

/* Overwrites the text: there may be secrets in it. */
void source_fini(struct source *source);

/* Where line (from 1) of the text came from; a line beyond the end is the last one. */
struct source_line source_place(const struct source *source, unsigned line);

/*
 * The line of the text on which the string value stands, looking back from the line libconfig gives.
 * libconfig reads one token ahead to join "a" "b", so the last string of an array has the line of what
 * follows.
 */
unsigned source_line_of_string(const struct source *source, unsigned line, const char *value);

/* name as a path that starts from the main file's folder, unless it is absolute. NULL: no memory. */
char *source_path_dup(const struct source *source, const char *name);

#endif
