/* A board without hardware, for tests and fuzzing on the host: what is driven and sent is kept. */
#include "board.h"

#include <string.h>

#include "../core/board.h"

static struct native_board board;

static const struct channel TABLE[] = {{.kind = KIND_ANALOG_LIGHT, .scale = 5000},
                                       {.kind = KIND_PRESENCE, .scale = 20},
                                       {.kind = KIND_PULSES, .scale = 1},
                                       {.kind = KIND_DIMMER, .safe_level = 0xFFFF},
                                       {.kind = KIND_VALVE, .limit_s = 3},
                                       {.kind = KIND_AMG8833}};

enum { CHANNELS = sizeof TABLE / sizeof *TABLE, READING_WORDS = 65, RECEIVE_BUFFER = 127 };

struct native_board *native_board(void)
{
    return &board;
}

uint32_t board_ticks(void)
{
    return board.ticks;
}

void board_identify(struct identity *out)
{
    memset(out, 0, sizeof *out);
    out->reset_cause = 1;
    out->receive_buffer = RECEIVE_BUFFER;
    out->boot_id = board.boot_id;
    memcpy(out->uid, "native..", UID_BYTES);
}

bool board_key(uint8_t *out)
{
    memcpy(out, board.key, KEY_BYTES);
    return board.has_key;
}

bool board_adopt(const uint8_t *uid, const uint8_t *key)
{
    (void)uid;
    if (board.adopted)
        return false;
    board.adopted = true;
    if (key)
        memcpy(board.key, key, KEY_BYTES);
    board.has_key |= key != 0;
    return true;
}

uint8_t board_channel_count(void)
{
    return CHANNELS;
}

void board_describe(uint8_t index, struct channel *out)
{
    *out = TABLE[index];
}

bool board_fitted(uint8_t index)
{
    (void)index;
    return true;
}

bool board_read(uint8_t index, struct reading *out)
{
    out->number = board.readings[index];
    out->edges = board.readings[index];
    return board.readings[index] != NATIVE_NONE;
}

void board_drive(uint8_t index, uint16_t level)
{
    board.levels[index] = level;
    board.drives++;
}

uint8_t board_room(void)
{
    return UINT8_MAX;
}

void board_send(const uint8_t *data, uint8_t size)
{
    if (size > sizeof board.sent - board.sent_size) /* nobody looks: start over */
        board.sent_size = 0;
    memcpy(board.sent + board.sent_size, data, size);
    board.sent_size += size;
}

void board_link_counters(uint8_t *out)
{
    memset(out, 0, LINK_COUNTERS);
}

uint16_t board_array_begin(uint8_t index)
{
    (void)index;
    return READING_WORDS;
}

bool board_array_words(uint8_t index, uint16_t first, uint8_t count, uint8_t *out)
{
    (void)index;
    memset(out, (int)(uint8_t)first, 2U * count);
    return true;
}

bool board_array_memory(uint8_t index, uint16_t first, uint8_t count, uint8_t *out)
{
    return board_array_words(index, first, count, out);
}
