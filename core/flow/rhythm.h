/*
 * rhythm: when an integration is synced next, and whether all of it is read then.
 *
 * Every interval, counted from the end of the last sync; more seldom while the tool's webhooks tell what
 * changes and somebody listens to it. Many integrations that became due together (the first day, after the
 * daemon was down, after an endpoint went) are spread by their ids, always the same way. Pure: the time and
 * all that is known come in. Thread: any.
 */
#ifndef WEIR_FLOW_RHYTHM_H
#define WEIR_FLOW_RHYTHM_H

#include <stdbool.h>
#include <stdint.h>

struct rhythm {
    int64_t interval_ms;
    int64_t relaxed_ms; /* the same while webhooks are relied on; not below interval_ms */
    int64_t full_ms;    /* between two that read everything, where a delta can be read in between */
    int64_t retry_ms;   /* after a first sync that failed: nobody can read anything before it */
};

struct rhythm_facts {
    bool first_done;      /* a full sync ended, so that the API shows something */
    bool relaxed;         /* the subscription is healthy, and an endpoint takes data-changed */
    bool deltas;          /* the connector can list what changed since a time */
    bool new_scope;       /* the scope is not what the last full sync read */
    int64_t next_ms;      /* as rhythm_next_ms said at the end of the last sync; 0: there was none */
    int64_t last_full_ms; /* start of the last full one that read everything; 0: there was none */
    int64_t floor_ms;     /* what is overdue waits until then, except a first sync; 0: for nothing */
};

/* When the next sync is due by itself. */
int64_t rhythm_due_ms(const struct rhythm *rhythm, const struct rhythm_facts *facts);

/* Does a sync that begins now have to read everything? */
bool rhythm_is_full(const struct rhythm *rhythm, const struct rhythm_facts *facts, int64_t now_ms);

enum rhythm_end {
    RHYTHM_ENDED_WELL,   /* what it read can be used */
    RHYTHM_ENDED_FAILED, /* the tool did not do its part */
    RHYTHM_ENDED_EARLY   /* cancelled, timed out, credentials refused: soon again would end the same way */
};

/*
 * What to keep as next_ms at the end of a sync: the end and interval_ms, whether or not the rhythm is
 * relaxed, so that its end takes hold at once; sooner for the next full one. facts are those from before it
 * ended, but last_full_ms, which is already that of this one. The first one's successor comes up to half an
 * interval early, by the id.
 */
int64_t rhythm_next_ms(const struct rhythm *rhythm, const struct rhythm_facts *facts, enum rhythm_end end,
                       int64_t ended_ms, const char *id);

/* For floor_ms when many may be overdue at once: within a tenth of an interval from now, by the id. */
int64_t rhythm_floor_ms(const struct rhythm *rhythm, int64_t now_ms, const char *id);

#endif
