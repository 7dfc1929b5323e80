/* I2C as the one master, 100 kHz or faster; every wait is bounded. */
#ifndef EDGEKIT_TWI_H
#define EDGEKIT_TWI_H

#include <stdbool.h>
#include <stdint.h>

void twi_start(void);

/* Write `sent` bytes, then, without letting go of the bus, read `wanted`; either may be 0.
 * False where nobody answers. */
bool twi_transfer(uint8_t address, const uint8_t *out, uint8_t sent, uint8_t *in, uint8_t wanted);

#endif
