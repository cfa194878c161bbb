/*
 * value: a string of the file with @env:NAME and @file:/path resolved.
 */
#ifndef WEIR_CONFIG_VALUE_H
#define WEIR_CONFIG_VALUE_H

#include "config/reader.h"

#define VALUE_FILE_MAX ((size_t)64 * 1024)

/*
 * Append the value's bytes. of_file gets the length with the line end of a @file that is not part of the
 * value; equal to the value's length otherwise. secret: warn where others can read it. false: there is a
 * finding, or no memory. Thread: any.
 */
bool value_resolve(struct buf *out, size_t *of_file, struct reader *rd, config_setting_t *at, bool secret);

#endif
