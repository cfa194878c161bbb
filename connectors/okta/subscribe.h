/*
 * subscribe: the one event hook at Okta, made, verified and kept as Weir wants it.
 *
 * It is recognised by the remembered id, else by its exact address. Whatever fails half-way, the next ensure
 * finds it again and goes on, so there is never a second one. Okta does not tell the secret back: a digest in
 * the state says which one was registered. Only a hook that is active and verified receives events; a change
 * of its channel silently undoes the verification. Thread of all calls: worker.
 */
#ifndef OKTA_SUBSCRIBE_H
#define OKTA_SUBSCRIBE_H

#include "weir/connector.h"

extern const struct weir_subscribe okta_subscribe;

#endif
