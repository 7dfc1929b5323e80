"""One signed release of a made-up door: tests change what they are about with `replace`."""

from edgekit.provenance import Seal, Source, Wall
from edgekit.records import (
    Aggregate,
    ClockTrust,
    Profile,
    QualityWord,
    RecordHead,
    Status,
    Unit,
)
from edgekit.signing.keys import MemorySigner

SIGNER = MemorySigner.from_seed(bytes(32))
HEAD = RecordHead(
    device=SIGNER.key_id,
    site="plaza",
    boot="0" * 16,
    sequence=0,
    clock=ClockTrust.SYNCED,
    wall=Wall(eye=Seal.SEALED, clerk=Seal.SEALED, herald=Seal.SEALED),
    source=Source.CAMERA,
    authorisation="sha256:" + "a" * 64,
    notice="sha256:" + "b" * 64,
    authority="self",
    software="edgekit",
)
WINDOW = Aggregate(
    metric="line.door.in",
    unit=Unit.COUNT,
    window_start_s=1_800_000_000,
    window_s=900,
    value=15,
    status=Status.RELEASED,
    reason=None,
    uptime_percent=100,
    quality=QualityWord.GOOD,
    profile=Profile.SDC_10_5,
)
