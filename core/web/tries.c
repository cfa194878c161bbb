#include "web/tries.h"

#include <string.h>

void tries_init(struct tries *tries, uint32_t thread_count)
{
    memset(tries, 0, sizeof *tries);
    pthread_mutex_init(&tries->lock, NULL);
    tries->running_max = thread_count > 1 ? thread_count / 2 : 1;
}

void tries_fini(struct tries *tries)
{
    pthread_mutex_destroy(&tries->lock);
}

/* Its place, or the one that makes room for it; TRIES_LINKS: all run. The lock is held. */
static size_t place_of(const struct tries *tries, uint64_t link)
{
    size_t oldest = TRIES_LINKS;

    for (size_t i = 0; i < TRIES_LINKS; i++) {
        if (tries->links[i].link == link) {
            return i;
        }
        if (!tries->links[i].runs &&
            (oldest == TRIES_LINKS || tries->links[i].since_ms < tries->links[oldest].since_ms)) {
            oldest = i;
        }
    }
    return oldest;
}

/* Its window begins, if it was another's place or the last one is over. The lock is held. */
static void renew(struct tries *tries, size_t i, uint64_t link, int64_t now_ms)
{
    if (tries->links[i].link != link || now_ms - tries->links[i].since_ms >= TRIES_WINDOW_MS ||
        now_ms < tries->links[i].since_ms) {
        tries->links[i].link = link;
        tries->links[i].since_ms = now_ms;
        tries->links[i].count = 0;
    }
}

enum tries_answer tries_begin(struct tries *tries, uint64_t link, int64_t now_ms)
{
    enum tries_answer answer = TRIES_GO;
    size_t i;

    pthread_mutex_lock(&tries->lock);
    i = place_of(tries, link);
    if (i == TRIES_LINKS || tries->running >= tries->running_max ||
        (tries->links[i].link == link && tries->links[i].runs)) {
        answer = TRIES_BUSY;
    } else {
        renew(tries, i, link, now_ms);
        if (tries->links[i].count >= TRIES_MAX) {
            answer = TRIES_TOO_OFTEN;
        } else {
            tries->links[i].count++;
            tries->links[i].runs = true;
            tries->running++;
        }
    }
    pthread_mutex_unlock(&tries->lock);
    return answer;
}

void tries_end(struct tries *tries, uint64_t link)
{
    pthread_mutex_lock(&tries->lock);
    for (size_t i = 0; i < TRIES_LINKS; i++) {
        if (tries->links[i].link == link && tries->links[i].runs) {
            tries->links[i].runs = false;
            tries->running--;
        }
    }
    pthread_mutex_unlock(&tries->lock);
}

bool tries_left(struct tries *tries, uint64_t who, int64_t now_ms)
{
    bool left = true;
    size_t i;

    pthread_mutex_lock(&tries->lock);
    i = place_of(tries, who);
    if (i < TRIES_LINKS && tries->links[i].link == who) {
        renew(tries, i, who, now_ms);
        left = tries->links[i].count < TRIES_MAX;
    }
    pthread_mutex_unlock(&tries->lock);
    return left;
}

void tries_count(struct tries *tries, uint64_t who, int64_t now_ms)
{
    size_t i;

    pthread_mutex_lock(&tries->lock);
    i = place_of(tries, who);
    if (i < TRIES_LINKS) {
        renew(tries, i, who, now_ms);
        tries->links[i].count++;
    }
    pthread_mutex_unlock(&tries->lock);
}
