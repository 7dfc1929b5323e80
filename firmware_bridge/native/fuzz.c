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

enum { STEP_MS = 5, LONGEST_COMMAND_MS = 65536 };

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

/* The first byte chooses: a key or none, and a clock that wraps soon or not. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct native_board *const board = native_board();

    if (!size)
        return 0;
    memset(board, 0, sizeof *board);
    board->has_key = data[0] & 1;
    board->ticks = data[0] & 2 ? UINT32_MAX - 100 : 0;
    bridge_start(&bridge);
    for (size_t i = 1; i < size; i++) {
        bridge_take(&bridge, data[i]);
        board->ticks += data[i] ? 0 : STEP_MS;
        bridge_poll(&bridge);
        check_sent(board);
    }
    check_safe(board);
    return 0;
}
