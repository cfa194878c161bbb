/*
 * tries: how often, and how many at a time, customers may try settings; and how often anybody may try keys.
 *
 * A try asks the customer's tool and keeps a web thread meanwhile, and who has a link could guess passwords
 * with it. So one link is tried by one request at a time and so often in ten minutes, and some threads are
 * left to others.
 */
#ifndef WEIR_WEB_TRIES_H
#define WEIR_WEB_TRIES_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define TRIES_MAX 10
#define TRIES_WINDOW_MS (10LL * 60 * 1000)
#define TRIES_LINKS 128 /* remembered; the oldest that does not run makes room */

struct tries {
    pthread_mutex_t lock; /* guards the rest */
    uint32_t running, running_max;
    struct {
        uint64_t link; /* the first bytes of its hash, or of that of an address; 0: free */
        int64_t since_ms;
        uint32_t count;
        bool runs;
    } links[TRIES_LINKS];
};

/* Thread: setup. */
void tries_init(struct tries *tries, uint32_t thread_count);
void tries_fini(struct tries *tries);

enum tries_answer { TRIES_GO, TRIES_TOO_OFTEN, TRIES_BUSY };

/* After TRIES_GO comes tries_end. Thread: any. */
enum tries_answer tries_begin(struct tries *tries, uint64_t link, int64_t now_ms);
void tries_end(struct tries *tries, uint64_t link);

/* For what is over at once, and of which only failures count: is one left, and one was used. Thread: any. */
bool tries_left(struct tries *tries, uint64_t who, int64_t now_ms);
void tries_count(struct tries *tries, uint64_t who, int64_t now_ms);

#endif
