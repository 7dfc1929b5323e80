/* What each request does. */
#ifndef EDGEKIT_REQUESTS_H
#define EDGEKIT_REQUESTS_H

#include "bridge.h"

/* Answer a request in the decoder; its type is below SAMPLE. */
void requests_answer(struct bridge *bridge);

#endif
