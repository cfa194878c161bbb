#include "store/scrub.h"

#include "store/gate.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP_PAGES 4096 /* looked at while readers wait: some milliseconds */
#define GATE_WAIT_MS 1000
#define FIRST_PAGE 2 /* behind the engine's two heads */

/* The engine's pages (0.9): number, pad, flags, then lower and upper bounds of the gap; behind that the
 * places of the nodes: size of the value (twice 16 bits), flags, size of the key, key, value or the number of
 * its first page. */
#define PAGE_HEAD 16
#define PAGE_BRANCH 0x01u
#define PAGE_LEAF 0x02u
#define NODE_HEAD 8
#define NODE_BIG 0x01u

#define POOL_PASSES 3
#define POOL_MAX 65536 /* pages */
#define POOL_CLEAN 256 /* so many clean ones in a row are the end of it */

struct file {
    int fd;
    size_t page_bytes;
    uint64_t page_count;
    uint8_t *page, *zeros; /* of page_bytes each */
    uint8_t *free_map;     /* a bit per page */
};

static uint16_t u16(const uint8_t *at)
{
    uint16_t n;

    memcpy(&n, at, sizeof n);
    return n;
}

static uint64_t u64(const uint8_t *at)
{
    uint64_t n;

    memcpy(&n, at, sizeof n);
    return n;
}

static bool is_zero(const uint8_t *at, size_t len)
{
    return len == 0 || (at[0] == 0 && memcmp(at, at + 1, len - 1) == 0);
}

static int file_failed(struct weir_error *err, const char *what)
{
    return weir_fail(err, WEIR_E_IO, "store: what was erased could not be %s in the file: %s", what,
                     strerror(errno));
}

/* from: bytes from the beginning of the file; at most a page. */
static int wipe(const struct file *f, uint64_t from, size_t len, struct weir_error *err)
{
    return len == 0 || pwrite(f->fd, f->zeros, len, (off_t)from) == (ssize_t)len
               ? 0
               : file_failed(err, "overwritten");
}

/* ---- which pages are free ---- */

