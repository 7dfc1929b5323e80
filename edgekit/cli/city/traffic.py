"""Files of what lines have counted, by kind and way."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.day import HOUR_MS
from edgekit.systems.traffic import CARD, begin, slot_of, step
from edgekit.systems.traffic_conflict import Kind
from edgekit.systems.traffic_forecast import Forecast, forecast
from edgekit.systems.traffic_state import LINES, State, Totals


def _read(cells: Cells) -> Iterator[Totals]:
    yield Totals(
        t_ms=cells.t_ms,
        passed={name: cells.whole(name.replace(".", "_")) for name in LINES},
        red=cells.flag("red"),
        near=cells.whole("near"),
        boot=cells.text("boot"),
    )


def _ahead(state: State, kind: Kind) -> Forecast | None:
    """Return what the open hour was expected to count."""
    if state.hour is None or kind not in state.learned:
        return None
    return forecast(state.learned[kind], slot_of(state.hour * HOUR_MS, state.settings.zone))


def _curves(kind: Kind) -> Iterator[Curve]:
    def count(state: State, _: Totals) -> float | None:
        counts = [n for name, n in state.counts.items() if name.startswith(kind)]
        return sum(counts) if counts else None

    def low(state: State, _: Totals) -> float | None:
        return None if (one := _ahead(state, kind)) is None else one.low

    def high(state: State, _: Totals) -> float | None:
        return None if (one := _ahead(state, kind)) is None else one.high

    panel = f"{kind}s an hour"
    yield Curve(name=f"{kind}s so far", panel=panel, value=count, steps=True)
    yield Curve(name=f"{kind}s at least", panel=panel, value=low, steps=True)
    yield Curve(name=f"{kind}s at most", panel=panel, value=high, steps=True)


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when the totals were read"),
        *(
            Column(
                name=name.replace(".", "_"),
                words=f"total of {name.partition('.')[0]}s that passed {name.partition('.')[2]}",
                required=False,
            )
            for name in LINES
        ),
        Column(name="red", words="1: the signal was red since the row before", required=False),
        Column(name="near", words="total of near misses", required=False),
        Column(name="boot", words="names the start from which totals count", required=False),
    ),
    read=_read,
    curves=tuple(curve for kind in Kind for curve in _curves(kind)),
    example="""
time,vehicle_in,vehicle_out,cyclist_in,red,near
2026-06-01T06:59:50Z,4294967280,10,5,0,0
2026-06-01T07:10:00Z,4294967290,22,6,0,0
2026-06-01T07:20:00Z,4,30,9,1,1
2026-06-01T07:30:00Z,12,41,11,0,1
2026-06-01T07:40:00Z,20,50,,0,1
2026-06-01T07:50:00Z,29,61,15,0,1
2026-06-01T08:00:00Z,35,70,16,0,1
2026-06-01T08:10:00Z,44,80,18,0,1
2026-06-01T08:50:00Z,70,120,25,0,2
2026-06-01T09:00:00Z,76,130,27,0,2
2026-06-01T09:05:00Z,76,99999,27,0,2
2026-06-01T09:05:00Z,76,99999,27,0,2
2026-06-01T10:00:00Z,99,90010,30,0,2
""",
)
