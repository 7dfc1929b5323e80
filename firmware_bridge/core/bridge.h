/*
 * The protocol of PROTOCOL.md, version 1: bytes in, answers out through board_send().
 * No memory is allocated; all state is one struct that the board holds.
 */
#ifndef EDGEKIT_BRIDGE_H
#define EDGEKIT_BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "outputs.h"
#include "session.h"
#include "wire.h"

enum message {
    HELLO = 0x01,
    PING = 0x02,
    READ = 0x03,
    SET = 0x04,
    STREAM = 0x05,
    DESCRIBE = 0x06,
    STATS = 0x07,
    WORDS = 0x08,
    THERMAL = 0x09,
    ADOPT = 0x0A,
    SAMPLE = 0x40,
    BOOT = 0x41,
    PIECE = 0x42,
    ERR = 0x7F,
    REPLY = 0x80
};

enum error_code {
    ERR_VERSION = 1,
    ERR_PAYLOAD,
    ERR_TYPE,
    ERR_CHANNEL,
    ERR_AUTHENTICATION,
    ERR_REPLAY,
    ERR_LIMIT,
    ERR_TAKEN
};

enum { CAN_AUTHENTICATE = 1, CAN_THERMAL = 2, TICK_HZ = 1000, PIECE_WORDS = 21, MAX_WORDS = 22 };

struct stream {
    uint16_t period_ms; /* 0 = off */
    uint32_t due_at;
    uint8_t seq;
};

struct array_stream {
    struct stream stream; /* seq counts readings */
    uint8_t channel;
    uint16_t total; /* words of the reading under way; 0 = none */
    uint16_t next;
};

struct bridge {
    struct wire_decoder decoder;
    struct outputs outputs;
    struct session session;
    struct stream samples;
    struct array_stream array;
    uint32_t boot_id;
    uint16_t received[4]; /* good, bad CRC, bad COBS, bad length */
    uint8_t key[AES_BYTES];
    bool has_key;
};

/* Once, as soon as the UART is up: makes outputs safe and says BOOT. */
void bridge_start(struct bridge *bridge);

/* Take one received byte. */
void bridge_take(struct bridge *bridge, uint8_t byte);

/* Let commands expire, and send what is due; call it at least every few milliseconds. */
void bridge_poll(struct bridge *bridge);

/* Finish and send a packet whose payload lies in `packet` already (used by the core itself). */
void bridge_send(const struct bridge *bridge, uint8_t *packet, uint8_t type, uint8_t seq, uint8_t size);

#endif
