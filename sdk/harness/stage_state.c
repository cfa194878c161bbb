#include "stage_internal.h"

#include <stdlib.h>

static struct stage_state **find(struct stage *st, struct weir_str key)
{
    struct stage_state **at = &st->state;

    while (*at != NULL && !weir_str_is(key, (*at)->key)) {
        at = &(*at)->next;
    }
    return at;
}

void stage_state_set(struct stage *st, struct weir_str key, struct weir_bytes value)
{
    struct stage_state **at = find(st, key);
    struct stage_state *s = *at;
    void *copy;

    if (value.len == 0) {
        if (s != NULL) {
            *at = s->next;
            free(s->key);
            free((void *)(uintptr_t)s->value.data);
            free(s);
        }
        return;
    }
    copy = must_dup(value.data, value.len);
    if (s == NULL) {
        s = must_calloc(1, sizeof *s);
        s->key = must_calloc(key.len + 1, 1);
        memcpy(s->key, key.data, key.len);
        *at = s;
    }
    free((void *)(uintptr_t)s->value.data);
    s->value = weir_bytes(copy, value.len);
}

int stage_state_read(void *ctx, struct weir_str key, void *buf, size_t cap, size_t *len,
                     struct weir_error *err)
{
    struct stage *st = ctx;
    const struct stage_state *s = *find(st, key);

    if (s == NULL) {
        return weir_fail(err, WEIR_E_NONE, "there is no state %.*s", WEIR_STR_ARG(key));
    }
    *len = s->value.len;
    if (s->value.len > cap) {
        return weir_fail(err, WEIR_E_LIMIT, "the state %.*s has %zu bytes", WEIR_STR_ARG(key), s->value.len);
    }
    memcpy(buf, s->value.data, s->value.len);
    return 0;
}

int stage_state_write(void *ctx, struct weir_str key, struct weir_bytes value, struct weir_error *err)
{
    (void)err;
    stage_state_set(ctx, key, value);
    return 0;
}

struct weir_bytes stage_state(const struct stage *st, struct weir_str key)
{
    for (const struct stage_state *s = st->state; s != NULL; s = s->next) {
        if (weir_str_is(key, s->key)) {
            return s->value;
        }
    }
    return weir_bytes(NULL, 0);
}

bool stage_state_nth(struct weir_str *key, struct weir_bytes *value, const struct stage *st, size_t n)
{
    const struct stage_state *s = st->state;

    while (s != NULL && n > 0) {
        s = s->next;
        n--;
    }
    if (s == NULL) {
        return false;
    }
    *key = weir_str(s->key);
    *value = s->value;
    return true;
}
