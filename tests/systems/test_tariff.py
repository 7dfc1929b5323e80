"""Loads at their cheapest time, whatever the prices: late, missing, doubled, in other units."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.day import HOUR_MS, MINUTE_MS
from edgekit.systems.decision import Decision
from edgekit.systems.tariff import Offer, Request, Settings, State, Tick, begin, step
from edgekit.systems.tariff_prices import Job, Slot

START = 1_780_272_000_000 // (24 * HOUR_MS) * 24 * HOUR_MS


def offer(hour: float, price: float, *, heard_h: float = 0, minutes: int = 60) -> Offer:
    at = START + round(hour * HOUR_MS)
    slot = Slot(start_ms=at, end_ms=at + minutes * MINUTE_MS, price_mwh=price)
    return Offer(t_ms=START + round(heard_h * HOUR_MS), slot=slot)


def request(hour: float, *, until_h: float, run_h: float = 2) -> Request:
    job = Job(
        name="washing",
        kw=2,
        run_ms=round(run_h * HOUR_MS),
        earliest_ms=START,
        deadline_ms=START + round(until_h * HOUR_MS),
    )
    return Request(t_ms=START + round(hour * HOUR_MS), load=1, job=job)


def tick(hour: float) -> Tick:
    return Tick(t_ms=START + round(hour * HOUR_MS))


def run(readings: Sequence[Offer | Request | Tick]) -> tuple[State, list[Decision]]:
    state, told = begin(Settings()), list[Decision]()
    for reading in readings:
        state, more = step(state, reading)
        told += more
    return state, told


DAY = [offer(n, p) for n, p in enumerate([75, 80, 70, 120, 30, 20, 95, 100, 90, 90, 90, 90])]


def started(told: list[Decision]) -> list[float]:
    return [(one.t_ms - START) / HOUR_MS for one in told if one.what == "start"]


def test_a_load_runs_at_its_cheapest_time_and_its_plug_falls_off_after_it() -> None:
    _, told = run([*DAY, request(0.5, until_h=12), *[tick(n / 2) for n in range(2, 20)]])

    assert started(told) == [4]
    command = next(one.command for one in told if one.what == "start")
    assert command is not None
    assert (command.channel, command.value, command.expires_ms) == ("load-1", 1, 2 * HOUR_MS)
    assert "at 04:00 for 0.10, as soon as it may for" in next(
        one.reason for one in told if one.what == "planned"
    )


@pytest.mark.parametrize(
    ("readings", "said", "starts"),
    [
        ([*DAY, DAY[3]], "fault.repeated", []),
        ([*DAY, offer(3, 55)], "revised", []),
        ([*DAY, offer(12, 99_999)], "fault.out_of_range", []),
        ([offer(n, 0.1 + n / 100) for n in range(14)], "fault.unit_flipped", []),
        ([*DAY, tick(13.5)], "fault.missing", []),
        ([*DAY, tick(2), tick(1)], "fault.clock_back", []),
        ([request(0, until_h=12), tick(9), tick(10)], "waits", [10]),
        ([*DAY[:4], request(0.5, until_h=24), tick(1)], "waits", []),
        ([*DAY, request(1, until_h=2), tick(1.5)], "start", [1]),
        ([*DAY, request(5, until_h=3)], "start", [5]),
        ([DAY[0], offer(4, -80), offer(5, -90), request(0.5, until_h=6), tick(4)], "start", [4]),
        ([offer(n / 4, 90 - n, minutes=15) for n in range(24)] + [request(0, until_h=6), tick(4)],
         "start", [4]),
        ([*DAY, tick(3)], "limit", []),
    ],
    ids=[
        "doubled", "revised", "out of range", "per kWh", "not published", "clock back",
        "no prices", "prices end too early", "latest start now", "deadline passed", "negative",
        "quarters", "dear",
    ],
)  # fmt: skip
def test_table_of_bad_input(
    readings: list[Offer | Request | Tick], said: str, starts: list[float]
) -> None:
    _, told = run(readings)

    assert said in {one.what for one in told}
    assert started(told) == starts


def test_prices_per_kwh_are_not_planned_with() -> None:
    state, told = run([offer(n, 0.1 + n / 100) for n in range(20)])

    assert state.slots == ()
    assert [one.what for one in told] == ["fault.unit_flipped"]


def test_a_gap_is_not_planned_into() -> None:
    _, told = run([offer(0, 90), offer(1, 90), offer(3, 1), request(0, until_h=4), tick(0.1)])

    assert started(told) == [0]


def test_the_limit_ends_with_its_slot() -> None:
    _, told = run([*DAY, tick(3.5), tick(3.6), tick(4)])

    commands = [one.command for one in told if one.what == "limit"]
    assert [one and (one.value, one.expires_ms) for one in commands] == [(4200, HOUR_MS // 2)]


@pytest.mark.parametrize(
    ("cheap", "dear", "limited"),
    [((12, 13, 14), (), set()), ((), (19, 20), {19, 20}), ((0, 1, 2), tuple(range(14, 22)), {14})],
    ids=["three hours below nothing", "two tiers", "three tiers"],
)
def test_what_most_of_the_day_costs_is_not_dear(
    cheap: tuple[int, ...], dear: tuple[int, ...], limited: set[int]
) -> None:
    prices = [-300 if hour in cheap else 160 if hour in dear else 80 for hour in range(24)]
    _, told = run([*[offer(n, p) for n, p in enumerate(prices)], *[tick(n) for n in range(24)]])

    hours = {(one.t_ms - START) // HOUR_MS for one in told if one.what == "limit"}
    assert limited <= hours
    assert hours <= set(dear)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Settings(dear_share=1.5),
        lambda: Settings(limited_w=-1),
        lambda: request(0, until_h=5, run_h=0),
        lambda: request(0, until_h=50, run_h=25),
        lambda: Request(t_ms=0, load=9, job=request(0, until_h=5).job),
        lambda: offer(0, float("nan")),
        lambda: offer(0, 5, minutes=0),
    ],
    ids=[str(number) for number in range(7)],
)
def test_what_cannot_be_is_refused(bad: Callable[[], object]) -> None:
    with pytest.raises(ConfigError):
        bad()


HOURS = st.integers(0, 30)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(HOURS, st.sampled_from(["offer", "ask", "tick"]), st.floats(-200, 500), HOURS),
        max_size=25,
    )
)
def test_whatever_comes_a_load_starts_once_and_never_too_early(
    events: list[tuple[int, str, float, int]],
) -> None:
    state, asked, ran = begin(Settings()), 0, 0
    for hour, kind, price, other in events:
        reading: Offer | Request | Tick = tick(hour)
        if kind == "offer":
            reading = offer(other, price, heard_h=hour)
        elif kind == "ask":
            reading, asked = request(hour, until_h=other), asked + 1
        state, told = step(state, reading)
        ran += len(started(list(told)))
        assert ran + len(state.waiting) <= asked
        assert all(one.t_ms >= START for one in told)
    state, told = step(state, tick(100))
    assert state.waiting == ()
