/*
 * api: the endpoints of the unified API.
 */
#ifndef WEIR_WEB_API_H
#define WEIR_WEB_API_H

#include "web/web_internal.h"

/* The integration that a call is about; false: there is none, and the error is answered. Release it. Thread:
 * web. */
bool api_integration_of_header(struct web_integration *out, struct request *r);
bool api_integration_of_path(struct web_integration *out, struct request *r);
void api_integration_release(struct request *r, struct web_integration *it);

/* What the connector delivers of a model; NULL: nothing, or no connector is loaded. */
const struct weir_model_use *api_model_use(const struct web_integration *it, const struct model *model);
const struct weir_model_use *api_model_use_in(const struct weir_model_use *uses, size_t count,
                                              const struct model *model);
bool api_model_use_has(const struct weir_model_use *use, const char *field);
/* "HRIS" for a model of that category. */
const char *api_category(const struct model *model);
/* Is the field a key of the answer? (Some are stored for a join alone.) */
bool api_field_is_shown(const struct model *model, const struct model_field *field);

/* "FULL" or "DELTA" in a body (missing: FULL); false: answered. */
bool api_read_sync_type(bool *full, struct request *r);

/* Does the connector make use of this field of an action? act may be NULL, field too: of the action at all.
 */
bool api_action_has(const struct weir_act *act, const struct action *action, const char *field);

/* Endpoints. Thread: web. */
void list_run(struct request *r);
void details_run(struct request *r);
void tools_run(struct request *r);
void api_integration_fields(struct request *r);
void api_custom_fields(struct request *r);
void api_custom_field_map(struct request *r);
void api_integration_field_set(struct request *r);
void integration_enabled(struct request *r);
void integration_delete(struct request *r);

/* A failure of a general endpoint, in which what the config stands against is the caller's to know, too. */
void api_answer_failure(struct request *r, int rc, const struct weir_error *err);
void act_create_absence(struct request *r);
void act_delete_absence(struct request *r);
void pass_run(struct request *r);

#endif
