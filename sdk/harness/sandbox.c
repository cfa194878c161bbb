#include "sandbox.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <seccomp.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#define LOOK_MS 2 /* how often it is looked whether the thread is done */

struct sandbox {
    void (*run)(void *arg);
    void *arg;
    scmp_filter_ctx filter;
    int loaded; /* what seccomp_load returned; set before ready is posted */
    sem_t ready;
    atomic_bool done;
};

/* What memory, locks, clocks and random bytes need, and what a thread needs to end. */
static int filter_make(scmp_filter_ctx *filter, struct weir_error *err)
{
    static const int harmless[] = {
        SCMP_SYS(mmap),         SCMP_SYS(munmap),       SCMP_SYS(mremap),          SCMP_SYS(mprotect),
        SCMP_SYS(madvise),      SCMP_SYS(brk),          SCMP_SYS(futex),           SCMP_SYS(clock_gettime),
        SCMP_SYS(gettimeofday), SCMP_SYS(time),         SCMP_SYS(clock_getres),    SCMP_SYS(getrandom),
        SCMP_SYS(sched_yield),  SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),  SCMP_SYS(sigaltstack),
        SCMP_SYS(exit),         SCMP_SYS(rseq),         SCMP_SYS(set_robust_list), SCMP_SYS(gettid),
        SCMP_SYS(getpid),       SCMP_SYS(exit_group),   SCMP_SYS(tgkill)};

    *filter = seccomp_init(SCMP_ACT_NOTIFY);
    if (*filter == NULL) {
        return weir_fail(err, WEIR_E_UNSUPPORTED, "this system has no seccomp filter that tells");
    }
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        if (seccomp_rule_add(*filter, SCMP_ACT_ALLOW, harmless[i], 0) != 0) {
            return weir_fail(err, WEIR_E_UNSUPPORTED, "the seccomp filter could not be made");
        }
    }
    return 0;
}

static void *sandboxed(void *arg)
{
    struct sandbox *s = arg;

    s->loaded = seccomp_load(s->filter);
    (void)sem_post(&s->ready);
    if (s->loaded == 0) {
        s->run(s->arg);
    }
    atomic_store(&s->done, true);
    return NULL;
}

static void tell_name(struct buf *calls, int number)
{
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);

    if (calls->len > 0) {
        buf_add_char(calls, ' ');
    }
    if (name != NULL) {
        buf_add_text(calls, name);
    } else {
        buf_printf(calls, "%d", number);
    }
    free(name);
}

static void refuse_one(struct buf *calls, int fd)
{
    struct seccomp_notif *asked = NULL;
    struct seccomp_notif_resp *answer = NULL;

    if (seccomp_notify_alloc(&asked, &answer) == 0 && seccomp_notify_receive(fd, asked) == 0) {
        if (calls != NULL) {
            tell_name(calls, asked->data.nr);
        }
        answer->id = asked->id;
        answer->error = -EPERM;
        (void)seccomp_notify_respond(fd, answer);
    }
    seccomp_notify_free(asked, answer);
}

/* Until the thread is gone: whatever it asks on its way out would wait for an answer, too. */
static void watch(struct buf *calls, struct sandbox *s, pthread_t thread)
{
    struct pollfd fd = {.fd = seccomp_notify_fd(s->filter), .events = POLLIN};

    while (pthread_tryjoin_np(thread, NULL) == EBUSY) {
        if (poll(&fd, 1, LOOK_MS) > 0 && (fd.revents & POLLIN) != 0) {
            refuse_one(atomic_load(&s->done) ? NULL : calls, fd.fd);
        }
    }
}

int sandbox_run(struct buf *calls, void (*run)(void *arg), void *arg, struct weir_error *err)
{
    struct sandbox s = {.run = run, .arg = arg};
    pthread_t thread;
    int rc = filter_make(&s.filter, err);

    (void)sem_init(&s.ready, 0, 0);
    if (rc == 0 && pthread_create(&thread, NULL, sandboxed, &s) != 0) {
        rc = weir_fail(err, WEIR_E_IO, "the system starts no further thread");
    }
    if (rc != 0) {
        goto out;
    }
    while (sem_wait(&s.ready) != 0) {
    }
    if (s.loaded == 0) {
        watch(calls, &s, thread);
    } else {
        (void)pthread_join(thread, NULL);
        rc = weir_fail(err, WEIR_E_UNSUPPORTED, "this system does not let a thread filter its calls: %s",
                       strerror(-s.loaded));
    }

out:
    seccomp_release(s.filter);
    (void)sem_destroy(&s.ready);
    return rc;
}
