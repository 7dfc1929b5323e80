"""Files of a network's inflow, of a home's meter, or both."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.water_leak import CARD, begin, step
from edgekit.systems.water_leak_home import Draw, Release
from edgekit.systems.water_leak_network import Flow


def _read(cells: Cells) -> Iterator[Flow | Draw | Release]:
    if cells.flag("release"):
        yield Release(t_ms=cells.t_ms)
    elif cells.text("flow_m3h"):
        yield Flow(t_ms=cells.t_ms, flow_m3h=cells.number("flow_m3h"))
    else:
        yield Draw(t_ms=cells.t_ms, litres=cells.number("litres"))


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was read"),
        Column(name="flow_m3h", words="a network's inflow, m³/h", required=False),
        Column(name="litres", words="a home's draw since the row before, litres", required=False),
        Column(name="release", words="1: somebody opens the main by hand", required=False),
    ),
    read=_read,
    curves=(
        Curve(
            name="inflow",
            panel="m³/h",
            value=lambda _, reading: reading.flow_m3h if isinstance(reading, Flow) else None,
        ),
        Curve(
            name="more than learnt, a day's fit",
            panel="leak, m³/h",
            value=lambda state, reading: (
                state.network.excess_m3h if isinstance(reading, Flow) else None
            ),
        ),
        Curve(
            name="CUSUM (leak above h)",
            panel="spreads x days",
            value=lambda state, reading: state.network.cusum if isinstance(reading, Flow) else None,
        ),
        Curve(
            name="drawn",
            panel="litres",
            value=lambda _, reading: reading.litres if isinstance(reading, Draw) else None,
            steps=True,
        ),
    ),
    example="""
time,flow_m3h,litres,release
2026-06-01T00:00:00Z,264.5,,
2026-06-01T00:30:00Z,251.0,,
2026-06-01T01:00:00Z,,0,
2026-06-01T01:10:00Z,,0,
2026-06-01T01:20:00Z,,12,
2026-06-01T01:30:00Z,,290,
2026-06-01T01:40:00Z,,301,
2026-06-01T01:50:00Z,,298,
2026-06-01T02:00:00Z,,0,
2026-06-01T07:30:00Z,,,1
2026-06-01T07:40:00Z,,8,
""",
)
