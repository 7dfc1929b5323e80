/* The state of the native board, which a test sets and looks at. */
#ifndef EDGEKIT_NATIVE_BOARD_H
#define EDGEKIT_NATIVE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../core/board.h"

enum { NATIVE_SENT = 1 << 16 };

#define NATIVE_NONE 0xFFFFFFFFU /* a reading without a value */

struct native_board {
    uint32_t ticks;
    uint32_t boot_id;
    uint32_t readings[BOARD_MAX_CHANNELS];
    uint16_t levels[BOARD_MAX_CHANNELS];
    uint32_t drives;
    bool has_key, adopted;
    uint8_t key[KEY_BYTES];
    uint8_t sent[NATIVE_SENT];
    size_t sent_size;
};

struct native_board *native_board(void);

#endif
