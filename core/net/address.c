/*
 * address: is it one that a request made for somebody else must not reach?
 *
 * The tables are those of the IANA special-purpose registries. What is not known to be public (an
 * unknown family) counts as private.
 */
#include "net/url.h"

#include <netinet/in.h>
#include <sys/socket.h>

struct range4 {
    uint32_t base;
    unsigned bits;
};

struct range6 {
    uint8_t base[16];
    unsigned bits;
};

static bool is_private4(uint32_t ip)
{
    static const struct range4 ranges[] = {
        {0x00000000, 8},  /* 0.0.0.0/8, this network */
        {0x0a000000, 8},  /* 10.0.0.0/8 */
        {0x64400000, 10}, /* 100.64.0.0/10, carrier-grade NAT */
        {0x7f000000, 8},  /* 127.0.0.0/8 */
        {0xa9fe0000, 16}, /* 169.254.0.0/16, where clouds keep their metadata */
        {0xac100000, 12}, /* 172.16.0.0/12 */
        {0xc0000000, 24}, /* 192.0.0.0/24, protocol assignments */
        {0xc0000200, 24}, /* 192.0.2.0/24, documentation */
        {0xc0586300, 24}, /* 192.88.99.0/24, 6to4 relays */
        {0xc0a80000, 16}, /* 192.168.0.0/16 */
        {0xc6120000, 15}, /* 198.18.0.0/15, benchmarking */
        {0xc6336400, 24}, /* 198.51.100.0/24, documentation */
        {0xcb007100, 24}, /* 203.0.113.0/24, documentation */
        {0xe0000000, 4},  /* 224.0.0.0/4, multicast */
        {0xf0000000, 4},  /* 240.0.0.0/4, reserved, and broadcast */
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (((ip ^ ranges[i].base) >> (32 - ranges[i].bits)) == 0) {
            return true;
        }
    }
    return false;
}

static uint32_t ip4_at(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool in_range6(const uint8_t ip[16], const struct range6 *range)
{
    unsigned whole = range->bits / 8, rest = range->bits % 8;

    if (memcmp(ip, range->base, whole) != 0) {
        return false;
    }
    return rest == 0 || ((ip[whole] ^ range->base[whole]) >> (8 - rest)) == 0;
}

static bool is_private6(const uint8_t ip[16])
{
    static const struct range6 mapped = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
    static const struct range6 nat64 = {{0x00, 0x64, 0xff, 0x9b}, 96};
    static const struct range6 six_to_four = {{0x20, 0x02}, 16};
    static const struct range6 ranges[] = {
        {{0}, 96},                                  /* unspecified, loopback, IPv4-compatible */
        {{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96}, /* IPv4-translated */
        {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48}, /* local NAT64 */
        {{0x01, 0x00}, 64},                         /* discard */
        {{0x20, 0x01, 0x00}, 23},                   /* protocol assignments: Teredo, benchmarking, ORCHID */
        {{0x20, 0x01, 0x0d, 0xb8}, 32},             /* documentation */
        {{0x3f, 0xff}, 20},                         /* documentation */
        {{0x5f, 0x00}, 16},                         /* segment routing */
        {{0xfc}, 7},                                /* unique local */
        {{0xfe, 0x80}, 10},                         /* link-local */
        {{0xfe, 0xc0}, 10},                         /* site-local */
        {{0xff}, 8},                                /* multicast */
    };

    if (in_range6(ip, &mapped) || in_range6(ip, &nat64)) {
        return is_private4(ip4_at(ip + 12));
    }
    if (in_range6(ip, &six_to_four)) {
        return is_private4(ip4_at(ip + 2));
    }
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (in_range6(ip, &ranges[i])) {
            return true;
        }
    }
    return false;
}

bool address_is_private(const struct sockaddr *addr)
{
    if (addr->sa_family == AF_INET) {
        return is_private4(ntohl(((const struct sockaddr_in *)(const void *)addr)->sin_addr.s_addr));
    }
    if (addr->sa_family == AF_INET6) {
        return is_private6(((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr.s6_addr);
    }
    return true;
}
