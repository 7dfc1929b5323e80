"""A clerk against an eye that does not keep to the rules."""

import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edgekit.consent.lease import LEASE_BYTES, Lease, LeaseKind
from edgekit.node.clerk import Clerk
from edgekit.node.clerking import eyeline
from edgekit.node.clock import now_ms
from edgekit.node.control import REVIEWED, Message, Word, close_all, hear, pair, say
from edgekit.node.keeping.books import open_books
from edgekit.node.sensing.voice import MAX_PICTURE_BYTES, PICTURE_BEGINS, PICTURE_HEAD, Voice
from edgekit.node.site import head_of, load_site
from edgekit.node.status import read_state
from edgekit.records import Fault, Health, Kind, Observation

if TYPE_CHECKING:
    from tests.node.conftest import Place, Places

WINDOW_S = 2


class Bench:
    """A clerk in a thread; the test is its supervisor and its eye."""

    text = REVIEWED

    def __init__(self, place: "Place") -> None:
        self.place = place
        self.control, theirs = pair()
        self.control.settimeout(10)
        self._thread = threading.Thread(target=self._run, args=(theirs,))
        self._open: list[int] = []
        self._thread.start()

    def _run(self, control: socket.socket) -> None:
        with control:
            site = load_site(self.place.settings, now_s=now_ms() // 1000)
            Clerk(site, open_books(site), control).run()

    def hear(self, word: Word) -> Message:
        """Return the next message of this kind."""
        while True:
            message = hear(self.control)
            assert message is not None
            if message.word is word:
                return message

    def eye(self, generation: int) -> Voice:
        """Send an eye's pipes; return its voice."""
        seen_r, seen_w = os.pipe()
        lease_r, lease_w = os.pipe()
        picture_r, picture_w = os.pipe()
        ends = (seen_r, lease_w, picture_r)
        say(
            self.control,
            Message(word=Word.EYE, generation=generation, text=self.text, descriptors=ends),
        )
        close_all(ends)
        self.seen, self.lease, self.picture = seen_w, lease_r, picture_w
        self._open += [seen_w, lease_r, picture_w]
        return Voice(seen_w, picture_w, clock_ms=now_ms)

    def seeing(self, generation: int) -> Voice:
        """Return the voice of an eye that has greeted, was looked at and has its lease."""
        voice = self.eye(generation)
        voice.say(0, Kind.HELLO, generation)
        voice.say(0, Kind.AUTHORITY, head_of(self.place.authorisation.digest))
        self.hear(Word.HELLO)
        assert not select.select([self.lease], [], [], 0.3)[0], "a lease before anybody looked"
        say(
            self.control,
            Message(word=Word.VERIFIED, generation=generation, text="partial none none same-uid"),
        )
        lease = Lease.from_bytes(os.read(self.lease, LEASE_BYTES))
        assert lease.kind is LeaseKind.GRANT
        lease.require_live(now_ms())
        return voice

    def join(self) -> None:
        """Wait until the clerk has ended by itself."""
        self._thread.join(60)
        assert not self._thread.is_alive()
        self.end()

    def end(self) -> None:
        if self._thread.is_alive():
            say(self.control, Message(word=Word.STOP))
        self._thread.join(60)
        assert not self._thread.is_alive()
        self.control.close()
        close_all(self._open)
        self._open = []


@pytest.fixture
def bench(places: "Places") -> Iterator[Bench]:
    made = Bench(places.make(window_s=WINDOW_S))
    made.hear(Word.OPEN)
    yield made
    made.end()


def raw(*, seq: int, channel: int, kind: Kind, value: int) -> bytes:
    return Observation(seq=seq, t_ms=now_ms(), channel=channel, kind=kind, value=value).to_bytes()


BREACHES: dict[str, Callable[[Bench], object]] = {
    "noise": lambda b: os.write(b.seen, bytes(range(24))),
    "an identity in a count": lambda b: os.write(
        b.seen, raw(seq=3, channel=1, kind=Kind.IN, value=123_456_789)
    ),
    "a channel of its own": lambda b: os.write(
        b.seen, raw(seq=3, channel=77, kind=Kind.IN, value=1)
    ),
    "a number left out": lambda b: os.write(b.seen, raw(seq=9, channel=1, kind=Kind.IN, value=1)),
    "a flood": lambda b: os.write(
        b.seen, b"".join(raw(seq=n, channel=1, kind=Kind.IN, value=1) for n in range(3, 900))
    ),
    "a view that flickers": lambda b: [
        os.write(b.seen, raw(seq=n, channel=0, kind=Kind.HEALTH, value=n % 2)) for n in (3, 4, 5)
    ],
    "a film": lambda b: os.write(b.picture, (PICTURE_HEAD.pack(1) + b"x") * 90),
    "a picture that nobody has made anew": lambda b: os.write(
        b.picture, PICTURE_HEAD.pack(9) + b"\0RAWFRAME"
    ),
    "a picture without end": lambda b: os.write(
        b.picture, PICTURE_HEAD.pack(MAX_PICTURE_BYTES + 1)
    ),
}


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES)
def test_eye_that_breaks_a_rule_is_killed_and_its_window_discarded(
    bench: Bench, breach: Callable[[Bench], object]
) -> None:
    voice = bench.seeing(1)
    while now_ms() % (WINDOW_S * 1000) > 1200:
        time.sleep(0.05)
    voice.say(1, Kind.IN, 7)
    window_s = now_ms() // 1000 // WINDOW_S * WINDOW_S

    breach(bench)

    assert bench.hear(Word.KILL_EYE).generation == 1
    bench.end()
    bench.place.require_sound_grid(WINDOW_S)
    pipe = [one for one in bench.place.payloads("event") if one["event"] == "pipe"]
    assert [one["reason"] for one in pipe] == ["pipe_broken"]
    (window,) = [one for one in bench.place.windows() if one["window_start_s"] == window_s]
    assert (window["status"], window["count"]) == ("gap", None)


