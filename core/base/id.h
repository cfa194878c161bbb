/*
 * id: 24 characters of base58, random or derived.
 */
#ifndef WEIR_BASE_ID_H
#define WEIR_BASE_ID_H

#include "weir/types.h"

#define ID_LEN 24
#define ID_TEXT (ID_LEN + 1)

/* A new random id, terminated. Ends the process if the system has no randomness. Thread: any. */
void id_new(char out[ID_TEXT]);

/* A record's id: the same for the same three, after a rebuild too, so a reference needs no look-up.
 * Thread: any. */
void id_derive(char out[ID_TEXT], struct weir_str integration, struct weir_str model,
               struct weir_str remote_id);

/* Does text look like an id? Thread: any. */
bool id_is(struct weir_str text);

#endif
