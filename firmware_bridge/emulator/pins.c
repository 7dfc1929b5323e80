#include "rig.h"

#include <simavr/avr_adc.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_timer.h>
#include <stdlib.h>
#include <string.h>

static const char PORTS[] = "BCD";

static struct rig *watched; /* for the hooks, which know their wire alone */

static void rose(struct wire *wire, uint64_t now)
{
    if (!wire->rises++)
        wire->first_rise = now;
    if (wire->rises == 1)
        wire->high_cycles = 0;
    wire->last_rise = now;
    wire->high_at_last = wire->high_cycles;
}

static void changed(struct avr_irq_t *irq, uint32_t value, void *param)
{
    struct wire *const wire = param;
    const uint64_t now = watched->avr->cycle;
    const bool level = value & 1;

    (void)irq;
    if (level == wire->level)
        return;
    if (wire->level)
        wire->high_cycles += now - wire->changed_at;
    wire->changed_at = now;
    wire->level = level;
    if (level)
        rose(wire, now);
}

/* simavr 1.6 takes a new compare value of timer 1 for its interrupt, not for its pin, in mode 14. */
static void compared(struct avr_irq_t *irq, uint32_t value, void *param)
{
    avr_timer_t *const timer = param;

    (void)irq;
    timer->comp[AVR_TIMER_COMPA].comp_cycles = (uint64_t)timer->cs_div_value * (value + 1);
}

static avr_irq_t *given; /* what the pin of timer 1 was last given */

static void mend_timer(struct rig *rig)
{
    for (avr_io_t *part = rig->avr->io_port; part; part = part->next)
        if (!strcmp(part->kind, "timer") && ((avr_timer_t *)part)->name == '1') {
            given = part->irq + TIMER_IRQ_OUT_PWM0;
            avr_irq_register_notify(given, compared, part);
        }
}

void pins_attach(struct rig *rig)
{
    watched = rig;
    mend_timer(rig);
    for (int port = 0; PORTS[port]; port++)
        for (int pin = 0; pin < 8; pin++) {
            struct wire *const wire = &rig->wires[port * 8 + pin];
            wire->irq = avr_io_getirq(rig->avr, AVR_IOCTL_IOPORT_GETIRQ(PORTS[port]), pin);
            avr_irq_register_notify(wire->irq, changed, wire);
        }
}

struct wire *pins_find(struct rig *rig, const char *name)
{
    const char *const port = *name ? strchr(PORTS, *name) : 0;

    if (!port || name[1] < '0' || name[1] > '7' || name[2])
        return 0;
    return &rig->wires[(port - PORTS) * 8 + name[1] - '0'];
}

/* What drives a pin is stronger than its pull-up. simavr forgets that whenever the port is written. */
static void hold(const struct wire *wire)
{
    const int port = (int)(wire - watched->wires) / 8;
    avr_ioport_external_t driven = {.name = (unsigned char)PORTS[port]};

    for (int pin = 0; pin < 8; pin++) {
        const struct wire *const one = &watched->wires[port * 8 + pin];
        driven.mask |= (unsigned)one->driven << pin;
        driven.value |= (unsigned)(one->driven && one->drive) << pin;
    }
    avr_ioctl(watched->avr, AVR_IOCTL_IOPORT_SET_EXTERNAL(PORTS[port]), &driven);
}

void pins_set(struct wire *wire, bool level)
{
    wire->driven = true;
    wire->drive = level;
    hold(wire);
    avr_raise_irq(wire->irq, level);
}

void pins_restore(struct rig *rig)
{
    /* A reset takes the value away; simavr keeps quiet when the same one is given again. */
    if (given)
        given->value = UINT32_MAX;
    for (int i = 0; i < RIG_WIRES; i++)
        if (rig->wires[i].driven)
            avr_raise_irq(rig->wires[i].irq, rig->wires[i].drive);
}

/* Each pulse is low for half its period, as a contact to ground that closes. */
void pins_train(struct rig *rig, struct wire *wire, uint32_t pulses, uint64_t period)
{
    wire->flips = 2 * pulses;
    wire->flip_period = period / 2;
    wire->flip_at = rig->avr->cycle + wire->flip_period;
}

uint64_t pins_next(const struct rig *rig)
{
    uint64_t next = UINT64_MAX;

    for (int i = 0; i < RIG_WIRES; i++)
        if (rig->wires[i].flips && rig->wires[i].flip_at < next)
            next = rig->wires[i].flip_at;
    return next;
}

void pins_due(struct rig *rig)
{
    for (int i = 0; i < RIG_WIRES; i++) {
        struct wire *const wire = &rig->wires[i];
        while (wire->flips && wire->flip_at <= rig->avr->cycle) {
            pins_set(wire, wire->flips & 1);
            wire->flips--;
            wire->flip_at += wire->flip_period;
        }
    }
}

/* Share of the time that the pin was high since this was last asked: over whole periods where there
 * were any, else its level. */
double pins_duty(struct rig *rig, struct wire *wire, uint32_t *periods)
{
    const uint64_t span = wire->last_rise - wire->first_rise;
    const uint64_t idle = rig->avr->cycle - wire->changed_at;
    /* A pin that has been still for longer than any PWM period is at a level, whatever it did before. */
    const bool still = idle > rig_cycles(2000);
    const double duty =
        still || wire->rises < 2 ? wire->level : (double)wire->high_at_last / (double)span;

    *periods = still || wire->rises < 2 ? 0 : wire->rises - 1;
    wire->rises = 0;
    wire->high_cycles = 0;
    return duty;
}

void pins_analog(struct rig *rig, unsigned channel, uint32_t millivolts)
{
    avr_raise_irq(avr_io_getirq(rig->avr, AVR_IOCTL_ADC_GETIRQ, (int)channel), millivolts);
}
