#include "adc.h"

#include <avr/io.h>

/* Reference AVCC; 16 MHz / 128 = 125 kHz, within the 50 to 200 kHz that 10 bits need
 * (datasheet, section 24.4). */
void adc_start(void)
{
    ADMUX = _BV(REFS0);
    ADCSRA = _BV(ADEN) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
    DIDR0 = _BV(ADC0D) | _BV(ADC1D) | _BV(ADC2D) | _BV(ADC3D);
}

uint16_t adc_read(uint8_t pin)
{
    ADMUX = (uint8_t)(_BV(REFS0) | pin);
    ADCSRA |= _BV(ADSC);
    loop_until_bit_is_clear(ADCSRA, ADSC);
    return ADC;
}
