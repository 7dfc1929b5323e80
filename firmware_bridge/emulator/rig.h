/*
 * The emulated board: unmodified firmware in simavr, its serial port, its pins, its bus.
 * README.md beside this file says what it can and what it can't show.
 */
#ifndef RIG_H
#define RIG_H

#include <simavr/sim_avr.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RIG_HZ = 16000000, RIG_QUEUE = 1 << 16, RIG_WIRES = 24, RIG_PATH = 256 };

struct queue {
    uint8_t data[RIG_QUEUE];
    size_t size;
};

/* One pin that is driven from outside or watched. */
struct wire {
    struct avr_irq_t *irq;
    bool level;
    bool driven, drive; /* from outside, and to which level: a reset of the board does not end it */
    uint64_t changed_at, high_cycles;             /* since the last look at its duty */
    uint64_t first_rise, last_rise, high_at_last; /* whole periods of a PWM */
    uint32_t rises;
    uint64_t flip_at, flip_period; /* a train of pulses under way; 0 = none */
    uint32_t flips;
};

struct rig {
    avr_t *avr;
    bool step;          /* lockstep: time moves only when told to */
    bool reset_on_open; /* as the DTR line of an Uno does */
    char link[RIG_PATH];
    int master; /* of the pseudo terminal; -1 while unplugged */
    bool open;  /* somebody has the other end */
    struct queue to_device, from_device;
    bool receiver_full;
    uint64_t feed_at;
    struct wire wires[RIG_WIRES];
    uint32_t resets;
    uint16_t deepest; /* how far the stack ever reached from the end of RAM, in bytes */
    uint16_t hung_word; /* what stood where the program was made to hang */
    uint32_t hung_at;
    bool hangs;
    bool quit;
};

/* board.c: load, reset, run. */
bool rig_load(struct rig *rig, const char *elf);
void rig_reset(struct rig *rig, uint8_t cause);
void rig_run_until(struct rig *rig, uint64_t cycle);
void rig_hang(struct rig *rig);
uint64_t rig_cycles(double us);

/* line.c: the UART and its pseudo terminal. */
void line_attach(struct rig *rig);
bool line_plug(struct rig *rig);
void line_unplug(struct rig *rig);
void line_pump(struct rig *rig);
void line_feed(struct rig *rig, const uint8_t *data, size_t size);
uint64_t line_next(const struct rig *rig);
void line_due(struct rig *rig);

/* baud.c: what a receiver makes of bytes that were sent at another speed. */
size_t baud_resample(const uint8_t *in, size_t size, double ratio, uint8_t *out);
double baud_of_device(const struct rig *rig);
double baud_of_host(const struct rig *rig);

/* pins.c: ports and analog inputs; a pin is called D2, B1, A0. */
void pins_attach(struct rig *rig);
struct wire *pins_find(struct rig *rig, const char *name);
void pins_restore(struct rig *rig);
void pins_set(struct wire *wire, bool level);
void pins_train(struct rig *rig, struct wire *wire, uint32_t pulses, uint64_t period);
double pins_duty(struct rig *rig, struct wire *wire, uint32_t *periods);
void pins_analog(struct rig *rig, unsigned channel, uint32_t millivolts);
uint64_t pins_next(const struct rig *rig);
void pins_due(struct rig *rig);

/* bus.c: I2C parts. */
void bus_attach(struct rig *rig);
void bus_fit(uint8_t address, bool fitted);
bool bus_load(uint8_t address, uint16_t reg, const uint8_t *data, size_t size);
uint64_t bus_next(void);
void bus_due(const struct rig *rig);

/* control.c: one text line a command on a unix socket. */
bool control_open(const char *path);
int control_listener(void);
int control_client(void);
void control_pump(struct rig *rig);

#endif
