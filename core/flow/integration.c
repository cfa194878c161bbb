#include "flow/integration.h"

#include "base/thread.h"

#include <stdlib.h>

struct directory {
    pthread_rwlock_t lock;       /* guards both members; held for a look-up, never longer */
    struct integration **list;   /* in the order of the config */
    struct integration **sorted; /* by id */
    size_t count;
    struct integration **former; /* replaced, and perhaps still at work */
    size_t former_count, former_cap;
};

struct integration *integration_new(void)
{
    struct integration *it = calloc(1, sizeof *it);

    if (it != NULL) {
        it->kept = calloc(1, sizeof *it->kept);
    }
    if (it == NULL || it->kept == NULL) {
        free(it);
        return NULL;
    }
    atomic_init(&it->refs, 1);
    atomic_init(&it->instance, NULL);
    atomic_init(&it->kept->refs, 1);
    pthread_mutex_init(&it->kept->lock, NULL);
    return it;
}

static void remembered_unref(struct remembered *kept)
{
    if (atomic_fetch_sub(&kept->refs, 1) == 1) {
        pthread_mutex_destroy(&kept->lock);
        crypto_wipe(kept->row.secrets, sizeof kept->row.secrets);
        free(kept);
    }
}

void integration_replace(struct integration *it, struct integration *old)
{
    atomic_fetch_add(&old->kept->refs, 1);
    remembered_unref(it->kept);
    it->kept = old->kept;
}

struct integration *integration_ref(struct integration *it)
{
    atomic_fetch_add(&it->refs, 1);
    return it;
}

static void options_free(struct instance_options *options)
{
    for (size_t i = 0; i < options->setting_count; i++) {
        char *key = (char *)(uintptr_t)options->settings[i].key;
        char *value = (char *)(uintptr_t)options->settings[i].value;

        if (value != NULL) {
            crypto_wipe(value, strlen(value));
        }
        free(key);
        free(value);
    }
    free((void *)(uintptr_t)options->settings);
    free((char *)(uintptr_t)options->base_url);
}

void integration_unref(struct integration *it)
{
    if (it == NULL || atomic_fetch_sub(&it->refs, 1) != 1) {
        return;
    }
    instance_close(atomic_load(&it->instance));
    options_free(&it->open_with);
    scope_free(it->scope);
    free(it->organization);
    free(it->origin_id);
    free(it->creator_email);
    crypto_wipe(it->secret_text, sizeof it->secret_text);
    remembered_unref(it->kept);
    free(it);
}

bool integration_hold_back(struct integration *it, const char *why)
{
    bool news;

    pthread_mutex_lock(&it->kept->lock);
    news = strcmp(it->held_back, why) != 0;
    (void)snprintf(it->held_back, sizeof it->held_back, "%s", why);
    pthread_mutex_unlock(&it->kept->lock);
    return news;
}

void integration_held_back(char out[252], struct integration *it)
{
    pthread_mutex_lock(&it->kept->lock);
    memcpy(out, it->held_back, sizeof it->held_back);
    pthread_mutex_unlock(&it->kept->lock);
}

void integration_row(struct store_integration *out, struct integration *it)
{
    pthread_mutex_lock(&it->kept->lock);
    *out = it->kept->row;
    pthread_mutex_unlock(&it->kept->lock);
}

void integration_update(struct integration *it, struct store *st,
                        void (*change)(struct store_integration *row, void *ctx), void *ctx)
{
    struct store_integration copy;

    pthread_mutex_lock(&it->kept->lock);
    change(&it->kept->row, ctx);
    copy = it->kept->row;
    /* Handed in under the lock, so that two updates reach the store in the order they were made. */
    store_integration_put(st, &copy, NULL, NULL);
    pthread_mutex_unlock(&it->kept->lock);
    crypto_wipe(copy.secrets, sizeof copy.secrets);
}

static int state_get(void *ctx, struct weir_str key, void *buf, size_t cap, size_t *len,
                     struct weir_error *err)
{
    struct integration *it = ctx;

    return store_state_get(it->store, it->number, key, buf, cap, len, err);
}

static int state_put(void *ctx, struct weir_str key, struct weir_bytes value, struct weir_error *err)
{
    struct integration *it = ctx;

    return store_state_put(it->store, it->number, key, value, err);
}

