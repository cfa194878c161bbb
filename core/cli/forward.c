#include "cli/forward.h"

#include "base/crypto.h"
#include "base/sign.h"
#include "cli/setting.h"

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SECRET_RANDOM 24
#define SECRET_MAX 512
#define TIMEOUT_MS 30000
#define ANSWER_MAX ((size_t)1 << 20) /* it is not looked at */

struct forward {
    const struct cli *cli;
    struct buf secret;
    char *made; /* the secret as text; NULL: it came from a file */
    struct metrics *metrics;
    struct client *client;
    char user_agent[64];
    int interrupt;
    int answered; /* an eventfd; -1: not made */

    pthread_mutex_t lock;
    struct forward_result result; /* guarded by lock */
};

/* ---- the secret ---- */

static int make_secret(struct forward *f, struct weir_error *err)
{
    uint8_t random[SECRET_RANDOM];
    int rc = crypto_random(random, sizeof random, err);

    if (rc != 0) {
        return rc;
    }
    buf_add_text(&f->secret, "whsec_");
    crypto_base64(&f->secret, weir_bytes(random, sizeof random));
    crypto_wipe(random, sizeof random);
    rc = buf_check(&f->secret, "a secret", err);
    if (rc == 0) {
        f->made = strndup(f->secret.data, f->secret.len);
        rc = f->made != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "no memory for a secret");
    }
    return rc;
}

static int read_secret(struct forward *f, const struct cli *cli, struct weir_error *err)
{
    static const char prompt[] = "secret=-";
    const char *path = cli->opt.secret_file;
    struct buf value;
    int rc;

    if (strcmp(path, "-") == 0) {
        rc = setting_read(&f->secret, cli, prompt, prompt + strlen("secret="), err);
    } else {
        buf_init(&value, strlen(path) + 16);
        buf_printf(&value, "@file:%s", path);
        buf_add_char(&value, '\0');
        rc = buf_check(&value, "the name of the secret's file", err);
        rc = rc == 0 ? setting_read(&f->secret, cli, prompt, value.data, err) : rc;
        buf_fini(&value);
    }
    if (rc == 0 && f->secret.len == 0) {
        rc = weir_fail(err, WEIR_E_INVALID, "the secret of %.160s is empty: write one into it", path);
    }
    return rc;
}

const char *forward_borrow_made_secret(const struct forward *f)
{
    return f->made;
}

/* ---- its life ---- */

int forward_new(struct forward **out, const struct cli *cli, int interrupt, struct weir_error *err)
{
    struct client_options options = {.connections_max = 1};
    struct forward *f = calloc(1, sizeof *f);
    int rc;

    if (f == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory to forward");
    }
    f->cli = cli;
    f->interrupt = interrupt;
    (void)pthread_mutex_init(&f->lock, NULL);
    buf_init(&f->secret, SECRET_MAX);
    f->metrics = metrics_new();
    (void)snprintf(f->user_agent, sizeof f->user_agent, "weir-listen/%s", cli->app->version);
    options.user_agent = f->user_agent;
    f->answered = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (f->answered < 0) {
        rc = weir_fail(err, WEIR_E_IO, "no descriptor to wait for answers with");
        goto out;
    }
    rc = cli->opt.secret_file != NULL ? read_secret(f, cli, err) : make_secret(f, err);
    if (rc == 0) {
        rc = client_open(&f->client, &options, f->metrics, err);
    }

out:
    if (rc != 0) {
        forward_free(f);
        return rc;
    }
    *out = f;
    return 0;
}

void forward_free(struct forward *f)
{
    if (f == NULL) {
        return;
    }
    if (f->client != NULL) {
        client_stop(f->client);
        client_close(f->client);
    }
    metrics_free(f->metrics);
    if (f->secret.data != NULL) {
        crypto_wipe(f->secret.data, f->secret.cap);
    }
    buf_fini(&f->secret);
    if (f->made != NULL) {
        crypto_wipe(f->made, strlen(f->made));
    }
    free(f->made);
    if (f->answered >= 0) {
        (void)close(f->answered);
    }
    (void)pthread_mutex_destroy(&f->lock);
    free(f);
}

/* ---- one notification ---- */

static void on_answer(void *ctx, const struct client_response *response)
{
    struct forward *f = ctx;

    (void)pthread_mutex_lock(&f->lock);
    f->result = (struct forward_result){
        .outcome = response->outcome, .status = response->status, .ms = response->total_us / 1000};
    (void)snprintf(f->result.detail, sizeof f->result.detail, "%s", response->detail);
    (void)pthread_mutex_unlock(&f->lock);
    (void)eventfd_write(f->answered, 1);
}

static void wait_for_answer(struct forward *f)
{
    struct pollfd ready[2] = {{.fd = f->answered, .events = POLLIN}, {.fd = f->interrupt, .events = POLLIN}};
    eventfd_t count;

    while (eventfd_read(f->answered, &count) != 0) {
        (void)poll(ready, 2, -1);
        if ((ready[1].revents & POLLIN) != 0) {
            client_stop(f->client); /* on_answer was called when this returns */
        }
    }
}

int forward_send(struct forward_result *result, struct forward *f, struct weir_str id, struct weir_str body,
                 struct weir_error *err)
{
    int64_t now_s = clock_now_ms(f->cli->io->clock) / 1000;
    struct buf kombo, standard;
    char timestamp[24];
    int rc;

    buf_init(&kombo, 128);
    buf_init(&standard, 128);
    (void)snprintf(timestamp, sizeof timestamp, "%" PRId64, now_s);
    rc = sign_kombo(&kombo, buf_str(&f->secret), weir_str_bytes(body), err);
    if (rc == 0) {
        rc = sign_standard(&standard, buf_str(&f->secret), id, now_s, weir_str_bytes(body), err);
    }
    if (rc == 0) {
        struct weir_header headers[] = {{weir_str("Content-Type"), weir_str("application/json")},
                                        {weir_str(sign_headers[SIGN_KOMBO].name), buf_str(&kombo)},
                                        {weir_str(sign_headers[SIGN_ID].name), id},
                                        {weir_str(sign_headers[SIGN_TIMESTAMP].name), weir_str(timestamp)},
                                        {weir_str(sign_headers[SIGN_STANDARD].name), buf_str(&standard)}};
        struct client_request request = {.method = "POST",
                                         .url = weir_str(f->cli->opt.forward),
                                         .headers = headers,
                                         .header_count = sizeof headers / sizeof headers[0],
                                         .body = weir_str_bytes(body),
                                         .timeout_ms = TIMEOUT_MS,
                                         .response_max = ANSWER_MAX,
                                         .allow_private = true};

        client_send(f->client, &request, on_answer, f);
        wait_for_answer(f);
        (void)pthread_mutex_lock(&f->lock);
        *result = f->result;
        (void)pthread_mutex_unlock(&f->lock);
    }
    buf_fini(&kombo);
    buf_fini(&standard);
    return rc;
}
