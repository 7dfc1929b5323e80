#include "inputs.h"

#include <avr/io.h>
#include <util/atomic.h>

#include "../core/debounce.h"
#include "../core/rom.h"
#include "config.h"

enum {
    PRESENCE_PIN = _BV(PD2),
    PULSES_A_PIN = _BV(PD4),
    PULSES_B_PIN = _BV(PD5),
    BUTTON_PIN = _BV(PD7),
    TO_GROUND = BUTTON_PIN | PULSES_A_PIN | PULSES_B_PIN /* closed contacts read low: pulled up */
};

static const uint8_t PINS[INPUTS] ROM = {PRESENCE_PIN, BUTTON_PIN, PULSES_A_PIN, PULSES_B_PIN};
static const uint8_t HOLDS_MS[INPUTS] ROM = {PRESENCE_HOLD_MS, BUTTON_HOLD_MS, PULSES_A_HOLD_MS,
                                             PULSES_B_HOLD_MS};

static struct {
    struct debounce contact;
    uint32_t edges;
} states[INPUTS];

void inputs_start(void)
{
    DDRD &= (uint8_t)~(PRESENCE_PIN | TO_GROUND);
    PORTD |= TO_GROUND;
}

void inputs_look(void)
{
    const uint8_t active = PIND ^ TO_GROUND;

    for (uint8_t i = 0; i < INPUTS; i++) {
        const bool level = active & ROM_U8(&PINS[i]);
        if (debounce_look(&states[i].contact, level, ROM_U8(&HOLDS_MS[i])) && level)
            states[i].edges++;
    }
}

void inputs_read(enum input input, struct reading *out)
{
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        out->number = states[input].contact.level;
        out->edges = states[input].edges;
    }
    if (input == INPUT_PULSES_A || input == INPUT_PULSES_B)
        out->number = out->edges;
}

uint8_t inputs_hold_ms(enum input input)
{
    return ROM_U8(&HOLDS_MS[input]);
}
