"""From the bytes of sound to numbers. Nothing here has passed the gate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ConfigError

WIDTHS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How samples lie in bytes: interleaved, little-endian; of one byte unsigned, else signed.

    ``width`` is of one sample in bytes, 1 to 4; ``channels`` how many there are of each moment.
    Raises ConfigError where it is another.
    """

    width: int
    channels: int

    def __post_init__(self) -> None:
        if self.width not in WIDTHS or self.channels < 1:
            raise ConfigError(
                f"samples of {self.width} bytes, {self.channels} channels: expected 1 to 4 bytes, "
                "a channel or more"
            )

    @property
    def moment(self) -> int:
        """Bytes of all channels of one moment."""
        return self.width * self.channels


def samples_of(data: bytes | memoryview, form: Form) -> NDArray[np.float64]:
    """Return the first channel's samples, -1 to 1; a moment that is not whole is left out."""
    whole = len(data) // form.moment * form.moment
    raw = np.frombuffer(data, np.uint8, count=whole).reshape(-1, form.channels, form.width)[:, 0]
    if form.width == 1:
        return (raw[:, 0].astype(np.float64) - 128) / 128
    # Shifted to the top of 32 bits, so that the highest bit is the sign.
    wide = np.zeros((len(raw), 4), np.uint8)
    wide[:, 4 - form.width :] = raw
    return wide.view("<i4")[:, 0].astype(np.float64) / 2**31
