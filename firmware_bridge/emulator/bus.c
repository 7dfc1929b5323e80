#include "rig.h"

#include <simavr/avr_twi.h>
#include <string.h>

/*
 * Parts on I2C, each a pointer into memory: BH1750 (no pointer, two bytes), AMG8833 (8-bit pointer to
 * bytes), MLX90640 (16-bit pointer to words). The MLX90640 measures a subpage every half second.
 */
enum {
    BH1750 = 0x23,
    AMG8833 = 0x69,
    MLX90640 = 0x33,
    MLX_STATUS = 0x8000,
    MLX_NEW_DATA = 8,
    MLX_SUBPAGE = 1,
    MLX_PERIOD_US = 500000
};

struct part {
    const uint8_t address, pointer_bytes, cell_bytes;
    bool fitted;
    uint32_t pointer; /* in bytes of `memory` */
    uint8_t written;  /* bytes since the start condition */
    uint8_t memory[1 << 17];
};

static struct part parts[] = {{BH1750, 0, 1, false, 0, 0, {0}},
                              {AMG8833, 1, 1, false, 0, 0, {0}},
                              {MLX90640, 2, 2, false, 0, 0, {0}}};
static struct part *selected;
static struct avr_irq_t *reply;
static uint64_t measured_at;
static uint8_t subpage; /* which one was measured last: nobody can write that */

static struct part *find(uint8_t address)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].address == address)
            return &parts[i];
    return 0;
}

static void answer(uint8_t kind, uint8_t address, uint8_t data)
{
    avr_raise_irq(reply, avr_twi_irq_msg(kind, address, data));
}

static void write_byte(struct part *part, uint8_t byte)
{
    if (part->written < part->pointer_bytes) {
        part->pointer = part->written ? (part->pointer << 8 | byte) : byte;
        if (++part->written == part->pointer_bytes)
            part->pointer *= part->cell_bytes;
        return;
    }
    if (part->pointer_bytes)
        part->memory[part->pointer++ % sizeof part->memory] = byte;
}

static uint8_t read_byte(struct part *part)
{
    return part->memory[part->pointer++ % sizeof part->memory];
}

static void on_message(struct avr_irq_t *irq, uint32_t value, void *param)
{
    const avr_twi_msg_irq_t message = {.u.v = value};
    const uint8_t kind = message.u.twi.msg, address = message.u.twi.addr;

    (void)irq;
    (void)param;
    if (kind & TWI_COND_STOP)
        selected = 0;
    if (kind & TWI_COND_START) {
        selected = find(address >> 1);
        if (selected && !selected->fitted)
            selected = 0;
        if (!selected)
            return;
        selected->written = 0;
        if (!selected->pointer_bytes)
            selected->pointer = 0;
        answer(TWI_COND_ACK, address, 1);
    }
    if (selected && kind & TWI_COND_WRITE) {
        answer(TWI_COND_ACK, address, 1);
        write_byte(selected, message.u.twi.data);
    }
    if (selected && kind & TWI_COND_READ)
        answer(TWI_COND_READ, address, read_byte(selected));
}

void bus_attach(struct rig *rig)
{
    reply = avr_io_getirq(rig->avr, AVR_IOCTL_TWI_GETIRQ(0), TWI_IRQ_INPUT);
    avr_irq_register_notify(avr_io_getirq(rig->avr, AVR_IOCTL_TWI_GETIRQ(0), TWI_IRQ_OUTPUT),
                            on_message, rig);
    measured_at = rig_cycles(MLX_PERIOD_US);
}

void bus_fit(uint8_t address, bool fitted)
{
    if (find(address))
        find(address)->fitted = fitted;
}

bool bus_load(uint8_t address, uint16_t reg, const uint8_t *data, size_t size)
{
    struct part *const part = find(address);
    const size_t at = part ? (size_t)reg * part->cell_bytes : 0;

    if (!part || at + size > sizeof part->memory)
        return false;
    memcpy(part->memory + at, data, size);
    part->fitted = true;
    return true;
}

uint64_t bus_next(void)
{
    return find(MLX90640)->fitted ? measured_at : UINT64_MAX;
}

void bus_due(const struct rig *rig)
{
    uint8_t *const status = find(MLX90640)->memory + MLX_STATUS * 2 + 1;

    if (measured_at > rig->avr->cycle)
        return;
    measured_at = rig->avr->cycle + rig_cycles(MLX_PERIOD_US);
    subpage ^= MLX_SUBPAGE;
    *status = (uint8_t)((*status & ~MLX_SUBPAGE) | MLX_NEW_DATA | subpage);
}
