"""The curve of IEC 62386-102."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.control.dimming import (
    HIGHEST,
    LOWEST,
    arc_of,
    fade_time_ms,
    nearest_arc,
    share_of,
    towards,
)
from edgekit.errors import ConfigError

SHARES = st.floats(0.001, 1)


@pytest.mark.parametrize(
    ("share", "arc"), [(1.0, 254), (0.5, 229), (0.2, 195), (0.1, 170), (0.001, 1), (0.0, 0)]
)
def test_levels_of_the_standard(share: float, arc: int) -> None:
    assert nearest_arc(share) == arc


@given(SHARES)
def test_there_and_back(share: float) -> None:
    assert share_of(min(HIGHEST, arc_of(share))) == pytest.approx(share, rel=1e-9)


@given(st.integers(LOWEST, HIGHEST - 1))
def test_each_step_looks_alike(arc: int) -> None:
    assert share_of(arc + 1) / share_of(arc) == pytest.approx(10 ** (3 / 253))


@given(SHARES, SHARES, st.floats(0, 300))
def test_moving_never_goes_past_nor_faster(share: float, target: float, levels: float) -> None:
    after = towards(share, target, levels=levels)

    assert min(share, target) <= after * (1 + 1e-9)
    assert after <= max(share, target) * (1 + 1e-9)
    assert abs(arc_of(min(1.0, after)) - arc_of(share)) <= levels + 1e-6
    if levels >= abs(arc_of(target) - arc_of(share)):
        assert after == target


def test_fade_times() -> None:
    assert [fade_time_ms(code) for code in (1, 4, 15)] == [707, 2000, round(500 * math.sqrt(2**15))]


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_what_is_no_share(bad: float) -> None:
    with pytest.raises(ConfigError, match="expected 0 to 1"):
        arc_of(bad)


@pytest.mark.parametrize("bad", [0.5, 255, math.nan])
def test_what_is_no_level(bad: float) -> None:
    with pytest.raises(ConfigError, match="expected 1 to 254"):
        share_of(bad)


@pytest.mark.parametrize("bad", [0, 16])
def test_what_is_no_fade_time(bad: int) -> None:
    with pytest.raises(ConfigError, match="expected 1 to 15"):
        fade_time_ms(bad)
