"""The serial packets of ``firmware_bridge/PROTOCOL.md``: bytes in, packets out, and back.

decoder = PacketDecoder()
for found in decoder.feed(data):
    ...  # a Packet, or the Fault for which bytes were thrown away
"""
