"""What a measure saved, against what the home would have used in the same weather.

    baseline = baseline_of(before)                     # days of (mean outside °C, kWh)
    saving = saved(baseline, after)
    if saving.proved: ...

Option C of the IPMVP (whole facility) with the three-parameter heating model of ASHRAE Guideline
14-2014: a base, and a slope below a balance temperature. Its prescriptive path asks for a CV(RMSE)
of at most 25 % of the baseline and an NMBE of at most 5 %; its performance path for an uncertainty
of less than half of the saving at 68 % confidence. Where one of these fails nothing is proved.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edgekit.errors import ConfigError

LEAST_DAYS = 30
PARAMETERS = 3
MOST_CV, MOST_NMBE, MOST_UNCERTAINTY = 0.25, 0.05, 0.5
T_68, CORRELATED = 1.0, 1.26
BALANCE_C = tuple(10 + 0.5 * step for step in range(21))

Day = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """kWh a day = ``base_kwh`` + ``slope_kwh_k`` x degrees below ``balance_c``, and how well."""

    base_kwh: float
    slope_kwh_k: float
    balance_c: float
    days: int
    cv_rmse: float
    nmbe: float

    def kwh(self, outdoor_c: float) -> float:
        """Return what a day of such weather would have used."""
        return self.base_kwh + self.slope_kwh_k * max(0.0, self.balance_c - outdoor_c)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """kWh saved, give or take, and whether that is proved; ``why`` in words."""

    kwh: float
    give_or_take_kwh: float
    proved: bool
    why: str


def baseline_of(days: Sequence[Day]) -> Baseline:
    """Fit a baseline, at the balance temperature of the least error.

    Raises:
        ConfigError: fewer than 30 days, numbers that are none, or nothing was used.
    """
    table = np.asarray(days, dtype=np.float64).reshape(-1, 2)
    if len(table) < LEAST_DAYS or not np.isfinite(table).all() or table[:, 1].mean() <= 0:
        raise ConfigError(
            f"{len(table)} days before the measure: expected {LEAST_DAYS} or more, of numbers, "
            "in which something was used"
        )
    outdoor, used = table[:, 0], table[:, 1]
    best: tuple[float, float, float, float] | None = None
    for balance in BALANCE_C:
        degrees = np.maximum(0.0, balance - outdoor)
        inputs = np.column_stack([np.ones(len(table)), degrees])
        found = np.linalg.lstsq(inputs, used, rcond=None)[0]
        error = float(np.square(used - inputs @ found).sum())
        if best is None or error < best[0] - 1e-9:
            best = (error, float(found[0]), float(found[1]), balance)
    error, base, slope, balance = best or (0.0, 0.0, 0.0, 0.0)
    free, mean = len(table) - PARAMETERS, float(used.mean())
    fitted = base + slope * np.maximum(0.0, balance - outdoor)
    return Baseline(
        base_kwh=base,
        slope_kwh_k=slope,
        balance_c=balance,
        days=len(table),
        cv_rmse=float(np.sqrt(error / free)) / mean,
        nmbe=float((used - fitted).sum()) / (free * mean),
    )


def saved(baseline: Baseline, days: Sequence[Day]) -> Saving:
    """Return what was saved in the days after a measure.

    Raises:
        ConfigError: there are none.
    """
    if not days:
        raise ConfigError("a saving without days: expected some")
    would = sum(baseline.kwh(outdoor) for outdoor, _ in days)
    kwh = would - sum(used for _, used in days)
    count = len(days)
    # The guideline's fractional uncertainty is relative to what was saved: here it is in kWh.
    spread = ((1 + 2 / baseline.days) / count) ** 0.5
    give = T_68 * CORRELATED * baseline.cv_rmse * spread * max(would, 0.0)
    why = _unproved(baseline, kwh, give)
    words = f"{kwh:.0f} kWh of {would:.0f} saved, give or take {give:.0f}"
    return Saving(kwh=kwh, give_or_take_kwh=give, proved=not why, why=why or words)


def _unproved(baseline: Baseline, kwh: float, give: float) -> str:
    if baseline.cv_rmse > MOST_CV:
        return f"not proved: the baseline is off by {baseline.cv_rmse:.0%}, at most {MOST_CV:.0%}"
    if abs(baseline.nmbe) > MOST_NMBE:
        return f"not proved: the baseline leans by {baseline.nmbe:.0%}, at most {MOST_NMBE:.0%}"
    if baseline.slope_kwh_k < 0:
        return "not proved: by the baseline more is used when it is warm"
    if kwh <= 0:
        return f"nothing was saved: {-kwh:.0f} kWh more than before in such weather"
    if give > MOST_UNCERTAINTY * kwh:
        return f"not proved: {kwh:.0f} kWh, give or take {give:.0f}"
    return ""
