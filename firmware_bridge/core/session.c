#include "session.h"

#include <string.h>

#include "bridge.h"
#include "bytes.h"
#include "cmac.h"
#include "wire.h"

static const uint8_t LABEL[16] = "edgekit bridge 1";

static void make_nonce(struct session *session, const uint8_t *key, uint32_t boot_id, uint8_t *nonce)
{
    uint8_t tag[AES_BYTES] = {'n', 'o', 'n', 'c', 'e'};
    struct cmac mac;

    put_u16(put_u32(tag + 8, boot_id), ++session->greeted);
    cmac_start(&mac, key);
    cmac_add(&mac, tag, AES_BYTES);
    cmac_finish(&mac, tag);
    memcpy(nonce, tag, NONCE_BYTES);
}

void session_open(struct session *session, const uint8_t *key, uint32_t boot_id,
                  const uint8_t *host_nonce, uint8_t *nonce)
{
    struct cmac mac;

    make_nonce(session, key, boot_id, nonce);
    cmac_start(&mac, key);
    cmac_add(&mac, LABEL, sizeof LABEL);
    cmac_add(&mac, host_nonce, NONCE_BYTES);
    cmac_add(&mac, nonce, NONCE_BYTES);
    cmac_finish(&mac, session->key);
    session->last = 0;
    session->open = true;
}

/* Takes as long whatever differs: an answer's delay tells nothing about the right tag. */
static bool same(const uint8_t *a, const uint8_t *b)
{
    uint8_t differs = 0;

    for (uint8_t i = 0; i < TAG_BYTES; i++)
        differs |= a[i] ^ b[i];
    return !differs;
}

uint8_t session_check(struct session *session, const uint8_t *packet)
{
    const uint8_t signed_size = (uint8_t)(WIRE_HEADER + packet[AT_LENGTH] - TAG_BYTES);
    uint8_t tag[AES_BYTES];
    struct cmac mac;
    uint32_t counter;

    if (!session->open || packet[AT_LENGTH] < TAIL_BYTES)
        return ERR_AUTHENTICATION;
    cmac_start(&mac, session->key);
    cmac_add(&mac, packet, signed_size);
    cmac_finish(&mac, tag);
    if (!same(tag, packet + signed_size))
        return ERR_AUTHENTICATION;
    counter = get_u32(packet + signed_size - COUNTER_BYTES);
    if (counter <= session->last)
        return ERR_REPLAY;
    session->last = counter;
    return 0;
}
