"""Files of positions on the ground."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.crowd import CARD, begin, step
from edgekit.systems.crowd_state import Point, Scene


def _read(cells: Cells) -> Iterator[Scene]:
    people: dict[int, Point] = {}
    for one in cells.text("people").split():
        try:
            key, x, y = one.split(":")
            people[int(key)] = (float(x), float(y))
        except ValueError:
            raise cells.row.wrong(f"people {one!r:.40}: expected id:x:y in m") from None
    yield Scene(t_ms=cells.t_ms, people=people)


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="when it was seen"),
        Column(name="people", words="id:x:y of everybody, in m, spaces between"),
    ),
    read=_read,
    curves=(
        Curve(name="density", panel="people per m²", value=lambda state, _: state.density_m2),
        Curve(name="net over the line", panel="people", value=lambda state, _: state.net),
    ),
    example="""
time,people
2026-06-01T08:00:00.0Z,1:0.5:0.9 2:1.2:1.4
2026-06-01T08:00:00.5Z,1:0.5:0.3 2:1.2:0.8
2026-06-01T08:00:01.0Z,1:0.5:-0.3 2:1.2:0.2
2026-06-01T08:00:01.5Z,1:0.5:-0.9 2:1.2:-0.4
2026-06-01T08:00:01.5Z,1:0.5:-0.9 2:1.2:-0.4
2026-06-01T08:00:02.0Z,1:0.5:9.0 2:1.2:-1.0
2026-06-01T08:00:06Z,2:1.2:-1.0 3:0.9:0.5
2026-06-01T08:00:11Z,2:1.2:-1.1 3:0.9:0.5
2026-06-01T08:00:16Z,2:1.2:-1.2 3:0.9:0.5
2026-06-01T08:00:21Z,2:1.2:-1.3 3:0.9:0.5
2026-06-01T08:00:26Z,2:1.2:-1.4 3:0.9:0.5
2026-06-01T08:00:31Z,2:1.2:-1.5 3:0.9:0.5
2026-06-01T08:00:36Z,2:1.2:-1.6 3:0.9:0.5
2026-06-01T08:00:41Z,2:1.2:-1.7 3:0.9:0.5
2026-06-01T08:00:46Z,2:1.2:-1.8 3:0.9:0.5
2026-06-01T08:00:51Z,2:1.2:-1.9 3:0.9:0.5
2026-06-01T08:00:56Z,2:1.2:-2.0 3:0.9:0.5
2026-06-01T08:01:01Z,2:1.2:-2.1 3:0.9:0.5
2026-06-01T08:01:31Z,3:0.9:0.5
""",
)
