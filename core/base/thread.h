/*
 * thread: threads with a name and a role, and the check that a call runs on the right one.
 */
#ifndef WEIR_BASE_THREAD_H
#define WEIR_BASE_THREAD_H

#include "weir/types.h"

#include <pthread.h>

enum thread_role {
    THREAD_SETUP = 1 << 0, /* the main thread, before others start or after they are joined */
    THREAD_LOOP = 1 << 1,
    THREAD_WRITER = 1 << 2,
    THREAD_WORKER = 1 << 3,
    THREAD_CLIENT = 1 << 4,
    THREAD_WEB = 1 << 5 /* reads the store for API requests */
};

/* Start a thread that has all signals blocked, but for those of its own faults. name: at most 15 characters.
 * WEIR_E_MEMORY or WEIR_E_IO when the system has no room for one more. Thread: any. */
int thread_start(pthread_t *thread, enum thread_role role, const char *name, void *(*run)(void *), void *arg,
                 struct weir_error *err);

/* The role of the calling thread; THREAD_SETUP where none was given. */
enum thread_role thread_role(void);

/* A condition on the monotonic clock, for thread_wait_ms. Thread: any. */
void thread_cond_init(pthread_cond_t *cond);
/* Wait for the condition, but at most wait_ms (clamped to 1 ms and one hour). Thread: any, with the lock held. */
void thread_wait_ms(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t wait_ms);

/* Ends the process when the caller has none of the roles; in release builds too. */
#define thread_assert(roles) thread_assert_at((roles), __FILE__, __LINE__)
void thread_assert_at(int roles, const char *file, int line);

/* assert that stays in release builds: wrong use of our own functions. */
#define check_bug(condition)                                                                                 \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            thread_bug(#condition, __FILE__, __LINE__);                                                      \
        }                                                                                                    \
    } while (0)
_Noreturn void thread_bug(const char *what, const char *file, int line);

#endif
