/*
 * Runs the text vectors through the core: `vectors FOLDER`. Prints each that fails; exit code 1 then.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/cmac.h"
#include "../core/wire.h"

enum { FIELD = 2048, MAX_BYTES = FIELD / 2, FIELDS = 4 };

/* One stanza: the values of these names, in this order; "" where one is missing. */
static const char *const NAMES[FIELDS] = {"name", "key", "message", "expect"};
enum { NAME, KEY, MESSAGE, EXPECT };
typedef char stanza[FIELDS][FIELD];

static size_t unhex(const char *text, uint8_t *out)
{
    size_t size = 0;
    unsigned byte;

    while (size < MAX_BYTES && sscanf(text + 2 * size, "%2x", &byte) == 1)
        out[size++] = (uint8_t)byte;
    return size;
}

static size_t put_hex(char *at, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sprintf(at + 2 * i, "%02x", data[i]);
    if (!size)
        strcpy(at, "-");
    return strlen(at);
}

static void tell_packet(const uint8_t *data, char *out)
{
    out += sprintf(out, "packet %02x %02x %02x %02x ", data[AT_VERSION], data[AT_TYPE], data[AT_SEQ],
                   data[AT_BOOT]);
    put_hex(out, data + AT_PAYLOAD, data[AT_LENGTH]);
}

/* What a receiver finds, in the words of packets.txt. */
static void decode(const char *hex, char *out)
{
    static const char *const WORDS[] = {
        [WIRE_BAD_COBS] = "cobs", [WIRE_BAD_LENGTH] = "length", [WIRE_BAD_CRC] = "crc"};
    struct wire_decoder decoder;
    uint8_t data[MAX_BYTES];
    const size_t size = unhex(hex, data);
    const char *between = "";

    memset(&decoder, 0, sizeof decoder);
    strcpy(out, "nothing");
    for (size_t i = 0; i < size; i++) {
        const enum wire_event event = wire_feed(&decoder, data[i]);
        if (event == WIRE_NOTHING)
            continue;
        out += sprintf(out, "%s", between);
        between = "; ";
        if (event == WIRE_PACKET)
            tell_packet(decoder.data, out);
        else
            strcpy(out, WORDS[event]);
        out += strlen(out);
    }
}

static void authenticate(const char *key_hex, const char *message_hex, char *out)
{
    uint8_t key[MAX_BYTES], message[MAX_BYTES], tag[AES_BYTES];
    const size_t size = unhex(message_hex, message);
    struct cmac mac;

    unhex(key_hex, key);
    cmac_start(&mac, key);
    cmac_add(&mac, message, (uint8_t)size);
    cmac_finish(&mac, tag);
    put_hex(out, tag, sizeof tag);
}

/* 0 where the stanza holds. */
static int judge(stanza fields)
{
    char got[2 * FIELD];

    if (*fields[KEY])
        authenticate(fields[KEY], fields[MESSAGE], got);
    else
        decode(fields[MESSAGE], got);
    if (!strcmp(got, fields[EXPECT]))
        return 0;
    printf("%s\n  expected %s\n  got      %s\n", fields[NAME], fields[EXPECT], got);
    return 1;
}

static void take_field(stanza fields, char *line)
{
    char *const value = strstr(line, ": ");

    line[strcspn(line, "\n")] = 0;
    if (!value)
        return;
    *value = 0;
    for (int i = 0; i < FIELDS; i++)
        if (!strcmp(line, NAMES[i]) || (i == MESSAGE && !strcmp(line, "bytes")))
            snprintf(fields[i], FIELD, "%s", value + 2);
}

static int run(const char *folder, const char *file, int *count)
{
    static char line[FIELD + 16];
    static stanza fields;
    char path[FIELD];
    int failed = 0;

    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *const source = fopen(path, "r");
    if (!source)
        return 1;
    while (fgets(line, sizeof line, source)) {
        if (*line != '#')
            take_field(fields, line);
        if (!*fields[EXPECT])
            continue;
        failed += judge(fields);
        ++*count;
        memset(fields, 0, sizeof fields);
    }
    fclose(source);
    return failed;
}

int main(int argc, char **argv)
{
    int count = 0;
    const char *const folder = argc > 1 ? argv[1] : "vectors";
    const int failed = run(folder, "packets.txt", &count) + run(folder, "cmac.txt", &count);

    printf("%d vectors, %d failed\n", count, failed);
    return failed != 0;
}
