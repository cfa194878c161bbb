#include "check_delivery.h"

#define DEADLINE_MS 180000 /* they go through all cases, and some of them a thousand times */

void suite_add_delivery_checks(struct suite *s)
{
    static const struct {
        const char *name, *title;
        void (*run)(const struct task *task, struct findings *f);
    } checks[] = {
        {"contract: bit flips", "no delivery is accepted with one bit changed", check_bit_flips},
        {"contract: secrets", "no delivery is accepted without the secret in force", check_secrets},
        {"contract: time window", "no delivery is accepted long after it was sent", check_time_window},
        {"contract: odd deliveries", "empty, huge and garbled deliveries are taken calmly", check_shapes},
        {"contract: pure check", "check asks nobody, and the same delivery gets the same verdict",
         check_pure},
        {"contract: constant time", "secrets are compared by the host", check_constant_time},
        {"contract: cost", "check takes less than 50 us of a processor for 16 KB", check_cost},
        {"contract: emitted", "what is emitted fits the table, the model and the bounds", check_emitted},
        {"contract: leaks", "no secret and nobody's address is shown", check_leaks},
        {"contract: beside", "check runs beside each other call, and neither disturbs the other",
         check_beside},
    };

    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        suite_add(s, checks[i].name, checks[i].title, checks[i].run, s);
        s->tasks[s->count - 1].deadline_ms = DEADLINE_MS;
    }
}
