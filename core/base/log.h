/*
 * log: one line per decision, logfmt or JSON, on standard error.
 *
 * What is logged is an event name and typed fields, so that nothing from outside can break a line
 * or forge a field. Values longer than 512 bytes are cut, control characters are escaped.
 * The one process-wide state in Weir beside metrics: set once, before threads start.
 */
#ifndef WEIR_BASE_LOG_H
#define WEIR_BASE_LOG_H

#include "weir/connector.h" /* enum weir_level */

enum log_format { LOG_LOGFMT, LOG_JSON };

enum log_kind { LOG_END = 0, LOG_KIND_STR, LOG_KIND_INT, LOG_KIND_REAL, LOG_KIND_BOOL };

struct log_field {
    const char *key;
    enum log_kind kind;
    struct weir_str str;
    int64_t number; /* LOG_KIND_INT, LOG_KIND_BOOL */
    double real;
};

#define LOG_STR(k, v) ((struct log_field){.key = (k), .kind = LOG_KIND_STR, .str = (v)})
#define LOG_TEXT(k, v) ((struct log_field){.key = (k), .kind = LOG_KIND_STR, .str = weir_str(v)})
#define LOG_INT(k, v) ((struct log_field){.key = (k), .kind = LOG_KIND_INT, .number = (int64_t)(v)})
#define LOG_REAL(k, v) ((struct log_field){.key = (k), .kind = LOG_KIND_REAL, .real = (v)})
#define LOG_BOOL(k, v) ((struct log_field){.key = (k), .kind = LOG_KIND_BOOL, .number = (v)})
#define LOG_ERR(e) LOG_TEXT("error", (e)->message)

/* Thread: setup. */
void log_setup(int fd, enum log_format format, enum weir_level least);

/* Write one line with time, level and event. fields ends with kind LOG_END. Thread: any. */
void log_write(enum weir_level level, const char *event, const struct log_field *fields);

/* At least one field: log_info("delivery accepted", LOG_TEXT("integration", id), LOG_INT("bytes", n)); */
#define LOG_LINE(level, event, ...)                                                                          \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__, {.kind = LOG_END}})
#define log_debug(event, ...) LOG_LINE(WEIR_LOG_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...) LOG_LINE(WEIR_LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) LOG_LINE(WEIR_LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) LOG_LINE(WEIR_LOG_ERROR, event, __VA_ARGS__)

#endif
