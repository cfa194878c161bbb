/*
 * members: who is in which group, gathered for one full listing, group by group.
 *
 * Asking for each user's groups would be a request a user, and Okta allows some hundred a minute. Whoever an
 * event names meanwhile, or whose groups were read apart, is not known here any more: what was gathered is
 * older. In memory only and bounded; when it is given up, or a listing goes on after a restart, users are
 * asked for one by one. Thread of all calls: worker.
 */
#ifndef OKTA_MEMBERS_H
#define OKTA_MEMBERS_H

#include "weir/json.h"

#define MEMBERS_ID_TEXT 24
#define MEMBERS_GROUPS_MAX 5000
#define MEMBERS_MAX 1000000 /* memberships; 16 MB */
#define MEMBERS_TOUCHED_MAX 4096

struct members_group {
    char id[MEMBERS_ID_TEXT];
    bool team; /* it is one, and not only the group of the employees */
};

struct membership {
    uint64_t user; /* hash of the id */
    uint32_t group;
};

struct members {
    struct members_group *groups;
    size_t group_count, group_cap;
    struct membership *list;
    size_t count, cap;
    uint64_t *touched;
    size_t touched_count;
    size_t at;    /* the group that is being read */
    int failures; /* to read it, one after the other */
    bool gathering;
    bool complete; /* list is sorted, and can be asked */
};

/* At the start of a full listing: forget the former one, and gather. 0, or -1: out of memory, as below. */
int members_begin(struct members *m);
/* Forget all: the listing is over, or it is better to ask for each user. */
void members_fini(struct members *m);

/* A group whose members are wanted, each once. What is too much gives up. */
int members_add_group(struct members *m, struct weir_str id, bool team);
/* A member of the group at `at`. */
int members_add(struct members *m, struct weir_str user);
/* All are read. */
void members_close(struct members *m);

/* The user changed meanwhile. */
void members_touch(struct members *m, struct weir_str user);
/* May be asked for this user's groups? */
bool members_know(const struct members *m, struct weir_str user);
/* The next of the user's groups, lent; begin with *at 0. NULL: no more. */
const struct members_group *members_next(const struct members *m, struct weir_str user, size_t *at);

#endif
