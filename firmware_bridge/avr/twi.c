#include "twi.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/twi.h>

enum { SPIN = 4000 }; /* about 2 ms: ten times what a byte takes at 100 kHz */

#define BUS_HZ 400000UL

void twi_start(void)
{
    PORTC |= _BV(PC4) | _BV(PC5); /* weak pull-ups; modules bring their own */
    TWBR = (uint8_t)((F_CPU / BUS_HZ - 16) / 2); /* datasheet, section 22.5.2 */
    TWSR = 0;
}

/* A step is over: an interrupt tells, since simavr 1.6 shows TWINT set all the time. */
static volatile bool over;

ISR(TWI_vect)
{
    TWCR = _BV(TWEN); /* TWINT stays set, and the bus waits */
    over = true;
}

/* Do one step of the bus and return its status (datasheet, tables 22-2 and 22-3). */
static uint8_t step(uint8_t control)
{
    over = false;
    TWCR = (uint8_t)(_BV(TWINT) | _BV(TWEN) | _BV(TWIE) | control);
    for (uint16_t spin = SPIN; spin; spin--)
        if (over)
            return TW_STATUS;
    return TW_BUS_ERROR;
}

static bool address(uint8_t address_and_direction)
{
    const uint8_t started = step(_BV(TWSTA));

    if (started != TW_START && started != TW_REP_START)
        return false;
    TWDR = address_and_direction;
    const uint8_t answer = step(0);
    /* The part never says DATA_ACK here; simavr 1.6 does, to an address that is written to. */
    return answer == TW_MT_SLA_ACK || answer == TW_MR_SLA_ACK || answer == TW_MT_DATA_ACK;
}

static bool write(uint8_t device, const uint8_t *data, uint8_t size)
{
    if (!address((uint8_t)(device << 1 | TW_WRITE)))
        return false;
    while (size--) {
        TWDR = *data++;
        if (step(0) != TW_MT_DATA_ACK)
            return false;
    }
    return true;
}

static bool read(uint8_t device, uint8_t *data, uint8_t size)
{
    if (!address((uint8_t)(device << 1 | TW_READ)))
        return false;
    while (size--) {
        const uint8_t status = step(size ? _BV(TWEA) : 0); /* the last byte is not acknowledged */
        if (status != TW_MR_DATA_ACK && status != TW_MR_DATA_NACK)
            return false;
        *data++ = TWDR;
    }
    return true;
}

bool twi_transfer(uint8_t device, const uint8_t *out, uint8_t sent, uint8_t *in, uint8_t wanted)
{
    const bool done = (!sent || write(device, out, sent)) && (!wanted || read(device, in, wanted));

    TWCR = _BV(TWINT) | _BV(TWEN) | _BV(TWSTO);
    for (uint16_t spin = SPIN; spin && TWCR & _BV(TWSTO); spin--)
        ;
    return done;
}
