"""``[microphone]``: what the eye hears with, in place of ``[camera]``."""

import re
from dataclasses import dataclass
from pathlib import Path

from edgekit.config.table import Table
from edgekit.errors import ConfigError

DEVICES = "/dev/snd"
"""Where capture devices are; which of them a card's name means, libasound knows."""

SOUND_FILE = ".wav"
_HARDWARE = re.compile(r"hw:(CARD=)?[A-Za-z0-9_]{1,32}(,(DEV=)?[0-9]{1,2})?")
LEAST_RATE_HZ, MOST_RATE_HZ = 8_000, 192_000
LEAST_DB, MOST_DB = 60.0, 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Microphone:
    """How loud a microphone's full range is, and its rate; ``source`` is a card or a WAV file.

    ``full_scale_db`` is the level of a sine that just fills the range, by calibration (IEC 60942).
    """

    source: str
    full_scale_db: float
    rate_hz: int


def read_microphone(table: Table, folder: Path) -> Microphone:
    """Read ``[microphone]``; raises ConfigError."""
    source = table.text("source")
    if source.endswith(SOUND_FILE):
        source = str(table.path("source", folder))
    elif not _HARDWARE.fullmatch(source):
        raise ConfigError(
            f"microphone.source {source!r}: expected a card, as hw:1 or hw:CARD=Device, or a file "
            f"that ends in {SOUND_FILE}",
            hint="arecord -L lists the cards",
        )
    microphone = Microphone(
        source=source,
        full_scale_db=table.number("full_scale_db", LEAST_DB, MOST_DB),
        rate_hz=table.whole("rate_hz", LEAST_RATE_HZ, MOST_RATE_HZ, 48_000),
    )
    table.done()
    return microphone
