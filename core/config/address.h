/*
 * address: what can be told of a URL or a listening address from its text alone.
 *
 * A guard against mistakes, so that they show before the daemon starts. What protects at run time is the
 * check of the address a connection really goes to, in net/.
 */
#ifndef WEIR_CONFIG_ADDRESS_H
#define WEIR_CONFIG_ADDRESS_H

#include "weir/types.h"

enum address_reach {
    ADDRESS_PUBLIC,
    ADDRESS_LOOPBACK,
    ADDRESS_PRIVATE,   /* a literal of a private, link-local, reserved or unspecified range */
    ADDRESS_LOCAL_NAME /* a name that hardly exists outside the own network: "app", "app.internal" */
};

struct address_url {
    bool https;
    bool query;     /* has a "?" */
    char host[254]; /* without brackets */
    uint16_t port;
    enum address_reach reach;
};

/* Read an absolute http(s) URL. NULL, or what is wrong with it, without any part of it: there may be a
 * secret in a URL. Thread: any, as all calls here. */
const char *address_url_read(struct address_url *out, const char *text);

struct address_listen {
    char host[254];
    uint16_t port; /* 0: the kernel chooses */
    enum address_reach reach;
};

/* Read "127.0.0.1:8080", "[::1]:8080" or "localhost:8080". NULL, or what is wrong. */
const char *address_listen_read(struct address_listen *out, const char *text);

#endif
