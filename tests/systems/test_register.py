"""Meters that count up: nothing lost, nothing invented, every fault named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.register import Meter, Register, Total, advance
from edgekit.systems.vitals import Fault

HOUR = 3_600_000
METER = Meter(most_per_hour=1000, modulus=100_000, back_per_hour=20)


def seen(hour: float, total: int | None, meter: str = "", boot: str = "") -> Total:
    return Total(t_ms=round(hour * HOUR), total=total, meter=meter, boot=boot)


@pytest.mark.parametrize(
    ("first", "second", "units", "fault"),
    [
        (seen(0, 10), seen(1, 510), 500, None),
        (seen(0, 10), seen(1, 10), 0, None),
        (seen(0, 99_900), seen(1, 50), 150, Fault.ROLLED_OVER),
        (seen(0, 99_900), seen(1, 1200), None, Fault.METER_SWAPPED),
        (seen(0, 500), seen(1, 485), -15, Fault.BACK_FLOW),
        (seen(0, 3), seen(1, 99_990), -13, Fault.BACK_FLOW),
        (seen(0, 500), seen(1, 3), None, Fault.METER_SWAPPED),
        (seen(0, 500), seen(1, 2000), None, Fault.METER_SWAPPED),
        (seen(0, 500, "A"), seen(1, 501, "B"), None, Fault.METER_SWAPPED),
        (seen(0, 500, boot="1"), seen(1, 40, boot="2"), 40, Fault.METER_RESET),
        (seen(0, 500, boot="1"), seen(1, 40_000, boot="2"), None, Fault.METER_RESET),
        (seen(0, 500), seen(1, None), 0, Fault.MISSING),
        (seen(0, 500), seen(1, 100_000), 0, Fault.OUT_OF_RANGE),
        (seen(0, 500), seen(1, -4), 0, Fault.OUT_OF_RANGE),
        (seen(0, 500), seen(0, 500), 0, Fault.REPEATED),
        (seen(5, 500), seen(4, 450), 0, Fault.CLOCK_BACK),
        (seen(5, 500), seen(4, 520), 20, Fault.CLOCK_BACK),
        (seen(5, 500), seen(4, 5000), None, Fault.CLOCK_BACK),
        (seen(5, 0), seen(4.99, 99_999), 0, Fault.CLOCK_BACK),  # late, from before it rolled over
        (seen(5, 20), seen(4, 99_400), 0, Fault.CLOCK_BACK),
    ],
)
def test_what_two_totals_mean(
    first: Total, second: Total, units: int | None, fault: Fault | None
) -> None:
    register, begun = advance(METER, Register(), first)

    _, moved = advance(METER, register, second)

    assert (begun.units, begun.fault, begun.since_ms) == (0, None, None)
    assert (moved.units, moved.fault) == (units, fault)


def test_a_meter_without_modulus_never_rolls_over() -> None:
    meter = Meter(most_per_hour=1000)
    register, _ = advance(meter, Register(), seen(0, 99_900))

    _, moved = advance(meter, register, seen(1, 50))

    assert moved.fault is Fault.METER_SWAPPED


@pytest.mark.parametrize(
    "bad", [{"most_per_hour": 0}, {"slack": -1}, {"back_per_hour": -1}, {"modulus": 1}]
)
def test_meters_that_cannot_be(bad: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        Meter(**{"most_per_hour": 10, **bad})


@given(
    flows=st.lists(st.integers(0, 1000), max_size=40),
    start=st.integers(0, 99_999),
    shown=st.data(),
)
def test_sums_are_exact_over_roll_overs_gaps_and_repeats(
    flows: list[int], start: int, shown: st.DataObject
) -> None:
    total, counted = start, 0
    register, _ = advance(METER, Register(), seen(0, start))
    for hour, flow in enumerate(flows, 1):
        total += flow
        for _ in range(shown.draw(st.integers(0, 2))):
            register, moved = advance(METER, register, seen(hour, total % 100_000))
            counted += moved.units or 0
            assert moved.units is not None
    register, moved = advance(METER, register, seen(len(flows) + 1, total % 100_000))

    assert counted + (moved.units or 0) == total - start


@given(st.lists(st.tuples(st.integers(0, 10**9), st.none() | st.integers(-5, 200_000))))
def test_nothing_invented_whatever_comes(readings: list[tuple[int, int | None]]) -> None:
    register = Register()
    for t_ms, total in readings:
        before = register
        register, moved = advance(METER, register, Total(t_ms=t_ms, total=total))
        if moved.units is not None and before.t_ms is not None:
            assert moved.units <= METER.most(max(HOUR, t_ms - before.t_ms))
        assert 0 <= register.total < 100_000
