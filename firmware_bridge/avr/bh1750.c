#include "bh1750.h"

#include "clock.h"
#include "twi.h"

/* Address with ADDR low; continuous measurement at 1 lx, ready after 180 ms at most (pages 5 and 7). */
enum { ADDRESS = 0x23, CONTINUOUS_HIGH = 0x10, READY_MS = 180, RETRY_MS = 1000 };

static struct {
    bool measuring;
    uint32_t since_ms; /* of the last attempt to start it */
} state;

static bool start(void)
{
    const uint8_t command = CONTINUOUS_HIGH;

    state.since_ms = clock_ms();
    state.measuring = twi_transfer(ADDRESS, &command, 1, 0, 0);
    return false; /* no value yet */
}

bool bh1750_read(uint16_t *raw)
{
    const uint32_t age_ms = clock_ms() - state.since_ms;
    uint8_t bytes[2];

    if (!state.measuring) /* an absent part is asked once a second, so that it costs nothing */
        return state.since_ms && age_ms < RETRY_MS ? false : start();
    if (age_ms < READY_MS)
        return false;
    state.measuring = twi_transfer(ADDRESS, 0, 0, bytes, sizeof bytes);
    *raw = (uint16_t)(bytes[0] << 8 | bytes[1]);
    return state.measuring;
}

bool bh1750_fitted(void)
{
    uint16_t raw;

    bh1750_read(&raw);
    return state.measuring;
}
