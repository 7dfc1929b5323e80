"""No litre is lost and none invented, whatever the meter, the wire and the clock do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.contact import Edge
from edgekit.systems.decision import Decision
from edgekit.systems.register import Total
from edgekit.systems.vitals import Fault
from edgekit.systems.water import Settings, State, Volume, begin, step

HOUR = 3_600_000
START = 1_780_000_000_000
SETTINGS = Settings(modulus=100_000)


def run(readings: list[Total | Edge], settings: Settings) -> tuple[State, list[Decision]]:
    state, told = begin(settings), []
    for reading in readings:
        state, more = step(state, reading)
        told += more
    return state, told


def accounted_ml(state: State, told: list[Decision]) -> int:
    """What was told of days, of silences, and of the day that is not over."""
    return state.day_ml + sum(one.volume_ml for one in told if isinstance(one, Volume))


def faults(told: list[Decision]) -> list[str]:
    return [one.what.removeprefix("fault.") for one in told if one.what.startswith("fault.")]


T = Total
HALF = HOUR // 2


@pytest.mark.parametrize(
    ("ml_per_unit", "counts"),
    [(1000, 1), (100_000, 1), (1000, 450), (3_785_411_784, 10**6), (28_316_846_592, 10**6)],
    ids=["litres", "100 l", "450 a litre", "US gallons", "cubic feet"],
)
def test_no_ml_is_lost_by_the_unit_of_a_meter(ml_per_unit: int, counts: int) -> None:
    settings = Settings(ml_per_unit=ml_per_unit, counts=counts)
    totals = [7 + number for number in range(2000)]

    state, told = run(
        [T(t_ms=START + n * HOUR, total=one) for n, one in enumerate(totals)], settings
    )

    assert accounted_ml(state, told) == state.known_ml == 1999 * ml_per_unit // counts


def test_meters_swapped_again_and_again_in_a_day_lose_nothing_that_was_read() -> None:
    totals = [("A", 500), ("A", 510), ("B", 3), ("B", 8), ("C", 0), ("D", 900), ("D", 904)]

    state, told = run(
        [T(t_ms=START + n * HALF, total=one, meter=m) for n, (m, one) in enumerate(totals)],
        SETTINGS,
    )

    assert faults(told).count(Fault.METER_SWAPPED) == len(
        [one for one in told if one.what == "unknown"]
    )
    assert accounted_ml(state, told) == (10 + 5 + 4) * 1000


@pytest.mark.parametrize(
    ("seen", "litres", "fault"),
    [
        ([(1, 10), (2, 40)], 30, None),
        ([(1, 99_990), (2, 15)], 25, Fault.ROLLED_OVER),
        ([(1, 10), (2, 40), (3, 30), (4, 60)], 50, Fault.BACK_FLOW),
        ([(1, 10), (2, None), (3, 60)], 50, Fault.MISSING),
        ([(1, 10), (2, -4), (3, 60)], 50, Fault.OUT_OF_RANGE),
        ([(1, 10), (2, 100_000), (3, 60)], 50, Fault.OUT_OF_RANGE),
        ([(1, 10), (1, 10), (3, 60)], 50, Fault.REPEATED),
        ([(3, 30), (2, 20), (4, 60)], 30, Fault.CLOCK_BACK),
        ([(3, 30), (1, 40), (2, 60)], 30, Fault.CLOCK_BACK),
        ([(1, 10), (2, 50_000), (3, 50_020)], 20, Fault.METER_SWAPPED),
        ([(1, 50_000), (2, 3), (3, 23)], 20, Fault.METER_SWAPPED),
        ([(1, 10), (21, 400)], 390, Fault.MISSING),
    ],
)
def test_table_of_faults(
    seen: list[tuple[int, int | None]], litres: int, fault: Fault | None
) -> None:
    readings: list[Total | Edge] = [T(t_ms=START + t * HALF, total=total) for t, total in seen]

    state, told = run(readings, SETTINGS)

    assert state.known_ml == litres * 1000
    assert accounted_ml(state, told) == litres * 1000
    assert set(faults(told)) == (set() if fault is None else {fault})
    unknown = fault is Fault.METER_SWAPPED
    assert [one.what for one in told if one.what == "unknown"] == ["unknown"] * unknown


def test_a_named_swap_and_a_reset() -> None:
    seen: list[Total | Edge] = [
        T(t_ms=START, total=500, meter="A", boot="1"),
        T(t_ms=START + HALF, total=7, meter="A", boot="2"),
        T(t_ms=START + 2 * HALF, total=9_000, meter="B", boot="2"),
        T(t_ms=START + 3 * HALF, total=9_010, meter="B", boot="2"),
    ]

    state, told = run(seen, SETTINGS)

    assert state.known_ml == (7 + 10) * 1000
    assert faults(told) == [Fault.METER_RESET, Fault.METER_SWAPPED]


@pytest.mark.parametrize(
    ("date", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)]
)
def test_a_day_is_as_long_as_people_live_it(date: str, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    midnight = datetime.fromisoformat(date).replace(tzinfo=zone) - timedelta(hours=6)
    start_ms = round(midnight.timestamp() * 1000)
    readings: list[Total | Edge] = [T(t_ms=start_ms + k * HALF, total=10 * k) for k in range(80)]

    _, told = run(readings, replace(SETTINGS, zone=zone))

    days = {one.date: one for one in told if isinstance(one, Volume)}
    assert days[date].volume_ml == hours * 20_000
    assert days[date].complete
    assert (Fault.CLOCK_CHANGE in faults(told)) is (hours != 24)


def test_a_short_silence_over_midnight_is_shared_out_and_a_long_one_is_not() -> None:
    midnight = round(datetime(2026, 6, 2, tzinfo=UTC).timestamp() * 1000)
    before = [T(t_ms=midnight - HALF // 3, total=0), T(t_ms=midnight + HALF // 6, total=9)]

    _, (day,) = run([*before], SETTINGS)

    assert isinstance(day, Volume)
    assert (day.volume_ml, day.complete) == (6000, False)
    state, told = run([before[0], T(t_ms=midnight + 40 * HOUR, total=9)], SETTINGS)
    assert [one.what for one in told] == ["fault.missing", "day", "undated"]
    assert (accounted_ml(state, told), state.day_ml) == (9000, 0)


def test_a_clock_a_year_ahead_loses_nothing() -> None:
    ahead = 365 * 24 * HOUR
    readings: list[Total | Edge] = [
        T(t_ms=START, total=0),
        T(t_ms=START + ahead, total=10),
        T(t_ms=START + HOUR, total=30),
        T(t_ms=START + 2 * HOUR, total=60),
    ]

    state, told = run(readings, SETTINGS)

    assert accounted_ml(state, told) == 60_000
    assert state.day is not None
    assert state.day.start_ms <= START + 2 * HOUR < state.day.end_ms


def test_a_contact_that_bounces_counts_once() -> None:
    edges = []
    for pulse in range(5):
        at = START + pulse * 2000
        for t_ms, closed in ((0, 1), (2, 0), (3, 1), (100, 0), (101, 1), (104, 0)):
            edges.append(Edge(t_ms=at + t_ms, closed=bool(closed)))

    state, told = run([*edges, Edge(t_ms=START + 20_000, closed=None)], Settings())

    assert state.known_ml == 5000
    assert Fault.BOUNCED in faults(told)


def test_a_spike_on_the_wire_is_no_litre() -> None:
    edges: list[Total | Edge] = [Edge(t_ms=START + t, closed=bool(c)) for t, c in ((0, 1), (4, 0))]

    state, _ = run([*edges, Edge(t_ms=START + 500, closed=None)], Settings())

    assert state.known_ml == 0


@pytest.mark.parametrize(
    "bad",
    [{"ml_per_unit": 0}, {"counts": 0}, {"q4_l_per_h": 0}, {"modulus": 1}, {"back_l_per_h": -1}],
    ids=str,
)
def test_meters_that_cannot_be(bad: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        Settings(**bad)


steps = st.lists(
    st.tuples(
        st.integers(1, 600),  # minutes since the last one
        st.integers(-4, 200),  # litres, some of them back
        st.sampled_from(["seen", "seen", "seen", "missing", "twice", "late"]),
    ),
    max_size=60,
)


@given(steps, st.integers(0, 99_999))
@example([(1, 0, "late"), (1, 0, "seen")], 0)  # it came late, from before the meter rolled over
def test_what_is_told_is_what_went_by(steps: list[tuple[int, int, str]], first: int) -> None:
    true, t_ms, seen = first, START, [T(t_ms=START, total=first)]
    last = first
    for minutes, litres, what in steps:
        t_ms += minutes * 60_000
        # As much as the overload flow and the check valve let through.
        true += min(litres, 3 * minutes) if litres > 0 else -min(-litres, minutes // 15)
        if what == "missing":
            seen.append(T(t_ms=t_ms, total=None))
            continue
        last = true
        seen.append(T(t_ms=t_ms, total=true % 100_000))
        if what == "twice":
            seen.append(seen[-1])
        if what == "late":
            seen.append(T(t_ms=t_ms - 30_000, total=(true - 1) % 100_000))

    state, told = run([*seen], SETTINGS)

    assert accounted_ml(state, told) == state.known_ml == (last - first) * 1000
