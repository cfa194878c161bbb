#include "scarce.h"

#include "expect.h"

#include <stdatomic.h>
#include <stdlib.h>

#define NTH_MAX 100000 /* no call under test comes near it */

static atomic_long left; /* until the one that fails; 0: unarmed */
static atomic_bool is_lasting;
static atomic_int pauses;
static atomic_bool has_failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t max);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t max);
int __wrap_asprintf(char **out, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **out, int flag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fails(void)
{
    long before;

    if (atomic_load(&left) == 0 || atomic_load(&pauses) > 0) {
        return false;
    }
    before = atomic_fetch_sub(&left, 1);
    if (before > 1) {
        return false;
    }
    atomic_store(&has_failed, true);
    atomic_store(&left, atomic_load(&is_lasting) ? 1 : 0);
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t max)
{
    return fails() ? NULL : __real_strndup(text, max);
}

int __wrap_asprintf(char **out, const char *format, ...)
{
    va_list args;
    int len;

    if (fails()) {
        return -1; /* *out is anything then */
    }
    va_start(args, format);
    len = vasprintf(out, format, args);
    va_end(args);
    return len;
}

int __wrap___asprintf_chk(char **out, int flag, const char *format, ...)
{
    va_list args;
    int len;

    (void)flag;
    if (fails()) {
        return -1;
    }
    va_start(args, format);
    len = vasprintf(out, format, args);
    va_end(args);
    return len;
}

void scarce_arm(long nth, bool lasting)
{
    atomic_store(&has_failed, false);
    atomic_store(&is_lasting, lasting);
    atomic_store(&left, nth);
}

bool scarce_disarm(void)
{
    atomic_store(&left, 0);
    return atomic_load(&has_failed);
}

void scarce_pause(void)
{
    (void)atomic_fetch_add(&pauses, 1);
}

void scarce_resume(void)
{
    (void)atomic_fetch_sub(&pauses, 1);
}

static void check_answer(const struct scarce_trial *trial, int rc, bool failed, const struct weir_error *err,
                         long nth)
{
    bool right = rc == trial->expected || (failed && rc == WEIR_E_MEMORY);

    if (right && rc != 0) {
        right = err->code == rc && err->message[0] != '\0';
    }
    if (!right) {
        fail_msg("allocation %ld failed: %d, where %d or %d belongs; error %d \"%s\"", nth, rc,
                 trial->expected, WEIR_E_MEMORY, err->code, err->message);
    }
}

static long try_all(const struct scarce_trial *trial, bool lasting)
{
    for (long nth = 1; nth < NTH_MAX; nth++) {
        struct weir_error err = {0};
        bool failed;
        int rc;

        scarce_arm(nth, lasting);
        rc = trial->call(trial->ctx, &err);
        failed = scarce_disarm();
        check_answer(trial, rc, failed, &err, nth);
        trial->look(trial->ctx, rc);
        if (!failed) {
            return nth - 1;
        }
    }
    fail_msg("more than %d allocations", NTH_MAX);
    return 0;
}

long scarce_try(const struct scarce_trial *trial)
{
    long count = try_all(trial, true);

    (void)try_all(trial, false);
    return count;
}

void scarce_expect_same(const char *want, const char *got)
{
    size_t at = 0;

    while (want[at] != '\0' && want[at] == got[at]) {
        at++;
    }
    if (want[at] != got[at]) {
        at -= at < 40 ? at : 40;
        fail_msg("\"%.160s\" where with memory it is \"%.160s\"", got + at, want + at);
    }
}