static int map_free(const struct file *f, MDB_txn *txn, struct weir_error *err)
{
    const MDB_dbi free_list = 0;
    MDB_cursor *cursor = NULL;
    MDB_val key;
    MDB_val value;
    int rc = mdb_cursor_open(txn, free_list, &cursor);

    while (rc == 0 && (rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        const uint8_t *numbers = value.mv_data;
        size_t count = value.mv_size / 8;

        for (size_t i = 1; i < count && i <= u64(numbers); i++) {
            uint64_t page = u64(numbers + i * 8);

            if (page < f->page_count) {
                f->free_map[page / 8] |= (uint8_t)(1u << (page % 8));
            }
        }
    }
    if (cursor != NULL) {
        mdb_cursor_close(cursor);
    }
    return rc == MDB_NOTFOUND ? 0 : store_engine_fail(err, rc, "looking for free pages");
}

/* ---- pages in use ---- */

/* A value in pages of its own ends somewhere in the last of them. */
static int wipe_tail(const struct file *f, uint64_t first, uint64_t value_bytes, struct weir_error *err)
{
    uint64_t end = first * f->page_bytes + PAGE_HEAD + value_bytes;
    size_t left = (size_t)((f->page_bytes - end % f->page_bytes) % f->page_bytes);

    if (first >= f->page_count || end + left > f->page_count * f->page_bytes) {
        return 0;
    }
    return wipe(f, end, left, err);
}

/* A page of a tree: its gap, and the tails of its large values. What only looks like one is left alone: its
 * first eight bytes are its own number, which no text has, and a sealed one once in 2^64. */
static int wipe_gaps(const struct file *f, uint64_t number, struct weir_error *err)
{
    const uint8_t *page = f->page;
    unsigned flags = u16(page + 10);
    size_t lower = u16(page + 12);
    size_t upper = u16(page + 14);
    int rc = 0;

    if (u64(page) != number || (flags != PAGE_BRANCH && flags != PAGE_LEAF) || lower < PAGE_HEAD ||
        upper < lower || upper > f->page_bytes) {
        return 0;
    }
    if (!is_zero(page + lower, upper - lower)) {
        rc = wipe(f, number * f->page_bytes + lower, upper - lower, err);
    }
    for (size_t at = PAGE_HEAD; rc == 0 && flags == PAGE_LEAF && at + 2 <= lower; at += 2) {
        size_t node = u16(page + at);
        size_t key_bytes = node + NODE_HEAD <= f->page_bytes ? u16(page + node + 6) : f->page_bytes;

        if (node + NODE_HEAD + key_bytes + 8 <= f->page_bytes && (u16(page + node + 4) & NODE_BIG) != 0) {
            rc = wipe_tail(f, u64(page + node + NODE_HEAD + key_bytes),
                           u16(page + node) | ((uint64_t)u16(page + node + 2) << 16), err);
        }
    }
    return rc;
}

static int wipe_page(const struct file *f, uint64_t number, struct weir_error *err)
{
    bool is_free = (f->free_map[number / 8] >> (number % 8) & 1) != 0;

    if (pread(f->fd, f->page, f->page_bytes, (off_t)(number * f->page_bytes)) != (ssize_t)f->page_bytes) {
        return is_free ? 0 : file_failed(err, "found"); /* one that was never written */
    }
    if (!is_free) {
        return wipe_gaps(f, number, err);
    }
    return is_zero(f->page, f->page_bytes) ? 0 : wipe(f, number * f->page_bytes, f->page_bytes, err);
}

/* ---- the engine's memory ---- */

/* Pages that the engine keeps for its next transactions hold what they held last, and go to disk with it in
 * their gaps. They are lent by a transaction that is given up, one after the other, and emptied. */
static int clean_pool(struct store *st, size_t page_bytes, struct weir_error *err)
{
    MDB_txn *txn = NULL;
    uint32_t clean = 0;
    int rc = mdb_txn_begin(st->env, NULL, 0, &txn);

    for (uint32_t i = 0; rc == 0 && i < POOL_MAX && clean < POOL_CLEAN; i++) {
        uint8_t name[8] = "scrub";
        MDB_val key = {.mv_size = sizeof name, .mv_data = name};
        MDB_val value = {.mv_size = page_bytes - PAGE_HEAD};

        memcpy(name + 4, &i, sizeof i);
        rc = mdb_put(txn, st->dbi[DB_STATE], &key, &value, MDB_RESERVE);
        if (rc == 0) {
            clean = is_zero(value.mv_data, value.mv_size) ? clean + 1 : 0;
            memset(value.mv_data, 0, value.mv_size);
        }
    }
    if (txn != NULL) {
        mdb_txn_abort(txn);
    }
    /* A full map ends it early: then less of it is clean. */
    return rc == 0 || rc == MDB_MAP_FULL ? 0 : store_engine_fail(err, rc, "emptying the engine's pages");
}

/* ---- all of it ---- */

static int file_init(struct file *f, struct store *st, struct weir_error *err)
{
    MDB_envinfo info = {0};
    MDB_stat stat = {0};
    mdb_filehandle_t fd;

    (void)mdb_env_info(st->env, &info);
    (void)mdb_env_stat(st->env, &stat);
    if (mdb_env_get_fd(st->env, &fd) != 0) {
        return file_failed(err, "found");
    }
    *f = (struct file){.fd = fd, .page_bytes = stat.ms_psize, .page_count = info.me_last_pgno + 1};
    f->page = malloc(f->page_bytes);
    f->zeros = calloc(1, f->page_bytes);
    f->free_map = calloc(1, (size_t)(f->page_count / 8 + 1));
    return f->page != NULL && f->zeros != NULL && f->free_map != NULL
               ? 0
               : weir_fail(err, WEIR_E_MEMORY, "store: no memory to overwrite what was erased");
}

static void file_fini(struct file *f)
{
    free(f->page);
    free(f->zeros);
    free(f->free_map);
}

static int scrub_pages(uint64_t *page, struct store *st, struct weir_error *err)
{
    struct file f = {.fd = -1};
    MDB_txn *txn = NULL;
    uint64_t at = *page > FIRST_PAGE ? *page : FIRST_PAGE;
    uint64_t end;
    int rc = file_init(&f, st, err);

    if (rc == 0) {
        int engine = mdb_txn_begin(st->env, NULL, MDB_RDONLY, &txn);

        rc = engine != 0 ? store_engine_fail(err, engine, "looking for free pages") : map_free(&f, txn, err);
    }
    end = at + STEP_PAGES < f.page_count ? at + STEP_PAGES : f.page_count;
    for (; rc == 0 && at < end; at++) {
        rc = wipe_page(&f, at, err);
    }
    if (rc == 0 && at >= f.page_count) {
        /* Behind the last page there may be what a transaction wrote that came to nothing. */
        rc = ftruncate(f.fd, (off_t)(f.page_count * f.page_bytes)) == 0 && fdatasync(f.fd) == 0
                 ? 0
                 : file_failed(err, "cut off");
        at = 0;
    }
    if (txn != NULL) {
        mdb_txn_abort(txn);
    }
    if (rc == 0) {
        *page = at;
    }
    file_fini(&f);
    return rc;
}

int scrub_step(uint64_t *page, struct store *st, struct weir_error *err)
{
    int rc = 0;

    if (!gate_close(st->gate, GATE_WAIT_MS)) {
        return weir_fail(err, WEIR_E_LATER,
                         "store: what was erased is overwritten later: a reader stays open");
    }
    for (int i = 0; rc == 0 && *page == 0 && i < POOL_PASSES; i++) {
        rc = clean_pool(st, (size_t)sysconf(_SC_PAGESIZE), err);
    }
    if (rc == 0) {
        rc = scrub_pages(page, st, err);
    }
    gate_open(st->gate);
    return rc;
}
