/* What Python's tests call: the decoder's verdicts, and a whole board in memory. */
#include <string.h>

#include "../core/bridge.h"
#include "board.h"

size_t native_verdicts(const uint8_t *in, size_t size, uint8_t *out);
void native_start(uint32_t ticks, uint32_t boot_id, const uint8_t *key);
void native_take(const uint8_t *in, size_t size);
void native_poll(uint32_t ticks);
void native_reading(uint8_t channel, uint32_t value);
uint16_t native_level(uint8_t channel);
size_t native_sent(uint8_t *out);

static struct bridge bridge;

/* For each zero that ends something, one byte of verdict; after WIRE_PACKET the size and the decoded
 * bytes without their CRC. `out` has room for `size` bytes and 64 more. */
size_t native_verdicts(const uint8_t *in, size_t size, uint8_t *out)
{
    struct wire_decoder decoder;
    uint8_t *at = out;

    memset(&decoder, 0, sizeof decoder);
    for (size_t i = 0; i < size; i++) {
        const enum wire_event event = wire_feed(&decoder, in[i]);
        if (event == WIRE_NOTHING)
            continue;
        *at++ = (uint8_t)event;
        if (event == WIRE_PACKET) {
            const uint8_t body = (uint8_t)(WIRE_HEADER + decoder.data[AT_LENGTH]);
            *at++ = body;
            memcpy(at, decoder.data, body);
            at += body;
        }
    }
    return (size_t)(at - out);
}

/* `key` is 16 bytes, or null. */
void native_start(uint32_t ticks, uint32_t boot_id, const uint8_t *key)
{
    struct native_board *const board = native_board();

    memset(board, 0, sizeof *board);
    board->ticks = ticks;
    board->boot_id = boot_id;
    board->has_key = key;
    if (key)
        memcpy(board->key, key, KEY_BYTES);
    bridge_start(&bridge);
}

void native_take(const uint8_t *in, size_t size)
{
    while (size--)
        bridge_take(&bridge, *in++);
}

void native_poll(uint32_t ticks)
{
    native_board()->ticks = ticks;
    bridge_poll(&bridge);
}

void native_reading(uint8_t channel, uint32_t value)
{
    native_board()->readings[channel] = value;
}

uint16_t native_level(uint8_t channel)
{
    return native_board()->levels[channel];
}

/* Hand over what the board sent since the last time. */
size_t native_sent(uint8_t *out)
{
    struct native_board *const board = native_board();
    const size_t size = board->sent_size;

    memcpy(out, board->sent, size);
    board->sent_size = 0;
    return size;
}
