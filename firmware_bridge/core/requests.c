#include "requests.h"

#include <string.h>

#include "board.h"
#include "bytes.h"
#include "stream.h"

enum { MAX_ECHO = WIRE_MAX_PAYLOAD - 4, SET_BYTES = 5, WORDS_BYTES = 4, WORDS_HEAD = 3 };

struct request {
    const uint8_t *payload;
    uint8_t size;
    uint8_t *reply; /* where the payload of the reply goes */
};

/* What a request returns: the size of its reply's payload, or minus an error code. */
typedef int8_t outcome;

static outcome refuse(uint8_t code)
{
    return (outcome)-code;
}

static outcome hello(struct bridge *bridge, const struct request *request)
{
    uint8_t *at = request->reply;
    struct identity identity;

    board_identify(&identity);
    at = put_u8(put_u8(at, WIRE_VERSION), WIRE_VERSION);
    at = put_u8(put_u8(at, identity.reset_cause), WIRE_MAX_PAYLOAD);
    at = put_u16(put_u16(at, identity.receive_buffer), TICK_HZ);
    at = put_u32(put_u32(at, board_ticks()), identity.boot_id);
    at = put_u32(at, CAN_THERMAL | (bridge->has_key ? CAN_AUTHENTICATE : 0));
    memcpy(at, identity.uid, UID_BYTES);
    memcpy(at + UID_BYTES, identity.firmware, sizeof identity.firmware);
    at = put_u8(at + UID_BYTES + sizeof identity.firmware, board_channel_count());
    if (bridge->has_key && request->size >= NONCE_BYTES) {
        session_open(&bridge->session, bridge->key, identity.boot_id, request->payload, at);
        at += NONCE_BYTES;
    }
    return (outcome)(at - request->reply);
}

static outcome ping(struct bridge *bridge, const struct request *request)
{
    (void)bridge;
    if (request->size > MAX_ECHO)
        return refuse(ERR_PAYLOAD);
    memcpy(put_u32(request->reply, board_ticks()), request->payload, request->size);
    return (outcome)(4 + request->size);
}

static outcome read_all(struct bridge *bridge, const struct request *request)
{
    return (outcome)stream_sample(bridge, request->reply);
}

static outcome set(struct bridge *bridge, const struct request *request)
{
    uint8_t code = 0;

    if (request->size < SET_BYTES)
        return refuse(ERR_PAYLOAD);
    if (bridge->has_key && request->size < SET_BYTES + TAIL_BYTES)
        return refuse(ERR_AUTHENTICATION);
    if (bridge->has_key)
        code = session_check(&bridge->session, bridge->decoder.data);
    if (!code)
        code = outputs_set(&bridge->outputs, request->payload[0], get_u16(request->payload + 1),
                           get_u16(request->payload + 3));
    if (code)
        return refuse(code);
    put_u16(put_u8(request->reply, request->payload[0]),
            outputs_level(&bridge->outputs, request->payload[0]));
    return 3;
}

static outcome stream(struct bridge *bridge, const struct request *request)
{
    if (request->size < 2)
        return refuse(ERR_PAYLOAD);
    stream_every(&bridge->samples, get_u16(request->payload));
    put_u8(request->reply, 0);
    return 1;
}

static outcome describe(struct bridge *bridge, const struct request *request)
{
    struct channel about;
    uint8_t *at = request->reply;

    (void)bridge;
    if (!request->size)
        return refuse(ERR_PAYLOAD);
    if (request->payload[0] >= board_channel_count())
        return refuse(ERR_CHANNEL);
    board_describe(request->payload[0], &about);
    at = put_u8(put_u8(put_u8(at, request->payload[0]), about.kind), board_fitted(request->payload[0]));
    at = put_u16(put_u16(put_u16(at, about.safe_level), about.limit_s), about.scale);
    return (outcome)(at - request->reply);
}

static outcome stats(struct bridge *bridge, const struct request *request)
{
    uint8_t *at = request->reply;

    for (uint8_t i = 0; i < 4; i++)
        at = put_u16(at, bridge->received[i]);
    board_link_counters(at);
    return (outcome)(at + LINK_COUNTERS - request->reply);
}

static bool is_array(uint8_t index)
{
    struct channel about;

    if (index >= board_channel_count())
        return false;
    board_describe(index, &about);
    return family_of(about.kind) == FAMILY_ARRAY && board_fitted(index);
}

static outcome words(struct bridge *bridge, const struct request *request)
{
    const uint8_t count = request->size < WORDS_BYTES ? 0 : request->payload[3];

    (void)bridge;
    if (!count || count > MAX_WORDS)
        return refuse(ERR_PAYLOAD);
    if (!is_array(request->payload[0]) ||
        !board_array_memory(request->payload[0], get_u16(request->payload + 1), count,
                            request->reply + WORDS_HEAD))
        return refuse(ERR_CHANNEL);
    memcpy(request->reply, request->payload, WORDS_HEAD);
    return (outcome)(WORDS_HEAD + 2 * count);
}

static outcome thermal(struct bridge *bridge, const struct request *request)
{
    if (request->size < 3)
        return refuse(ERR_PAYLOAD);
    if (!is_array(request->payload[0]))
        return refuse(ERR_CHANNEL);
    bridge->array.channel = request->payload[0];
    bridge->array.total = 0;
    stream_every(&bridge->array.stream, get_u16(request->payload + 1));
    put_u8(request->reply, 0);
    return 1;
}

static outcome adopt(struct bridge *bridge, const struct request *request)
{
    const bool with_key = request->size >= UID_BYTES + KEY_BYTES;

    if (request->size < UID_BYTES)
        return refuse(ERR_PAYLOAD);
    if (!board_adopt(request->payload, with_key ? request->payload + UID_BYTES : 0))
        return refuse(ERR_TAKEN);
    bridge->has_key = board_key(bridge->key);
    put_u8(request->reply, 0);
    return 1;
}

static outcome carry_out(struct bridge *bridge, uint8_t type, const struct request *request)
{
    switch (type) {
    case HELLO:
        return hello(bridge, request);
    case PING:
        return ping(bridge, request);
    case READ:
        return read_all(bridge, request);
    case SET:
        return set(bridge, request);
    case STREAM:
        return stream(bridge, request);
    case DESCRIBE:
        return describe(bridge, request);
    case STATS:
        return stats(bridge, request);
    case WORDS:
        return words(bridge, request);
    case THERMAL:
        return thermal(bridge, request);
    case ADOPT:
        return adopt(bridge, request);
    default:
        return refuse(ERR_TYPE);
    }
}

void requests_answer(struct bridge *bridge)
{
    const uint8_t *const packet = bridge->decoder.data;
    uint8_t out[WIRE_MAX_DECODED];
    uint8_t *const reply = out + AT_PAYLOAD;
    const struct request request = {packet + AT_PAYLOAD, packet[AT_LENGTH], reply};
    uint8_t type = packet[AT_TYPE];
    outcome size = packet[AT_VERSION] == WIRE_VERSION ? carry_out(bridge, type, &request)
                                                      : refuse(ERR_VERSION);

    if (size < 0) {
        type = ERR;
        reply[0] = (uint8_t)-size;
        reply[1] = WIRE_VERSION; /* lowest and highest, told with ERR_VERSION alone */
        reply[2] = WIRE_VERSION;
        size = reply[0] == ERR_VERSION ? 3 : 1;
    }
    bridge_send(bridge, out, (uint8_t)(type | REPLY), packet[AT_SEQ], (uint8_t)size);
}
