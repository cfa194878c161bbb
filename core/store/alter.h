/*
 * alter: one record becomes different: written, gone, emptied. Keeps the indexes with it, notes the change
 * and lets it ripple.
 */
#ifndef WEIR_STORE_ALTER_H
#define WEIR_STORE_ALTER_H

#include "store/changes.h"

/* Store it if it is new or different; counted in the tally. Thread: writer, as all here. */
int alter_put(struct changes *c, const struct store_record_in *in, struct weir_error *err);
/* It is not there any more; its content stays for a while. Nothing happens when it is gone already. */
int alter_remove(struct changes *c, uint8_t model, const char *id, struct weir_error *err);
/* Erase the content of a record that is gone. The others stay as they are: nobody reads it through them. */
int alter_empty(struct changes *c, uint8_t model, const char *id, struct weir_error *err);

#endif
