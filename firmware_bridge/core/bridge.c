#include "bridge.h"

#include <string.h>

#include "board.h"
#include "requests.h"
#include "stream.h"

void bridge_send(const struct bridge *bridge, uint8_t *packet, uint8_t type, uint8_t seq, uint8_t size)
{
    uint8_t out[WIRE_MAX_PACKET];

    packet[AT_VERSION] = WIRE_VERSION;
    packet[AT_TYPE] = type;
    packet[AT_SEQ] = seq;
    packet[AT_BOOT] = (uint8_t)bridge->boot_id;
    packet[AT_LENGTH] = size;
    board_send(out, wire_encode(packet, out));
}

void bridge_start(struct bridge *bridge)
{
    uint8_t packet[WIRE_MAX_DECODED];
    struct identity identity;

    memset(bridge, 0, sizeof *bridge);
    board_identify(&identity);
    bridge->boot_id = identity.boot_id;
    bridge->has_key = board_key(bridge->key);
    outputs_start(&bridge->outputs);
    bridge_send(bridge, packet, BOOT, 0, 0);
}

void bridge_take(struct bridge *bridge, uint8_t byte)
{
    switch (wire_feed(&bridge->decoder, byte)) {
    case WIRE_NOTHING:
        break;
    case WIRE_PACKET:
        bridge->received[0]++;
        /* Replies and what boards send unasked are not for a board: an echo on a shared wire would
         * be answered for ever. */
        if (bridge->decoder.data[AT_TYPE] < SAMPLE)
            requests_answer(bridge);
        break;
    case WIRE_BAD_CRC:
        bridge->received[1]++;
        break;
    case WIRE_BAD_COBS:
        bridge->received[2]++;
        break;
    case WIRE_BAD_LENGTH:
        bridge->received[3]++;
        break;
    }
}

void bridge_poll(struct bridge *bridge)
{
    outputs_poll(&bridge->outputs);
    stream_poll(bridge);
}
