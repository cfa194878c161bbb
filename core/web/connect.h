/*
 * connect: what customers do with a link, and the calls of the unified API that make links.
 *
 * /connect/<token> is for a browser, /connect/<token>/state and /submit are what its page speaks to. The
 * token is the key: nothing of a link is shown without it.
 */
#ifndef WEIR_WEB_CONNECT_H
#define WEIR_WEB_CONNECT_H

#include "web/link.h"
#include "web/web_internal.h"

/* The link of the path's token that is not over, or answered: false. link_free it. */
bool connect_link(struct link *out, struct request *r);

/* What is loaded of a tool. false: there is none, or none of that category (empty: any). */
bool connect_tool(struct web_connector *out, struct request *r, struct weir_str tool,
                  struct weir_str category);
/* Is this setting asked for later, among the steps? */
bool connect_is_pasted(const struct weir_connector *table, const struct weir_setting *setting);
/* Is this setting (also base_url) the operator's to give, of what is made through a link? */
bool connect_is_given(struct request *r, const struct link *link, const char *tool, const char *key);
/* The scope that the link's integration has, or will have; scope_free it. NULL: there is none any more. */
struct scope *connect_scope(struct request *r, const struct link *link);

/* Endpoints. Thread: web. */
void connect_page(struct request *r);
void connect_state(struct request *r);
void connect_submit(struct request *r);
void connect_create_link(struct request *r);
void connect_relink(struct request *r);
void connect_setup_link(struct request *r);
void connect_integration_by_token(struct request *r);

#endif