int integration_open(struct integration *it, struct client *client, const struct clock *clock,
                     struct metrics *metrics, struct weir_error *err)
{
    struct instance_options options = it->open_with;
    struct instance *instance = NULL;
    int rc;

    if (atomic_load(&it->instance) != NULL) {
        return 0;
    }
    options.integration = it->id;
    options.client = client;
    options.clock = clock;
    options.metrics = metrics;
    options.state_get = state_get;
    options.state_put = state_put;
    options.state_ctx = it;
    rc = instance_open(&instance, it->connector, &options, err);
    if (rc == 0) {
        atomic_store(&it->instance, instance);
    }
    return rc;
}

bool integration_needs(const struct integration *it, const struct model *model)
{
    if (scope_allows(it->scope, model)) {
        return true;
    }
    for (size_t i = 0; i < it->connector->model_count; i++) {
        const struct weir_model_use *use = &it->connector->models[i];
        const struct model *other = model_find(weir_str(use->model));

        if (use->listed_with != NULL && strcmp(use->listed_with, model->name) == 0 && other != NULL &&
            scope_allows(it->scope, other)) {
            return true;
        }
    }
    return false;
}

uint64_t integration_settings_set(const struct integration *it)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < it->connector->setting_count && i < 64; i++) {
        for (size_t j = 0; j < it->open_with.setting_count; j++) {
            const struct instance_setting *given = &it->open_with.settings[j];

            if (strcmp(given->key, it->connector->settings[i].key) == 0 && given->value != NULL &&
                given->value[0] != '\0') {
                bits |= UINT64_C(1) << i;
            }
        }
    }
    return bits;
}

void integration_retest(struct integration *it)
{
    int test = INTEGRATION_UNPROVEN;

    (void)atomic_compare_exchange_strong(&it->kept->test, &test, INTEGRATION_REACHED);
    test = INTEGRATION_PROVEN;
    (void)atomic_compare_exchange_strong(&it->kept->test, &test, INTEGRATION_REACHED);
}

const char *integration_test_word(const struct integration *it)
{
    switch (atomic_load(&it->kept->test)) {
    case INTEGRATION_REACHED:
        return "reached";
    case INTEGRATION_PROVEN:
        return "proven";
    case INTEGRATION_UNPROVEN:
        return "unproven";
    default:
        return NULL;
    }
}

const char *integration_category(const struct integration *it)
{
    if (it->connector != NULL && it->connector->category == WEIR_CATEGORY_ATS) {
        return "ATS";
    }
    return "HRIS";
}

struct directory *directory_new(void)
{
    struct directory *dir = calloc(1, sizeof *dir);

    if (dir != NULL) {
        pthread_rwlock_init(&dir->lock, NULL);
    }
    return dir;
}

static void list_free(struct integration **list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        integration_unref(list[i]);
    }
    free(list);
}

void directory_free(struct directory *dir)
{
    if (dir == NULL) {
        return;
    }
    list_free(dir->list, dir->count);
    list_free(dir->former, dir->former_count);
    free(dir->sorted);
    pthread_rwlock_destroy(&dir->lock);
    free(dir);
}

