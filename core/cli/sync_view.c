#include "cli/sync_view.h"

#include "cli/human.h"

#define MARKS 20

static const char *state_of(const json_t *row)
{
    const char *state = json_string_value(list_member(row, "state"));

    return state != NULL ? state : "";
}

static uint64_t number_of(const json_t *row, const char *key)
{
    json_int_t n = json_integer_value(list_member(row, key)); /* 0 for what is none */

    return n > 0 ? (uint64_t)n : 0;
}

bool sync_view_is_running(const json_t *row)
{
    return strcmp(state_of(row), "RUNNING") == 0 || strcmp(state_of(row), "QUEUED") == 0;
}

bool sync_view_is_good(const json_t *row)
{
    return strcmp(state_of(row), "SUCCEEDED") == 0 || strcmp(state_of(row), "PARTIALLY_FAILED") == 0;
}

int sync_view_percent(const json_t *row)
{
    uint64_t expected = number_of(row, "records_expected");
    uint64_t records = number_of(row, "records");

    if (!sync_view_is_running(row) || expected == 0) {
        return -1;
    }
    /* There may be more than the last time: it is done when it says so. */
    return records >= expected ? 99 : (int)(100.0 * (double)records / (double)expected);
}

void sync_view_bar(struct buf *out, const json_t *row)
{
    int percent = sync_view_percent(row);

    if (percent < 0) {
        return;
    }
    buf_add_char(out, '[');
    for (int i = 0; i < MARKS; i++) {
        buf_add_char(out, i < percent * MARKS / 100 ? '#' : '.');
    }
    buf_printf(out, "] %2d %%", percent);
}

void sync_view_write_percent(struct buf *out, const json_t *row)
{
    int percent = sync_view_percent(row);

    if (percent >= 0) {
        buf_printf(out, "%d %%", percent);
    }
}

void sync_view_rate(struct buf *out, const json_t *row)
{
    if (list_member(row, "records_per_s") != NULL) {
        human_count(out, number_of(row, "records_per_s"));
        buf_add_text(out, "/s");
    }
}

void sync_view_took(struct buf *out, const json_t *row)
{
    int64_t from_ms;
    int64_t to_ms;

    if (list_time(&from_ms, list_member(row, "started_at")) &&
        list_time(&to_ms, list_member(row, "ended_at")) && to_ms >= from_ms) {
        human_duration(out, to_ms - from_ms);
    }
}

static void add_number(struct buf *out, const json_t *row, const char *key)
{
    buf_add_text(out, "  ");
    human_count(out, number_of(row, key));
    buf_printf(out, " %s", key);
}

void sync_view_line(struct buf *out, const json_t *row, bool bar)
{
    bool running = sync_view_is_running(row);

    list_write_value(out, list_member(row, "integration"));
    buf_add_text(out, "  ");
    list_write_value(out, list_member(row, "type"));
    buf_add_text(out, "  ");
    list_write_value(out, list_member(row, "state"));
    if (sync_view_percent(row) >= 0) {
        buf_add_text(out, "  ");
        (bar ? sync_view_bar : sync_view_write_percent)(out, row);
    }
    add_number(out, row, "records");
    add_number(out, row, "pages");
    if (list_member(row, "records_per_s") != NULL) {
        buf_add_text(out, "  ");
        sync_view_rate(out, row);
    }
    if (!running) {
        add_number(out, row, "changed");
        add_number(out, row, "gone");
        buf_add_text(out, "  in ");
        sync_view_took(out, row);
    }
    if (list_member(row, running ? "model" : "message") != NULL) {
        buf_add_text(out, "  ");
        list_write_value(out, list_member(row, running ? "model" : "message"));
    }
}
