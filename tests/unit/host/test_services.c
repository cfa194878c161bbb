#include "fixture.h"

#include "base/log.h"
#include "base/utf8.h"

#include <fcntl.h>
#include <unistd.h>

/* What the last put left: the state of one integration. */
struct memory {
    char key[40];
    char value[64];
    size_t len;
    bool there;
};

static int memory_get(void *ctx, struct weir_str key, void *buf, size_t cap, size_t *len,
                      struct weir_error *err)
{
    struct memory *m = ctx;

    if (!m->there || !weir_str_is(key, m->key)) {
        return weir_fail(err, WEIR_E_NONE, "not there");
    }
    *len = m->len;
    if (cap < m->len) {
        return weir_fail(err, WEIR_E_LIMIT, "it has %zu bytes", m->len);
    }
    memcpy(buf, m->value, m->len);
    return 0;
}

static int memory_put(void *ctx, struct weir_str key, struct weir_bytes value, struct weir_error *err)
{
    struct memory *m = ctx;

    (void)err;
    (void)snprintf(m->key, sizeof m->key, "%.*s", WEIR_STR_ARG(key));
    m->there = value.len > 0;
    m->len = value.len < sizeof m->value ? value.len : sizeof m->value;
    if (m->len > 0) {
        memcpy(m->value, value.data, m->len);
    }
    return 0;
}

static const struct instance_setting settings[] = {{"api_key", "abcd-SECRET-0123456789"}, {"region", "eu"}};

static void set_up(struct fixture *f, struct memory *memory)
{
    struct instance_options options = {.settings = settings,
                                       .setting_count = 2,
                                       .state_get = memory_get,
                                       .state_put = memory_put,
                                       .state_ctx = memory};

    *f = (struct fixture){.metrics = NULL};
    fixture_open(f, &options);
}

TEST(settings_are_lent_with_the_base_url_among_them)
{
    struct memory memory = {.len = 0};
    struct weir_str value = {NULL, 0};
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &memory);
    EXPECT(f.host->setting(f.host, "region", &value));
    EXPECT(weir_str_is(value, "eu"));
    EXPECT(f.host->setting(f.host, "base_url", &value));
    EXPECT(weir_str_is(value, "https://tool.example"));
    EXPECT(!f.host->setting(f.host, "nothing", &value));
    EXPECT(!f.host->setting(f.host, NULL, &value));
    fixture_close(&f);
}

