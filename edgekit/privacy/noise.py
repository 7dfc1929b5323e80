"""Discrete Laplace noise, exact over the integers, and what keeps it until a window is released.

    noise = Noise(metrics, below=secrets.randbelow)
    noise.open(start_s)
    noise.take(start_s)

The sampler is that of Canonne, Kamath and Steinke ("The Discrete Gaussian for Differential
Privacy", 2020, algorithm 2 and proposition 32): no float is involved, so that nothing is lost in
their last bits (Mironov, "On Significance of the Least Significant Bits", 2012).

Noise is drawn when a window opens, so that the time that drawing takes tells nothing of what was
counted (Jin et al., "Are We There Yet? Timing and Floating-Point Attacks on Differential Privacy
Systems", 2021). It is in memory alone: whoever cuts the power loses the window, and never gets two
draws for one.
"""

from collections.abc import Callable, Iterable, Mapping

Below = Callable[[int], int]
"""An even draw from 0 to n - 1, such as ``secrets.randbelow``."""


def discrete_laplace(scale: int, below: Below) -> int:
    """Draw x with a probability in proportion to exp(-|x| / scale); ``scale`` is 1 or more."""
    while True:
        rest = below(scale)
        if not _happens(rest, scale, below):
            continue
        whole = 0
        while _happens(1, 1, below):
            whole += 1
        size = rest + scale * whole
        negative = below(2)
        # Zero has no sign: kept for one of the two alone, it is as likely as it should be.
        if size or not negative:
            return -size if negative else size


def _happens(numerator: int, denominator: int, below: Below) -> bool:
    """Draw true with the probability exp(-numerator / denominator), which is at most 1."""
    terms = 1
    while below(denominator * terms) < numerator:
        terms += 1
    return terms % 2 == 1


class Noise:
    """What is added to the counts of each window.

    Args:
        metrics: those whose values get noise.
        scale: of the discrete Laplace distribution: 1 / epsilon.
        below: where randomness comes from.
    """

    def __init__(self, metrics: Iterable[str], *, scale: int, below: Below) -> None:
        self._metrics = tuple(metrics)
        self._scale = scale
        self._below = below
        self._opened_s: int | None = None
        self._drawn: dict[int, Mapping[str, int]] = {}

    def open(self, start_s: int) -> None:
        """Draw for the window that begins; again for the same one, or an earlier, does nothing.

        The first window that is told of had begun before: it has no noise.
        """
        if self._opened_s is not None and start_s <= self._opened_s:
            return
        self._drawn.clear()
        if self._opened_s is not None:
            self._drawn[start_s] = {
                metric: discrete_laplace(self._scale, self._below) for metric in self._metrics
            }
        self._opened_s = start_s

    def take(self, start_s: int) -> Mapping[str, int] | None:
        """Return the noise of a window and destroy it; None where it has none, or not any more."""
        return self._drawn.pop(start_s, None)
