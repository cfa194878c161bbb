/*
 * scope_text: a scope as JSON, in the words of the configuration file.
 *
 *   { "models": { "hris_teams": "enabled",
 *                 "hris_employees": { "state": "optional", "fields": [ "first_name" ] } },
 *     "default_model": "disabled" }
 *
 * fields is "all", an array of the enabled ones, or an object with a word each; default_field is the word for
 * those it does not name. What comes in is foreign: a name or a word that is none is refused, with what it
 * was.
 */
#ifndef WEIR_MODEL_SCOPE_TEXT_H
#define WEIR_MODEL_SCOPE_TEXT_H

#include "base/buf.h"
#include "model/scope.h"

#define SCOPE_TEXT_MAX ((size_t)64 << 10)

/* The members "name" and "dry_run" are left to the caller. WEIR_E_INVALID: the sentence says what is wrong.
 * Thread: any, as below. */
int scope_from_json(struct scope **out, const char *name, struct weir_str json, struct weir_error *err);

/* Append the object of its models: each with its state and, unless it is disabled, the word of each field.
 * What comes out goes in again. */
void scope_to_json(struct buf *out, const struct scope *scope);
/* Of the actions: {"hris_create_absence":"disabled"}. */
void scope_actions_to_json(struct buf *out, const struct scope *scope);

/* "enabled" */
const char *scope_word(enum scope_setting setting);

/* What the customer refused in from is refused in scope, too. */
void scope_adopt_refusals(struct scope *scope, const struct scope *from);

#endif