static int compare_ids(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int by_id(const void *a, const void *b)
{
    const struct integration *x = *(struct integration *const *)a;
    const struct integration *y = *(struct integration *const *)b;

    return compare_ids(x->id, strlen(x->id), y->id, strlen(y->id));
}

struct integration *directory_find(struct directory *dir, struct weir_str id)
{
    struct integration *found = NULL;
    size_t low = 0;
    size_t high;

    if (id.len == 0 || id.len >= STORE_INTEGRATION_ID_MAX) {
        return NULL;
    }
    pthread_rwlock_rdlock(&dir->lock);
    high = dir->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct integration *it = dir->sorted[middle];
        int order = compare_ids(id.data, id.len, it->id, strlen(it->id));

        if (order == 0) {
            found = integration_ref(it);
            break;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    pthread_rwlock_unlock(&dir->lock);
    return found;
}

struct integration *directory_find_number(struct directory *dir, uint32_t number)
{
    struct integration *found = NULL;

    pthread_rwlock_rdlock(&dir->lock);
    for (size_t i = 0; i < dir->count && found == NULL; i++) {
        if (dir->list[i]->number == number) {
            found = integration_ref(dir->list[i]);
        }
    }
    pthread_rwlock_unlock(&dir->lock);
    return found;
}

struct integration *directory_nth(struct directory *dir, size_t n)
{
    struct integration *found = NULL;

    pthread_rwlock_rdlock(&dir->lock);
    if (n < dir->count) {
        found = integration_ref(dir->list[n]);
    }
    pthread_rwlock_unlock(&dir->lock);
    return found;
}

size_t directory_count(struct directory *dir)
{
    size_t count;

    pthread_rwlock_rdlock(&dir->lock);
    count = dir->count;
    pthread_rwlock_unlock(&dir->lock);
    return count;
}

static bool former_reserve(struct directory *dir, size_t more)
{
    size_t need = dir->former_count + more;
    struct integration **former;

    if (need <= dir->former_cap) {
        return true;
    }
    former = realloc(dir->former, need * sizeof(struct integration *));
    if (former == NULL) {
        return false;
    }
    dir->former = former;
    dir->former_cap = need;
    return true;
}

/* Of the former ones, which have none in their place now? The lock is held. */
static void mark_leaving(struct directory *dir, struct integration **old, size_t old_count)
{
    for (size_t i = 0; i < old_count; i++) {
        struct integration *key = old[i];

        if (bsearch(&key, dir->sorted, dir->count, sizeof(struct integration *), by_id) == NULL) {
            old[i]->leaving = true;
        }
    }
}

int directory_take_all(struct directory *dir, struct integration **list, size_t count, struct weir_error *err)
{
    struct integration **copy = calloc(count + 1, sizeof(struct integration *));
    struct integration **sorted = calloc(count + 1, sizeof(struct integration *));
    struct integration **old;
    size_t old_count;

    pthread_rwlock_wrlock(&dir->lock);
    if (copy == NULL || sorted == NULL || !former_reserve(dir, dir->count)) {
        pthread_rwlock_unlock(&dir->lock);
        free(copy);
        free(sorted);
        for (size_t i = 0; i < count; i++) {
            integration_unref(list[i]);
        }
        return weir_fail(err, WEIR_E_MEMORY, "no memory for %zu integrations", count);
    }
    for (size_t i = 0; i < count; i++) {
        copy[i] = list[i];
        sorted[i] = list[i];
    }
    qsort(sorted, count, sizeof(struct integration *), by_id);
    old = dir->list;
    old_count = dir->count;
    for (size_t i = 0; i < dir->count; i++) {
        dir->former[dir->former_count++] = old[i];
    }
    free(dir->sorted);
    dir->list = copy;
    dir->sorted = sorted;
    dir->count = count;
    mark_leaving(dir, old, old_count);
    pthread_rwlock_unlock(&dir->lock);
    free(old);
    return 0;
}

struct integration *directory_take_leaving(struct directory *dir)
{
    struct integration *found = NULL;

    pthread_rwlock_wrlock(&dir->lock);
    for (size_t i = 0; i < dir->former_count && found == NULL; i++) {
        if (dir->former[i]->leaving) {
            dir->former[i]->leaving = false;
            found = integration_ref(dir->former[i]);
        }
    }
    pthread_rwlock_unlock(&dir->lock);
    return found;
}

static void list_stop(struct integration **list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        instance_stop(atomic_load(&list[i]->instance));
    }
}

void directory_stop(struct directory *dir)
{
    pthread_rwlock_rdlock(&dir->lock);
    list_stop(dir->list, dir->count);
    list_stop(dir->former, dir->former_count);
    pthread_rwlock_unlock(&dir->lock);
}

void directory_reap(struct directory *dir)
{
    struct integration *last[16];
    size_t count = 0;

    pthread_rwlock_wrlock(&dir->lock);
    for (size_t i = 0; i < dir->former_count && count < 16;) {
        if (atomic_load(&dir->former[i]->refs) == 1 && !dir->former[i]->leaving) {
            last[count++] = dir->former[i];
            dir->former[i] = dir->former[--dir->former_count];
        } else {
            i++;
        }
    }
    pthread_rwlock_unlock(&dir->lock);
    for (size_t i = 0; i < count; i++) {
        integration_unref(last[i]); /* outside of the lock: it may wait for a call */
    }
}
