/*
 * app: the one place that knows every room. Builds the daemon from the config, and takes it apart.
 */
#ifndef WEIR_APP_H
#define WEIR_APP_H

#include <stdbool.h>
#include <stdio.h>

/* Run in the foreground until SIGTERM or SIGINT. The exit status: 0 after a clean stop, 1 if it could not
 * start, 70 when the store failed while it ran (a supervisor should start it again). */
int app_serve(const char *config_path);

/* Print every mistake of the file. 0: none. */
int app_check(const char *config_path);

/* Put a backup in the place of the store; the daemon must not run. force: also when there is a store already,
 * which is then kept beside it. */
int app_restore(const char *config_path, const char *backup_path, bool force);

/* Write the OpenAPI description as the daemon serves it; admin: of everything. */
int app_openapi(FILE *out, bool admin);

#endif
