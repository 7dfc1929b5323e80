"""What a link has counted since it was opened."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class LinkStatistics:
    """Counters of the host's side; the board's own are in `edgekit.wire.messages.Stats`.

    ``gaps`` counts samples that never arrived, ``strays`` replies that nobody waited for.
    """

    packets: int = 0
    bad_crc: int = 0
    bad_cobs: int = 0
    bad_length: int = 0
    bad_payload: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    retries: int = 0
    timeouts: int = 0
    resets: int = 0
    reconnects: int = 0
    gaps: int = 0
    strays: int = 0
