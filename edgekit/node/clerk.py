"""The clerk: closes windows, opens the gate, signs, keeps the books. It sees no picture.

Only here is the gate opened. It imports no numpy, OpenCV or onnxruntime, and holds the device's
key, which neither the eye nor the herald can reach through it.
"""

import secrets
import selectors
import socket
from contextlib import suppress
from functools import partial

from edgekit.consent.presence import SECRET_BYTES
from edgekit.errors import PipeError
from edgekit.node import clock
from edgekit.node.bell import Bell
from edgekit.node.control import REVIEWED, Message, Word, hear, say
from edgekit.node.display import Display
from edgekit.node.eyeline import EyeLine
from edgekit.node.keeping.books import Books
from edgekit.node.keeping.post import HERALD, PostOffice
from edgekit.node.keeping.tidings import Tidings
from edgekit.node.lamp.daylight_line import DaylightWriter
from edgekit.node.lamp.presence_line import PresenceWriter
from edgekit.node.log import say as note
from edgekit.node.permission import Permission, Shut
from edgekit.node.rehearsal import rehearsal_of, rehearse
from edgekit.node.site import Site
from edgekit.privacy import rooms, window
from edgekit.privacy.gate import Gate
from edgekit.privacy.outflow import Outflow
from edgekit.privacy.tally import channel_table
from edgekit.provenance import Wall
from edgekit.records import EventName, Fault, Health, Kind, Observation, Profile, Reason

TURN_S, FLUSH_MS, PREVIEW = 0.2, 800, "preview.jpg"


