// edgekit's firmware for an Arduino Uno or Nano, for the Arduino IDE.
//
// `make -C firmware_bridge sketch` puts this file and the sources it needs into one folder,
// build/edgekit_bridge: open that in the IDE, choose the board and press "Upload".
// What can be changed, and which pin is what: src/avr/config.h.

#include "src/avr/node.h"

void setup() { node_setup(); }

void loop() { node_loop(); }
