"""Addresses: a number, a tile, or a plain refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import ConfigError
from edgekit.ledger.tiles import WIDTH, tile_path
from edgekit.web.paths import LEVELS, number_of, tile_of


@given(
    level=st.sampled_from([*map(str, range(LEVELS)), "entries", "records"]),
    index=st.integers(0, 10**9),
    width=st.integers(1, WIDTH),
)
def test_every_path_that_a_log_has_is_read(level: str, index: int, width: int) -> None:
    path = tile_path(level, index, width).removeprefix("tile/")
    assert tile_of(path) == (level, index, width)


@given(path=st.text() | st.from_regex(r"[0-9a-z./x]{0,24}", fullmatch=True))
def test_whatever_else_stands_there_is_refused_or_has_that_one_path(path: str) -> None:
    try:
        found = tile_of(path)
    except ConfigError:
        return
    assert tile_path(*found) == f"tile/{path}"


@pytest.mark.parametrize(
    "path",
    [
        *("", "0", "0/0", "0/0000", "6/000", "0/000.p/0", "0/000.p/256", "0/000.p/999"),
        *(
            "0/x000/000",
            "../0/000",
            "0/../../etc/passwd",
            "0/000\n",
            "0/\u0660\u0660\u0660",
            "entries/-01",
        ),
        "0/x001/x001/x001/x001/x001/000",
    ],
)
def test_what_is_no_tile_is_refused(path: str) -> None:
    with pytest.raises(ConfigError):
        tile_of(path)


def test_a_record_is_named_by_its_number_or_as_the_latest() -> None:
    assert number_of("latest", 41) == 41
    assert number_of("7", 41) == 7


@pytest.mark.parametrize("text", ["", "-1", "1.0", "x", "9" * 16, "\u0661", "1 "])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        number_of(text, 41)
