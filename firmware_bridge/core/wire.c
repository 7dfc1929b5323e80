#include "wire.h"

#include "bytes.h"
#include "crc32.h"

enum { CRC_BYTES = 4, COBS_FULL = 255 };

void wire_reset(struct wire_decoder *decoder)
{
    decoder->length = 0;
    decoder->taken = 0;
    decoder->block = 0;
    decoder->owes_zero = 0;
}

static enum wire_event judge(const struct wire_decoder *decoder)
{
    const uint8_t length = decoder->length;

    if (decoder->taken > WIRE_MAX_STUFFED)
        return WIRE_BAD_LENGTH;
    if (decoder->block)
        return WIRE_BAD_COBS;
    if (length < WIRE_OVERHEAD || decoder->data[AT_LENGTH] != length - WIRE_OVERHEAD)
        return WIRE_BAD_LENGTH;
    if (crc32(decoder->data, (uint8_t)(length - CRC_BYTES)) !=
        get_u32(decoder->data + length - CRC_BYTES))
        return WIRE_BAD_CRC;
    return WIRE_PACKET;
}

/* One stuffed byte, of at most WIRE_MAX_STUFFED: each adds at most one, the first code byte none. */
static void unstuff(struct wire_decoder *decoder, uint8_t byte)
{
    if (decoder->block) {
        decoder->data[decoder->length++] = byte;
        decoder->block--;
        return;
    }
    if (decoder->owes_zero)
        decoder->data[decoder->length++] = 0;
    decoder->block = (uint8_t)(byte - 1);
    decoder->owes_zero = byte != COBS_FULL;
}

enum wire_event wire_feed(struct wire_decoder *decoder, uint8_t byte)
{
    enum wire_event event;

    if (!byte) {
        const uint8_t length = decoder->length;
        event = decoder->taken ? judge(decoder) : WIRE_NOTHING;
        wire_reset(decoder);
        decoder->length = event == WIRE_PACKET ? length : 0;
        return event;
    }
    if (!decoder->taken)
        decoder->length = 0; /* what was kept for the reader of WIRE_PACKET */
    if (decoder->taken <= WIRE_MAX_STUFFED)
        decoder->taken++;
    if (decoder->taken <= WIRE_MAX_STUFFED)
        unstuff(decoder, byte);
    return WIRE_NOTHING;
}

uint8_t wire_encode(uint8_t *packet, uint8_t *out)
{
    const uint8_t body = (uint8_t)(WIRE_HEADER + packet[AT_LENGTH]);
    const uint8_t size = (uint8_t)(body + CRC_BYTES);
    uint8_t *code = out + 1;
    uint8_t *at = out + 2;

    put_u32(packet + body, crc32(packet, body));
    out[0] = 0;
    for (uint8_t i = 0; i < size; i++) { /* 57 bytes at most: no block reaches 254 */
        if (packet[i]) {
            *at++ = packet[i];
        } else {
            *code = (uint8_t)(at - code);
            code = at++;
        }
    }
    *code = (uint8_t)(at - code);
    *at++ = 0;
    return (uint8_t)(at - out);
}
