#include "power_cut_promises.h"

#include <inttypes.h>

static void read_delivery(struct promises *p, const char *line, bool applied)
{
    uint32_t integration;
    uint64_t seq;
    unsigned int tag;

    if (sscanf(line, "%*s %" SCNu32 " %" SCNu64 " %u", &integration, &seq, &tag) != 3 || tag >= TAGS_MAX) {
        give_up(line, 0, NULL);
    }
    p->deliveries[tag].integration = integration;
    p->deliveries[tag].seq = seq;
    p->deliveries[tag].applied = applied;
}

static void read_notification(struct promises *p, const char *line, uint32_t told)
{
    uint32_t endpoint;
    uint64_t seq;
    char id[ID_TEXT] = "";
    int found = sscanf(line, "%*s %" SCNu32 " %" SCNu64 " %24s", &endpoint, &seq, id);

    if (found != (told == TOLD_DEAD ? 3 : 2) || seq >= NOTIFICATIONS_MAX) {
        give_up(line, 0, NULL);
    }
    memcpy(p->notifications[seq].id, id, sizeof id);
    p->notifications[seq].endpoint = endpoint;
    p->notifications[seq].told |= told;
}

static void read_state(struct promises *p, const char *line)
{
    uint32_t integration;
    uint64_t value;

    if (sscanf(line, "%*s %" SCNu32 " %" SCNu64, &integration, &value) != 2 || integration > INTEGRATIONS) {
        give_up(line, 0, NULL);
    }
    p->state[integration] = value;
}

static void read_line(struct promises *p, const char *line)
{
    char word[16] = "";

    (void)sscanf(line, "%15s", word);
    if (strcmp(word, "opened") == 0) {
        p->opened = true;
    } else if (strcmp(word, "delivery") == 0) {
        read_delivery(p, line, false);
    } else if (strcmp(word, "applied") == 0) {
        read_delivery(p, line, true);
    } else if (strcmp(word, "made") == 0) {
        read_notification(p, line, TOLD_MADE);
    } else if (strcmp(word, "trying") == 0) {
        read_notification(p, line, TOLD_TRYING);
    } else if (strcmp(word, "delivered") == 0) {
        read_notification(p, line, TOLD_DELIVERED);
    } else if (strcmp(word, "dead") == 0) {
        read_notification(p, line, TOLD_DEAD);
    } else if (strcmp(word, "state") == 0) {
        read_state(p, line);
    } else {
        give_up(line, 0, NULL);
    }
}

void promises_read(struct promises *p, const char *path, unsigned long count)
{
    FILE *file = fopen(path, "re");
    char line[256];

    memset(p, 0, sizeof *p);
    if (file == NULL) {
        give_up(path, 0, NULL);
    }
    while (count > 0 && fgets(line, sizeof line, file) != NULL) {
        read_line(p, line);
        count--;
    }
    if (count > 0) {
        give_up("fewer promises than asked for", 0, NULL);
    }
    (void)fclose(file);
}
