/*
 * people: whom a text means, as far as this instance has seen: who is the manager that is named by login,
 * e-mail or number, who waits for one that is not known yet, and who is being deleted.
 *
 * In memory only and bounded: after a restart the next sync fills it again. Texts are kept as hashes. Thread
 * of all calls: worker.
 */
#ifndef OKTA_PEOPLE_H
#define OKTA_PEOPLE_H

#include "weir/json.h"

#define PEOPLE_ID_TEXT 24       /* Okta's ids have 20 characters; a longer one is not remembered */
#define PEOPLE_KNOWN_MAX 131072 /* entries, three a person at most; 4 MiB */
#define PEOPLE_WAITING_MAX 4096
#define PEOPLE_LEAVING_MAX 64

struct people_entry {
    uint64_t key;            /* hash of login, e-mail or number; 0: free */
    char id[PEOPLE_ID_TEXT]; /* empty: nobody, as Okta said */
};

struct people_waiting {
    uint64_t key;
    char id[PEOPLE_ID_TEXT]; /* who has such a manager */
};

struct people {
    struct people_entry *known; /* open addressing; NULL until the first */
    size_t cap;                 /* a power of two */
    size_t count;
    struct people_waiting *waiting;
    size_t waiting_count, waiting_cap;
    char leaving[PEOPLE_LEAVING_MAX][PEOPLE_ID_TEXT]; /* a ring */
    size_t leaving_next;
};

void people_fini(struct people *p);

/* Remember a user by login, e-mail and number; not, when it is full. 0, or -1: out of memory, as below. */
int people_learn(struct people *p, const json_t *user, struct weir_str id);

/* Whom the text (in any case) means. false: not seen. *id empty: Okta was asked, and there is nobody. */
bool people_find(char id[PEOPLE_ID_TEXT], const struct people *p, struct weir_str text);
/* Okta was asked: nobody. Holds until somebody of that name is learnt. */
int people_learn_nobody(struct people *p, struct weir_str text);

/* Who (id) waits for a manager of that name. */
int people_wait(struct people *p, struct weir_str text, struct weir_str id);
/* The next who waited for one whom the user's login, e-mail or number names, taken out. false: nobody. */
bool people_take_waiting(char id[PEOPLE_ID_TEXT], struct people *p, const json_t *user);
/* They do not wait any more: gone, or fetched anew. */
void people_forget_waiting(struct people *p, struct weir_str id);

/* Their deletion has begun; the record may be readable for a while yet. */
void people_leave(struct people *p, struct weir_str id);
bool people_is_leaving(const struct people *p, struct weir_str id);

#endif
