/*
 * sync_view: how far a sync is, in words and as a bar.
 */
#ifndef WEIR_CLI_SYNC_VIEW_H
#define WEIR_CLI_SYNC_VIEW_H

#include "cli/list.h"

/* Is the sync of this row of the admin API still under way? Thread: any, all of them. */
bool sync_view_is_running(const json_t *row);
/* Did it end with something that can be used? */
bool sync_view_is_good(const json_t *row);

/* How much of it is done, 0 to 100; -1: nobody knows, as no full one came to its end before. */
int sync_view_percent(const json_t *row);

/* "[######..............]  30 %", of 20 marks; nothing when nobody knows. */
void sync_view_bar(struct buf *out, const json_t *row);
/* " 30 %" without the bar. */
void sync_view_write_percent(struct buf *out, const json_t *row);
void sync_view_rate(struct buf *out, const json_t *row); /* "350/s" */
void sync_view_took(struct buf *out, const json_t *row); /* of one that ended */

/* One line of a sync, with a bar if it is under way and bar is set. */
void sync_view_line(struct buf *out, const json_t *row, bool bar);

/* ---- sync_follow.c ---- */
/* Show those under way, again and again, until all have ended: on a terminal with bars in their place, else a
 * line for each news. CLI_FAILED: one of them ended badly. */
int sync_follow(const struct cli *cli, const struct list_param *of_integration);

#endif
