"""Microcontrollers and meters on a wire: the link, and channels that are used like gpiozero's.

from edgekit.bridge.board import Bridge
from edgekit.bridge.outputs import Lamp

with Bridge("serial:by-id/usb-Arduino_Uno-if00") as bridge:
    lamp = Lamp(bridge)
    lamp.value = 0.4
"""
