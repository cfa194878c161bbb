/*
 * keys: how the store's keys are written, all of them.
 *
 * Integers are big-endian (signed times are never negative), so that the engine's order of bytes is the order
 * of numbers; ids are their 24 characters. A key_ call fills a struct key and returns its span, which lives
 * as long as the struct. Leading parts of keys (_of, _from) serve to seek. A decoder
 * returns false for bytes that are no such key.
 */
#ifndef WEIR_STORE_KEYS_H
#define WEIR_STORE_KEYS_H

#include "base/id.h"
#include "weir/types.h"

#define KEY_MAX 256 /* below the engine's own limit of 511 */

struct key {
    size_t len;
    uint8_t bytes[KEY_MAX];
};

/* The pieces. Writing beyond KEY_MAX is a bug and ends the process. id: ID_LEN characters. */
void key_clear(struct key *key);
void key_add_u8(struct key *key, uint8_t n);
void key_add_u16(struct key *key, uint16_t n);
void key_add_u32(struct key *key, uint32_t n);
void key_add_u64(struct key *key, uint64_t n);
void key_add_ms(struct key *key, int64_t ms); /* below 0 counts as 0 */
void key_add_id(struct key *key, const char *id);
struct weir_bytes key_span(const struct key *key);
bool key_has_prefix(struct weir_bytes key, struct weir_bytes prefix);

/* Values use the same order of bytes. */
void be_put_u16(uint8_t *at, uint16_t n);
void be_put_u32(uint8_t *at, uint32_t n);
void be_put_u64(uint8_t *at, uint64_t n);
uint16_t be_u16(const uint8_t *at);
uint32_t be_u32(const uint8_t *at);
uint64_t be_u64(const uint8_t *at);

/* meta, integrations, endpoints: text. At most KEY_MAX bytes. */
struct weir_bytes key_text(struct key *key, const char *text);

struct weir_bytes key_state(struct key *key, uint32_t integration, struct weir_str name);

struct weir_bytes key_inbox_of(struct key *key, uint32_t integration);
struct weir_bytes key_inbox(struct key *key, uint32_t integration, uint64_t seq, uint16_t chunk);
bool key_inbox_decode(uint32_t *integration, uint64_t *seq, uint16_t *chunk, struct weir_bytes key);

/* seen and log: when, and a number. */
struct weir_bytes key_at(struct key *key, int64_t at_ms, uint64_t seq);
bool key_at_decode(int64_t *at_ms, uint64_t *seq, struct weir_bytes key);

struct weir_bytes key_records_of(struct key *key, uint32_t integration, uint8_t model);
struct weir_bytes key_record(struct key *key, uint32_t integration, uint8_t model, const char *id);
bool key_record_decode(uint32_t *integration, uint8_t *model, char id[ID_TEXT], struct weir_bytes key);

struct weir_bytes key_by_change(struct key *key, uint32_t integration, uint8_t model, int64_t touched_ms,
                                const char *id);
/* ... from that time on, whatever the id. */
struct weir_bytes key_by_change_from(struct key *key, uint32_t integration, uint8_t model,
                                     int64_t touched_ms);
bool key_by_change_decode(uint32_t *integration, uint8_t *model, int64_t *touched_ms, char id[ID_TEXT],
                          struct weir_bytes key);

struct weir_bytes key_by_ref_target(struct key *key, uint32_t integration, const char *target);
struct weir_bytes key_by_ref_slot(struct key *key, uint32_t integration, const char *target, uint8_t model,
                                  uint8_t slot);
struct weir_bytes key_by_ref(struct key *key, uint32_t integration, const char *target, uint8_t model,
                             uint8_t slot, const char *source);
bool key_by_ref_decode(uint32_t *integration, char target[ID_TEXT], uint8_t *model, uint8_t *slot,
                       char source[ID_TEXT], struct weir_bytes key);

/* changes: integration and number. */
struct weir_bytes key_change(struct key *key, uint32_t integration, uint64_t seq);
bool key_change_decode(uint32_t *integration, uint64_t *seq, struct weir_bytes key);

/* gather: an integration's number. */
struct weir_bytes key_u32(struct key *key, uint32_t n);
bool key_u32_decode(uint32_t *n, struct weir_bytes key);

struct weir_bytes key_outbox_of(struct key *key, uint32_t endpoint);
struct weir_bytes key_outbox(struct key *key, uint32_t endpoint, int64_t due_ms, uint64_t seq);
bool key_outbox_decode(uint32_t *endpoint, int64_t *due_ms, uint64_t *seq, struct weir_bytes key);

/* dead, aside, syncs: a number. */
struct weir_bytes key_u64(struct key *key, uint64_t n);
bool key_u64_decode(uint64_t *n, struct weir_bytes key);

/* graves: when it was deleted, and which record. */
struct weir_bytes key_grave(struct key *key, int64_t deleted_ms, uint32_t integration, uint8_t model,
                            const char *id);
bool key_grave_decode(int64_t *deleted_ms, uint32_t *integration, uint8_t *model, char id[ID_TEXT],
                      struct weir_bytes key);

/* fields: a kind of integration (0: of the environment), and one of them. */
struct weir_bytes key_fields_of(struct key *key, uint32_t integration, uint8_t kind);
struct weir_bytes key_field(struct key *key, uint32_t integration, uint8_t kind, uint8_t model, bool custom,
                            struct weir_str name);
bool key_field_decode(uint8_t *model, bool *custom, struct weir_str *name, struct weir_bytes key);

/* ripples: as changes. */

struct weir_bytes key_marks_of(struct key *key, uint64_t run, uint8_t model);
struct weir_bytes key_mark(struct key *key, uint64_t run, uint8_t model, const char *id);

#endif
