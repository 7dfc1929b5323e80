"""Files of weather, soil probes and rain sensors for one irrigated zone."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.irrigation import CARD, Probe, Tick, begin, step
from edgekit.systems.irrigation_day import SENSORS, Sensed
from edgekit.systems.irrigation_weather import QUANTITIES, Weather

SENSED = ("temperature_c", "humidity", "radiation_w_m2")
"""What a station reads now, beside the columns that a day has, too."""


def _read(cells: Cells) -> Iterator[Weather | Sensed | Probe | Tick]:
    values = {name: cells.number(name) for name in QUANTITIES}
    sensed = {name: cells.number(name) for name in SENSED}
    if any(value is not None for value in sensed.values()):
        now = {"wind_m_s": cells.number("wind_m_s"), "rain_mm": cells.number("rain_mm")}
        yield Sensed(t_ms=cells.t_ms, heard_ms=None, **sensed, **now)
        return
    if any(value is not None for value in values.values()):
        yield Weather(t_ms=cells.t_ms, **values)
    elif cells.text("theta"):
        yield Probe(t_ms=cells.t_ms, theta=(cells.number("theta"),))
    else:
        yield Tick(
            t_ms=cells.t_ms,
            raining=bool(cells.flag("raining")),
            opened=cells.flag("opened"),
            drawn_l=cells.number("drawn_l"),
        )


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="end of the day, of the probe's reading, or of a moment"),
        *(
            Column(name=name, words=f"{limits.name} of the day, {limits.unit}", required=False)
            for name, limits in QUANTITIES.items()
        ),
        *(
            Column(
                name=name,
                words=f"of a {SENSORS[name].name} now, {SENSORS[name].unit}: such a "
                "row's wind and rain are of now, too",
                required=False,
            )
            for name in SENSED
        ),
        Column(name="theta", words="water content by a probe, m³/m³", required=False),
        Column(name="raining", words="1 while a rain sensor is wet", required=False),
        Column(name="opened", words="1 or 0: the valve, as the board says", required=False),
        Column(name="drawn_l", words="litres through the zone's meter since", required=False),
    ),
    read=_read,
    curves=(
        Curve(
            name="lacking to field capacity",
            panel="root zone, mm",
            value=lambda state, _: state.water.depletion_mm,
        ),
        Curve(
            name="readily available (RAW)",
            panel="root zone, mm",
            value=lambda state, _: state.water.readily_mm,
        ),
        Curve(
            name="reference evapotranspiration",
            panel="mm/day",
            value=lambda state, reading: (
                state.et_mm[-1] if isinstance(reading, Weather) and state.et_mm else None
            ),
        ),
        Curve(
            name="given since midnight",
            panel="water, mm",
            value=lambda state, _: state.given_mm,
            steps=True,
        ),
    ),
    example="""
time,low_c,high_c,dew_c,radiation_mj,wind_m_s,rain_mm,theta,raining
2026-06-02T00:00:00Z,14,31,9,27,3,0,,
2026-06-03T00:00:00Z,15,33,9,28,4,0,,
2026-06-04T00:00:00Z,16,34,9,28,4,0,,
2026-06-04T02:00:00Z,,,,,,,0.19,
2026-06-05T00:00:00Z,16,93,9,28,4,0,,
2026-06-06T00:00:00Z,16,34,9,28,4,0,,
2026-06-07T00:00:00Z,16,34,9,28,4,0,,
2026-06-08T00:00:00Z,16,34,9,28,4,0,,
2026-06-08T01:00:00Z,,,,,,,,
2026-06-08T01:10:00Z,,,,,,,,
2026-06-08T01:20:00Z,,,,,,,,1
2026-06-08T01:30:00Z,,,,,,,,
2026-06-08T08:00:00Z,,,,,,,,
2026-06-09T00:00:00Z,16,34,9,28,4,6,,
""",
)
