/* Dimmer, relay and latching valve. */
#ifndef EDGEKIT_ACTUATORS_H
#define EDGEKIT_ACTUATORS_H

#include <stdint.h>

void actuators_start(void);
void dimmer_drive(uint16_t level);
void relay_drive(uint16_t level);

/* Begin the pulse that opens or closes the valve; valve_poll() ends it. */
void valve_drive(uint16_t level);
void valve_poll(void);

#endif
