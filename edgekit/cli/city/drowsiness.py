"""Files of a driver's eye aspect ratio, with enrolment and its end."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.drowsiness import CARD, begin, step
from edgekit.systems.drowsiness_blinks import Eye
from edgekit.systems.drowsiness_learning import shut_share
from edgekit.systems.drowsiness_state import Baseline, Enrol, Frame, Off, State

Reading = Enrol | Off | Frame
EVENTS = ("enrol", "off", "off_keep")


def _read(cells: Cells) -> Iterator[Reading]:
    event = cells.text("event")
    if event == "enrol":
        yield Enrol(t_ms=cells.t_ms, baseline=_kept(cells))
    elif event in EVENTS:
        yield Off(t_ms=cells.t_ms, keep=event == "off_keep")
    elif event:
        raise cells.row.wrong(f"event {event!r:.40}: expected {', '.join(EVENTS)}")
    else:
        yield Frame(t_ms=cells.t_ms, ear=cells.number("ear"))


def _kept(cells: Cells) -> Baseline | None:
    open_ear, closed_ear = cells.number("open_ear"), cells.number("closed_ear")
    if open_ear is None or closed_ear is None:
        return None
    return Baseline(eye=Eye(open_ear=open_ear, closed_ear=closed_ear))


def _ear(_: State, reading: Reading) -> float | None:
    return reading.ear if isinstance(reading, Frame) else None


def _shut(state: State, _: Reading) -> float | None:
    share = shut_share(state.minute)
    return None if share is None else 100 * share


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="of the frame"),
        Column(name="ear", words="mean eye aspect ratio of both eyes; empty: no eye seen"),
        Column(name="event", words=f"instead of a frame: {', '.join(EVENTS)}", required=False),
        Column(name="open_ear", words="with enrol: the eye wide open, kept", required=False),
        Column(name="closed_ear", words="with enrol: the eye shut, kept", required=False),
    ),
    read=_read,
    curves=(
        Curve(name="eye aspect ratio", panel="ratio", value=_ear),
        Curve(name="eye shut in the last minute", panel="%", value=_shut),
    ),
    example="""
time,ear,event,open_ear,closed_ear
2026-06-01T05:59:59.900Z,0.30,,,
2026-06-01T06:00:00.000Z,,enrol,0.31,0.13
2026-06-01T06:00:00.100Z,0.30,,,
2026-06-01T06:00:00.200Z,0.31,,,
2026-06-01T06:00:00.300Z,0.30,,,
2026-06-01T06:00:00.400Z,0.31,,,
2026-06-01T06:00:00.500Z,0.30,,,
2026-06-01T06:00:00.600Z,0.30,,,
2026-06-01T06:00:00.700Z,0.31,,,
2026-06-01T06:00:00.800Z,0.30,,,
2026-06-01T06:00:00.900Z,0.30,,,
2026-06-01T06:00:01.000Z,0.31,,,
2026-06-01T06:00:01.100Z,0.30,,,
2026-06-01T06:00:01.200Z,0.20,,,
2026-06-01T06:00:01.300Z,0.14,,,
2026-06-01T06:00:01.400Z,0.22,,,
2026-06-01T06:00:01.500Z,0.30,,,
2026-06-01T06:00:01.600Z,0.31,,,
2026-06-01T06:00:01.700Z,0.24,,,
2026-06-01T06:00:01.800Z,0.15,,,
2026-06-01T06:00:01.900Z,0.14,,,
2026-06-01T06:00:02.000Z,0.13,,,
2026-06-01T06:00:02.100Z,0.14,,,
2026-06-01T06:00:02.200Z,0.13,,,
2026-06-01T06:00:02.300Z,0.14,,,
2026-06-01T06:00:02.400Z,0.13,,,
2026-06-01T06:00:02.500Z,0.14,,,
2026-06-01T06:00:02.600Z,0.13,,,
2026-06-01T06:00:02.700Z,0.14,,,
2026-06-01T06:00:02.800Z,0.13,,,
2026-06-01T06:00:02.900Z,0.22,,,
2026-06-01T06:00:03.000Z,0.30,,,
2026-06-01T06:00:04.000Z,,,,
2026-06-01T06:00:05.000Z,,,,
2026-06-01T06:00:06.000Z,,,,
2026-06-01T06:00:07.000Z,0.30,,,
2026-06-01T06:00:07.100Z,0.31,,,
2026-06-01T06:00:07.200Z,0.90,,,
2026-06-01T06:00:07.300Z,0.30,,,
2026-06-01T06:00:07.400Z,0.30,,,
2026-06-01T06:00:07.500Z,0.31,,,
2026-06-01T06:00:07.600Z,0.30,,,
2026-06-01T06:00:07.700Z,0.30,,,
2026-06-01T06:00:07.800Z,0.31,,,
2026-06-01T06:00:07.900Z,0.30,,,
2026-06-01T06:00:08.000Z,0.31,,,
2026-06-01T06:00:08.200Z,,off,,
2026-06-01T06:00:08.300Z,0.13,,,
""",
)
