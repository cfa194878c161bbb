#include "members.h"

static uint64_t hash_of(struct weir_str id)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < id.len; i++) {
        h = (h ^ (unsigned char)id.data[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

void members_fini(struct members *m)
{
    free(m->groups);
    free(m->list);
    free(m->touched);
    memset(m, 0, sizeof *m);
}

int members_begin(struct members *m)
{
    members_fini(m);
    m->touched = calloc(MEMBERS_TOUCHED_MAX, sizeof *m->touched);
    m->gathering = m->touched != NULL;
    return m->gathering ? 0 : -1;
}

/* Room for one more of them; NULL: out of memory, and *list is as it was. */
static void *grow(void *list, size_t count, size_t *cap, size_t size)
{
    size_t wanted = *cap == 0 ? 256 : *cap + *cap / 2;
    void *grown = list;

    if (count == *cap) {
        grown = realloc(list, wanted * size);
        *cap = grown != NULL ? wanted : *cap;
    }
    return grown;
}

int members_add_group(struct members *m, struct weir_str id, bool team)
{
    struct members_group *group;

    if (!m->gathering) {
        return 0;
    }
    for (size_t i = 0; i < m->group_count; i++) {
        if (weir_str_is(id, m->groups[i].id)) {
            m->groups[i].team = m->groups[i].team || team;
            return 0;
        }
    }
    if (m->group_count == MEMBERS_GROUPS_MAX || id.len >= MEMBERS_ID_TEXT) {
        members_fini(m);
        return 0;
    }
    group = grow(m->groups, m->group_count, &m->group_cap, sizeof *group);
    if (group == NULL) {
        return -1;
    }
    m->groups = group;
    group = &m->groups[m->group_count++];
    group->team = team;
    (void)snprintf(group->id, sizeof group->id, "%.*s", WEIR_STR_ARG(id));
    return 0;
}

int members_add(struct members *m, struct weir_str user)
{
    struct membership *list;

    if (!m->gathering) {
        return 0;
    }
    if (m->count == MEMBERS_MAX) {
        members_fini(m);
        return 0;
    }
    list = grow(m->list, m->count, &m->cap, sizeof *list);
    if (list == NULL) {
        return -1;
    }
    m->list = list;
    list[m->count++] = (struct membership){hash_of(user), (uint32_t)m->at};
    return 0;
}

static int by_user(const void *a, const void *b)
{
    const struct membership *x = a;
    const struct membership *y = b;

    if (x->user != y->user) {
        return x->user < y->user ? -1 : 1;
    }
    return x->group < y->group ? -1 : x->group > y->group ? 1 : 0;
}

void members_close(struct members *m)
{
    if (m->gathering && m->count > 0) {
        qsort(m->list, m->count, sizeof *m->list, by_user);
    }
    m->complete = m->gathering;
}

void members_touch(struct members *m, struct weir_str user)
{
    uint64_t hash = hash_of(user);

    if (!m->gathering) {
        return;
    }
    for (size_t i = 0; i < m->touched_count; i++) {
        if (m->touched[i] == hash) {
            return;
        }
    }
    if (m->touched_count == MEMBERS_TOUCHED_MAX) {
        members_fini(m);
        return;
    }
    m->touched[m->touched_count++] = hash;
}

bool members_know(const struct members *m, struct weir_str user)
{
    uint64_t hash = hash_of(user);

    for (size_t i = 0; i < m->touched_count; i++) {
        if (m->touched[i] == hash) {
            return false;
        }
    }
    return m->complete;
}

/* Where the user's memberships begin, or would. */
static size_t first_of(const struct members *m, uint64_t user)
{
    size_t low = 0;
    size_t high = m->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (m->list[middle].user < user) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct members_group *members_next(const struct members *m, struct weir_str user, size_t *at)
{
    uint64_t hash = hash_of(user);
    size_t first = first_of(m, hash);
    size_t i = first + *at;

    /* A listing that began again has some twice. */
    while (i > first && i < m->count && m->list[i].user == hash && m->list[i].group == m->list[i - 1].group) {
        i++;
    }
    if (i >= m->count || m->list[i].user != hash) {
        return NULL;
    }
    *at = i + 1 - first;
    return &m->groups[m->list[i].group];
}
