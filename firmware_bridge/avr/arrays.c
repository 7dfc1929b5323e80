#include "arrays.h"

#include "../core/bytes.h"
#include "twi.h"

/* Panasonic Grid-EYE AMG88, reference specifications: registers 0x0E thermistor, 0x80 pixels; all
 * low byte first. */
enum {
    AMG = 0x69,
    AMG_THERMISTOR = 0x0E,
    AMG_PIXELS = 0x80,
    AMG_PIXEL_WORDS = 64,
    AMG_WORDS = AMG_PIXEL_WORDS + 1
};

/* Melexis MLX90640 datasheet (3901090640), sections 10.4 and 10.6; words high byte first. */
enum {
    MLX = 0x33,
    MLX_EEPROM = 0x2400,
    MLX_EEPROM_WORDS = 832,
    MLX_RAM = 0x0400,
    MLX_RAM_WORDS = 832,
    MLX_STATUS = 0x8000,
    MLX_CONTROL = 0x800D,
    MLX_NEW_DATA = 0x0008,
    MLX_START = 0x0030 /* clear NEW_DATA, let RAM be overwritten */
};

/* Behind the RAM: control register, status before reading, status after. */
enum { TAIL_CONTROL, TAIL_BEFORE, TAIL_AFTER, TAIL_WORDS, MLX_WORDS = MLX_RAM_WORDS + TAIL_WORDS };

static uint16_t status_before;

static bool mlx_read(uint16_t address, uint8_t count, uint8_t *out)
{
    const uint8_t where[2] = {(uint8_t)(address >> 8), (uint8_t)address};
    const uint8_t size = (uint8_t)(2 * count);

    if (!twi_transfer(MLX, where, sizeof where, out, size))
        return false;
    for (uint8_t i = 0; i < size; i = (uint8_t)(i + 2)) {
        const uint8_t high = out[i];
        out[i] = out[i + 1];
        out[i + 1] = high;
    }
    return true;
}

static bool mlx_start(void)
{
    const uint8_t command[4] = {MLX_STATUS >> 8, MLX_STATUS & 0xFF, MLX_START >> 8, MLX_START & 0xFF};

    return twi_transfer(MLX, command, sizeof command, 0, 0);
}

static bool amg_read(uint8_t from, uint8_t count, uint8_t *out)
{
    return twi_transfer(AMG, &from, 1, out, (uint8_t)(2 * count));
}

bool arrays_fitted(uint8_t kind)
{
    uint8_t word[2];

    return kind == KIND_AMG8833 ? amg_read(AMG_THERMISTOR, 1, word) : mlx_read(MLX_STATUS, 1, word);
}

uint16_t arrays_begin(uint8_t kind)
{
    uint8_t word[2];

    if (kind == KIND_AMG8833)
        return arrays_fitted(kind) ? AMG_WORDS : 0;
    if (!mlx_read(MLX_STATUS, 1, word))
        return 0;
    status_before = get_u16(word);
    return status_before & MLX_NEW_DATA && mlx_start() ? MLX_WORDS : 0;
}

static bool amg_words(uint16_t first, uint8_t count, uint8_t *out)
{
    for (uint8_t i = 0; i < count; i++) {
        const uint8_t word = (uint8_t)(first + i);
        const uint8_t from = word < AMG_PIXEL_WORDS ? (uint8_t)(AMG_PIXELS + 2 * word) : AMG_THERMISTOR;
        if (!amg_read(from, 1, out + 2 * i))
            return false;
    }
    return true;
}

static bool mlx_tail(uint8_t word, uint8_t *out)
{
    if (word == TAIL_BEFORE) {
        put_u16(out, status_before);
        return true;
    }
    return mlx_read(word == TAIL_CONTROL ? MLX_CONTROL : MLX_STATUS, 1, out);
}

static bool mlx_words(uint16_t first, uint8_t count, uint8_t *out)
{
    const uint16_t left = first < MLX_RAM_WORDS ? (uint16_t)(MLX_RAM_WORDS - first) : 0;
    const uint8_t from_ram = left < count ? (uint8_t)left : count;

    if (from_ram && !mlx_read((uint16_t)(MLX_RAM + first), from_ram, out))
        return false;
    for (uint8_t i = from_ram; i < count; i++)
        if (!mlx_tail((uint8_t)(first + i - MLX_RAM_WORDS), out + 2 * i))
            return false;
    return true;
}

bool arrays_words(uint8_t kind, uint16_t first, uint8_t count, uint8_t *out)
{
    return kind == KIND_AMG8833 ? amg_words(first, count, out) : mlx_words(first, count, out);
}

bool arrays_memory(uint8_t kind, uint16_t first, uint8_t count, uint8_t *out)
{
    return kind == KIND_MLX90640 && first + count <= MLX_EEPROM_WORDS &&
           mlx_read((uint16_t)(MLX_EEPROM + first), count, out);
}
