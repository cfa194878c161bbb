#include "children.h"

#include "arena.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MAX (512u * 1024)   /* of a child's findings */
#define PRINTED_MAX (32u * 1024) /* of what it printed; the rest is read and dropped */

struct child {
    const struct task *task; /* NULL: free */
    size_t n;
    pid_t pid;
    int pidfd; /* -1 where the system has none: then the end of what it says is its end */
    int said_fd, printed_fd;
    struct buf said, printed;
    int64_t started_ms, deadline_ms;
    bool late;
};

struct run {
    const struct task *tasks;
    size_t count, begun, told;
    struct task_result **results; /* of those that ended and were not told */
    struct child *children;
    size_t jobs;
    uint32_t deadline_ms;
    const struct children_listener *listener;
};

static int64_t now_ms(void)
{
    return clock_mono_ms(clock_system());
}

/* ---- in the child ---- */

static void write_all(int fd, const void *data, size_t len)
{
    const char *at = data;

    while (len > 0) {
        ssize_t n = write(fd, at, len);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return;
        }
        at += n;
        len -= (size_t)n;
    }
}

static void write_text(int fd, struct weir_str text)
{
    uint32_t len = (uint32_t)text.len;

    write_all(fd, &len, sizeof len);
    write_all(fd, text.data, len);
}

static _Noreturn void child_main(const struct task *task, int said_fd, int printed_fd)
{
    struct findings f;
    char outcome;

    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)dup2(printed_fd, STDOUT_FILENO);
    (void)dup2(printed_fd, STDERR_FILENO);
    (void)close(printed_fd);
    findings_init(&f);
    task->run(task, &f);
    outcome = (char)(f.count > 0 ? OUTCOME_FAILED : f.skipped[0] != '\0' ? OUTCOME_SKIPPED : OUTCOME_PASSED);
    write_all(said_fd, &outcome, 1);
    write_text(said_fd, f.count > 0 ? buf_str(&f.text) : weir_str(f.skipped));
    write_text(said_fd, buf_str(&f.notes));
    findings_fini(&f);
    exit(0);
}

/* ---- beginning one ---- */

static int pipe_open(int fds[2], struct weir_error *err)
{
    return pipe2(fds, O_CLOEXEC) == 0 ? 0 : weir_fail(err, WEIR_E_IO, "no pipe: %s", strerror(errno));
}

static void pipe_close(int fds[2])
{
    for (size_t i = 0; i < 2; i++) {
        if (fds[i] >= 0) {
            (void)close(fds[i]);
        }
    }
}

static int child_begin(struct child *child, struct run *run, struct weir_error *err)
{
    int said[2] = {-1, -1};
    int printed[2] = {-1, -1};
    const struct task *task = &run->tasks[run->begun];
    uint32_t deadline_ms = task->deadline_ms > 0 ? task->deadline_ms : run->deadline_ms;
    pid_t pid = -1;
    int rc = pipe_open(said, err);

    if (rc == 0) {
        rc = pipe_open(printed, err);
    }
    if (rc == 0) {
        (void)fflush(NULL); /* else the child prints what is buffered once more */
        pid = fork();
        if (pid == 0) {
            (void)close(said[0]);
            (void)close(printed[0]);
            child_main(task, said[1], printed[1]);
        }
        rc = pid > 0 ? 0 : weir_fail(err, WEIR_E_IO, "no process for %s: %s", task->name, strerror(errno));
    }
    if (rc != 0) {
        pipe_close(said);
        pipe_close(printed);
        return rc;
    }
    (void)close(said[1]);
    (void)close(printed[1]);
    (void)fcntl(said[0], F_SETFL, O_NONBLOCK);
    (void)fcntl(printed[0], F_SETFL, O_NONBLOCK);
    *child = (struct child){.task = task,
                            .n = run->begun++,
                            .pid = pid,
                            .pidfd = pidfd_open(pid, 0),
                            .said_fd = said[0],
                            .printed_fd = printed[0],
                            .started_ms = now_ms()};
    child->deadline_ms = child->started_ms + deadline_ms;
    buf_init(&child->said, SAID_MAX);
    buf_init(&child->printed, PRINTED_MAX);
    if (run->listener->began != NULL) {
        run->listener->began(run->listener->ctx, task);
    }
    return 0;
}

/* ---- how it ended ---- */

/* What is there now; a closed end is left to the process's own. */
static void drain(int *fd, struct buf *out)
{
    char data[8192];
    ssize_t n;

    while (*fd >= 0 && (n = read(*fd, data, sizeof data)) != 0) {
        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return;
        }
        if (out->len + (size_t)n > out->max) {
            n = (ssize_t)(out->max - out->len);
        }
        buf_add(out, data, (size_t)n);
    }
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

static bool take_text(struct buf *out, struct weir_str *rest)
{
    uint32_t len;

    if (rest->len < sizeof len) {
        return false;
    }
    memcpy(&len, rest->data, sizeof len);
    *rest = weir_str_n(rest->data + sizeof len, rest->len - sizeof len);
    if (rest->len < len) {
        return false;
    }
    buf_add(out, rest->data, len);
    *rest = weir_str_n(rest->data + len, rest->len - len);
    return true;
}

static void add_printed(struct task_result *result, const struct child *child)
{
    if (child->printed.len > 0) {
        buf_add_text(&result->text, "it printed:\n");
        buf_add_str(&result->text, buf_str(&child->printed));
        if (child->printed.data[child->printed.len - 1] != '\n') {
            buf_add_char(&result->text, '\n');
        }
    }
}

