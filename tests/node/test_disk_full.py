"""A disk that is full, or has something in the way."""

import resource
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.node.conftest import Places

LEDGER_BYTES = 160 * 1024


def full() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (LEDGER_BYTES, LEDGER_BYTES))


def test_full_disk_ends_the_node_with_one_error_and_a_sound_ledger(places: "Places") -> None:
    place = places.make(window_s=1)
    node = places.run(place, preexec_fn=full)

    assert node.end(60) == 1
    said = node.log()
    assert "edgekit: error: ledger " in said
    assert "nothing of it was written" in said
    assert "Traceback" not in said
    place.require_sound(1)
    assert place.windows()

    again = places.run(place)
    again.wait_seeing()
    again.stop()
    assert again.process.returncode == 0, again.log()
    place.require_sound(1)


def test_node_goes_on_where_preview_log_and_outlet_cannot_be_written(
    places: "Places", wait: Callable[..., float]
) -> None:
    place = places.make(extra="[storage]\nkeep_free_mb = 1000000")
    (place.data / "preview.jpg").mkdir(parents=True)
    (place.data / "node.log").mkdir()
    node = places.run(place)
    node.wait_seeing()
    wait(lambda: any(one["status"] == "released" for one in place.windows()))
    state = node.state()
    assert node.process.poll() is None
    assert state["delivered"] == 0
    assert "records wait: " in node.log()
    assert "the log cannot be written" in node.log()
    node.stop()

    assert node.process.returncode == 0, node.log()
    place.require_sound_grid(1)
    assert "Traceback" not in node.log()


def test_folder_in_the_way_is_named(places: "Places") -> None:
    place = places.make()
    place.data.write_text("not a folder")
    node = places.run(place)

    assert node.end() == 1
    assert "cannot write in " in node.log()
    assert "edgekit: hint: " in node.log()
    assert "Traceback" not in node.log()
