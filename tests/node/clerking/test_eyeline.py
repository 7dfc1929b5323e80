import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgekit.consent.authorisation import draft
from edgekit.consent.lease import LEASE_BYTES, LEASE_S, Lease, LeaseKind
from edgekit.consent.view import View
from edgekit.errors import PipeError
from edgekit.geometry import Line
from edgekit.node.clerking.eyeline import EyeLine
from edgekit.node.control import close_all
from edgekit.node.sensing.voice import MAX_PICTURE_BYTES, PICTURE_BEGINS, PICTURE_HEAD, Voice
from edgekit.node.site import head_of
from edgekit.privacy.tally import Channel
from edgekit.records import Fault, Kind, Profile

NOW = 1_800_000_000_000
ALLOWED = draft(
    "site",
    profile=Profile.LOCAL,
    view=View(width=640, height=480, lines=(Line("door", (320, 460), (320, 100)),)),
    window_s=60,
    valid_from_s=NOW // 1000,
)
DIGEST = ALLOWED.digest
REVIEWED = PICTURE_BEGINS + b"covered"
CHANNELS = {1: Channel.of("line.door.in")}


class Ends:
    """A clerk's line to an eye, and the eye's ends of it."""

    def __init__(self) -> None:
        seen_r, self.seen = os.pipe()
        self.lease, lease_w = os.pipe()
        picture_r, self.picture = os.pipe()
        self.line = EyeLine(4, (seen_r, lease_w, picture_r), CHANNELS, ALLOWED)
        self.voice = Voice(self.seen, self.picture, clock_ms=lambda: NOW)
        self.open = {self.seen, self.lease, self.picture}

    def close(self, descriptor: int) -> None:
        os.close(descriptor)
        self.open.remove(descriptor)


@pytest.fixture
def ends() -> Iterator[Ends]:
    made = Ends()
    yield made
    made.line.close()
    close_all(tuple(made.open))


def test_eye_is_ready_once_it_spoke_and_was_looked_at(ends: Ends) -> None:
    assert ends.line.read(NOW) == ()
    assert not ends.line.ready
    ends.voice.say(0, Kind.HELLO, 4)
    ends.voice.say(1, Kind.IN, 2)
    heard = ends.line.read(NOW)
    assert heard is not None
    assert [one.kind for one in heard] == [Kind.HELLO]  # without a lease it has nothing to say
    assert ends.line.greeted
    assert not ends.line.ready
    ends.line.verified = True
    assert not ends.line.ready, "it has not said by which authority it looks"
    ends.voice.say(0, Kind.AUTHORITY, head_of(DIGEST))
    ends.line.read(NOW)
    assert ends.line.ready
    ends.voice.last_word(Fault.SOURCE_LOST)
    ends.line.read(NOW)
    assert not ends.line.ready
    assert ends.line.fault is Fault.SOURCE_LOST


@pytest.mark.parametrize("bit", [0, 17, 59])
def test_an_eye_that_has_read_another_authorisation_ends(ends: Ends, bit: int) -> None:
    ends.voice.say(0, Kind.HELLO, 4)
    ends.voice.say(0, Kind.AUTHORITY, head_of(DIGEST) ^ 1 << bit)
    with pytest.raises(PipeError, match="another authorisation"):
        ends.line.read(NOW)
    assert not ends.line.ready


def test_half_a_word_waits_for_its_other_half(ends: Ends) -> None:
    ends.voice.say(0, Kind.HELLO, 4)
    data = os.read(ends.line.seen_fd, 100)
    os.write(ends.seen, data[:10])
    assert ends.line.read(NOW) == ()
    os.write(ends.seen, data[10:])
    assert len(ends.line.read(NOW) or ()) == 1


def test_the_end_is_none_and_half_a_word_before_it_is_nothing(ends: Ends) -> None:
    os.write(ends.seen, b"half a word")
    ends.line.read(NOW)
    ends.close(ends.seen)

    assert ends.line.read(NOW) is None


def test_breach_is_an_error(ends: Ends) -> None:
    ends.voice.say(1, Kind.IN, 2)

    with pytest.raises(PipeError, match="HELLO comes first"):
        ends.line.read(NOW)


def test_leases_are_numbered_and_end(ends: Ends) -> None:
    ends.line.grant(NOW)
    assert ends.line.lease_until_ms == NOW + LEASE_S * 1000
    ends.line.stop(NOW + 5)
    assert ends.line.lease_until_ms == 0
    data = os.read(ends.lease, 1000)
    first, last = Lease.from_bytes(data[:LEASE_BYTES]), Lease.from_bytes(data[LEASE_BYTES:])
    assert first.version == ALLOWED.version == 1
    assert (first.serial, first.kind, last.serial, last.kind) == (
        *(0, LeaseKind.GRANT),
        *(1, LeaseKind.STOP),
    )


def test_eye_that_is_gone_or_does_not_read_gets_no_lease_and_holds_nobody_up(ends: Ends) -> None:
    for n in range(5000):
        ends.line.grant(NOW + n)
    ends.close(ends.lease)
    ends.line.grant(NOW)


def test_picture_is_kept_whole(ends: Ends, tmp_path: Path) -> None:
    path = tmp_path / "preview.jpg"
    assert ends.line.read_picture(path)
    ends.voice.show(b"\0" + REVIEWED)
    assert ends.line.read_picture(path)
    assert path.read_bytes() == REVIEWED
    os.write(ends.picture, PICTURE_HEAD.pack(10) + b"half")
    assert ends.line.read_picture(path)
    assert path.read_bytes() == REVIEWED
    ends.close(ends.picture)
    assert not ends.line.read_picture(path)


def test_what_was_held_back_is_told_when_it_changes(
    ends: Ends, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for told in (0, 1, 1, 0):
        ends.voice.show(bytes([told]) + REVIEWED)
        ends.line._begun_ms -= 60_000  # so many have been due by now
        ends.line.read_picture(tmp_path / "preview.jpg")
        said.append((ends.line.held_back, capsys.readouterr().err.count("held")))
    assert said == [(False, 0), (True, 1), (True, 0), (False, 1)]


@pytest.mark.parametrize("message", [b"", b"\0", REVIEWED, b"\2" + REVIEWED, b"\0\x89PNG\r\n"])
def test_what_the_second_look_did_not_make_is_a_breach(
    ends: Ends, tmp_path: Path, message: bytes
) -> None:
    path = tmp_path / "preview.jpg"
    ends.voice.show(message)
    with pytest.raises(PipeError, match="no reviewed picture"):
        ends.line.read_picture(path)
    assert not path.exists()


def test_full_disk_costs_the_picture_alone(ends: Ends, tmp_path: Path) -> None:
    ends.voice.show(b"\0" + REVIEWED)

    assert ends.line.read_picture(tmp_path / "absent" / "preview.jpg")


def test_picture_without_end_is_a_breach(ends: Ends, tmp_path: Path) -> None:
    os.write(ends.picture, PICTURE_HEAD.pack(MAX_PICTURE_BYTES + 1))

    with pytest.raises(PipeError, match="expected up to"):
        ends.line.read_picture(tmp_path / "preview.jpg")
