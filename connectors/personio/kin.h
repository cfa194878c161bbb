/*
 * kin: whose employment is it?
 *
 * Personio reads an employment only below its person, but some of its events name the employment alone.
 * What a fetch has seen is remembered here, 16 bytes an employment, in memory only: after a restart the
 * next sync fills it again. Thread of all calls: worker.
 */
#ifndef PERSONIO_KIN_H
#define PERSONIO_KIN_H

#include "weir/json.h"
#include "weir/when.h"

#define KIN_MAX 65536 /* entries; 1 MiB */

struct kin_entry {
    uint64_t employment; /* hash of its id; 0: free */
    uint64_t person;     /* the id, which is decimal digits */
};

struct kin {
    struct kin_entry *entries; /* open addressing; NULL until the first */
    size_t cap;                /* a power of two */
    size_t count;
};

void kin_fini(struct kin *k);

/* Remember. When it is full, or memory is out, or the person's id is no number: not remembered. */
void kin_put(struct kin *k, struct weir_str employment, struct weir_str person);

/* The person's id. false: not known. */
bool kin_find(char out[WEIR_ID_TEXT], const struct kin *k, struct weir_str employment);

#endif
