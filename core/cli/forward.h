/*
 * forward: notifications posted to a developer's own program, signed as the daemon signs them.
 *
 * The secrets of the daemon's endpoints never leave it, so there is one of its own.
 */
#ifndef WEIR_CLI_FORWARD_H
#define WEIR_CLI_FORWARD_H

#include "cli/command.h"
#include "net/client.h"

struct forward;

struct forward_result {
    enum client_outcome outcome; /* CLIENT_STOPPED: it was interrupted */
    int status;                  /* 0 unless answered */
    int64_t ms;
    char detail[160];
};

/* To --forward of cli (lent), with the secret of --secret-file or one that is made. What waits for an answer
 * is given up when interrupt, a descriptor, can be read. Thread: setup, as all here. */
int forward_new(struct forward **out, const struct cli *cli, int interrupt, struct weir_error *err);
void forward_free(struct forward *f); /* wipes the secret */

/* The secret to verify with, when one was made; else NULL. Lent. */
const char *forward_borrow_made_secret(const struct forward *f);

/* Post once and wait. That nobody takes it is no failure, and in the result. */
int forward_send(struct forward_result *result, struct forward *f, struct weir_str id, struct weir_str body,
                 struct weir_error *err);

#endif
