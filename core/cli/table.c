#include "cli/table.h"

#include "cli/human.h"

#include <stdlib.h>

#define TEXT_MAX ((size_t)256 << 20)
#define COLUMNS_MAX 16
#define GAP 2
#define FLEX_LEAST 12
#define LEAST 8

struct cell {
    size_t at, len;
    size_t width;
    enum table_colour colour;
};

struct table {
    const struct table_column *columns;
    size_t column_count;
    struct cell *cells;
    size_t cell_count, cell_cap;
    struct buf text;
    bool no_memory;
};

struct table *table_new(const struct table_column *columns, size_t count)
{
    struct table *table = calloc(1, sizeof *table);

    if (table != NULL) {
        table->columns = columns;
        table->column_count = count < COLUMNS_MAX ? count : COLUMNS_MAX;
        buf_init(&table->text, TEXT_MAX);
    }
    return table;
}

void table_free(struct table *table)
{
    if (table != NULL) {
        buf_fini(&table->text);
        free(table->cells);
        free(table);
    }
}

void table_add(struct table *table, struct weir_str text, enum table_colour colour)
{
    if (table->cell_count == table->cell_cap) {
        size_t cap = table->cell_cap == 0 ? 256 : table->cell_cap * 2;
        struct cell *cells = realloc(table->cells, cap * sizeof *cells);

        if (cells == NULL) {
            table->no_memory = true;
            return;
        }
        table->cells = cells;
        table->cell_cap = cap;
    }
    table->cells[table->cell_count++] =
        (struct cell){.at = table->text.len, .len = text.len, .width = human_width(text), .colour = colour};
    buf_add_str(&table->text, text);
}

static size_t total_width(const struct table *table, const size_t *widths)
{
    size_t total = (table->column_count - 1) * GAP;

    for (size_t i = 0; i < table->column_count; i++) {
        total += widths[i];
    }
    return total;
}

/* Make the widest columns narrower until all fit, or until none is left that may be. */
static void narrow(const struct table *table, size_t *widths, size_t width, bool flex_only)
{
    size_t least = flex_only ? FLEX_LEAST : LEAST;
    size_t total = total_width(table, widths);

    while (total > width) {
        size_t widest = table->column_count;

        for (size_t i = 0; i < table->column_count; i++) {
            if (widths[i] > least && (!flex_only || table->columns[i].flex) &&
                (widest == table->column_count || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        if (widest == table->column_count) {
            return;
        }
        widths[widest]--;
        total--;
    }
}

static void pad(FILE *out, size_t count)
{
    (void)fprintf(out, "%*s", (int)count, "");
}

const char *table_colour_begin(enum table_colour colour)
{
    switch (colour) {
    case TABLE_GOOD:
        return "\033[32m";
    case TABLE_WARN:
        return "\033[33m";
    case TABLE_BAD:
        return "\033[31m";
    case TABLE_FAINT:
        return "\033[2m";
    case TABLE_PLAIN:
        break;
    }
    return "";
}

const char *table_colour_end(void)
{
    return "\033[0m";
}

static void print_cell(FILE *out, struct weir_str text, size_t room, enum table_colour colour, bool colours)
{
    bool cut = human_width(text) > room;

    if (cut) {
        text = human_cut(text, room > 0 ? room - 1 : 0);
    }
    colours = colours && colour != TABLE_PLAIN;
    (void)fprintf(out, "%s%.*s%s%s", colours ? table_colour_begin(colour) : "", WEIR_STR_ARG(text),
                  cut && room > 0 ? "\u2026" : "", colours ? table_colour_end() : "");
}

struct line {
    FILE *out;
    const struct table *table;
    const size_t *widths;
    size_t width; /* of the terminal; 0: any */
    bool colours;
};

/* One row; titles where cells is NULL. */
static void print_row(const struct line *line, const struct cell *cells)
{
    const struct table *table = line->table;
    size_t last = table->column_count - 1;
    size_t used = 0;
    size_t due = 0; /* blanks, written once something follows them: no line ends with one */

    while (cells != NULL && last > 0 && cells[last].len == 0) {
        last--;
    }
    for (size_t i = 0; i <= last; i++) {
        const struct table_column *column = &table->columns[i];
        struct weir_str text = cells != NULL ? weir_str_n(table->text.data + cells[i].at, cells[i].len)
                                             : weir_str(column->title);
        size_t room = line->widths[i];
        size_t width;

        if (line->width > 0 && used + room > line->width) {
            room = used < line->width ? line->width - used : 0;
        }
        if (room == 0) {
            break;
        }
        width = human_width(text) < room ? human_width(text) : room;
        pad(line->out, due + (column->right ? room - width : 0));
        print_cell(line->out, text, room, cells != NULL ? cells[i].colour : TABLE_FAINT, line->colours);
        due = (column->right ? 0 : room - width) + GAP;
        used += room + GAP;
    }
    (void)fputc('\n', line->out);
}

int table_print(FILE *out, const struct table *table, size_t width, bool colours, struct weir_error *err)
{
    size_t widths[COLUMNS_MAX];
    struct line line = {.out = out, .table = table, .widths = widths, .width = width, .colours = colours};

    if (table->no_memory) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the table");
    }
    if (buf_check(&table->text, "the table", err) != 0) {
        return err != NULL ? err->code : WEIR_E_LIMIT;
    }
    for (size_t i = 0; i < table->column_count; i++) {
        widths[i] = human_width(weir_str(table->columns[i].title));
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        size_t *column = &widths[i % table->column_count];

        *column = table->cells[i].width > *column ? table->cells[i].width : *column;
    }
    if (width > 0) {
        narrow(table, widths, width, true);
        narrow(table, widths, width, false);
    }
    print_row(&line, NULL);
    for (size_t i = 0; i + table->column_count <= table->cell_count; i += table->column_count) {
        print_row(&line, &table->cells[i]);
    }
    return 0;
}
