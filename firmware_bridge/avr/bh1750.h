/* BH1750FVI ambient light sensor (ROHM 11046EDT01). */
#ifndef EDGEKIT_BH1750_H
#define EDGEKIT_BH1750_H

#include <stdbool.h>
#include <stdint.h>

/* Raw reading, lux = raw / 1.2; false where there is no such part. */
bool bh1750_read(uint16_t *raw);

/* Whether there is one. */
bool bh1750_fitted(void);

#endif
