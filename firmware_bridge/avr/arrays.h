/* Thermal arrays on I2C: AMG8833 (8 x 8) and MLX90640 (32 x 24). Words go out raw: the host compensates. */
#ifndef EDGEKIT_ARRAYS_H
#define EDGEKIT_ARRAYS_H

#include "../core/board.h"

/* Whether one answers; asks the bus. */
bool arrays_fitted(uint8_t kind);

/* See core/board.h; by kind instead of channel. */
uint16_t arrays_begin(uint8_t kind);
bool arrays_words(uint8_t kind, uint16_t first, uint8_t count, uint8_t *out);
bool arrays_memory(uint8_t kind, uint16_t first, uint8_t count, uint8_t *out);

#endif
