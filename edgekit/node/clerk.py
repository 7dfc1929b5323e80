"""The clerk: closes windows, opens the gate, signs, keeps the books. It sees no picture.

Only here is the gate opened. It imports no numpy, OpenCV or onnxruntime, and holds the device's
key, which neither the eye nor the herald can reach through it.
"""

import secrets
import selectors
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from edgekit.consent.presence import SECRET_BYTES
from edgekit.errors import PipeError
from edgekit.node import clock
from edgekit.node.clerking.bell import Bell, Way
from edgekit.node.clerking.decisions import Decisions
from edgekit.node.clerking.display import Display
from edgekit.node.clerking.eyeline import EyeLine, preview_of
from edgekit.node.clerking.permission import Permission, Shut
from edgekit.node.clerking.stewardline import StewardLine
from edgekit.node.control import REVIEWED, Message, Word, hear, say
from edgekit.node.keeping.books import Books
from edgekit.node.keeping.counts import Counts
from edgekit.node.keeping.post import PostOffice
from edgekit.node.keeping.tidings import Tidings
from edgekit.node.lamp.lines import LampLines
from edgekit.node.log import say as note
from edgekit.node.page.desk import PageDesk
from edgekit.node.site import Site
from edgekit.privacy import window
from edgekit.privacy.gate import Gate
from edgekit.privacy.outflow import Outflow
from edgekit.privacy.tally import channel_table
from edgekit.provenance import Wall
from edgekit.records import EventName, Fault, Health, Kind, Observation, Reason

TURN_S, FLUSH_MS = 0.2, 800
Heard = Mapping[Word, Callable[[Message], None]]


