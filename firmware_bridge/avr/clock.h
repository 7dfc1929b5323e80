/* One millisecond after the other, and the inputs that are looked at in each. */
#ifndef EDGEKIT_CLOCK_H
#define EDGEKIT_CLOCK_H

#include <stdint.h>

void clock_start(void);
uint32_t clock_ms(void);

#ifdef CLOCK_START_MS
/* A build for tests that starts shortly before the clock wraps. */
#else
#define CLOCK_START_MS 0
#endif

#endif
