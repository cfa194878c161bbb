/*
 * inbox: how a delivery lies on disk.
 *
 * Head and body are sealed together and cut into chunks that fit beside others on a page: longer values
 * would take pages of their own, and a queue of those fragments the file. Chunk 0 starts with a fixed part
 * in the clear, of which all but the tries is bound to what is sealed.
 */
#ifndef WEIR_STORE_INBOX_H
#define WEIR_STORE_INBOX_H

#include "store/internal.h"
#include "store/keys.h"

#define INBOX_HEAD_MAX ((size_t)16 << 10)
#define INBOX_ITEM_MAX ((size_t)64 << 20) /* head and body */
#define INBOX_CHUNK 1900                  /* bytes of a value */

struct inbox_fixed {
    uint8_t kind;
    uint16_t chunks;
    uint32_t tries;
    int64_t received_at_ms;
    uint32_t head_len, sealed_len;
};

#define INBOX_FIXED 24      /* its bytes at the start of chunk 0 */
#define INBOX_FIXED_TRIES 4 /* place of tries in them */
#define INBOX_PLACE 32      /* room for inbox_place */

void inbox_fixed_encode(uint8_t out[INBOX_FIXED], const struct inbox_fixed *fixed);
/* false: it is no chunk 0, or its lengths make no sense. Thread: any. */
bool inbox_fixed_decode(struct inbox_fixed *fixed, struct weir_bytes value);
/* What an item is bound to: its key, and the fixed part. Thread: any. */
struct weir_bytes inbox_place(uint8_t room[INBOX_PLACE], uint32_t integration, uint64_t seq,
                              const struct inbox_fixed *fixed);

#endif
