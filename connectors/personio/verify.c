#include "verify.h"

#include "personio.h"

#include "weir/verify.h"

int verify_check(const void *self_, const struct weir_request *request, struct weir_verdict *verdict,
                 struct weir_error *err)
{
    const struct personio *self = self_;

    (void)err;
    if (!weir_str_is(request->method, "POST")) {
        weir_verify_refuse(verdict, 405, "Personio delivers by POST only");
        return 0;
    }
    if (request->body.len > VERIFY_BODY_MAX) {
        weir_verify_refuse(verdict, 413, "longer than any event of Personio's");
        return 0;
    }
    weir_verify_token(verdict, self->host, request, "authorization", VERIFY_PREFIX);
    /* A retry is the same event with the same occurred_at: mostly the same bytes, and where not, the
     * event's upstream id tells later. */
    verdict->dedup = WEIR_DEDUP_BODY;
    return 0;
}
