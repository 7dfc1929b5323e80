"""How drowsy a window of blinks looks, against the driver's own blinks while alert.

    logit = drowsiness(Reference.of(alert_blinks), blinks)

Each number of a blink is taken in standard deviations from the driver's own mean while alert
(Ghoddoosian, Galib and Athitsos, CVPRW 2019, section 4.2), under a square root that keeps its sign
(far outliers weigh little). A window of 30 blinks gives the mean, the spread and the mean size of
the four; a logistic regression weighs these twelve. Its table was fitted once by
benchmarks/systems/drowsiness.py to blinks of 47 people (UTA-RLDD, folds 1 to 4) and is frozen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edgekit.errors import ConfigError
from edgekit.systems.drowsiness_blinks import Numbers

Floats = npt.NDArray[np.float64]

WINDOW = 30
LEAST_REFERENCE = 10
MOST_SD = 500.0

BIAS = -3.244
WEIGHTS = (
    # frequency, amplitude, duration, opening velocity
    (0.128, -1.572, 2.149, -0.510),  # mean
    (-1.300, -2.045, -0.545, -0.909),  # spread
    (0.407, 0.732, 1.797, 3.582),  # mean size
)
DROWSY_LOGIT = -0.17
"""From so much on, as a spell's mean: one in ten of the alert films lay above it (cross-fitted)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The driver's own blinks while alert: mean and standard deviation of the four numbers."""

    mean: Numbers
    spread: Numbers

    @classmethod
    def of(cls, blinks: Sequence[Numbers]) -> "Reference":
        """Return the reference of some blinks, of which the last third is used.

        The frequency, which is one since the spell began, has settled by then.

        Raises:
            ConfigError: they are fewer than 30.
        """
        if len(blinks) // 3 < LEAST_REFERENCE:
            raise ConfigError(
                f"{len(blinks)} blinks while alert: expected {3 * LEAST_REFERENCE} or more"
            )
        table = np.asarray(blinks, dtype=np.float64)
        last = table[-(len(blinks) // 3) :]
        # A number that did not vary at all in the last third did so before (as in the source).
        spread = np.where(last.std(axis=0) > 0, last.std(axis=0), table.std(axis=0))
        spread = np.maximum(spread, 1e-9)
        return cls(mean=_four(last.mean(axis=0)), spread=_four(spread))

    def __post_init__(self) -> None:
        if not min(self.spread) > 0:
            raise ConfigError(f"a reference of spread {self.spread}: expected more than 0")


def drowsiness(reference: Reference, blinks: Sequence[Numbers]) -> float:
    """Return the logit of a window of blinks: above `DROWSY_LOGIT` it looks drowsy.

    Raises:
        ConfigError: there are none.
    """
    table = np.asarray(blinks, dtype=np.float64).reshape(-1, 4)
    if not len(table):
        raise ConfigError("a window without blinks: expected some")
    away = (table - np.array(reference.mean)) / np.array(reference.spread)
    return float(signs(away) @ np.ravel(WEIGHTS) + BIAS)


def signs(away: Floats) -> Floats:
    """Return the twelve numbers (mean, spread, mean size of four) of blinks (n, 4) in sd."""
    clipped = np.clip(away, -MOST_SD, MOST_SD)
    rooted = np.sign(clipped) * np.sqrt(np.abs(clipped))
    parts = [rooted.mean(axis=0), rooted.std(axis=0), np.abs(rooted).mean(axis=0)]
    return np.concatenate(parts)


def _four(row: Floats) -> Numbers:
    return float(row[0]), float(row[1]), float(row[2]), float(row[3])
