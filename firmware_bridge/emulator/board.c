#include "rig.h"

#include <simavr/avr_extint.h>
#include <simavr/sim_elf.h>
#include <stdio.h>
#include <string.h>

enum { MCUSR = 0x54, SUPPLY_MV = 5000, FIRST_OF_RAM = 0x100, JUMP_TO_ITSELF = 0xCFFF };

static const char MMCU[] = "atmega328p";

/* The runner paces time itself. */
static void no_sleep(avr_t *avr, avr_cycle_count_t cycles)
{
    (void)avr;
    (void)cycles;
}

static struct rig *emulated; /* for the hook, which knows simavr's part alone */
static void (*reset_of_part)(struct avr_t *avr);

/* Every reset comes by here, the watchdog's from inside simavr too. */
static void on_reset(avr_t *avr)
{
    if (reset_of_part)
        reset_of_part(avr);
    emulated->resets++;
    emulated->to_device.size = 0;
    emulated->receiver_full = false;
    if (emulated->hangs)
        memcpy(avr->flash + emulated->hung_at, &emulated->hung_word, sizeof emulated->hung_word);
    emulated->hangs = false;
    pins_restore(emulated);
}

static void settle(struct rig *rig)
{
    avr_t *const avr = rig->avr;

    avr->sleep = no_sleep;
    /* By default simavr looks at level-triggered INT0 and INT1 in every cycle: the part never sleeps. */
    avr_extint_set_strict_lvl_trig(avr, 0, 0);
    avr_extint_set_strict_lvl_trig(avr, 1, 0);
}

bool rig_load(struct rig *rig, const char *elf)
{
    elf_firmware_t firmware;

    memset(&firmware, 0, sizeof firmware);
    if (elf_read_firmware(elf, &firmware))
        return false;
    strcpy(firmware.mmcu, MMCU);
    firmware.frequency = RIG_HZ;
    firmware.vcc = firmware.avcc = firmware.aref = SUPPLY_MV;
    rig->avr = avr_make_mcu_by_name(MMCU);
    if (!rig->avr)
        return false;
    avr_init(rig->avr);
    rig->avr->log = LOG_ERROR;
    avr_load_firmware(rig->avr, &firmware);
    settle(rig);
    emulated = rig;
    reset_of_part = rig->avr->reset;
    rig->avr->reset = on_reset;
    line_attach(rig);
    pins_attach(rig);
    bus_attach(rig);
    rig->avr->data[MCUSR] = 1;
    return true;
}

void rig_reset(struct rig *rig, uint8_t cause)
{
    avr_reset(rig->avr);
    settle(rig);
    rig->avr->data[MCUSR] = cause;
}

void rig_hang(struct rig *rig)
{
    avr_t *const avr = rig->avr;

    rig->hung_at = avr->pc;
    memcpy(&rig->hung_word, avr->flash + avr->pc, sizeof rig->hung_word);
    memcpy(avr->flash + avr->pc, &(uint16_t){JUMP_TO_ITSELF}, sizeof rig->hung_word);
    rig->hangs = true;
}

uint64_t rig_cycles(double us)
{
    return (uint64_t)(us * (RIG_HZ / 1e6));
}

static avr_cycle_count_t alarm_rang(avr_t *avr, avr_cycle_count_t when, void *param)
{
    (void)avr;
    (void)when;
    (void)param;
    return 0;
}

/* Before start-up code sets it, the stack pointer is below RAM. */
static void look_at_stack(struct rig *rig)
{
    const uint8_t *const data = rig->avr->data;
    const uint16_t pointer = (uint16_t)(data[R_SPL] | data[R_SPH] << 8);
    const uint16_t depth = (uint16_t)(rig->avr->ramend - pointer);

    if (pointer > FIRST_OF_RAM && depth > rig->deepest)
        rig->deepest = depth;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Run in pieces that end where something happens outside: an alarm ends each, asleep or not. */
void rig_run_until(struct rig *rig, uint64_t cycle)
{
    avr_t *const avr = rig->avr;

    while (avr->cycle < cycle && avr->state != cpu_Done && avr->state != cpu_Crashed) {
        const uint64_t next = least(least(cycle, line_next(rig)), least(pins_next(rig), bus_next()));
        if (next > avr->cycle)
            avr_cycle_timer_register(avr, next - avr->cycle, alarm_rang, rig);
        while (avr->cycle < next && avr->state != cpu_Done && avr->state != cpu_Crashed) {
            avr_run(avr);
            look_at_stack(rig);
        }
        line_due(rig);
        pins_due(rig);
        bus_due(rig);
    }
}
