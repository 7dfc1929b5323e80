"""Cover everybody and keep the last picture, covered.png: python redact_video.py [VIDEO]."""

import sys
from pathlib import Path

from edgekit import Redactor
from edgekit.node.trying.counting import open_spec
from edgekit.redaction.background import LearningRules
from edgekit.redaction.redactor import encode

source = open_spec(sys.argv[1] if len(sys.argv) > 1 else "plaza")
redactor = Redactor(source.size, learning=LearningRules(learn_ms=2_000))

while frame := source.read():
    covered = redactor.redact(frame)

Path("covered.png").write_bytes(encode(covered))
print(f"covered.png shows {redactor.known_share:.0%} of the background and nobody")
