/* AES-128, one block, one direction (FIPS 197): all that a CMAC needs. */
#ifndef EDGEKIT_AES_H
#define EDGEKIT_AES_H

#include <stdint.h>

enum { AES_BYTES = 16 };

/* Encrypt `block` in place. The round keys are made on the way: no RAM for a schedule. */
void aes_encrypt(const uint8_t *key, uint8_t *block);

#endif
