#include "host/retry.h"

#include "base/datetime.h"

bool http_header(struct weir_str *value, const struct weir_header *headers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (weir_str_is(headers[i].name, name)) {
            *value = headers[i].value;
            return true;
        }
    }
    return false;
}

bool http_number_parse(int64_t *number, struct weir_str text)
{
    int64_t n = 0;
    size_t i = 0;

    while (i < text.len && text.data[i] >= '0' && text.data[i] <= '9') {
        if (i == 12) {
            return false;
        }
        n = n * 10 + (text.data[i] - '0');
        i++;
    }
    if (i == 0 || (i < text.len && text.data[i] != ',' && text.data[i] != ';' && text.data[i] != ' ' &&
                   text.data[i] != '.')) {
        return false;
    }
    *number = n;
    return true;
}

bool http_date_parse(int64_t *ms, struct weir_str text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char iso[] = "0000-00-00T00:00:00Z";
    int month = -1;

    if (text.len != 29 || memcmp(text.data + 3, ", ", 2) != 0 || memcmp(text.data + 25, " GMT", 4) != 0 ||
        text.data[7] != ' ' || text.data[11] != ' ' || text.data[16] != ' ') {
        return false;
    }
    for (int i = 0; i < 12; i++) {
        if (memcmp(text.data + 8, months + 3 * i, 3) == 0) {
            month = i + 1;
        }
    }
    if (month < 0) {
        return false;
    }
    memcpy(iso, text.data + 12, 4);
    iso[5] = (char)('0' + month / 10);
    iso[6] = (char)('0' + month % 10);
    memcpy(iso + 8, text.data + 5, 2);
    memcpy(iso + 11, text.data + 17, 8);
    return datetime_parse(ms, weir_str_n(iso, sizeof iso - 1));
}

bool retry_fits(const struct client_response *response)
{
    switch (response->outcome) {
    case CLIENT_ANSWERED:
        return response->status == 429 || response->status == 500 ||
               (response->status >= 502 && response->status <= 504);
    case CLIENT_RESOLVE:
    case CLIENT_REFUSED:
    case CLIENT_TIMEOUT:
    case CLIENT_BROKEN:
        return true;
    case CLIENT_FORBIDDEN:
    case CLIENT_TLS:
    case CLIENT_TOO_LONG:
    case CLIENT_STOPPED:
    case CLIENT_BAD_URL:
        break;
    }
    return false;
}

bool retry_after_ms(int64_t *wait_ms, const struct client_response *response, int64_t now_ms)
{
    struct weir_str value;
    int64_t n;

    if (response->outcome != CLIENT_ANSWERED ||
        !http_header(&value, response->headers, response->header_count, "retry-after")) {
        return false;
    }
    if (http_number_parse(&n, value)) {
        *wait_ms = n * 1000;
        return true;
    }
    if (http_date_parse(&n, value)) {
        *wait_ms = n > now_ms ? n - now_ms : 0;
        return true;
    }
    return false;
}

int64_t retry_delay_ms(uint32_t first_ms, unsigned int next, uint32_t chance)
{
    int64_t delay = (int64_t)first_ms << (next > 2 ? next - 2 : 0);

    return delay * 3 / 4 + (int64_t)(chance % 1024) * delay / 2048;
}
