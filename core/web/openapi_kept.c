#include "web/openapi_kept.h"

#include "web/envelope.h"

void openapi_kept_init(struct openapi_kept *kept)
{
    pthread_mutex_init(&kept->lock, NULL);
    for (size_t i = 0; i < OPENAPI_PARTS; i++) {
        buf_init(&kept->texts[i], OPENAPI_MAX);
    }
}

void openapi_kept_fini(struct openapi_kept *kept)
{
    for (size_t i = 0; i < OPENAPI_PARTS; i++) {
        buf_fini(&kept->texts[i]);
    }
    pthread_mutex_destroy(&kept->lock);
}

/* The text, which stays as long as kept. What could not be written is tried again next time. */
static int borrow(struct weir_str *text, struct openapi_kept *kept, enum openapi_part part,
                  const char *version, struct weir_error *err)
{
    struct buf *kept_text = &kept->texts[part];
    int rc = 0;

    pthread_mutex_lock(&kept->lock);
    if (kept_text->len == 0) {
        rc = openapi_write(kept_text, part, version, err);
    }
    if (rc == 0) {
        *text = buf_str(kept_text);
    } else {
        buf_clear(kept_text);
    }
    pthread_mutex_unlock(&kept->lock);
    return rc;
}

static void answer(struct request *r, enum openapi_part part)
{
    struct weir_error err = {0};
    struct weir_str text;
    int rc = borrow(&text, &r->web->openapi, part, r->web->version, &err);

    if (rc != 0) {
        answer_failure(r, rc, &err);
        return;
    }
    buf_clear(&r->body);
    buf_add_str(&r->body, text);
    r->status = 200;
    r->content_type = "application/json";
}

/* With an API key, as all of /v1: whoever has none learns nothing of the server, not even its version, and
 * cannot make it send some hundred kilobytes. A key of any integration will do: the file is the same for all.
 */
void openapi_api(struct request *r)
{
    answer(r, OPENAPI_API);
}

void openapi_admin(struct request *r)
{
    answer(r, OPENAPI_ALL);
}
