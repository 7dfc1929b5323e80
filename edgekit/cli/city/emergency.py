"""Files of alarms, of units and of numbers of people."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.emergency import CARD, begin, step
from edgekit.systems.emergency_state import Alarm, People, Unit


def _read(cells: Cells) -> Iterator[Alarm | Unit | People]:
    t_ms, alarm, unit = cells.t_ms, cells.text("alarm"), cells.text("unit")
    x_m, y_m = cells.number("x_m"), cells.number("y_m")
    at = {"x_m": float("nan") if x_m is None else x_m, "y_m": float("nan") if y_m is None else y_m}
    if alarm:
        place = cells.text("place") or alarm
        over = cells.flag("over") or False
        yield Alarm(t_ms=t_ms, name=alarm, place=place, over=over, **at)
    elif unit:
        speed = cells.number("speed_m_s") or 1.5
        yield Unit(
            t_ms=t_ms, name=unit, speed_m_s=speed, free=cells.flag("free") is not False, **at
        )
    else:
        closed = frozenset(cells.text("closed").split())
        yield People(t_ms=t_ms, people=cells.number("people"), closed=closed)


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was heard"),
        Column(name="people", words="how many people there are", required=False),
        Column(name="closed", words="exits that are closed, spaces between", required=False),
        Column(name="alarm", words="name of an alarm", required=False),
        Column(name="place", words="where it is, in words", required=False),
        Column(name="over", words="1: the alarm is over", required=False),
        Column(name="unit", words="name of a vehicle or team, never of a person", required=False),
        Column(name="x_m", words="of the alarm or unit, m", required=False),
        Column(name="y_m", words="of the alarm or unit, m", required=False),
        Column(name="speed_m_s", words="of the unit (1.5)", required=False),
        Column(name="free", words="0: the unit is busy", required=False),
    ),
    read=_read,
    curves=(
        Curve(
            name="people",
            panel="people",
            value=lambda _, reading: reading.people if isinstance(reading, People) else None,
            steps=True,
        ),
        Curve(name="open", panel="alarms", value=lambda state, _: len(state.alarms), steps=True),
        Curve(name="with a unit", panel="alarms", value=lambda s, _: len(s.pairs), steps=True),
    ),
    example="""
time,people,closed,alarm,place,over,unit,x_m,y_m,speed_m_s,free
2026-06-01T18:00:00Z,180,,,,,,,,,
2026-06-01T18:01:00Z,185,,,,,,,,,
2026-06-01T18:01:10Z,,,,,,medic-1,0,0,1.5,
2026-06-01T18:01:12Z,,,,,,medic-2,60,0,1.5,
2026-06-01T18:01:14Z,,,,,,medic-3,60,5,120,
2026-06-01T18:01:30Z,,,hall-3,hall 3,,,40,0,,
2026-06-01T18:01:40Z,,,hall-3,hall 3,,,40,0,,
2026-06-01T18:01:50Z,,,gate,the gate,,,90,0,,
2026-06-01T18:02:00Z,420,,,,,,,,,
2026-06-01T18:02:10Z,420,main,,,,,,,,
2026-06-01T18:03:00Z,-5,,,,,,,,,
2026-06-01T18:04:00Z,,,hall-3,hall 3,1,,40,0,,
2026-06-01T18:05:00Z,,,gate,the gate,1,,90,0,,
2026-06-01T18:08:00Z,150,,,,,,,,,
2026-06-01T18:07:00Z,150,,,,,,,,,
2026-06-01T18:08:30Z,150,,,,,,,,,
""",
)
