"""Files of water meters."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.contact import Edge
from edgekit.systems.register import Total
from edgekit.systems.water import CARD, begin, step


def _read(cells: Cells) -> Iterator[Total | Edge]:
    closed = cells.flag("closed")
    if closed is not None:
        yield Edge(t_ms=cells.t_ms, closed=closed)
        return
    yield Total(
        t_ms=cells.t_ms,
        total=cells.whole("total"),
        meter=cells.text("meter"),
        boot=cells.text("boot"),
    )


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was read"),
        Column(name="total", words="what the meter shows, in its own counts", required=False),
        Column(name="meter", words="its serial number", required=False),
        Column(name="boot", words="where it counts from its start: which start", required=False),
        Column(name="closed", words="1 or 0: an edge of a pulse contact instead", required=False),
    ),
    read=_read,
    curves=(
        Curve(
            name="since midnight",
            panel="litres",
            value=lambda state, _: state.day_ml / 1000,
            steps=True,
        ),
    ),
    example="""
time,total,meter
2026-03-28T22:30:00Z,99998120,A
2026-03-28T23:30:00Z,99998150,A
2026-03-29T06:00:00Z,99998180,A
2026-03-29T07:00:00Z,,A
2026-03-29T08:00:00Z,99998230,A
2026-03-29T08:00:00Z,99998230,A
2026-03-29T23:50:00Z,99998330,A
2026-03-30T00:10:00Z,99998334,A
2026-03-30T12:00:00Z,12,B
2026-03-30T13:00:00Z,40,B
2026-04-02T09:00:00Z,300,B
2026-04-02T10:00:00Z,297,B
2026-04-03T09:00:00Z,420,B
""",
)
