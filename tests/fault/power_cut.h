/*
 * power_cut: what the writing and the looking half of the driver have to agree on.
 *
 * A delivery has a number, its tag, from which everything about it follows: its body, its mark against
 * duplicates, and the record that its fetch would have changed. A record's version is the inbox number of the
 * delivery that wrote it last, so that one look at the record shows which deliveries it accounts for.
 */
#ifndef WEIR_TESTS_FAULT_POWER_CUT_H
#define WEIR_TESTS_FAULT_POWER_CUT_H

#include "store/store.h"

#include <stdio.h>

#define INTEGRATIONS 3
#define RECORDS 20 /* of an integration and model */
#define TAGS_MAX 4000
#define BODY_MAX 9000

enum { MODEL_PERSON = 1, MODEL_CONTRACT = 2 }; /* a contract names its person in slot 1 */

#define ENDPOINT_TRIED "tried" /* its notifications are attempted */
#define ENDPOINT_KEPT "kept"   /* its notifications stay, so each change has to stand in one of them */

/* The last sentence of a program that cannot go on. */
_Noreturn void give_up(const char *what, int rc, const struct weir_error *err);

/* A store in dir as both halves open it, started and with the routes set. *endpoints: tried, kept. */
struct cut_store {
    struct store *st;
    struct metrics *metrics;
    uint32_t integrations[INTEGRATIONS];
    uint32_t endpoints[2];
};
int cut_store_open(struct cut_store *s, const char *dir, struct weir_error *err);
void cut_store_close(struct cut_store *s);

static inline size_t tag_integration(unsigned int tag)
{
    return tag / 3 % INTEGRATIONS;
}

static inline unsigned int tag_record(unsigned int tag)
{
    return tag % RECORDS;
}

static inline void tag_dedup(uint8_t hash[STORE_HASH], unsigned int tag)
{
    memset(hash, 0x5a, STORE_HASH);
    memcpy(hash, &tag, sizeof tag);
}

/* The body: its tag as text, then bytes that follow from it; some need several chunks. */
static inline size_t tag_body(char body[BODY_MAX], unsigned int tag)
{
    size_t len = tag % 7 == 0 ? BODY_MAX - tag % 100 : 200 + tag * 37 % 1500;
    size_t at = (size_t)snprintf(body, BODY_MAX, "%06u ", tag);

    for (; at < len; at++) {
        body[at] = (char)('a' + (at * 7 + tag) % 26);
    }
    return len;
}

/* "p03" or "c03", and the 24 characters that are its id. */
static inline void record_names(char remote[8], char id[ID_TEXT], uint8_t model, unsigned int record)
{
    (void)snprintf(remote, 8, "%c%02u", model == MODEL_PERSON ? 'p' : 'c', record % 100);
    memset(id, '1', ID_LEN);
    memcpy(id, remote, 3);
    id[ID_LEN] = '\0';
}

/* The halves. Both return the program's status. */
int power_cut_write(const char *dir, const char *record_path, unsigned int tags);
int power_cut_verify(void);

#endif
