/*
 * fixture: a configuration file in a folder of its own, loaded, with what was said about it.
 */
#ifndef WEIR_TESTS_CONFIG_FIXTURE_H
#define WEIR_TESTS_CONFIG_FIXTURE_H

#include "config/config.h"
#include "expect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
/* Two lines, so a test's own text begins on line 3. */
#define BASE "data_dir = \"/var/lib/weir\";\nmaster_key = \"" KEY_HEX "\";\n"

struct fixture {
    char dir[64];
    char path[96];
    struct config *cfg;
    struct config_report report;
    struct weir_error err;
    int rc;
};

/* libconfig 1.5 leaks the string it was reading when it meets a syntax error. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so\n";
}

static inline void fixture_init(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/weir-config-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->path, sizeof f->path, "%s/weir.conf", f->dir);
    config_report_init(&f->report);
}

/* Write a file of the folder with this mode; name may hold one folder. */
static inline void fixture_put(struct fixture *f, const char *name, const char *data, size_t len, mode_t mode)
{
    char path[160];
    int fd;

    (void)snprintf(path, sizeof path, "%s/%s", f->dir, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal((ssize_t)len, write(fd, data, len));
    assert_int_equal(0, fchmod(fd, mode));
    assert_int_equal(0, close(fd));
}

static inline void fixture_put_text(struct fixture *f, const char *name, const char *text)
{
    fixture_put(f, name, text, strlen(text), 0600);
}

static inline void fixture_forget(struct fixture *f)
{
    config_free(f->cfg);
    f->cfg = NULL;
    config_report_fini(&f->report);
    f->err.message[0] = '\0';
}

/* Load this text as weir.conf. */
static inline void fixture_load_with(struct fixture *f, const char *text, const struct config_names *names)
{
    fixture_forget(f);
    fixture_put_text(f, "weir.conf", text);
    f->rc = config_load(&f->cfg, &f->report, f->path, names, &f->err);
}

static inline void fixture_load(struct fixture *f, const char *text)
{
    fixture_load_with(f, text, NULL);
}

/* Is there a line with this text in it? "weir.conf:3: error: ..." */
static inline bool fixture_has(const struct fixture *f, const char *text)
{
    char line[2048];

    for (size_t i = 0; i < f->report.count; i++) {
        (void)config_finding_format(line, sizeof line, &f->report.items[i]);
        if (strstr(line, text) != NULL) {
            return true;
        }
    }
    return false;
}

static inline void fixture_says(const struct fixture *f, const char *text)
{
    if (!fixture_has(f, text)) {
        (void)fprintf(stderr, "not said: %s\n", text);
        config_report_print(stderr, &f->report, CONFIG_NOTE);
    }
    assert_true(fixture_has(f, text));
}

/* The text is refused, and this is said. */
static inline void fixture_refuses(struct fixture *f, const char *text, const char *said)
{
    fixture_load(f, text);
    fixture_says(f, said);
    assert_int_equal(WEIR_E_CONFIG, f->rc);
    assert_null(f->cfg);
}

static inline void fixture_takes(struct fixture *f, const char *text)
{
    fixture_load(f, text);
    if (f->rc != 0) {
        config_report_print(stderr, &f->report, CONFIG_NOTE);
    }
    assert_int_equal(0, f->rc);
    assert_non_null(f->cfg);
}

static inline void fixture_fini(struct fixture *f)
{
    char command[128];

    fixture_forget(f);
    /* The folder's name was made here, from fixed letters. */
    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    assert_int_equal(0, system(command));
}

#endif
