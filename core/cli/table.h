/*
 * table: rows of text in aligned columns.
 *
 * Knows what a cell looks like, and nothing of what it means. Columns are cut only where the reader's
 * terminal is narrower than they are, those first that carry running text.
 */
#ifndef WEIR_CLI_TABLE_H
#define WEIR_CLI_TABLE_H

#include "base/buf.h"

enum table_colour { TABLE_PLAIN, TABLE_GOOD, TABLE_WARN, TABLE_BAD, TABLE_FAINT };

struct table_column {
    const char *title;
    bool right; /* numbers */
    bool flex;  /* may be cut first */
};

struct table;

/* columns (lent) live as long as the table. NULL: no memory. Thread: any, one at a time, as all here. */
struct table *table_new(const struct table_column *columns, size_t count);
void table_free(struct table *table);

/* The next cell, copied; it should have gone through human_text. Rows end by themselves. */
void table_add(struct table *table, struct weir_str text, enum table_colour colour);

/* Whole rows with their titles. width: of the terminal; 0: nothing is cut. WEIR_E_MEMORY, WEIR_E_LIMIT:
 * a cell did not fit before, and nothing is printed. */
int table_print(FILE *out, const struct table *table, size_t width, bool colours, struct weir_error *err);

/* The escape sequence that begins a colour; "" for plain. It ends with table_colour_end. */
const char *table_colour_begin(enum table_colour colour);
const char *table_colour_end(void);

#endif
