/*
 * keys: the table of all keys of the file, with their types, defaults and bounds.
 */
#ifndef WEIR_CONFIG_KEYS_H
#define WEIR_CONFIG_KEYS_H

#include "config/table.h"

/* Describes struct config. */
extern const struct key ROOT_KEYS[];

#endif