/* From what it said, and from how its process ended. */
static void judge(struct task_result *result, const struct child *child, int status)
{
    struct weir_str rest = buf_str(&child->said);
    bool whole = false;

    if (rest.len > 0) {
        result->outcome = (enum outcome)rest.data[0];
        rest = weir_str_n(rest.data + 1, rest.len - 1);
        whole = take_text(&result->text, &rest) && take_text(&result->notes, &rest);
    }
    if (child->late) {
        buf_printf(&result->text, "it was not done after %lld ms and was ended\n",
                   (long long)(child->deadline_ms - child->started_ms));
    } else if (WIFSIGNALED(status)) {
        buf_printf(&result->text, "it crashed: signal %d (%s)%s\n", WTERMSIG(status),
                   strsignal(WTERMSIG(status)), whole ? ", after the test was over" : "");
    } else if (WEXITSTATUS(status) != 0) {
        buf_printf(&result->text, "its process ended with status %d%s\n", WEXITSTATUS(status),
                   whole ? " after the test was over: a sanitizer's report, most likely" : "");
    } else if (!whole) {
        buf_add_text(&result->text, "it ended the process in the middle of the test\n");
    } else {
        return;
    }
    result->outcome = OUTCOME_FAILED;
    add_printed(result, child);
}

static struct task_result *result_new(void)
{
    struct task_result *result = must_calloc(1, sizeof *result);

    buf_init(&result->text, SAID_MAX + 2 * PRINTED_MAX);
    buf_init(&result->notes, SAID_MAX);
    return result;
}

static void result_free(struct task_result *result)
{
    if (result != NULL) {
        buf_fini(&result->text);
        buf_fini(&result->notes);
        free(result);
    }
}

static void child_end(struct child *child, struct run *run)
{
    struct task_result *result = result_new();
    int status = 0;

    /* What it started and left behind, mostly nothing; before its number can be given to somebody else. */
    (void)kill(-child->pid, SIGKILL);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
    }
    drain(&child->said_fd, &child->said);
    drain(&child->printed_fd, &child->printed);
    result->took_ms = now_ms() - child->started_ms;
    judge(result, child, status);
    run->results[child->n] = result;
    if (child->said_fd >= 0) {
        (void)close(child->said_fd);
    }
    if (child->printed_fd >= 0) {
        (void)close(child->printed_fd);
    }
    if (child->pidfd >= 0) {
        (void)close(child->pidfd);
    }
    buf_fini(&child->said);
    buf_fini(&child->printed);
    memset(child, 0, sizeof *child);
}

/* ---- all of them ---- */

static void tell(struct run *run)
{
    while (run->told < run->count && run->results[run->told] != NULL) {
        struct task_result *result = run->results[run->told];

        run->listener->ended(run->listener->ctx, &run->tasks[run->told], result);
        result_free(result);
        run->results[run->told++] = NULL;
    }
}

/* The next thing that one of them does, or its deadline. */
static void wait_some(struct run *run)
{
    struct pollfd *fds = must_calloc(run->jobs * 3, sizeof *fds);
    int64_t now = now_ms();
    int64_t wait_ms = 60000;

    for (size_t i = 0; i < run->jobs; i++) {
        const struct child *child = &run->children[i];
        bool there = child->task != NULL;

        fds[3 * i] = (struct pollfd){.fd = there ? child->pidfd : -1, .events = POLLIN};
        fds[3 * i + 1] = (struct pollfd){.fd = there ? child->said_fd : -1, .events = POLLIN};
        fds[3 * i + 2] = (struct pollfd){.fd = there ? child->printed_fd : -1, .events = POLLIN};
        if (there && !child->late && child->deadline_ms - now < wait_ms) {
            wait_ms = child->deadline_ms > now ? child->deadline_ms - now : 0;
        }
    }
    (void)poll(fds, run->jobs * 3, (int)wait_ms);
    for (size_t i = 0; i < run->jobs; i++) {
        struct child *child = &run->children[i];

        if (child->task == NULL) {
            continue;
        }
        drain(&child->said_fd, &child->said);
        drain(&child->printed_fd, &child->printed);
        if (child->pidfd >= 0 ? (fds[3 * i].revents & POLLIN) != 0 : child->said_fd < 0) {
            child_end(child, run);
        } else if (!child->late && now_ms() >= child->deadline_ms) {
            child->late = true;
            (void)kill(-child->pid, SIGKILL);
            (void)kill(child->pid, SIGKILL); /* if it had no time to make a group of its own */
        }
    }
    free(fds);
}

static size_t running(const struct run *run)
{
    size_t count = 0;

    for (size_t i = 0; i < run->jobs; i++) {
        count += run->children[i].task != NULL ? 1 : 0;
    }
    return count;
}

int children_run(const struct task *tasks, size_t count, size_t jobs, uint32_t deadline_ms,
                 const struct children_listener *listener, struct weir_error *err)
{
    struct run run = {.tasks = tasks,
                      .count = count,
                      .jobs = jobs > 0 ? jobs : 1,
                      .deadline_ms = deadline_ms,
                      .listener = listener};
    int rc = 0;

    run.results = must_calloc(count, sizeof(struct task_result *));
    run.children = must_calloc(run.jobs, sizeof *run.children);
    while (run.begun < count || running(&run) > 0) {
        for (size_t i = 0; rc == 0 && i < run.jobs && run.begun < count; i++) {
            if (run.children[i].task == NULL) {
                rc = child_begin(&run.children[i], &run, err);
            }
        }
        if (running(&run) == 0) {
            break;
        }
        wait_some(&run);
        tell(&run);
    }
    for (size_t i = 0; i < count; i++) {
        result_free(run.results[i]);
    }
    free(run.results);
    free(run.children);
    return rc;
}
