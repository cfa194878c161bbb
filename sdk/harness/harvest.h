/*
 * harvest: what a connector emitted in one call, or in the pages of one listing.
 *
 * Each list has the form that a case's "expect" has. Records go through the model table as in the daemon:
 * what does not fit is a finding, with field and class; so is a field that the connector's table does not
 * list.
 */
#ifndef WEIR_HARNESS_HARVEST_H
#define WEIR_HARNESS_HARVEST_H

#include "findings.h"
#include "host/call.h"
#include "model/scope.h"

#include <jansson.h>

/* What the store would have, over all calls of a play. */
struct shelf {
    json_t *records; /* "hris_employees 7" -> {"json": canonical text, "placeholder": bool} */
};

void shelf_init(struct shelf *shelf);
void shelf_fini(struct shelf *shelf);

struct harvest {
    const struct weir_connector *connector;
    const struct scope *scope;
    const char *integration;
    struct shelf *shelf; /* NULL: nothing is normalised */
    struct findings *f;
    const char *where;
    struct call_sink sink;
    json_t *events, *records, *placeholders, *gone, *complete;
    json_t *touched;  /* by an action */
    json_t *warnings; /* texts of an action */
    json_t *repairs;  /* texts: "hris_employees.gender: unknown word" */
    json_t *stored;   /* {"model","remote_id","id","json"} as the store would have them */
    size_t left_out;  /* records of models that the scope disables */
    struct buf next;  /* empty: no further page */
};

/* The members before sink are the caller's to set. */
void harvest_init(struct harvest *h);
void harvest_fini(struct harvest *h);
/* Before each further page. */
void harvest_next_page(struct harvest *h);

#endif
