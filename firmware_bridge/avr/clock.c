#include "clock.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "inputs.h"

enum { PRESCALER = 64, TICK_HZ = 1000 };

static volatile uint32_t now_ms = CLOCK_START_MS;

/* Timer 0, CTC mode (ATmega328P datasheet, section 15.7.2). */
void clock_start(void)
{
    TCCR0A = _BV(WGM01);
    TCCR0B = _BV(CS01) | _BV(CS00);
    OCR0A = F_CPU / PRESCALER / TICK_HZ - 1;
    TIMSK0 = _BV(OCIE0A); /* also ends the overflow interrupt that Arduino's core turns on */
}

ISR(TIMER0_COMPA_vect)
{
    now_ms++;
    inputs_look();
}

uint32_t clock_ms(void)
{
    uint32_t copy;

    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        copy = now_ms;
    }
    return copy;
}
