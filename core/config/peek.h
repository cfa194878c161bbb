/*
 * peek: where the daemon of a configuration file listens for its operator, read without the rest.
 *
 * For a client of that daemon, which runs in another environment: config_load would ask for every @env:
 * and @file: of the file, and would need the right to read them.
 */
#ifndef WEIR_CONFIG_PEEK_H
#define WEIR_CONFIG_PEEK_H

#include "weir/types.h"

/*
 * The path of the admin socket: admin_socket, or "<data_dir>/admin.sock", as config_load would say. Only
 * these two are resolved; the rest has to be of the right syntax, and is not checked. out is terminated.
 * WEIR_E_CONFIG: a person must change the file, or name another one; out is then as it was. WEIR_E_MEMORY.
 * Thread: any; may read the environment.
 */
int config_peek_admin_socket(char *out, size_t size, const char *path, struct weir_error *err);

#endif
