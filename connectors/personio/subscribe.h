/*
 * subscribe: the one webhook at Personio, made and kept as Weir wants it.
 *
 * It is recognised by its exact address. Whatever fails half-way, the next ensure finds it again and
 * goes on, so there is never a second one. Personio does not tell the token back: a digest in the state
 * says which one was registered. Thread of all calls: worker.
 */
#ifndef PERSONIO_SUBSCRIBE_H
#define PERSONIO_SUBSCRIBE_H

#include "weir/connector.h"

extern const struct weir_subscribe personio_subscribe;

#endif
