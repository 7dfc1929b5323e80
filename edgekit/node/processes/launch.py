"""Starting each process of a node with its walls, its pipes and nothing else."""

import fcntl
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.config import Settings
from edgekit.confine.walls import Walls
from edgekit.errors import OutletError
from edgekit.node.clock import now_ms
from edgekit.node.control import REVIEWED, Message, Word, close_all, pair
from edgekit.node.page.doors import open_doors
from edgekit.node.processes.child import Child
from edgekit.node.processes.fault import CALL_AGAIN
from edgekit.node.processes.newest import Newest
from edgekit.node.processes.ports import Ports
from edgekit.node.service.users import User
from edgekit.node.steward.kept import folder_of
from edgekit.node.walls.posture import models_of, walls_of
from edgekit.provenance import Source

if TYPE_CHECKING:
    import socket

PICTURE_PIPE_BYTES = 1_048_576


@dataclass(slots=True)
class Launch:
    """The node's processes and the ends of pipes that are yet to be handed over.

    Args:
        settings: the site's.
        users: whose process each role's is; ours where none is named.

    ``unanswered``: how often heralds have called the broker in vain, one after another.
    """

    settings: Settings
    users: Mapping[str, User] = field(default_factory=dict)
    clerk: Child = field(init=False)
    herald: Child = field(init=False)
    fetcher: Child = field(init=False)
    reviewer: Child = field(init=False)
    eye: Child = field(init=False)
    page: Child = field(init=False)
    steward: Child = field(init=False)
    generation: int = 0
    stewards: int = 0
    unanswered: int = 0
    ports: Ports = field(init=False)
    _models: Path = field(init=False)
    _newest: Newest = field(init=False)
    _to_herald: tuple[int, ...] = ()
    _to_page: tuple[int, ...] = ()
    _go: dict[str, int] = field(default_factory=dict)
    _reviews: bool = False

    def __post_init__(self) -> None:
        self._models = models_of(self.settings)
        self._newest = Newest(self.settings)
        wired = (port for system in self.settings.systems for port in system.ports)
        self.ports = Ports(tuple(dict.fromkeys(wired)))
        self.clerk, self.herald = self._child("clerk"), self._child("herald")
        self.fetcher, self.reviewer = self._child("fetcher"), self._child("reviewer")
        self.eye, self.page = self._child("eye"), self._child("page")
        self.steward = self._child("steward")
        for child in (self.eye, self.fetcher, self.reviewer, self.page):
            child.taciturn = True

    def _child(self, role: str) -> Child:
        return Child(role, self.settings.path, self._walls(role), self.users.get(role))

    def _walls(self, role: str) -> Walls:
        return walls_of(role, self.settings, models=self._models, die_with=os.getpid())

    @property
    def children(self) -> tuple[Child, ...]:
        """All of them, in the order in which they are looked at."""
        page = (self.page,) if self.pages else ()
        steward = (self.steward,) if self.settings.systems else ()
        return (self.clerk, self.herald, *page, self.fetcher, self.reviewer, self.eye, *steward)

    @property
    def state(self) -> dict[str, object]:
        """What is told of each: its number while it runs, and how often it was begun anew."""
        return {
            child.role: {
                "pid": child.process.pid if child.process else None,
                "restarts": max(0, child.restarts),
            }
            for child in self.children
        }

    @property
    def fetches(self) -> bool:
        """Whether the source is a camera on the network, which the eye may not call."""
        return self.settings.camera.kind is Source.NETWORK

    @property
    def pages(self) -> bool:
        """Whether the site has a status page."""
        return self.settings.web is not None

    def before(self, child: Child) -> tuple[Child, ...]:
        """Return which processes have to be sealed before this one gets anything to work with."""
        if child in (self.herald, self.page, self.steward):
            return (self.clerk,)
        if child is not self.eye:
            return ()
        both = (self.fetcher, self.fetches), (self.reviewer, self._reviews)
        return tuple(first for first, there in both if there)

    def start_clerk(self, now_s: float, *, lock_fd: int) -> "socket.socket":
        """Start the clerk; return our end of its control line."""
        ours, theirs = pair()
        held = (theirs.fileno(), lock_fd)
        self.clerk.start([str(theirs.fileno())], pass_fds=held, now_s=now_s)
        theirs.close()
        return ours

    def start_herald(self, now_s: float) -> None:
        """Start the herald; its pipes are handed over once it was looked at."""
        for path in self.settings.record_files:
            with suppress(OSError):  # the herald says so in its own words
                path.parent.mkdir(parents=True, exist_ok=True)
        records_r, records_w = os.pipe()
        answers_r, answers_w = os.pipe()
        held = (records_r, answers_w)
        words = [*map(str, held), str(self.unanswered)]
        self.herald.start(words, pass_fds=held, now_s=now_s)
        close_all((*held, *self._to_herald))
        self._to_herald = (records_w, answers_r)

    def count_call(self, code: int) -> None:
        """A herald has ended: the next one waits the longer before it calls, the more called."""
        self.unanswered = self.unanswered + 1 if code == CALL_AGAIN else 0

    def start_page(self, now_s: float) -> None:
        """Start the page at its doors; its pipes are handed over once it was looked at.

        Raises OutletError where a door cannot be opened; it is tried again later.
        """
        web = self.settings.web
        if web is None:
            return
        try:
            # Behind a porter there is a network and here is none: its porter opens them.
            ours = self.page.user is None or self.page.user.door is None
            doors = open_doors(web.listen) if ours else []
        except OutletError:
            self.page.put_off(now_s)
            raise
        parcels_r, parcels_w = os.pipe()
        _widen(parcels_w)
        questions_r, questions_w = os.pipe()
        held = (parcels_r, questions_w, *(door.detach() for door in doors))
        self.page.start([str(fd) for fd in held], pass_fds=held, now_s=now_s)
        close_all((*held, *self._to_page))
        self._to_page = (parcels_w, questions_r)

    def start_steward(self, now_s: float) -> Message:
        """Start the next steward; return what the clerk gets of it."""
        self.stewards += 1
        told_r, told_w = os.pipe()
        said_r, said_w = os.pipe()
        heard = (folder for system in self.settings.systems for folder in system.folders)
        for folder in (folder_of(self.settings), *heard):
            with suppress(OSError):  # the steward says so in its own words
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.steward.walls = self._walls("steward")  # a port that was unplugged is another file
        hands = self.ports.begin().detach()
        self._start_beside(self.steward, [str(self.stewards)], (told_w, said_r, hands), now_s)
        return Message(word=Word.STEWARD, generation=self.stewards, descriptors=(told_r, said_w))

    def start_eye(self, now_s: float) -> Message:
        """Start the next eye, what fetches for it and who looks again at what it shows.

        Returns:
            What the clerk gets of it.
        """
        self.generation += 1
        seen_r, seen_w = os.pipe()
        lease_r, lease_w = os.pipe()
        picture_r, picture_w = os.pipe()
        _widen(picture_w)
        site = self._newest.look(now_ms() // 1000)
        self._reviews = site is not None and site.authorisation.covered_preview
        if self._reviews:
            picture_r = self._start_reviewer(picture_r, now_s)
        held = (seen_w, lease_r, picture_w)
        stream = self._start_fetcher(now_s) if self.fetches else ()
        told = (self._models, self.generation, self._newest.version)
        words = [str(n) for n in (*told, *held, *stream)]
        self.eye.start(words, pass_fds=(*held, *stream), now_s=now_s)
        close_all((*held, *stream))
        return Message(
            word=Word.EYE,
            generation=self.generation,
            text=REVIEWED if self._reviews else "",
            descriptors=(seen_r, lease_w, picture_r),
        )

    def _start_reviewer(self, drafts_r: int, now_s: float) -> int:
        pictures_r, pictures_w = os.pipe()
        self._start_beside(self.reviewer, [str(self._models)], (drafts_r, pictures_w), now_s)
        return pictures_r

    def _start_fetcher(self, now_s: float) -> tuple[int]:
        stream_r, stream_w = os.pipe()
        _widen(stream_w)
        self._start_beside(self.fetcher, [], (stream_w,), now_s)
        return (stream_r,)

    def _start_beside(
        self, child: Child, words: list[str], ends: tuple[int, ...], now_s: float
    ) -> None:
        """Start what lives as long as an eye: it gets these ends, and waits for its go."""
        child.kill()
        child.reap(now_s)
        go_r, go_w = os.pipe()
        held = (*ends, go_r)
        child.start([*words, *map(str, held)], pass_fds=held, now_s=now_s)
        old = self._go.get(child.role)
        close_all((*held, *(() if old is None else (old,))))
        self._go[child.role] = go_w

    def release(self, child: Child) -> Message | None:
        """A process was looked at: let it go on; return what the clerk is to be told of it."""
        if child is self.clerk:
            return Message(word=Word.SEEN)
        if child is self.herald:
            ends, self._to_herald = self._to_herald, ()
            return Message(word=Word.HERALD, descriptors=ends)
        if child is self.page:
            ends, self._to_page = self._to_page, ()
            return Message(word=Word.PAGE, descriptors=ends)
        if child.role in self._go:
            with suppress(BrokenPipeError):
                os.write(self._go[child.role], b"1")
        return None

    def fell(self, child: Child, code: int) -> Message | None:
        """A process has ended: end what is nothing without it; return what the clerk is told."""
        ends = {
            "clerk": (self.eye, self.herald, self.page, self.steward),
            "eye": (self.fetcher, self.reviewer),
            "reviewer": (self.eye,),  # what it would show has nobody to look at it
        }
        for other in ends.get(child.role, ()):
            other.kill()
        if child is self.herald:
            self.count_call(code)
        if child is self.eye:
            return Message(word=Word.EYE_GONE, generation=self.generation, text=str(code))
        if child is self.steward:
            return Message(word=Word.STEWARD_GONE, generation=self.stewards)
        return None


def _widen(pipe_w: int) -> None:
    with suppress(OSError):  # the system may allow less; it then takes more writes
        fcntl.fcntl(pipe_w, fcntl.F_SETPIPE_SZ, PICTURE_PIPE_BYTES)
