#include "personal.h"

#include <stdlib.h>

#define NAME_MAX_LEN 64
#define LONG_TEXT 40 /* below, a "reason" or "description" is a word of the tool */

struct personal_name {
    const char *letters;
    enum personal kind;
    bool part; /* within a longer name, too */
};

/* The first that fits counts. */
static const struct personal_name names[] = {
    {"firstname", PERSONAL_NAME, true},
    {"lastname", PERSONAL_NAME, true},
    {"givenname", PERSONAL_NAME, true},
    {"familyname", PERSONAL_NAME, true},
    {"surname", PERSONAL_NAME, true},
    {"middlename", PERSONAL_NAME, true},
    {"displayname", PERSONAL_NAME, true},
    {"fullname", PERSONAL_NAME, true},
    {"preferredname", PERSONAL_NAME, true},
    {"nickname", PERSONAL_NAME, true},
    {"formattedname", PERSONAL_NAME, true},
    {"maidenname", PERSONAL_NAME, true},
    {"birthname", PERSONAL_NAME, true},
    {"accountholder", PERSONAL_NAME, true},
    {"username", PERSONAL_NAME, true},
    {"login", PERSONAL_NAME, false},
    {"manager", PERSONAL_NAME, false},
    {"supervisor", PERSONAL_NAME, false},
    {"email", PERSONAL_MAIL, true},
    {"phone", PERSONAL_PHONE, true},
    {"mobile", PERSONAL_PHONE, true},
    {"fax", PERSONAL_PHONE, false},
    {"birth", PERSONAL_BIRTH, true},
    {"dob", PERSONAL_BIRTH, false},
    {"ipaddress", PERSONAL_CODE, false},
    {"street", PERSONAL_ADDRESS, true},
    {"address", PERSONAL_ADDRESS, true},
    {"postal", PERSONAL_ADDRESS, true},
    {"postcode", PERSONAL_ADDRESS, true},
    {"zipcode", PERSONAL_ADDRESS, true},
    {"zip", PERSONAL_ADDRESS, false},
    {"city", PERSONAL_ADDRESS, false},
    {"town", PERSONAL_ADDRESS, false},
    {"iban", PERSONAL_CODE, true},
    {"bic", PERSONAL_CODE, false},
    {"accountnumber", PERSONAL_CODE, true},
    {"ssn", PERSONAL_CODE, false},
    {"socialsecurity", PERSONAL_CODE, true},
    {"taxid", PERSONAL_CODE, true},
    {"taxnumber", PERSONAL_CODE, true},
    {"passport", PERSONAL_CODE, true},
    {"nationalid", PERSONAL_CODE, true},
    {"insurancenumber", PERSONAL_CODE, true},
    {"comment", PERSONAL_TEXT, true},
    {"note", PERSONAL_TEXT, false},
    {"notes", PERSONAL_TEXT, false},
    {"remark", PERSONAL_TEXT, true},
    {"bio", PERSONAL_TEXT, false},
    {"coverletter", PERSONAL_TEXT, true},
    {"avatar", PERSONAL_LINK, true},
    {"profilepicture", PERSONAL_LINK, true},
    {"photo", PERSONAL_LINK, true},
};

static const char *const long_texts[] = {"description", "reason", "message", "text", "body", "content"};

/* In small letters, and nothing else. */
static void letters_of(char out[NAME_MAX_LEN], const char *key)
{
    size_t len = 0;

    for (; key != NULL && *key != '\0' && len < NAME_MAX_LEN - 1; key++) {
        if (*key >= 'A' && *key <= 'Z') {
            out[len++] = (char)(*key - 'A' + 'a');
        } else if (*key >= 'a' && *key <= 'z') {
            out[len++] = *key;
        }
    }
    out[len] = '\0';
}

static enum personal kind_of(const char *letters)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].part ? strstr(letters, names[i].letters) != NULL
                          : strcmp(letters, names[i].letters) == 0) {
            return names[i].kind;
        }
    }
    return PERSONAL_NONE;
}

enum personal personal_kind(const char *key, struct weir_str value)
{
    char letters[NAME_MAX_LEN];
    enum personal kind;

    letters_of(letters, key);
    kind = kind_of(letters);
    for (size_t i = 0; kind == PERSONAL_NONE && i < sizeof long_texts / sizeof long_texts[0]; i++) {
        if (strcmp(letters, long_texts[i]) == 0 && value.len >= LONG_TEXT &&
            memchr(value.data, ' ', value.len) != NULL) {
            kind = PERSONAL_TEXT;
        }
    }
    return kind;
}

enum personal personal_inside(const char *key)
{
    char letters[NAME_MAX_LEN];
    enum personal kind;

    letters_of(letters, key);
    kind = kind_of(letters);
    return kind == PERSONAL_ADDRESS || kind == PERSONAL_LINK || kind == PERSONAL_PHONE ? kind : PERSONAL_NONE;
}

bool personal_is_somebody(const char *key)
{
    static const char *const parts[] = {
        "person", "people",    "employee", "candidate", "user",        "contact",    "manager",
        "owner",  "creator",   "author",   "actor",     "interviewer", "member",     "partner",
        "spouse", "dependent", "referrer", "recruiter", "approver",    "supervisor", "participant"};
    char letters[NAME_MAX_LEN];

    letters_of(letters, key);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(letters, parts[i]) != NULL) {
            return true;
        }
    }
    return false;
}

bool personal_is_secret(const char *key)
{
    static const char *const parts[] = {"token",         "secret",     "password",  "passwd",
                                        "apikey",        "privatekey", "assertion", "sessionid",
                                        "authorization", "credential"};
    static const char *const nots[] = {"type",   "expires",  "endpoint", "url",
                                       "status", "lifetime", "changed",  "created"};
    char letters[NAME_MAX_LEN];

    letters_of(letters, key);
    for (size_t i = 0; i < sizeof nots / sizeof nots[0]; i++) {
        if (strstr(letters, nots[i]) != NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr(letters, parts[i]) != NULL) {
            return true;
        }
    }
    return false;
}
