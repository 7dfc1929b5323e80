"""An eye with a malicious model in it: what it tries fails, what it says too much ends it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.node.conftest import Node, Places

HOSTILE = Path(__file__).parent / "hostile" / "node.py"


def run(places: "Places", what: str) -> "Node":
    place = places.make()
    return places.run_program(place, [str(HOSTILE), str(place.settings), what])


def test_it_tries_everything_and_the_eye_still_sees(
    places: "Places", wait: Callable[..., float]
) -> None:
    node = run(places, "break_out")
    node.wait_seeing(60)
    wait(lambda: any(one["count"] is not None for one in node.place.windows()), 60)
    node.stop()
    assert node.process.returncode == 0, node.log()
    assert "eye ended with code 7" not in node.log()
    assert "eye ended with code 8" not in node.log()
    assert not list(Path("/tmp").glob("edgekit-smuggled*"))
    node.place.require_sound()


@pytest.mark.parametrize("how", ["smuggle", "whisper"])
def test_a_picture_on_the_pipe_ends_the_eye_and_is_in_the_ledger(
    places: "Places", wait: Callable[..., float], how: str
) -> None:
    node = run(places, how)
    wait(lambda: "eye killed" in node.log(), 60)
    wait(lambda: any(one["event"] == "pipe" for one in node.place.payloads("event")), 30)
    node.stop()
    (event, *_) = [one for one in node.place.payloads("event") if one["event"] == "pipe"]
    assert event["reason"] == "pipe_broken"
    (node.place.data / "preview.jpg").unlink(missing_ok=True)  # covered, and on its own pipe
    files = [path for path in node.place.data.rglob("*") if path.is_file()]
    assert not [path for path in files if b"IHDR" in path.read_bytes()]


def test_nothing_of_this_is_in_the_library() -> None:
    library = Path(sys.modules["edgekit"].__file__ or "").parent
    texts = [path.read_text(encoding="utf-8") for path in library.rglob("*.py")]
    assert not [text for text in texts if "Hostile" in text or "CAME_THROUGH" in text]
