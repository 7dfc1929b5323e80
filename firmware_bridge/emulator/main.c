#define _GNU_SOURCE
#include "rig.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLICE_US 200.0
#define GIVE_UP_US 200000.0 /* what the machine was late by is not made up for */

static struct rig rig = {.master = -1};

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Until there is something to read, or so long. */
static void wait_us(double us)
{
    struct pollfd about[] = {{.fd = rig.master, .events = POLLIN},
                             {.fd = control_listener(), .events = POLLIN},
                             {.fd = control_client(), .events = POLLIN}};
    const struct timespec time = {0, (long)(us * 1000)};
    /* A terminal that nobody has open reports so at once, each time. */
    if (rig.master >= 0 && !rig.open)
        about[0].fd = -1;
    ppoll(about, 3, us < 0 ? 0 : &time, 0);
}

static void live(void)
{
    double start_us = now_us();

    while (!rig.quit) {
        const double wall_us = now_us() - start_us;
        const double board_us = (double)rig.avr->cycle / (RIG_HZ / 1e6);
        if (wall_us - board_us > GIVE_UP_US)
            start_us += wall_us - board_us - SLICE_US;
        rig_run_until(&rig, rig_cycles(now_us() - start_us));
        line_pump(&rig);
        control_pump(&rig);
        wait_us(SLICE_US);
    }
}

static void obey(void)
{
    while (!rig.quit) {
        wait_us(-1);
        control_pump(&rig);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: runner FIRMWARE.elf PORT CONTROL [--step] [--reset-on-open]\n");
        return 2;
    }
    for (int i = 4; i < argc; i++) {
        rig.step |= !strcmp(argv[i], "--step");
        rig.reset_on_open |= !strcmp(argv[i], "--reset-on-open");
    }
    snprintf(rig.link, sizeof rig.link, "%s", argv[2]);
    if (!rig_load(&rig, argv[1]) || !line_plug(&rig) || !control_open(argv[3])) {
        perror("runner");
        return 1;
    }
    if (rig.step)
        obey();
    else
        live();
    line_unplug(&rig);
    return 0;
}
