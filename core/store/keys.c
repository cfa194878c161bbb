#include "store/keys.h"

#include "base/thread.h"

void be_put_u16(uint8_t *at, uint16_t n)
{
    at[0] = (uint8_t)(n >> 8);
    at[1] = (uint8_t)n;
}

void be_put_u32(uint8_t *at, uint32_t n)
{
    be_put_u16(at, (uint16_t)(n >> 16));
    be_put_u16(at + 2, (uint16_t)n);
}

void be_put_u64(uint8_t *at, uint64_t n)
{
    be_put_u32(at, (uint32_t)(n >> 32));
    be_put_u32(at + 4, (uint32_t)n);
}

uint16_t be_u16(const uint8_t *at)
{
    return (uint16_t)((at[0] << 8) | at[1]);
}

uint32_t be_u32(const uint8_t *at)
{
    return ((uint32_t)be_u16(at) << 16) | be_u16(at + 2);
}

uint64_t be_u64(const uint8_t *at)
{
    return ((uint64_t)be_u32(at) << 32) | be_u32(at + 4);
}

void key_clear(struct key *key)
{
    key->len = 0;
}

static uint8_t *key_room(struct key *key, size_t len)
{
    uint8_t *at = key->bytes + key->len;

    check_bug(len <= KEY_MAX - key->len);
    key->len += len;
    return at;
}

void key_add_u8(struct key *key, uint8_t n)
{
    *key_room(key, 1) = n;
}

void key_add_u16(struct key *key, uint16_t n)
{
    be_put_u16(key_room(key, 2), n);
}

void key_add_u32(struct key *key, uint32_t n)
{
    be_put_u32(key_room(key, 4), n);
}

void key_add_u64(struct key *key, uint64_t n)
{
    be_put_u64(key_room(key, 8), n);
}

void key_add_ms(struct key *key, int64_t ms)
{
    key_add_u64(key, ms > 0 ? (uint64_t)ms : 0);
}

void key_add_id(struct key *key, const char *id)
{
    memcpy(key_room(key, ID_LEN), id, ID_LEN);
}

static void key_add_text(struct key *key, struct weir_str text)
{
    if (text.len > 0) {
        memcpy(key_room(key, text.len), text.data, text.len);
    }
}

struct weir_bytes key_span(const struct key *key)
{
    return weir_bytes(key->bytes, key->len);
}

bool key_has_prefix(struct weir_bytes key, struct weir_bytes prefix)
{
    return key.len >= prefix.len && (prefix.len == 0 || memcmp(key.data, prefix.data, prefix.len) == 0);
}

static int64_t ms_at(const uint8_t *at)
{
    return (int64_t)(be_u64(at) & INT64_MAX);
}

static void id_at(char out[ID_TEXT], const uint8_t *at)
{
    memcpy(out, at, ID_LEN);
    out[ID_LEN] = '\0';
}

struct weir_bytes key_text(struct key *key, const char *text)
{
    key_clear(key);
    key_add_text(key, weir_str(text));
    return key_span(key);
}

struct weir_bytes key_state(struct key *key, uint32_t integration, struct weir_str name)
{
    key_clear(key);
    key_add_u32(key, integration);
    key_add_text(key, name);
    return key_span(key);
}

struct weir_bytes key_inbox_of(struct key *key, uint32_t integration)
{
    return key_u32(key, integration);
}

struct weir_bytes key_inbox(struct key *key, uint32_t integration, uint64_t seq, uint16_t chunk)
{
    key_clear(key);
    key_add_u32(key, integration);
    key_add_u64(key, seq);
    key_add_u16(key, chunk);
    return key_span(key);
}

bool key_inbox_decode(uint32_t *integration, uint64_t *seq, uint16_t *chunk, struct weir_bytes key)
{
    if (key.len != 4 + 8 + 2) {
        return false;
    }
    *integration = be_u32(key.data);
    *seq = be_u64(key.data + 4);
    *chunk = be_u16(key.data + 12);
    return true;
}

struct weir_bytes key_at(struct key *key, int64_t at_ms, uint64_t seq)
{
    key_clear(key);
    key_add_ms(key, at_ms);
    key_add_u64(key, seq);
    return key_span(key);
}

bool key_at_decode(int64_t *at_ms, uint64_t *seq, struct weir_bytes key)
{
    if (key.len != 8 + 8) {
        return false;
    }
    *at_ms = ms_at(key.data);
    *seq = be_u64(key.data + 8);
    return true;
}

struct weir_bytes key_records_of(struct key *key, uint32_t integration, uint8_t model)
{
    key_clear(key);
    key_add_u32(key, integration);
    key_add_u8(key, model);
    return key_span(key);
}

struct weir_bytes key_record(struct key *key, uint32_t integration, uint8_t model, const char *id)
{
    key_records_of(key, integration, model);
    key_add_id(key, id);
    return key_span(key);
}

bool key_record_decode(uint32_t *integration, uint8_t *model, char id[ID_TEXT], struct weir_bytes key)
{
    if (key.len != 4 + 1 + ID_LEN) {
        return false;
    }
    *integration = be_u32(key.data);
    *model = key.data[4];
    id_at(id, key.data + 5);
    return true;
}

struct weir_bytes key_by_change_from(struct key *key, uint32_t integration, uint8_t model, int64_t touched_ms)
{
    key_records_of(key, integration, model);
    key_add_ms(key, touched_ms);
    return key_span(key);
}

struct weir_bytes key_by_change(struct key *key, uint32_t integration, uint8_t model, int64_t touched_ms,
                                const char *id)
{
    key_by_change_from(key, integration, model, touched_ms);
    key_add_id(key, id);
    return key_span(key);
}

