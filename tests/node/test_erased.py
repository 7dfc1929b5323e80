"""Withdrawn, and all that this names: no frame, no window, no key of anybody, no way back."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edgekit.cli.main import main
from edgekit.config import Settings
from edgekit.consent.objection import Word
from edgekit.errors import ConsentError
from edgekit.node.clerking import desk
from edgekit.node.control import pair
from edgekit.node.keeping.memory import NAME
from edgekit.node.site import withdrawal_of
from tests.node.clerking.test_bell import events, word_of
from tests.node.test_hostile_eye import Bench

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

WINDOW_S = 2


def enrolled(place: "Place") -> list[str]:
    folder = place.data / "enrolled"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def enrol(place: "Place") -> None:
    (place.data / "enrolled").mkdir(parents=True, exist_ok=True)
    for kind in (".key", ".sealed"):
        (place.data / "enrolled" / f"somebody{kind}").write_bytes(b"secret")


def test_a_running_node_does_all_that_a_withdrawal_names(
    places: "Places", wait: Callable[..., float]
) -> None:
    place = places.make(window_s=WINDOW_S)
    node = places.run(place)
    node.wait_seeing()
    enrol(place)
    eye = node.pid("eye")
    assert eye is not None

    assert main(["withdraw", str(place.settings)]) == 0

    wait(lambda: node.pid("eye") is None)
    wait(lambda: node.state()["authorisation"] == "withdrawn")
    assert node.state()["lease"] == "none"
    assert enrolled(place) == []
    wait(lambda: "withdrawn" in events(place))
    wait(lambda: "not_authorised" in [one["reason"] for one in place.windows()])
    window = next(one for one in place.windows() if one["reason"] == "not_authorised")
    assert (window["status"], window["count"]) == ("gap", None)
    node.stop()
    place.require_sound(WINDOW_S)
    for spoil in (lambda: None, withdrawal_of(Settings.load(place.settings)).unlink):
        spoil()
        again = places.run(place)
        assert again.end() == 1
        assert "was withdrawn" in again.log()

    newer = replace(place.authorisation, version=2, notice_digest="")
    places.authorise(replace(place, authorisation=newer))
    places.run(place).wait_seeing()


def test_a_withdrawal_that_no_node_heard_is_written_down_at_the_next_start(
    places: "Places",
) -> None:
    place = places.make(window_s=WINDOW_S)
    Bench(place).end()
    path = withdrawal_of(Settings.load(place.settings))
    path.write_bytes(word_of(place, Word.WITHDRAW))
    control, theirs = pair()
    with control, theirs:
        for spoil in (lambda: None, path.unlink, (place.data / NAME).unlink):
            spoil()
            with pytest.raises(ConsentError, match="withdrawn"):
                desk.open_clerk(place.settings, theirs)
    assert events(place).count("withdrawn") == 1
    (told,) = [one for one in place.payloads("event") if one["event"] == "withdrawn"]
    assert told["digest"] == place.authorisation.digest
    place.require_sound_grid(WINDOW_S)
