#include "cli/setting.h"

#include "base/crypto.h"
#include "config/small_file.h"

#include <termios.h>
#include <unistd.h>

#define VALUE_MAX 16384

static void without_line_end(struct buf *text)
{
    if (text->len > 0 && text->data[text->len - 1] == '\n') {
        text->len--;
        if (text->len > 0 && text->data[text->len - 1] == '\r') {
            text->len--;
        }
    }
}

/* A person types a line, unseen; else all that comes. */
static int read_input(struct buf *out, const struct cli *cli, const char *key, size_t key_len,
                      struct weir_error *err)
{
    int fd = fileno(cli->io->in);
    struct termios before;
    bool terminal = fd >= 0 && isatty(fd) != 0 && tcgetattr(fd, &before) == 0;
    char chunk[512];

    if (terminal) {
        struct termios unseen = before;

        unseen.c_lflag &= ~(tcflag_t)ECHO;
        (void)fprintf(cli->io->err, "%.*s: ", (int)key_len, key);
        (void)tcsetattr(fd, TCSAFLUSH, &unseen);
    }
    while (fgets(chunk, sizeof chunk, cli->io->in) != NULL) {
        size_t len = strlen(chunk);

        buf_add(out, chunk, len);
        if (terminal && len > 0 && chunk[len - 1] == '\n') {
            break;
        }
    }
    crypto_wipe(chunk, sizeof chunk);
    if (terminal) {
        (void)tcsetattr(fd, TCSAFLUSH, &before);
        (void)fputc('\n', cli->io->err);
    }
    if (ferror(cli->io->in) != 0) {
        return weir_fail(err, WEIR_E_IO, "the standard input could not be read");
    }
    return 0;
}

int setting_read(struct buf *out, const struct cli *cli, const char *word, const char *value,
                 struct weir_error *err)
{
    struct small_file_facts facts;
    int rc = 0;

    if (strcmp(value, "-") == 0) {
        rc = read_input(out, cli, word, (size_t)(value - word) - 1, err);
        without_line_end(out);
    } else if (strncmp(value, "@file:", 6) == 0) {
        rc = small_file_read(out, &facts, value + 6, err);
        without_line_end(out);
    } else {
        buf_add_text(out, value);
    }
    return rc == 0 ? buf_check(out, "a setting", err) : rc;
}

int setting_add(json_t *settings, const struct cli *cli, const char *word, struct weir_error *err)
{
    const char *equals = strchr(word, '=');
    struct buf value;
    char key[64];
    int rc;

    (void)snprintf(key, sizeof key, "%.*s", (int)(equals - word), word);
    buf_init(&value, VALUE_MAX);
    rc = setting_read(&value, cli, word, equals + 1, err);
    if (rc == 0) {
        json_t *text = value.len > 0 ? json_stringn(value.data, value.len) : json_null();

        if (json_object_set_new(settings, key, text) != 0) {
            rc = weir_fail(err, WEIR_E_INVALID, "the value of %s is no UTF-8 text", key);
        }
    }
    if (value.data != NULL) {
        crypto_wipe(value.data, value.len);
    }
    buf_fini(&value);
    return rc;
}
