#define _GNU_SOURCE
#include "rig.h"

#include <asm/termbits.h>
#include <stdlib.h>
#include <sys/ioctl.h>

enum { UCSRA = 0xC0, UBRRL = 0xC4, UBRRH = 0xC5, U2X = 1 << 1, BITS = 10 };

double baud_of_device(const struct rig *rig)
{
    const uint8_t *const data = rig->avr->data;
    const int divisor = data[UCSRA] & U2X ? 8 : 16;

    return (double)RIG_HZ / divisor / (data[UBRRL] + (data[UBRRH] << 8) + 1);
}

/* The master of a pseudo terminal shows the settings of the other end. */
double baud_of_host(const struct rig *rig)
{
    struct termios2 settings;

    if (rig->master < 0 || ioctl(rig->master, TCGETS2, &settings))
        return 0;
    return settings.c_ospeed;
}

/* The level of the line during bit `at` of bytes sent back to back, 8N1; idle is high. */
static bool level(const uint8_t *in, size_t size, double at)
{
    const size_t byte = (size_t)(at / BITS);
    const int bit = (int)(at - (double)byte * BITS);

    if (at < 0 || byte >= size || bit == BITS - 1)
        return true;
    return bit ? in[byte] >> (bit - 1) & 1 : false;
}

/* `ratio` is the sender's bit time in the receiver's: a receiver looks in the middle of what it takes
 * for bits, from the first falling edge on. Bytes without a stop bit are delivered too, as UARTs do. */
size_t baud_resample(const uint8_t *in, size_t size, double ratio, uint8_t *out)
{
    const double end = (double)size * BITS, bit = 1 / ratio, look = bit / 16;
    size_t made = 0;
    double at = 0;

    while (at < end && made < RIG_QUEUE) {
        if (level(in, size, at)) {
            at += look;
            continue;
        }
        uint8_t byte = 0;
        for (int i = 0; i < 8; i++)
            byte |= (uint8_t)(level(in, size, at + (i + 1.5) * bit) << i);
        out[made++] = byte;
        at += 9.5 * bit;
    }
    return made;
}
