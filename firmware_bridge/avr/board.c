/* The channels of the board, and what the core asks of it (core/board.h). */
#include "../core/board.h"

#include <string.h>

#include "../core/rom.h"
#include "actuators.h"
#include "adc.h"
#include "arrays.h"
#include "bh1750.h"
#include "clock.h"
#include "config.h"
#include "identity.h"
#include "inputs.h"
#include "uart.h"

/* The order is that of the wire. */
enum {
    LIGHT,
    SOIL,
    LOOP,
    TEMPERATURE,
    LIGHT_BUS,
    PRESENCE,
    BUTTON,
    PULSES_A,
    PULSES_B,
    DIMMER,
    RELAY,
    VALVE,
    SMALL_ARRAY,
    LARGE_ARRAY,
    CHANNELS
};

static const struct channel TABLE[CHANNELS] ROM = {
    [LIGHT] = {.kind = KIND_ANALOG_LIGHT, .scale = ADC_REFERENCE_MV},
    [SOIL] = {.kind = KIND_SOIL_MOISTURE, .scale = ADC_REFERENCE_MV},
    [LOOP] = {.kind = KIND_CURRENT_LOOP, .scale = ADC_REFERENCE_MV},
    [TEMPERATURE] = {.kind = KIND_TEMPERATURE, .scale = ADC_REFERENCE_MV},
    [LIGHT_BUS] = {.kind = KIND_BH1750},
    [PRESENCE] = {.kind = KIND_PRESENCE, .scale = PRESENCE_HOLD_MS},
    [BUTTON] = {.kind = KIND_BUTTON, .scale = BUTTON_HOLD_MS},
    [PULSES_A] = {.kind = KIND_PULSES, .scale = PULSES_A_HOLD_MS},
    [PULSES_B] = {.kind = KIND_PULSES, .scale = PULSES_B_HOLD_MS},
    [DIMMER] = {.kind = KIND_DIMMER, .safe_level = DIMMER_SAFE_LEVEL},
    [RELAY] = {.kind = KIND_RELAY, .safe_level = RELAY_SAFE_LEVEL},
    [VALVE] = {.kind = KIND_VALVE, .safe_level = VALVE_SAFE_LEVEL, .limit_s = VALVE_LIMIT_S},
    [SMALL_ARRAY] = {.kind = KIND_AMG8833},
    [LARGE_ARRAY] = {.kind = KIND_MLX90640}};

static uint8_t kind_of(uint8_t index)
{
    return ROM_U8(&TABLE[index].kind);
}

uint32_t board_ticks(void)
{
    return clock_ms();
}

void board_identify(struct identity *out)
{
    identity_get(out);
}

bool board_key(uint8_t *out)
{
    return identity_key(out);
}

bool board_adopt(const uint8_t *uid, const uint8_t *key)
{
    return identity_adopt(uid, key);
}

uint8_t board_channel_count(void)
{
    return CHANNELS;
}

void board_describe(uint8_t index, struct channel *out)
{
    memcpy_P(out, &TABLE[index], sizeof *out);
}

bool board_fitted(uint8_t index)
{
    switch (kind_of(index)) {
    case KIND_AMG8833:
    case KIND_MLX90640:
        return arrays_fitted(kind_of(index));
    case KIND_BH1750:
        return bh1750_fitted();
    default:
        return true;
    }
}

bool board_read(uint8_t index, struct reading *out)
{
    uint16_t raw;

    if (index <= TEMPERATURE) {
        out->number = adc_read(index);
        return true;
    }
    if (index == LIGHT_BUS) {
        if (!bh1750_read(&raw))
            return false;
        out->number = raw;
        return true;
    }
    inputs_read((enum input)(index - PRESENCE), out);
    return true;
}

void board_drive(uint8_t index, uint16_t level)
{
    if (index == DIMMER)
        dimmer_drive(level);
    else if (index == RELAY)
        relay_drive(level);
    else
        valve_drive(level);
}

uint8_t board_room(void)
{
    return uart_room();
}

void board_send(const uint8_t *data, uint8_t size)
{
    uart_send(data, size);
}

void board_link_counters(uint8_t *out)
{
    uart_counters(out);
}

uint16_t board_array_begin(uint8_t index)
{
    return arrays_begin(kind_of(index));
}

bool board_array_words(uint8_t index, uint16_t first, uint8_t count, uint8_t *out)
{
    return arrays_words(kind_of(index), first, count, out);
}

bool board_array_memory(uint8_t index, uint16_t first, uint8_t count, uint8_t *out)
{
    return arrays_memory(kind_of(index), first, count, out);
}
