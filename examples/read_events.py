"""Follow a node's released numbers as they come, from the page that [web] in site.toml asks for."""

import base64
import json
import urllib.request

EVENTS = "http://127.0.0.1:8710/events?after=0"

with urllib.request.urlopen(EVENTS) as stream:
    for line in stream:
        if not line.startswith(b'data: {"payload"'):
            continue
        envelope = json.loads(line.removeprefix(b"data: "))
        record = json.loads(base64.b64decode(envelope["payload"]))
        if record["type"] == "aggregate":
            print(record["metric"], record["status"], record.get("count"), record["reason"])
