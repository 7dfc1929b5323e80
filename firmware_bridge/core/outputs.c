#include "outputs.h"

#include "board.h"
#include "bridge.h"

/* Ticks wrap: differences are right as long as they are below 2^31 ms, 24.8 days. */
static bool has_come(uint32_t now, uint32_t moment)
{
    return (int32_t)(now - moment) >= 0;
}

static struct output *find(struct outputs *outputs, uint8_t channel)
{
    for (uint8_t i = 0; i < outputs->count; i++)
        if (outputs->all[i].channel == channel)
            return &outputs->all[i];
    return 0;
}

static void go(struct output *output, uint16_t level)
{
    if (output->level != level) {
        output->level = level;
        board_drive(output->channel, level);
    }
}

static void make_safe(struct output *output, const struct channel *about)
{
    output->commanded = false;
    go(output, about->safe_level);
}

void outputs_start(struct outputs *outputs)
{
    struct channel about;

    outputs->count = 0;
    for (uint8_t channel = 0; channel < board_channel_count(); channel++) {
        board_describe(channel, &about);
        if (family_of(about.kind) != FAMILY_OUTPUT || outputs->count == OUTPUTS_MAX)
            continue;
        outputs->all[outputs->count++] = (struct output){.channel = channel, .level = about.safe_level};
        board_drive(channel, about.safe_level);
    }
}

/* A relay and a valve know two levels. */
static uint16_t quantised(uint8_t kind, uint16_t level)
{
    if (kind == KIND_DIMMER)
        return level;
    return level > OUTPUT_FULL / 2 ? OUTPUT_FULL : 0;
}

uint8_t outputs_set(struct outputs *outputs, uint8_t channel, uint16_t level, uint16_t expires_ms)
{
    struct output *const output = find(outputs, channel);
    const uint32_t now = board_ticks();
    struct channel about;

    if (!output)
        return ERR_CHANNEL;
    board_describe(channel, &about);
    level = expires_ms ? quantised(about.kind, level) : about.safe_level;
    if (level == about.safe_level)
        output->locked = false;
    else if (output->locked)
        return ERR_LIMIT;
    if (output->level == about.safe_level)
        output->left_safe_at = now;
    output->commanded = expires_ms;
    output->expires_at = now + expires_ms;
    go(output, level);
    return 0;
}

static void poll_one(struct output *output, uint32_t now)
{
    struct channel about;

    board_describe(output->channel, &about);
    if (output->commanded && has_come(now, output->expires_at))
        make_safe(output, &about);
    if (output->level == about.safe_level || !about.limit_s)
        return;
    if (has_come(now, output->left_safe_at + (uint32_t)about.limit_s * 1000)) {
        make_safe(output, &about);
        output->locked = true;
    }
}

void outputs_poll(struct outputs *outputs)
{
    const uint32_t now = board_ticks();

    for (uint8_t i = 0; i < outputs->count; i++)
        if (outputs->all[i].commanded)
            poll_one(&outputs->all[i], now);
}

uint16_t outputs_level(const struct outputs *outputs, uint8_t channel)
{
    for (uint8_t i = 0; i < outputs->count; i++)
        if (outputs->all[i].channel == channel)
            return outputs->all[i].level;
    return 0;
}
