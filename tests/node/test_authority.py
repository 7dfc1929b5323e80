"""Without authority there is no eye: not at the start, and not for longer than it lasts."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edgekit.consent.authorisation import sign_authorisation
from edgekit.geometry import Line
from edgekit.records import Profile
from edgekit.signers.file import load_signer

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places


def expired(places: "Places", place: "Place") -> None:
    past = int(time.time()) - 7200
    place.authorisation = replace(
        place.authorisation, valid_from_s=past, valid_to_s=past + 3600, notice_digest=""
    )
    places.authorise(place)


def of_another_line(places: "Places", place: "Place") -> None:
    other = replace(place.authorisation.view, lines=(Line("door", (300, 460), (300, 100)),))
    place.authorisation = replace(place.authorisation, view=other, notice_digest="")
    places.authorise(place)


def altered(_: "Places", place: "Place") -> None:
    path = place.folder / "authorisation.dsse.json"
    path.write_bytes(path.read_bytes().replace(b'"payload":"ey', b'"payload":"fy'))


def missing(_: "Places", place: "Place") -> None:
    (place.folder / "authorisation.dsse.json").unlink()


def by_the_device_itself(_: "Places", place: "Place") -> None:
    keys = place.folder / "keys"
    signed = sign_authorisation(place.authorisation, load_signer(keys / "device.key.pem"))
    (place.folder / "authorisation.dsse.json").write_bytes(signed)


CASES = {
    "expired": (expired, "has expired"),
    "of another line": (of_another_line, "not those that were authorised"),
    "altered": (altered, "authorisation"),
    "missing": (missing, "no authorisation at"),
    "by the device itself": (by_the_device_itself, "authorisation"),
}


def test_without_authority_there_is_no_eye(places: "Places") -> None:
    nodes = {}
    for name, (spoil, words) in CASES.items():
        place = places.make(name)
        spoil(places, place)
        nodes[name] = (places.run(place), words)
    for name, (node, words) in nodes.items():
        assert node.end() == 1, name
        assert words in node.log(), name
        assert "edgekit: error: " in node.log()
        assert "edgekit: hint: " in node.log()
        assert "Traceback" not in node.log()
        assert "eye verified from outside" not in node.log()
        assert not (node.place.data / "preview.jpg").exists()


def test_authority_that_ends_while_the_node_runs_ends_the_eye_alone(
    places: "Places", wait: Callable[..., float]
) -> None:
    place = places.make(valid_from_s=int(time.time()) - 60, valid_s=60 + 30)
    node = places.run(place)
    node.wait_seeing()
    assert node.pid("eye")
    until_s = place.authorisation.valid_to_s

    wait(lambda: node.pid("eye") is None)
    late_s = time.time() - until_s
    wait(lambda: len([one for one in place.windows() if one["reason"] == "not_authorised"]) > 2)
    assert node.process.poll() is None
    state = node.state()
    assert state["lease"] == "none"
    assert "expired" in state["shut_because"]
    assert node.pid("eye") is None
    node.stop()

    assert node.process.returncode == 0, node.log()
    place.require_sound()
    for one in place.windows():
        assert one["status"] == "gap" or one["window_start_s"] < until_s
    assert late_s > -1
    print(f"authority over to eye gone: {late_s:.2f} s")


@pytest.mark.parametrize("profile", [Profile.HOME])
def test_a_home_outlet_gets_what_the_ledger_holds(
    places: "Places", profile: Profile, wait: Callable[..., float]
) -> None:
    extra = '[[outlet]]\nkind = "file"\npath = "out/numbers.jsonl"'
    place = places.make(profile=profile, window_s=60, extra=extra)
    node = places.run(place)
    node.wait_seeing()
    wait(lambda: node.state()["delivered"])
    node.stop()

    assert node.process.returncode == 0, node.log()
    lines = (place.folder / "out" / "numbers.jsonl").read_bytes().splitlines()
    assert lines == place.envelopes()
    assert place.verify() == len(lines)
