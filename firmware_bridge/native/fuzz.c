/*
 * libFuzzer on the whole core: any bytes, with time passing between them. Invariants: no crash, no
 * undefined behaviour, every byte sent back is part of a packet that our own decoder accepts, and an
 * output without a command in force is at its safe level.
 */
#include <stdlib.h>
#include <string.h>

#include "../core/bridge.h"
#include "board.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEP_MS = 5, LONGEST_COMMAND_MS = 65536, HEAD = 2 };
enum { WITH_KEY = 1, WRAPS_SOON = 2, WHOLE_PACKETS = 4 };

static struct bridge bridge;

static void require(int holds)
{
    if (!holds)
        abort();
}

static void check_sent(struct native_board *board)
{
    struct wire_decoder decoder;

    memset(&decoder, 0, sizeof decoder);
    for (size_t i = 0; i < board->sent_size; i++) {
        const enum wire_event event = wire_feed(&decoder, board->sent[i]);
        require(event == WIRE_NOTHING || event == WIRE_PACKET);
    }
    require(!decoder.taken);
    board->sent_size = 0;
}

static void check_safe(struct native_board *board)
{
    struct channel about;

    board->ticks += LONGEST_COMMAND_MS;
    bridge_poll(&bridge);
    for (uint8_t i = 0; i < board_channel_count(); i++) {
        board_describe(i, &about);
        require(family_of(about.kind) != FAMILY_OUTPUT || board->levels[i] == about.safe_level);
    }
}

static void take(struct native_board *board, uint8_t byte)
{
    bridge_take(&bridge, byte);
    board->ticks += byte ? 0 : STEP_MS;
    bridge_poll(&bridge);
    check_sent(board);
}

/* Behind a CRC no mutation gets: here type, size and payload come from the input, the rest is right.
 * Returns how many bytes were used up. */
static size_t take_packet(struct native_board *board, const uint8_t *data, size_t size)
{
    uint8_t packet[WIRE_MAX_DECODED] = {WIRE_VERSION}, out[WIRE_MAX_PACKET];
    const size_t most = size - HEAD < WIRE_MAX_PAYLOAD ? size - HEAD : WIRE_MAX_PAYLOAD;
    const uint8_t length = (uint8_t)(data[1] <= most ? data[1] : most);

    packet[AT_TYPE] = data[0];
    packet[AT_LENGTH] = length;
    memcpy(packet + AT_PAYLOAD, data + HEAD, length);
    const uint8_t sent = wire_encode(packet, out);
    for (uint8_t i = 0; i < sent; i++)
        take(board, out[i]);
    return HEAD + (size_t)length;
}

/* The first byte chooses: a key or none, a clock that wraps soon or not, bytes or whole packets. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct native_board *const board = native_board();
    size_t at = 1;

    if (!size)
        return 0;
    memset(board, 0, sizeof *board);
    board->has_key = data[0] & WITH_KEY;
    board->ticks = data[0] & WRAPS_SOON ? UINT32_MAX - 100 : 0;
    bridge_start(&bridge);
    if (data[0] & WHOLE_PACKETS)
        while (at + HEAD <= size)
            at += take_packet(board, data + at, size - at);
    while (at < size)
        take(board, data[at++]);
    check_safe(board);
    return 0;
}
