/*
 * recorder: what happened to the store's file, and what was promised, in one order, in a file beside it.
 *
 * Each entry is a struct recorder_head and len bytes. Appending is one system call, so entries of several
 * threads stand one behind the other; power_cut.py reads them.
 */
#ifndef WEIR_TESTS_FAULT_RECORDER_H
#define WEIR_TESTS_FAULT_RECORDER_H

#include <stdint.h>

enum recorder_kind {
    RECORDER_WRITE = 'W',   /* begins: bytes at offset; durable: until WRITTEN it may be lost */
    RECORDER_WRITTEN = 'D', /* the thread's durable write is on disk */
    RECORDER_SYNC = 'B',    /* begins */
    RECORDER_SYNCED = 'S',  /* all written before the thread's SYNC is on disk */
    RECORDER_FOLDER = 'F',  /* the folder of that name was synced */
    RECORDER_PROMISE = 'A'  /* a line of text: what somebody outside has been told, or is about to do */
};

struct recorder_head {
    uint32_t magic;
    uint8_t kind;
    uint8_t durable;
    uint16_t zero;
    uint32_t thread;
    uint32_t len;
    uint64_t offset;
};
#define RECORDER_MAGIC 0x57434301u

/* Record from now on into the file path, which is made anew. Ends the process when it cannot. */
void recorder_start(const char *path);
void recorder_promise(const char *format, ...) __attribute__((format(printf, 1, 2)));
void recorder_stop(void);

#endif
