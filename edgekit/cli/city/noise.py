"""Files of sound levels, a second a row."""

from collections.abc import Iterator

from edgekit.cli.series import TIME, Adapter, Cells, Column, Curve
from edgekit.systems.noise import CARD, Heard, begin, step


def _read(cells: Cells) -> Iterator[Heard]:
    yield Heard(
        t_ms=cells.t_ms,
        leq_db=cells.number("leq_db"),
        max_db=cells.number("max_db"),
        clipped=bool(cells.flag("clipped")),
    )


_SECONDS = "\n".join(
    f"{1_780_272_430 + k},{48 + k * 37 % 19}.{k % 10},{55 + k * 53 % 23}" for k in range(475)
)

ADAPTER = Adapter(
    card=CARD,
    begin=begin,
    step=step,
    columns=(
        Column(name=TIME, words="of the second"),
        Column(name="leq_db", words="LAeq of that second, dB(A)"),
        Column(name="max_db", words="LAFmax of that second, dB(A)", required=False),
        Column(name="clipped", words="1 where it was too loud for the microphone", required=False),
    ),
    read=_read,
    curves=(
        Curve(name="LAeq, 1 s", panel="dB(A)", value=lambda _, reading: reading.leq_db),
        Curve(name="LAFmax, 1 s", panel="dB(A)", value=lambda _, reading: reading.max_db),
    ),
    example=f"time,leq_db,max_db\n{_SECONDS}\n",
)
