/*
 * disguise: what stands in the place of what, and text rewritten by it.
 *
 * First everything real is learned, then texts are rewritten. The same input gives the same output. A text is
 * looked through for literals (secrets, addresses of hosts), for what has the form of an e-mail address, a
 * phone number or an IBAN, and for the words, dates and numbers that were learned; inside of percent escapes
 * and base64, too. Knows nothing of cases. Thread: one.
 */
#ifndef WEIR_HARNESS_DISGUISE_H
#define WEIR_HARNESS_DISGUISE_H

#include "arena.h"
#include "base/buf.h"
#include "personal.h"

#include <jansson.h>

struct disguise_literal {
    struct weir_str real, invented;
    bool secret;
};

struct disguise {
    struct disguise_literal *literals; /* the longest first */
    size_t literal_count, literal_room;
    json_t *words;  /* as written -> invented */
    json_t *folded; /* in small letters, of names -> invented */
    json_t *wholes; /* whole texts -> invented */
    json_t *phones; /* digits -> how many came before */
    json_t *dates, *mails, *ibans, *ids;
    json_t *taken; /* invented ids */
    size_t word_count;
    struct arena arena;
};

void disguise_init(struct disguise *d);
void disguise_fini(struct disguise *d);

/* Wherever real stands, also within a word. Shorter than 4 bytes: only where it is the whole text. */
void disguise_literal(struct disguise *d, struct weir_str real, struct weir_str invented);
/* As a literal; the invented one is "invented-<what>", with a number when there are several. */
void disguise_secret(struct disguise *d, struct weir_str real, const char *what);
/* Is it, or is it a part of, a secret that is known already? */
bool disguise_knows_secret(const struct disguise *d, struct weir_str text);
void disguise_person(struct disguise *d, enum personal kind, struct weir_str text);
/* An id of the tool; each of its parts with 4 characters or more, and a digit among them. */
void disguise_id(struct disguise *d, struct weir_str id);

/* Append the text as it is to be shown. */
void disguise_text(struct buf *out, struct disguise *d, struct weir_str text);
/* The number that stands for an id that was learned; the same number otherwise. */
json_int_t disguise_integer(const struct disguise *d, json_int_t number);

#endif