bool key_by_change_decode(uint32_t *integration, uint8_t *model, int64_t *touched_ms, char id[ID_TEXT],
                          struct weir_bytes key)
{
    if (key.len != 4 + 1 + 8 + ID_LEN) {
        return false;
    }
    *integration = be_u32(key.data);
    *model = key.data[4];
    *touched_ms = ms_at(key.data + 5);
    id_at(id, key.data + 13);
    return true;
}

struct weir_bytes key_by_ref_target(struct key *key, uint32_t integration, const char *target)
{
    key_clear(key);
    key_add_u32(key, integration);
    key_add_id(key, target);
    return key_span(key);
}

struct weir_bytes key_by_ref_slot(struct key *key, uint32_t integration, const char *target, uint8_t model,
                                  uint8_t slot)
{
    key_by_ref_target(key, integration, target);
    key_add_u8(key, model);
    key_add_u8(key, slot);
    return key_span(key);
}

struct weir_bytes key_by_ref(struct key *key, uint32_t integration, const char *target, uint8_t model,
                             uint8_t slot, const char *source)
{
    key_by_ref_slot(key, integration, target, model, slot);
    key_add_id(key, source);
    return key_span(key);
}

bool key_by_ref_decode(uint32_t *integration, char target[ID_TEXT], uint8_t *model, uint8_t *slot,
                       char source[ID_TEXT], struct weir_bytes key)
{
    if (key.len != 4 + ID_LEN + 2 + ID_LEN) {
        return false;
    }
    *integration = be_u32(key.data);
    id_at(target, key.data + 4);
    *model = key.data[4 + ID_LEN];
    *slot = key.data[4 + ID_LEN + 1];
    id_at(source, key.data + 4 + ID_LEN + 2);
    return true;
}

struct weir_bytes key_change(struct key *key, uint32_t integration, uint64_t seq)
{
    key_clear(key);
    key_add_u32(key, integration);
    key_add_u64(key, seq);
    return key_span(key);
}

bool key_change_decode(uint32_t *integration, uint64_t *seq, struct weir_bytes key)
{
    if (key.len != 4 + 8) {
        return false;
    }
    *integration = be_u32(key.data);
    *seq = be_u64(key.data + 4);
    return true;
}

struct weir_bytes key_u32(struct key *key, uint32_t n)
{
    key_clear(key);
    key_add_u32(key, n);
    return key_span(key);
}

bool key_u32_decode(uint32_t *n, struct weir_bytes key)
{
    if (key.len != 4) {
        return false;
    }
    *n = be_u32(key.data);
    return true;
}

struct weir_bytes key_outbox_of(struct key *key, uint32_t endpoint)
{
    return key_u32(key, endpoint);
}

struct weir_bytes key_outbox(struct key *key, uint32_t endpoint, int64_t due_ms, uint64_t seq)
{
    key_clear(key);
    key_add_u32(key, endpoint);
    key_add_ms(key, due_ms);
    key_add_u64(key, seq);
    return key_span(key);
}

bool key_outbox_decode(uint32_t *endpoint, int64_t *due_ms, uint64_t *seq, struct weir_bytes key)
{
    if (key.len != 4 + 8 + 8) {
        return false;
    }
    *endpoint = be_u32(key.data);
    *due_ms = ms_at(key.data + 4);
    *seq = be_u64(key.data + 12);
    return true;
}

struct weir_bytes key_u64(struct key *key, uint64_t n)
{
    key_clear(key);
    key_add_u64(key, n);
    return key_span(key);
}

bool key_u64_decode(uint64_t *n, struct weir_bytes key)
{
    if (key.len != 8) {
        return false;
    }
    *n = be_u64(key.data);
    return true;
}

struct weir_bytes key_fields_of(struct key *key, uint32_t integration, uint8_t kind)
{
    key_clear(key);
    key_add_u32(key, integration);
    key_add_u8(key, kind);
    return key_span(key);
}

struct weir_bytes key_field(struct key *key, uint32_t integration, uint8_t kind, uint8_t model, bool custom,
                            struct weir_str name)
{
    (void)key_fields_of(key, integration, kind);
    key_add_u8(key, model);
    key_add_u8(key, custom ? 1 : 0);
    for (size_t i = 0; i < name.len; i++) {
        key_add_u8(key, (uint8_t)name.data[i]);
    }
    return key_span(key);
}

bool key_field_decode(uint8_t *model, bool *custom, struct weir_str *name, struct weir_bytes key)
{
    if (key.len <= 7) {
        return false;
    }
    *model = key.data[5];
    *custom = key.data[6] != 0;
    *name = weir_str_n((const char *)key.data + 7, key.len - 7);
    return true;
}

struct weir_bytes key_marks_of(struct key *key, uint64_t run, uint8_t model)
{
    key_clear(key);
    key_add_u64(key, run);
    key_add_u8(key, model);
    return key_span(key);
}

struct weir_bytes key_mark(struct key *key, uint64_t run, uint8_t model, const char *id)
{
    key_marks_of(key, run, model);
    key_add_id(key, id);
    return key_span(key);
}

struct weir_bytes key_grave(struct key *key, int64_t deleted_ms, uint32_t integration, uint8_t model,
                            const char *id)
{
    key_clear(key);
    key_add_ms(key, deleted_ms);
    key_add_u32(key, integration);
    key_add_u8(key, model);
    key_add_id(key, id);
    return key_span(key);
}

bool key_grave_decode(int64_t *deleted_ms, uint32_t *integration, uint8_t *model, char id[ID_TEXT],
                      struct weir_bytes key)
{
    if (key.len != 8 + 4 + 1 + ID_LEN) {
        return false;
    }
    *deleted_ms = ms_at(key.data);
    *integration = be_u32(key.data + 8);
    *model = key.data[12];
    id_at(id, key.data + 13);
    return true;
}
