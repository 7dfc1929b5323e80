/* Who this board is, and which boot this is. */
#ifndef EDGEKIT_IDENTITY_H
#define EDGEKIT_IDENTITY_H

#include "../core/board.h"

/* Once after reset, before anything reads MCUSR: makes the boot id. */
void identity_start(void);
void identity_get(struct identity *out);
bool identity_key(uint8_t *out);

/* Once in the life of an EEPROM. Takes up to 0.1 s. */
bool identity_adopt(const uint8_t *uid, const uint8_t *key);

#endif
