/* The serial port: two rings and two interrupts. */
#ifndef EDGEKIT_UART_H
#define EDGEKIT_UART_H

#include <stdbool.h>
#include <stdint.h>

enum { UART_RING = 128, UART_USABLE = UART_RING - 1 };

void uart_start(void);

/* Take one received byte; false where there is none. */
bool uart_take(uint8_t *byte);

/* Free bytes of the transmit ring. */
uint8_t uart_room(void);

/* Put bytes into the transmit ring; waits for room. */
void uart_send(const uint8_t *data, uint8_t size);

/* Ring overflows, overruns, framing errors: they wrap. */
void uart_counters(uint8_t *out);

#endif
