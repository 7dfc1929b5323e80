/* What a board sends unasked: samples, and the words of thermal arrays. */
#ifndef EDGEKIT_STREAM_H
#define EDGEKIT_STREAM_H

#include "bridge.h"

/* Write one sample into a payload; returns its size. */
uint8_t stream_sample(struct bridge *bridge, uint8_t *payload);

/* Start, change or stop (0). */
void stream_every(struct stream *stream, uint16_t period_ms);

void stream_poll(struct bridge *bridge);

#endif
