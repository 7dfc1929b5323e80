#define _GNU_SOURCE
#include "rig.h"

#include <errno.h>
#include <fcntl.h>
#include <simavr/avr_eeprom.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LINE = 2 * RIG_QUEUE + 64, WORDS = 5 };

static int listener = -1, client = -1;
static char line[LINE];
static size_t filled;

bool control_open(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof address.sun_path)
        return false;
    strcpy(address.sun_path, path);
    unlink(path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return listener >= 0 && !bind(listener, (struct sockaddr *)&address, sizeof address) &&
           !listen(listener, 1);
}

int control_listener(void)
{
    return client < 0 ? listener : -1;
}

int control_client(void)
{
    return client;
}

static void say(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vdprintf(client, format, values);
    va_end(values);
}

static size_t unhex(const char *text, uint8_t *out, size_t room)
{
    size_t size = 0;
    unsigned byte;

    while (size < room && sscanf(text + 2 * size, "%2x", &byte) == 1)
        out[size++] = (uint8_t)byte;
    return size;
}

static bool do_pin(struct rig *rig, char **word)
{
    struct wire *const wire = pins_find(rig, word[1]);

    if (!wire)
        return false;
    if (!strcmp(word[0], "pin"))
        pins_set(wire, atoi(word[2]));
    else if (!strcmp(word[0], "pulse"))
        pins_train(rig, wire, (uint32_t)atoi(word[2]), rig_cycles(atof(word[3])));
    else if (!strcmp(word[0], "level"))
        say("ok %d\n", wire->level);
    else {
        uint32_t periods;
        const double duty = pins_duty(rig, wire, &periods);
        say("ok %.6f %u\n", duty, periods);
    }
    return true;
}

static bool do_bus(char **word)
{
    static uint8_t data[RIG_QUEUE];
    const uint8_t address = (uint8_t)strtoul(word[1], 0, 16);

    if (!strcmp(word[2], "off")) {
        bus_fit(address, false);
        return true;
    }
    return bus_load(address, (uint16_t)strtoul(word[2], 0, 16), data,
                    unhex(word[3], data, sizeof data));
}

static bool do_eeprom(struct rig *rig, char **word)
{
    uint8_t data[64];
    avr_eeprom_desc_t about = {.ee = data, .offset = (uint16_t)atoi(word[1])};

    about.size = (uint32_t)unhex(word[2], data, sizeof data);
    return !avr_ioctl(rig->avr, AVR_IOCTL_EEPROM_SET, &about) || true;
}

static void say_received(struct rig *rig)
{
    static char hex[2 * RIG_QUEUE + 1];

    for (size_t i = 0; i < rig->from_device.size; i++)
        sprintf(hex + 2 * i, "%02x", rig->from_device.data[i]);
    hex[2 * rig->from_device.size] = 0;
    rig->from_device.size = 0;
    say("ok %s\n", hex);
}

static bool do_time(struct rig *rig, char **word)
{
    const uint64_t end = rig->avr->cycle + rig_cycles(atof(word[1]));

    if (!strcmp(word[0], "vrun")) {
        rig_run_until(rig, end);
        say_received(rig);
        return true;
    }
    while (rig->avr->cycle < end) { /* with the pseudo terminal, every tenth of a millisecond */
        line_pump(rig);
        rig_run_until(rig, rig->avr->cycle + rig_cycles(100));
    }
    line_pump(rig);
    return true;
}

static bool do_line(struct rig *rig, char **word)
{
    static uint8_t data[RIG_QUEUE];

    if (!strcmp(word[0], "tx"))
        line_feed(rig, data, unhex(word[1], data, sizeof data));
    else if (!strcmp(word[0], "unplug"))
        line_unplug(rig);
    else
        return line_plug(rig);
    return true;
}

static bool do_board(struct rig *rig, char **word)
{
    if (!strcmp(word[0], "reset"))
        rig_reset(rig, (uint8_t)(*word[1] ? atoi(word[1]) : 2));
    else if (!strcmp(word[0], "hang"))
        rig_hang(rig);
    else if (!strcmp(word[0], "stat"))
        say("ok %llu %u %d %.0f %u\n", (unsigned long long)rig->avr->cycle, rig->resets,
            rig->avr->state, baud_of_device(rig), rig->deepest);
    else
        rig->quit = true;
    return true;
}

static bool do_analog(struct rig *rig, char **word)
{
    pins_analog(rig, (unsigned)atoi(word[1]), (uint32_t)atoi(word[2]));
    return true;
}

static bool is_one_of(const char *word, const char *list)
{
    const char *const found = strstr(list, word);

    return *word && found && found[-1] == ' ' && found[strlen(word)] == ' ';
}

static bool carry_out(struct rig *rig, char **word)
{
    if (is_one_of(word[0], " pin pulse level duty "))
        return do_pin(rig, word);
    if (is_one_of(word[0], " run vrun "))
        return do_time(rig, word);
    if (is_one_of(word[0], " tx plug unplug "))
        return do_line(rig, word);
    if (is_one_of(word[0], " reset hang stat quit "))
        return do_board(rig, word);
    if (!strcmp(word[0], "adc"))
        return do_analog(rig, word);
    if (!strcmp(word[0], "i2c"))
        return do_bus(word);
    return !strcmp(word[0], "eeprom") && do_eeprom(rig, word);
}

static void take_line(struct rig *rig, char *text)
{
    char *word[WORDS] = {"", "", "", "", ""};
    char *rest = text;

    for (int i = 0; i < WORDS && (word[i] = strsep(&rest, " ")); i++)
        ;
    for (int i = 0; i < WORDS; i++)
        word[i] = word[i] ? word[i] : "";
    const bool tells = is_one_of(word[0], " level duty vrun stat ");
    if (!carry_out(rig, word))
        say("error cannot do: %s\n", word[0]);
    else if (!tells)
        say("ok\n");
}

void control_pump(struct rig *rig)
{
    char *end;

    if (client < 0)
        client = accept4(listener, 0, 0, SOCK_CLOEXEC);
    if (client < 0)
        return;
    const ssize_t size = recv(client, line + filled, sizeof line - 1 - filled, MSG_DONTWAIT);
    if (!size || (size < 0 && errno != EAGAIN)) {
        close(client);
        client = -1;
        filled = 0;
        rig->quit = true; /* who started the board is gone: an orphan would run for ever */
        return;
    }
    filled += size > 0 ? (size_t)size : 0;
    line[filled] = 0;
    while ((end = strchr(line, '\n'))) {
        *end = 0;
        take_line(rig, line);
        filled -= (size_t)(end + 1 - line);
        memmove(line, end + 1, filled + 1);
    }
}
