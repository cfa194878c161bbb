#include "config/address.h"

#include <arpa/inet.h>
#include <strings.h>

static bool in_range(uint32_t address, uint32_t network, unsigned bits)
{
    return (address ^ network) >> (32 - bits) == 0;
}

static enum address_reach reach_of_v4(uint32_t a)
{
    static const struct {
        uint32_t network;
        unsigned bits;
    } CLOSED[] = {
        {0x00000000, 8},  /* this network */
        {0x0A000000, 8},  /* 10.0.0.0 */
        {0x64400000, 10}, /* 100.64.0.0, shared by carriers */
        {0xA9FE0000, 16}, /* 169.254.0.0, link-local: cloud metadata lives here */
        {0xAC100000, 12}, /* 172.16.0.0 */
        {0xC0000000, 24}, /* 192.0.0.0, protocol assignments */
        {0xC0000200, 24}, /* 192.0.2.0, documentation, as the next but two and three */
        {0xC0A80000, 16}, /* 192.168.0.0 */
        {0xC6120000, 15}, /* 198.18.0.0, benchmarks */
        {0xC6336400, 24}, /* 198.51.100.0 */
        {0xCB007100, 24}, /* 203.0.113.0 */
        {0xE0000000, 3},  /* multicast, reserved, broadcast */
    };

    if (in_range(a, 0x7F000000, 8)) {
        return ADDRESS_LOOPBACK;
    }
    for (size_t i = 0; i < sizeof CLOSED / sizeof CLOSED[0]; i++) {
        if (in_range(a, CLOSED[i].network, CLOSED[i].bits)) {
            return ADDRESS_PRIVATE;
        }
    }
    return ADDRESS_PUBLIC;
}

static uint32_t v4_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static enum address_reach reach_of_v6(const uint8_t a[16])
{
    static const uint8_t ZERO[16];
    static const uint8_t MAPPED[12] = {[10] = 0xFF, [11] = 0xFF};
    static const uint8_t NAT64[12] = {0x00, 0x64, 0xFF, 0x9B};

    if (memcmp(a, ZERO, 15) == 0 && a[15] == 1) {
        return ADDRESS_LOOPBACK;
    }
    if (memcmp(a, MAPPED, 12) == 0 || memcmp(a, NAT64, 12) == 0 || memcmp(a, ZERO, 12) == 0) {
        return reach_of_v4(v4_at(a + 12));
    }
    if (a[0] == 0x20 && a[1] == 0x02) {
        return reach_of_v4(v4_at(a + 2)); /* 6to4 */
    }
    /* fc00::/7, fe80::/10 and fec0::/10, ff00::/8, 2001:db8::/32, 100::/64 */
    if ((a[0] & 0xFE) == 0xFC || (a[0] == 0xFE && a[1] >= 0x80) || a[0] == 0xFF ||
        (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0D && a[3] == 0xB8) ||
        (a[0] == 0x01 && memcmp(a + 1, ZERO, 7) == 0)) {
        return ADDRESS_PRIVATE;
    }
    return ADDRESS_PUBLIC;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);

    return len > strlen(end) && strcasecmp(text + len - strlen(end), end) == 0;
}

static enum address_reach reach_of(const char *host)
{
    struct in6_addr v6;
    struct in_addr v4;

    if (inet_pton(AF_INET6, host, &v6) == 1) {
        return reach_of_v6(v6.s6_addr);
    }
    /* inet_aton and not inet_pton: "127.1" and "0x7f000001" reach the same machine. */
    if (inet_aton(host, &v4) != 0) {
        return reach_of_v4(ntohl(v4.s_addr));
    }
    if (strcasecmp(host, "localhost") == 0 || ends_with(host, ".localhost")) {
        return ADDRESS_LOOPBACK;
    }
    if (strchr(host, '.') == NULL || ends_with(host, ".local") || ends_with(host, ".internal") ||
        ends_with(host, ".home.arpa")) {
        return ADDRESS_LOCAL_NAME;
    }
    return ADDRESS_PUBLIC;
}

