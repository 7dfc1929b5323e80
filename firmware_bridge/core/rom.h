/* Tables that stay in flash: the AVR keeps constants in RAM unless it is told. */
#ifndef EDGEKIT_ROM_H
#define EDGEKIT_ROM_H

#include <stdint.h>

#if defined(__AVR__)
#include <avr/pgmspace.h>
#define ROM PROGMEM
#define ROM_U8(place) pgm_read_byte(place)
#define ROM_U32(place) pgm_read_dword(place)
#else
#define ROM
#define ROM_U8(place) (*(place))
#define ROM_U32(place) (*(place))
#endif

#endif
