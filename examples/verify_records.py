"""Verify records that somebody handed you, with the device's public key beside them."""

from pathlib import Path

from edgekit import verify_lines
from edgekit.signers.file import load_public

key = load_public(Path("device.pub.pem"))

with Path("records.jsonl").open("rb") as lines:
    report = verify_lines(lines, [key])

print(f"{report.records} records of {report.site}, all signed by {report.device}")