def test_the_next_eye_goes_on(bench: Bench) -> None:
    bench.seeing(1)
    os.write(bench.seen, b"\0" * 24)
    bench.hear(Word.KILL_EYE)

    bench.seeing(2).say(0, Kind.HEARTBEAT, 15)


def test_eye_that_finds_no_source_has_its_say_without_a_greeting(
    bench: Bench, wait: Callable[..., float]
) -> None:
    bench.eye(1).last_word(Fault.SOURCE_LOST)
    wait(lambda: read_state(bench.place.data / "status.json").get("view") == "source_lost")
    bench.end()

    assert not [one for one in bench.place.payloads("event") if one["event"] == "pipe"]


@pytest.mark.parametrize("greets", [True, False])
def test_eye_that_hangs_is_killed(
    bench: Bench, greets: bool, monkeypatch: pytest.MonkeyPatch, wait: Callable[..., float]
) -> None:
    monkeypatch.setattr(eyeline, "SILENT_MS" if greets else "START_MS", 700)
    if greets:
        bench.seeing(1)
    else:
        bench.eye(1)

    assert bench.hear(Word.KILL_EYE).generation == 1

    wait(lambda: read_state(bench.place.data / "status.json").get("view") == "stalled")
    bench.seeing(2)


def views(bench: Bench, voice: Voice) -> list[dict[str, object]]:
    """Say that time passes; return what is written of the view."""
    voice.say(0, Kind.HEARTBEAT, 3)
    return [one for one in bench.place.payloads("event") if one["event"] == "view"]


def test_view_that_recovers_within_a_window_is_no_event(bench: Bench) -> None:
    voice = bench.seeing(1)
    while now_ms() % (WINDOW_S * 1000) > 1000:
        time.sleep(0.05)
    voice.say(0, Kind.HEALTH, Health.COVERED)
    time.sleep(0.5)
    voice.say(0, Kind.HEALTH, Health.GOOD)
    bench.end()

    assert "view" not in [one["event"] for one in bench.place.payloads("event")]


def test_picture_that_nobody_authorised_ends_the_eye(places: "Places") -> None:
    place = places.make(window_s=WINDOW_S)
    document = replace(place.authorisation, covered_preview=False, notice_digest="")
    place = replace(place, authorisation=document)
    places.authorise(place)
    bench = Bench(place)
    bench.hear(Word.OPEN)
    voice = bench.seeing(1)

    voice.show(b"RAW FRAME")

    assert bench.hear(Word.KILL_EYE).generation == 1
    bench.end()
    assert not (bench.place.data / "preview.jpg").exists()


def test_picture_that_did_not_come_by_the_second_look_ends_the_eye(bench: Bench) -> None:
    bench.text = ""
    voice = bench.seeing(1)

    voice.show(b"\0" + PICTURE_BEGINS)

    assert bench.hear(Word.KILL_EYE).generation == 1
    bench.end()
    assert not (bench.place.data / "preview.jpg").exists()


def test_what_is_said_without_a_lease_is_not_heard(bench: Bench) -> None:
    voice = bench.eye(1)
    voice.say(0, Kind.HELLO, 1)
    bench.hear(Word.HELLO)
    voice.say(1, Kind.IN, 7)
    time.sleep(0.4)
    bench.end()

    assert not any(one["count"] for one in bench.place.windows() if "count" in one)


def test_view_is_written_down_where_it_changes(bench: Bench, wait: Callable[..., float]) -> None:
    voice = bench.seeing(1)
    for number, health in enumerate((Health.COVERED, Health.GOOD), 1):
        voice.say(0, Kind.HEALTH, health)
        wait(lambda number=number: len(views(bench, voice)) == number)
        time.sleep(0.5)
    bench.end()

    seen = [one["reason"] for one in bench.place.payloads("event") if one["event"] == "view"]
    assert seen == ["view_covered", None]
