#include "web/origins.h"

#include <stdlib.h>

#define LIST_MAX 8192

void origins_init(struct origins *origins)
{
    (void)pthread_mutex_init(&origins->lock, NULL);
    origins->list = NULL;
}

void origins_fini(struct origins *origins)
{
    free(origins->list);
    (void)pthread_mutex_destroy(&origins->lock);
}

int origins_set(struct origins *origins, const char *const *items, size_t count, struct weir_error *err)
{
    struct buf list;
    char *former;
    size_t len;
    int rc;

    buf_init(&list, LIST_MAX);
    for (size_t i = 0; i < count; i++) {
        buf_add_text(&list, i > 0 ? " " : "");
        buf_add_text(&list, items[i]);
    }
    if (count > 0) {
        buf_add_char(&list, '\0');
    }
    rc = buf_check(&list, "connect_origins", err);
    if (rc == 0) {
        (void)pthread_mutex_lock(&origins->lock);
        former = origins->list;
        origins->list = buf_take(&len, &list);
        (void)pthread_mutex_unlock(&origins->lock);
        free(former);
    }
    buf_fini(&list);
    return rc;
}

void origins_add(struct buf *out, struct origins *origins, const char *none)
{
    (void)pthread_mutex_lock(&origins->lock);
    buf_add_text(out, origins->list != NULL ? origins->list : none);
    (void)pthread_mutex_unlock(&origins->lock);
}
