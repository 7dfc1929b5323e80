/*
 * Packets: PROTOCOL.md, section 1.
 *
 *   00 | COBS( ver, type, seq, boot, len, payload 0..48 B, CRC-32 ) | 00
 */
#ifndef EDGEKIT_WIRE_H
#define EDGEKIT_WIRE_H

#include <stdint.h>

enum {
    WIRE_VERSION = 1,
    WIRE_HEADER = 5,
    WIRE_MAX_PAYLOAD = 48,
    WIRE_OVERHEAD = 9,
    WIRE_MAX_DECODED = WIRE_MAX_PAYLOAD + WIRE_OVERHEAD,
    WIRE_MAX_STUFFED = WIRE_MAX_DECODED + 1,
    WIRE_MAX_PACKET = WIRE_MAX_STUFFED + 2
};

/* Places in a decoded packet. */
enum { AT_VERSION, AT_TYPE, AT_SEQ, AT_BOOT, AT_LENGTH, AT_PAYLOAD };

/* What a byte completed. The order is that of the vectors and of the host's decoder. */
enum wire_event {
    WIRE_NOTHING,
    WIRE_PACKET,
    WIRE_BAD_COBS,
    WIRE_BAD_LENGTH,
    WIRE_BAD_CRC
};

struct wire_decoder {
    uint8_t data[WIRE_MAX_DECODED]; /* valid after WIRE_PACKET, until the next byte */
    uint8_t length;                 /* decoded so far */
    uint8_t taken;                  /* stuffed bytes since the last zero */
    uint8_t block;                  /* bytes still due in the current COBS block */
    uint8_t owes_zero;              /* whether the block ends in a zero if another follows */
};

/* Start over: with a decoder of all zeros, or in the middle of anything. */
void wire_reset(struct wire_decoder *decoder);

/* Take one byte; bytes are never refused, and never stored beyond the decoder. */
enum wire_event wire_feed(struct wire_decoder *decoder, uint8_t byte);

/*
 * Finish and stuff a packet. `packet` holds header and payload, with AT_LENGTH set, and has room for
 * the CRC: WIRE_MAX_DECODED bytes. `out` has room for WIRE_MAX_PACKET. Returns the size of `out`.
 */
uint8_t wire_encode(uint8_t *packet, uint8_t *out);

#endif
