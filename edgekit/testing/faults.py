"""A wire that goes wrong, from a seed: bits flip, bytes get lost or double, garbage comes in."""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFaults:
    """What happens to each byte, as probabilities."""

    bit_error: float = 0.0
    dropped: float = 0.0
    doubled: float = 0.0
    garbage: float = 0.0  # a random byte before this one
    truncated: float = 0.0  # the rest of what was written at once is lost


class FaultyWire:
    """Passes bytes on as the faults have it; the same seed gives the same faults.

    Attributes:
        hit: how many writes did not come through as they were.
    """

    def __init__(self, faults: WireFaults, seed: int) -> None:
        self._faults = faults
        self._dice = random.Random(seed)  # noqa: S311 -- faults have to be repeatable, not secret
        self.hit = 0

    def carry(self, data: bytes) -> bytes:
        """Return what comes out of the other end."""
        out = bytearray()
        for byte in data:
            if self._happens(self._faults.truncated):
                break
            if self._happens(self._faults.garbage):
                out.append(self._dice.randrange(256))
            if not self._happens(self._faults.dropped):
                out.append(self._flip(byte))
            if self._happens(self._faults.doubled):
                out.append(byte)
        self.hit += bytes(out) != data
        return bytes(out)

    def _happens(self, probability: float) -> bool:
        return probability > 0 and self._dice.random() < probability

    def _flip(self, byte: int) -> int:
        if not self._faults.bit_error:
            return byte
        for bit in range(8):
            if self._dice.random() < self._faults.bit_error:
                byte ^= 1 << bit
        return byte


def both_ways(faults: WireFaults, seed: int) -> dict[str, Callable[[bytes], bytes]]:
    """Return ``up`` and ``down`` for `edgekit.bridge.lockstep.LockstepHost`."""
    return {"up": FaultyWire(faults, seed).carry, "down": FaultyWire(faults, seed + 1).carry}
