#include "actuators.h"

#include <avr/io.h>
#include <stdbool.h>

#include "clock.h"
#include "config.h"

enum {
    DIMMER = _BV(PB1),
    VALVE_OPENS = _BV(PB3),
    VALVE_CLOSES = _BV(PB4),
    VALVE = VALVE_OPENS | VALVE_CLOSES,
    RELAY = _BV(PD6),
    STEPS = 4096 /* 16 MHz / 4096 = 3.9 kHz: above 3 kHz no flicker is seen (IEEE 1789-2015, 8.1.1) */
};

static struct {
    bool pulsing;
    uint32_t since_ms;
} valve;

/* Timer 1, fast PWM up to ICR1, no prescaler (datasheet, section 16.9.3, mode 14). */
void actuators_start(void)
{
    PORTB &= (uint8_t)~(DIMMER | VALVE);
    DDRB |= DIMMER | VALVE;
    PORTD &= (uint8_t)~RELAY;
    DDRD |= RELAY;
    ICR1 = STEPS - 1;
    TCCR1A = _BV(WGM11);
    TCCR1B = _BV(WGM13) | _BV(WGM12) | _BV(CS10);
}

/* Fast PWM is high for OCR1A + 1 of its steps: neither 0 nor 1 can be said with it, so there the
 * timer lets go of the pin, and PORT holds it. */
void dimmer_drive(uint16_t level)
{
    const uint16_t steps = (uint16_t)((level >> 4) + (level >> 15));

    if (!steps || steps == STEPS) {
        TCCR1A = _BV(WGM11);
        if (steps)
            PORTB |= DIMMER;
        else
            PORTB &= (uint8_t)~DIMMER;
        return;
    }
    OCR1A = (uint16_t)(steps - 1);
    TCCR1A = _BV(COM1A1) | _BV(WGM11);
}

void relay_drive(uint16_t level)
{
    if (level)
        PORTD |= RELAY;
    else
        PORTD &= (uint8_t)~RELAY;
}

void valve_drive(uint16_t level)
{
    PORTB &= (uint8_t)~VALVE; /* never both */
    PORTB |= level ? VALVE_OPENS : VALVE_CLOSES;
    valve.pulsing = true;
    valve.since_ms = clock_ms();
}

void valve_poll(void)
{
    if (valve.pulsing && clock_ms() - valve.since_ms >= VALVE_PULSE_MS) {
        PORTB &= (uint8_t)~VALVE;
        valve.pulsing = false;
    }
}
