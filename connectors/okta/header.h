/*
 * header: what Okta says in the headers of an answer. Pure. Thread of all calls: any.
 */
#ifndef OKTA_HEADER_H
#define OKTA_HEADER_H

#include "weir/json.h"

/* The first of that name, in either case; lent by the answer. false: none. */
bool header_find(struct weir_str *value, const struct weir_http_response *response, const char *name);

/*
 * The path and query of the link to the next page, "/api/v1/users?after=...". An org answers under its own
 * domain and under acme.okta.com, so host and scheme do not count: the token goes to base_url alone. Lent by
 * the answer. false: there is none.
 */
bool header_next_link(struct weir_str *path, const struct weir_http_response *response);

#endif
