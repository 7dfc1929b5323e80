/* AES-CMAC (RFC 4493) over a message that comes in parts. */
#ifndef EDGEKIT_CMAC_H
#define EDGEKIT_CMAC_H

#include <stdint.h>

#include "aes.h"

struct cmac {
    const uint8_t *key;
    uint8_t state[AES_BYTES];
    uint8_t fill; /* bytes of the current block, 0..16 */
};

void cmac_start(struct cmac *mac, const uint8_t *key);
void cmac_add(struct cmac *mac, const uint8_t *data, uint8_t size);

/* Write the 16 bytes of the tag into `tag`. */
void cmac_finish(struct cmac *mac, uint8_t *tag);

#endif
