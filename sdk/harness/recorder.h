/*
 * recorder: what passes between a connector and its tool, as parts of a case.
 *
 * A meddler for a stage whose requests go to the tool itself. Everything is as it was, with its secrets.
 */
#ifndef WEIR_HARNESS_RECORDER_H
#define WEIR_HARNESS_RECORDER_H

#include "play.h"

struct recorder {
    struct stage_meddler meddler;
    const char *base_url;
    struct weir_str keep_header; /* of an answer, on top of those that are kept anyway; may be empty */
    json_t *exchanges;           /* since recorder_take_exchanges */
    size_t bodies_left_out;      /* bodies that are no text */
};

/* client and base_url live longer. */
void recorder_init(struct recorder *r, struct client *client, bool allow_private, const char *base_url);
void recorder_fini(struct recorder *r);

/* Those of the step that was played. */
json_t *recorder_take_exchanges(struct recorder *r);
/* What a case expects of a step that came to this. */
json_t *recorder_expect(const struct case_step *step, const struct step_result *result);

#endif
