"""Hand signed records to an MQTT broker: python publish_mqtt.py 127.0.0.1 1883."""

import sys
from pathlib import Path

from edgekit.outlets.mqtt import MqttOutlet, Place
from edgekit.records import SignedRecord

host, port = sys.argv[1:]
outlet = MqttOutlet(Place(host=host, port=int(port), base="edgekit/door"))
for sequence, line in enumerate(Path("records.jsonl").read_bytes().splitlines()):
    outlet.send(SignedRecord(sequence=sequence, envelope=line))
    print(f"record {sequence} is with {outlet.name}")
outlet.close()
