/*
 * link: a connection link: what it says, and its token.
 *
 * The token is 32 random bytes as base64url, shown once; the store has its hash alone. What the link says is
 * a JSON object that is sealed there.
 */
#ifndef WEIR_WEB_LINK_H
#define WEIR_WEB_LINK_H

#include "base/crypto.h"
#include "store/links.h"

#define LINK_TOKEN_TEXT 44 /* 43 characters */
#define LINK_EMBEDDED_MS (60LL * 60 * 1000)
#define LINK_MAGIC_MS (365LL * 24 * 60 * 60 * 1000)
#define LINK_CODE_MS (10LL * 60 * 1000)

enum link_stage {
    LINK_STAGE_CONNECT, /* tool and settings are asked for */
    LINK_STAGE_STEPS,   /* steps at the tool */
    LINK_STAGE_DONE
};

/* Spans are lent: from whoever fills it, or from the link that was read (link_free). */
struct link {
    uint8_t kind;
    uint32_t number; /* of the integration; 0: none yet */
    int64_t expires_at_ms;
    enum link_stage stage;
    struct weir_str integration; /* the one to connect anew or to set up, or that it made; empty: none yet */
    struct weir_str organization, email, origin_id, remote_environment;
    struct weir_str category, tool, language, scope;
    bool filtering, field_mapping;
    void *owner; /* of the spans; NULL: the caller */
};

/* Make it, and its token. Thread: web, as all here. */
int link_make(char token[LINK_TOKEN_TEXT], struct store *st, const struct link *link, struct weir_error *err);
/* WEIR_E_NONE: there is none of that token, whatever it looks like. Also one that is over. */
int link_read(struct link *out, struct store *st, struct weir_str token, struct weir_error *err);
/* Write it anew, under the same token. */
int link_write(struct store *st, struct weir_str token, const struct link *link, struct weir_error *err);
/* Take a code: once. WEIR_E_NONE. */
int link_take_code(struct link *out, struct store *st, struct weir_str token, struct weir_error *err);
void link_free(struct link *link); /* also a zeroed one */

/* false: not a token. */
bool link_hash(uint8_t out[CRYPTO_SHA256], struct weir_str token);

#endif
