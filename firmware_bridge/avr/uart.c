#include "uart.h"

#include <avr/interrupt.h>
#include <avr/io.h>

#include "config.h"

enum { MASK = UART_RING - 1 };

/* A ring with one writer and one reader: heads and tails are single bytes, so no lock is needed. */
struct ring {
    volatile uint8_t head;
    volatile uint8_t tail;
    uint8_t data[UART_RING];
};

static struct ring received, to_send;
static volatile uint8_t overflows, overruns, framing_errors;

/* Double speed, 8N1 (datasheet, section 20.3.1). */
void uart_start(void)
{
    UBRR0 = (uint16_t)((F_CPU + 4 * BAUD) / (8 * BAUD) - 1);
    UCSR0A = _BV(U2X0);
    UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
    UCSR0B = _BV(RXCIE0) | _BV(RXEN0) | _BV(TXEN0);
}

static uint8_t fill_of(const struct ring *ring)
{
    return (uint8_t)(ring->head - ring->tail) & MASK;
}

ISR(USART_RX_vect)
{
    const uint8_t status = UCSR0A; /* before UDR0, which ends what it says (section 20.7.3) */
    const uint8_t byte = UDR0;
    const uint8_t next = (uint8_t)(received.head + 1) & MASK;

    framing_errors += status & _BV(FE0) ? 1 : 0;
    overruns += status & _BV(DOR0) ? 1 : 0;
    if (next == received.tail) {
        overflows++;
        return;
    }
    received.data[received.head] = byte;
    received.head = next;
}

ISR(USART_UDRE_vect)
{
    if (!fill_of(&to_send)) {
        UCSR0B &= (uint8_t)~_BV(UDRIE0);
        return;
    }
    UDR0 = to_send.data[to_send.tail];
    to_send.tail = (uint8_t)(to_send.tail + 1) & MASK;
}

bool uart_take(uint8_t *byte)
{
    if (!fill_of(&received))
        return false;
    *byte = received.data[received.tail];
    received.tail = (uint8_t)(received.tail + 1) & MASK;
    return true;
}

uint8_t uart_room(void)
{
    return (uint8_t)(UART_USABLE - fill_of(&to_send));
}

void uart_send(const uint8_t *data, uint8_t size)
{
    while (size--) {
        while (!uart_room())
            ; /* the interrupt makes room: 40 us a byte */
        to_send.data[to_send.head] = *data++;
        to_send.head = (uint8_t)(to_send.head + 1) & MASK;
        UCSR0B |= _BV(UDRIE0);
    }
}

void uart_counters(uint8_t *out)
{
    out[0] = overflows;
    out[1] = overruns;
    out[2] = framing_errors;
}
