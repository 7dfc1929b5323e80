#include "node.h"

#include <avr/interrupt.h>
#include <avr/sleep.h>
#include <avr/wdt.h>

#include "../core/bridge.h"
#include "actuators.h"
#include "adc.h"
#include "clock.h"
#include "identity.h"
#include "inputs.h"
#include "twi.h"
#include "uart.h"

static struct bridge bridge;

void node_setup(void)
{
    cli();
    actuators_start();
    identity_start();
    inputs_start();
    adc_start();
    twi_start();
    clock_start();
    uart_start();
    sei();
    wdt_enable(WDTO_2S);
    bridge_start(&bridge);
    set_sleep_mode(SLEEP_MODE_IDLE);
}

void node_loop(void)
{
    uint8_t byte;

    wdt_reset();
    while (uart_take(&byte)) {
        bridge_take(&bridge, byte);
        bridge_poll(&bridge); /* a babbling host delays no expiry */
    }
    bridge_poll(&bridge);
    valve_poll();
    sleep_mode(); /* the next millisecond or byte wakes it */
}