class Clerk:
    """One boot of the clerk: of a site, its ledger and key, and the line to the supervisor."""

    def __init__(self, site: Site, books: Books, control: socket.socket) -> None:
        self._site = site
        self._books = books
        self._control = control
        gate = Gate(site.authorisation)
        self._event_of = gate.event
        self._channels = channel_table(site.authorisation)
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, self._hear_supervisor)
        self._display = Display(site, self._channels)
        self._tidings = Tidings(gate.event, site.authorisation.geometry)
        self._counts = Counts(
            site,
            books,
            outflow_of=partial(Outflow, site.authorisation, gate, secrets.randbelow),
            tidings=self._tidings,
            display=self._display,
            stamp=lambda: (self._permission.clock, self._wall),
        )
        self._lamps = LampLines(site, self._channels)
        self._preview = preview_of(site)
        self._finite = not site.settings.camera.live
        self._eye: EyeLine | None = None
        self._steward = StewardLine(site.authorisation, self._counts, self._selector, self._tell_of)
        self._decisions = Decisions(site.authorisation, self._steward.order)
        self._reviewed = False
        self._permission = Permission(
            site.authorisation,
            last_record_s=lambda: books.last_t_s,
            standing=books.memory.admit(site.authorisation),
            unconsented=books.drivers(site).missing,
        )
        self._bell = Bell(site, books, self._permission, secret=secrets.token_bytes(SECRET_BYTES))
        present = partial(self._bell.present, way=Way.OUTLET)
        broker = site.settings.broker.name if site.settings.broker else None
        self._post = PostOffice(books.ledger, self._selector, present, broker=broker)
        self._retention = books.retention(site.authorisation.aggregate_retention)
        self._page = PageDesk(site, books, self._bell, self._permission, self._selector)
        self._shut: Shut | None = Shut(Reason.STARTED, "starting")
        self._wall = Wall()
        self._over: Shut | None = None
        self._last_window_s: int | None = None
        self._ended = False
        self._heard: Heard = {
            Word.EYE: self._new_eye,
            Word.VERIFIED: self._verified,
            Word.EYE_GONE: self._eye_gone,
            Word.HERALD: lambda message: self._post.open(message.descriptors),
            Word.PAGE: lambda message: self._page.open(message.descriptors),
            Word.STEWARD: self._steward.open,
            Word.STEWARD_GONE: self._steward.gone,
        }

    def run(self) -> None:
        """Keep the books until the supervisor says stop or is gone."""
        self._permission.look_at_clock(clock.now_ms())
        self._event(EventName.START, Reason.STARTED)
        self._event(EventName.AUTHORISED, None, self._site.authorisation.digest)
        while not self._ended:
            for key, _ in self._selector.select(TURN_S):
                key.data()
            if not self._ended:
                self._turn(clock.now_ms())
        self._end(clock.now_ms())

    def withdraw(self, note: bytes) -> None:
        """Write down what the organisation said while no node ran."""
        self._permission.look_at_clock(clock.now_ms())
        self._bell.follow(note)
        self._tell_of_authority(clock.now_ms())

    def _turn(self, now_ms: int) -> None:
        if self._eye is not None and self._eye.mute:
            self._tell(Word.KILL_EYE, "it has said nothing for too long")
            self._drop_eye(Reason.STALLED)
        self._steward.look()
        self._bell.listen()
        self._ended = self._ended or self._permission.clock_mended
        self._decide(now_ms)
        self._counts.step(window.Tick(now_ms=now_ms))
        self._post.pump()
        self._retention.turn(now_ms, self._permission.clock)
        seeing, paused = self._eye is not None and self._eye.may_see, self._permission.paused
        self._lamps.tell(seeing=seeing, paused=paused)
        self._display.write(now_ms, self._state(now_ms))
        seen = self._counts.window
        self._page.turn(now_ms, self._shut, self._wall, seen.outage, self._display.live)
        if self._last_window_s is not None and seen.start_s > self._last_window_s:
            self._tell(Word.SOURCE_ENDED)
            self._last_window_s = None

    def _decide(self, now_ms: int) -> None:
        """Open or shut the eye, by authority and clock; renew its lease."""
        shut = self._over or self._permission.why_shut(now_ms)
        self._tell_of_authority(now_ms)
        if shut != self._shut:
            self._shut = shut
            what = "the eye" if self._site.authorisation.eye else "what tells of people"
            note("info", f"{what} is shut: {shut.text}" if shut else f"{what} may open")
            self._tell(Word.SHUT if shut else Word.OPEN)
            if shut is not None:
                self._break_off(now_ms, shut.reason)
            self._counts.shut(None if shut is None else shut.reason, now_ms)
        if shut is None and self._eye is not None and self._eye.due(now_ms):
            self._eye.grant(now_ms)

    def _tell_of_authority(self, now_ms: int) -> None:
        """What became of the authorisation goes into the log."""
        for name in self._permission.told():
            if self._tidings.waits(name, self._counts.window.start_s):
                continue
            if name is EventName.WITHDRAWN:
                self._break_off(now_ms, Reason.NOT_AUTHORISED)
                for forget in (self._counts.step, self._counts.lose):
                    forget(window.Discard(now_ms=now_ms, reason=Reason.NOT_AUTHORISED))
            self._event(name, Reason.NOT_AUTHORISED, self._site.authorisation.digest)
            self._bell.keep()

    def _break_off(self, now_ms: int, reason: Reason) -> None:
        """From here on the window lacks something; what is known of the cause stays."""
        if self._eye is not None:
            self._eye.stop(now_ms)
        if not self._counts.window.latched:
            self._counts.step(window.Outage(now_ms=now_ms, reason=reason))

    def _event(self, name: EventName, reason: Reason | None, digest: str | None = None) -> None:
        self._counts.write([self._event_of(name, clock.now_ms() // 1000, reason, digest)])

    def _hear_supervisor(self) -> None:
        message = hear(self._control)
        if message is None or message.word is Word.STOP:
            self._ended = True
        elif message.word in self._heard:
            self._heard[message.word](message)

    def _verified(self, message: Message) -> None:
        eye = self._eye
        if eye is None and not self._site.authorisation.sees:
            self._wall = Wall.from_text(message.text)
        elif eye is not None and message.generation == eye.generation:
            self._wall, eye.verified = Wall.from_text(message.text), True

    def _eye_gone(self, message: Message) -> None:
        if self._eye is not None and message.generation == self._eye.generation:
            self._hear_eye()
            self._drop_eye(Reason.EYE_RESTARTED)

    def _new_eye(self, message: Message) -> None:
        if self._eye is not None:
            self._drop_eye(Reason.EYE_RESTARTED)
        pipes, allowed = message.descriptors, self._site.authorisation
        self._eye = EyeLine(message.generation, pipes, self._channels, allowed)
        self._reviewed = message.text == REVIEWED
        self._selector.register(self._eye.seen_fd, selectors.EVENT_READ, self._hear_eye)
        self._selector.register(self._eye.picture_fd, selectors.EVENT_READ, self._see_picture)

    def _hear_eye(self) -> None:
        if self._eye is None:
            return
        greeted = self._eye.greeted
        try:
            heard = self._eye.read(clock.now_ms())
            for seen in heard or ():
                self._take(seen)
        except PipeError as error:
            self._expel(error)
            return
        if heard is None:
            self._deaf_to(self._eye.seen_fd)
        else:
            self._display.see(heard, self._counts.sources.inside)
            self._lamps.see(heard)
        if self._eye.greeted and not greeted:
            self._tell(Word.HELLO)

    def _take(self, seen: Observation) -> None:
        for told in self._decisions.hear(seen):
            self._counts.step(told)
        if seen.kind is Kind.HEALTH:
            self._tidings.see(Health(seen.value))
        if not self._bell.see(seen):
            self._tidings.obstructed(self._counts.window.start_s)
        if seen.kind is Kind.FAULT and seen.value == Fault.SOURCE_ENDED and self._finite:
            self._over = Shut(Reason.SOURCE_ENDED, "the source has ended")
            self._last_window_s = self._counts.window.start_s

    def _see_picture(self) -> None:
        if self._eye is None:
            return
        try:
            if not self._eye.read_picture(self._preview if self._reviewed else None):
                self._deaf_to(self._eye.picture_fd)
        except PipeError as error:
            self._expel(error)

    def _expel(self, error: PipeError) -> None:
        """An eye that breaks the rules of its pipe ends, and what it said of this window too."""
        if self._eye is None:
            return
        note("error", f"the eye broke the rules of the pipe: {error}")
        self._tell(Word.KILL_EYE, str(error))
        self._counts.step(window.Discard(now_ms=clock.now_ms(), reason=Reason.PIPE_BROKEN))
        self._event(EventName.PIPE, Reason.PIPE_BROKEN)
        self._drop_eye(Reason.PIPE_BROKEN)

    def _drop_eye(self, reason: Reason) -> None:
        if self._eye is None:
            return
        self._break_off(clock.now_ms(), reason)
        self._deaf_to(self._eye.seen_fd)
        self._deaf_to(self._eye.picture_fd)
        self._eye.close()
        self._eye = None

    def _deaf_to(self, descriptor: int) -> None:
        with suppress(KeyError):  # its end may have been heard already
            self._selector.unregister(descriptor)

    def _tell(self, word: Word, text: str = "") -> None:
        self._tell_of(word, self._eye.generation if self._eye else 0, text)

    def _tell_of(self, word: Word, generation: int, text: str) -> None:
        with suppress(OSError):  # a supervisor that has gone is heard as the end of its line
            say(self._control, Message(word=word, generation=generation, text=text[:200]))

    def _state(self, now_ms: int) -> dict[str, object]:
        return {
            "seal": self._wall.eye,
            "wall": self._wall.to_text(),
            "lease": self._eye.lease_left(now_ms) if self._eye else "none",
            **self._permission.shown(),
            "decisions": self._decisions.state | self._steward.away,
            "view": (self._counts.window.outage or "good"),
            **self._post.progress(),
            "shut_because": self._shut.text if self._shut else None,
        }

    def _end(self, now_ms: int) -> None:
        """Close the open window as a gap, and let the herald take what it can in time."""
        if self._eye is not None:
            self._eye.stop(now_ms)
            self._hear_eye()
        self._steward.hear()
        self._counts.step(window.Stop(now_ms=now_ms, reason=Reason.STOPPED))
        self._steward.close(Reason.STOPPED)
        self._bell.keep()
        for event in self._tidings.take(self._counts.window.start_s):  # where no window was open
            self._counts.write([event])
        self._event(EventName.STOP, Reason.STOPPED)
        self._counts.rehearse(lambda public, tally: Gate(public).release(tally))
        self._post.finish(FLUSH_MS)
        self._display.write(now_ms, self._state(now_ms), last=True)
        self._post.close()
        self._page.close()
        self._books.ledger.close()
