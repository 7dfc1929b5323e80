/* Presence, push button and pulse counters, all on port D. */
#ifndef EDGEKIT_INPUTS_H
#define EDGEKIT_INPUTS_H

#include "../core/board.h"

enum input { INPUT_PRESENCE, INPUT_BUTTON, INPUT_PULSES_A, INPUT_PULSES_B, INPUTS };

void inputs_start(void);

/* Look at the pins once; called each millisecond by the clock. A bouncing or babbling line costs no
 * more than a quiet one: none of them has an interrupt. */
void inputs_look(void);

void inputs_read(enum input input, struct reading *out);
uint8_t inputs_hold_ms(enum input input);

#endif
