/*
 * target: which daemon a command talks to, and how it is reached.
 */
#ifndef WEIR_CLI_TARGET_H
#define WEIR_CLI_TARGET_H

#include "cli/command.h"

#define TARGET_CONFIG "/etc/weir/weir.conf"
#define TARGET_KEY_MAX 4096

struct target {
    char socket[108];     /* what fits struct sockaddr_un; empty: by url */
    const char *config;   /* the file that named the socket; NULL: the command line did */
    const char *url;      /* argv's; NULL: by socket */
    size_t url_len;       /* without slashes at its end */
    char *key;            /* NULL for a socket */
    const char *key_file; /* where the key came from; NULL: WEIR_ADMIN_KEY */
};

/* The configuration file: --config, WEIR_CONFIG, or the default. Lent by argv or the environment. */
const char *target_config(const struct options *opt);

/*
 * --url, else --socket, else what the configuration says. CLI_OK, or the exit status, and it is told why.
 * target_fini in either case. Thread: any; reads the environment.
 */
int target_find(struct target *target, const struct cli *cli);
void target_fini(struct target *target); /* wipes the key */

#endif
