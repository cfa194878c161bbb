/* links: found by the hash of their token, sealed, bounded, and gone when they are over. */
#include "fixture.h"

#include "store/links.h"
#include "store/links_internal.h"

static void hash_of(uint8_t out[CRYPTO_SHA256], uint8_t n)
{
    memset(out, n, CRYPTO_SHA256);
}

static int put_link(struct fixture *f, uint8_t n, uint8_t kind, int64_t expires_at_ms, const char *text)
{
    struct store_link link = {
        .kind = kind, .integration = n, .expires_at_ms = expires_at_ms, .text = weir_str(text)};
    uint8_t hash[CRYPTO_SHA256];

    hash_of(hash, n);
    return store_link_put(f->st, hash, &link, NULL);
}

static int get_link(struct store_link *out, char text[64], struct fixture *f, uint8_t n)
{
    uint8_t hash[CRYPTO_SHA256];
    struct buf b;
    int rc;

    hash_of(hash, n);
    buf_init(&b, STORE_LINK_TEXT_MAX);
    rc = store_link_get(out, &b, f->st, hash, NULL);
    (void)snprintf(text, 64, "%.*s", (int)b.len, b.len > 0 ? b.data : "");
    buf_fini(&b);
    return rc;
}

TEST(a_link_comes_back_after_a_restart_and_can_be_written_anew)
{
    struct fixture *f = fixture_new();
    struct store_link link;
    char text[64];

    UNUSED_STATE;
    EXPECT_INT(0, put_link(f, 1, STORE_LINK_RELINK, 5000, "says this"));
    fixture_reopen(f);
    EXPECT_INT(0, get_link(&link, text, f, 1));
    EXPECT_STR("says this", text);
    EXPECT_INT(STORE_LINK_RELINK, link.kind);
    EXPECT_INT(1, link.integration);
    EXPECT_INT(5000, link.expires_at_ms);
    EXPECT_INT(0, put_link(f, 1, STORE_LINK_RELINK, 5000, "and that"));
    EXPECT_INT(0, get_link(&link, text, f, 1));
    EXPECT_STR("and that", text);
    EXPECT_INT(WEIR_E_NONE, get_link(&link, text, f, 2));
    fixture_free(f);
}

TEST(a_code_is_taken_once_and_a_link_is_none)
{
    struct fixture *f = fixture_new();
    struct store_link link;
    uint8_t hash[CRYPTO_SHA256];
    struct buf text;

    UNUSED_STATE;
    buf_init(&text, STORE_LINK_TEXT_MAX);
    EXPECT_INT(0, put_link(f, 1, STORE_LINK_CODE, 5000, "code"));
    EXPECT_INT(0, put_link(f, 2, STORE_LINK_CONNECT, 5000, "link"));
    hash_of(hash, 2);
    EXPECT_INT(WEIR_E_NONE, store_link_take(&link, &text, f->st, hash, STORE_LINK_CODE, NULL));
    hash_of(hash, 1);
    EXPECT_INT(0, store_link_take(&link, &text, f->st, hash, STORE_LINK_CODE, NULL));
    EXPECT(weir_str_is(link.text, "code"));
    EXPECT_INT(WEIR_E_NONE, store_link_take(&link, &text, f->st, hash, STORE_LINK_CODE, NULL));
    buf_fini(&text);
    fixture_free(f);
}

TEST(a_text_beyond_its_bound_is_refused)
{
    struct fixture *f = fixture_new();
    char *text = calloc(1, STORE_LINK_TEXT_MAX + 2);

    UNUSED_STATE;
    memset(text, 'x', STORE_LINK_TEXT_MAX + 1);
    EXPECT_INT(WEIR_E_LIMIT, put_link(f, 1, STORE_LINK_CONNECT, 1, text));
    text[STORE_LINK_TEXT_MAX] = '\0';
    EXPECT_INT(0, put_link(f, 1, STORE_LINK_CONNECT, 1, text));
    free(text);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_link_comes_back_after_a_restart_and_can_be_written_anew),
        UNIT(a_code_is_taken_once_and_a_link_is_none),
        UNIT(a_text_beyond_its_bound_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
