#include "base/thread.h"

#include "expect.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct seen {
    enum thread_role role;
    sigset_t blocked;
    char name[16];
};

static void *look(void *arg)
{
    struct seen *seen = arg;

    seen->role = thread_role();
    (void)pthread_sigmask(SIG_SETMASK, NULL, &seen->blocked);
    (void)pthread_getname_np(pthread_self(), seen->name, sizeof seen->name);
    thread_assert(THREAD_WORKER | THREAD_CLIENT);
    return arg;
}

TEST(a_thread_has_its_role_its_name_and_no_signals)
{
    struct seen seen = {.role = THREAD_SETUP};
    sigset_t mine;
    pthread_t thread;
    void *result = NULL;

    UNUSED_STATE;
    EXPECT_INT(0, thread_start(&thread, THREAD_WORKER, "fifteen-letters", look, &seen, NULL));
    EXPECT_INT(0, pthread_join(thread, &result));
    EXPECT(result == &seen);
    EXPECT_INT(THREAD_WORKER, seen.role);
    EXPECT_STR("fifteen-letters", seen.name);
    EXPECT(sigismember(&seen.blocked, SIGTERM));
    EXPECT(sigismember(&seen.blocked, SIGHUP));
    EXPECT(sigismember(&seen.blocked, SIGPIPE));
    EXPECT(!sigismember(&seen.blocked, SIGSEGV));
    (void)pthread_sigmask(SIG_SETMASK, NULL, &mine);
    EXPECT(!sigismember(&mine, SIGTERM));
}

TEST(the_main_thread_is_setup)
{
    UNUSED_STATE;
    EXPECT_INT(THREAD_SETUP, thread_role());
    thread_assert(THREAD_SETUP);
    check_bug(1 + 1 == 2);
}

static void wrong_thread(void)
{
    thread_assert(THREAD_WRITER);
}

static void wrong_condition(void)
{
    check_bug(1 + 1 == 3);
}

/* Run what in a child; true when it aborted after one line on standard error that holds want. */
static bool dies_saying(void (*what)(void), const char *want)
{
    char text[1024];
    size_t len = 0;
    ssize_t got;
    int fds[2];
    int status = 0;
    pid_t child;

    EXPECT_INT(0, pipe(fds));
    child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(fds[1], STDERR_FILENO);
        what();
        _exit(0);
    }
    (void)close(fds[1]);
    while ((got = read(fds[0], text + len, sizeof text - 1 - len)) > 0) {
        len += (size_t)got;
    }
    text[len] = '\0';
    (void)close(fds[0]);
    EXPECT_INT(child, waitpid(child, &status, 0));
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && strstr(text, want) != NULL &&
           strchr(text, '\n') == text + len - 1;
}

TEST(a_call_on_the_wrong_thread_ends_the_process_with_one_line)
{
    UNUSED_STATE;
    EXPECT(dies_saying(wrong_thread, "test_thread.c"));
    EXPECT(dies_saying(wrong_thread, "thread of role 0x1 called what only roles 0x4 may"));
    EXPECT(dies_saying(wrong_condition, ": 1 + 1 == 3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_thread_has_its_role_its_name_and_no_signals),
        UNIT(the_main_thread_is_setup),
        UNIT(a_call_on_the_wrong_thread_ends_the_process_with_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
