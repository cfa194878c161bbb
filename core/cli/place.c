#include "cli/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define STREAM_MAX 256
#define HEAD "weir listen 1\n"
#define FILE_MAX (sizeof HEAD + STREAM_MAX + (size_t)PLACE_IDS_MAX * (PLACE_ID_MAX + 1))

int place_init(struct place *p, struct weir_error *err)
{
    *p = (struct place){.count = 0};
    buf_init(&p->stream, STREAM_MAX);
    p->ids = calloc(PLACE_IDS_MAX, sizeof *p->ids);
    return p->ids != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "no memory to listen");
}

void place_fini(struct place *p)
{
    buf_fini(&p->stream);
    free(p->ids);
    p->ids = NULL;
}

bool place_add(struct place *p, const char *id)
{
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->ids[i], id) == 0) {
            return false;
        }
    }
    (void)snprintf(p->ids[p->next], PLACE_ID_MAX, "%s", id);
    p->next = (p->next + 1) % PLACE_IDS_MAX;
    p->count += p->count < PLACE_IDS_MAX;
    return true;
}

void place_drop(struct place *p, const char *id)
{
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->ids[i], id) == 0) {
            p->ids[i][0] = '\0';
        }
    }
}

/* ---- the file ---- */

static bool next_line(struct weir_str *line, struct weir_str *rest)
{
    const char *end = rest->len > 0 ? memchr(rest->data, '\n', rest->len) : NULL;

    if (end == NULL) {
        return false;
    }
    *line = weir_str_n(rest->data, (size_t)(end - rest->data));
    *rest = weir_str_n(end + 1, rest->len - line->len - 1);
    return true;
}

static bool is_plain(struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] <= 0x20 || text.data[i] >= 0x7F) {
            return false;
        }
    }
    return true;
}

static bool read_lines(struct place *p, struct weir_str rest)
{
    size_t head = strlen(HEAD);
    struct weir_str line;

    if (rest.len < head || memcmp(rest.data, HEAD, head) != 0) {
        return false;
    }
    rest = weir_str_n(rest.data + head, rest.len - head);
    if (!next_line(&line, &rest) || line.len > STREAM_MAX || !is_plain(line)) {
        return false;
    }
    buf_clear(&p->stream);
    buf_add_str(&p->stream, line);
    while (next_line(&line, &rest)) {
        char id[PLACE_ID_MAX];

        if (line.len == 0 || line.len >= sizeof id || !is_plain(line)) {
            return false;
        }
        (void)snprintf(id, sizeof id, "%.*s", WEIR_STR_ARG(line));
        (void)place_add(p, id);
    }
    return rest.len == 0 && !p->stream.failed;
}

int place_load(struct place *p, const char *path, struct weir_error *err)
{
    FILE *file = fopen(path, "re");
    struct buf text;
    char *room;
    int rc = 0;

    if (file == NULL) {
        return weir_fail(err, errno == ENOENT ? WEIR_E_NONE : WEIR_E_PERMISSION, "%.160s cannot be read: %s",
                         path, strerror(errno));
    }
    buf_init(&text, FILE_MAX);
    room = buf_reserve(&text, FILE_MAX);
    if (room == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory to read %.160s", path);
        goto out;
    }
    text.len = fread(room, 1, FILE_MAX, file);
    if (!read_lines(p, buf_str(&text))) {
        rc = weir_fail(err, WEIR_E_INVALID, "%.160s was not written by weir listen: name another file", path);
    }

out:
    buf_fini(&text);
    (void)fclose(file);
    return rc;
}

static void write_lines(FILE *file, const struct place *p)
{
    (void)fprintf(file, HEAD "%.*s\n", WEIR_STR_ARG(buf_str(&p->stream)));
    for (size_t i = 0; i < p->count; i++) {
        /* The oldest first, so that it is again when they are read. */
        const char *id = p->ids[(p->next + PLACE_IDS_MAX - p->count + i) % PLACE_IDS_MAX];

        if (id[0] != '\0') {
            (void)fprintf(file, "%s\n", id);
        }
    }
}

int place_save(const struct place *p, const char *path, struct weir_error *err)
{
    char *beside = NULL;
    FILE *file = NULL;
    int fd = -1;
    int rc = 0;

    if (asprintf(&beside, "%s.new", path) < 0) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory to write %.160s", path);
    }
    fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file != NULL) {
        write_lines(file, p);
    }
    if (file == NULL || fflush(file) != 0 || ferror(file) != 0 || fsync(fd) != 0 ||
        rename(beside, path) != 0) {
        rc = weir_fail(err, WEIR_E_IO, "%.160s cannot be written: %s", path, strerror(errno));
    }
    if (file != NULL) {
        (void)fclose(file);
    } else if (fd >= 0) {
        (void)close(fd);
    }
    free(beside);
    return rc;
}
