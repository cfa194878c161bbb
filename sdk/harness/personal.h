/*
 * personal: which members of a JSON object hold secrets or a person's data, by their names.
 *
 * Names are compared by their letters alone, so that firstName, first_name and "First name" are one. What a
 * tool names in no such way is found by its form (disguise.h) or by the field of the unified model it ends
 * in, whose names are in the same table.
 */
#ifndef WEIR_HARNESS_PERSONAL_H
#define WEIR_HARNESS_PERSONAL_H

#include "weir/types.h"

enum personal {
    PERSONAL_NONE = 0,
    PERSONAL_NAME,    /* word by word */
    PERSONAL_MAIL,    /* found by its form, too */
    PERSONAL_PHONE,   /* found by its form, too, when it begins with a plus */
    PERSONAL_BIRTH,   /* a date */
    PERSONAL_ADDRESS, /* word by word */
    PERSONAL_CODE,    /* an account, a number of an authority */
    PERSONAL_TEXT,    /* free text, as a whole */
    PERSONAL_LINK     /* of a picture */
};

/* What the member `key` with this value is. Thread: any, as all calls here. */
enum personal personal_kind(const char *key, struct weir_str value);
/* Does everything inside of a member of that name count as the kind it returns? */
enum personal personal_inside(const char *key);
/* Is the "name" of what stands in the member `key` a person's? Of a department's it is not. */
bool personal_is_somebody(const char *key);
bool personal_is_secret(const char *key);

#endif
