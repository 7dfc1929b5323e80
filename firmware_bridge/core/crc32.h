/* CRC-32 of ISO 3309 and IEEE 802.3, as zlib's crc32(). */
#ifndef EDGEKIT_CRC32_H
#define EDGEKIT_CRC32_H

#include <stdint.h>

uint32_t crc32(const uint8_t *data, uint8_t size);

#endif
