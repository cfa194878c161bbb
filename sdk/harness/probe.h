/*
 * probe: a delivery of a case that is changed in one place and asked about again.
 *
 * Its places are what a tool sends: the value of each header, the tail, the query and the body. Which of them
 * matter is found by trying, since a connector does not say. Thread: any, one per probe.
 */
#ifndef WEIR_HARNESS_PROBE_H
#define WEIR_HARNESS_PROBE_H

#include "delivery.h"
#include "play.h"

struct probe {
    struct play *play;
    const struct case_delivery *from;
    struct delivery d;
    size_t place_count;
    /* What the last ask came to. */
    int rc;
    struct weir_error err;
    struct weir_verdict verdict;
};

/* The delivery as the case has it at this moment of its play, which lives longer. */
void probe_init(struct probe *p, struct play *play, const struct case_delivery *from);
void probe_fini(struct probe *p); /* accepts a zeroed one */

/* verify->check; true: accepted. */
bool probe_ask(struct probe *p);
/* "accepted", "refused (401)", "answered", or "failed with WEIR_E_LATER": of the last ask. In 64 bytes. */
void probe_word(char out[64], const struct probe *p);

/* verify->events, with the headers that the connector keeps, whether it was accepted or not. */
int probe_events(struct probe *p, const struct call_sink *sink, struct weir_error *err);

/* The headers come first, then tail, query and body. */
struct weir_bytes probe_place(const struct probe *p, size_t place);
/* "the header X-Signature", "the body". In 96 bytes. */
void probe_place_word(char out[96], const struct probe *p, size_t place);
bool probe_is_body(const struct probe *p, size_t place);

/* Puts other bytes into the place, which live until what is returned is put back. */
struct weir_bytes probe_put(struct probe *p, size_t place, struct weir_bytes bytes);
/* As probe_ask, with one bit of the place changed for the time of it. */
bool probe_ask_flipped(struct probe *p, size_t place, size_t bit);
/* As probe_ask, with other secrets in force for the time of it. */
bool probe_ask_secrets(struct probe *p, const struct weir_str *secrets, size_t count);

/* Of a delivery that is accepted: the place is tried with one bit changed in its first, its middle and its
 * last byte. Is one of them refused? */
bool probe_decides(struct probe *p, size_t place);
/* Are all of them, and it is no header that only describes? */
bool probe_proves(struct probe *p, size_t place);
/* A header that says how a body is to be read: it may well decide, and proves nothing. */
bool probe_only_describes(const struct probe *p, size_t place);
/* Does the place prove by showing a secret itself: one in force, or a secret setting? */
bool probe_shows_secret(const struct probe *p, size_t place);

#endif
