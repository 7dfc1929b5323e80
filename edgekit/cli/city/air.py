"""Files of an air station."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.air import CARD, QUANTITIES, Air, begin, step


def _read(cells: Cells) -> Iterator[Air]:
    yield Air(t_ms=cells.t_ms, **{name: cells.number(name) for name in QUANTITIES})


def _curve(name: str) -> Curve:
    return Curve(
        name=QUANTITIES[name].name,
        panel=QUANTITIES[name].unit,
        value=lambda _, reading: getattr(reading, name),
    )


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was read"),
        *(
            Column(name=name, words=f"{limits.name}, {limits.unit}", required=False)
            for name, limits in QUANTITIES.items()
        ),
    ),
    read=_read,
    curves=tuple(_curve(name) for name in QUANTITIES),
    example="""
time,pm2_5,pm2_5_b,pm10,co2_ppm,temperature_c,humidity
2026-06-01T06:05:00Z,8.1,8.4,15,620,21.0,45
2026-06-01T06:20:00Z,8.3,8.2,16,700,21.1,46
2026-06-01T07:05:00Z,31.0,30.1,44,980,21.3,47
2026-06-01T07:10:00Z,30.2,3.1,45,0,70.5,47
2026-06-01T07:15:00Z,30.4,31.0,45,1010,21.4,47
2026-06-01T08:05:00Z,72.0,70.1,99,1450,21.5,95
2026-06-01T08:10:00Z,70.2,69.1,97,1480,21.6,60
2026-06-01T09:05:00Z,60.2,61.1,90,900,21.6,60
""",
)
