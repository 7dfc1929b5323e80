/* A contact that bounces, looked at once a millisecond: a level counts once it has held. */
#ifndef EDGEKIT_DEBOUNCE_H
#define EDGEKIT_DEBOUNCE_H

#include <stdbool.h>
#include <stdint.h>

struct debounce {
    bool level;   /* as last believed */
    uint8_t held; /* looks in a row that said otherwise */
};

/* Take one look; true where the believed level changes. `hold` >= 1 is in looks. */
static inline bool debounce_look(struct debounce *input, bool level, uint8_t hold)
{
    if (level == input->level) {
        input->held = 0;
        return false;
    }
    if (++input->held < hold)
        return false;
    input->level = level;
    input->held = 0;
    return true;
}

#endif
