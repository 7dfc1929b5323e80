from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import SensorError
from edgekit.node import log
from edgekit.node.log import Entry, LogBook

text = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=50)


@given(st.builds(Entry, level=text, text=text, hint=text, kind=text))
def test_entry_survives_its_line(entry: Entry) -> None:
    assert Entry.from_line(entry.to_line()) == entry


@given(st.text(max_size=100))
def test_any_line_is_an_entry(line: str) -> None:
    assert isinstance(Entry.from_line(line).text, str)


def test_error_comes_back_as_itself() -> None:
    entry = Entry(level="error", text="no camera", hint="plug it in", kind="SensorError")

    error = entry.to_error()

    assert isinstance(error, SensorError)
    assert (str(error), error.hint) == ("no camera", "plug it in")


def test_log_is_bounded(tmp_path: Path) -> None:
    book = LogBook(tmp_path / "node.log", echo=lambda _: None, clock_s=lambda: 0.0)
    for _ in range(2_500):
        book.write("eye", Entry(level="info", text="x" * 1_500))

    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) < log.LOG_BYTES + 2_000


def test_unwritable_log_does_not_stop_the_node(tmp_path: Path) -> None:
    said: list[str] = []
    book = LogBook(tmp_path / "absent" / "node.log", echo=said.append, clock_s=lambda: 0.0)

    book.write("eye", Entry(level="info", text="still here"))

    assert "still here" in said[0]
    assert "cannot be written" in said[1]


def test_what_a_process_says_is_one_line_and_moves_no_cursor(tmp_path: Path) -> None:
    said: list[str] = []
    book = LogBook(tmp_path / "node.log", echo=said.append, clock_s=lambda: 0.0)

    book.write("eye", Entry(level="noise", text="\x1b[2Jgone\n2026 supervisor info: all well"))

    (line,) = (tmp_path / "node.log").read_text(encoding="utf-8").splitlines()
    assert line == said[0]
    assert "\x1b" not in line
