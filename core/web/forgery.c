#include "web/forgery.h"

#include "web/envelope.h"

#include <strings.h>

bool forgery_origin_is(struct weir_str origin, struct weir_str host)
{
    static const char *const schemes[] = {"https://", "http://"};

    /* Both leave a default port out. Which scheme a proxy before us was asked with cannot be told. */
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t len = strlen(schemes[i]);

        if (host.len > 0 && origin.len == len + host.len && strncasecmp(origin.data, schemes[i], len) == 0) {
            return strncasecmp(origin.data + len, host.data, host.len) == 0;
        }
    }
    return false;
}

bool forgery_check_origin(struct request *r)
{
    struct weir_str origin;
    struct weir_str host = weir_str_n(NULL, 0);

    if (!exchange_header(&origin, r->x, "Origin")) {
        return true; /* no browser, or an old one */
    }
    (void)exchange_header(&host, r->x, "Host");
    if (!forgery_origin_is(origin, host)) {
        answer_error(
            r, ANSWER_FORBIDDEN,
            "This request comes from a page of another site. Behind a proxy: it has to pass the header "
            "Host on as it came.");
        return false;
    }
    return true;
}

static bool is_read(const struct request *r)
{
    struct weir_str method = exchange_method(r->x);

    return weir_str_is(method, "GET") || weir_str_is(method, "HEAD");
}

bool forgery_check(struct request *r)
{
    struct weir_str given = weir_str("");

    if (r->csrf[0] == '\0' || is_read(r)) {
        return true;
    }
    (void)exchange_header(&given, r->x, FORGERY_HEADER);
    if (!crypto_equal(weir_str_bytes(given), weir_str_bytes(weir_str(r->csrf)))) {
        answer_error(
            r, ANSWER_FORBIDDEN,
            "A request with a session's cookie that changes something needs its \"csrf\" value in the "
            "header " FORGERY_HEADER ": GET /admin/v1/session tells it.");
        return false;
    }
    return forgery_check_origin(r);
}
