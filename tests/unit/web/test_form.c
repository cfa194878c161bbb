/* form: validators and compression of whole answers. */
#include "fixture.h"

#include <zlib.h>
#include <zstd.h>

#define PEOPLE 40

struct raw {
    char *bytes;
    size_t head_len, len; /* of bytes: head with its empty line, then the body */
    int status;
};

static struct raw ask_raw(struct fixture *f, const char *method, const char *path, const char *headers)
{
    char request[1024];
    int len = snprintf(request, sizeof request,
                       "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " API_KEY
                       "\r\nX-Integration-Id: personio:acme\r\n%s\r\n",
                       method, path, headers);
    int fd = peer_send(server_port(f->public), request, (size_t)len);
    struct raw raw = {.bytes = calloc(1, 1u << 20)};
    ssize_t got;
    const char *end;

    while ((got = recv(fd, raw.bytes + raw.len, (1u << 20) - 1 - raw.len, 0)) > 0) {
        raw.len += (size_t)got;
    }
    close(fd);
    end = strstr(raw.bytes, "\r\n\r\n");
    EXPECT(end != NULL);
    raw.head_len = (size_t)(end - raw.bytes) + 4;
    raw.status = (int)strtol(raw.bytes + 9, NULL, 10);
    return raw;
}

static bool head_has(const struct raw *raw, const char *text)
{
    return memmem(raw->bytes, raw->head_len, text, strlen(text)) != NULL;
}

static void etag_of(char out[64], const struct raw *raw)
{
    const char *at = memmem(raw->bytes, raw->head_len, "ETag: ", 6);

    EXPECT(at != NULL);
    (void)snprintf(out, 64, "%.*s", (int)strcspn(at + 6, "\r"), at + 6);
}

static struct fixture *with_people(void)
{
    struct fixture *f = fixture_new();

    for (int i = 0; i < PEOPLE; i++) {
        char remote_id[16], json[160];

        (void)snprintf(remote_id, sizeof remote_id, "%d", i);
        (void)snprintf(json, sizeof json, "{\"first_name\":\"Name %d\",\"employment_status\":\"ACTIVE\"}", i);
        fixture_put(f, "hris_employees", remote_id, json);
    }
    return f;
}

TEST(an_answer_that_did_not_change_is_304_only_when_it_was_asked_so)
{
    struct fixture *f = with_people();
    static const char *const paths[] = {"/v1/hris/employees", "/v1/changes",
                                        "/v1/integrations/personio:acme"};

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct raw first = ask_raw(f, "GET", paths[i], "");
        struct raw again = ask_raw(f, "GET", paths[i], "");
        struct raw held;
        char etag[64], header[128];

        etag_of(etag, &first);
        EXPECT_INT(200, again.status);
        (void)snprintf(header, sizeof header, "If-None-Match: \"other\", %s\r\n", etag);
        held = ask_raw(f, "GET", paths[i], header);
        EXPECT_INT(304, held.status);
        EXPECT_INT(held.head_len, held.len); /* no body */
        EXPECT(head_has(&held, etag) && head_has(&held, "Vary: "));
        free(first.bytes);
        free(again.bytes);
        free(held.bytes);
    }
    fixture_free(f);
}

TEST(a_change_makes_another_validator)
{
    struct fixture *f = with_people();
    struct raw first = ask_raw(f, "GET", "/v1/hris/employees", "");
    struct raw second;
    char etag[64], header[128];

    UNUSED_STATE;
    etag_of(etag, &first);
    (void)snprintf(header, sizeof header, "If-None-Match: %s\r\n", etag);
    fixture_put(f, "hris_employees", "1", "{\"first_name\":\"Zoe\",\"employment_status\":\"ACTIVE\"}");
    second = ask_raw(f, "GET", "/v1/hris/employees", header);
    EXPECT_INT(200, second.status);
    free(first.bytes);
    free(second.bytes);
    fixture_free(f);
}

TEST(a_long_answer_is_compressed_as_asked_and_says_the_same)
{
    struct fixture *f = with_people();
    struct raw plain = ask_raw(f, "GET", "/v1/hris/employees", "");
    struct raw gzip = ask_raw(f, "GET", "/v1/hris/employees", "Accept-Encoding: gzip, deflate\r\n");
    struct raw zstd = ask_raw(f, "GET", "/v1/hris/employees", "Accept-Encoding: gzip;q=0.5, zstd\r\n");
    struct raw short_one = ask_raw(f, "GET", "/v1/check-api-key", "Accept-Encoding: gzip\r\n");
    struct raw refused = ask_raw(f, "GET", "/v1/hris/employees?page_size=0", "Accept-Encoding: gzip\r\n");
    char *out = malloc(plain.len);
    z_stream z = {.next_in = (Bytef *)gzip.bytes + gzip.head_len,
                  .avail_in = (uInt)(gzip.len - gzip.head_len),
                  .next_out = (Bytef *)out,
                  .avail_out = (uInt)plain.len};
    size_t body_len = plain.len - plain.head_len;

    UNUSED_STATE;
    EXPECT(head_has(&plain, "Vary: Accept") && !head_has(&plain, "Content-Encoding"));
    EXPECT(head_has(&gzip, "Content-Encoding: gzip\r\n") && gzip.len < plain.len / 2);
    EXPECT_INT(Z_OK, inflateInit2(&z, 15 + 16));
    EXPECT_INT(Z_STREAM_END, inflate(&z, Z_FINISH));
    EXPECT_INT(body_len, z.total_out);
    EXPECT(memcmp(out, plain.bytes + plain.head_len, body_len) == 0);
    (void)inflateEnd(&z);
    EXPECT(head_has(&zstd, "Content-Encoding: zstd\r\n"));
    EXPECT_INT(body_len,
               ZSTD_decompress(out, plain.len, zstd.bytes + zstd.head_len, zstd.len - zstd.head_len));
    EXPECT(memcmp(out, plain.bytes + plain.head_len, body_len) == 0);
    EXPECT(!head_has(&short_one, "Content-Encoding"));
    EXPECT_INT(400, refused.status);
    EXPECT(!head_has(&refused, "ETag"));
    free(out);
    free(plain.bytes);
    free(gzip.bytes);
    free(zstd.bytes);
    free(short_one.bytes);
    free(refused.bytes);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_answer_that_did_not_change_is_304_only_when_it_was_asked_so),
        UNIT(a_change_makes_another_validator),
        UNIT(a_long_answer_is_compressed_as_asked_and_says_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
