/*
 * What a board must bring: the core calls these, and nothing else of it. Each is defined once, by the
 * board layer that the core is linked with.
 */
#ifndef EDGEKIT_BOARD_H
#define EDGEKIT_BOARD_H

#include <stdbool.h>
#include <stdint.h>

/* The upper half of a kind is its family, which says how its value is laid out. */
enum channel_kind {
    KIND_ANALOG_LIGHT = 0x01,
    KIND_SOIL_MOISTURE = 0x02,
    KIND_CURRENT_LOOP = 0x03,
    KIND_TEMPERATURE = 0x04,
    KIND_BH1750 = 0x05,
    KIND_PRESENCE = 0x11,
    KIND_BUTTON = 0x12,
    KIND_PULSES = 0x21,
    KIND_DIMMER = 0x31,
    KIND_RELAY = 0x32,
    KIND_VALVE = 0x33,
    KIND_AMG8833 = 0x41,
    KIND_MLX90640 = 0x42
};

enum { FAMILY_WORD = 0, FAMILY_LEVEL = 1, FAMILY_COUNTER = 2, FAMILY_OUTPUT = 3, FAMILY_ARRAY = 4 };

static inline uint8_t family_of(uint8_t kind)
{
    return kind >> 4;
}

enum { BOARD_MAX_CHANNELS = 16, UID_BYTES = 8, KEY_BYTES = 16, LINK_COUNTERS = 3 };

struct channel {
    uint8_t kind;
    uint16_t safe_level; /* of an output, without a command */
    uint16_t limit_s;    /* of an output: longest time away from safe; 0 = none */
    uint16_t scale;      /* mV at the highest reading, or debounce in ms */
};

struct identity {
    uint8_t reset_cause; /* as MCUSR: 1 power-on, 2 external, 4 brown-out, 8 watchdog; 0 unknown */
    uint16_t receive_buffer;
    uint32_t boot_id;
    uint8_t uid[UID_BYTES];
    uint8_t firmware[3];
};

struct reading {
    uint32_t number; /* a word, a level 0 or 1, or a total */
    uint32_t edges;  /* of a level: how often it rose since boot */
};

/* Milliseconds since boot; wraps after 49.7 days. */
uint32_t board_ticks(void);

void board_identify(struct identity *out);

/* Copy the key into `out` and return true, or return false where the board holds none. */
bool board_key(uint8_t *out);

/* Keep an identity for good: UID_BYTES, and KEY_BYTES unless null. False where there is one. */
bool board_adopt(const uint8_t *uid, const uint8_t *key);

uint8_t board_channel_count(void);
void board_describe(uint8_t index, struct channel *out);

/* Whether the part on a channel answers; may ask a bus. True where a board can't tell. */
bool board_fitted(uint8_t index);

/* Read a word, level or counter; false where there is no value. */
bool board_read(uint8_t index, struct reading *out);

/* Bring an output to a level, 0..65535. */
void board_drive(uint8_t index, uint16_t level);

/* Free bytes of the transmit buffer, which holds at least two of the largest packets. */
uint8_t board_room(void);

/* Send all of it; waits for room. */
void board_send(const uint8_t *data, uint8_t size);

/* Overflows of the receive buffer, overruns, framing errors: three counters that wrap. */
void board_link_counters(uint8_t *out);

/* Begin a reading of a thermal array; returns its number of words, 0 where none is ready. */
uint16_t board_array_begin(uint8_t index);

/* Write `count` words of that reading, low byte first; false where the array does not answer. */
bool board_array_words(uint8_t index, uint16_t first, uint8_t count, uint8_t *out);

/* The same from the array's own memory (calibration). */
bool board_array_memory(uint8_t index, uint16_t first, uint8_t count, uint8_t *out);

#endif
