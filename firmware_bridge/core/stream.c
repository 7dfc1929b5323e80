#include "stream.h"

#include "board.h"
#include "bytes.h"

/* A sample or piece leaves room for the reply that may be asked for meanwhile: the board drops
 * samples, never replies. */
enum { ROOM = 2 * WIRE_MAX_PACKET, SAMPLE_HEAD = 6, PIECE_HEAD = 6 };

static uint8_t *put_value(uint8_t *at, uint8_t family, const struct reading *value)
{
    switch (family) {
    case FAMILY_LEVEL:
        return put_u32(put_u8(at, (uint8_t)value->number), value->edges);
    case FAMILY_COUNTER:
        return put_u32(at, value->number);
    case FAMILY_ARRAY:
        return at;
    default:
        return put_u16(at, (uint16_t)value->number);
    }
}

uint8_t stream_sample(struct bridge *bridge, uint8_t *payload)
{
    uint8_t *at = payload + SAMPLE_HEAD;
    uint16_t valid = 0;
    struct channel about;

    put_u32(payload, board_ticks());
    for (uint8_t channel = 0; channel < board_channel_count(); channel++) {
        struct reading value = {0, 0};
        board_describe(channel, &about);
        if (family_of(about.kind) == FAMILY_OUTPUT)
            value.number = outputs_level(&bridge->outputs, channel);
        else if (family_of(about.kind) == FAMILY_ARRAY || !board_read(channel, &value)) {
            at = put_value(at, family_of(about.kind), &(struct reading){0, 0});
            continue;
        }
        valid |= (uint16_t)(1U << channel);
        at = put_value(at, family_of(about.kind), &value);
    }
    put_u16(payload + SAMPLE_HEAD - 2, valid);
    return (uint8_t)(at - payload);
}

void stream_every(struct stream *stream, uint16_t period_ms)
{
    stream->period_ms = period_ms;
    stream->due_at = board_ticks() + period_ms;
}

static bool is_due(struct stream *stream)
{
    const uint32_t now = board_ticks();

    if (!stream->period_ms || (int32_t)(now - stream->due_at) < 0)
        return false;
    stream->due_at += stream->period_ms;
    if ((int32_t)(now - stream->due_at) >= 0) /* late by more than one: the rhythm starts anew */
        stream->due_at = now + stream->period_ms;
    return true;
}

static void poll_samples(struct bridge *bridge)
{
    uint8_t packet[WIRE_MAX_DECODED];

    if (!is_due(&bridge->samples))
        return;
    const uint8_t seq = bridge->samples.seq++; /* counted even if skipped: the host sees the gap */
    if (board_room() < ROOM)
        return;
    bridge_send(bridge, packet, SAMPLE, seq, stream_sample(bridge, packet + AT_PAYLOAD));
}

static void send_piece(struct bridge *bridge)
{
    struct array_stream *const array = &bridge->array;
    const uint16_t left = (uint16_t)(array->total - array->next);
    const uint8_t count = left < PIECE_WORDS ? (uint8_t)left : PIECE_WORDS;
    uint8_t packet[WIRE_MAX_DECODED];
    uint8_t *at = packet + AT_PAYLOAD;

    at = put_u8(put_u8(at, array->channel), array->stream.seq);
    at = put_u16(put_u16(at, array->next), array->total);
    if (!board_array_words(array->channel, array->next, count, at)) {
        array->total = 0; /* the host drops the rest of a reading that does not go on */
        return;
    }
    bridge_send(bridge, packet, PIECE, (uint8_t)(array->next / PIECE_WORDS),
                (uint8_t)(PIECE_HEAD + 2 * count));
    array->next = (uint16_t)(array->next + count);
    if (array->next == array->total)
        array->total = 0;
}

static void poll_array(struct bridge *bridge)
{
    struct array_stream *const array = &bridge->array;

    if (!array->total && is_due(&array->stream)) {
        array->total = board_array_begin(array->channel);
        array->next = 0;
        array->stream.seq++;
    }
    if (array->total && board_room() >= ROOM)
        send_piece(bridge);
}

void stream_poll(struct bridge *bridge)
{
    poll_samples(bridge);
    poll_array(bridge);
}
