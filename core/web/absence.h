/*
 * absence: the body of POST /v1/hris/absences, checked, and in the words of a tool.
 *
 * Days in the place of date-times, the tool's ids in the place of ours. What is wrong is answered here.
 */
#ifndef WEIR_WEB_ABSENCE_H
#define WEIR_WEB_ABSENCE_H

#include "web/envelope.h"

#include <jansson.h>

#define ABSENCE_DAY 10 /* "2026-03-09" */

struct absence_days {
    char start[ABSENCE_DAY + 1], end[ABSENCE_DAY + 1];
};

/* Fill input, an empty object, for act->run. false: answered. Thread: web, as below. */
bool absence_read(json_t *input, struct absence_days *days, struct request *r,
                  const struct web_integration *it, json_t *body);
/* The tool's id of a record that is there; `what` names its kind. false: answered, with `unknown` if there is
 * none. */
bool absence_remote_id(char out[257], struct request *r, const struct web_integration *it,
                       const char *model_name, struct weir_str id, const char *what, enum answer unknown);

#endif
