/*
 * What a maker may want to change: each can be given on the command line (-DNAME=VALUE).
 * Pins are those of an Arduino Uno or Nano; docs/first-node.md has the pictures.
 *
 *   A0 light   A1 soil moisture   A2 4-20 mA over 220 ohm   A3 temperature   A4, A5 I2C
 *   D2 presence   D4 pulses   D5 pulses   D7 push button
 *   D6 relay   D9 dimmer   D11 valve opens   D12 valve closes
 */
#ifndef EDGEKIT_CONFIG_H
#define EDGEKIT_CONFIG_H

#ifndef BAUD
#define BAUD 250000UL /* exact at 16 MHz, as 500000 is; 115200 is 2.1 % off */
#endif

/* Safe states: where an output is from reset to the first command, and when a command expires. */
#ifndef DIMMER_SAFE_LEVEL
#define DIMMER_SAFE_LEVEL 0xFFFF /* a street lamp goes on */
#endif
#ifndef RELAY_SAFE_LEVEL
#define RELAY_SAFE_LEVEL 0
#endif
#define VALVE_SAFE_LEVEL 0 /* closed */

#ifndef VALVE_LIMIT_S
#define VALVE_LIMIT_S 1800 /* longest time open, however often it is renewed */
#endif
#ifndef VALVE_PULSE_MS
#define VALVE_PULSE_MS 100
#endif

/* Debounce in ms, at least 1. A flow sensor gives up to 250 pulses a second, an S0 meter (EN 62053-31)
 * pulses of 30 ms or more; a reed contact bounces for some ms. */
#ifndef PULSES_A_HOLD_MS
#define PULSES_A_HOLD_MS 1
#endif
#ifndef PULSES_B_HOLD_MS
#define PULSES_B_HOLD_MS 10
#endif
#ifndef PRESENCE_HOLD_MS
#define PRESENCE_HOLD_MS 20
#endif
#ifndef BUTTON_HOLD_MS
#define BUTTON_HOLD_MS 20
#endif

#define ADC_REFERENCE_MV 5000
#define FIRMWARE_VERSION {0, 1, 0}

#endif
