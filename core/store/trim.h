/*
 * trim: gives resident pages of the map back to the kernel.
 *
 * The engine looks at the file through a map, and each page it ever looked at counts as memory of this
 * process until the kernel needs it elsewhere. A sync of a large company looks at nearly all of them, once.
 * What is given back stays in the kernel's cache: the next look costs a microsecond, and reads nothing from
 * the disk. The map is shared and only read, so nothing can be lost, and readers may be at work meanwhile.
 */
#ifndef WEIR_STORE_TRIM_H
#define WEIR_STORE_TRIM_H

#include "store/internal.h"

/* So many records are looked at between two calls: the kernel maps a page's fifteen neighbours with it, so
 * records that lie all over the file soon bring all of it in. */
#define TRIM_RECORDS 8
#define TRIM_RECORDS_IN_ORDER 128

/* As store_trim, for who has a transaction open, so that the map cannot move. Thread: any but loop. */
void trim_within(struct store *st);

#endif
