"""Files of a dispenser's events."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.dispenser import CARD, Asked, Reading, Refilled, Seen, begin, step


def _read(cells: Cells) -> Iterator[Reading]:
    refill = cells.whole("refill")
    if refill is not None:
        yield Refilled(t_ms=cells.t_ms, portions=refill)
    elif cells.flag("asked"):
        yield Asked(t_ms=cells.t_ms)
    else:
        yield Seen(t_ms=cells.t_ms, present=cells.flag("present"))


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was"),
        Column(name="present", words="1 or 0: somebody is there", required=False),
        Column(name="asked", words="1: a hand asks", required=False),
        Column(name="refill", words="portions that are in it after a refill", required=False),
    ),
    read=_read,
    curves=(
        Curve(name="left", panel="portions", value=lambda state, _: state.stock, steps=True),
        Curve(
            name="given in this visit",
            panel="portions",
            value=lambda state, _: state.given,
            steps=True,
        ),
    ),
    example="""
time,present,asked,refill
2026-06-01T08:00:00Z,,,60
2026-06-01T08:00:01Z,1,,
2026-06-01T08:00:02Z,,1,
2026-06-01T08:00:04Z,,1,
2026-06-01T08:00:06Z,,1,
2026-06-01T08:00:26Z,,1,
2026-06-01T08:00:30Z,0,,
2026-06-01T08:00:40Z,1,,
2026-06-01T08:00:41Z,,1,
2026-06-01T08:00:43Z,,1,
2026-06-01T08:10:00Z,,,90000
""",
)
