"""The root zone: water is kept, stress has its bounds, and pyfao56's own run is met."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.systems.irrigation_soil import (
    Crop,
    Forcing,
    Layer,
    Soil,
    advance,
    measured,
    start,
)

LAYERED = Soil(
    layers=(
        Layer(bottom_m=0.4, capacity=0.28, wilting=0.12),
        Layer(bottom_m=1.2, capacity=0.20, wilting=0.08),
    )
)


@given(
    st.lists(
        st.tuples(st.floats(0, 15), st.floats(0, 80), st.floats(0, 60), st.floats(0.1, 1)),
        max_size=200,
    ),
    st.sampled_from([Soil(), LAYERED]),
)
def test_what_goes_in_comes_out_or_stays(
    days: list[tuple[float, float, float, float]], soil: Soil
) -> None:
    crop = Crop()
    water = start(soil, crop)
    for et_mm, rain_mm, water_mm, wetted in days:
        before = water
        forcing = Forcing(et_mm=et_mm, rain_mm=rain_mm, water_mm=water_mm, wetted=wetted)
        water = advance(soil, crop, water, forcing)
        gained = rain_mm + water_mm - water.et_mm - water.drained_mm
        kept = before.deepest_mm - water.deepest_mm
        dry = soil.available_mm(crop.roots_m[1])
        assert kept == pytest.approx(gained, abs=1e-6) or water.deepest_mm in {0.0, dry}
        assert 0 <= water.depletion_mm <= water.available_mm + 1e-9
        assert 0 <= water.stress <= 1
        assert before.roots_m <= water.roots_m <= crop.roots_m[1]
        assert 0 <= water.surface_mm <= soil.evaporable_mm


def test_available_water_is_summed_over_layers() -> None:
    assert LAYERED.available_mm(0.5) == pytest.approx(0.16 * 400 + 0.12 * 100)
    assert LAYERED.lacking_mm(0.5, (0.18, 0.20)) == pytest.approx(40)
    assert Soil().available_mm(1.0) == pytest.approx(130)


def test_a_crop_through_its_season() -> None:
    crop = Crop(stages_d=(20, 30, 40, 20), kcb=(0.15, 1.15, 0.5))

    days = [0, 20, 35, 50, 90, 100, 110, 200]
    assert [round(crop.coefficient(day), 3) for day in days] == [
        *(0.15, 0.15, 0.65, 1.15, 1.15, 0.825, 0.5, 0.5),
    ]
    # Eq. 70: 0.04 (3 - 2) - 0.004 (25 - 45) = 0.12, x (1.2 / 3) ^ 0.3 = 0.0912
    assert crop.adjusted(3.0, 25.0).kcb == pytest.approx((0.15, 1.2412, 0.5912), abs=1e-4)


def test_a_probe_moves_the_balance_by_how_sure_it_is() -> None:
    soil, crop = Soil(), Crop()
    water = replace(start(soil, crop), depletion_mm=10.0, doubt_mm2=36.0)

    after = measured(soil, crop, water, (0.15,))

    assert after.depletion_mm == pytest.approx(10 + 0.5 * (30 - 10))
    assert after.doubt_mm2 == pytest.approx(18)


@pytest.mark.parametrize(
    "layers",
    [
        (),
        (Layer(bottom_m=0.4, capacity=0.1, wilting=0.2),),
        (
            Layer(bottom_m=1, capacity=0.3, wilting=0.1),
            Layer(bottom_m=1, capacity=0.3, wilting=0.1),
        ),
    ],
    ids=["none", "upside down", "no depth"],
)
def test_soils_that_cannot_be(layers: tuple[Layer, ...]) -> None:
    with pytest.raises(ConfigError, match="a soil"):
        Soil(layers=layers)


@pytest.mark.parametrize(
    "bad", [{"stages_d": (0, 1, 1, 1)}, {"p": 1.0}, {"roots_m": (1.0, 0.5)}], ids=str
)
def test_crops_that_cannot_be(bad: dict[str, tuple[float, ...]]) -> None:
    with pytest.raises(ConfigError, match="a crop"):
        Crop(**bad)


@pytest.mark.shared
def test_it_follows_pyfao56_on_cotton(shared_data: Path) -> None:
    """Plot p06-1, 2018, layered soil, the stored run of pyfao56: depletion day by day."""
    folder = shared_data / "irrigation" / "cotton2018"
    table = [line.split() for line in (folder / "cotton2018.sol").read_text().splitlines()]
    rows = [row for row in table if len(row) == 4 and row[0].isdigit()]
    soil = Soil(
        layers=tuple(
            Layer(bottom_m=int(d) / 100, capacity=float(c), wilting=float(w)) for d, c, w, _ in rows
        ),
        evaporating_m=0.05,
        readily_evaporable_mm=4.0,
    )
    lines = (folder / "cotton2018p06-1case00.out").read_text().splitlines()
    head = next(line.split() for line in lines if line.startswith("Year-DOY"))
    days = [dict(zip(head, line.split(), strict=True)) for line in lines if line[:5] == "2018-"]
    kcb = [float(day["tKcb"]) for day in days]
    crop = Crop(
        stages_d=(32, 47, 37, 35),
        kcb=(kcb[0], max(kcb), kcb[-1]),
        height_m=(0.05, 1.2),
        roots_m=(0.18, float(days[100]["Zr"])),
        p=0.65,
    )
    water = start(soil, crop, [float(row[3]) for row in rows])
    # Kc max holds the day's wind and humidity: it is given back as a climate that makes it.
    off = []
    for day in days:
        forcing = Forcing(
            et_mm=float(day["ETref"]),
            **climate(float(day["Kcmax"]), float(day["h"])),
            rain_mm=float(day["Rain"]),
            water_mm=float(day["Irrig"]),
        )
        water = advance(soil, crop, water, forcing)
        off.append(abs(water.depletion_mm - float(day["Dr"])))

    assert len(off) == 196
    assert max(off) < 1.0, json.dumps(off)


def climate(highest: float, height_m: float) -> dict[str, float]:
    """Return wind and humidity that give Kc max by eq. 72, within their bounds."""
    by = (highest - 1.2) / (height_m / 3) ** 0.3
    u2 = min(6.0, max(1.0, 2 + by / 0.04))
    return {"u2_m_s": u2, "rh_min": 45 - (by - 0.04 * (u2 - 2)) / 0.004}
