/*
 * form: what each key of an object of the answer stands for, found out once for many objects.
 *
 * The table names keys, joins and parts of entries by text. To compare these texts for each record of a
 * page took longer than to write the page. A form is a model's keys as one scope shows them, with the forms
 * of what is embedded in turn; whoever writes an answer keeps those that it needs until the answer is
 * written.
 */
#ifndef WEIR_MODEL_FORM_H
#define WEIR_MODEL_FORM_H

#include "model/scope.h"

enum form_source {
    FORM_ID,
    FORM_REMOTE_ID,
    FORM_CHANGED_AT,
    FORM_DELETED_AT,
    FORM_COLUMN,
    FORM_FIELDS, /* a column that fields_add may have a say in */
    FORM_PART,   /* of the entry through which the record was found */
    FORM_LITERAL,
    FORM_JOIN
};

struct form_key {
    struct weir_str start; /* all that stands before the value: {"id": or ,"name": */
    const char *name;      /* of FORM_PART */
    enum form_source source;
    bool seen;               /* of a column or join: scope lets it be seen */
    struct weir_str nothing; /* stands for a value that is not there; empty: the record must not be sent */
    const struct model_field *field; /* of a column; of a join: through which it is found */
    size_t column;                   /* the place of field in its model; not of a part */
    const struct model_join *join;
    bool via_part;     /* of a join: field is a part of the entry */
    struct form *form; /* of a join: how each embedded record is shown */
};

struct form {
    struct form *next; /* in the list that form_of looks through */
    const struct model *model;
    const struct scope *scope;
    const struct model_join *join; /* it is the short form of this one; NULL: the record's own */
    bool shared; /* the same wherever its record is named: nothing is embedded in it in turn */
    size_t count;
    struct form_key keys[];
};

/* The model's form in the list that *first begins, made when there is none yet. scope is lent until
 * forms_free. NULL without memory. Thread: any, one at a time per list, as all calls here. */
const struct form *form_of(struct form **first, const struct model *model, const struct scope *scope);
void forms_free(struct form *first);

#endif
