#include "cmac.h"

#include <string.h>

void cmac_start(struct cmac *mac, const uint8_t *key)
{
    mac->key = key;
    memset(mac->state, 0, sizeof mac->state);
    mac->fill = 0;
}

void cmac_add(struct cmac *mac, const uint8_t *data, uint8_t size)
{
    while (size--) {
        if (mac->fill == AES_BYTES) { /* the last block waits: a subkey is added to it */
            aes_encrypt(mac->key, mac->state);
            mac->fill = 0;
        }
        mac->state[mac->fill++] ^= *data++;
    }
}

/* RFC 4493, section 2.3: shift left by one, and add 0x87 where a bit fell out. */
static void double_block(uint8_t *block)
{
    const uint8_t carry = block[0] & 0x80 ? 0x87 : 0;

    for (uint8_t i = 0; i < AES_BYTES - 1; i++)
        block[i] = (uint8_t)(block[i] << 1 | block[i + 1] >> 7);
    block[AES_BYTES - 1] = (uint8_t)(block[AES_BYTES - 1] << 1 ^ carry);
}

void cmac_finish(struct cmac *mac, uint8_t *tag)
{
    uint8_t subkey[AES_BYTES] = {0};

    aes_encrypt(mac->key, subkey);
    double_block(subkey);
    if (mac->fill < AES_BYTES) {
        double_block(subkey);
        mac->state[mac->fill] ^= 0x80;
    }
    for (uint8_t i = 0; i < AES_BYTES; i++)
        mac->state[i] ^= subkey[i];
    aes_encrypt(mac->key, mac->state);
    memcpy(tag, mac->state, AES_BYTES);
}
