/* url: any bytes as a path, a query, a URL and an address. */
#include "net/url.h"

#include <netinet/in.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void try_escapes(struct weir_str text)
{
    struct buf once, twice, again;

    buf_init(&once, 8 * text.len + 16);
    buf_init(&twice, 8 * text.len + 16);
    buf_init(&again, 8 * text.len + 16);
    if (url_decode(&once, text)) {
        must(once.len <= text.len && !once.failed);
        url_encode(&twice, buf_str(&once));
        must(url_decode(&again, buf_str(&twice)));
        must(weir_str_equal(buf_str(&once), buf_str(&again)));
    }
    buf_fini(&once);
    buf_fini(&twice);
    buf_fini(&again);
}

static void try_query(struct weir_str text)
{
    struct weir_str rest = text, name, value;
    size_t total = 0;

    while (url_query_next(&name, &value, &rest)) {
        must(name.len + value.len > 0 || text.len > 0);
        must(memchr(name.data, '=', name.len) == NULL || name.len == 0);
        total += name.len + value.len;
    }
    must(total <= text.len && rest.len == 0);
}

static void try_url(struct weir_str text)
{
    struct url_parts parts;
    struct weir_error err;

    if (url_parse(&parts, text, &err) == 0) {
        must(strcmp(parts.scheme, "http") == 0 || strcmp(parts.scheme, "https") == 0);
        must(parts.host[0] != '\0' && parts.path[0] == '/');
    }
}

static void try_address(const uint8_t *data, size_t size)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};

    if (size >= 4) {
        memcpy(&four.sin_addr, data, 4);
        /* the same address, mapped into IPv6, is as private */
        six.sin6_addr.s6_addr[10] = six.sin6_addr.s6_addr[11] = 0xff;
        memcpy(six.sin6_addr.s6_addr + 12, data, 4);
        must(address_is_private((const struct sockaddr *)&four) ==
             address_is_private((const struct sockaddr *)&six));
    }
    if (size >= 16) {
        memcpy(&six.sin6_addr, data, 16);
        (void)address_is_private((const struct sockaddr *)&six);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_str text = weir_str_n((const char *)data, size);

    try_escapes(text);
    try_query(text);
    try_url(text);
    try_address(data, size);
    return 0;
}