TEST(state_is_kept_under_keys_of_the_contract)
{
    static const char *const bad[] = {
        "", "A", "1a", "a-b", "a/b", "../x", "abcdefghijklmnopqrstuvwxyz0123456"};
    struct memory memory = {.len = 0};
    struct weir_error err = {0};
    struct fixture f;
    char buf[16];
    size_t len = 99;

    UNUSED_STATE;
    set_up(&f, &memory);
    EXPECT_INT(WEIR_E_NONE, f.host->state_get(f.host, "token", buf, sizeof buf, &len, &err));
    EXPECT_INT(0, f.host->state_put(f.host, "token", weir_bytes("twelve bytes", 12), &err));
    EXPECT_INT(0, f.host->state_get(f.host, "token", buf, sizeof buf, &len, &err));
    EXPECT_INT(12, len);
    EXPECT_INT(WEIR_E_LIMIT, f.host->state_get(f.host, "token", buf, 5, &len, &err));
    EXPECT_INT(0, f.host->state_put(f.host, "token", weir_bytes(NULL, 0), &err));
    EXPECT_INT(WEIR_E_NONE, f.host->state_get(f.host, "token", buf, sizeof buf, &len, &err));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT_INT(WEIR_E_INVALID, f.host->state_put(f.host, bad[i], weir_bytes("x", 1), &err));
        EXPECT_INT(WEIR_E_INVALID, f.host->state_get(f.host, bad[i], buf, sizeof buf, &len, &err));
    }
    EXPECT_INT(WEIR_E_INVALID, f.host->state_put(f.host, NULL, weir_bytes("x", 1), &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->state_put(f.host, "token", weir_bytes(NULL, 1), &err));
    EXPECT_INT(WEIR_E_LIMIT, f.host->state_put(f.host, "token", weir_bytes("x", 16385), &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->state_get(f.host, "token", NULL, 5, &len, &err));
    EXPECT(!memory.there);
    fixture_close(&f);
}

TEST(hmac_equal_and_random_check_what_they_are_given)
{
    static const uint8_t wanted[] = {0x5b, 0xdc, 0xc1, 0x46}; /* RFC 4231, test case 2 */
    struct weir_bytes parts[] = {weir_bytes("what do ya ", 11), weir_bytes("want for nothing?", 17)};
    struct weir_bytes wild = weir_bytes(NULL, 3);
    struct memory memory = {.len = 0};
    struct weir_error err = {0};
    uint8_t mac[WEIR_DIGEST_MAX], other[8] = {0};
    size_t len = 0;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &memory);
    EXPECT_INT(0, f.host->hmac(f.host, WEIR_SHA256, weir_bytes("Jefe", 4), parts, 2, mac, &len, &err));
    EXPECT_INT(32, len);
    assert_memory_equal(wanted, mac, sizeof wanted);
    EXPECT_INT(WEIR_E_INVALID, f.host->hmac(f.host, 9, weir_bytes("Jefe", 4), parts, 2, mac, &len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->hmac(f.host, WEIR_SHA1, wild, parts, 2, mac, &len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->hmac(f.host, WEIR_SHA1, parts[0], &wild, 1, mac, &len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->hmac(f.host, WEIR_SHA1, parts[0], parts, SIZE_MAX, mac, &len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->hmac(f.host, WEIR_SHA1, parts[0], parts, 2, NULL, &len, &err));
    EXPECT(f.host->equal(f.host, parts[0], parts[0]));
    EXPECT(!f.host->equal(f.host, parts[0], parts[1]));
    EXPECT(!f.host->equal(f.host, wild, wild));
    EXPECT_INT(0, f.host->random(f.host, other, sizeof other, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->random(f.host, NULL, 8, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->random(f.host, other, SIZE_MAX, &err));
    EXPECT(f.host->now_ms(f.host) > INT64_C(1600000000000));
    fixture_close(&f);
}

TEST(digest_and_keys_check_what_they_are_given)
{
    struct weir_bytes part = weir_bytes("abc", 3);
    struct weir_bytes wild = weir_bytes(NULL, 3);
    struct memory memory = {.len = 0};
    struct weir_error err = {0};
    uint8_t out[WEIR_SIGNATURE_MAX];
    char pem[WEIR_KEY_PEM_MAX], jwk[WEIR_KEY_JWK_MAX];
    size_t len = 0, pem_len = 0, jwk_len = 0;
    int signature = 0;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &memory);
    EXPECT_INT(0, f.host->digest(f.host, WEIR_SHA256, &part, 1, out, &len, &err));
    EXPECT_INT(32, len);
    EXPECT_INT(0xba, out[0]);
    EXPECT_INT(0, f.host->digest(f.host, WEIR_SHA1, &part, 1, out, &len, &err));
    EXPECT_INT(20, len);
    EXPECT_INT(0xa9, out[0]);
    EXPECT_INT(0, f.host->digest(f.host, WEIR_SHA512, &part, 1, out, &len, &err));
    EXPECT_INT(64, len);
    EXPECT_INT(0xdd, out[0]);
    EXPECT_INT(WEIR_E_INVALID, f.host->digest(f.host, 0, &part, 1, out, &len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->digest(f.host, WEIR_SHA1, &wild, 1, out, &len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->digest(f.host, WEIR_SHA1, &part, 1, NULL, &len, &err));

    EXPECT_INT(0, f.host->key_new(f.host, WEIR_ES256, pem, &pem_len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->key_new(f.host, 3, pem, &pem_len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->key_new(f.host, WEIR_ES256, NULL, &pem_len, &err));
    EXPECT_INT(0, f.host->key_public(f.host, weir_str_n(pem, pem_len), &signature, jwk, &jwk_len, &err));
    EXPECT_INT(WEIR_ES256, signature);
    EXPECT(jwk[0] == '{' && jwk[jwk_len - 1] == '}');
    EXPECT_INT(WEIR_E_CONFIG, f.host->key_public(f.host, weir_str("x"), &signature, jwk, &jwk_len, &err));
    EXPECT_INT(WEIR_E_INVALID,
               f.host->key_public(f.host, weir_str_n(NULL, 3), &signature, jwk, &jwk_len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->key_public(f.host, weir_str("x"), NULL, jwk, &jwk_len, &err));

    EXPECT_INT(0, f.host->sign(f.host, WEIR_ES256, weir_str_n(pem, pem_len), &part, 1, out, &len, &err));
    EXPECT_INT(64, len);
    EXPECT_INT(WEIR_E_CONFIG,
               f.host->sign(f.host, WEIR_RS256, weir_str_n(pem, pem_len), &part, 1, out, &len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->sign(f.host, 9, weir_str_n(pem, pem_len), &part, 1, out, &len, &err));
    EXPECT_INT(WEIR_E_INVALID,
               f.host->sign(f.host, WEIR_ES256, weir_str_n(pem, pem_len), &wild, 1, out, &len, &err));
    fixture_close(&f);
}

TEST(keys_are_for_the_worker_and_a_digest_for_check_too)
{
    struct weir_bytes part = weir_bytes("abc", 3);
    struct memory memory = {.len = 0};
    struct weir_error theirs = {0}, err = {0};
    uint8_t out[WEIR_SIGNATURE_MAX];
    char text[WEIR_KEY_PEM_MAX];
    size_t len = 0;
    int signature = 0;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &memory);
    EXPECT_INT(0, call_leave(f.inst, 0, &theirs, NULL));
    EXPECT_INT(0, f.host->digest(f.host, WEIR_SHA256, &part, 1, out, &len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->key_new(f.host, WEIR_ES256, text, &len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->sign(f.host, WEIR_ES256, weir_str("x"), &part, 1, out, &len, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->key_public(f.host, weir_str("x"), &signature, text, &len, &err));
    assert_non_null(strstr(err.message, "on the worker and during a call only"));
    EXPECT_INT(0, call_enter(f.inst, CALL_RECORD, NULL, &err));
    fixture_close(&f);
}

/* What is logged while fn runs, into out. */
static void logged(char *out, size_t size, void (*fn)(struct fixture *f))
{
    struct memory memory = {.len = 0};
    struct fixture f;
    char path[] = "/tmp/weir-host-log-XXXXXX";
    int fd = mkstemp(path);
    ssize_t got;

    EXPECT(fd >= 0);
    (void)unlink(path);
    set_up(&f, &memory);
    log_setup(fd, LOG_LOGFMT, WEIR_LOG_DEBUG);
    fn(&f);
    log_setup(STDERR_FILENO, LOG_LOGFMT, WEIR_LOG_INFO);
    got = pread(fd, out, size - 1, 0);
    EXPECT(got >= 0);
    out[got] = '\0';
    (void)close(fd);
    fixture_close(&f);
}

static void log_secret(struct fixture *f)
{
    f->host->log(
        f->host, WEIR_LOG_WARN,
        weir_str("key=abcd-SECRET-0123456789; again abcd-SECRET-0123456789abcd-SECRET-0123456789 done"));
}

TEST(a_log_line_names_integration_and_connector_and_shows_no_secret)
{
    char text[8192];

    UNUSED_STATE;
    logged(text, sizeof text, log_secret);
    assert_null(strstr(text, "SECRET"));
    assert_non_null(strstr(text, "message=\"key=***; again ****** done\""));
    assert_non_null(strstr(text, "integration=idle:acme"));
    assert_non_null(strstr(text, "connector=idle"));
    assert_non_null(strstr(text, "level=warn"));
}

static void log_nonsense(struct fixture *f)
{
    f->host->log(f->host, 4711, weir_str_n(NULL, 5));
    f->host->log(f->host, -3, weir_str_n(NULL, 0));
    f->host->log(f->host, 4711, weir_str("\xff\n\x01"));
    for (int i = 0; i < 2000; i++) {
        f->host->log(f->host, WEIR_LOG_DEBUG, weir_str("again"));
    }
}

TEST(a_connector_cannot_flood_or_forge_the_log)
{
    static char text[1 << 18];
    size_t lines = 0;

    UNUSED_STATE;
    logged(text, sizeof text, log_nonsense);
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    EXPECT_INT(501, lines);
    assert_non_null(strstr(text, "further lines of this call are left out"));
    EXPECT(utf8_valid(weir_str(text)));
}

static void *log_elsewhere(void *arg)
{
    log_secret(arg);
    return NULL;
}

static void log_on_another_thread(struct fixture *f)
{
    pthread_t thread;

    EXPECT_INT(0, pthread_create(&thread, NULL, log_elsewhere, f));
    EXPECT_INT(0, pthread_join(thread, NULL));
}

TEST(another_thread_than_the_call_s_is_not_served)
{
    char text[1024];

    UNUSED_STATE;
    logged(text, sizeof text, log_on_another_thread);
    EXPECT_STR("", text);
}

TEST(a_message_that_was_cut_in_a_secret_does_not_show_its_beginning)
{
    struct memory memory = {.len = 0};
    struct weir_error theirs = {0};
    struct weir_error err = {0};
    struct fixture f;
    char padding[240];

    UNUSED_STATE;
    memset(padding, 'x', sizeof padding);
    set_up(&f, &memory);
    (void)weir_fail(&theirs, WEIR_E_AUTH, "%.*s%s", (int)sizeof padding, padding, settings[0].value);
    EXPECT_INT(251, strlen(theirs.message));
    EXPECT_INT(WEIR_E_AUTH, call_leave(f.inst, WEIR_E_AUTH, &theirs, &err));
    EXPECT_INT(243, strlen(err.message));
    EXPECT_STR("***", err.message + 240);
    EXPECT_INT(0, call_enter(f.inst, CALL_RECORD, NULL, &err));
    fixture_close(&f);
}

TEST(a_message_cut_in_a_character_ends_before_it)
{
    char text[8] = {'a', 'b', 'c', 'd', 'e', (char)0xe2, (char)0x82, (char)0xac};

    UNUSED_STATE;
    blame_clean(text, sizeof text);
    EXPECT_STR("abcde", text);
    memcpy(text, "a\n\xff z", 6);
    blame_clean(text, sizeof text);
    EXPECT_STR("a ? z", text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(settings_are_lent_with_the_base_url_among_them),
        UNIT(state_is_kept_under_keys_of_the_contract),
        UNIT(digest_and_keys_check_what_they_are_given),
        UNIT(keys_are_for_the_worker_and_a_digest_for_check_too),
        UNIT(hmac_equal_and_random_check_what_they_are_given),
        UNIT(a_log_line_names_integration_and_connector_and_shows_no_secret),
        UNIT(a_connector_cannot_flood_or_forge_the_log),
        UNIT(another_thread_than_the_call_s_is_not_served),
        UNIT(a_message_that_was_cut_in_a_secret_does_not_show_its_beginning),
        UNIT(a_message_cut_in_a_character_ends_before_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
