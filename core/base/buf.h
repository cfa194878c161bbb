/*
 * buf: a growing run of bytes that is born with its cap.
 *
 * A failed append (cap reached, no memory) marks the buffer, and further appends do nothing, so a
 * long series of appends needs one check at its end.
 */
#ifndef WEIR_BASE_BUF_H
#define WEIR_BASE_BUF_H

#include "weir/types.h"

struct buf {
    char *data; /* not terminated; NULL while empty */
    size_t len;
    size_t cap;
    size_t max;     /* never longer than this */
    bool failed;    /* an append did not fit and left nothing; what is here is cut short */
    bool no_memory; /* ... because there was no memory */
};

/* Thread: any, one at a time per buffer, as all calls here. */
void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b);

/* Forget the content, keep the memory and the cap. Clears failed. */
void buf_clear(struct buf *b);

void buf_add(struct buf *b, const void *data, size_t len);
void buf_add_str(struct buf *b, struct weir_str s);
void buf_add_text(struct buf *b, const char *text);
void buf_add_char(struct buf *b, char c);
/* In decimal digits. What is written for each event is written with these: printf takes ten times as long. */
void buf_add_u64(struct buf *b, uint64_t n);
void buf_add_i64(struct buf *b, int64_t n);
void buf_printf(struct buf *b, const char *format, ...) WEIR_PRINTF(2, 3);

/* Room for len more bytes at data + len, or NULL (then b is failed). The caller moves len itself. */
char *buf_reserve(struct buf *b, size_t len);

/* The content as a span; valid until the next append. */
struct weir_str buf_str(const struct buf *b);
struct weir_bytes buf_bytes(const struct buf *b);

/* The memory becomes the caller's (free()); b is empty after, with its cap. NULL when empty. Says nothing of
 * failed: buf_check comes before. */
char *buf_take(size_t *len, struct buf *b);

/* Append s as a JSON string with its quotes, in the way JSON.stringify does: raw UTF-8, "/" as it
 * is, control characters as \b \t \n \f \r or \u00xx in lower case. s has to be valid UTF-8. */
void buf_add_json_str(struct buf *b, struct weir_str s);

/* 0, or WEIR_E_LIMIT / WEIR_E_MEMORY when an append had failed. what names the buffer's content. */
int buf_check(const struct buf *b, const char *what, struct weir_error *err);

#endif
