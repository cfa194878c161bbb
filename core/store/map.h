/*
 * map: the size of the engine's memory map, which bounds the file. It doubles when it is full.
 */
#ifndef WEIR_STORE_MAP_H
#define WEIR_STORE_MAP_H

#include "store/store.h"

#include <lmdb.h>

/* Make the map at least bytes long (a longer one stays). No transaction of the caller may be open.
 * WEIR_E_LATER: no address space, or a reader does not leave. WEIR_E_IO: the map is lost, the store is at its
 * end. Thread: writer, setup. */
int map_grow(struct store *st, size_t bytes, struct weir_error *err);

/* Bytes up to the last page in use. Thread: any. */
size_t map_used(MDB_env *env);
size_t map_size(MDB_env *env);

/* A file that is shorter than its own account would end the process at the first look behind its end.
 * WEIR_E_IO. */
int map_check_file(MDB_env *env, struct weir_error *err);

#endif
