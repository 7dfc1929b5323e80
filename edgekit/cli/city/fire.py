"""Files of one place's heat, smoke and loop."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.fire import CARD, Sensed, begin, smoke_per_m, step
from edgekit.systems.fire_signs import loop_of, rise_k_min


def _read(cells: Cells) -> Iterator[Sensed]:
    ohm = cells.number("loop_ohm")
    yield Sensed(
        t_ms=cells.t_ms,
        temperature_c=cells.number("temperature_c"),
        smoke_per_m=cells.number("smoke_per_m"),
        loop=None if ohm is None else loop_of(ohm),
    )


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was read"),
        Column(name="temperature_c", words="under the ceiling, °C", required=False),
        Column(name="smoke_per_m", words="optical density, 1/m", required=False),
        Column(name="loop_ohm", words="resistance of a supervised loop, ohm", required=False),
    ),
    read=_read,
    curves=(
        Curve(name="temperature", panel="°C", value=lambda _, reading: reading.temperature_c),
        Curve(
            name="rise",
            panel="K/min",
            value=lambda state, reading: rise_k_min(state.heats, reading.t_ms),
        ),
        Curve(
            name="smoke above clear air",
            panel="1/m",
            value=lambda state, reading: smoke_per_m(state, reading.t_ms),
        ),
    ),
    example="""
time,temperature_c,smoke_per_m,loop_ohm
2026-06-01T03:00:00Z,21.0,0.001,10000
2026-06-01T03:00:10Z,21.0,0.002,10010
2026-06-01T03:00:20Z,21.1,0.001,9990
2026-06-01T03:00:30Z,21.1,,50000
2026-06-01T03:00:40Z,21.6,0.012,10000
2026-06-01T03:00:50Z,22.6,0.034,10000
2026-06-01T03:01:00Z,24.1,0.061,10000
2026-06-01T03:01:10Z,26.4,0.090,10000
2026-06-01T03:05:10Z,24.0,0.004,10000
2026-06-01T03:05:40Z,23.0,0.002,10000
""",
)
