/* Analog inputs A0 to A3, 0 to 1023 against the supply. */
#ifndef EDGEKIT_ADC_H
#define EDGEKIT_ADC_H

#include <stdint.h>

void adc_start(void);

/* Convert once; takes 0.1 ms. */
uint16_t adc_read(uint8_t pin);

#endif
