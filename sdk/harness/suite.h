/*
 * suite: the tests of one connector, in the order in which they are told.
 *
 * First whether it loads, then its cases. A further kind of test adds tasks of its own, with a name
 * "<kind>: <what>" for what is made from nothing that the author wrote.
 */
#ifndef WEIR_HARNESS_SUITE_H
#define WEIR_HARNESS_SUITE_H

#include "arena.h"
#include "children.h"

struct suite {
    const char *so;   /* path of the connector */
    const char *name; /* "personio" */
    struct task *tasks;
    size_t count, room;
    const char **cases; /* paths of the case files and folders */
    size_t case_count, case_room;
    struct arena arena;
};

/* so is lent. */
void suite_init(struct suite *s, const char *so);
void suite_fini(struct suite *s);

/* name, title (may be NULL) and arg live as long as the suite: its arena has room for them. */
void suite_add(struct suite *s, const char *name, const char *title,
               void (*run)(const struct task *task, struct findings *f), const void *arg);

/* A folder of cases (each *.json, and each folder with a case.json, by name), one case's folder, or one
 * case's file. WEIR_E_CONFIG: it cannot be read, or holds none. */
int suite_find_cases(struct suite *s, const char *path, struct weir_error *err);

/* "load": the table is one that the host and the model table can work with. */
void suite_add_load(struct suite *s);
/* One for each case that was found. */
void suite_add_cases(struct suite *s);

/* Leave those whose name matches one of the patterns of fnmatch. */
void suite_select(struct suite *s, const char *const *patterns, size_t count);

#endif
