/*
 * disguise_internal: what the files of disguise share.
 *
 * disguise.c has what was learned, disguise_scan.c goes through a text. Included by these alone.
 */
#ifndef WEIR_HARNESS_DISGUISE_INTERNAL_H
#define WEIR_HARNESS_DISGUISE_INTERNAL_H

#include "disguise.h"

#define DISGUISE_PHONE_DIGITS_MIN 5
#define DISGUISE_TEXT_MAX ((size_t)64 << 20)

/* Letters, digits, and all that is not ASCII. */
bool disguise_is_word_char(char c);
/* What map has for the text; data NULL: nothing. */
struct weir_str disguise_find(const json_t *map, struct weir_str text);
void disguise_set(json_t *map, struct weir_str real, struct weir_str invented);
/* What stands for it, learned now if it is new. */
struct weir_str disguise_mail(struct disguise *d, struct weir_str mail);
struct weir_str disguise_iban(struct disguise *d, struct weir_str iban);
/* The number of a phone, learned now if it is new and learn; SIZE_MAX: unknown. */
size_t disguise_phone(struct disguise *d, struct weir_str phone, bool learn);
/* In small letters, as far as it is ASCII. */
void disguise_fold(struct buf *out, struct weir_str text);

#endif
