/* server and client with TLS, under a certificate made here. */
#include "fixture.h"

#include "net/client.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

struct pem {
    char certificate[4096], key[4096];
};

static void read_bio(char *out, size_t cap, BIO *bio)
{
    int len = BIO_read(bio, out, (int)cap - 1);

    EXPECT(len > 0);
    out[len] = '\0';
    BIO_free(bio);
}

static void make_pem(struct pem *pem)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    X509_EXTENSION *san = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    BIO *bio;

    EXPECT(key != NULL && x != NULL && san != NULL);
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                               (const unsigned char *)"weir test", -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509_set_pubkey(x, key);
    X509_add_ext(x, san, -1);
    EXPECT(X509_sign(x, key, EVP_sha256()) > 0);
    bio = BIO_new(BIO_s_mem());
    EXPECT_INT(1, PEM_write_bio_X509(bio, x));
    read_bio(pem->certificate, sizeof pem->certificate, bio);
    bio = BIO_new(BIO_s_mem());
    EXPECT_INT(1, PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
    read_bio(pem->key, sizeof pem->key, bio);
    X509_EXTENSION_free(san);
    X509_free(x);
    EVP_PKEY_free(key);
}

static struct server_options tls_options(const struct pem *pem)
{
    struct server_options options = fixture_options();

    options.tls_certificate = pem->certificate;
    options.tls_key = pem->key;
    return options;
}

static void ask(struct fixture *f, const char *ca_file, enum client_outcome want, int requests,
                struct weir_bytes body)
{
    struct client *client = NULL;
    struct weir_error err;
    char url[64];

    (void)snprintf(url, sizeof url, "https://127.0.0.1:%u/p", (unsigned)server_port(f->server));
    EXPECT_INT(0, client_open(&client, &(struct client_options){.ca_file = ca_file}, f->metrics, &err));
    for (int i = 0; i < requests; i++) {
        struct client_response *r = NULL;
        struct client_request request = {.method = "POST",
                                         .url = weir_str(url),
                                         .body = body,
                                         .timeout_ms = PATIENCE_MS,
                                         .response_max = 5000000,
                                         .allow_private = true};

        client_call(client, &request, &r);
        if (r->outcome != want) {
            fail_msg("%s: %s", client_outcome_word(r->outcome), r->detail);
        }
        EXPECT_INT(want == CLIENT_ANSWERED ? 200 : 0, r->status);
        client_response_free(r);
    }
    client_stop(client);
    client_close(client);
}

TEST(a_request_over_tls_is_answered_to_those_who_trust_the_certificate)
{
    UNUSED_STATE;
    struct pem pem;
    struct server_options options;
    struct fixture *f;
    char path[] = "/tmp/weir-net-XXXXXX";
    int fd = mkstemp(path);
    char *big = calloc(1, 900000);

    make_pem(&pem);
    EXPECT(fd >= 0 && write(fd, pem.certificate, strlen(pem.certificate)) > 0);
    close(fd);
    options = tls_options(&pem);
    f = fixture_new(&options, ANSWER_LATER);
    ask(f, path, CLIENT_ANSWERED, 10, weir_str_bytes(weir_str("hello")));
    fixture_mode(f, ANSWER_ECHO);
    ask(f, path, CLIENT_ANSWERED, 2, weir_bytes(big, 900000));
    fixture_mode(f, ANSWER_BIG);
    ask(f, path, CLIENT_ANSWERED, 2, weir_bytes(NULL, 0));
    ask(f, NULL, CLIENT_TLS, 1, weir_bytes(NULL, 0));
    unlink(path);
    free(big);
    fixture_free(f);
}

TEST(what_is_no_tls_is_dropped)
{
    UNUSED_STATE;
    struct pem pem;
    struct server_options options;
    struct fixture *f;
    int fd;

    make_pem(&pem);
    options = tls_options(&pem);
    f = fixture_new(&options, ANSWER_ECHO);
    fd = peer_connect(server_port(f->server));
    peer_send(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_INT(0, peer_read_status(fd));
    close(fd);
    fixture_free(f);
}

TEST(a_handshake_that_is_not_finished_is_cut_off)
{
    UNUSED_STATE;
    struct pem pem;
    struct server_options options;
    struct fixture *f;
    int fd;

    make_pem(&pem);
    options = tls_options(&pem);
    f = fixture_new(&options, ANSWER_ECHO);
    atomic_store(&f->mono_us, 1000000000);
    fixture_turn(f);
    fd = peer_connect(server_port(f->server));
    peer_send(fd, "\x16\x03\x01");
    fixture_turn(f);
    fixture_advance_ms(f, 30001);
    EXPECT(peer_sees_end(fd));
    close(fd);
    fixture_free(f);
}

TEST(a_certificate_that_is_none_is_a_mistake_of_the_configuration)
{
    UNUSED_STATE;
    struct pem pem = {"no certificate", "no key"};
    struct server_options options = tls_options(&pem);
    struct metrics *m = metrics_new();
    struct loop *loop = NULL;
    struct server *server = NULL;
    struct weir_error err = {0};

    EXPECT_INT(0, loop_new(&loop, clock_system(), m, &err));
    EXPECT_INT(WEIR_E_CONFIG, server_open(&server, loop, &options,
                                          (struct server_handler){fixture_handle, NULL, NULL}, &err));
    EXPECT(strstr(err.message, "cannot serve on 127.0.0.1:0: ") != NULL);
    loop_free(loop);
    metrics_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_request_over_tls_is_answered_to_those_who_trust_the_certificate),
        UNIT(what_is_no_tls_is_dropped),
        UNIT(a_handshake_that_is_not_finished_is_cut_off),
        UNIT(a_certificate_that_is_none_is_a_mistake_of_the_configuration),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
