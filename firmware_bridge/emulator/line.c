#define _GNU_SOURCE
#include "rig.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <simavr/avr_uart.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* simavr counts a parity bit that is not there, from when the last byte was read: 11 bit times a byte
 * and the latency of the interrupt. Bytes are fed no faster, or they pile up in its 64-deep receiver,
 * which the real one, 2 deep, does not have; where it is full all the same, they wait. */
enum { BIT_TIMES = 12, CHUNK = 4096, EXTERNAL_RESET = 2 };

#define SAME_BAUD 0.04 /* what a receiver that samples bits in the middle just bears */

static void took(struct avr_irq_t *irq, uint32_t value, void *param)
{
    struct rig *const rig = param;

    (void)irq;
    if (rig->from_device.size < RIG_QUEUE)
        rig->from_device.data[rig->from_device.size++] = (uint8_t)value;
}

static void receiver_is_full(struct avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq;
    (void)value;
    ((struct rig *)param)->receiver_full = true;
}

static void receiver_has_room(struct avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq;
    (void)value;
    ((struct rig *)param)->receiver_full = false;
}

static struct avr_irq_t *uart_irq(const struct rig *rig, int which)
{
    return avr_io_getirq(rig->avr, AVR_IOCTL_UART_GETIRQ('0'), which);
}

void line_attach(struct rig *rig)
{
    uint32_t flags = 0;

    avr_ioctl(rig->avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
    flags &= (uint32_t) ~(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
    avr_ioctl(rig->avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    avr_irq_register_notify(uart_irq(rig, UART_IRQ_OUTPUT), took, rig);
    avr_irq_register_notify(uart_irq(rig, UART_IRQ_OUT_XOFF), receiver_is_full, rig);
    avr_irq_register_notify(uart_irq(rig, UART_IRQ_OUT_XON), receiver_has_room, rig);
}

static bool set_raw(const char *path)
{
    const int slave = open(path, O_RDWR | O_NOCTTY);
    struct termios settings;

    if (slave < 0)
        return false;
    tcgetattr(slave, &settings);
    cfmakeraw(&settings);
    tcsetattr(slave, TCSANOW, &settings);
    close(slave); /* from here on POLLHUP tells whether somebody has it open */
    return true;
}

bool line_plug(struct rig *rig)
{
    const int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    char path[RIG_PATH];

    if (master < 0 || grantpt(master) || unlockpt(master) || ptsname_r(master, path, sizeof path) ||
        !set_raw(path))
        return false;
    unlink(rig->link);
    if (symlink(path, rig->link))
        return false;
    rig->master = master;
    rig->open = false;
    return true;
}

void line_unplug(struct rig *rig)
{
    if (rig->master < 0)
        return;
    unlink(rig->link);
    close(rig->master);
    rig->master = -1;
    rig->to_device.size = 0;
}

void line_feed(struct rig *rig, const uint8_t *data, size_t size)
{
    struct queue *const queue = &rig->to_device;

    if (size > RIG_QUEUE - queue->size)
        size = RIG_QUEUE - queue->size;
    if (!queue->size)
        rig->feed_at = rig->avr->cycle;
    memcpy(queue->data + queue->size, data, size);
    queue->size += size;
}

uint64_t line_next(const struct rig *rig)
{
    return rig->to_device.size ? rig->feed_at : UINT64_MAX;
}

void line_due(struct rig *rig)
{
    struct queue *const queue = &rig->to_device;

    while (queue->size && rig->feed_at <= rig->avr->cycle) {
        if (!rig->receiver_full) {
            avr_raise_irq(uart_irq(rig, UART_IRQ_INPUT), queue->data[0]);
            memmove(queue->data, queue->data + 1, --queue->size);
        }
        rig->feed_at += (uint64_t)(BIT_TIMES * RIG_HZ / baud_of_device(rig));
    }
}

static bool agrees(double host, double device)
{
    return host <= 0 || fabs(host / device - 1) < SAME_BAUD;
}

static void from_host(struct rig *rig)
{
    static uint8_t warped[RIG_QUEUE];
    uint8_t data[CHUNK];
    const ssize_t size = read(rig->master, data, sizeof data);
    const double host = baud_of_host(rig), device = baud_of_device(rig);

    if (size <= 0)
        return;
    if (agrees(host, device))
        line_feed(rig, data, (size_t)size);
    else
        line_feed(rig, warped, baud_resample(data, (size_t)size, device / host, warped));
}

static void to_host(struct rig *rig)
{
    static uint8_t warped[RIG_QUEUE];
    struct queue *const queue = &rig->from_device;
    const double host = baud_of_host(rig), device = baud_of_device(rig);
    const uint8_t *data = queue->data;
    size_t size = queue->size;

    if (rig->open && size) {
        if (!agrees(host, device)) {
            size = baud_resample(queue->data, size, host / device, warped);
            data = warped;
        }
        if (write(rig->master, data, size) < 0 && errno != EAGAIN)
            perror("pseudo terminal");
    }
    queue->size = 0; /* nobody listens, or the reader is too slow: a wire keeps nothing */
}

/* Carry bytes between the pseudo terminal and the UART; notice who opens it. */
void line_pump(struct rig *rig)
{
    struct pollfd about = {.fd = rig->master, .events = POLLIN};

    if (rig->master < 0) {
        rig->from_device.size = 0;
        return;
    }
    poll(&about, 1, 0);
    const bool open = !(about.revents & POLLHUP);
    if (open && !rig->open && rig->reset_on_open)
        rig_reset(rig, EXTERNAL_RESET);
    rig->open = open;
    if (about.revents & POLLIN)
        from_host(rig);
    to_host(rig);
}
