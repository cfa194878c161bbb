/*
 * fuzz_pass: any text as the path of a request that is passed through. What is taken stays at the tool's host
 * and below the path of the API, as the client's own parser reads it.
 */
#include "host/pass.h"
#include "net/url.h"

#include <stdlib.h>

#define BASE "https://tool.example/v2"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pass_request request = {
        .api = weir_str("v2"), .method = weir_str("GET"), .path = weir_str_n((const char *)data, size)};
    struct weir_error err = {0};
    struct url_parts parts;
    struct buf url;
    int rc = pass_check(&request, &err);

    require((rc == 0) == (err.code == 0));
    if (rc != 0) {
        require(err.message[0] != '\0');
        return 0;
    }
    buf_init(&url, sizeof BASE + PASS_PATH_MAX);
    buf_add_text(&url, BASE);
    buf_add_str(&url, request.path);
    if (url_parse(&parts, buf_str(&url), NULL) == 0) {
        require(strcmp(parts.scheme, "https") == 0 && strcmp(parts.host, "tool.example") == 0);
        require(parts.port == 443 && strncmp(parts.path, "/v2/", 4) == 0);
    }
    buf_fini(&url);
    return 0;
}
