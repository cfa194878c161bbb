/*
 * fake_sink: a sink that writes down what it was told, one line each, and keeps records as JSON.
 */
#ifndef WEIR_TESTS_FAKE_SINK_H
#define WEIR_TESTS_FAKE_SINK_H

#include "weir/json.h"

struct fake_sink {
    struct weir_sink sink;
    json_t *records; /* "what model id" → JSON */
    json_t *lines;
    char *next; /* the last cursor; NULL: none */
};

void fake_sink_init(struct fake_sink *f);
void fake_sink_fini(struct fake_sink *f);

#endif
