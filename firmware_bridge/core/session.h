/* AES-CMAC-64 on commands: PROTOCOL.md, section 5. */
#ifndef EDGEKIT_SESSION_H
#define EDGEKIT_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "aes.h"

enum { NONCE_BYTES = 8, TAG_BYTES = 8, COUNTER_BYTES = 4, TAIL_BYTES = COUNTER_BYTES + TAG_BYTES };

struct session {
    bool open;
    uint8_t key[AES_BYTES];
    uint32_t last;    /* counter of the last command that was accepted */
    uint16_t greeted; /* HELLOs since boot: makes each nonce another */
};

/*
 * Agree on a key by both nonces; writes the board's into `nonce`. `boot_id` never repeats, so that
 * the nonce does not, though the part has no source of randomness.
 */
void session_open(struct session *session, const uint8_t *key, uint32_t boot_id,
                  const uint8_t *host_nonce, uint8_t *nonce);

/* Check counter and tag at the end of a decoded packet; returns 0 or an error code. */
uint8_t session_check(struct session *session, const uint8_t *packet);

#endif
