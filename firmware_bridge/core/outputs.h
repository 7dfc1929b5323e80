/*
 * Lamps, relays and valves: every command expires into the safe state of its channel.
 * PROTOCOL.md, section 4.
 */
#ifndef EDGEKIT_OUTPUTS_H
#define EDGEKIT_OUTPUTS_H

#include <stdbool.h>
#include <stdint.h>

enum { OUTPUTS_MAX = 4, OUTPUT_FULL = 0xFFFF };

struct output {
    uint8_t channel;
    bool commanded; /* a command is in force until `expires_at` */
    bool locked;    /* was away from safe for too long: a command to its safe level unlocks it */
    uint16_t level;
    uint32_t expires_at;
    uint32_t left_safe_at;
};

struct outputs {
    struct output all[OUTPUTS_MAX];
    uint8_t count;
};

/* Drive every output of the board to its safe level. */
void outputs_start(struct outputs *outputs);

/* Carry out a command; returns 0 or an error code. */
uint8_t outputs_set(struct outputs *outputs, uint8_t channel, uint16_t level, uint16_t expires_ms);

/* Let commands expire; call it at least every few milliseconds. */
void outputs_poll(struct outputs *outputs);

/* The level of a channel that is an output. */
uint16_t outputs_level(const struct outputs *outputs, uint8_t channel);

#endif
