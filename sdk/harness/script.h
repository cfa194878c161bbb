/*
 * script: the exchanges of a case, played to the requests of a connector.
 *
 * A request has to be the next one of the step's list, or one of those that the case answers always. One that
 * is neither is a finding that shows what differs; so is one that was expected and never came. Knows no
 * services and no instance.
 */
#ifndef WEIR_HARNESS_SCRIPT_H
#define WEIR_HARNESS_SCRIPT_H

#include "case.h"

struct script {
    const char *base_url;                /* what a path of the script is below */
    const struct case_exchanges *always; /* may be NULL */
    const struct case_exchanges *step;   /* may be NULL: none */
    size_t next;                         /* of step */
    bool *used;                          /* of always */
    bool failed;                         /* a request was not in the script */
    const char *where;                   /* for findings */
    struct findings *f;
};

/* always is lent. */
void script_init(struct script *s, const char *base_url, const struct case_exchanges *always,
                 struct findings *f);
void script_fini(struct script *s);

/* From here on these are expected. */
void script_begin(struct script *s, const struct case_exchanges *step, const char *where);
/* Were they all asked for? */
void script_end(struct script *s);
/* Was each of `always` asked for at least once? */
void script_finish(struct script *s);

/* The exchange that answers it, or NULL after a finding. url is absolute. */
const struct case_exchange *script_play(struct script *s, const struct weir_http_request *request,
                                        struct weir_str url);

#endif
