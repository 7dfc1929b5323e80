"""Files of a street lamp: light, presence, passages, a hand."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.control.override import Override
from edgekit.systems.day import MINUTE_MS
from edgekit.systems.street_light import CARD, begin, step
from edgekit.systems.street_light_state import Reading


def _read(cells: Cells) -> Iterator[Reading]:
    level, minutes = cells.number("hand"), cells.number("hand_min")
    if (level is None) is not (minutes is None):
        raise cells.row.wrong("hand and hand_min: expected both or none")
    hand = None
    if level is not None and minutes is not None:
        hand = Override(level=level, for_ms=cells.span_ms("hand_min", MINUTE_MS))
    yield Reading(
        t_ms=cells.t_ms,
        lux=cells.number("lux"),
        present=cells.flag("present"),
        passed=cells.whole("passed") or 0,
        applied=cells.number("applied"),
        clock_good=cells.flag("clock_good") is not False,
        hand=hand,
    )


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was read"),
        Column(name="lux", words="illuminance at the sensor, whatever lights it", required=False),
        Column(name="present", words="1 or 0: whether somebody is there", required=False),
        Column(name="passed", words="how many passed since the row before", required=False),
        Column(name="applied", words="the level that the dimmer says it gives", required=False),
        Column(name="clock_good", words="0 where the time is not to be trusted", required=False),
        Column(name="hand", words="a level that a person sets, 0 to 1", required=False),
        Column(name="hand_min", words="for so many minutes; 0 ends it", required=False),
    ),
    read=_read,
    curves=(
        Curve(name="level", panel="light", value=lambda state, _: state.level, steps=True),
        Curve(name="measured", panel="lux", value=lambda _, reading: reading.lux),
        Curve(
            name="used",
            panel="Wh",
            value=lambda state, _: state.ledger.used_wh,
        ),
        Curve(
            name="full all night",
            panel="Wh",
            value=lambda state, _: state.ledger.used_wh + state.ledger.saved_wh,
        ),
    ),
    example="""
time,lux,present,hand,hand_min
2026-11-26T16:20:00Z,24,0,,
2026-11-26T16:20:05Z,23,0,,
2026-11-26T16:20:10Z,20,1,,
2026-11-26T16:20:13Z,20,0,,
2026-11-26T16:20:45Z,20,0,,
2026-11-26T16:20:50Z,20,0,,
2026-11-26T16:20:55Z,20,0,1,0.1
2026-11-26T16:20:59Z,20,0,,
2026-11-26T16:21:02Z,20,0,,
2026-11-26T16:21:15Z,20,,,
2026-11-26T16:21:20Z,20,0,,
""",
)
