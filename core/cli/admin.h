/*
 * admin: a conversation with the running daemon through its admin API.
 *
 * It sends one request at a time and waits, opens the envelope of the answer, and says in a person's words
 * why there is none.
 */
#ifndef WEIR_CLI_ADMIN_H
#define WEIR_CLI_ADMIN_H

#include "base/buf.h"
#include "cli/target.h"

#include <jansson.h>

struct admin;

/* target is lent as long as it lives. Nothing is sent yet. Thread: setup. */
int admin_open(struct admin **out, const struct target *target, const char *version, struct weir_error *err);
void admin_close(struct admin *admin);

/*
 * GET; POST, PUT and PATCH with body (lent); DELETE. *data, the "data" of the answer, is the caller's. path
 * is
 * "/admin/v1/..." with its query. timeout_ms: 0 for 30 s.
 * WEIR_E_IO: no daemon answers. WEIR_E_PERMISSION: the socket may not be used. WEIR_E_AUTH: the key is
 * refused. WEIR_E_LATER: not possible right now. WEIR_E_REJECT: the daemon says no; its error object is then
 * in *refusal, if that is not NULL, and the caller's. Thread: any but net's.
 */
int admin_get(json_t **data, struct admin *admin, struct weir_str path, struct weir_error *err);
int admin_post(json_t **data, json_t **refusal, struct admin *admin, struct weir_str path, const json_t *body,
               uint32_t timeout_ms, struct weir_error *err);
int admin_put(json_t **data, struct admin *admin, struct weir_str path, const json_t *body,
              struct weir_error *err);
/* As POST. */
int admin_patch(json_t **data, struct admin *admin, struct weir_str path, const json_t *body,
                struct weir_error *err);
int admin_delete(json_t **data, struct admin *admin, struct weir_str path, struct weir_error *err);

/* Who reads a stream. Both are called on net's thread and must not block; part until it returns false, done
 * once, with rc 0 when the daemon ended it, else as admin_get. */
struct admin_stream {
    bool (*part)(void *ctx, struct weir_bytes bytes);
    void (*done)(void *ctx, int rc, const struct weir_error *err);
    void *ctx;
};
/* GET an answer that goes on, behind last_id (empty: from now on); one at a time. On failure done is not
 * called. */
int admin_follow(struct admin *admin, struct weir_str path, struct weir_str last_id,
                 const struct admin_stream *stream, struct weir_error *err);
/* End what is under way. Nothing can be asked any more. Thread: setup. */
void admin_stop(struct admin *admin);

/* What to do when no daemon answers, as further lines. Thread: any. */
void admin_print_hint(FILE *out, const struct admin *admin, int code);

#endif
