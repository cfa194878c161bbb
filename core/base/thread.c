#include "base/thread.h"

#include <time.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME_MAX_LEN 15 /* the kernel's */

struct start {
    void *(*run)(void *);
    void *arg;
    enum thread_role role;
    char name[NAME_MAX_LEN + 1];
};

static _Thread_local enum thread_role current_role = THREAD_SETUP;

static void *thread_run(void *arg)
{
    struct start start = *(struct start *)arg;

    free(arg);
    current_role = start.role;
    (void)pthread_setname_np(pthread_self(), start.name);
    return start.run(start.arg);
}

int thread_start(pthread_t *thread, enum thread_role role, const char *name, void *(*run)(void *), void *arg,
                 struct weir_error *err)
{
    struct start *start;
    sigset_t all;
    sigset_t before;
    int failed;

    check_bug(strlen(name) <= NAME_MAX_LEN);
    start = calloc(1, sizeof *start);
    if (start == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "thread %s: out of memory", name);
    }
    start->run = run;
    start->arg = arg;
    start->role = role;
    memcpy(start->name, name, strlen(name));

    /* Blocked before the thread exists, so that there is no moment in which it takes a signal. A fault
     * of its own is no message from outside: blocked, it would end the process without a word. */
    (void)sigfillset(&all);
    (void)sigdelset(&all, SIGSEGV);
    (void)sigdelset(&all, SIGBUS);
    (void)sigdelset(&all, SIGFPE);
    (void)sigdelset(&all, SIGILL);
    (void)sigdelset(&all, SIGABRT);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(thread, NULL, thread_run, start);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0) {
        free(start);
        return weir_fail(err, WEIR_E_IO, "thread %s: the system starts no further thread (error %d)", name,
                         failed);
    }
    return 0;
}

enum thread_role thread_role(void)
{
    return current_role;
}

void thread_assert_at(int roles, const char *file, int line)
{
    if (((int)current_role & roles) == 0) {
        char what[80];

        (void)snprintf(what, sizeof what, "thread of role %#x called what only roles %#x may",
                       (unsigned int)current_role, (unsigned int)roles);
        thread_bug(what, file, line);
    }
}

_Noreturn void thread_bug(const char *what, const char *file, int line)
{
    char text[512];
    int len = snprintf(text, sizeof text, "weir: bug at %s:%d: %s\n", file, line, what);

    if (len > 0) {
        size_t n = (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;

        text[n - 1] = '\n';
        if (write(STDERR_FILENO, text, n) < 0) {
            abort(); /* nowhere to say it: the core file has it */
        }
    }
    abort();
}

void thread_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t monotonic;

    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void thread_wait_ms(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t wait_ms)
{
    const int64_t longest_ms = 60LL * 60 * 1000;
    struct timespec until;

    wait_ms = wait_ms < 1 ? 1 : wait_ms > longest_ms ? longest_ms : wait_ms;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(wait_ms / 1000);
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    (void)pthread_cond_timedwait(cond, lock, &until);
}
