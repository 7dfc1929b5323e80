"""Presence, traffic volume, a hand, energy."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.control import energy, override, presence, volume
from edgekit.control.energy import EnergyLedger, Luminaire
from edgekit.control.override import Override
from edgekit.control.presence import Boost, Phase
from edgekit.control.volume import QUARTER_MS, Volume
from edgekit.errors import ConfigError

PEOPLE = presence.Rules()
ROAD = volume.Rules(peak_per_h=100)


def test_full_hold_standby() -> None:
    boost = presence.step(PEOPLE, Boost(), present=True, elapsed_ms=1000)
    assert (boost.phase, presence.level(PEOPLE, boost)) == (Phase.FULL, 1.0)
    boost = presence.step(PEOPLE, boost, present=False, elapsed_ms=1000)
    assert boost == Boost(phase=Phase.HOLD, left_ms=30_000)
    boost = presence.step(PEOPLE, boost, present=False, elapsed_ms=29_999)
    assert presence.level(PEOPLE, boost) == 1.0
    assert presence.step(PEOPLE, boost, present=True, elapsed_ms=1).phase is Phase.FULL
    boost = presence.step(PEOPLE, boost, present=False, elapsed_ms=1)
    assert (boost, presence.level(PEOPLE, boost)) == (Boost(), 0.2)


@given(st.lists(st.tuples(st.booleans(), st.integers(-1000, 60_000))))
def test_nobody_waits_in_the_dark(steps: list[tuple[bool, int]]) -> None:
    boost, gone_ms = Boost(), 10**9
    for present, elapsed_ms in steps:
        boost = presence.step(PEOPLE, boost, present=present, elapsed_ms=elapsed_ms)
        gone_ms = 0 if present else gone_ms + max(0, elapsed_ms)
        assert presence.level(PEOPLE, boost) == 1.0 or gone_ms >= 30_000


@pytest.mark.parametrize(
    "bad", [{"standby": 0}, {"standby": 0.6, "full": 0.5}, {"full": 2}, {"hold_ms": -1}]
)
def test_presence_rules_that_cannot_be(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="standby"):
        presence.Rules(**bad)


def busy(quarters: list[int], *, begin: int = 100) -> Volume:
    seen = Volume()
    for index, count in enumerate(quarters):
        seen = volume.step(seen, count, (begin + index) * QUARTER_MS)
    return seen


@pytest.mark.parametrize(
    ("quarters", "per_hour", "level"),
    [
        ([], None, 1.0),
        ([5, 5, 5, 5], None, 1.0),  # the first was not seen whole
        ([9, 1, 1, 1, 1, 0], 4, 0.5),
        ([9, 4, 4, 4, 4, 0], 16, 0.75),
        ([9, 12, 12, 12, 12, 0], 48, 1.0),
        ([9, 0, 0, 0, 0, 12], 48, 1.0),  # rises at once
        ([9, 20, 0, 0, 0, 0], 20, 0.75),  # falls after an hour
    ],
)
def test_class_by_volume(quarters: list[int], per_hour: int | None, level: float) -> None:
    seen = busy(quarters)

    assert volume.per_hour(seen) == per_hour
    assert volume.level(ROAD, seen) == level


def test_a_missed_quarter_forgets_all() -> None:
    seen = busy([9, 1, 1, 1, 1, 0])
    assert volume.step(seen, 0, 105 * QUARTER_MS) is seen
    assert volume.per_hour(volume.step(seen, 0, 107 * QUARTER_MS)) is None
    assert volume.per_hour(volume.step(seen, 0, 90 * QUARTER_MS)) is None


@pytest.mark.parametrize(
    "bad",
    [
        {"peak_per_h": 0},
        {"steps": ()},
        {"steps": ((0.1, 1.0), (0.2, 0.5))},
        {"steps": ((0.1, 0.5),)},
        {"steps": ((0.1, 0.5), (0.0, 0.7))},
        {"steps": ((0.1, 1.5), (0.0, 0.7))},
    ],
)
def test_roads_that_cannot_be(bad: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        volume.Rules(**{"peak_per_h": 10, **bad})


def test_a_hand_ends_by_itself() -> None:
    hand = override.elapse(Override(level=0.3, for_ms=1000), 400)
    assert hand == Override(level=0.3, for_ms=600)
    assert override.elapse(hand, -10_000) == hand
    assert override.elapse(hand, 600) is None
    assert override.elapse(None, 1) is None


@pytest.mark.parametrize(
    ("level", "for_ms"), [(1.1, 0), (-0.1, 0), (1, -1), (1, override.MOST_MS + 1)]
)
def test_hands_that_cannot_be(level: float, for_ms: int) -> None:
    with pytest.raises(ConfigError, match="a day at most"):
        Override(level=level, for_ms=for_ms)


def test_energy_of_a_night() -> None:
    lamp, ledger = Luminaire(rated_w=40), EnergyLedger()
    hour = 3_600_000
    for level, night, small in ((0.0, False, False), (1.0, True, False), (0.2, True, True)):
        ledger = energy.add(
            ledger, lamp, level=level, night=night, small_hours=small, elapsed_ms=hour
        )

    assert ledger.used_wh == pytest.approx(40 + 40 * 0.28)
    assert ledger.saved_wh == pytest.approx(80 - 51.2)
    assert ledger.saved_share == pytest.approx(1 - 51.2 / 80)
    assert ledger.half_night_share == pytest.approx(1 - (40 + 22) / 80)
    assert ledger.night_ms == 2 * hour
    assert EnergyLedger().saved_share is EnergyLedger().half_night_share is None


@given(st.floats(0, 1), st.lists(st.integers(0, 10**6), min_size=1))
def test_sums_are_exact_however_time_is_cut(level: float, cuts: list[int]) -> None:
    lamp = Luminaire()
    parts = whole = EnergyLedger()
    how: dict[str, Any] = {"level": level, "night": True, "small_hours": False}
    for cut in cuts:
        parts = energy.add(parts, lamp, elapsed_ms=cut, **how)
    whole = energy.add(whole, lamp, elapsed_ms=sum(cuts), **how)

    assert parts == whole


@pytest.mark.parametrize(("rated_w", "idle"), [(0, 0.1), (10, 1.0), (10, -0.1)])
def test_lamps_that_cannot_be(rated_w: float, idle: float) -> None:
    with pytest.raises(ConfigError, match="expected"):
        Luminaire(rated_w=rated_w, idle=idle)
