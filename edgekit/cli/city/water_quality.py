"""Files of a water quality station."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.water_quality import CARD, SIGNALS, Sampled, begin, step


def _read(cells: Cells) -> Iterator[Sampled]:
    values = tuple(cells.number(signal.name) for signal in SIGNALS)
    yield Sampled(t_ms=cells.t_ms, values=values)


def _curve(number: int) -> Curve:
    signal = SIGNALS[number]
    return Curve(
        name=signal.name, panel=signal.unit, value=lambda _, reading: reading.values[number]
    )


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was sampled, every 20 min (--set step_min=…)"),
        *(Column(name=one.name, words=f"in {one.unit}", required=False) for one in SIGNALS),
    ),
    read=_read,
    curves=(
        *(_curve(number) for number in range(len(SIGNALS))),
        Curve(
            name="sum over probes (event above 3.5)",
            panel="spreads",
            value=lambda state, _: state.score,
        ),
    ),
    example="""
time,chlorine,ph,turbidity,toc,conductivity
2026-06-01T00:00:00Z,0.92,7.41,0.31,2.10,251
2026-06-01T00:20:00Z,0.91,7.42,0.30,2.11,250
2026-06-01T00:40:00Z,0.00,7.41,0.31,2.10,252
2026-06-01T01:00:00Z,0.93,7.40,0.32,2.12,0.251
2026-06-01T01:20:00Z,0.92,,0.30,2.11,251
2026-06-01T01:40:00Z,0.92,7.41,,2.11,251
""",
)
