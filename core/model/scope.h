/*
 * scope: which models and fields of an integration may be read, stored and shown.
 *
 * Each is enabled, optional (the customer may refuse it) or disabled. Built once from the config and
 * then only read, so it needs no lock.
 */
#ifndef WEIR_MODEL_SCOPE_H
#define WEIR_MODEL_SCOPE_H

#include "model/action.h"
#include "model/model.h"

enum scope_setting { SCOPE_DISABLED = 0, SCOPE_OPTIONAL = 1, SCOPE_ENABLED = 2 };

struct scope;

/* Everything disabled. NULL without memory. Thread: any, one at a time until it is in use. */
struct scope *scope_new(const char *name);
struct scope *scope_dup(const struct scope *scope); /* to apply a customer's refusals to */
void scope_free(struct scope *scope);

/* false: no such model or field. Setting a model also sets all of its fields but the
 * tool's own payload (remote_data), which has to be set by its name. A field without which a
 * record is none (model_field_required) always has its model's setting: the contract does not let it be null.
 */
bool scope_set_model(struct scope *scope, struct weir_str model, enum scope_setting setting);
bool scope_set_field(struct scope *scope, struct weir_str model, struct weir_str field,
                     enum scope_setting setting);
/* false: no such action. */
bool scope_set_action(struct scope *scope, struct weir_str action, enum scope_setting setting);
/* The customer refuses an optional model, field or action; one that is not optional stays. */
void scope_opt_out(struct scope *scope, struct weir_str model_or_action, struct weir_str field_or_empty);

/* Thread: any. */
const char *scope_name(const struct scope *scope);
enum scope_setting scope_model_setting(const struct scope *scope, const struct model *model);
enum scope_setting scope_field_setting(const struct scope *scope, const struct model *model,
                                       const struct model_field *field);
bool scope_opted_out(const struct scope *scope, const struct model *model,
                     const struct model_field *field_or_null);
/* The question everything asks: enabled, or optional and not refused. */
bool scope_allows(const struct scope *scope, const struct model *model);
bool scope_allows_field(const struct scope *scope, const struct model *model,
                        const struct model_field *field);
enum scope_setting scope_action_setting(const struct scope *scope, const struct action *action);
bool scope_action_opted_out(const struct scope *scope, const struct action *action);
bool scope_allows_action(const struct scope *scope, const struct action *action);
/* Does any of the event's models need it? NULL-terminated names. */
bool scope_needs_event(const struct scope *scope, const struct weir_event_type *event);
/* Changes exactly when what may be read changes: to see that a scope was edited, and what is stored is not
 * it. */
uint64_t scope_digest(const struct scope *scope);

#endif
