"""Files of screening shots."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.temperature import CARD, Shot, begin, step


def _read(cells: Cells) -> Iterator[Shot]:
    yield Shot(
        t_ms=cells.t_ms,
        face_c=cells.number("face_c"),
        reference_c=cells.number("reference_c"),
        ambient_c=cells.number("ambient_c"),
    )


ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="of the shot"),
        Column(name="face_c", words="greatest temperature of a face, °C; empty: nobody"),
        Column(name="reference_c", words="of the black body as seen, °C"),
        Column(name="ambient_c", words="of the room, °C", required=False),
    ),
    read=_read,
    curves=(Curve(name="black body as seen", panel="°C", value=lambda _, shot: shot.reference_c),),
    example="""
time,face_c,reference_c,ambient_c
2026-06-01T07:40:00Z,,35.30,21
2026-06-01T08:00:00Z,,35.05,21
2026-06-01T08:00:10Z,35.2,35.04,21
2026-06-01T08:00:11Z,35.3,35.05,21
2026-06-01T08:00:12Z,,35.06,21
2026-06-01T08:01:00Z,37.0,35.04,21
2026-06-01T08:01:01Z,37.1,35.05,21
2026-06-01T08:01:10Z,35.0,35.06,21
2026-06-01T08:01:11Z,35.0,35.45,21
2026-06-01T08:02:00Z,35.0,,21
2026-06-01T08:03:00Z,,35.02,31
2026-06-02T08:00:00Z,,35.03,21
""",
)