static bool host_name_is(const char *host)
{
    size_t label = 0;

    for (const char *c = host; *c != '\0'; c++) {
        bool word = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
                    *c == '-' || *c == '_';

        if (*c == '.' ? label == 0 : !word) {
            return false;
        }
        label = *c == '.' ? 0 : label + 1;
        if (label > 63) {
            return false;
        }
    }
    return host[0] != '\0';
}

static const char *port_read(uint16_t *port, struct weir_str text, unsigned least)
{
    unsigned value = 0;

    if (text.len == 0 || text.len > 5) {
        return "has no port from 1 to 65535 behind its colon";
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return "has a port that is not a number";
        }
        value = value * 10 + (unsigned)(text.data[i] - '0');
    }
    if (value < least || value > 65535) {
        return "has a port outside 1 to 65535";
    }
    *port = (uint16_t)value;
    return NULL;
}

/* host, host:port or [v6]:port; *port stays as it is when none is given. */
static const char *authority_read(char host[254], uint16_t *port, bool *has_port, struct weir_str text,
                                  unsigned port_least)
{
    size_t host_len = 0;
    size_t start = 0;
    size_t next;
    struct in6_addr v6;

    *has_port = false;
    if (text.len > 0 && text.data[0] == '[') {
        start = 1;
        while (start + host_len < text.len && text.data[start + host_len] != ']') {
            host_len++;
        }
        next = start + host_len + 1;
        if (next > text.len) {
            return "has no ] behind its IPv6 address";
        }
    } else {
        while (host_len < text.len && text.data[host_len] != ':') {
            host_len++;
        }
        next = host_len;
    }
    if (host_len == 0) {
        return "names no host";
    }
    if (host_len > 253) {
        return "has a host name longer than 253 bytes";
    }
    memcpy(host, text.data + start, host_len);
    host[host_len] = '\0';
    if (start == 1 ? inet_pton(AF_INET6, host, &v6) != 1 : !host_name_is(host)) {
        return start == 1 ? "has an IPv6 address that is none" : "has a host name that cannot be one";
    }
    if (next == text.len) {
        return NULL;
    }
    if (text.data[next] != ':') {
        return "has something between host and port";
    }
    *has_port = true;
    return port_read(port, weir_str_n(text.data + next + 1, text.len - next - 1), port_least);
}

const char *address_url_read(struct address_url *out, const char *text)
{
    const char *wrong;
    const char *start;
    size_t len;
    bool has_port;

    memset(out, 0, sizeof *out);
    if (strncasecmp(text, "https://", 8) == 0) {
        out->https = true;
        out->port = 443;
        start = text + 8;
    } else if (strncasecmp(text, "http://", 7) == 0) {
        out->port = 80;
        start = text + 7;
    } else {
        return "does not begin with https://";
    }
    for (const char *c = text; *c != '\0'; c++) {
        if (*c <= ' ' || *c >= 0x7F || *c == '\\') {
            return "holds a character that has to be percent-encoded";
        }
    }
    if (strlen(text) > 2000) {
        return "is longer than 2,000 bytes";
    }
    if (strchr(text, '#') != NULL) {
        return "has a fragment (#), which is never sent";
    }
    len = strcspn(start, "/?");
    if (memchr(start, '@', len) != NULL) {
        return "has a user name or password in it";
    }
    wrong = authority_read(out->host, &out->port, &has_port, weir_str_n(start, len), 1);
    if (wrong != NULL) {
        return wrong;
    }
    out->query = strchr(start, '?') != NULL;
    out->reach = reach_of(out->host);
    return NULL;
}

const char *address_listen_read(struct address_listen *out, const char *text)
{
    struct in6_addr v6;
    struct in_addr v4;
    const char *wrong;
    bool has_port;

    memset(out, 0, sizeof *out);
    wrong = authority_read(out->host, &out->port, &has_port, weir_str(text), 0);
    if (wrong != NULL) {
        return wrong;
    }
    if (!has_port) {
        return "has no port";
    }
    if (inet_pton(AF_INET, out->host, &v4) != 1 && inet_pton(AF_INET6, out->host, &v6) != 1 &&
        strcmp(out->host, "localhost") != 0) {
        return "is not an address of this machine: a name does not say which one";
    }
    out->reach = reach_of(out->host);
    return NULL;
}
