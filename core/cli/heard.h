/*
 * heard: what a person is shown of a notification that "listen" heard of, and of what became of it.
 */
#ifndef WEIR_CLI_HEARD_H
#define WEIR_CLI_HEARD_H

#include "cli/forward.h"

#include <jansson.h>

/*
 * n: id, endpoint, integration, type, made_at, and body, the text that is signed. result: NULL when it is not
 * forwarded. A few lines, or one with --json. Thread: setup.
 */
void heard_print(const struct cli *cli, const json_t *n, const struct forward_result *result);

#endif
