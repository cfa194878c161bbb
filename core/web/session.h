/*
 * session: people who signed in to the dashboard with an admin key.
 *
 * A browser holds a random token in a cookie that no script can read; here is its digest alone, in memory, so
 * a restart signs everybody out. A session opens what its key opens and ends with it, twelve hours after it
 * began, or after two without a request. What changes something has to carry the session's csrf value too,
 * which another site can neither read nor send (forgery.h).
 */
#ifndef WEIR_WEB_SESSION_H
#define WEIR_WEB_SESSION_H

#include "web/auth.h"

#define SESSION_COOKIE "weir_session"
#define SESSION_TEXT 44 /* 32 bytes as base64url, and the end */
#define SESSION_MS (12LL * 60 * 60 * 1000)
#define SESSION_IDLE_MS (2LL * 60 * 60 * 1000)
#define SESSIONS_MAX 1024 /* the one that was not used for the longest time makes room */

struct session {
    struct auth_key *key; /* of auth_key_session, a reference; NULL: free */
    uint8_t digest[CRYPTO_SHA256];
    char csrf[SESSION_TEXT];
};

struct sessions {
    pthread_mutex_t lock; /* guards the rest; held for some microseconds */
    struct session items[SESSIONS_MAX];
};

/* Thread: setup. */
void sessions_init(struct sessions *sessions);
void sessions_fini(struct sessions *sessions);

/* Begin one with a key: its token and csrf value, which are for the browser alone. Thread: any, as below. */
int session_begin(char token[SESSION_TEXT], char csrf[SESSION_TEXT], struct sessions *sessions,
                  struct auth_key *key, int64_t now_ms, struct weir_error *err);
/* What the token opens, with a reference, and its csrf value; NULL: nothing. It counts as used. */
struct auth_key *session_find(char csrf[SESSION_TEXT], struct sessions *sessions, struct weir_str token,
                              int64_t now_ms);
/* End it, and what listens with it. */
void session_end(struct sessions *sessions, struct weir_str token);

#endif