class Clerk:
    """One boot of the clerk.

    Args:
        site: settings and authority.
        books: ledger and key.
        control: the line to the supervisor.
    """

    def __init__(self, site: Site, books: Books, control: socket.socket) -> None:
        self._site = site
        self._books = books
        self._control = control
        self._gate = Gate(site.authorisation)
        self._outflow = Outflow(site.authorisation, self._gate, below=secrets.randbelow)
        self._channels = channel_table(site.authorisation)
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, self._hear_supervisor)
        self._counted = rooms.begin(
            site.authorisation,
            now_ms=clock.now_ms(),
            resume_s=books.resume_s(),
            inside=books.last_people(rooms.known_since_s(site.authorisation, clock.now_ms())),
        )
        self._display = Display(site, self._channels)
        lines = (PresenceWriter, DaylightWriter)
        self._lamp_lines = tuple(line(site, self._channels) for line in lines)
        preview = site.settings.storage.directory / PREVIEW
        self._preview = preview if site.authorisation.covered_preview else None
        if self._preview is None:
            preview.unlink(missing_ok=True)
        self._finite = not site.settings.camera.live
        local = site.settings.site.profile is Profile.LOCAL
        self._rehearsal = rehearsal_of(site.authorisation) if local else None
        self._eye: EyeLine | None = None
        self._reviewed = False
        self._post = PostOffice(books.ledger, self._selector)
        self._permission = Permission(
            site.authorisation,
            last_record_s=lambda: books.last_t_s,
            standing=books.memory.admit(site.authorisation),
        )
        self._bell = Bell(site, books, self._permission, secret=secrets.token_bytes(SECRET_BYTES))
        self._tidings = Tidings(self._gate.event)
        self._shut: Shut | None = Shut(Reason.STARTED, "starting")
        self._wall = Wall()
        self._over: Shut | None = None
        self._last_window_s: int | None = None
        self._ended = False

    @property
    def _window(self) -> window.WindowState:
        return self._counted.window

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

    def _turn(self, now_ms: int) -> None:
        if self._eye is not None and self._eye.mute:
            self._tell(Word.KILL_EYE, "it has said nothing for too long")
            self._drop_eye(Reason.STALLED)
        self._bell.listen()
        self._ended = self._ended or self._permission.clock_mended
        self._decide(now_ms)
        self._step(window.Tick(now_ms=now_ms))
        self._post.pump()
        seeing, paused = self._eye is not None and self._eye.may_see, self._permission.paused
        for line in self._lamp_lines:
            line.tell(seeing=seeing, paused=paused)
        self._display.write(now_ms, self._state(now_ms))
        if self._last_window_s is not None and self._window.start_s > self._last_window_s:
            self._tell(Word.SOURCE_ENDED)
            self._last_window_s = None

    def _decide(self, now_ms: int) -> None:
        """Open or shut the eye, by authority and clock; renew its lease."""
        shut = self._over or self._permission.why_shut(now_ms)
        self._tell_of_authority(now_ms)
        if shut != self._shut:
            self._shut = shut
            note("info", f"the eye is shut: {shut.text}" if shut else "the eye may open")
            self._tell(Word.SHUT if shut else Word.OPEN)
            if shut is not None:
                self._break_off(now_ms, shut.reason)
        if shut is None and self._eye is not None and self._eye.due(now_ms):
            self._eye.grant(now_ms)

    def _tell_of_authority(self, now_ms: int) -> None:
        """What became of the authorisation goes into the log."""
        for name in self._permission.told():
            if self._tidings.waits(name, self._window.start_s):
                continue
            if name is EventName.WITHDRAWN:
                self._break_off(now_ms, Reason.NOT_AUTHORISED)
                self._step(window.Discard(now_ms=now_ms, reason=Reason.NOT_AUTHORISED))
            self._event(name, Reason.NOT_AUTHORISED, self._site.authorisation.digest)
            self._bell.keep()

    def _break_off(self, now_ms: int, reason: Reason) -> None:
        """From here on the window lacks something; what is known of the cause stays."""
        if self._eye is not None:
            self._eye.stop(now_ms)
        if not self._window.latched:
            self._step(window.Outage(now_ms=now_ms, reason=reason))

    def _step(self, message: window.Message) -> None:
        self._counted, tallies = rooms.step(self._counted, message)
        releases = self._outflow.turn(tallies, self._window.start_s)
        if not tallies:
            return
        if self._rehearsal is not None:
            for tally in tallies:
                self._rehearsal.add(tally)
        self._display.show(releases)
        releases += self._tidings.take(self._window.start_s)
        self._books.write(releases, clock=self._permission.clock, wall=self._wall)

    def _event(self, name: EventName, reason: Reason | None, digest: str | None = None) -> None:
        event = self._gate.event(name, clock.now_ms() // 1000, reason, digest)
        self._books.write([event], clock=self._permission.clock, wall=self._wall)

    def _hear_supervisor(self) -> None:
        message = hear(self._control)
        if message is None or message.word is Word.STOP:
            self._ended = True
        elif message.word is Word.EYE:
            self._new_eye(message)
        elif message.word is Word.HERALD:
            self._post.open(message.descriptors)
        elif self._eye is not None and message.generation == self._eye.generation:
            if message.word is Word.VERIFIED:
                self._wall, self._eye.verified = Wall.from_text(message.text), True
            elif message.word is Word.EYE_GONE:
                self._hear_eye()
                self._drop_eye(Reason.EYE_RESTARTED)

    def _new_eye(self, message: Message) -> None:
        if self._eye is not None:
            self._drop_eye(Reason.EYE_RESTARTED)
        allowed = self._site.authorisation
        self._eye = EyeLine(message.generation, message.descriptors, self._channels, allowed)
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
            self._display.see(heard, self._counted.inside)
            for line in self._lamp_lines:
                line.see(heard)
        if self._eye.greeted and not greeted:
            self._tell(Word.HELLO)

    def _take(self, seen: Observation) -> None:
        self._step(seen)
        if seen.kind is Kind.HEALTH:
            self._tidings.see(Health(seen.value))
        elif seen.kind is Kind.MARKER and not self._bell.shown():
            self._tidings.obstructed(self._window.start_s)
        elif seen.kind is Kind.FAULT and seen.value == Fault.SOURCE_ENDED and self._finite:
            self._over = Shut(Reason.SOURCE_ENDED, "the source has ended")
            self._last_window_s = self._window.start_s

    def _see_picture(self) -> None:
        if self._eye is None:
            return
        try:
            more = self._eye.read_picture(self._preview if self._reviewed else None)
        except PipeError as error:
            self._expel(error)
            return
        if not more:
            self._deaf_to(self._eye.picture_fd)

    def _expel(self, error: PipeError) -> None:
        """An eye that breaks the rules of its pipe ends, and what it said of this window too."""
        if self._eye is None:
            return
        note("error", f"the eye broke the rules of the pipe: {error}")
        self._tell(Word.KILL_EYE, str(error))
        self._step(window.Discard(now_ms=clock.now_ms(), reason=Reason.PIPE_BROKEN))
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
        generation = self._eye.generation if self._eye else 0
        with suppress(OSError):  # a supervisor that has gone is heard as the end of its line
            say(self._control, Message(word=word, generation=generation, text=text[:200]))

    def _state(self, now_ms: int) -> dict[str, object]:
        return {
            "site": self._site.settings.site.name,
            "profile": self._site.settings.site.profile,
            "seal": self._wall.eye,
            "wall": self._wall.to_text(),
            "lease": self._eye.lease_left(now_ms) if self._eye else "none",
            "clock": self._permission.clock,
            "view": (self._window.outage or "good"),
            "authorisation": self._permission.standing.state,
            "records": self._books.ledger.size,
            "delivered": self._books.ledger.delivered(HERALD),
            "shut_because": self._shut.text if self._shut else None,
        }

    def _end(self, now_ms: int) -> None:
        """Close the open window as a gap, and let the herald take what it can in time."""
        if self._eye is not None:
            self._eye.stop(now_ms)
            self._hear_eye()
        self._step(window.Stop(now_ms=now_ms, reason=Reason.STOPPED))
        self._bell.keep()
        for event in self._tidings.take(self._window.start_s):  # where no window was open
            self._books.write([event], clock=self._permission.clock, wall=self._wall)
        self._event(EventName.STOP, Reason.STOPPED)
        rehearse(
            self._rehearsal,
            now_s=now_ms // 1000,
            release=lambda public, tally: Gate(public).release(tally),
            sign=partial(self._books.signed, clock=self._permission.clock, wall=self._wall),
            directory=self._site.settings.storage.directory,
        )
        until = clock.now_ms() + FLUSH_MS
        while not self._post.idle and clock.now_ms() < until:
            self._post.pump()
            self._selector.select(0.05)
        self._display.write(now_ms, self._state(now_ms), last=True)
        self._post.close()
        self._books.ledger.close()
