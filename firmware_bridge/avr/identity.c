#include "identity.h"

#include <avr/eeprom.h>
#include <avr/io.h>
#include <avr/wdt.h>
#include <string.h>

#include "config.h"
#include "uart.h"

/* EEPROM, written by `edgekit bridge flash`; an erased one reads 0xFF. PROTOCOL.md, section 6. */
enum { AT_UID = 0, AT_KEY = 8, AT_POWER_ONS = 24 };

enum { ERASED = 0xFF };

#define ALIVE 0xED6E817AUL

/* RAM that no start-up code clears: it survives a reset, not a loss of power. */
static struct {
    uint32_t alive;
    uint16_t resets;
    uint16_t resets_inverted;
} kept __attribute__((section(".noinit")));

static uint8_t cause __attribute__((section(".noinit")));
static uint16_t power_ons;

/* A watchdog reset leaves the watchdog running, at its shortest: it is stopped before main()
 * (avr-libc manual, <avr/wdt.h>). Runs without a stack frame, before variables are set. */
void identity_early(void) __attribute__((naked, used, section(".init3")));
void identity_early(void)
{
    cause = MCUSR;
    MCUSR = 0;
    wdt_disable();
}

static void bump_power_ons(void)
{
    power_ons++;
    eeprom_update_word((uint16_t *)AT_POWER_ONS, power_ons);
}

void identity_start(void)
{
    const bool lived = kept.alive == ALIVE && kept.resets == (uint16_t)~kept.resets_inverted;

    power_ons = eeprom_read_word((const uint16_t *)AT_POWER_ONS);
    kept.resets = lived ? (uint16_t)(kept.resets + 1) : 0;
    if (!kept.resets)
        bump_power_ons();
    kept.resets_inverted = (uint16_t)~kept.resets;
    kept.alive = ALIVE;
}

void identity_get(struct identity *out)
{
    static const uint8_t version[] = FIRMWARE_VERSION;

    out->reset_cause = cause;
    out->receive_buffer = UART_USABLE;
    out->boot_id = (uint32_t)power_ons << 16 | kept.resets;
    eeprom_read_block(out->uid, (const void *)AT_UID, UID_BYTES);
    memcpy(out->firmware, version, sizeof version);
}

static bool is_erased(const uint8_t *data, uint8_t size)
{
    uint8_t all = ERASED;

    while (size--)
        all &= *data++;
    return all == ERASED;
}

bool identity_key(uint8_t *out)
{
    eeprom_read_block(out, (const void *)AT_KEY, KEY_BYTES);
    return !is_erased(out, KEY_BYTES);
}

/* The same identity again is no other: a reply that was lost lets the host repeat its request. */
bool identity_adopt(const uint8_t *uid, const uint8_t *key)
{
    uint8_t old[KEY_BYTES];

    eeprom_read_block(old, (const void *)AT_UID, UID_BYTES);
    if (!is_erased(old, UID_BYTES))
        return !memcmp(old, uid, UID_BYTES) &&
               (!key || (identity_key(old) && !memcmp(old, key, KEY_BYTES)));
    if (key)
        eeprom_update_block(key, (void *)AT_KEY, KEY_BYTES);
    eeprom_update_block(uid, (void *)AT_UID, UID_BYTES);
    return true;
}
