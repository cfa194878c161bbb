#include "web/guard.h"

/* What the pages run and load is their own, from files alone; text from outside cannot become a script. */
#define POLICY                                                                                               \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "    \
    "font-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "             \
    "frame-ancestors "
#define POLICY_OF_DATA "default-src 'none'; frame-ancestors 'none'"
#define PERMISSIONS "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

static void guard_page(struct request *r)
{
    request_header(r, "Content-Security-Policy", POLICY "'none'");
    request_header(r, "Cross-Origin-Opener-Policy", "same-origin");
    request_header(r, "Permissions-Policy", PERMISSIONS);
    request_header(r, "Referrer-Policy", "no-referrer");
    request_header(r, "X-Content-Type-Options", "nosniff");
}

/* Its page may stand in a frame of the application, and has to reach who opened it: no opener policy. */
static void guard_connect(struct request *r)
{
    if (r->framed) {
        buf_clear(&r->header_text);
        buf_add_text(&r->header_text, POLICY);
        origins_add(&r->header_text, &r->web->origins, "'none'");
        buf_add_char(&r->header_text, '\0');
        request_header(r, "Permissions-Policy", PERMISSIONS);
    }
    request_header(r, "Content-Security-Policy",
                   r->framed && !r->header_text.failed ? r->header_text.data : POLICY_OF_DATA);
    if (!r->formed || r->framed) { /* what the page loads is no secret and kept; the link's address is one */
        request_header(r, "Cache-Control", "no-store");
    }
    request_header(r, "Referrer-Policy", "no-referrer");
    request_header(r, "X-Content-Type-Options", "nosniff");
}

void guard_answer(struct request *r)
{
    switch (r->surface) {
    case SURFACE_PAGE:
        guard_page(r);
        break;
    case SURFACE_CONNECT:
        guard_connect(r);
        break;
    case SURFACE_ADMIN:
        request_header(r, "Cache-Control", "no-store");
        request_header(r, "X-Content-Type-Options", "nosniff");
        break;
    case SURFACE_API: /* no browser's affair */
    case SURFACE_PROBE:
        break;
    }
}
