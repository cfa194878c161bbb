/* Headers that choose the form of an answer, and the feed's cursor (Last-Event-ID). */
#include "web/changes.h"
#include "web/negotiate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_str text = weir_str_n((const char *)data, size);
    struct store_feed_place place = {0};

    (void)negotiate_coding(text);
    (void)negotiate_accepts(text, "text/event-stream");
    (void)negotiate_matches(text, weir_str("\"tag\""));
    if (changes_cursor_read(&place, text, "env_fuzz", NULL) == 0) {
        struct buf again;

        /* What is taken is a cursor that we gave. */
        buf_init(&again, WEB_CURSOR_MAX);
        web_changes_cursor(&again, "env_fuzz", &place);
        if (again.failed) {
            __builtin_trap();
        }
        buf_fini(&again);
    }
    return 0;
}
