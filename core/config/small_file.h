/*
 * small_file: a small file read whole, and how open it is.
 */
#ifndef WEIR_CONFIG_SMALL_FILE_H
#define WEIR_CONFIG_SMALL_FILE_H

#include "base/buf.h"

struct small_file_facts {
    unsigned mode; /* permission bits */
};

/*
 * Append the content of a regular file; the buffer's max is the bound. Anything but a regular file is
 * refused without waiting for it. WEIR_E_CONFIG: err says what is wrong and names the path.
 * WEIR_E_MEMORY. Thread: any.
 */
int small_file_read(struct buf *content, struct small_file_facts *facts, const char *path,
                    struct weir_error *err);

#endif
