"""Files of readings: whatever stands in a cell is a reading, or one clear error with its line."""

from importlib import import_module

import pytest

from edgekit.cli.series import Adapter, play
from edgekit.cli.systems import names
from edgekit.errors import ConfigError

ODD = ("", "nan", "inf", "-inf", "1e300", "-1", "0", "word", "99999999999999999999", "☃")
ROWS = 5


def adapter_of(name: str) -> Adapter:
    adapter: Adapter = import_module(f"edgekit.cli.city.{name}").ADAPTER
    return adapter


@pytest.mark.parametrize("name", names())
@pytest.mark.filterwarnings("error")
def test_an_odd_cell_is_a_reading_or_names_its_line(name: str) -> None:
    adapter = adapter_of(name)
    head, *rows = (line.split(",") for line in adapter.example.strip().splitlines()[: ROWS + 1])
    for at, row in enumerate(rows):
        for column in range(len(head)):
            for odd in ODD:
                cells = [*row, *[""] * (len(head) - len(row))]
                cells[column] = odd
                lines = [head, *rows[:at], cells]
                data = "\n".join(",".join(line) for line in lines).encode()
                try:
                    played = play(adapter, data, adapter.card.settings(), None, None)
                except ConfigError as error:
                    assert str(error).count(f"line {at + 2}: ") == 1, (head[column], odd)  # noqa: PT017 -- either will do
                else:
                    assert played.readings <= len(lines)


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("water", "2026-06-01T08:00:00Z,nan", "line 2: total nan: expected a whole number"),
        ("tariff", "2026-06-01T08:00:00Z,,1,2,inf", "expected a span of ten years at most"),
        ("tariff", "2026-06-01T08:00:00Z,,1,inf,60", "line 2: load 1: inf kW for"),
        ("street_light", "2026-06-01T08:00:00Z,,7,5", "line 2: light of 7.0 for 300000 ms"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(name: str, row: str, said: str) -> None:
    adapter = adapter_of(name)
    heads = {
        "water": "time,total",
        "tariff": "time,price_mwh,load,kw,minutes",
        "street_light": "time,present,hand,hand_min",
    }

    with pytest.raises(ConfigError, match=said):
        play(adapter, f"{heads[name]}\n{row}".encode(), adapter.card.settings(), None, None)
