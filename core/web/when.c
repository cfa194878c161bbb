#include "web/when.h"

#include "base/datetime.h"

#include <stdbool.h>
#include <string.h>

#define DIGITS_MAX 9

static bool distance(int64_t *ms, struct weir_str text)
{
    static const char units[] = "smhdw";
    static const int64_t unit_ms[] = {1000, 60000, 3600000, 86400000, 604800000};
    const char *unit;
    int64_t number = 0;

    if (text.len < 2 || text.len > DIGITS_MAX + 1) {
        return false;
    }
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        number = number * 10 + (text.data[i] - '0');
    }
    unit = memchr(units, text.data[text.len - 1], sizeof units - 1);
    if (unit == NULL) {
        return false;
    }
    *ms = number * unit_ms[unit - units];
    return true;
}

int when_parse(int64_t *ms, struct weir_str text, int64_t now_ms, const char *name, struct weir_error *err)
{
    int64_t value;

    if (distance(&value, text)) {
        *ms = value < now_ms ? now_ms - value : 1;
        return 0;
    }
    if (!datetime_parse(&value, text) || value <= 0) {
        return weir_fail(err, WEIR_E_INVALID,
                         "%s is neither a distance before now (45s, 90m, 2h, 3d, 1w) nor a time as "
                         "2026-02-11T07:30:00Z",
                         name);
    }
    *ms = value;
    return 0;
}
